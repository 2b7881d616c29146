// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Quotes of one's own, which stand in the place of those shipped: a table with the columns of data/prices/quotes.csv.
///
///     device,provider,instance,commitment,region,date,usd_per_device_hour,address
///     h100-sxm,ours,,on-demand,eu,2026-11-02,2.10,contract 4711
///
/// `instance`, `region` and `address` may be missing; `commitment` is on-demand where it is, or spot or reserved. A
/// device may be called by any of its names. A file is read whole or not at all. Evidence: tests/ask/price_file_test.cpp.

#include <deque>
#include <filesystem>
#include <fstream>
#include <gambrel/ask/names.hpp>
#include <gambrel/ask/words.hpp>
#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <memory>
#include <vector>

namespace gambrel::ask {

/// The quotes of a file with the texts that they refer to, so it stays where it is made.
struct price_file {
    std::string name{};
    std::deque<std::string> texts{};
    std::vector<price_quote> quotes{};  ///< sorted

    price_file() = default;
    price_file(const price_file&) = delete;
    price_file& operator=(const price_file&) = delete;
    /// As it may be shown: a table may be a stranger's.
    std::string_view keep(const std::string& text) { return texts.emplace_back(clipped(text, 80)); }
};

namespace detail {
inline bool is_date(std::string_view s) {
    const auto digits = [&](std::size_t from, std::size_t n) {
        return std::all_of(s.begin() + static_cast<std::ptrdiff_t>(from),
                           s.begin() + static_cast<std::ptrdiff_t>(from + n),
                           [](char c) { return c >= '0' && c <= '9'; });
    };
    if (s.size() != 4 && s.size() != 7 && s.size() != 10) return false;
    if (!digits(0, 4)) return false;
    if (s.size() >= 7 && (s[4] != '-' || !digits(5, 2) || s.substr(5, 2) < "01" || s.substr(5, 2) > "12")) return false;
    return s.size() < 10 || (s[7] == '-' && digits(8, 2) && s.substr(8, 2) >= "01" && s.substr(8, 2) <= "31");
}
inline commitment commitment_of(const std::string& text) {
    if (text.empty()) return commitment::on_demand;
    std::vector<std::string_view> keys;
    for (const auto& row : enum_table<commitment>) {
        if (same_name(row.key, text)) return row.value;
        keys.push_back(row.key);
    }
    fail_unknown("commitment", text, keys);
}
inline price_quote quote_of(const csv_reader& rows, price_file& f) {
    const device<>* d = find_device(rows["device"]);
    if (d == nullptr) fail_unknown("device", rows["device"], device_names);
    const std::string& typed = rows["usd_per_device_hour"];
    double dollars = 0.0;
    const auto [end, wrong] = read_number(typed.data(), typed.data() + typed.size(), dollars);
    if (wrong != std::errc{} || end != typed.data() + typed.size() || !(dollars > 0.0) || dollars > 1e6)
        fail("the price is \"" + typed.substr(0, 40) + "\"; it must be a number of dollars above 0, without a unit");
    if (rows["provider"].empty()) fail("the provider of the price of " + d->name.str() + " is empty; give who asks it");
    if (!is_date(rows["date"]))
        fail("the date is \"" + rows["date"].substr(0, 40) + "\"; it must be YEAR, YEAR-MONTH or YEAR-MONTH-DAY");
    return {.device = d->name.view(),
            .provider = f.keep(clipped(rows["provider"], 40)),
            .instance = f.keep(rows["instance"]),
            .terms = commitment_of(rows["commitment"]),
            .region = f.keep(rows["region"]),
            .date = f.keep(rows["date"]),
            .rent = dollars_per_hour(dollars),
            .source = f.keep(rows["address"])};
}
}  // namespace detail

inline constexpr std::size_t most_quotes = 100000;

inline std::shared_ptr<const price_file> read_price_file(const std::string& path) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(path, none))
        fail("there is no price file \"" + clipped(path, 80) +
             "\"; give a table with the columns of data/prices/quotes.csv");
    std::ifstream in(path, std::ios::binary);
    if (!in) fail("the price file \"" + clipped(path, 80) + "\" cannot be read; give one that may be");
    const auto f = std::make_shared<price_file>();
    f->name = path;
    csv_reader rows(in);
    for (const char* column : {"device", "provider", "date", "usd_per_device_hour"}) rows.require(column);
    while (rows.next()) {
        if (f->quotes.size() >= most_quotes)
            fail("the price file \"" + clipped(path, 80) + "\" has more than 100,000 quotes; give at most so many");
        try {
            f->quotes.push_back(detail::quote_of(rows, *f));
        } catch (const error& e) {
            fail("line " + std::to_string(rows.line()) + " of the price file: " + e.what());
        }
    }
    if (f->quotes.empty()) fail("the price file \"" + clipped(path, 80) + "\" has no quotes; give at least one");
    std::stable_sort(f->quotes.begin(), f->quotes.end(), stands_before);
    return f;
}

/// The typical price of any device by that file, as sweeps ask for it.
inline auto rents_of_file(const std::string& path) {
    return [file = read_price_file(path)](const device<>& d) -> std::optional<rental<>> {
        const auto typical = typical_price(d, file->quotes);
        return typical ? std::optional(typical->value) : std::nullopt;
    };
}
}  // namespace gambrel::ask
