// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A row of a table of serving measurements, as descriptors. Columns: hardware, model, framework, weight_format,
/// tp, input_len, output_len, concurrency, metric, value, unit; optional: source_id, date, num_devices,
/// framework_version, kv_format, pp, ep, dp, request_rate, notes.
///
/// What a source's figures mean and what it calls things is data: conventions.hpp.
/// Never throws for what a row holds: the reason is in `unpredictable`.

#include <gambrel/measurement/read_load.hpp>
#include <gambrel/measurement/read_pools.hpp>
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

/// The engine of the row, or the one that a rule puts in its place, in the era of the row's version or of its date.
inline void read_runtime(measured_row& m, const table_row& row, const conventions& c, const row_settings& s) {
    const std::string& printed = row["framework"];
    const std::string stated = s.word("framework");
    const std::string_view alias = c.frameworks.ours(printed);
    const runtime<>* found = c.find_engine(!stated.empty() ? std::string_view(stated)
                                           : alias.empty() ? printed
                                                           : alias);
    if (!found) refuse("runtime not in the catalog: " + printed);
    const std::string& version = row["framework_version"];  // "0.11.2", "Neuron SDK 2.18.0"
    const std::size_t number = std::min(version.size(), version.find_first_of("0123456789"));
    const bool its_own = !s.flag("foreign_version").value_or(false);
    const runtime<>* era = its_own ? find_era(found->name, std::string_view(version).substr(number)) : nullptr;
    if (!era) era = find_era(found->name, row["date"]);
    m.runtime = era ? *era : *found;
}

/// The weights and the cache: as a rule says, else as the row does.
inline void read_weights(measured_row& m, const std::string& printed, const conventions& c, const row_settings& s) {
    const std::string stated = s.word("weights");
    const bool published = stated == "stored" || (stated.empty() && printed == "unstated");
    const storage_format* found = published || stated.empty() ? weights_named(c, printed) : format_named(stated);
    if (!found && printed != "unstated") refuse("precision not stated or not known: " + printed);
    const bool blocks = m.model->stored.attention.name == formats::fp8_block.name;
    if (found == &formats::fp8 && blocks) found = &formats::fp8_block;  // what is published in blocks is served so
    if (found == &formats::w8a16) m.runtime.formats.int4 = true;        // it ran
    m.stored = found ? found->name.str() : "stored";
    m.formats.weights = published ? as_served(m.model->stored) : linear_layers_in(*found);
    if (s.flag("experts_in_8_bit").value_or(false)) m.formats.weights.experts.issue = multiply::as_8_bit_float;
    // Checkpoints calibrated for per-tensor scales bring scales for an 8-bit cache; block-scaled ones do not.
    const bool narrow = !published && (found == &formats::fp8 || found == &formats::nvfp4);
    m.formats.kv = narrow ? formats::fp8 : formats::bf16;
}

inline void read_formats(measured_row& m, const table_row& row, const conventions& c, const row_settings& s) {
    read_weights(m, row["weight_format"], c, s);
    const std::string& cache = row["kv_format"];
    if (cache.empty() || row["weight_format"] == "unstated") return;
    std::string_view kv = c.kv.ours(cache);
    if (kv.empty() && format_named(cache)) kv = cache;
    if (kv.empty()) refuse("KV format not known: " + cache);
    m.formats.kv = kv == "fp8" ? formats::fp8 : kv == "int8" ? formats::int8 : formats::bf16;
}

/// `tp`, `pp`, `ep`, `dp` as a cut. Attention data parallelism is written both as tp 1, dp 8 and as tp 8, dp 8.
inline void read_cut(measured_row& m, const table_row& row, const row_settings& s) {
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
    bool recounted = false;  // a product was taken apart: the devices stated are one too
    if (s.flag("ranks_are_products").value_or(false)) {
        const parallelism apart = without_products(m.cut, stated.value_or(0));
        recounted = apart.devices() != m.cut.devices();
        m.cut = apart;
    }
    if (m.cut.data > 1 && stated && m.cut.tensor * m.cut.pipeline == *stated && m.cut.tensor % m.cut.data == 0)
        m.cut.tensor /= m.cut.data;
    const int cores = static_cast<int>(s.number("ranks_per_device").value_or(1.0));
    if (cores > 1 && stated && m.cut.tensor == cores * *stated) {
        m.cut.tensor = *stated;
        pad_to_ranks(m, cores * *stated);
    }
    const int replica = static_cast<int>(s.number("tensor_ranks").value_or(0.0));
    if (row["tp"].empty() && replica > 0 && stated && *stated % replica == 0) {
        m.cut = {.tensor = replica, .data = *stated / replica};
    } else if (row["tp"].empty()) {
        if (stated && *stated > 1) refuse("parallel cut not stated");
    } else if (stated && !recounted && m.cut.devices() != *stated) {
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
        const auto kind = table_kind::serving;
        const row_settings printed = detail::settings_of(c.as_printed, detail::facts_of(row, kind, m));
        m.drafted = printed.flag("drafted").value_or(false);
        detail::read_hardware(m, c, own);
        detail::read_runtime(m, row, c, printed);
        detail::read_model(m, row, c);
        const row_settings named = detail::settings_of(c.as_named, detail::facts_of_names(row, kind, m));
        detail::read_formats(m, row, c, named);
        if (!detail::read_pools(m)) detail::read_cut(m, row, named);
        detail::apply_ranks(m, detail::settings_of(c.as_cut, detail::facts_of_run(row, kind, m)));
        detail::read_load(m, row, detail::settings_of(c.as_run, detail::facts_of_run(row, kind, m)));
    });
}
}  // namespace gambrel
