// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A total cost as one screen of 80 columns: what the load takes and how much of it is idle, the bill rented, owned and at an
/// API, the price of tokens by each convention, what owns how much of an owned hour, from which use on and from which month
/// on owning is cheaper, and every constant with its source. Evidence: tests/ask/tco_test.cpp.

#include <gambrel/ask/heading.hpp>
#include <gambrel/ask/tco_answer.hpp>
#include <gambrel/report/text/load_text.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline std::string dollars_text(double x, int digits = 4) {
    const int whole = symbols::leading_digit(x) + 1;
    return symbols::fixed(x, whole >= digits ? 0 : std::min(2, digits - whole)) + " $";
}
inline std::string hourly(const std::optional<rental<>>& r) { return r ? to_string(*r) : "-"; }
inline std::string yearly(const std::optional<rental<>>& r) {
    return r ? dollars_text(*r * hours(hours_per_year) / dollars_of(1)) : "-";
}
inline std::string per_million(const std::optional<token_price<>>& p) {
    return p ? number(*p / dollars_per_million_tokens(1)) : "-";
}
inline std::string month_text(int year, int month, double months) {
    const int at = year * 12 + month - 1 + static_cast<int>(std::ceil(months - 1e-9));
    const int m = at % 12 + 1;
    return std::to_string(at / 12) + (m < 10 ? "-0" : "-") + std::to_string(m);
}

inline std::string capacity_text(const tco_question& q, const tco_answer& a) {
    const tco_terms& t = q.terms;
    std::string s = "A replica of " + devices_text(q.load.what, 1) + " takes " + to_string(a.capacity) +
                    (a.by_objective ? ": more misses " + objective_text(q.load.level) : ", then its queue grows");
    s += "; a load may use " + percent(*t.most_use.value) + " of it. Servers of " + number(*t.per_server.value, 4) +
         " are paid whole.";
    return wrapped(s, screen_columns, 0);
}

/// What the loads take.
inline std::string fleet_text(const tco_answer& a) {
    std::vector<align> columns(a.columns.size() + 1, align::right);
    columns[0] = align::left;
    table t(columns, 3);
    const auto row = [&](const char* name, const auto& cell) {
        std::vector<std::string> cells{name};
        for (const tco_column& c : a.columns) cells.push_back(cell(c));
        t.row(std::move(cells));
    };
    row("load", [](const tco_column& c) { return c.devices.servers == 0 ? "one replica, full" : std::string(c.name); });
    row("", [](const tco_column& c) { return to_string(c.rate); });
    row("replicas", [](const tco_column& c) { return std::to_string(c.devices.replicas); });
    row("devices paid", [](const tco_column& c) {
        return std::to_string(c.devices.devices) +
               (c.devices.servers > 0
                    ? " (" + std::to_string(c.devices.servers) + (c.devices.servers == 1 ? " server)" : " servers)")
                    : "");
    });
    row("idle", [](const tco_column& c) { return percent(1.0 - c.devices.use); });
    row("rented on demand", [](const tco_column& c) { return hourly(c.rented); });
    row("  a year", [](const tco_column& c) { return yearly(c.rented); });
    row("owned", [](const tco_column& c) { return hourly(c.owned); });
    row("  a year", [](const tco_column& c) { return yearly(c.owned); });
    if (a.columns.front().api) {
        row("at the API", [](const tco_column& c) { return hourly(c.api); });
        row("  a year", [](const tco_column& c) { return yearly(c.api); });
    }
    return t.text();
}

/// $/Mtok by each convention, rented and owned.
inline std::string prices_text(const tco_question& q, const tco_answer& a) {
    using enum charge_convention;
    const double weight = q.terms.cached_weight.value.known() ? *q.terms.cached_weight.value : 0.0;
    const bool cached = q.load.what.load.prefix_hit > 0.0;
    std::vector<align> columns(a.columns.size() + 1, align::right);
    columns[0] = align::left;
    table t(columns, 3);
    const auto block = [&](const char* who, std::optional<rental<>> tco_column::*paid) {
        if (!(a.columns.front().*paid)) return;
        const auto row = [&](const std::string& name, charge_convention how,
                             std::optional<token_price<>> token_charge::*kind) {
            std::vector<std::string> cells{name};
            for (const tco_column& c : a.columns) cells.push_back(per_million(c.prices(how, *(c.*paid), weight).*kind));
            t.row(std::move(cells));
        };
        t.row({std::string("$/Mtok ") + who});
        row("  output only", output_only, &token_charge::output);
        row("  all tokens alike", all_tokens, &token_charge::output);
        row("  by machine time: output", machine_time, &token_charge::output);
        row("    input", machine_time, &token_charge::input);
        if (cached) row("    cached input", machine_time, &token_charge::cached);
    };
    block("rented", &tco_column::rented);
    block("owned", &tco_column::owned);
    const auto row = [&](const char* name, const auto& cell) {
        std::vector<std::string> cells{name};
        bool any = false;
        for (const tco_column& c : a.columns) {
            cells.push_back(cell(c));
            any = any || cells.back() != "-";
        }
        if (any) t.row(std::move(cells));
    };
    row("prompts take, of machine time",
        [](const tco_column& c) { return c.prompt_share ? percent(*c.prompt_share) : std::string("-"); });
    row("CO2e, g/Mtok of output", [](const tco_column& c) {
        return c.print ? number(c.print->carbon() / grams_per_million_tokens(1)) : std::string("-");
    });
    row("water, L/Mtok of output", [](const tco_column& c) {
        return c.print ? number(c.print->water / litres_per_million_tokens(1)) : std::string("-");
    });
    return t.text();
}

/// What owns how much of an owned device-hour.
inline std::string owned_text(const tco_answer& a, const tco_terms& t) {
    if (!a.own) {
        const char* lacks =
            t.capital.value.known() ? "its power: give --it-power" : "what it sells for: give --capital";
        return wrapped("Owning is not costed: of this device it is not known " + std::string(lacks) + ".",
                       screen_columns, 0);
    }
    table rows({align::left, align::right, align::right, align::left});
    const rental<> all = a.own->total();
    const auto row = [&](const char* name, const rental<>& part) {
        const double share = all.value() > 0.0 ? part / all : 0.0;
        rows.row({name, to_string(part), percent(share), bar(share, 30)});
    };
    rows.row({"an owned device-hour", to_string(all)});
    row("  capital and interest", a.own->capital);
    row("  electricity", a.own->electricity);
    row("  colocation", a.own->colocation);
    row("  operations", a.own->operations);
    return rows.text();
}

inline std::string break_even_text(const tco_question& q, const tco_answer& a) {
    std::string s;
    if (a.own) {
        for (const tco_contract& c : a.contracts) {
            s += (s.empty() ? "Own or rent: owning is cheaper than " : "; than ") + std::string(c.name) + " (" +
                 to_string(c.per_device) + ") ";
            const bool first = &c == &a.contracts.front();
            s += c.own_from && *c.own_from <= 1.0
                     ? "from " + percent(*c.own_from) + (first ? " of the hours in use on" : "")
                     : std::string("at no use");
        }
        if (!s.empty()) s += ". ";
        if (const auto& back = a.columns.front().paid_back) {
            const double months = *back / hours(hours_per_month), life = 12.0 * *q.terms.years.value;
            s += "Bought in " + month_text(q.year, q.month, 0.0) +
                 ", rent on demand saved all hours has paid for it after " + number(months, 3) + " months";
            s += months <= life ? ": break-even in " + month_text(q.year, q.month, months) + "."
                                : ", beyond its life of " + number(life / 12.0, 3) + " years: it never breaks even.";
        } else if (a.columns.front().rented) {
            s += "The rent saved never pays for what is bought.";
        }
    }
    std::string text = s.empty() ? "" : wrapped(s, screen_columns, 0);
    if (a.api_from || a.api_from_owned) {
        std::string api = "API or own: cheaper than the API";
        const auto from = [](double share) {
            return share <= 1.0 ? " from " + percent(share) + " of full load on" : std::string(" at no load");
        };
        if (a.api_from) api += from(*a.api_from) + " rented";
        if (a.api_from_owned) api += std::string(a.api_from ? "," : "") + from(*a.api_from_owned) + " owned";
        text += wrapped(api + ".", screen_columns, 0);
    }
    if (a.spot_each)
        text +=
            wrapped("Spot: " + std::to_string(*a.spot_each) + (*a.spot_each == 1 ? " device for " : " devices for ") +
                        number(*q.terms.per_server.value, 4) +
                        " that must be up at 99.9 %; a cloud takes back many at once, so cap its share.",
                    screen_columns, 0);
    return text;
}

inline std::string terms_text(const tco_terms& t) {
    std::string s = "what it rests on (! recalled or assumed; give your own)\n";
    for (const tco_term* term : t.all()) {
        if (!term->value.known()) continue;
        const sourced<double>& v = term->value;
        const bool given = v.kind == evidence::user;
        std::string line = (v.kind == evidence::recalled ? "! " : "  ") + std::string(term->name) + " " +
                           number(*v, 4) + (term->unit.empty() ? "" : " " + std::string(term->unit)) + ": ";
        line += given ? "given" : std::string(term->source()) + (v.date.empty() ? "" : ", " + std::string(v.date));
        s += wrapped(line, screen_columns, 4);
    }
    return s;
}
}  // namespace detail

/// The answer for a terminal of 80 columns.
inline std::string screen(const tco_question& q, const tco_answer& a) {
    question asked = q.load.what;
    asked.load.rate = {};
    if (!a.load.possible()) return screen(asked, a.load.lone);
    std::string s = heading(asked, "total cost") + notes_text(asked.notes);
    if (!a.ok()) return s + "\n" + wrapped("Not known here: " + a.not_known + ".", screen_columns, 0);
    s += detail::capacity_text(q, a) + "\n" + detail::fleet_text(a) + "\n" + detail::prices_text(q, a);
    if (a.columns.front().rented || a.own)
        s += wrapped(
            "By machine time prompts pay for the time they take, answers for the rest: a prompt's tokens share a pass, "
            "an answer's take one each, so one of output costs many of input.",
            screen_columns, 0);
    else s += "\n" + wrapped("No price is known: give --price, or --capital for owning.", screen_columns, 0);
    return s + "\n" + detail::owned_text(a, q.terms) + "\n" + detail::break_even_text(q, a) + "\n" +
           detail::terms_text(q.terms);
}
}  // namespace gambrel::report
