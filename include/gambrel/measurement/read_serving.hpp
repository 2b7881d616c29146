// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of a table of serving measurements, as descriptors. Columns: hardware, model, framework, weight_format,
/// tp, input_len, output_len, concurrency, metric, value, unit; optional: source_id, date, num_devices,
/// framework_version, kv_format, pp, ep, dp, request_rate, notes.
///
/// What a source's figures mean and what it calls things is data: conventions.hpp.
/// Never throws for what a row holds: the reason is in `unpredictable`.

#include <gambrel/measurement/read_load.hpp>
#include <gambrel/model/catalog.hpp>

namespace gambrel {

namespace detail {
inline const storage_format* format_named(std::string_view name) {
    for (const storage_format* f :
         {&formats::bf16, &formats::fp8, &formats::fp8_block, &formats::nvfp4, &formats::mxfp4, &formats::int4_g128,
          &formats::int4_g32, &formats::w8a16, &formats::int8})
        if (f->name.view() == name) return f;
    return nullptr;
}
/// The format that a table calls `printed`, by its alias or by the catalog's name; null for none.
inline const storage_format* weights_named(const conventions& c, std::string_view printed) {
    const std::string_view alias = c.weights.ours(printed);
    return format_named(alias.empty() ? printed : alias);
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

inline void read_metric(measured_row& m, const table_row& row) {
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

inline void read_model(measured_row& m, const table_row& row, const conventions& c) {
    std::string name = row["model"];
    for (char& letter : name)
        if (letter == ' ') letter = '-';
    std::string_view alias = c.models.ours(without_owner(name));
    m.model = find_model(alias.empty() ? std::string_view(name) : alias);
    if (!m.model) {
        name = bare_model(name);
        alias = c.models.ours(without_owner(name));
        m.model = find_model(alias.empty() ? std::string_view(name) : alias);
    }
    if (!m.model) refuse("model not in the catalog: " + row["model"]);
}

/// The era of the row's version, or of its date.
inline void read_runtime(measured_row& m, const table_row& row, const conventions& c) {
    const std::string& printed = row["framework"];
    if (printed.starts_with("dynamo")) refuse("disaggregated serving is not predicted");
    const std::string_view alias = c.frameworks.ours(printed);
    const runtime<>* found = c.find_engine(alias.empty() ? std::string_view(printed) : alias);
    if (!found) refuse("runtime not in the catalog: " + printed);
    const std::string& version = row["framework_version"];  // "0.11.2", "Neuron SDK 2.18.0"
    const std::size_t number = std::min(version.size(), version.find_first_of("0123456789"));
    const runtime<>* era = find_era(found->name, std::string_view(version).substr(number));
    if (!era) era = find_era(found->name, row["date"]);
    m.runtime = era ? *era : *found;
}

inline void read_formats(measured_row& m, const table_row& row, const conventions& c) {
    const std::string& printed = row["weight_format"];
    // A checkpoint is served as published unless the row says otherwise, its cache in 16 bit.
    if (printed == "unstated") {
        m.formats = {.weights = as_served(m.model->stored), .kv = formats::bf16};
        return;
    }
    const storage_format* found = weights_named(c, printed);
    // Qwen publishes its own 8-bit checkpoints with a scale per block of 128 x 128 (config.json, weight_block_size).
    if (found == &formats::fp8 && contains(row["model"], "Qwen/Qwen3") && row["kv_format"].empty())
        found = &formats::fp8_block;
    if (!found) refuse("precision not stated or not known: " + printed);
    if (found == &formats::w8a16) m.runtime.formats.int4 = true;  // it ran
    // gpt-oss is published in MXFP4 (experts only) and served so, whatever the row calls it.
    const bool mx = m.model->family.view() == "gpt_oss";
    m.formats.weights = mx ? as_served(m.model->stored) : linear_layers_in(*found);
    // Blackwell's kernels multiply its MXFP4 experts with MXFP8 activations (FlashInfer and TensorRT-LLM MoE).
    if (mx && m.device->peak.fp4.known()) m.formats.weights.experts.issue = multiply::as_8_bit_float;
    const std::string& cache = row["kv_format"];
    std::string_view kv = c.kv.ours(cache);
    if (kv.empty() && format_named(cache)) kv = cache;
    if (!cache.empty() && kv.empty()) refuse("KV format not known: " + cache);
    // Checkpoints calibrated for per-tensor scales bring scales for an 8-bit cache; block-scaled ones do not.
    const bool narrow = !mx && (found == &formats::fp8 || found == &formats::nvfp4);
    m.formats.kv = kv == "fp8" || (kv.empty() && narrow) ? formats::fp8 : kv == "int8" ? formats::int8 : formats::bf16;
}

/// `tp`, `pp`, `ep`, `dp` as a cut. Attention data parallelism is written both as tp 1, dp 8 and as tp 8, dp 8.
inline void read_cut(measured_row& m, const table_row& row, bool ranks_are_products) {
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
    if (ranks_are_products) m.cut = without_products(m.cut);
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
}  // namespace detail

/// `row` as descriptors under the conventions `c`, or why not. Evidence: tests/measurement/measured_test.cpp.
inline measured_row read_serving(const table_row& row, const conventions& c, const device<>* own = nullptr) {
    measured_row m;
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
        const row_settings printed = detail::settings_of(c.as_printed, detail::facts_of(row, table_kind::serving, m));
        detail::read_hardware(m, c, own);
        detail::read_runtime(m, row, c);
        detail::read_model(m, row, c);
        detail::read_formats(m, row, c);
        detail::read_cut(m, row, printed.flag("ranks_are_products").value_or(false));
        detail::read_load(m, row, detail::settings_of(c.as_run, detail::facts_of_run(row, table_kind::serving, m)));
    });
}
}  // namespace gambrel
