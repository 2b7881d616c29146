// SPDX-License-Identifier: Apache-2.0
// Spare servers, use cases, replicas over time, fronts, mixed fleets.
#include <pybind11/stl.h>

#include <gambrel/economics/availability.hpp>
#include <gambrel/planning/mixed_fleet.hpp>
#include <gambrel/planning/pareto_front.hpp>
#include <gambrel/planning/replicas_over_time.hpp>
#include <gambrel/planning/use_case.hpp>

#include "bindings.hpp"

namespace binding {
using namespace gambrel;

namespace {
using kinds_given = std::vector<std::tuple<std::string, double, double>>;  // name, cost, most
using classes_given =
    std::vector<std::tuple<std::string, double, std::vector<double>>>;  // name, rate, rates of a machine

mixed_fleet_question question_of(const kinds_given& kinds, const classes_given& classes, double load, int slices) {
    mixed_fleet_question q{.load = load, .slices = slices};
    for (const auto& [name, cost, most] : kinds) q.kinds.push_back({name, cost, most});
    for (const auto& [name, rate, rates] : classes) q.classes.push_back({name, rate, rates});
    return q;
}
const char* name_of_state(program_state s) {
    switch (s) {
        case program_state::optimal: return "optimal";
        case program_state::infeasible: return "infeasible";
        case program_state::unbounded: return "unbounded";
        case program_state::stopped: break;
    }
    return "stopped";
}
py::dict as_dict(const mixed_fleet& m) {
    py::dict d;
    d["state"] = name_of_state(m.state);
    d["cost"] = m.cost;
    d["bound"] = m.bound;
    d["linear_bound"] = m.linear_bound;
    d["machines"] = m.machines;
    d["share"] = m.share;
    d["busy"] = m.busy;
    d["servable"] = m.servable;
    d["why"] = m.why;
    return d;
}
/// A program for a solver of Python's: variables (cost, whole, lower, upper), rows ([(variable, factor)], lowest, highest).
py::dict as_dict(const linear_program& p) {
    constexpr double no_limit = std::numeric_limits<double>::infinity();
    py::list variables, rows;
    for (const linear_variable& v : p.variables) variables.append(py::make_tuple(v.cost, v.whole, v.lower, v.upper));
    for (const linear_row& r : p.rows)
        rows.append(py::make_tuple(r.terms, r.kind == row_kind::at_most ? -no_limit : r.limit,
                                   r.kind == row_kind::at_least ? no_limit : r.limit));
    py::dict d;
    d["variables"] = variables;
    d["rows"] = rows;
    return d;
}
py::dict as_dict(const scaled_replicas& s) {
    py::dict d;
    d["had"] = s.had;
    d["short_windows"] = s.short_windows;
    d["spare"] = s.spare;
    d["mean_with_spare"] = s.mean_with_spare;
    return d;
}
py::dict over_time(const std::vector<double>& per_s, double window_s, double per_replica, double start_up_s, int points,
                   int period) {
    const replicas_over_time r = replicas_needed(rates_of(per_s, window_s), requests_per_second(per_replica));
    const int delay = r.delay_of(seconds<>::from_value(start_up_s));
    py::dict d;
    d["needed"] = r.needed;
    d["peak"] = r.peak();
    d["mean"] = r.mean();
    d["fluid"] = r.fluid();
    d["static_over_perfect"] = r.static_over_perfect();
    d["dispersion"] = r.rates.dispersion();
    d["delay"] = delay;
    d["reactive"] = as_dict(reactive_replicas(r, delay));
    d["trend"] = as_dict(trend_replicas(r, delay, points));
    d["periodic"] = period > 0 ? py::object(as_dict(periodic_replicas(r, delay, period))) : py::object(py::none());
    return d;
}
py::dict windows(const std::vector<double>& sent_s, double window_s) {
    trace t;
    for (const double s : sent_s) t.records.push_back({.sent = s});
    const rate_windows w = rates_of(t, window_s);
    py::dict d;
    d["per_s"] = w.per_s;
    d["dispersion"] = w.dispersion();
    d["reason"] = w.reason();
    return d;
}
py::dict use_case_dict(const std::string& name) {
    const use_case& u = use_case_named(name);
    py::dict d;
    d["name"] = std::string(u.name);
    d["active_share"] = u.active_share;
    d["requests_per_minute"] = u.requests_per_minute;
    d["peak_factor"] = u.peak_factor;
    d["prompt"] = u.prompt;
    d["output"] = u.output;
    d["ttft_ms"] = u.ttft_ms;
    d["tpot_ms"] = u.tpot_ms;
    d["latency_ms"] = u.latency_ms;
    return d;
}
}  // namespace

void bind_mixed_fleet(py::module_& m) {
    m.def("pareto_front", [](const std::vector<std::vector<double>>& columns, const std::vector<bool>& larger) {
        if (columns.size() != larger.size())
            fail("a front has " + std::to_string(columns.size()) + " columns and " + std::to_string(larger.size()) +
                 " directions: give one for each column");
        std::vector<pareto_column> all;
        for (std::size_t c = 0; c < columns.size(); ++c)
            all.push_back({columns[c], larger[c] ? better::larger : better::smaller});
        return pareto_front(all);
    });
    m.def("servers_for", [](int need, double up, double target) {
        const spared_servers s = servers_for(need, up, target);
        return py::make_tuple(s.servers, s.spare, s.too_few);
    });
    m.def("share_up", [](double mtbf_h, double repair_h) { return share_up(hours(mtbf_h), hours(repair_h)); });
    m.def("time_between_failures_h", [](double failures_per_device_hour, int devices) {
        return time_between_failures(failures_per_device_hour, devices) / hours(1);
    });
    m.def("use_case", &use_case_dict);
    m.def("use_case_names", [] {
        std::vector<std::string> names;
        for (const use_case& u : use_cases) names.emplace_back(u.name);
        return names;
    });
    m.def("rate_of_users", [](const std::string& name, double users, bool peak) {
        const use_case& u = use_case_named(name);
        return (peak ? u.peak_rate(users) : u.rate(users)) / requests_per_second(1);
    });
    m.def("rate_windows", &windows);
    m.def("replicas_over_time", &over_time);
    // `solver`, of Python, takes the program and gives (state, x, bound).
    m.def("mixed_fleet", [](const kinds_given& kinds, const classes_given& classes, double load, int slices,
                            const py::function& solver) {
        const auto solve = [&](const linear_program& p, const program_search&) {
            const auto [state, x, bound] =
                solver(as_dict(p)).cast<std::tuple<std::string, std::vector<double>, double>>();
            program_solution s{.state = state == "optimal"      ? program_state::optimal
                                        : state == "infeasible" ? program_state::infeasible
                                                                : program_state::stopped};
            s.x = x;
            s.bound = bound;
            for (std::size_t j = 0; j < s.x.size(); ++j)
                if (p.variables[j].whole) s.x[j] = std::round(s.x[j]);
            if (s.found()) s.cost = p.cost_of(s.x);
            if (s.state == program_state::optimal) s.bound = s.cost;
            return s;
        };
        return as_dict(least_cost_fleet(question_of(kinds, classes, load, slices), solve));
    });
}
}  // namespace binding
