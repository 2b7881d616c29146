// SPDX-License-Identifier: Apache-2.0
// The makers' sheets, line by line: sheet_figures.csv has one row for each figure of the devices most used, with what the
// sheet prints, or empty where none was read; sheets.csv says which sheet, whether it or a text that quotes it was read,
// and where. The catalog, the record and the table of docs/catalog-hardware.md are held together here.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <map>
#include <set>
#include <sstream>
#include <string>

using namespace gambrel;

namespace {
struct sheet {
    std::string title, date;
    bool quoted = false;
    bool operator==(const sheet&) const = default;
};
struct line {
    std::string value, printed, times, sheet, why;
};
using figures = std::map<std::string, line>;  // by name

std::map<std::string, sheet> sheets() {
    std::map<std::string, sheet> all;
    std::ifstream file("tests/hardware/sheets.csv");
    csv_reader row(file);
    while (row.next()) {
        CAPTURE(row["sheet"]);
        CHECK((row["read"] == "vendor" || row["read"] == "quoted"));
        CHECK_FALSE(row["where"].empty());
        CHECK(all.emplace(row["sheet"], sheet{row["title"], row["date"], row["read"] == "quoted"}).second);
    }
    return all;
}
std::map<std::string, figures> record() {
    std::map<std::string, figures> all;
    std::ifstream file("tests/hardware/sheet_figures.csv");
    csv_reader row(file);
    while (row.next()) {
        CAPTURE(row["device"]);
        CAPTURE(row["figure"]);
        const line read{row["value"], row["printed"], row["times"], row["sheet"], row["why"]};
        CHECK(all[row["device"]].emplace(row["figure"], read).second);
    }
    return all;
}

/// Calls f(name, figure, unit of the record) for each figure that a sheet prints.
template <class D, class F> void each_figure(D& d, F&& f) {
    f("memory", d.memory.capacity, 1073741824.0);
    f("bandwidth", d.memory.bandwidth, 1e9);
    f("fp64", d.peak.fp64, 1e12);
    f("fp32", d.peak.fp32, 1e12);
    f("tf32", d.peak.tf32, 1e12);
    f("bf16", d.peak.bf16, 1e12);
    f("fp16", d.peak.fp16, 1e12);
    f("fp8", d.peak.fp8, 1e12);
    f("fp6", d.peak.fp6, 1e12);
    f("fp4", d.peak.fp4, 1e12);
    f("int8", d.peak.int8, 1e12);
    f("int4", d.peak.int4, 1e12);
    f("fp16_accumulate", d.peak.fp16_accumulate, 1e12);
    f("power", d.power.limit, 1.0);
    f("scale_up", d.scale_up.per_direction, 1e9);
    f("host_link", d.host_link.per_direction, 1e9);
}
bool is_link(std::string_view name) { return name == "scale_up" || name == "host_link"; }

/// How many figures of `d` are not in the record as they stand in the catalog.
int differences(const device<>& d, const figures& recorded) {
    std::size_t found = 0;
    int different = 0;
    each_figure(d, [&](const char* name, const auto& figure, double unit) {
        if (!figure.known()) return;
        const auto at = recorded.find(name);
        if (at == recorded.end()) {
            ++different;
            return;
        }
        ++found;
        const double now = figure.value.value() / unit, then = std::stod(at->second.value);
        if (!(std::abs(now - then) <= 1e-9 * then)) ++different;
    });
    return different + static_cast<int>(recorded.size() - found);  // and what the catalog no longer has
}

/// Half of the last digit of a number as it is written: "3.35" -> 0.005.
double half_digit(std::string_view number) {
    const std::size_t point = number.find('.');
    return 0.5 *
           std::pow(10.0, point == std::string_view::npos ? 0.0 : -static_cast<double>(number.size() - point - 1));
}
double times_of(const std::string& text) {  // "2", "2/7"
    const std::size_t slash = text.find('/');
    return slash == std::string::npos ? std::stod(text) : std::stod(text) / std::stod(text.substr(slash + 1));
}
/// What a sheet prints, in the units of the record, and half of its last digit.
struct printed {
    double value = 0.0, half = 0.0;
    explicit printed(const std::string& text) {
        static const std::map<std::string, double> units{
            {"GB", 1},     {"GiB", 1},  {"GB/s", 1},     {"TB/s", 1e3}, {"GiB/s", 1.073741824},
            {"TFLOPS", 1}, {"TOPS", 1}, {"PFLOPS", 1e3}, {"POPS", 1e3}, {"W", 1}};
        const std::string number = text.substr(0, text.find(' '));
        const double unit = units.at(text.substr(number.size() + 1));
        value = std::stod(number) * unit;
        half = half_digit(number) * unit;
    }
};
}  // namespace

TEST_CASE("the catalog has what the record of the sheets has, and any other figure is noticed") {
    const auto all = record();
    CHECK(all.size() == 45);  // the 40 devices most used, and five of their kin
    int tried = 0;
    for (const auto& entry : all) {
        const std::string& name = entry.first;
        const figures& recorded = entry.second;
        CAPTURE(name);
        const device<>& d = device_named(name);
        CHECK(d.name == name_text(name));
        CHECK(differences(d, recorded) == 0);
        for (std::size_t at = 0; at < recorded.size(); ++at) {
            device<> wrong = d;
            std::size_t i = 0;
            each_figure(wrong, [&](const char*, auto& figure, double) {
                if (figure.known() && i++ == at) figure.value = figure.value * 1.0001;
            });
            CHECK(differences(wrong, recorded) == 1);
            ++tried;
        }
        device<> cut = d, more = d;
        cut.power.limit = {};
        CHECK(differences(cut, recorded) == (d.power.limit.known() ? 1 : 0));
        more.peak.fp64 = {flop_rate<>::from_value(1e12), {}};
        CHECK(differences(more, recorded) == 1);
    }
    CHECK(tried == 451);
}

TEST_CASE("figures are as their sheet prints them, to its last digit, and cite it") {
    const auto titles = sheets();
    std::set<std::string> used;
    int otherwise = 0;
    for (const auto& entry : record()) {
        const std::string& name = entry.first;
        const figures& recorded = entry.second;
        CAPTURE(name);
        each_figure(device_named(name), [&](const char* which, const auto& figure, double) {
            CAPTURE(std::string(which));
            if (!recorded.count(which)) return;
            const line& l = recorded.at(which);
            if (l.sheet.empty()) {  // not read: it says so itself, and cites none of the sheets
                CHECK(l.printed.empty());
                for (const auto& t : titles) CHECK((is_link(which) || figure.text != t.second.title));
                return;
            }
            used.insert(l.sheet);
            REQUIRE(titles.count(l.sheet) == 1);
            const double times = times_of(l.times);
            if (l.printed.starts_with("PCIe ")) {
                CHECK(device_named(name).host_link.name.view().starts_with(l.printed));
                return;
            }
            const printed p(l.printed);
            const double taken = std::stod(l.value) * times;
            const bool same = std::abs(taken - p.value) < std::max(p.half, half_digit(l.value) * times) + 1e-9;
            CHECK(same == l.why.empty());
            otherwise += !same;
            if (is_link(which)) {  // shared by several devices, each with its own sheet
                CHECK(figure.kind != evidence::recalled);
                return;
            }
            const bool from_it =
                same && std::abs(taken / p.value - 1.0) <= 0.025;  // "1 PFLOPS" bounds, it does not say
            CHECK((figure.text == titles.at(l.sheet).title) == from_it);
            if (from_it) CHECK(figure.date == titles.at(l.sheet).date);
            if (from_it) CHECK(figure.kind == evidence::datasheet);
        });
    }
    CHECK(used.size() == titles.size());
    // 16 and 8 bit of the H20, Apple's bandwidths, RTX 3090 int8, RTX 4000 Ada fp8, Inferentia 2 bandwidth.
    CHECK(otherwise == 9);
}

TEST_CASE("the documentation counts what was read") {
    const auto titles = sheets();
    std::stringstream text;
    text << std::ifstream("docs/catalog-hardware.md").rdbuf();
    const std::string docs = text.str();
    int sum[6] = {};
    for (const auto& entry : record()) {
        const std::string& name = entry.first;
        const figures& recorded = entry.second;
        int n[6] = {};  // figures, maker's text, quoted, tables of others, derived, recalled
        each_figure(device_named(name), [&](const char* which, const auto& figure, double) {
            if (!recorded.count(which)) return;
            const std::string& from = recorded.at(which).sheet;
            ++n[0];
            ++n[!from.empty()                        ? (titles.at(from).quoted ? 2 : 1)
                : figure.kind == evidence::datasheet ? 3
                : figure.kind == evidence::derived   ? 4
                                                     : 5];
        });
        std::string row = "| " + name + " |";
        for (int i = 0; i < 6; ++i) {
            row += " " + std::to_string(n[i]) + " |";
            sum[i] += n[i];
        }
        CAPTURE(row);
        CHECK(docs.find(row + "\n") != std::string::npos);
    }
    std::string row = "| all |";
    for (const int each : sum) row += " " + std::to_string(each) + " |";
    CAPTURE(row);
    CHECK(docs.find(row + "\n") != std::string::npos);
}
