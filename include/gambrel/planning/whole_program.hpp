// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Branch and bound: the least cost of a linear program some of whose variables must be whole.
///
///     bound(node) = cost of the linear program within the node's bounds; a node whose bound is no better than the best
///     solution goes; else it is split at a variable that is not whole: x <= floor(x), x >= floor(x) + 1
///
/// Nodes are taken by the least bound, so that what is found first with that bound is the answer, and a search that is
/// stopped knows how far off it can be. `mended` may make a whole solution of one that is not (rounding up), which only
/// saves time. Exact to the tolerance of the simplex method: a variable within 1e-6 of a whole number is that number.
/// Source: Land and Doig 1960 (recalled). Evidence: tests/planning/whole_program_test.cpp.

#include <functional>
#include <gambrel/planning/simplex.hpp>
#include <queue>

namespace gambrel {

struct whole_search {
    std::size_t most_nodes = 200'000;  ///< linear programs; the answer says where they do not suffice
    std::function<bool()> stopped{};   ///< asked before every node
    std::function<std::vector<double>(std::vector<double>)> mended{};  ///< a solution with whole numbers; empty: none
};

namespace detail {
struct search_node {
    std::vector<std::pair<double, double>> bounds{};  ///< of every variable
    std::vector<double> x{};
    double bound = 0.0;
    std::size_t made = 0;
};
struct later_node {
    bool operator()(const search_node& a, const search_node& b) const {
        return a.bound != b.bound ? a.bound > b.bound : a.made < b.made;  // of equals the deeper one
    }
};
/// The variable furthest from whole, the dearest of equals; as many as there are where all are whole.
inline std::size_t splits_at(const linear_program& p, const std::vector<double>& x) {
    std::size_t found = x.size();
    double furthest = 0.0;
    for (std::size_t j = 0; j < x.size(); ++j) {
        if (!p.variables[j].whole) continue;
        const double off = std::fabs(x[j] - std::round(x[j]));
        const double weight = off * (1.0 + std::fabs(p.variables[j].cost));
        if (off > 1e-6 && weight > furthest) {
            furthest = weight;
            found = j;
        }
    }
    return found;
}
}  // namespace detail

/// Throws `error` for a program that cannot be.
inline program_solution solve_whole(const linear_program& p, const whole_search& search = {}) {
    linear_program within = checked(p);
    program_solution best;
    std::priority_queue<detail::search_node, std::vector<detail::search_node>, detail::later_node> open;
    std::size_t nodes = 0;
    program_state stops = program_state::infeasible;
    const auto better = [&](double bound) {
        return !best.found() || bound < best.cost - 1e-9 * std::fmax(1.0, std::fabs(best.cost));
    };
    const auto keep = [&](std::vector<double> x) {
        for (std::size_t j = 0; j < x.size(); ++j)
            if (p.variables[j].whole) x[j] = std::round(x[j]);
        if (const double cost = p.cost_of(x); better(cost)) {
            best.cost = cost;
            best.x = std::move(x);
        }
    };
    const auto open_node = [&](std::vector<std::pair<double, double>> bounds) {
        for (std::size_t j = 0; j < bounds.size(); ++j) {
            within.variables[j].lower = bounds[j].first;
            within.variables[j].upper = bounds[j].second;
        }
        const program_solution s = solve_linear(within);
        ++nodes;
        if (s.state == program_state::unbounded || s.state == program_state::stopped) stops = s.state;
        if (s.state != program_state::optimal || !better(s.cost)) return;
        if (detail::splits_at(p, s.x) == s.x.size()) return keep(s.x);
        if (search.mended)
            if (std::vector<double> whole = search.mended(s.x); !whole.empty()) keep(std::move(whole));
        if (better(s.cost)) open.push({std::move(bounds), s.x, s.cost, nodes});
    };
    std::vector<std::pair<double, double>> bounds;
    for (const linear_variable& v : p.variables) bounds.emplace_back(v.lower, v.upper);
    open_node(std::move(bounds));
    bool all = true;
    while (!open.empty() && better(open.top().bound)) {
        if (nodes >= search.most_nodes || (search.stopped && search.stopped())) {
            all = false;
            break;
        }
        const detail::search_node node = open.top();
        open.pop();
        const std::size_t j = detail::splits_at(p, node.x);
        const double whole = std::floor(node.x[j]);
        for (const bool up : {true, false}) {
            auto halves = node.bounds;
            (up ? halves[j].first : halves[j].second) = up ? whole + 1.0 : whole;
            if (halves[j].first <= halves[j].second) open_node(std::move(halves));
        }
    }
    best.nodes = nodes;
    best.bound = all ? best.cost : open.top().bound;
    best.state = !all                                 ? program_state::stopped
                 : best.found()                       ? program_state::optimal
                 : stops != program_state::infeasible ? stops
                                                      : program_state::infeasible;
    return best;
}
}  // namespace gambrel
