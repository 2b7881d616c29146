// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A test of llama-bench as an observation: the speed of its prompt or of its decodes.
/// Fields: llama_bench.hpp. Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/llama_bench.hpp>
#include <gambrel/measurement/io/observed_figure.hpp>

namespace gambrel::detail {
inline void observe_llama_test(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    o.tool = "llama-bench";
    o.runtime = "llama.cpp";
    o.model = text_of(member(v, "model_type"));
    o.device = plain_hardware(text_of(member(v, "gpu_info")).substr(0, 200));
    const std::string build = text_of(member(v, "build_number"));
    if (!build.empty()) o.runtime_version = build;
    o.date = day_in(text_of(member(v, "test_time")));
    o.clients = 1.0;
    const double prompt = whole_in(member(v, "n_prompt"), 0.0).value_or(0.0),
                 output = whole_in(member(v, "n_gen"), 0.0).value_or(0.0);
    if (prompt > 0.0) o.prompt = prompt;
    if (output > 0.0) o.output = output;
    const char* figure = prompt > 0.0 && output > 0.0 ? "total_throughput"
                         : prompt > 0.0               ? "prompt_throughput"
                                                      : "decode_throughput";
    put(o, figure, positive_in(member(v, "avg_ts")));
    put(o, figure + std::string("_std"), positive_in(member(v, "stddev_ts")));
    for (const char* key :
         {"n_batch", "n_ubatch", "n_threads", "n_gpu_layers", "flash_attn", "type_k", "type_v", "n_depth", "backends"})
        if (const std::string text = setting_text(member(v, key)); !text.empty()) o.settings[key] = text;
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
