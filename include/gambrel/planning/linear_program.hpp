// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A linear program, some of whose variables must be whole numbers:
///
///     min sum_j cost_j x_j    over  lower_j <= x_j <= upper_j    with, in each row,  sum_j a_j x_j  <=, =, >=  limit
///
/// It is a library's to solve: planning/glpk.hpp in C++, SciPy or HiGHS in Python. Evidence: tests/lp/glpk_test.cpp.

#include <cmath>
#include <functional>
#include <gambrel/error.hpp>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace gambrel {

enum class row_kind : unsigned char { at_most, equal, at_least };

struct linear_row {
    std::vector<std::pair<std::size_t, double>> terms{};  ///< variable and its factor, each variable once
    row_kind kind = row_kind::at_most;
    double limit = 0.0;
};

struct linear_variable {
    double cost = 0.0;
    bool whole = false;
    double lower = 0.0, upper = std::numeric_limits<double>::infinity();
};

struct linear_program {
    std::vector<linear_variable> variables{};
    std::vector<linear_row> rows{};

    std::size_t add(const linear_variable& v) {
        variables.push_back(v);
        return variables.size() - 1;
    }
    double cost_of(const std::vector<double>& x) const {
        double cost = 0.0;
        for (std::size_t j = 0; j < variables.size(); ++j) cost += variables[j].cost * x[j];
        return cost;
    }
};

enum class program_state : unsigned char { optimal, infeasible, unbounded, stopped };

struct program_solution {
    program_state state = program_state::infeasible;
    double cost = std::numeric_limits<double>::infinity();
    std::vector<double> x{};                                  ///< empty where there is none
    double bound = -std::numeric_limits<double>::infinity();  ///< no solution costs less
    bool found() const { return !x.empty(); }
};

struct program_search {
    std::function<bool()> stopped{};  ///< asked now and then; true: the best so far is the answer, with its bound
};

/// Throws `error` naming the first variable or row that cannot be; returns `p` otherwise.
inline const linear_program& checked(const linear_program& p) {
    if (p.variables.empty()) fail("a program has no variables: add at least one");
    for (std::size_t j = 0; j < p.variables.size(); ++j) {
        const linear_variable& v = p.variables[j];
        const std::string which = "variable " + std::to_string(j + 1) + " of the program";
        if (!std::isfinite(v.cost)) fail(which + " has the cost " + shortest(v.cost) + "; give a finite one");
        if (!(std::isfinite(v.lower) && v.lower <= v.upper))
            fail(which + " must be from " + shortest(v.lower) + " to " + shortest(v.upper) + ": give bounds in order");
    }
    for (std::size_t i = 0; i < p.rows.size(); ++i) {
        const std::string which = "row " + std::to_string(i + 1) + " of the program";
        if (!std::isfinite(p.rows[i].limit))
            fail(which + " has the limit " + shortest(p.rows[i].limit) + "; give a finite one");
        for (const auto& [j, factor] : p.rows[i].terms)
            if (j >= p.variables.size() || !std::isfinite(factor))
                fail(which + " names variable " + std::to_string(j + 1) + " with the factor " + shortest(factor) +
                     ": there are " + std::to_string(p.variables.size()) + " variables, and factors are finite");
    }
    return p;
}
}  // namespace gambrel
