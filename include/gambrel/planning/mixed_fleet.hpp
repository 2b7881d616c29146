// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Several classes of requests on several kinds of machines: how many of each kind, and which class goes where.
///
///     min   sum_g cost_g n_g
///     with  sum_c per_s_c share_cg / most_per_s_cg <= load n_g        of each kind g: its machines are busy for `load` at most
///           sum_g share_cg = 1                                        of each class c
///           n_g whole, at most most_g;  share_cg >= 0, a multiple of 1 / slices where slices are asked for
///
///     linear bound = sum_c per_s_c min_g cost_g / (load most_per_s_cg)       machines in parts, no limits on their number
///
/// most_per_s_cg is the rate at which one machine of kind g serves class c alone and keeps its objective. A machine is
/// whatever is rented whole: a device, a replica, a server. `cost` may be money, power or carbon: the same unit for all.
/// Assumption: loads add, as if a machine served one class for a part of the time. They do so roughly: check the mix on each
/// kind by the load model, and lower `load` where it fails. slices = 1 keeps each class on one kind, 0 splits it at will.
/// The program is solved by a library: `solve` is solve_by_glpk (planning/glpk.hpp), or any that takes a program and gives its
/// solution.
/// Source: Griggs et al., Melange, arXiv 2404.14527, 2024 (buckets, slices and their whole program).
/// Evidence: tests/lp/mixed_fleet_test.cpp.

#include <algorithm>
#include <gambrel/planning/linear_program.hpp>

namespace gambrel {

struct machine_kind {
    std::string name{};
    double cost = 0.0;                                      ///< of one machine
    double most = std::numeric_limits<double>::infinity();  ///< that there are
};

struct class_of_requests {
    std::string name{};
    double per_s = 0.0;                ///< requests per second of this class
    std::vector<double> most_per_s{};  ///< that one machine of each kind serves of it; 0: none
};

struct mixed_fleet_question {
    std::vector<machine_kind> kinds{};
    std::vector<class_of_requests> classes{};
    double load = 1.0;  ///< share of a machine's rate that is planned with
    int slices = 0;     ///< of each class, each whole on one kind; 0: any share
};

struct mixed_fleet {
    program_state state = program_state::infeasible;  ///< stopped: found, and not shown to be the least
    double cost = std::numeric_limits<double>::infinity();
    double bound = 0.0;                        ///< no fleet costs less; `cost` where it is the least
    double linear_bound = 0.0;                 ///< of machines in parts
    std::vector<int> machines{};               ///< of each kind; empty: there is no such fleet
    std::vector<std::vector<double>> share{};  ///< of each class, on each kind
    std::vector<double> busy{};                ///< of each kind: machines' worth of load / machines; 0 without machines
    double servable = 1.0;                     ///< of every rate alike: what the limits on machines leave
    std::string why{};  ///< where there is no fleet: what keeps it from being, and what would help
    bool found() const { return !machines.empty(); }
};

namespace detail {
/// The program of a fleet: variable g is the number of machines of kind g, then class by class the slices on each kind.
struct fleet_program {
    const mixed_fleet_question& asked;
    std::size_t kinds, classes;
    double slices;

    explicit fleet_program(const mixed_fleet_question& q)
        : asked(q), kinds(q.kinds.size()), classes(q.classes.size()), slices(q.slices > 0 ? q.slices : 1.0) {}

    std::size_t part(std::size_t c, std::size_t g) const { return kinds + c * kinds + g; }
    bool serves(std::size_t c, std::size_t g) const { return asked.classes[c].most_per_s[g] > 0.0; }
    /// Machines of kind g that a slice of class c fills.
    double fills(std::size_t c, std::size_t g) const {
        return asked.classes[c].per_s / (asked.classes[c].most_per_s[g] * asked.load * slices);
    }
    linear_program program() const {
        linear_program p;
        for (const machine_kind& k : asked.kinds) p.add({.cost = k.cost, .whole = true, .upper = std::floor(k.most)});
        for (std::size_t c = 0; c < classes; ++c)
            for (std::size_t g = 0; g < kinds; ++g)
                p.add(
                    {.whole = asked.slices > 0, .upper = serves(c, g) ? std::numeric_limits<double>::infinity() : 0.0});
        for (std::size_t c = 0; c < classes; ++c) {
            linear_row all{.kind = row_kind::equal, .limit = slices};
            for (std::size_t g = 0; g < kinds; ++g)
                if (serves(c, g)) all.terms.emplace_back(part(c, g), 1.0);
            p.rows.push_back(all);
        }
        for (std::size_t g = 0; g < kinds; ++g) {
            linear_row filled{.terms = {{g, -1.0}}, .kind = row_kind::at_most, .limit = 0.0};
            for (std::size_t c = 0; c < classes; ++c)
                if (serves(c, g)) filled.terms.emplace_back(part(c, g), fills(c, g));
            p.rows.push_back(filled);
        }
        return p;
    }
    double filled(const std::vector<double>& x, std::size_t g) const {
        double sum = 0.0;
        for (std::size_t c = 0; c < classes; ++c)
            if (serves(c, g)) sum += fills(c, g) * x[part(c, g)];
        return sum;
    }
    /// The greatest part of all rates that all machines there are can serve.
    template <class Solve> double servable(const Solve& solve) const {
        linear_program p = program();
        for (std::size_t g = 0; g < kinds; ++g) p.variables[g].cost = 0.0;
        for (linear_variable& v : p.variables) v.whole = false;
        const std::size_t part_of_all = p.add({.cost = -1.0, .upper = 1.0});
        for (std::size_t c = 0; c < classes; ++c) {
            p.rows[c].terms.emplace_back(part_of_all, -slices);
            p.rows[c].limit = 0.0;
        }
        const program_solution s = solve(p, program_search{});
        return s.found() ? -s.cost : 0.0;
    }
};
}  // namespace detail

/// Throws `error` naming what is wrong or missing; returns `q` otherwise.
inline const mixed_fleet_question& checked(const mixed_fleet_question& q) {
    if (q.kinds.empty()) fail("a fleet has no kinds of machines: give at least one");
    if (q.classes.empty()) fail("a fleet has no classes of requests: give at least one");
    gambrel::checked(q.load, 1e-6, 1.0, "the share of a machine's rate that is planned with");
    gambrel::checked(q.slices, 0, 1000, "the slices of a class");
    for (const machine_kind& k : q.kinds) {
        gambrel::checked(k.cost, 0.0, 1e12, ("the cost of a machine of kind " + k.name).c_str());
        if (!(k.most >= 0.0))
            fail("the machines of kind " + k.name + " are " + shortest(k.most) + " at most; give 0 or more");
    }
    for (const class_of_requests& c : q.classes) {
        gambrel::checked(c.per_s, 0.0, 1e9, ("the requests per second of class " + c.name).c_str());
        if (c.most_per_s.size() != q.kinds.size())
            fail("class " + c.name + " has rates on " + std::to_string(c.most_per_s.size()) +
                 " kinds of machines; there are " + std::to_string(q.kinds.size()));
        for (const double rate : c.most_per_s)
            gambrel::checked(rate, 0.0, 1e12, ("the rate of class " + c.name + " on a machine").c_str());
    }
    return q;
}

/// The fleet that a solution of its program is.
inline mixed_fleet fleet_of(const mixed_fleet_question& q, const program_solution& s) {
    const detail::fleet_program f(q);
    mixed_fleet m{.state = s.state, .cost = s.cost, .bound = s.bound};
    if (!s.found()) return m;
    for (std::size_t g = 0; g < f.kinds; ++g) {
        m.machines.push_back(static_cast<int>(std::round(s.x[g])));
        m.busy.push_back(m.machines[g] > 0 ? f.filled(s.x, g) * q.load / m.machines[g] : 0.0);
    }
    for (std::size_t c = 0; c < f.classes; ++c) {
        m.share.emplace_back();
        for (std::size_t g = 0; g < f.kinds; ++g) m.share[c].push_back(std::fmax(0.0, s.x[f.part(c, g)] / f.slices));
    }
    return m;
}

/// The least cost of machines in parts, as many as it takes; infinite where a class is served by none.
inline double linear_bound(const mixed_fleet_question& q) {
    const detail::fleet_program f(checked(q));
    double sum = 0.0;
    for (std::size_t c = 0; c < f.classes; ++c) {
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t g = 0; g < f.kinds; ++g)
            if (f.serves(c, g)) least = std::fmin(least, q.kinds[g].cost * f.fills(c, g) * f.slices);
        sum += least;
    }
    return sum;
}

namespace detail {
/// The answer where no kind that there is serves class `c`.
inline mixed_fleet served_by_none(const mixed_fleet_question& q, std::size_t c) {
    mixed_fleet none{.linear_bound = linear_bound(q), .servable = 0.0};
    none.why =
        "no kind of machine that there is serves class " + q.classes[c].name + ": add one, or relax its objective";
    return none;
}
inline std::string too_few_machines(const mixed_fleet_question& q, double servable) {
    return "all machines there are serve " + shortest(std::floor(1000.0 * servable) / 10.0) +
           " % of the rates: allow more machines, a higher load" + (q.slices > 0 ? ", more slices" : "") +
           " or fewer requests";
}
}  // namespace detail

/// Throws `error` for a question that cannot be; a fleet that cannot be is an answer with `why`.
template <class Solve>
mixed_fleet least_cost_fleet(const mixed_fleet_question& q, const Solve& solve, const program_search& search = {}) {
    const detail::fleet_program f(checked(q));
    for (std::size_t c = 0; c < f.classes; ++c) {
        bool any = false;
        for (std::size_t g = 0; g < f.kinds; ++g) any = any || (f.serves(c, g) && q.kinds[g].most >= 1.0);
        if (!any) return detail::served_by_none(q, c);
    }
    mixed_fleet m = fleet_of(q, solve(f.program(), search));
    m.linear_bound = linear_bound(q);
    if (m.found() || m.state != program_state::infeasible) return m;
    m.servable = f.servable(solve);
    m.why = detail::too_few_machines(q, m.servable);
    return m;
}

/// All classes on kind `g` alone: sum_c per_s_c / (load most_per_s_cg) machines, rounded up.
inline mixed_fleet fleet_of_one_kind(const mixed_fleet_question& q, std::size_t g) {
    const detail::fleet_program f(checked(q));
    if (g >= f.kinds)
        fail("there are " + std::to_string(f.kinds) + " kinds of machines, and no number " + std::to_string(g + 1));
    double filled = 0.0;
    for (std::size_t c = 0; c < f.classes; ++c) {
        if (!f.serves(c, g) || q.kinds[g].most < 1.0) return detail::served_by_none(q, c);
        filled += f.fills(c, g) * f.slices;
    }
    mixed_fleet m{.linear_bound = linear_bound(q)};
    const double machines = std::ceil(filled * (1.0 - 1e-9)), most = std::floor(q.kinds[g].most);
    if (machines > most) {
        m.servable = most / filled;
        m.why = detail::too_few_machines(q, m.servable);
        return m;
    }
    m.state = program_state::optimal;
    m.cost = m.bound = machines * q.kinds[g].cost;
    m.machines.assign(f.kinds, 0);
    m.busy.assign(f.kinds, 0.0);
    m.machines[g] = static_cast<int>(machines);
    m.busy[g] = machines > 0.0 ? filled * q.load / machines : 0.0;
    m.share.assign(f.classes, std::vector<double>(f.kinds, 0.0));
    for (std::vector<double>& shares : m.share) shares[g] = 1.0;
    return m;
}
}  // namespace gambrel
