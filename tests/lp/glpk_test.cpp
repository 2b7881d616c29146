// SPDX-License-Identifier: Apache-2.0
// Programs that are handed to GLPK: textbook ones, and grids whose points are tried one by one.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/planning/glpk.hpp>
#include <random>

using namespace gambrel;

namespace {
linear_program program(const std::vector<double>& cost, const std::vector<linear_row>& rows) {
    linear_program p;
    for (const double c : cost) p.add({.cost = c});
    p.rows = rows;
    return p;
}
bool keeps(const linear_program& p, const std::vector<double>& x) {
    for (std::size_t j = 0; j < x.size(); ++j) {
        const linear_variable& v = p.variables[j];
        if (x[j] < v.lower - 1e-6 || x[j] > v.upper + 1e-6) return false;
        if (v.whole && x[j] != std::round(x[j])) return false;
    }
    for (const linear_row& r : p.rows) {
        double sum = 0.0, size = 1.0;
        for (const auto& [j, factor] : r.terms) {
            sum += factor * x[j];
            size += std::fabs(factor * x[j]);
        }
        const double off = sum - r.limit;
        if (r.kind != row_kind::at_least && off > 1e-6 * size) return false;
        if (r.kind != row_kind::at_most && off < -1e-6 * size) return false;
    }
    return true;
}
}  // namespace

TEST_CASE("textbook programs") {
    // Dantzig's: max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: 36 at (2, 6).
    const program_solution s = solve_by_glpk(program({-3.0, -5.0}, {{{{0, 1.0}}, row_kind::at_most, 4.0},
                                                                    {{{1, 2.0}}, row_kind::at_most, 12.0},
                                                                    {{{0, 3.0}, {1, 2.0}}, row_kind::at_most, 18.0}}));
    REQUIRE(s.state == program_state::optimal);
    CHECK(s.cost == approx(-36.0).epsilon(1e-12));
    CHECK(s.x[0] == approx(2.0).epsilon(1e-12));
    CHECK(s.x[1] == approx(6.0).epsilon(1e-12));
    // A balanced transport of 20 + 30 to 25 + 25 at 2 3 / 4 1: 20 by the first to the first, 5 and 25 by the second.
    const program_solution t =
        solve_by_glpk(program({2.0, 3.0, 4.0, 1.0}, {{{{0, 1.0}, {1, 1.0}}, row_kind::equal, 20.0},
                                                     {{{2, 1.0}, {3, 1.0}}, row_kind::equal, 30.0},
                                                     {{{0, 1.0}, {2, 1.0}}, row_kind::equal, 25.0},
                                                     {{{1, 1.0}, {3, 1.0}}, row_kind::equal, 25.0}}));
    CHECK(t.cost == approx(85.0).epsilon(1e-12));
}

TEST_CASE("whole variables and rows of every kind: every point of the grid") {
    std::mt19937 random(4);
    std::uniform_int_distribution<> factor(-6, 6), limit(-4, 20), kind(0, 3);
    int optimal = 0, infeasible = 0;
    for (int i = 0; i < 300; ++i) {
        CAPTURE(i);
        linear_program p;
        for (int j = 0; j < 3; ++j)
            p.add({.cost = factor(random) + 0.25 * j, .whole = true, .lower = -2.0, .upper = 4.0});
        for (int r = 0; r < 3; ++r) {
            const int drawn = kind(random);  // equal rows rarely hold
            p.rows.push_back({{{0, factor(random)}, {1, factor(random)}, {2, factor(random)}},
                              drawn == 0   ? row_kind::equal
                              : drawn == 1 ? row_kind::at_least
                                           : row_kind::at_most,
                              static_cast<double>(limit(random))});
        }
        double best = std::numeric_limits<double>::infinity();
        for (int x = -2; x <= 4; ++x)
            for (int y = -2; y <= 4; ++y)
                for (int z = -2; z <= 4; ++z) {
                    const std::vector<double> at{static_cast<double>(x), static_cast<double>(y),
                                                 static_cast<double>(z)};
                    if (keeps(p, at)) best = std::fmin(best, p.cost_of(at));
                }
        const program_solution s = solve_by_glpk(p);
        CHECK(s.found() == std::isfinite(best));
        CHECK(s.state == (std::isfinite(best) ? program_state::optimal : program_state::infeasible));
        if (!s.found()) {
            ++infeasible;
            continue;
        }
        ++optimal;
        CHECK(keeps(p, s.x));
        CHECK(s.cost == doctest::Approx(best).epsilon(1e-9));
        CHECK(s.bound == s.cost);
    }
    CHECK(optimal >= 100);
    CHECK(infeasible >= 20);
}

TEST_CASE("bounds that are not whole, nothing to do, no bottom, nonsense, and what is stopped") {
    linear_program p;
    p.add({.cost = -1.0, .whole = true, .lower = 0.5, .upper = 2.5});
    CHECK(solve_by_glpk(p).x == std::vector<double>{2.0});
    p.variables[0].lower = 2.1;
    CHECK(solve_by_glpk(p).state == program_state::infeasible);
    p.variables[0] = {.cost = -1.0, .whole = true};
    CHECK(solve_by_glpk(p).state == program_state::unbounded);
    p.rows.push_back({{{0, 2.0}}, row_kind::at_most, 7.0});
    CHECK(solve_by_glpk(p).x == std::vector<double>{3.0});
    const program_solution stopped = solve_by_glpk(p, {.stopped = [] { return true; }});
    CHECK(stopped.state == program_state::stopped);
    CHECK(stopped.bound == approx(-3.5).epsilon(1e-9));
    CHECK(solve_by_glpk(program({1.0}, {{{{0, 1.0}}, row_kind::equal, -1.0}})).state == program_state::infeasible);
    CHECK_THROWS_WITH_AS(solve_by_glpk({}), "a program has no variables: add at least one", error);
    CHECK_THROWS_WITH_AS(
        solve_by_glpk(program({1.0}, {{{{3, 1.0}}, row_kind::equal, 1.0}})),
        "row 1 of the program names variable 4 with the factor 1: there are 1 variables, and factors are finite",
        error);
    p.variables[0] = {.cost = std::nan("")};
    CHECK_THROWS_WITH_AS(solve_by_glpk(p), "variable 1 of the program has the cost nan; give a finite one", error);
    p.variables[0] = {.lower = 3.0, .upper = 2.0};
    CHECK_THROWS_WITH_AS(solve_by_glpk(p), "variable 1 of the program must be from 3 to 2: give bounds in order",
                         error);
    p.variables[0] = {};
    p.rows = {{{{0, 1.0}}, row_kind::at_most, std::numeric_limits<double>::infinity()}};
    CHECK_THROWS_AS(solve_by_glpk(p), error);
}
