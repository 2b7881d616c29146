// SPDX-License-Identifier: Apache-2.0
// Statistics of runs against figures of NumPy and SciPy 1.10 (welch, t, nct, binom), worked out apart from this
// library.
#include <doctest/doctest.h>

#include <gambrel/comparison/covariate.hpp>
#include <gambrel/comparison/detectable_change.hpp>
#include <gambrel/comparison/drift.hpp>
#include <gambrel/comparison/holm.hpp>
#include <gambrel/comparison/log_ratio.hpp>
#include <gambrel/comparison/median_interval.hpp>
#include <gambrel/comparison/percentile_ranks.hpp>
#include <random>

using namespace gambrel;

namespace {
const std::vector<double> before{1436, 1452, 1401, 1448, 1420}, after{1361, 1388, 1340, 1379, 1352},
    again{1400, 1455, 1382, 1431, 1415};

/// Whether `x` is `expected` to the digits that it is printed with, `digits` after the point.
bool to_digits(double x, double expected, int digits) {
    return std::fabs(x - expected) <= 0.5000001 * std::pow(10.0, -digits);
}
}  // namespace

TEST_CASE("Welch on logarithms: a change") {
    const log_ratio r = unpaired_ratio(before, after);
    CHECK(to_digits(r.difference, -0.04822661, 8));
    CHECK(to_digits(r.ratio(), 0.95291782, 8));
    CHECK(to_digits(r.error, 0.00920331, 8));
    CHECK(to_digits(r.freedom, 7.992966, 6));
    CHECK(to_digits(r.t(), -5.240135, 6));
    CHECK(to_digits(r.p_changed(), 7.8538e-4, 8));
    CHECK(to_digits(r.interval(0.95).first, 0.932904, 6));
    CHECK(to_digits(r.interval(0.95).second, 0.973361, 6));
    CHECK(to_digits(r.interval(0.80).first, 0.940745, 6));
    CHECK(to_digits(r.interval(0.80).second, 0.965248, 6));
    const log_ratio turned = unpaired_ratio(after, before);
    CHECK(turned.ratio() == doctest::Approx(1.0 / r.ratio()).epsilon(1e-12));
    CHECK(turned.p_changed() == doctest::Approx(r.p_changed()).epsilon(1e-9));
}

TEST_CASE("paired runs: what moves both sides cancels") {
    const log_ratio r = paired_ratio(before, after);
    CHECK(to_digits(r.error, 0.00164428, 8));
    CHECK(r.freedom == 4.0);
    CHECK(to_digits(r.interval(0.95).first, 0.948577, 6));
    CHECK(to_digits(r.interval(0.95).second, 0.957278, 6));
    CHECK_THROWS_WITH(paired_ratio(before, {1.0, 2.0}), doctest::Contains("5 and 2"));
    CHECK_THROWS_WITH(unpaired_ratio(before, {1.0}), doctest::Contains("1 run"));
    CHECK_THROWS_WITH(unpaired_ratio(before, {1.0, -2.0}), doctest::Contains("a figure of a run is -2"));
}

TEST_CASE("two one-sided tests: the same within 5 %") {
    const log_ratio r = unpaired_ratio(before, again);
    CHECK(to_digits(r.difference, -0.01046339, 8));
    CHECK(to_digits(r.freedom, 7.396941, 6));
    CHECK(to_digits(r.p_changed(), 0.373520, 6));
    CHECK(to_digits(r.interval(0.95).first, 0.964344, 6));
    CHECK(to_digits(r.interval(0.95).second, 1.015499, 6));
    CHECK(to_digits(r.p_same(0.05), 0.004777, 6));
    CHECK(r.p_same(0.01) > 0.4);
}

TEST_CASE("runs without any spread: a ratio that is sure") {
    const log_ratio r = unpaired_ratio({3.0, 3.0, 3.0}, {3.3, 3.3, 3.3});
    CHECK(r.interval(0.95).first == doctest::Approx(1.1).epsilon(1e-9));
    CHECK(r.p_above(1.05) == 0.0);
    CHECK(r.p_below(1.05) == 1.0);
    CHECK(r.p_same(0.2) == 0.0);
    CHECK(unpaired_ratio({3.0, 3.0}, {3.0, 3.0}).p_changed() == 1.0);
}

TEST_CASE("the exact bootstrap of the median") {
    const double weights[] = {0.05792, 0.25952, 0.36512, 0.25952, 0.05792};
    const auto w = median_rank_weights(5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(to_digits(w[i], weights[i], 5));
    const median_ratio m = ratio_of_medians(before, after);
    CHECK(to_digits(m.ratio, 0.947772, 6));
    CHECK(to_digits(m.low, 0.931129, 6));
    CHECK(to_digits(m.high, 0.977465, 6));
    CHECK(ratio_of_medians({2.0}, {3.0}).high == 1.5);
}

TEST_CASE("the least detectable change, and the runs that show one") {
    const double at_2[] = {6.33, 4.13, 2.69, 1.83}, at_5[] = {16.58, 10.65, 6.84, 4.65};
    const int runs[] = {3, 5, 10, 20};
    for (int i = 0; i < 4; ++i) {
        CHECK(to_digits(100.0 * least_detectable_change({.variation = 0.02, .sides = sides::pooled}, runs[i]), at_2[i],
                        2));
        CHECK(to_digits(100.0 * least_detectable_change({.variation = 0.05, .sides = sides::pooled}, runs[i]), at_5[i],
                        2));
    }
    CHECK(runs_for({.variation = 0.02, .sides = sides::pooled}, 0.05) == 4);
    CHECK(runs_for({.variation = 0.03, .sides = sides::pooled}, 0.05) == 8);
    CHECK(runs_for({.variation = 0.05, .sides = sides::pooled}, 0.05) == 18);
    // Welch's: 0.77767 of 200,000 pairs drawn with NumPy pass it at the pooled test's least change (sd 0.00093).
    CHECK(power_of({.variation = 0.02}, std::log(1.0413155), 5, 0.025) ==
          doctest::Approx(0.77767).epsilon(0.004).scale(0.0));
    CHECK(power_of({.variation = 0.02}, std::log1p(least_detectable_change({.variation = 0.02}, 2)), 2, 0.025) ==
          doctest::Approx(0.8).epsilon(1e-6));
    CHECK(least_detectable_change({.variation = 0.02}, 200) ==
          doctest::Approx(least_detectable_change({.variation = 0.02, .sides = sides::pooled}, 200))
              .epsilon(1e-3)
              .scale(0.0));
    const int n = runs_for({.variation = 0.05}, 0.05);
    CHECK(least_detectable_change({.variation = 0.05}, n) <= 0.05);
    CHECK(least_detectable_change({.variation = 0.05}, n - 1) > 0.05);
    // Beside a probe: one degree of freedom less; with as many runs a larger change than without it.
    const experiment probed{.variation = 0.02, .sides = sides::pooled, .probed = true};
    CHECK(probed.freedom(3) == 3.0);
    CHECK(least_detectable_change(probed, 3) > 0.0633);
    CHECK_THROWS_WITH(least_detectable_change({.variation = 0.02, .sides = sides::paired, .probed = true}, 2),
                      doctest::Contains("the runs of a side"));
    CHECK(runs_for({.variation = 0.02}, 0.05, 0.05) == 0);  // at the margin itself nothing shows
}

TEST_CASE("between which requests a percentile lies") {
    const percentile_ranks a = ranks_of_percentile(0.99, 1000), b = ranks_of_percentile(0.99, 5000);
    CHECK(a.low == 983);
    CHECK(a.high == 997);
    CHECK(to_digits(a.covered, 0.976095, 6));
    CHECK(b.low == 4936);
    CHECK(b.high == 4964);
    CHECK(to_digits(b.covered, 0.953740, 6));
    CHECK_FALSE(ranks_of_percentile(0.99, 367).high);
    CHECK(ranks_of_percentile(0.99, 368).high == 368);
    CHECK_FALSE(ranks_of_percentile(0.5, 3).low);
}

TEST_CASE("Holm's p of four") {
    const double expected[] = {0.06, 0.004, 0.30, 0.08};
    const auto p = holm_adjusted({0.02, 0.001, 0.30, 0.04});
    for (std::size_t i = 0; i < 4; ++i) CHECK(p[i] == doctest::Approx(expected[i]).epsilon(1e-12));
    CHECK(holm_adjusted({0.01, 0.0101})[1] == doctest::Approx(0.02));  // never below that of a smaller p
    CHECK(holm_adjusted({}).empty());
}

TEST_CASE("a probe takes out what machine and hour did, and pays for the slope") {
    const std::vector<double> probes_a{44.1, 45.3, 43.2, 46.0, 44.8}, probes_b{43.9, 45.0, 42.8, 45.1, 43.5};
    const auto r = ratio_beside_probes({before, after}, {probes_a, probes_b}, false);
    REQUIRE(r);
    CHECK(to_digits(r->ratio.difference, -0.040385277, 9));  // least squares of y on side and probe, NumPy
    CHECK(to_digits(r->theta, 0.562515961, 9));
    CHECK(to_digits(r->ratio.error, 0.0044722841, 10));
    CHECK(r->ratio.freedom == 7.0);
    CHECK(to_digits(r->variance_left, 0.185901964, 9));
    const auto pairs = ratio_beside_probes({before, after}, {probes_a, probes_b}, true);
    REQUIRE(pairs);
    CHECK(to_digits(pairs->ratio.difference, -0.048038829, 9));
    CHECK(to_digits(pairs->ratio.error, 0.0034053796, 10));
    CHECK(pairs->ratio.freedom == 3.0);

    // Both sides alike: theta and what is left are those of one side's logarithms (NumPy; of the figures as they are
    // 1.794979 and 0.007992).
    const std::vector<double> y{44.1, 45.3, 43.2, 46.0, 44.8, 43.9}, x{21.0, 21.6, 20.5, 22.1, 21.3, 20.9};
    CHECK(to_digits(ratio_beside_probes({y, y}, {x, x}, false)->theta, 0.857562825, 9));
    CHECK(to_digits(ratio_beside_probes({y, y}, {x, x}, false)->variance_left, 0.007616459, 9));
    // Figures in proportion to their probes are all alike beside them.
    const auto exact = ratio_beside_probes({{{10.0, 11.0}, {12.0, 13.2}}}, {{{1.0, 1.1}, {1.0, 1.1}}}, false);
    CHECK(exact->adjusted[0][0] == doctest::Approx(exact->adjusted[0][1]).epsilon(1e-12));
    CHECK(exact->ratio.ratio() == doctest::Approx(1.2).epsilon(1e-12));
    CHECK_FALSE(ratio_beside_probes({y, y}, {{{1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 1}}}, false));
    CHECK_THROWS_WITH(ratio_beside_probes({y, y}, {x, {1.0, 2.0}}, false), doctest::Contains("6 runs and 2 probes"));
    CHECK_THROWS_WITH(ratio_beside_probes({{{1.0, 2.0}, {1.0, 2.0}}}, {{{1.0, 2.0}, {1.0, 2.0}}}, true),
                      doctest::Contains("3 are the least"));
}

TEST_CASE("beside probes no more false alarms than are allowed, with three runs a side too") {
    std::mt19937_64 random(7);
    std::normal_distribution<double> noise;
    constexpr int sets = 4000;
    for (const bool paired : {false, true})
        for (const double slope : {0.0, 1.0}) {  // a probe of no use, and one that knows the hour
            int alarms = 0;
            for (int i = 0; i < sets; ++i) {
                of_two_sides y, x;
                for (std::size_t side = 0; side < 2; ++side)
                    for (int n = 0; n < 3; ++n) {
                        const double hour = 0.02 * noise(random);
                        x[side].push_back(std::exp(hour));
                        y[side].push_back(std::exp(slope * hour + 0.02 * noise(random)));
                    }
                alarms += ratio_beside_probes(y, x, paired)->ratio.p_changed() <= 0.05 ? 1 : 0;
            }
            CAPTURE(paired);
            CAPTURE(slope);
            const double spread = 3.0 * std::sqrt(sets * 0.05 * 0.95);
            CHECK(alarms <= 0.05 * sets + spread);
            CHECK(alarms >= 0.05 * sets - spread);
        }
}

TEST_CASE("drift by small steps") {
    const std::vector<double> series{100.5, 99.2, 101.1, 100.2, 103, 103.4, 102.6, 103.9, 104.1};
    const double expected[] = {0, 0, 0.05, 0, 1, 2.2, 3, 4.45, 6};
    const drift d = drift_of(series, 100.0, 2.0);
    for (std::size_t i = 0; i < series.size(); ++i) CHECK(d.up[i] == doctest::Approx(expected[i]).epsilon(1e-9));
    REQUIRE(d.alarm);
    CHECK(*d.alarm == 8);
    CHECK(d.upwards);
    CHECK_FALSE(drift_of({series.begin(), series.begin() + 8}, 100.0, 2.0).alarm);
    std::vector<double> mirrored;
    for (const double v : series) mirrored.push_back(200.0 - v);
    CHECK(drift_of(mirrored, 100.0, 2.0).alarm == 8);
    CHECK_FALSE(drift_of(mirrored, 100.0, 2.0).upwards);
}
