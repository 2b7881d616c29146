// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of a table of serving measurements, as descriptors. Columns: hardware, model, framework, weight_format,
/// tp, input_len, output_len, concurrency, metric, value, unit; optional: source_id, date, num_devices,
/// framework_version, kv_format, pp, ep, dp, request_rate, notes.
///
/// What each source's figures mean is in drives.hpp; InferenceX in inferencex.hpp; names in names.hpp.
/// Never throws for what a row holds: the reason is in `unpredictable`.

#include <gambrel/measurement/protocol/inferencex.hpp>
#include <gambrel/measurement/protocol/load_of_row.hpp>
#include <gambrel/measurement/protocol/other_runtimes.hpp>
#include <gambrel/measurement/refusal.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/numeric/io/csv.hpp>

namespace gambrel {

namespace detail {
inline storage_format format_named(std::string_view name) {
    for (const storage_format* f :
         {&formats::bf16, &formats::fp8, &formats::fp8_block, &formats::nvfp4, &formats::mxfp4, &formats::int4_g128,
          &formats::int4_g32, &formats::w8a16, &formats::int8})
        if (f->name.view() == name) return *f;
    return formats::bf16;
}

struct metric_name {
    std::string_view begins;
    gambrel::metric metric;
};
/// The longest beginning first; "_mean", "_p50" and the like follow.
inline constexpr std::array metric_names{metric_name{"ttft", metric::ttft},
                                         metric_name{"tpot", metric::tpot},
                                         metric_name{"itl", metric::itl},
                                         metric_name{"e2e_latency", metric::latency},
                                         metric_name{"e2el", metric::latency},
                                         metric_name{"latency", metric::latency},
                                         metric_name{"output_throughput_per_gpu", metric::output_per_device},
                                         metric_name{"output_throughput_per_user", metric::output_per_user},
                                         metric_name{"output_throughput", metric::output_throughput},
                                         metric_name{"total_throughput_per_gpu", metric::total_per_device},
                                         metric_name{"total_throughput", metric::total_throughput},
                                         metric_name{"decode_speed", metric::output_per_user},
                                         metric_name{"request_throughput", metric::request_throughput},
                                         metric_name{"requests_per_s", metric::request_throughput}};

inline void read_metric(measured& m, const csv_reader& row) {
    const std::string& name = row["metric"];
    const metric_name* found = nullptr;
    for (const metric_name& n : metric_names)
        if (!found && name.starts_with(n.begins)) found = &n;
    if (!found) refuse("metric not predicted: " + name);
    const std::string_view ending = std::string_view(name).substr(found->begins.size());
    bool known = ending.empty();
    for (const std::string_view e : {"_mean", "_avg", "_median", "_p50", "_batch"}) known = known || ending == e;
    if (!known) refuse("metric not predicted: " + name);
    if (ending == "_median" || ending == "_p50") m.workload.protocol.reported = statistic::median;
    m.metric = found->metric;

    const auto value = number_in(row["value"]);
    if (!value || *value <= 0.0) refuse("value is not a positive number");
    const bool time = unit_of(m.metric) == "s";
    const std::string& unit = row["unit"];
    if (time && unit == "ms") m.value = *value * 1e-3;
    else if (time && unit == "s") m.value = *value;
    else if (!time && (unit == "tok/s" || unit == "tok/s/GPU" || unit == "tok/s/user" || unit == "req/s"))
        m.value = *value;
    else refuse("unit does not belong to the metric: " + unit);
    const bool per_device = m.metric == metric::output_per_device || m.metric == metric::total_per_device;
    if (unit == "tok/s/GPU" && !per_device) refuse("unit does not belong to the metric: " + unit);
}

inline void read_device(measured& m, const csv_reader& row, const device<>* own) {
    read_hardware(m, own);
    if (contains(m.hardware, "A800") && row["num_devices"] != "1")
        refuse("device not in the catalog: A800 with its slower links");
}

inline void read_model(measured& m, const csv_reader& row) {
    std::string name = row["model"];
    for (char& c : name)
        if (c == ' ') c = '-';
    std::string_view alias = ours(model_aliases, gambrel::detail::without_owner(name));
    m.model = find_model(alias.empty() ? std::string_view(name) : alias);
    if (!m.model) {
        name = bare_model(name);
        alias = ours(model_aliases, gambrel::detail::without_owner(name));
        m.model = find_model(alias.empty() ? std::string_view(name) : alias);
    }
    if (!m.model) refuse("model not in the catalog: " + row["model"]);
}

/// TensorRT-LLM up to 0.19 ran compiled engines; from 0.20 the published tables are of the PyTorch backend.
inline void read_runtime(measured& m, const csv_reader& row) {
    const std::string& printed = row["framework"];
    if (printed.starts_with("dynamo")) refuse("disaggregated serving is not predicted");
    std::string_view name = printed;
    if (const std::string_view alias = ours(framework_aliases, printed); !alias.empty()) name = alias;
    else if (printed.starts_with("vLLM ")) name = "vllm";
    else if (printed.starts_with("TensorRT ")) name = "tensorrt-llm-engine";  // MLPerf
    const runtime<>* found = find_measured_runtime(name);
    if (!found) refuse("runtime not in the catalog: " + printed);
    if (found->name.view() == "tensorrt-llm") {
        const auto release = release_order(row["framework_version"]);
        if (release && *release < 20) found = &catalog::tensorrt_llm_engine;
    }
    m.runtime = *found;
}

inline void read_formats(measured& m, const csv_reader& row) {
    const std::string& printed = row["weight_format"];
    // A checkpoint is served as published unless the row says otherwise, its cache in 16 bit.
    if (printed == "unstated") {
        m.formats = {.weights = as_served(m.model->stored), .kv = formats::bf16};
        return;
    }
    std::string_view weights = ours(weight_aliases, printed);
    // Qwen publishes its own 8-bit checkpoints with a scale per block of 128 x 128 (config.json, weight_block_size).
    if (weights == "fp8" && contains(row["model"], "Qwen/Qwen3") && row["kv_format"].empty()) weights = "fp8_block";
    if (weights.empty()) refuse("precision not stated or not known: " + printed);
    const std::string_view runs = m.runtime.name.view();
    if (printed == "int8" && runs != "neuron" && runs != "jetstream")
        refuse("precision not stated or not known: int8 weights alone, or multiplied in int8");
    if (weights == "w8a16") m.runtime.formats.int4 = true;  // it ran
    // gpt-oss is published in MXFP4 (experts only) and served so, whatever the row calls it.
    const bool mx = m.model->family.view() == "gpt_oss";
    m.formats.weights = mx ? as_served(m.model->stored) : linear_layers_in(format_named(weights));
    // Blackwell's kernels multiply its MXFP4 experts with MXFP8 activations (FlashInfer and TensorRT-LLM MoE).
    if (mx && m.device->peak.fp4.known()) m.formats.weights.experts.issue = multiply::as_8_bit_float;
    const std::string& cache = row["kv_format"];
    const std::string_view kv = ours(kv_aliases, cache);
    if (!cache.empty() && kv.empty()) refuse("KV format not known: " + cache);
    // Checkpoints calibrated for per-tensor scales bring scales for an 8-bit cache; block-scaled ones do not.
    const bool narrow = !mx && (weights == "fp8" || weights == "nvfp4");
    m.formats.kv = kv == "fp8" || (kv.empty() && narrow) ? formats::fp8 : kv == "int8" ? formats::int8 : formats::bf16;
}

/// `tp`, `pp`, `ep`, `dp` as a cut. Attention data parallelism is written both as tp 1, dp 8 and as tp 8, dp 8.
inline void read_cut(measured& m, const csv_reader& row) {
    const auto degree = [&](const char* column) {
        const std::string& field = row[column];
        if (field.empty() || field == "0") return 1;
        const auto n = count_in(field, 65536);
        if (!n) refuse(std::string(column) + " is not a count: " + field);
        return *n;
    };
    const std::string& devices = row["num_devices"];
    const auto stated = count_in(devices);
    if (!devices.empty() && !stated) refuse("num_devices is not a count: " + devices);
    m.cut = {.tensor = degree("tp"), .pipeline = degree("pp"), .data = degree("dp"), .expert = degree("ep")};
    if (m.source.starts_with("inferencex")) m.cut = without_products(m.cut);
    if (m.cut.data > 1 && stated && m.cut.tensor * m.cut.pipeline == *stated && m.cut.tensor % m.cut.data == 0)
        m.cut.tensor /= m.cut.data;
    if (m.runtime.name.view() == "neuron" && stated &&
        m.cut.tensor == 2 * *stated) {  // counted in cores, two to a chip
        m.cut.tensor = *stated;
        pad_to_ranks(m, 2 * *stated);
    }
    if (row["tp"].empty()) {
        if (stated && *stated > 1) refuse("parallel cut not stated");
    } else if (stated && m.cut.devices() != *stated) {
        refuse("tp x pp x dp is not the number of devices");
    }
    if (m.cut.expert > m.cut.expert_ranks()) refuse("more expert ranks than devices");
}

inline void read_benchmark(measured& m, const csv_reader& row) {
    if (!m.source.starts_with("inferencex")) return read_drive(m, row);
    const auto clients = number_in(row["concurrency"]), prompt = number_in(row["input_len"]),
               output = number_in(row["output_len"]);
    if (!prompt || !output || *prompt < 1 || *output < 2) refuse("lengths not stated");
    if (!clients || *clients < 1) refuse("concurrency not stated");
    std::string_view runtime = m.runtime.name.view();
    if (runtime.starts_with("tensorrt-llm")) runtime = "tensorrt-llm";
    const inferencex_row r{m.model->family.view(),
                           m.device->name.view(),
                           runtime,
                           row["weight_format"],
                           row["date"],
                           row["framework_version"],
                           *prompt,
                           *output,
                           *clients};
    const std::string trap =
        inferencex_trap(r, m.metric, m.cut.tensor, row["model"], row["notes"], m.source == "inferencex-dsr1-fixture");
    if (!trap.empty()) refuse(trap);
    apply_inferencex(m, r, m.workload.protocol.reported);
}
}  // namespace detail

/// The present row of `row` as descriptors, or why not. Evidence: tests/measurement/measured_test.cpp.
inline measured read_measured(const csv_reader& row, const device<>* own = nullptr) {
    measured m;
    m.line = row.line();
    m.source = row["source_id"];
    m.date = row["date"];
    m.hardware = row["hardware"];
    m.model_name = row["model"];
    m.framework = row["framework"];
    m.version = row["framework_version"];
    m.weights = row["weight_format"];
    m.notes = row["notes"];
    return detail::reading(m, [&] {
        detail::read_metric(m, row);
        detail::read_device(m, row, own);
        detail::read_runtime(m, row);
        detail::read_model(m, row);
        detail::read_formats(m, row);
        detail::read_cut(m, row);
        detail::read_benchmark(m, row);
    });
}
}  // namespace gambrel
