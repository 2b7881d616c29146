// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The tables of a load's screen: the statistics of every time with their ranges, and the latency-throughput curve.
/// Evidence: tests/ask/load_answer_test.cpp.

#include <gambrel/ask/heading.hpp>
#include <gambrel/ask/load_statistic.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// `x` with so many digits, noughts at the end kept: columns line up.
inline std::string digits(double x, int n) { return symbols::fixed(x, symbols::decimals(symbols::rounded(x, n), n)); }
/// The unit that a time of up to `most` seconds is shown in.
struct shown_unit {
    double seconds;
    std::string_view name;
};
inline shown_unit unit_of(double most) {
    return most < 1.0      ? shown_unit{1e-3, "ms"}
           : most < 100.0  ? shown_unit{1.0, "s"}
           : most < 6000.0 ? shown_unit{60.0, "min"}
                           : shown_unit{3600.0, "h"};
}

/// " +- 0.30": the half-width of an interval of `value`, to one decimal more than that shows; empty where not known.
inline std::string sure_text(seconds<> half_width, seconds<> value, const shown_unit& unit) {
    if (!std::isfinite(half_width.value())) return {};
    const auto decimals = [&](seconds<> t, int n) {
        return symbols::decimals(symbols::rounded(t.value() / unit.seconds, n), n);
    };
    const int most = decimals(value, 3) + 1;
    const double x = half_width.value() / unit.seconds;
    if (x < 0.5 * std::pow(10.0, -most)) return " +- 0";
    return " +- " + symbols::fixed(x, std::min(decimals(half_width, 2), most));
}
/// The low end of an open range, in its own unit where it is far below.
inline std::string low_text(seconds<> low, const shown_unit& unit) {
    if (low.value() >= 0.1 * unit.seconds) return digits(low.value() / unit.seconds, 2);
    const shown_unit own = unit_of(low.value());
    return digits(low.value() / own.seconds, 2) + (own.name == unit.name ? "" : " " + std::string(own.name));
}

/// Two rows: a time's statistics, and below them their ranges; the unit beside the name, or in the cells where it
/// differs by more than a few digits can show. `half_width` gives a statistic's own interval, where it has one: "45.2 +- 0.30".
template <class Read, class HalfWidth>
void range_rows(table& t, const std::string& name, const Read& read, const HalfWidth& half_width) {
    std::vector<figure<seconds<>>> all;
    std::vector<shown_unit> units;
    for (const load_statistic& s : load_statistics) {
        all.push_back(read(s));
        const figure<seconds<>>& f = all.back();
        units.push_back(unit_of(std::isfinite(f.high.value()) ? f.high.value() : f.value.value()));
    }
    double most = 0.0;
    for (const figure<seconds<>>& f : all) most = std::fmax(most, f.value.value());
    const shown_unit whole = unit_of(most);
    const bool near = std::all_of(all.begin(), all.end(), [&](const figure<seconds<>>& f) {  // few digits more show it
        return f.value.value() >= 0.02 * whole.seconds &&
               !(std::isfinite(f.high.value()) && f.high.value() >= 1e4 * whole.seconds);
    });
    if (near) units.assign(units.size(), whole);
    const bool same =
        std::all_of(units.begin(), units.end(), [&](const shown_unit& u) { return u.name == units[0].name; });
    std::vector<std::string> values{name + (same ? " " + std::string(units[0].name) : "")}, ranges{""};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto shown = [&](seconds<> x, int n) { return digits(x.value() / units[i].seconds, n); };
        values.push_back(shown(all[i].value, 3) + sure_text(half_width(load_statistics[i]), all[i].value, units[i]) +
                         (same ? "" : " " + std::string(units[i].name)));
        ranges.push_back(all[i].low == all[i].high            ? ""
                         : std::isfinite(all[i].high.value()) ? shown(all[i].low, 2) + " to " + shown(all[i].high, 2)
                                                              : "from " + low_text(all[i].low, units[i]));
    }
    t.row(values).row(ranges);
}
template <class Read> void range_rows(table& t, const std::string& name, const Read& read) {
    range_rows(t, name, read,
               [](const load_statistic&) { return seconds_of(std::numeric_limits<double>::infinity()); });
}
/// A table of times with its heading row.
inline table times_table(std::size_t gap = 2) {
    table t({align::left, align::right, align::right, align::right, align::right, align::right}, gap);
    std::vector<std::string> names{""};
    for (const load_statistic& s : load_statistics) names.emplace_back(s.name);
    t.row(names);
    return t;
}
/// What an open range of a time that grows means.
inline std::string open_range_text(std::string_view load) {
    return wrapped("from: at the slow end of its range the machine does not keep up with " + std::string(load) + ".",
                   screen_columns, 0);
}

inline std::string times_text(const load_answer& a, bool gaps) {
    const ranged_load& l = a.load;
    if (!l.value.stable) return {};
    table t = times_table();
    range_rows(t, "TTFT", [&](const load_statistic& s) { return l.ttft(s); });
    if (gaps) range_rows(t, "TPOT", [&](const load_statistic& s) { return l.tpot(s); });
    if (gaps) range_rows(t, "ITL", [&](const load_statistic& s) { return l.itl(s); });
    range_rows(t, "latency", [&](const load_statistic& s) { return l.latency(s); });
    std::string s = t.text();
    if (!l.slow.stable) s += open_range_text("this rate");
    return s + "\n";
}

inline std::string curve_text(const load_question& q, const load_answer& a) {
    const bool level = has_limits(q.level.limits);
    const align r = align::right;
    table t({r, r, r, r, r, r, r, r, r, align::left});
    t.row({q.clients ? "clients" : "", "req/s", "load", "tok/s", a.lone.rent ? "$/Mtok" : "", "TTFT p50", "p99",
           "TPOT p50", "p99", level ? "met" : ""});
    for (const curve_point& c : a.curve) {
        if (!c.listed || (q.clients && c.clients > 4.0 * std::fmax(16.0, *q.clients))) continue;
        const load_prediction& p = c.load.value;
        const auto of = [](const latency_distribution& law, const load_statistic& s) {
            const double x = s(law).value();
            return digits(x / unit_of(x).seconds, 3) + " " + std::string(unit_of(x).name);
        };
        const auto output = token_rate<>::from_value(p.rate.value() * q.what.load.output.mean());
        t.row({q.clients ? number(c.clients, 6) : "", digits(p.rate.value(), 3), percent(p.utilisation),
               number(output.value()),
               a.lone.rent ? digits(*a.lone.rent * static_cast<double>(devices_of(q.what, a.cut.replicas)) / output /
                                        dollars_per_million_tokens(1),
                                    3)
                           : "",
               of(p.ttft, p50), of(p.ttft, p99), (has_gaps(q) ? of(p.tpot, p50) : "-"),
               (has_gaps(q) ? of(p.tpot, p99) : "-"),
               !level                                        ? ""
               : meets_at(c.load, q.level, range_end::value) ? "yes"
                                                             : "no"});
    }
    return t.text();
}
}  // namespace detail
}  // namespace gambrel::report
