// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of a table of measured energy, as up to four measurements: board power, energy per output token, output rate
/// and ITL of one serving run. Columns: model, task, weight_precision, gpu, num_gpus, max_num_seqs, avg_batch,
/// avg_power_w_per_gpu, energy_per_output_token_j, output_tok_s, median_itl_ms.
///
/// The runs are the ML.ENERGY benchmark's (vLLM 0.11, tensor parallel over all devices, closed loop held at the slots).
/// It states no lengths per run: outputs are its tasks' published means, 717 tokens for conversation and 6,988 for
/// problem solving (ml.energy blog, 2025-12, over models); prompts of a few hundred tokens are a stand-in that decode
/// hardly sees. Code completion has no published length and is not predicted.

#include <gambrel/measurement/read_serving.hpp>

namespace gambrel {

namespace detail {
inline constexpr double energy_prompt = 200, conversation_output = 717, problem_output = 6988;

inline void read_energy_run(measured& m, const csv_reader& row, const device<>* own) {
    read_hardware(m, own);
    m.runtime = catalog::vllm;
    read_model(m, row);
    const std::string_view weights = ours(weight_aliases, row["weight_precision"]);
    if (weights.empty()) refuse("precision not stated or not known: " + row["weight_precision"]);
    m.formats.weights =
        m.model->family.view() == "gpt_oss" ? as_served(m.model->stored) : linear_layers_in(format_named(weights));
    const auto devices = count_in(row["num_gpus"], 65536);
    const auto batch = number_in(row["avg_batch"]), slots = number_in(row["max_num_seqs"]);
    if (!devices) refuse("num_gpus is not a count: " + row["num_gpus"]);
    if (!batch || !(*batch >= 1.0 && *batch <= most_clients)) refuse("avg_batch is not a count: " + row["avg_batch"]);
    m.cut.tensor = *devices;
    m.workload.concurrency = *batch;
    if (slots && *slots >= 1.0) m.runtime.scheduling.most_sequences = larger(*slots, math::floor(*batch));
    const std::string& task = row["task"];
    if (task != "lm-arena-chat" && task != "gpqa") refuse("lengths not stated: task " + task);
    m.workload.prompt = energy_prompt;
    m.workload.output = task == "gpqa" ? problem_output : conversation_output;
}
}  // namespace detail

/// The measurements of the present row, or one that says why not. Evidence: tests/measurement/measured_test.cpp.
inline std::vector<measured> read_energy(const csv_reader& row, const device<>* own = nullptr) {
    measured m;
    m.line = row.line();
    m.source = "ml-energy";
    m.hardware = row["gpu"];
    m.model_name = row["model"];
    m.framework = "vllm";
    m.weights = row["weight_precision"];
    m.notes = row["task"];
    m = detail::reading(m, [&] { detail::read_energy_run(m, row, own); });
    struct figure {
        const char* column;
        gambrel::metric metric;
        double scale;
    };
    std::vector<measured> all;
    for (const figure& f :
         {figure{"avg_power_w_per_gpu", metric::board_power, 1.0},
          figure{"energy_per_output_token_j", metric::token_energy, 1.0},
          figure{"output_tok_s", metric::output_throughput, 1.0}, figure{"median_itl_ms", metric::itl, 1e-3}}) {
        measured one = m;
        one.metric = f.metric;
        const auto value = detail::number_in(row[f.column]);
        if (value && *value > 0.0) one.value = *value * f.scale;
        else if (one.ok()) one.unpredictable = "value is not a positive number";
        all.push_back(std::move(one));
    }
    return all;
}
}  // namespace gambrel
