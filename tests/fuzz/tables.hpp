// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Readers of measurements: tables of our own columns, traces, logs, results of benchmark tools, recipes, rules.

#include <filesystem>
#include <fuzz/readers.hpp>
#include <gambrel/calibration/fit_laws.hpp>
#include <gambrel/calibration/io/calibration_file.hpp>
#include <gambrel/calibration/io/kernel_rows.hpp>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <gambrel/measurement/io/measured_source.hpp>
#include <gambrel/measurement/io/observations.hpp>
#include <gambrel/measurement/online/read_guidellm.hpp>
#include <gambrel/measurement/online/read_request_log.hpp>
#include <gambrel/measurement/online/read_stages.hpp>
#include <gambrel/measurement/online/read_step_log.hpp>
#include <gambrel/report/json/json_text.hpp>
#include <gambrel/report/json/validation_json.hpp>
#include <gambrel/report/text/validation_csv.hpp>
#include <gambrel/report/text/validation_text.hpp>
#include <gambrel/validation/validation.hpp>
#include <gambrel/workload/io/trace_csv.hpp>
#include <sstream>

namespace fuzz {
using namespace gambrel;

inline const conventions& shipped() {
    static const conventions c = read_conventions("data");
    return c;
}

inline void recorded_trace(const std::string& text) {
    std::istringstream in(text);
    const trace t = read_trace(in, "fuzzed");
    checked(t);
    if (t.empty()) return;
    require(std::isfinite(t.rate()) && std::isfinite(t.variation()), "a trace has a rate");
    require(t.prompts().mean() >= 1.0 && t.outputs().mean() >= 1.0, "requests have tokens");
    std::istringstream again(text);
    require(read_trace(again, "fuzzed", {.requests = 1}).records.size() >= 1, "a part of a trace is its beginning");
}

inline void check_rows(const std::vector<measured_row>& rows) {
    const validation v = validate(rows);
    for (const scored_row& r : v.rows) {
        if (!r.row.ok()) continue;
        require(std::isfinite(r.row.value) && r.row.value > 0.0, "a figure that is read is a positive number");
        const predicted_figure& p = r.predicted;
        if (!p.ok()) continue;
        require(std::isfinite(p.value) && p.value > 0.0 && p.low <= p.value && p.value <= p.high,
                "a predicted figure lies in its range");
    }
    const std::string text = report::validation_text(v), json = report::json_text(report::validation_json(v));
    std::ostringstream csv;
    report::write_validation_csv(csv, v);
    for (const std::string& shown : {text, json, csv.str()})
        require(shown == printable_lines(shown), "what is shown of a table steers nothing");
    for (std::size_t at = 0; (at = csv.str().find('\n', at + 1)) != std::string::npos;)
        require(csv.str().compare(at, 2, "\n=") != 0, "no cell is a formula");
}
inline void measured_rows_of_table(const std::string& text) {
    std::istringstream in(text);
    check_rows(read_measurements(in, shipped()));
}

inline void benchmark_results(const std::string& text) {
    const stated nothing(result_json::object(), shipped());
    const auto kind = detail::is_json_text(text);
    if (!kind && !detail::is_llama_text(text)) fail("neither");
    const auto values = kind ? results_in(text, "fuzzed") : detail::llama_tests_in(text, "fuzzed");
    const measured_table t =
        read_benchmark_results(values, kind ? nullptr : reader_named("llama-bench"), nothing, shipped());
    check_rows(read_measurements(t, shipped()));
}

/// Whatever a tool, a server, a profiler or a board's driver wrote, told by its content.
inline void observations(const std::string& text) {
    const stated nothing(result_json::object(), shipped());
    const std::vector<observation> all = read_observations(text, "fuzzed", nothing);
    require(!all.empty(), "a file that is read holds something");
    for (const observation& o : all) {
        require(!o.tool.empty() && !o.where.empty(), "an observation says where it is from");
        for (const std::string* name : {&o.model, &o.device, &o.runtime, &o.runtime_version})
            require(is_utf8(*name), "names are text");
        for (const auto& [figure, value] : o.figures) require(std::isfinite(value), "a figure is a finite number");
        if (!o.kernels) continue;
        for (const kernel_time& k : o.kernels->kernels)
            require(is_printable(k.name) && std::isfinite(k.seconds), "a kernel has a name and a time");
        if (o.kernels->wall)
            require(*o.kernels->busy <= *o.kernels->wall * (1.0 + 1e-9), "kernels run within their wall");
    }
    measured_table t = measured_table::with_columns(table_kind::serving, serving_columns);
    const stated said(result_json{{"device", "h100-sxm"}, {"model", "llama-3.1-8b"}}, shipped());
    try {
        detail::add_observed(all, "fuzzed", said, shipped(), t);
    } catch (const error&) {  // another device or model than what is stated
        return;
    }
    check_rows(read_measurements(t, shipped()));
}

/// A log of requests, of passes, of GuideLLM or of stages, by the first character.
inline void online_log(const std::string& text) {
    if (text.empty()) return;
    std::istringstream in(text.substr(1)), other(text.substr(1));
    switch (text[0]) {
        case 'r': read_request_log(in, {}); break;
        case 's': read_step_log(in); break;
        case 'g': read_guidellm(in, {}); break;
        case 't': read_stages(in, other, shipped(), runtime_named("vllm")); break;
        default: fail("which log?");
    }
}

inline void recipes(const std::string& text) {
    std::istringstream in(text);
    read_recipes(in, "fuzzed.csv");
}

/// The three kinds of data file, by the first character.
inline void data_file(const std::string& text) {
    if (text.empty()) return;
    const std::string rest = text.substr(1);
    nlohmann::ordered_json value = nlohmann::ordered_json::parse(rest, nullptr, false);
    if (value.is_discarded()) fail("not JSON");
    const detail::data_value file(std::move(value), "fuzzed.json:", rest);
    conventions c;
    switch (text[0]) {
        case 'a': detail::read_aliases(file); break;
        case 'e': detail::read_engines(file); break;
        case 'r': detail::read_rules(file, c, "data/rules"); break;
        default: fail("which file?");
    }
}

/// A table of timed kernels of an H100: read, fitted, written as a calibration.
inline void timed_kernels(const std::string& text) {
    std::istringstream in(text);
    const kernel_rows table = read_kernel_rows(in, "fuzzed");
    if (table.rows.size() > 200) return;  // a fit takes time
    const laws_outcome o = fit_laws(device_named("h100-sxm"), table.rows);
    for (const law_fit& f : o.fits)
        require(std::isfinite(f.error) && std::isfinite(f.sigma) && f.sigma >= 0.0, "errors of a law are numbers");
    calibration_file file{.device = "h100-sxm"};
    file.laws = std::make_shared<const measured_laws>(o.laws);
    const std::string written = to_json(file).dump();
    require(to_json(calibration_from_json(nlohmann::json::parse(written))).dump() == written,
            "laws are read back as they were written");
}

inline constexpr std::array table_readers{
    reader{"trace", recorded_trace},      reader{"table", measured_rows_of_table},
    reader{"results", benchmark_results}, reader{"online", online_log},
    reader{"recipes", recipes},           reader{"data", data_file},
    reader{"observations", observations}, reader{"kernels", timed_kernels},
};
}  // namespace fuzz
