// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is kept of a row of a table until its last row has been read (mark_rows.hpp): words as hashes, figures as numbers,
/// about two hundred bytes. Evidence: tests/measurement/mark_rows_test.cpp.

#include <algorithm>
#include <array>
#include <cstdint>
#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/row.hpp>
#include <gambrel/measurement/table.hpp>
#include <limits>
#include <tuple>
#include <vector>

namespace gambrel {

/// Why a row is not what it says.
enum class row_mark : unsigned char { none, unlabelled_drafts, cold_start, contradictory, repeated, copied };
// clang-format off
template <> inline constexpr std::array<enum_row<row_mark>, 6> enum_table<row_mark>{{
    {row_mark::none, "none", "as it says"},
    {row_mark::unlabelled_drafts, "unlabelled_drafts",
     "unlabelled drafts: faster per token than a like run, and its first token no sooner"},
    {row_mark::cold_start, "cold_start", "cold start: the mean TTFT is longer than under twice the clients"},
    {row_mark::contradictory, "contradictory", "contradictory: rows of the same run more than 1.5 times apart"},
    {row_mark::repeated, "repeated", "repeated: an earlier row has the same run and figure"},
    {row_mark::copied, "copied", "copied: an earlier row has the same figure under another name"},
}};
// clang-format on

namespace detail {
/// FNV-1a of 64 bits.
class row_hash {
public:
    row_hash& add(std::string_view word) {
        for (const char c : word) step(static_cast<unsigned char>(c));
        step('\n');
        return *this;
    }
    row_hash& add(const table_row& row, std::initializer_list<const char*> columns) {
        for (const char* column : columns) add(row[column]);
        return *this;
    }
    std::uint64_t value() const { return value_; }

private:
    void step(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001B3U; }
    std::uint64_t value_ = 0xCBF29CE484222325U;
};
/// The settings of a server and its requests as printed, without whose it is, when it was and how many clients it had.
inline row_hash settings_of_server(const table_row& row) {
    return row_hash().add(row, {"hardware", "num_devices", "framework", "weight_format", "kv_format", "tp", "pp", "ep",
                                "dp", "input_len", "output_len", "request_rate"});
}
inline row_hash settings_of_run(const table_row& row) { return settings_of_server(row).add(row["concurrency"]); }

/// Digits of a number as printed, without leading and trailing zeros.
inline int significant_digits(std::string_view text) {
    std::string digits;
    for (const char c : text.substr(0, text.find_first_of("eE")))
        if (c >= '0' && c <= '9' && (c != '0' || !digits.empty())) digits += c;
    while (digits.ends_with('0')) digits.pop_back();
    return static_cast<int>(digits.size());
}

/// Days since a fixed one; nothing for what is no day, as 2026-01-21.
inline std::optional<int> day_number(std::string_view text) {
    if (text.size() != 10) return {};
    const auto year = number_in(text.substr(0, 4)), month = number_in(text.substr(5, 2)),
               day = number_in(text.substr(8));
    if (!year || !month || !day) return {};
    return static_cast<int>(*year * 365.25 + *month * 30.44 + *day);  // to a day or two
}

inline constexpr std::array<std::string_view, 4> statistics{"", "_mean", "_median", "_p50"};

/// What the marks need of a row.
struct noted_row {
    std::uint64_t run = 0;       ///< everything that tells runs apart
    std::uint64_t figure = 0;    ///< settings, date, version and the figure as printed
    std::uint64_t name = 0;      ///< model and source
    std::uint64_t settings = 0;  ///< of whose runs drafts are looked for
    std::uint64_t moment = 0;    ///< date and version
    std::uint64_t server = 0;    ///< of a mean TTFT: whose runs at other counts of clients it is set beside
    std::uint64_t metric = 0;
    double value = 0.0, clients = 0.0;
    std::optional<int> day{}, release{};
    std::uint32_t seen = 0;  ///< how often the same metric of the same run has come before
    std::int16_t digits = 0;
    std::int8_t tpot = -1, ttft = -1;  ///< which statistic of it, where it is one
    bool ok = false, plain = false, mean_ttft = false;
    row_mark mark = row_mark::none;
};

/// `row` of a table of serving runs, which was read as `read`.
inline noted_row noted(const table_row& row, const measured_row& read) {
    const std::string& metric = row["metric"];
    noted_row n;
    const auto settings = settings_of_run(row);
    n.run = row_hash(settings).add(row, {"source_id", "date", "framework_version", "model", "metric", "notes"}).value();
    n.figure = row_hash(settings).add(row, {"date", "framework_version", "metric", "value", "unit"}).value();
    n.name = row_hash().add(row, {"model", "source_id"}).value();
    n.settings = row_hash(settings).add(row, {"source_id", "model"}).value();
    n.moment = row_hash().add(row, {"date", "framework_version"}).value();
    n.metric = row_hash().add(metric).value();
    n.value = read.value;
    n.ok = read.ok();
    n.plain = n.ok && !read.drafted && !read.pools;
    n.digits = static_cast<std::int16_t>(std::min(significant_digits(row["value"]), 30'000));
    n.day = day_number(row["date"]);
    n.release = release_order(row["framework_version"]);
    for (std::size_t s = 0; s < statistics.size(); ++s) {
        if (metric == "tpot" + std::string(statistics[s])) n.tpot = static_cast<std::int8_t>(s);
        if (metric == "ttft" + std::string(statistics[s])) n.ttft = static_cast<std::int8_t>(s);
    }
    const auto clients = number_in(row["concurrency"]);
    n.mean_ttft = clients && (metric == "ttft" || metric == "ttft_mean" || metric == "ttft_avg");
    n.clients = clients.value_or(0.0);
    n.server = settings_of_server(row).add(row, {"source_id", "date", "framework_version", "model", "metric"}).value();
    return n;
}
}  // namespace detail
}  // namespace gambrel
