// SPDX-License-Identifier: Apache-2.0
// GLPK against the search of this library: 200 fleets drawn at random and 200 programs of any rows and bounds.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/planning/glpk.hpp>
#include <gambrel/planning/mixed_fleet.hpp>
#include <random>

using namespace gambrel;

namespace {
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

TEST_CASE("200 fleets of up to four kinds and six classes, with slices and limits: the same least cost") {
    std::mt19937 random(2026);
    std::uniform_real_distribution<> u(0.0, 1.0);
    int found = 0, impossible = 0;
    for (int i = 0; i < 200; ++i) {
        CAPTURE(i);
        mixed_fleet_question q{.load = 0.5 + 0.5 * u(random), .slices = i % 3 == 0 ? 1 + i % 4 : 0};
        const int kinds = 1 + static_cast<int>(4.0 * u(random)),
                  classes = 1 + static_cast<int>((q.slices > 0 ? 4.0 : 6.0) * u(random));
        for (int g = 0; g < kinds; ++g) {
            q.kinds.push_back({"k" + std::to_string(g), 0.5 + 9.0 * u(random)});
            if (u(random) < 0.4) q.kinds.back().most = std::floor(12.0 * u(random));
        }
        for (int c = 0; c < classes; ++c) {
            class_of_requests r{"c" + std::to_string(c), 0.1 + 15.0 * u(random)};
            for (const machine_kind& k : q.kinds)
                r.most_per_s.push_back(u(random) < 0.1 ? 0.0 : k.cost * (0.3 + 3.0 * u(random)));
            q.classes.push_back(r);
        }
        const mixed_fleet own = least_cost_fleet(q), glpk = least_cost_fleet(q, solve_by_glpk);
        REQUIRE(own.state == glpk.state);
        if (!own.found()) {
            ++impossible;
            CHECK(own.why == glpk.why);
            continue;
        }
        ++found;
        CHECK(own.state == program_state::optimal);
        CHECK(own.cost == approx(glpk.cost).epsilon(1e-7));
        CHECK(own.cost >= linear_bound(q) * (1.0 - 1e-9));
        for (std::size_t g = 0; g < q.kinds.size(); ++g) {
            CHECK(own.machines[g] <= q.kinds[g].most);
            CHECK(own.busy[g] <= q.load * (1.0 + 1e-6));
            CHECK(glpk.busy[g] <= q.load * (1.0 + 1e-6));
        }
    }
    CHECK(found >= 100);
    CHECK(impossible >= 10);
}

TEST_CASE("200 programs of any rows, bounds and whole variables: the same state and cost") {
    std::mt19937 random(7);
    std::uniform_real_distribution<> u(0.0, 1.0);
    int optimal = 0, infeasible = 0;
    for (int i = 0; i < 200; ++i) {
        CAPTURE(i);
        linear_program p;
        const int variables = 1 + static_cast<int>(6.0 * u(random)), rows = static_cast<int>(5.0 * u(random));
        for (int j = 0; j < variables; ++j) {
            const double lower = std::floor(9.0 * u(random)) - 4.0;
            p.add({.cost = std::floor(21.0 * u(random)) - 10.0,
                   .whole = u(random) < 0.6,
                   .lower = lower,
                   .upper = lower + std::floor(8.0 * u(random))});
        }
        for (int r = 0; r < rows; ++r) {
            linear_row row{.kind = static_cast<row_kind>(static_cast<int>(3.0 * u(random))),
                           .limit = std::floor(30.0 * u(random)) - 15.0};
            for (int j = 0; j < variables; ++j)
                if (u(random) < 0.6)
                    row.terms.emplace_back(static_cast<std::size_t>(j), std::floor(11.0 * u(random)) - 5.0);
            p.rows.push_back(row);
        }
        const program_solution own = solve_whole(p), glpk = solve_by_glpk(p);
        REQUIRE(own.state == glpk.state);
        if (!own.found()) {
            ++infeasible;
            continue;
        }
        ++optimal;
        CHECK(own.cost == doctest::Approx(glpk.cost).epsilon(1e-7));
        CHECK(keeps(p, own.x));
        CHECK(keeps(p, glpk.x));
    }
    CHECK(optimal >= 60);
    CHECK(infeasible >= 30);
}

TEST_CASE("GLPK: what has no bottom, and what is stopped") {
    linear_program p;
    p.add({.cost = -1.0, .whole = true});
    CHECK(solve_by_glpk(p).state == program_state::unbounded);
    CHECK(solve_whole(p).state == program_state::unbounded);
    p.rows.push_back({{{0, 2.0}}, row_kind::at_most, 7.0});
    CHECK(solve_by_glpk(p).x == std::vector<double>{3.0});
    const program_solution stopped = solve_by_glpk(p, {.stopped = [] { return true; }});
    CHECK(stopped.state == program_state::stopped);
    CHECK(stopped.bound == approx(-3.5).epsilon(1e-9));
    p.rows[0].terms[0].first = 4;
    CHECK_THROWS_AS(solve_by_glpk(p), error);
}
