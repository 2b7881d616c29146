// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How the engine of a row was driven, and what its lengths and its load then mean. A source that is not named here
/// is read by what the row states: a concurrency is a closed loop in steady state, "max" is saturated, a request rate
/// without a concurrency is an open loop.
///
///     static batch   tables that run one batch from start to end: `static_sources`
///     batch 1        speed tables of one request at a time: a closed loop of one client
///     saturated      everything queued at once; TensorRT-LLM's tables derive slots and budget by their tool's rule
///     in step        fixed lengths and all clients at once: LMDeploy's test
///
/// AIConfigurator's own runs ("aic-runs") state no protocol. They are read as its own template runs one: fixed lengths,
/// all clients at once, ten rounds; SGLang's rows are met in TTFT and TPOT by that reading and no other.
///
/// Lengths that decode does not depend on need not be stated: see `stand_in_output`.

#include <algorithm>
#include <gambrel/measurement/refusal.hpp>
#include <gambrel/numeric/io/csv.hpp>

namespace gambrel::detail {

inline constexpr std::array<std::string_view, 9> static_sources{
    "trtllm-perf-static", "trtllm-blogs",        "aws-neuron",          "argonne", "dstack-405b", "fastertransformer",
    "intel-gaudi",        "vllm-buildkite-perf", "rocm-vllm-dev-docker"};

/// Output length of a single request where none is stated: its TPOT depends on it only through half its share of
/// the context, and its TTFT not at all.
inline constexpr double stand_in_output = 256;
inline constexpr double stand_in_prompt = 128;

/// ShareGPT conversations as the JetStream tables sample them: "means ~220 in / ~200-290 out" (their notes).
inline constexpr double sharegpt_prompt = 220, sharegpt_output = 250;

/// Requests of a saturated run: trtllm-bench's published list to 1.0 and from 1.2, by lengths; 0 where not known.
inline double saturated_requests(std::string_view source, double prompt, double output) {
    struct run {
        double prompt, output, requests;
    };
    constexpr std::array to_1_0{run{128, 128, 30000},  run{128, 2048, 3000},  run{2048, 128, 3000},
                                run{500, 2000, 3000},  run{1000, 1000, 3000}, run{128, 4096, 1500},
                                run{1000, 2000, 1500}, run{2048, 2048, 1500}, run{5000, 500, 1500},
                                run{20000, 2000, 1000}};
    constexpr std::array from_1_2{run{1024, 1024, 3000}, run{1000, 1000, 3000},  run{8192, 1024, 1500},
                                  run{1024, 8192, 1500}, run{32768, 1024, 1000}, run{1024, 32768, 1000}};
    const auto among = [&](const auto& runs) {
        for (const run& r : runs)
            if (r.prompt == prompt && r.output == output) return r.requests;
        return 0.0;
    };
    if (source.starts_with("trtllm-perf-v1.2")) return among(from_1_2);
    if (source.starts_with("trtllm-perf-v") || source.starts_with("gcp-gpu-recipes")) return among(to_1_0);
    if (source.starts_with("nm-vllm") || source.starts_with("jetstream-jax")) return 1000;
    if (source.starts_with("jetstream")) return 2000;
    return 0.0;
}

inline bool is_static(std::string_view source) {
    return std::any_of(static_sources.begin(), static_sources.end(),
                       [&](std::string_view s) { return source.starts_with(s); });
}

/// The same model with heads and widths rounded up to what `ranks` share, as compilers that pad do.
inline architecture padded(const architecture& m, int ranks) {
    const auto up = [&](count n) { return n > 0 ? (n + ranks - 1) / ranks * ranks : n; };
    architecture p = m;
    for (std::size_t i = 0; i < p.group_count; ++i) {
        layer& l = p.groups[i].layer;
        l.attention.query_heads = up(l.attention.query_heads);
        l.attention.kv_heads = l.attention.kv_heads > 0 ? up(l.attention.kv_heads) : 0;
        l.feed_forward.width = up(l.feed_forward.width);
    }
    return p;
}
inline void pad_to_ranks(measured& m, int ranks) {
    m.adapted = std::make_shared<const architecture>(padded(*m.model, ranks));
    m.model = m.adapted.get();
}

/// TensorRT's engines keep the whole context of a sliding-window model unless told to (max_attention_window_size,
/// recalled default: the longest sequence). Its tables show it: Mistral-7B at 20000/2000 is as fast as Llama-3.1-8B,
/// not twice.
inline void without_windows(measured& m) {
    architecture whole = *m.model;
    bool any = false;
    for (std::size_t i = 0; i < whole.group_count; ++i) {
        attention_block& a = whole.groups[i].layer.attention;
        any = any || a.window > 0;
        a.window = 0;
    }
    if (!any) return;
    m.adapted = std::make_shared<const architecture>(whole);
    m.model = m.adapted.get();
}

/// The same device with a network of `per_direction` for each, where a source states one that the catalog leaves open.
inline void link_nodes(measured& m, const byte_rate<>& per_direction, std::string_view source) {
    if (m.device->scale_out.present()) return;
    auto linked = std::make_shared<device<>>(*m.device);
    linked->scale_out.name = "network of the source";
    linked->scale_out.kind = fabric::infiniband;
    linked->scale_out.per_direction = {per_direction, {source, "2026-11", evidence::measured}};
    m.linked = linked;
    m.device = linked.get();
}

/// A run beyond the published context happened all the same (position scaling): the limit is lifted to its length.
inline void allow_context(measured& m, double tokens) {
    if (m.model->most_context == 0 || tokens <= static_cast<double>(m.model->most_context)) return;
    architecture longer = *m.model;
    longer.most_context = static_cast<count>(tokens) + 1;
    m.adapted = std::make_shared<const architecture>(longer);
    m.model = m.adapted.get();
}

inline void read_lengths(measured& m, const csv_reader& row, bool alone) {
    const std::string& in = row["input_len"];
    const std::string& out = row["output_len"];
    auto prompt = number_in(in), output = number_in(out);
    if (contains(in, "ShareGPT") && contains(out, "ShareGPT")) {
        prompt = sharegpt_prompt;
        output = sharegpt_output;
    }
    const bool decode_only = m.metric == metric::output_per_user || m.metric == metric::tpot || m.metric == metric::itl;
    if (!prompt && in.empty() && alone && decode_only) prompt = stand_in_prompt;
    if (!output && alone && (decode_only || m.metric == metric::ttft)) output = stand_in_output;
    if (!prompt || !output) refuse("lengths not stated");
    const bool first_only = m.metric == metric::ttft && *output == 1.0;
    if (!(*prompt >= 1.0 && *prompt <= longest_length) ||
        !(*output >= (first_only ? 1.0 : 2.0) && *output <= longest_length))
        refuse("lengths out of range");
    m.workload.prompt = *prompt;
    m.workload.output = *output;
    allow_context(m, *prompt + *output);
}

inline void read_drive(measured& m, const csv_reader& row) {
    const std::string_view source = m.source;
    const std::string& load = row["concurrency"];
    const std::string& rate = row["request_rate"];
    const std::string& notes = row["notes"];
    if (source.starts_with("mlperf") && !contains(notes, "Offline") && !contains(notes, "offline"))
        refuse("request rate not stated (bound by a service level)");
    if (contains(notes, "AMBIGUOUS")) refuse("of the whole deployment or of one device: not stated");
    if (contains(notes, "SPECULATIVE")) refuse("speculative decoding is not predicted");
    if (contains(notes, "DISAGGREGATED")) refuse("disaggregated serving is not predicted");

    const auto clients = number_in(load);
    const auto per_second = number_in(rate);
    if (!load.empty() && !load.starts_with("max") && (!clients || !(*clients >= 1.0 && *clients <= most_clients)))
        refuse("concurrency is not a count: " + load);
    if (m.runtime.name.view() == "tensorrt-llm-engine") without_windows(m);
    read_lengths(m, row, clients && *clients == 1.0);
    if (contains(notes, "8x200Gb IB"))
        link_nodes(m, gigabytes(25) / seconds_of(1),
                   "FasterTransformer GPT guide: 8 x 200 Gb/s InfiniBand per 8 devices");

    if (is_static(source) && clients && rate.empty()) {
        m.drive = drive::static_batch;
        m.workload.concurrency = *clients;
    } else if (source.starts_with("rocm-vllm") && clients) {  // as many slots as prompts, all at once
        m.drive = drive::saturated;
        m.requests = *clients;
        m.runtime.scheduling.most_sequences = *clients;
    } else if (source.starts_with("jetstream") && clients) {
        m.drive = drive::saturated;
        m.requests = saturated_requests(source, 0, 0);
        m.runtime.scheduling.most_sequences = *clients;
    } else if (clients) {
        m.workload.concurrency = *clients;
        const statistic reported = m.workload.protocol.reported;
        if (source.starts_with("lmdeploy")) m.workload.protocol = {true, 0.0, reported};
        if (source == "aic-runs") m.workload.protocol = {true, 10.0, reported};
    } else if (load.starts_with("max") || rate == "inf") {
        m.drive = drive::saturated;
        m.requests = saturated_requests(source, m.workload.prompt.mean(), m.workload.output.mean());
        m.tuned = source.starts_with("trtllm-perf-v") || source.starts_with("gcp-gpu-recipes");
        if (source.starts_with("trtllm-online")) m.requests = 500;
    } else if (per_second) {
        if (!(*per_second > 0.0 && *per_second <= 1e6)) refuse("request rate is not a positive number: " + rate);
        m.drive = drive::open_loop;
        m.workload.rate = make<request_rate<>>(*per_second);
        if (source.starts_with("trtllm-online")) m.requests = 500;
    } else {
        refuse("neither concurrency nor request rate stated");
    }
}
}  // namespace gambrel::detail
