// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A table of runs of the load generator GuideLLM, one row each: prompts and outputs each uniform within 50 % of
/// nominal. The table says nothing of the deployment: the caller does. (GuideLLM's own reports: io/guidellm.hpp.)
///
///     synchronous     one request at a time
///     constant@r      r requests per second, evenly spaced
///     throughput      512 clients, all at once (the 512 requests that every such row leaves unanswered)
///
/// The rate is what was sent: (answered + left over) / duration. Only answered requests are in the figures, which is
/// part of the protocol: where outputs last minutes, the longest are missing.
/// Mean TTFT is not read: some rows have impossible ones (negative, of an overflow in the generator), all medians are
/// sane. A shape's limit is its throughput row. Evidence: tests/validation/online_test.cpp.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/online/online_run.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <istream>
#include <map>

namespace gambrel {

namespace detail {
/// The number in `column` of the present row; throws `error` naming line and column for anything else.
inline double number_of(const csv_reader& row, const char* column) {
    const auto value = number_in(row[column]);
    if (!value)
        fail("line " + std::to_string(row.line()) + ": " + column + " is not a number: \"" + row[column] + "\"");
    return *value;
}

inline online_run read_guidellm_row(const csv_reader& row, const online_run& deployed) {
    const auto number = [&](const char* column) { return number_of(row, column); };
    const double in = checked(number("nom_in"), 2.0, 1e7, "nom_in"),
                 out = checked(number("nom_out"), 2.0, 1e7, "nom_out");
    const std::string& strategy = row["strategy"];
    online_run r = deployed;
    r.shape = row["nom_in"] + "/" + row["nom_out"];
    r.name = r.shape + " " + strategy;
    r.prompt = length::uniform(0.5 * in, 1.5 * in);
    r.output = length::uniform(0.5 * out, 1.5 * out);
    r.duration = checked(number("duration_s"), 1e-3, 1e7, "duration_s");
    const double answered = number("n_ok"), left_over = number("n_incomplete");
    r.count = static_cast<std::size_t>(checked(answered + left_over, 1.0, 1e8, "the requests sent"));
    const double rate = static_cast<double>(r.count) / r.duration;
    if (strategy == "synchronous") r.sending = sending::one_at_a_time;
    else if (strategy == "throughput") r.sending = sending::at_once;
    else if (strategy.starts_with("constant@")) r.sending = sending::evenly;
    else r.unpredictable = "strategy not known: " + strategy;
    if (r.sending == sending::at_once) r.clients = larger(1.0, left_over);
    online_window w{.name = "all", .rate = rate};
    w.measured[static_cast<std::size_t>(online_figure::itl_mean)] = number("itl_ms_mean") * 1e-3;
    w.measured[static_cast<std::size_t>(online_figure::ttft_p50)] = number("ttft_ms_p50") * 1e-3;
    w.measured[static_cast<std::size_t>(online_figure::ttft_p90)] = number("ttft_ms_p90") * 1e-3;
    w.measured[static_cast<std::size_t>(online_figure::ttft_p99)] = number("ttft_ms_p99") * 1e-3;
    w.measured[static_cast<std::size_t>(online_figure::latency_mean)] = number("e2e_s_mean");
    r.windows.push_back(w);
    return r;
}
}  // namespace detail

/// Every row as a run of `deployed`. Throws `error` for a column that is missing or is not a number.
inline std::vector<online_run> read_guidellm(std::istream& table, const online_run& deployed) {
    csv_reader row(table);
    for (const char* column : {"nom_in", "nom_out", "strategy", "duration_s", "n_ok", "n_incomplete", "rps",
                               "e2e_s_mean", "ttft_ms_p50", "ttft_ms_p90", "ttft_ms_p99", "itl_ms_mean"})
        row.require(column);
    std::vector<online_run> runs;
    std::map<std::string, double> limits;
    while (row.next()) {
        runs.push_back(detail::read_guidellm_row(row, deployed));
        if (runs.back().sending == sending::at_once) limits[runs.back().shape] = detail::number_of(row, "rps");
    }
    for (online_run& r : runs)
        if (const auto limit = limits.find(r.shape); limit != limits.end() && r.sending == sending::evenly)
            r.share_of_limit = r.windows.front().rate / limit->second;
    return runs;
}
}  // namespace gambrel
