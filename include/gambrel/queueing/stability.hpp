// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a queue has a steady state, and how it grows when it has none. Rates are per second, times in seconds.
///
///     stable  <=>  arrival_per_s < limit_per_s            growth = arrival_per_s - limit_per_s   jobs per second
///
/// Instability is an answer, not an error: a figure that exists only in steady state is an `if_stable`, empty when
/// there is none, and `stability` says from which rate on. Impossible inputs throw `error`.

#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>
#include <optional>

namespace gambrel::queueing {

/// A figure of the steady state; empty when the queue has none.
using if_stable = std::optional<double>;

struct stability {
    bool stable = true;
    double utilisation = 0.0;           ///< arrival rate over the limit
    double limit_per_s = 0.0;           ///< the arrival rate from which on there is no steady state
    double backlog_growth_per_s = 0.0;  ///< jobs that pile up each second; 0 when stable, and at the limit itself
};

/// The verdict on a queue that can serve `limit_per_s` jobs a second.
constexpr stability stability_of(double arrival_per_s, double limit_per_s) {
    const bool stable = arrival_per_s < limit_per_s;
    return {stable, arrival_per_s / limit_per_s, limit_per_s, stable ? 0.0 : arrival_per_s - limit_per_s};
}

/// What can be asked of a queue. Zero arrivals are a question; a service that never ends or takes no time is not.
inline constexpr double greatest_rate_per_s = 1e15;
inline constexpr double least_service_s = 1e-15;
inline constexpr double greatest_service_s = 1e15;
inline constexpr int most_servers = 10'000'000;

constexpr double checked_arrival(double per_s) {
    return checked(per_s, 0.0, greatest_rate_per_s, "an arrival rate per second");
}
constexpr double checked_service_rate(double per_s) {
    return checked(per_s, 1.0 / greatest_service_s, 1.0 / least_service_s, "a service rate per second");
}
constexpr double checked_service(double seconds) {
    return checked(seconds, least_service_s, greatest_service_s, "a service time in seconds");
}
constexpr int checked_servers(int servers) {
    checked(servers, 1, most_servers, "the number of servers");
    return servers;
}
constexpr double checked_time(double seconds) { return checked(seconds, 0.0, greatest_service_s, "a time in seconds"); }
constexpr double checked_scv(double scv) { return checked(scv, 0.0, 1e12, "a squared coefficient of variation"); }
/// The share of a distribution below a quantile; throws unless 0 <= p < 1.
constexpr double checked_share(double p) {
    if (!(p >= 0.0 && p < 1.0))
        fail("the share below a quantile is " + shortest(p) + "; it must be from 0 to less than 1");
    return p;
}
}  // namespace gambrel::queueing
