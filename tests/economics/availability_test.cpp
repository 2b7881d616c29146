// SPDX-License-Identifier: Apache-2.0
// Spare servers: worked examples (spot machines and H100 servers of the planning notes: Llama Team 2024, section 3.3.4),
// the binomial distribution summed term by term in long double, and Boost.Math's where sums are long.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <gambrel/economics/availability.hpp>
#include <random>

using namespace gambrel;

static_assert(servers_for(11, 0.95, 0.999).servers == 15);
static_assert(servers_for(11, 0.98, 0.999).servers == 14);
static_assert(servers_for(7, 1.0, 0.999).servers == 7 && servers_for(0, 0.5, 0.999).servers == 0);

namespace {
/// P(Binomial(n, p) < need) by its terms.
double by_terms(int n, int need, double p) {
    long double sum = 0.0L;
    for (int k = 0; k < need; ++k)
        sum += std::exp(std::lgamma(n + 1.0L) - std::lgamma(k + 1.0L) - std::lgamma(n - k + 1.0L) +
                        k * std::log(static_cast<long double>(p)) + (n - k) * std::log1p(-static_cast<long double>(p)));
    return static_cast<double>(sum);
}
double by_boost(int n, int need, double p) {
    return need == 0 ? 0.0 : boost::math::cdf(boost::math::binomial_distribution<>(n, p), need - 1);
}
}  // namespace

TEST_CASE("H100 servers: 419 failures in 54 days on 16,384 devices, repaired within a day") {
    const seconds<> mtbf = time_between_failures(h100_failures_per_device_hour, 8);
    CHECK(h100_failures_per_device_hour == approx(1.97e-5).epsilon(2e-3));
    CHECK(std::round(mtbf / hours(1)) == 6335.0);
    CHECK(std::fabs(share_up(mtbf, hours(24)) - 0.9962) < 5e-5);
    // Up for 90 s, then down for 10 s.
    CHECK(share_up(seconds<>::from_value(90.0), seconds<>::from_value(10.0)) == approx(0.9).epsilon(1e-15));
}

TEST_CASE("spot machines of 1/24 interruptions per hour, back after 9 minutes") {
    const double up = share_up(hours(24), hours(0.15));
    CHECK(up == approx(1.0 / (1.0 + 0.15 / 24.0)).epsilon(1e-15));
    const spared_servers s = servers_for(11, up, 0.999);
    CHECK(s.servers == 13);
    CHECK(s.too_few == approx(by_terms(13, 11, up)).epsilon(1e-12));
    CHECK(by_terms(12, 11, up) > 0.001);
}

TEST_CASE("the share of time with too few is that of the binomial distribution") {
    for (const double up : {0.3, 0.9, 0.95, 0.98, 0.9962})
        for (const int need : {1, 2, 11, 40, 200})
            for (int spare = 0; spare <= 30; spare += 3) {
                CAPTURE(up);
                CAPTURE(need);
                CAPTURE(spare);
                const double expected = by_terms(need + spare, need, up);
                if (expected > 1e-18)
                    CHECK(share_too_few(need + spare, need, up) / expected == approx(1).epsilon(1e-9));
                else CHECK(share_too_few(need + spare, need, up) < 1e-17);
            }
    CHECK(share_too_few(4, 5, 0.9) == 1.0);
    CHECK(share_too_few(5, 0, 0.9) == 0.0);
    CHECK(share_too_few(5, 5, 1.0) == 0.0);
    // One of two up nine times of ten: both down one time of a hundred.
    CHECK(share_too_few(2, 1, 0.9) == approx(0.01).epsilon(1e-14));
}

TEST_CASE("the number is the least that keeps the target, for fleets of up to 100,000 and nine nines") {
    std::mt19937 random(23);
    for (int i = 0; i < 300; ++i) {
        const int need = static_cast<int>(std::exp(std::uniform_real_distribution<>(0.0, std::log(1e5))(random)));
        const double up = 1.0 - std::exp(std::uniform_real_distribution<>(std::log(1e-4), std::log(0.7))(random));
        const double missed = std::exp(std::uniform_real_distribution<>(std::log(1e-9), std::log(0.3))(random));
        CAPTURE(need);
        CAPTURE(up);
        CAPTURE(missed);
        const spared_servers s = servers_for(need, up, 1.0 - missed);
        CHECK(s.servers == need + s.spare);
        const double allowed = missed * (1.0 + 1e-6);  // 1 - 1e-9 has seven digits of what is missing
        CHECK(by_boost(s.servers, need, up) <= allowed);
        if (s.spare > 0) CHECK(by_boost(s.servers - 1, need, up) >= missed * (1.0 - 1e-6));
        CHECK(s.too_few == approx(by_boost(s.servers, need, up)).epsilon(1e-7));
    }
    // More is never less: in need, in the target, in how often they fail.
    for (int need = 1; need < 60; ++need) {
        CHECK(servers_for(need + 1, 0.95, 0.999).servers > servers_for(need, 0.95, 0.999).servers);
        CHECK(servers_for(need, 0.95, 0.9999).servers >= servers_for(need, 0.95, 0.999).servers);
        CHECK(servers_for(need, 0.95, 0.999).servers >= servers_for(need, 0.97, 0.999).servers);
    }
    CHECK(servers_for(5, 0.9, 0.0).servers == 5);
}

TEST_CASE("values that cannot be are named") {
    CHECK_THROWS_WITH_AS(servers_for(1, 0.0, 0.9),
                         "the share of time that a server is up is 0; it must be from 0.001 to 1", error);
    CHECK_THROWS_WITH_AS(servers_for(1, 0.9, 1.0),
                         "the share of time with enough servers up is 1; it must be from 0 to 0.999999999999", error);
    CHECK_THROWS_WITH_AS(servers_for(-1, 0.9, 0.9), "the number of servers needed is -1; it must be from 0 to 1000000",
                         error);
    CHECK_THROWS_AS(share_up(hours(0), hours(1)), error);
    CHECK_THROWS_AS(time_between_failures(0.0, 8), error);
    CHECK_THROWS_AS(share_too_few(5, 5, std::nan("")), error);
}
