// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <gambrel/queueing/deterministic_service.hpp>
#include <gambrel/queueing/tail.hpp>

using namespace gambrel::queueing;
using complex = std::complex<double>;

namespace {
const auto fixed = [](complex s) { return std::exp(-s); };
const auto exponential = [](complex s) { return 1.0 / (1.0 + s); };
}  // namespace

TEST_CASE("M/D/1: decay, prefactor and asymptotic 99 % quantile") {
    struct row {
        double utilisation, decay, prefactor, quantile;
    };
    constexpr row rows[]{
        {.5, 1.256431, .660999, 3.33577}, {.8, .430842, .866393, 10.35589}, {.9, .207147, .933302, 21.89824}};
    for (const row& r : rows) {
        const exponential_tail tail = *wait_asymptote(r.utilisation, 1.0, fixed);
        CHECK(std::fabs(tail.decay_per_s - r.decay) < 6e-7);
        CHECK(std::fabs(tail.prefactor - r.prefactor) < 6e-7);
        CHECK(std::fabs(tail.quantile_s(0.99) - r.quantile) < 6e-6);
        CHECK(r.utilisation * (std::exp(tail.decay_per_s) - 1.0) == approx(tail.decay_per_s).epsilon(1e-12));
        CHECK(tail.quantile_s(0.99) == approx(*md1(r.utilisation, 1.0).wait_quantile_s(0.99)).epsilon(2e-4));
        CHECK(tail.quantile_s(0.99999) == approx(*md1(r.utilisation, 1.0).wait_quantile_s(0.99999)).epsilon(1e-7));
    }
}

TEST_CASE("M/M/1: the asymptote is the law itself") {
    for (const double u : {0.01, 0.5, 0.99}) {
        const exponential_tail tail = *wait_asymptote(u, 1.0, exponential, 1.0);
        CHECK(tail.decay_per_s == approx(1.0 - u).epsilon(1e-10));
        CHECK(tail.prefactor == approx(u).epsilon(1e-9));
    }
}

TEST_CASE("time scales pass through") {
    const auto slow = [](complex s) { return std::exp(-1e4 * s); };
    CHECK(wait_asymptote(0.8e-4, 1e4, slow)->decay_per_s == approx(.430842e-4).epsilon(2e-6));
    CHECK(wait_asymptote(0.8e-4, 1e4, slow)->prefactor == approx(.866393).epsilon(1e-6));
}

TEST_CASE("GI/G/1: Poisson gaps give the same decay, D/M/1 and M/M/1 their roots, and it bounds the tail") {
    CHECK(*wait_decay_per_s(
              1.25, [](complex s) { return 0.8 / (0.8 + s); }, 1.0, fixed) ==
          approx(wait_asymptote(0.8, 1.0, fixed)->decay_per_s).epsilon(1e-9));
    const double decay = *wait_decay_per_s(
        1.25, [](complex s) { return std::exp(-1.25 * s); }, 1.0, exponential, 1.0);
    CHECK(std::exp(-1.25 * decay) == approx(1.0 - decay).epsilon(1e-10));  // sigma = e^{-(1 - sigma) gap}
    const double theta = wait_asymptote(0.5, 1.0, fixed)->decay_per_s;
    for (double t = 0.0; t < 12.0; t += 0.3) CHECK(*md1(0.5, 1.0).wait_tail(t) <= std::exp(-theta * t) * (1.0 + 1e-12));
}

TEST_CASE("no tail: unstable, idle or heavy") {
    CHECK(!wait_asymptote(1.0, 1.0, fixed));
    CHECK(!wait_asymptote(2.0, 1.0, fixed));
    CHECK(!wait_asymptote(0.0, 1.0, fixed));
    CHECK(!wait_asymptote(0.5, 1.0, exponential, 0.0));
    CHECK(!wait_decay_per_s(1.0, exponential, 1.0, fixed));
    // A moment generating function that stays finite up to its abscissa: E e^{x S} = 2 - sqrt(1 - x), mean 1/2.
    const auto blunt = [](complex s) { return 2.0 - std::sqrt(1.0 + s); };
    CHECK(!wait_asymptote(0.2, 0.5, blunt, 1.0));
    CHECK(wait_asymptote(1.5, 0.5, blunt, 1.0));
}

TEST_CASE("a small prefactor has early quantiles at zero; shares are checked") {
    constexpr exponential_tail tail{0.2, 1.0};
    static_assert(tail.quantile_s(0.5) == 0.0 && tail.tail(0.0) == 0.2);
    CHECK(tail.tail(tail.quantile_s(0.99)) == approx(0.01).epsilon(1e-13));
    CHECK_THROWS_AS(tail.quantile_s(1.0), gambrel::error);
    CHECK_THROWS_AS(wait_asymptote(-1.0, 1.0, fixed), gambrel::error);
}
