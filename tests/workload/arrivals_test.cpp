// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/workload/arrivals.hpp>
#include <gambrel/workload/benchmark_lengths.hpp>
#include <numeric>

using namespace gambrel;

TEST_CASE("the generators give their published outputs") {
    std::uint64_t state = 1234567;  // splitmix64.c as quoted by several ports
    for (const std::uint64_t expected : {6457827717110365317ULL, 3203168211198807973ULL, 9817491932198370423ULL,
                                         4593380528125082431ULL, 16408922859458223821ULL})
        CHECK(splitmix64(state) == expected);
    random_stream random(std::array<std::uint64_t, 4>{1, 2, 3, 4});  // xoshiro256++, the vector of the Rust port
    for (const std::uint64_t expected : {41943041ULL, 58720359ULL, 3588806011781223ULL, 3591011842654386ULL,
                                         9228616714210784205ULL, 9973669472204895162ULL})
        CHECK(random.next() == expected);
}

TEST_CASE("uniform numbers lie where they should") {
    random_stream random(7);
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < 100'000; ++i) {
        const double x = random.uniform(), y = random.inside();
        CHECK_UNARY((x >= 0.0 && x < 1.0 && y > 0.0 && y < 1.0));
        sum += x;
        squares += x * x;
    }
    CHECK(sum / 1e5 == approx(0.5).epsilon(0.01));
    CHECK(squares / 1e5 == approx(1.0 / 3.0).epsilon(0.01));
    for (int i = 0; i < 1000; ++i) CHECK_UNARY(random.below(7) < 7);
    // Of this state the first number has every bit set: the greatest share there is, and the greatest whole number.
    for (const std::uint64_t n : {1ULL, 3ULL, 5ULL, 7ULL, 1000003ULL, (1ULL << 53) - 1, 1ULL << 53})
        CHECK(random_stream(std::array<std::uint64_t, 4>{0, 1, 1, ~0ULL}).below(n) == n - 1);
    for (const std::uint64_t n : {(1ULL << 53) + 1, (1ULL << 53) + 3, ~0ULL - 1, ~0ULL})
        CHECK(random_stream(std::array<std::uint64_t, 4>{0, 1, 1, ~0ULL}).below(n) < n);
}

namespace {
struct moments {
    double mean = 0, variation = 0;
};
moments of(const arrivals& process, int n = 400'000) {
    gap_sampler gaps(process, 11);
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < n; ++i) {
        const double g = gaps();
        sum += g;
        squares += g * g;
    }
    const double mean = sum / n;
    return {mean, std::sqrt(squares / n - mean * mean) / mean};
}
}  // namespace

TEST_CASE("gaps have the mean and the variation asked for") {
    CHECK(of(arrivals::poisson(4)).mean == approx(0.25).epsilon(0.01));
    CHECK(of(arrivals::poisson(4)).variation == approx(1.0).epsilon(0.01));
    CHECK(of(arrivals::evenly_spaced(4)).mean == approx(0.25));
    CHECK(of(arrivals::evenly_spaced(4)).variation < 1e-6);
    for (const double cv : {0.3, 0.7, 1.0, 2.0, 4.0}) {
        CAPTURE(cv);
        const moments g = of(arrivals::gamma(4, cv)), w = of(arrivals::weibull(4, cv));
        CHECK(g.mean == approx(0.25).epsilon(0.02));
        CHECK(g.variation == approx(cv).epsilon(0.03));
        CHECK(w.mean == approx(0.25).epsilon(0.02));
        CHECK(w.variation == approx(cv).epsilon(0.06));
    }
}

TEST_CASE("a Weibull of variation 1 is exponential; shape 2 has variation sqrt(4 / pi - 1)") {
    CHECK(arrivals::weibull(1, 1.0).shape() == approx(1.0).epsilon(1e-10));
    CHECK(arrivals::weibull_shape(std::sqrt(4.0 / 3.14159265358979324 - 1.0)) == approx(2.0).epsilon(1e-10));
}

TEST_CASE("modulated arrivals: the rate of each phase by the time spent in it") {
    const arrivals a = arrivals::modulated({{.rate = 10, .mean_stay = 1}, {.rate = 1, .mean_stay = 3}});
    CHECK(a.rate() == approx(13.0 / 4.0));
    CHECK(of(a).mean == approx(4.0 / 13.0).epsilon(0.02));
    CHECK(of(a).variation > 1.5);
    // One phase is Poisson; a silent phase is an interruption.
    CHECK(of(arrivals::modulated({{.rate = 5, .mean_stay = 0.01}})).variation == approx(1.0).epsilon(0.01));
    const arrivals on_off = arrivals::modulated({{.rate = 10, .mean_stay = 1}, {.rate = 0, .mean_stay = 1}});
    CHECK(of(on_off).mean == approx(0.2).epsilon(0.02));
    // Interrupted Poisson: cv^2 = 1 + 2 rate / (stay_on^-1 + stay_off^-1)^2 x stay_on^-1 (Kuczura 1973): 1 + 2 10 1 / 4
    // = 6.
    CHECK(of(on_off).variation == approx(std::sqrt(6.0)).epsilon(0.02));
}

TEST_CASE("one seed, one sequence; streams differ") {
    gap_sampler a(arrivals::gamma(3, 2), 5), b(arrivals::gamma(3, 2), 5), c(arrivals::gamma(3, 2), 6);
    bool same = true, other = true;
    for (int i = 0; i < 100; ++i) {
        const double x = a();
        same = same && x == b();
        other = other && x == c();
    }
    CHECK(same);
    CHECK_FALSE(other);
    CHECK(random_stream(1, 1).next() != random_stream(1, 2).next());
}

TEST_CASE("a rate of zero never sends; wrong values are named") {
    CHECK(gap_sampler(arrivals::poisson(0), 1)() == std::numeric_limits<double>::infinity());
    CHECK_THROWS_WITH_AS(arrivals::poisson(-1), doctest::Contains("arrival rate"), error);
    CHECK_THROWS_WITH_AS(arrivals::poisson(std::nan("")), doctest::Contains("arrival rate"), error);
    CHECK_THROWS_WITH_AS(arrivals::gamma(1, 0), doctest::Contains("Gamma"), error);
    CHECK_THROWS_WITH_AS(arrivals::weibull(1, 1e9), doctest::Contains("Weibull"), error);
    CHECK_THROWS_WITH_AS(arrivals::modulated({{.rate = 0}}), doctest::Contains("positive rate"), error);
    CHECK_THROWS_WITH_AS(arrivals::modulated({}), doctest::Contains("positive rate"), error);
}

TEST_CASE("benchmark lengths are those of the client, drawn by numpy") {
    // np.random.seed(0); randint(819, 1025, 40) twice, and randint(6553, 8193, 20), randint(819, 1025, 20).
    const auto a = benchmark_lengths(1024, 1024, 40), b = benchmark_lengths(8192, 1024, 20);
    const std::uint32_t first[] = {991, 866, 936, 1011, 886, 1014}, long_first[] = {7237, 7112, 7769, 7388, 7316, 7936};
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(a[i].prompt == first[i]);
        CHECK(b[i].prompt == long_first[i]);
    }
    CHECK(a[0].output == 851);
    CHECK(a[3].output == 1004);
    CHECK(b[3].output == 896);
    const auto sum = [](const auto& all, auto part) {
        return std::accumulate(all.begin(), all.end(), 0U, [&](unsigned s, const auto& r) { return s + r.*part; });
    };
    CHECK(sum(a, &request_lengths::prompt) == 37068);
    CHECK(sum(a, &request_lengths::output) == 36709);
    CHECK(sum(b, &request_lengths::prompt) == 147984);
    CHECK(sum(b, &request_lengths::output) == 18705);
    CHECK(benchmark_lengths(100, 50, 3, 1.0)[2].output == 50);
    CHECK_THROWS_AS(benchmark_lengths(100, 50, 3, 1.1), error);
}
