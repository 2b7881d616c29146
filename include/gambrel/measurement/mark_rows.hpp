// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Rows that only the rest of their table shows not to be what they say:
///
///     contradiction    two figures of one run more than `contradiction` apart: which is wrong cannot be told
///     repeat           the same run, figure and all, as an earlier row; or the same figure, to more digits than chance
///                      repeats, under another model or source: a copy
///     unlabelled drafts   the time per token of a run is less than `fastest_plain` of that of a run of the same
///                      settings and release near in time, and its first token no sooner: drafts speed up one of the
///                      two, a better engine both
///     cold start       a mean TTFT more than `cold_ttft` times that of the same run under twice the clients or more: load
///                      lengthens a wait, so what the opening burst of few clients waited for was something else
///
/// Evidence: tests/measurement/mark_rows_test.cpp.

#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/row.hpp>
#include <gambrel/measurement/table.hpp>
#include <map>
#include <tuple>
#include <vector>

namespace gambrel {

/// Two figures of the same run this far apart (as a ratio) contradict each other: software versions, the largest known
/// cause of difference between equal settings, move figures by 20 to 30 %.
inline constexpr double contradiction = 1.5;
/// Significant digits from which an equal figure is a copy, of the same model and of another one.
inline constexpr int repeated_digits = 4, copied_digits = 7;
/// Of InferenceX's runs of one recipe within a month 90 % lie within 6 % (median 0.6); runs with drafts that are labelled
/// took 0.43 to 0.83 of the plain time per token.
inline constexpr double fastest_plain = 0.83;
inline constexpr double soonest_drafted = 0.95;  ///< of the plain TTFT
inline constexpr int drafts_within_days = 60;
/// Warm runs of the shared tables reach 2.4, where an opening burst is shared by few requests.
inline constexpr double cold_ttft = 3.0;

namespace detail {
using marked_rows = std::vector<measured_row>;

inline std::string joined(const table_row& row, std::initializer_list<const char*> columns) {
    std::string all;
    for (const char* column : columns) all += row[column] + '\n';
    return all;
}
/// The settings of a server and its requests as printed, without whose it is, when it was and how many clients it had.
inline std::string settings_of_server(const table_row& row) {
    return joined(row, {"hardware", "num_devices", "framework", "weight_format", "kv_format", "tp", "pp", "ep", "dp",
                        "input_len", "output_len", "request_rate"});
}
inline std::string settings_of_run(const table_row& row) { return settings_of_server(row) + row["concurrency"]; }
/// Everything that tells runs apart, as printed.
inline std::string run_of(const table_row& row) {
    return joined(row, {"source_id", "date", "framework_version", "model", "metric", "notes"}) + settings_of_run(row);
}

inline void mark_contradictions(const measured_table& table, marked_rows& rows) {
    std::map<std::string, std::vector<std::size_t>> runs;
    for (std::size_t i = 0; i < rows.size(); ++i) runs[run_of(table.rows[i])].push_back(i);
    for (const auto& [run, members] : runs) {
        double low = 0.0, high = 0.0;
        for (const std::size_t i : members) {
            if (!rows[i].ok()) continue;
            low = low > 0.0 ? smaller(low, rows[i].value) : rows[i].value;
            high = larger(high, rows[i].value);
        }
        if (!(high > contradiction * low)) continue;
        for (const std::size_t i : members)
            if (rows[i].ok()) rows[i].unpredictable = "contradictory: rows of the same run more than 1.5 times apart";
    }
}

/// Digits of a number as printed, without leading and trailing zeros.
inline int significant_digits(std::string_view text) {
    std::string digits;
    for (const char c : text.substr(0, text.find_first_of("eE")))
        if (c >= '0' && c <= '9' && (c != '0' || !digits.empty())) digits += c;
    while (digits.ends_with('0')) digits.pop_back();
    return static_cast<int>(digits.size());
}

inline void mark_repeats(const measured_table& table, marked_rows& rows) {
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const table_row& row = table.rows[i];
        if (!rows[i].ok()) continue;
        const auto [at, fresh] = first.try_emplace(
            settings_of_run(row) + joined(row, {"date", "framework_version", "metric", "value", "unit"}), i);
        if (fresh) continue;
        const table_row& before = table.rows[at->second];
        const int digits = significant_digits(row["value"]);
        const bool same = row["model"] == before["model"] && row["source_id"] == before["source_id"];
        if (digits < (same ? repeated_digits : copied_digits)) continue;
        rows[i].unpredictable = same ? "repeated: an earlier row has the same run and figure"
                                     : "copied: an earlier row has the same figure under another name";
    }
}

/// Days since a fixed one; nothing for what is no day, as 2026-01-21.
inline std::optional<int> day_number(std::string_view text) {
    if (text.size() != 10) return {};
    const auto year = number_in(text.substr(0, 4)), month = number_in(text.substr(5, 2)),
               day = number_in(text.substr(8));
    if (!year || !month || !day) return {};
    return static_cast<int>(*year * 365.25 + *month * 30.44 + *day);  // to a day or two
}

/// One run of the table: where its figures stand.
struct run_rows {
    std::optional<int> day{}, release{};
    std::map<std::string, std::size_t> by_metric{};
};

/// Whether `fast` has the signature of drafts beside `plain`, by the figures whose names end in `statistic`.
inline bool looks_drafted(const run_rows& fast, const run_rows& plain, const std::string& statistic,
                          const marked_rows& rows) {
    const auto value = [&](const run_rows& run, const char* metric) {
        const auto at = run.by_metric.find(metric + statistic);
        return at == run.by_metric.end() || !rows[at->second].ok() ? 0.0 : rows[at->second].value;
    };
    const double fast_tpot = value(fast, "tpot"), plain_tpot = value(plain, "tpot");
    const double fast_ttft = value(fast, "ttft"), plain_ttft = value(plain, "ttft");
    return fast_tpot > 0.0 && fast_tpot < fastest_plain * plain_tpot && plain_ttft > 0.0 &&
           fast_ttft >= soonest_drafted * plain_ttft;
}

inline void mark_unlabelled_drafts(const measured_table& table, marked_rows& rows) {
    std::map<std::string, std::map<std::tuple<std::string, std::string, std::size_t>, run_rows>> groups;
    std::map<std::string, std::size_t> seen;  // how often a metric of one run has come
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const table_row& row = table.rows[i];
        if (!rows[i].ok() || rows[i].drafted || rows[i].pools) continue;
        run_rows& run = groups[joined(row, {"source_id", "model"}) + settings_of_run(row)]
                              [{row["date"], row["framework_version"], seen[run_of(row)]++}];
        run.day = day_number(row["date"]);
        run.release = release_order(row["framework_version"]);
        run.by_metric[row["metric"]] = i;
    }
    std::vector<std::size_t> drafted;
    for (const auto& [settings, runs] : groups)
        for (const auto& [fast_key, fast] : runs)
            for (const auto& [plain_key, plain] : runs) {
                if (&fast == &plain || !fast.day || !plain.day || !fast.release || fast.release != plain.release)
                    continue;
                const int apart = *fast.day - *plain.day;
                if (apart > drafts_within_days || -apart > drafts_within_days) continue;
                bool is = false;
                for (const char* statistic : {"", "_mean", "_median", "_p50"})
                    is = is || looks_drafted(fast, plain, statistic, rows);
                if (is)
                    for (const auto& [metric, i] : fast.by_metric) drafted.push_back(i);
            }
    for (const std::size_t i : drafted)
        rows[i].unpredictable = "unlabelled drafts: faster per token than a like run, and its first token no sooner";
}
inline void mark_cold_starts(const measured_table& table, marked_rows& rows) {
    std::map<std::string, std::vector<std::pair<double, std::size_t>>> servers;  // of each its clients and where
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const table_row& row = table.rows[i];
        const bool mean = row["metric"] == "ttft" || row["metric"] == "ttft_mean" || row["metric"] == "ttft_avg";
        const auto clients = number_in(row["concurrency"]);
        if (mean && clients && rows[i].ok())
            servers[joined(row, {"source_id", "date", "framework_version", "model", "metric"}) +
                    settings_of_server(row)]
                .push_back({*clients, i});
    }
    for (const auto& [server, runs] : servers)
        for (const auto& [clients, i] : runs)
            for (const auto& [more, j] : runs)
                if (more >= 2.0 * clients && rows[i].value > cold_ttft * rows[j].value)
                    rows[i].unpredictable = "cold start: the mean TTFT is longer than under twice the clients";
}
}  // namespace detail

/// Marks the rows of a table of serving runs, `rows` being those of `table`, in order.
inline void mark_rows(const measured_table& table, std::vector<measured_row>& rows) {
    detail::mark_unlabelled_drafts(table, rows);
    detail::mark_cold_starts(table, rows);
    detail::mark_contradictions(table, rows);
    detail::mark_repeats(table, rows);
}
}  // namespace gambrel
