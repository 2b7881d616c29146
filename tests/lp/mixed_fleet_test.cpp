// SPDX-License-Identifier: Apache-2.0
// Mixed fleets: Melange's example (Griggs et al., arXiv 2404.14527, section 4.1: 6.70 $ for whole buckets is published; the
// others by enumeration outside this library), fleets by hand, and every number of machines of two kinds tried one by one.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/planning/glpk.hpp>
#include <gambrel/planning/mixed_fleet.hpp>
#include <random>

using namespace gambrel;

namespace {
mixed_fleet_question melange(int slices = 0, double load = 1.0) {
    return {.kinds = {{"A10G", 1.01}, {"A100", 3.67}},
            .classes = {{"a", 6.0, {2.0, 20.0}},
                        {"b", 3.0, {1.0, 20.0}},
                        {"c", 15.0, {5.0, 40.0}},
                        {"d", 6.0, {2.0, 20.0}}},
            .load = load,
            .slices = slices};
}
using counts = std::vector<int>;

mixed_fleet least(const mixed_fleet_question& q, const program_search& search = {}) {
    return least_cost_fleet(q, solve_by_glpk, search);
}

/// Least load on kind 1 when kind 0 has `room`: classes leave kind 1 in the order in which they free it most.
double least_on_second(const mixed_fleet_question& q, double room) {
    std::vector<std::pair<double, std::size_t>> order;
    double second = 0.0;
    for (std::size_t c = 0; c < q.classes.size(); ++c) {
        const auto& r = q.classes[c];
        second += r.per_s / r.most_per_s[1];
        order.emplace_back(-r.most_per_s[0] / r.most_per_s[1], c);
    }
    std::sort(order.begin(), order.end());
    for (const auto& [ratio, c] : order) {
        const auto& r = q.classes[c];
        const double moved = std::fmin(1.0, room * r.most_per_s[0] / r.per_s);
        second -= moved * r.per_s / r.most_per_s[1];
        room -= moved * r.per_s / r.most_per_s[0];
    }
    return second;
}
double by_enumeration(const mixed_fleet_question& q) {
    double best = std::numeric_limits<double>::infinity();
    for (int first = 0; first <= 200; ++first) {
        const double second = std::ceil(least_on_second(q, first * q.load) / q.load - 1e-9);
        best = std::fmin(best, first * q.kinds[0].cost + std::fmax(0.0, second) * q.kinds[1].cost);
    }
    return best;
}
/// By trying where each slice of each class goes.
double by_assignment(const mixed_fleet_question& q, std::size_t c, std::vector<double> fill) {
    if (c == q.classes.size()) {
        double cost = 0.0;
        for (std::size_t g = 0; g < fill.size(); ++g)
            cost += q.kinds[g].cost * std::ceil(fill[g] / q.load * (1.0 - 1e-9));
        return cost;
    }
    double best = std::numeric_limits<double>::infinity();
    const auto& r = q.classes[c];
    std::vector<int> parts(fill.size(), 0);
    const auto place = [&](auto&& self, std::size_t g, int left) -> void {
        if (g + 1 == fill.size()) {
            parts[g] = left;
            std::vector<double> more = fill;
            for (std::size_t k = 0; k < fill.size(); ++k) more[k] += r.per_s * parts[k] / q.slices / r.most_per_s[k];
            best = std::fmin(best, by_assignment(q, c + 1, more));
            return;
        }
        for (int n = 0; n <= left; ++n) {
            parts[g] = n;
            self(self, g + 1, left - n);
        }
    };
    place(place, 0, q.slices);
    return best;
}
mixed_fleet_question drawn(std::mt19937& random, std::size_t kinds, std::size_t classes) {
    std::uniform_real_distribution<> u(0.0, 1.0);
    mixed_fleet_question q{.load = 0.6 + 0.4 * u(random)};
    for (std::size_t g = 0; g < kinds; ++g) q.kinds.push_back({"k" + std::to_string(g), 0.5 + 9.0 * u(random)});
    for (std::size_t c = 0; c < classes; ++c) {
        class_of_requests r{"c" + std::to_string(c), 0.1 + 20.0 * u(random)};
        for (const machine_kind& k : q.kinds) r.most_per_s.push_back(k.cost * (0.3 + 3.0 * u(random)));
        q.classes.push_back(r);
    }
    return q;
}
}  // namespace

TEST_CASE("Melange's example: whole buckets, slices, any share") {
    struct row {
        int slices;
        double load;
        counts machines;
        double cost;
    };
    for (const row& e :
         {row{1, 1.0, {3, 1}, 6.70}, row{2, 1.0, {2, 1}, 5.69}, row{4, 1.0, {2, 1}, 5.69}, row{8, 1.0, {2, 1}, 5.69},
          row{0, 1.0, {1, 1}, 4.68}, row{0, 0.9, {2, 1}, 5.69}, row{0, 0.8, {0, 2}, 7.34}}) {
        CAPTURE(e.slices);
        CAPTURE(e.load);
        const mixed_fleet m = least(melange(e.slices, e.load));
        CHECK(m.state == program_state::optimal);
        CHECK(m.machines == e.machines);
        CHECK(m.cost == approx(e.cost).epsilon(1e-12));
        CHECK(m.bound == m.cost);
        for (const auto& shares : m.share) {
            double all = 0.0;
            for (const double s : shares) {
                all += s;
                if (e.slices > 0) CHECK(std::fabs(s * e.slices - std::round(s * e.slices)) < 1e-9);
            }
            CHECK(all == approx(1.0).epsilon(1e-9));
        }
        for (const double busy : m.busy) CHECK(busy <= e.load + 1e-9);
    }
    CHECK(linear_bound(melange()) == approx(4.12875).epsilon(1e-12));
    const mixed_fleet small = fleet_of_one_kind(melange(), 0), large = fleet_of_one_kind(melange(), 1);
    CHECK(small.machines == counts{12, 0});
    CHECK(small.cost == approx(12.12).epsilon(1e-12));
    CHECK(small.busy[0] == approx(1.0).epsilon(1e-12));
    CHECK(large.machines == counts{0, 2});
    CHECK(large.cost == approx(7.34).epsilon(1e-12));
}

TEST_CASE("two kinds, any share: every number of machines of the first, and the least of the second") {
    std::mt19937 random(11);
    for (int i = 0; i < 200; ++i) {
        CAPTURE(i);
        const mixed_fleet_question q = drawn(random, 2, 1 + static_cast<std::size_t>(i % 5));
        const mixed_fleet m = least(q);
        REQUIRE(m.found());
        CHECK(m.cost == approx(by_enumeration(q)).epsilon(1e-9));
        CHECK(m.linear_bound <= m.cost * (1.0 + 1e-12));
    }
}

TEST_CASE("slices: every way to place them") {
    std::mt19937 random(12);
    for (int i = 0; i < 60; ++i) {
        CAPTURE(i);
        mixed_fleet_question q =
            drawn(random, 2 + static_cast<std::size_t>(i % 2), 1 + static_cast<std::size_t>(i % 3));
        q.slices = 1 + i % 4;
        const mixed_fleet m = least(q);
        REQUIRE(m.state == program_state::optimal);
        CHECK(m.cost == approx(by_assignment(q, 0, std::vector<double>(q.kinds.size(), 0.0))).epsilon(1e-9));
    }
}

TEST_CASE("limits on machines: they hold, or the answer says how much can be served") {
    mixed_fleet_question q = melange();
    q.kinds[1].most = 0.0;
    CHECK(least(q).machines == counts{12, 0});
    q.kinds[0].most = 11.0;
    const mixed_fleet none = least(q);
    CHECK_FALSE(none.found());
    CHECK(none.state == program_state::infeasible);
    CHECK(none.servable == approx(11.0 / 12.0).epsilon(1e-9));
    CHECK(none.why ==
          "all machines there are serve 91.6 % of the rates: allow more machines, a higher load or fewer requests");
    q.classes[1].most_per_s[0] = 0.0;
    CHECK(least(q).why == "no kind of machine that there is serves class b: add one, or relax its objective");
    CHECK(std::isinf(linear_bound({.kinds = {{"A", 1.0}}, .classes = {{"c", 1.0, {0.0}}}})));
    // Nothing is asked for: no machines.
    CHECK(least({.kinds = {{"A", 1.0}}, .classes = {{"c", 0.0, {2.0}}}}).machines == counts{0});
}

TEST_CASE("a search that is stopped says between which costs the least lies") {
    std::mt19937 random(5);
    const mixed_fleet_question q = drawn(random, 5, 9);
    const mixed_fleet whole = least(q), cut = least(q, {.stopped = [] { return true; }});
    REQUIRE(whole.state == program_state::optimal);
    CHECK(cut.state == program_state::stopped);
    CHECK_FALSE(cut.found());
    CHECK(cut.bound <= whole.cost);
    CHECK(cut.bound >= whole.linear_bound * (1.0 - 1e-9));
}

TEST_CASE("one kind alone: what there is of it, and what it does not serve") {
    mixed_fleet_question q = melange();
    q.kinds[0].most = 11.5;
    const mixed_fleet few = fleet_of_one_kind(q, 0);
    CHECK_FALSE(few.found());
    CHECK(few.servable == approx(11.0 / 12.0).epsilon(1e-12));
    CHECK(few.why ==
          "all machines there are serve 91.6 % of the rates: allow more machines, a higher load or fewer requests");
    q.classes[3].most_per_s[1] = 0.0;
    CHECK(fleet_of_one_kind(q, 1).why ==
          "no kind of machine that there is serves class d: add one, or relax its objective");
    std::mt19937 random(6);
    for (int i = 0; i < 40; ++i) {
        CAPTURE(i);
        mixed_fleet_question one = drawn(random, 3, 4);
        const mixed_fleet alone = fleet_of_one_kind(one, 1);
        one.kinds[0].most = one.kinds[2].most = 0.0;
        const mixed_fleet solved = least(one);
        CHECK(alone.machines == solved.machines);
        CHECK(alone.cost == approx(solved.cost).epsilon(1e-12));
        CHECK(alone.busy[1] == approx(solved.busy[1]).epsilon(1e-9));
    }
}

TEST_CASE("questions that cannot be") {
    mixed_fleet_question q = melange();
    q.load = 0.0;
    CHECK_THROWS_WITH_AS(least(q),
                         "the share of a machine's rate that is planned with is 0; it must be from 1e-06 to 1", error);
    q = melange();
    q.classes[2].most_per_s.pop_back();
    CHECK_THROWS_WITH_AS(least(q), "class c has rates on 1 kinds of machines; there are 2", error);
    q = melange();
    q.kinds[0].cost = -1.0;
    CHECK_THROWS_WITH_AS(least(q), "the cost of a machine of kind A10G is -1; it must be from 0 to 1e+12", error);
    CHECK_THROWS_WITH_AS(least(mixed_fleet_question{}), "a fleet has no kinds of machines: give at least one", error);
    CHECK_THROWS_AS(fleet_of_one_kind(melange(), 2), error);
}
