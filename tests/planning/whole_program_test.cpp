// SPDX-License-Identifier: Apache-2.0
// Linear and whole-number programs: textbook ones, corners and grid points tried one by one. tests/lp has GLPK's answers.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/planning/whole_program.hpp>
#include <random>

using namespace gambrel;

namespace {
linear_program program(const std::vector<double>& cost, const std::vector<linear_row>& rows) {
    linear_program p;
    for (const double c : cost) p.add({.cost = c});
    p.rows = rows;
    return p;
}
constexpr double infinite = std::numeric_limits<double>::infinity();
}  // namespace

TEST_CASE("textbook programs") {
    // Dantzig's: max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: 36 at (2, 6).
    const program_solution s = solve_linear(program({-3.0, -5.0}, {{{{0, 1.0}}, row_kind::at_most, 4.0},
                                                                   {{{1, 2.0}}, row_kind::at_most, 12.0},
                                                                   {{{0, 3.0}, {1, 2.0}}, row_kind::at_most, 18.0}}));
    REQUIRE(s.state == program_state::optimal);
    CHECK(s.cost == approx(-36.0).epsilon(1e-12));
    CHECK(s.x[0] == approx(2.0).epsilon(1e-12));
    CHECK(s.x[1] == approx(6.0).epsilon(1e-12));
    // Beale's, on which the largest coefficient circles: -1/20.
    const program_solution beale = solve_linear(
        program({-0.75, 150.0, -0.02, 6.0}, {{{{0, 0.25}, {1, -60.0}, {2, -0.04}, {3, 9.0}}, row_kind::at_most, 0.0},
                                             {{{0, 0.5}, {1, -90.0}, {2, -0.02}, {3, 3.0}}, row_kind::at_most, 0.0},
                                             {{{2, 1.0}}, row_kind::at_most, 1.0}}));
    REQUIRE(beale.state == program_state::optimal);
    CHECK(beale.cost == approx(-0.05).epsilon(1e-12));
    // A balanced transport of 20 + 30 to 25 + 25 at 2 3 / 4 1: 20 by the first to the first, 5 and 25 by the second.
    const program_solution t =
        solve_linear(program({2.0, 3.0, 4.0, 1.0}, {{{{0, 1.0}, {1, 1.0}}, row_kind::equal, 20.0},
                                                    {{{2, 1.0}, {3, 1.0}}, row_kind::equal, 30.0},
                                                    {{{0, 1.0}, {2, 1.0}}, row_kind::equal, 25.0},
                                                    {{{1, 1.0}, {3, 1.0}}, row_kind::equal, 25.0}}));
    CHECK(t.cost == approx(85.0).epsilon(1e-12));
}

TEST_CASE("two variables: the best corner") {
    std::mt19937 random(3);
    std::uniform_real_distribution<> u(-5.0, 5.0);
    int optimal = 0;
    for (int i = 0; i < 300; ++i) {
        CAPTURE(i);
        linear_program p;
        for (int j = 0; j < 2; ++j) p.add({.cost = u(random), .lower = -3.0, .upper = 4.0});
        std::vector<std::array<double, 3>> lines{{1, 0, -3}, {1, 0, 4}, {0, 1, -3}, {0, 1, 4}};
        for (int r = 0; r < 4; ++r) {
            const double a = u(random), b = u(random), limit = u(random);
            p.rows.push_back({{{0, a}, {1, b}}, r % 2 == 0 ? row_kind::at_most : row_kind::at_least, limit});
            lines.push_back({a, b, limit});
        }
        double best = infinite;
        for (std::size_t k = 0; k < lines.size(); ++k)
            for (std::size_t l = k + 1; l < lines.size(); ++l) {
                const auto &m = lines[k], &n = lines[l];
                const double det = m[0] * n[1] - m[1] * n[0];
                if (std::fabs(det) < 1e-9) continue;
                const double x = (m[2] * n[1] - m[1] * n[2]) / det, y = (m[0] * n[2] - m[2] * n[0]) / det;
                bool inside = x >= -3.0 - 1e-9 && x <= 4.0 + 1e-9 && y >= -3.0 - 1e-9 && y <= 4.0 + 1e-9;
                for (const linear_row& r : p.rows) {
                    const double sum = r.terms[0].second * x + r.terms[1].second * y;
                    inside = inside && (r.kind == row_kind::at_most ? sum <= r.limit + 1e-9 : sum >= r.limit - 1e-9);
                }
                if (inside) best = std::fmin(best, p.cost_of({x, y}));
            }
        const program_solution s = solve_linear(p);
        CHECK(s.state == (best < infinite ? program_state::optimal : program_state::infeasible));
        if (s.state != program_state::optimal) continue;
        ++optimal;
        CHECK(s.cost == doctest::Approx(best).epsilon(1e-8));
    }
    CHECK(optimal > 100);
    CHECK(optimal < 300);
}

TEST_CASE("whole variables: every point of the grid") {
    std::mt19937 random(4);
    std::uniform_int_distribution<> factor(-6, 6), limit(-4, 20);
    int optimal = 0;
    for (int i = 0; i < 200; ++i) {
        CAPTURE(i);
        linear_program p;
        for (int j = 0; j < 3; ++j)
            p.add({.cost = factor(random) + 0.25 * j, .whole = true, .lower = -2.0, .upper = 4.0});
        for (int r = 0; r < 3; ++r)
            p.rows.push_back({{{0, factor(random)}, {1, factor(random)}, {2, factor(random)}},
                              row_kind::at_most,
                              static_cast<double>(limit(random)) - 0.5});
        double best = infinite;
        for (int x = -2; x <= 4; ++x)
            for (int y = -2; y <= 4; ++y)
                for (int z = -2; z <= 4; ++z) {
                    const std::vector<double> at{static_cast<double>(x), static_cast<double>(y),
                                                 static_cast<double>(z)};
                    bool inside = true;
                    for (const linear_row& r : p.rows) {
                        double sum = 0.0;
                        for (const auto& [j, f] : r.terms) sum += f * at[j];
                        inside = inside && sum <= r.limit;
                    }
                    if (inside) best = std::fmin(best, p.cost_of(at));
                }
        const program_solution s = solve_whole(p);
        CHECK(s.state == (best < infinite ? program_state::optimal : program_state::infeasible));
        if (!s.found()) continue;
        ++optimal;
        CHECK(s.cost == doctest::Approx(best).epsilon(1e-9));
        CHECK(s.bound == s.cost);
    }
    CHECK(optimal > 100);
}

TEST_CASE("bounds that are not whole, nothing to do, no bottom, nonsense") {
    linear_program p;
    p.add({.cost = -1.0, .whole = true, .lower = 0.5, .upper = 2.5});
    CHECK(solve_whole(p).x == std::vector<double>{2.0});
    p.variables[0].lower = 2.1;
    CHECK(solve_whole(p).state == program_state::infeasible);
    CHECK_THROWS_WITH_AS(solve_whole({}), "a program has no variables: add at least one", error);
    CHECK(solve_linear(program({-1.0}, {})).state == program_state::unbounded);
    CHECK(solve_whole(program({1.0}, {{{{0, 1.0}}, row_kind::equal, -1.0}})).state == program_state::infeasible);
    CHECK_THROWS_WITH_AS(
        solve_linear(program({1.0}, {{{{3, 1.0}}, row_kind::equal, 1.0}})),
        "row 1 of the program names variable 4 with the factor 1: there are 1 variables, and factors are finite",
        error);
    p.variables[0] = {.cost = std::nan("")};
    CHECK_THROWS_WITH_AS(solve_linear(p), "variable 1 of the program has the cost nan; give a finite one", error);
    p.variables[0] = {.lower = 3.0, .upper = 2.0};
    CHECK_THROWS_WITH_AS(solve_linear(p), "variable 1 of the program must be from 3 to 2: give bounds in order", error);
    p.variables[0] = {};
    p.rows = {{{{0, 1.0}}, row_kind::at_most, infinite}};
    CHECK_THROWS_AS(solve_linear(p), error);
}
