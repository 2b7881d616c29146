// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The InferenceX (InferenceMAX) benchmark: how it loads an engine, what its recipes set, and which published rows
/// are not what they say.
///
///     closed loop of c clients, all at once, 10 c requests (50 c or 20 c: see `requests_per_client`);
///     prompt and output each uniform in 80 to 100 % of nominal; means, or medians where the metric says so
///
/// Settings: the repository's launch scripts, 2025-10 to 2026-05, as read for shared notes; the framework's defaults
/// where a script sets nothing. A piecewise graph counts as none. R(x) = x rounded up to a multiple of 64: a budget of
/// R(c + isl + 64) holds one prompt beside the decodes, so one prompt per step.
/// Evidence: tests/measurement/inferencex_test.cpp.

#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/protocol/cold_starts.hpp>
#include <gambrel/measurement/row.hpp>

namespace gambrel {

/// What a recipe is chosen by.
struct inferencex_row {
    std::string_view model;      ///< family of the model: "llama", "gpt_oss", "deepseek_v3"
    std::string_view device;     ///< of the catalog
    std::string_view framework;  ///< "vllm", "tensorrt-llm", "sglang"
    std::string_view weights;    ///< "fp8", "nvfp4"
    std::string_view date, version;
    double prompt = 0, output = 0, clients = 0;  ///< nominal lengths

    bool short_both() const { return prompt <= 1024 && output <= 1024; }
    bool long_prompt() const { return prompt > 1024; }
    bool is_deepseek() const { return model.starts_with("deepseek"); }
    bool before(std::string_view day) const { return date < day; }
};

namespace detail {
/// Requests in all / clients.
inline double requests_per_client(const inferencex_row& r) {
    const bool many = r.is_deepseek() && r.before("2026-01-21") &&
                      ((r.device == "b200-sxm" && r.framework == "sglang") || r.device == "mi355x") &&
                      (r.weights != "nvfp4" || r.before("2025-11-10"));
    if (!many) return 10.0;
    return r.output > 1024 ? 20.0 : 50.0;
}

inline void one_prompt_per_step(scheduling& s, const inferencex_row& r, double at_least) {
    const double exact = 64.0 * math::pieces(r.clients + r.prompt + 64.0, 64.0);
    s.token_budget = larger(at_least, exact);
    if (s.token_budget == exact) s.prompts_per_step = 1;
}

inline void set_llama(measured& m, const inferencex_row& r) {
    scheduling& s = m.runtime.scheduling;
    m.formats.kv = formats::fp8;
    if (r.framework == "vllm") {
        s.token_budget = 8192;
        s.most_sequences = r.device == "b200-sxm" ? 512 : r.clients;
    } else if (r.framework == "tensorrt-llm") {
        s.token_budget = 16384;
        if (r.short_both() && m.cut.tensor < 8) s.batch_wait_steps = 20;
    }
}

inline void set_gpt_oss(measured& m, const inferencex_row& r) {
    scheduling& s = m.runtime.scheduling;
    const bool blackwell = r.device == "b200-sxm";
    m.formats.kv = formats::bf16;
    if (r.framework == "vllm") {
        s.token_budget = 8192;
        s.most_sequences = blackwell ? 512 : r.clients;
        if (blackwell && !r.before("2026-03-01")) m.formats.kv = formats::fp8;
    } else if (r.framework == "tensorrt-llm") {
        s.token_budget = 20000;
        s.most_sequences = blackwell ? 512 : r.clients;
        m.runtime.memory.fraction = 0.85;
        if (blackwell) m.formats.kv = formats::fp8;
        if (!blackwell || r.clients >= 256) m.cut.expert = m.cut.expert_ranks();
    }
}

/// Attention copies in the place of tensor ranks, prompts held until every copy has one, at most 60 steps.
inline void attention_data_parallel(measured& m) {
    if (m.cut.tensor > 1) {
        m.cut.data = m.cut.tensor * m.cut.data;
        m.cut.tensor = 1;
    }
    m.cut.expert = m.cut.data;
    m.runtime.scheduling.batch_wait_steps = 60;
    m.runtime.scheduling.prompts_per_step = 1;
}

inline void set_deepseek_tensorrt(measured& m, const inferencex_row& r) {
    scheduling& s = m.runtime.scheduling;
    m.formats.kv = formats::fp8;
    const bool old = r.before("2026-01-21"), hopper = r.device != "b200-sxm";
    one_prompt_per_step(s, r, old ? 0.0 : 8192.0);
    m.runtime.memory.fraction = hopper ? 0.75 : 0.80;
    if (m.cut.data > 1) return attention_data_parallel(m);
    if (hopper) {
        m.cut.expert = m.cut.tensor;
        if (r.long_prompt() && r.clients >= 64) attention_data_parallel(m);
    } else if (old && r.weights == "nvfp4") {
        const double most = m.cut.tensor < 8 || r.long_prompt() ? 32 : r.output > 1024 ? 16 : 8;
        const bool always = m.cut.tensor < 8 && r.long_prompt() && !r.before("2025-12-01");
        if (r.clients > most || always) m.cut.expert = m.cut.tensor;
        if (r.clients >= 256 || (r.long_prompt() && r.clients > 32)) attention_data_parallel(m);
    } else if (old) {
        m.cut.expert = m.cut.tensor;
        if (r.clients > (r.short_both() ? 32 : 64)) attention_data_parallel(m);
    } else if (r.weights != "nvfp4") {
        const bool piecewise = r.clients >= (r.output > 1024 ? 128 : 64);
        m.runtime.graphs.prefill = piecewise;
        if (piecewise && r.short_both()) s.batch_wait_steps = 40;
    } else {
        m.runtime.graphs.prefill = r.short_both() && m.cut.tensor == 8 && m.cut.expert == 8;
    }
}

inline void set_deepseek_sglang(measured& m, const inferencex_row& r) {
    scheduling& s = m.runtime.scheduling;
    memory_policy& memory = m.runtime.memory;
    if (r.device == "b200-sxm") {
        m.formats.kv = formats::fp8;
        s.poll_interval_steps = r.clients < 16 ? 10 : 30;
        if (r.weights == "nvfp4") {
            s.token_budget = 16384;
            s.most_sequences = 256;
            memory.fraction = 0.85;
            m.cut.expert = m.cut.tensor;
        } else if (m.cut.tensor == 4) {
            s.token_budget = 8192;
            s.most_sequences = 32;
            memory.fraction = 0.95;
        } else {
            s.token_budget = 32768;
            s.most_sequences = 128;
            memory.fraction = 0.82;
            if (r.date.starts_with("2025-11")) m.cut.expert = m.cut.tensor;
        }
    } else if (r.device.starts_with("mi3")) {
        s.token_budget = r.before("2026-01-01") || r.device == "mi355x" ? 196608 : 131072;
        memory.fraction = 0.80;
        m.formats.kv = r.before("2026-01-01") ? formats::bf16 : formats::fp8;
    } else {
        m.formats.kv = formats::bf16;
        s.token_budget = 32768;
        s.most_sequences = r.short_both() ? 512 : 256;
        memory.fraction = 0.82;
    }
}
}  // namespace detail

/// Sets the load and the recipe's settings of `m`, whose device, model, runtime, cut and formats are read.
inline void apply_inferencex(measured& m, const inferencex_row& r, statistic reported = statistic::mean) {
    m.workload.prompt = length::uniform_below(r.prompt, 0.8);
    m.workload.output = length::uniform_below(r.output, 0.8);
    m.workload.concurrency = r.clients;
    m.workload.protocol = {true, detail::requests_per_client(r), reported};
    m.drive = drive::closed_loop;
    if (reported == statistic::mean)
        for (const cold_start_fit& c : cold_starts)
            if (c.runtime == r.framework && c.family == m.model->family.view() && c.device == r.device)
                m.workload.protocol.cold_start = seconds<>::from_value(c.seconds);
    if (r.model == "llama") detail::set_llama(m, r);
    if (r.model == "gpt_oss") detail::set_gpt_oss(m, r);
    if (r.is_deepseek() && r.framework == "tensorrt-llm") detail::set_deepseek_tensorrt(m, r);
    if (r.is_deepseek() && r.framework == "sglang") detail::set_deepseek_sglang(m, r);
}

/// Parallel fields of rows from 2025-12 on multiply expert ranks in: tp 16, ep 4 is TP4 EP4. The recipes run EP = TP
/// (or = DP) or no EP, so a degree that is the square of `expert` is such a product.
inline parallelism without_products(parallelism cut) {
    const int e = cut.expert;
    if (e > 1 && cut.tensor == e * e) cut.tensor = e;
    if (e > 1 && cut.data == e * e) cut.data = e;
    return cut;
}

/// Why a row of the InferenceX kind must not be scored; empty when it may.
inline std::string inferencex_trap(const inferencex_row& r, metric what, int tensor, std::string_view model_name,
                                   std::string_view notes, bool labels_speculation) {
    using detail::contains;
    if (contains(notes, "SPECULATIVE") || contains(notes, "spec_decoding=mtp"))
        return "speculative decoding is not predicted";
    if (contains(notes, "DISAGGREGATED")) return "disaggregated serving is not predicted";
    if (contains(model_name, "DeepSeek-V3")) return "InferenceX: DeepSeek-V3 rows are copies of the DeepSeek-R1 rows";
    if (r.clients >= 2048) return "InferenceX: the row of 2048 clients is unusable";
    if (!r.is_deepseek() || labels_speculation) return {};
    const bool b200_fp8 = r.device == "b200-sxm" && r.weights == "fp8";
    const bool drafted =
        (r.framework == "tensorrt-llm" && (contains(r.version, "rc6.post3") || r.date == "2026-01-14" ||
                                           (r.date == "2026-01-28" && r.clients == 256))) ||
        (r.framework == "sglang" && b200_fp8 && r.date == "2026-03-25" && tensor == 8 &&
         (r.clients >= 128 || (r.long_prompt() && r.clients >= 8)));
    if (drafted) return "InferenceX: unlabelled speculative decoding";
    if (what == metric::ttft && r.device == "b200-sxm" && r.framework == "sglang" && r.before("2026-01-21"))
        return "InferenceX: mean TTFT holds a cold start";
    return {};
}
}  // namespace gambrel
