// SPDX-License-Identifier: Apache-2.0
#pragma once
/// M/M/c: Poisson arrivals, exponential service, c servers, one queue in order of arrival. M/M/1 is c = 1.
///
///     a = arrival / service     B_0 = 1,  B_k = a B_{k-1} / (k + a B_{k-1})      Erlang B: all busy, none waits
///     C = B_c / (1 - (a / c) (1 - B_c))                                          Erlang C: an arrival waits
///     P(wait > t) = C e^{-(c service - arrival) t}
///
/// Exact. Cost O(c). Unstable from arrival = c service on. Sources: Erlang 1917; Jagerman, BSTJ 53, 1974 (recalled).

#include <gambrel/numeric/bisection.hpp>
#include <gambrel/queueing/stability.hpp>

namespace gambrel::queueing {

/// Erlang B: the share of arrivals lost when `servers` are offered `load` busy servers' worth and none may wait.
/// Evidence: tests/queueing/erlang_test.cpp.
constexpr double erlang_b(int servers, double load) {
    checked(servers, 0, most_servers, "the number of servers");
    checked(load, 0.0, 1e15, "an offered load");
    double blocked = 1.0;
    for (int k = 1; k <= servers; ++k) blocked = load * blocked / (k + load * blocked);
    return blocked;
}

/// Erlang C: the share of arrivals that wait; empty when load >= servers.
/// Evidence: tests/queueing/erlang_test.cpp.
constexpr if_stable erlang_c(int servers, double load) {
    const double blocked = erlang_b(checked_servers(servers), load);
    if (!(load < servers)) return {};
    return blocked / (1.0 - load / servers * (1.0 - blocked));
}

struct mmc {
    double arrival_per_s = 0.0;
    double service_per_s = 1.0;  ///< of one server
    int servers = 1;

    constexpr double load() const { return checked_arrival(arrival_per_s) / checked_service_rate(service_per_s); }
    constexpr double spare_per_s() const { return servers * service_per_s - arrival_per_s; }
    constexpr stability state() const {
        const double limit = checked_servers(servers) * checked_service_rate(service_per_s);
        return stability_of(checked_arrival(arrival_per_s), limit);
    }

    /// P(an arrival waits).
    constexpr if_stable waiting_share() const { return erlang_c(servers, load()); }
    constexpr if_stable mean_wait_s() const { return per(waiting_share(), spare_per_s()); }
    /// Wait and service.
    constexpr if_stable mean_response_s() const { return shifted(mean_wait_s(), 1.0 / service_per_s); }
    constexpr if_stable mean_waiting() const { return scaled(mean_wait_s(), arrival_per_s); }
    constexpr if_stable mean_in_system() const { return shifted(mean_waiting(), load()); }

    /// P(wait > t).
    constexpr if_stable wait_tail(double t_s) const {
        return scaled(waiting_share(), math::exp(-spare_per_s() * checked_time(t_s)));
    }
    /// The wait that a share p of the arrivals does not exceed; 0 when that many do not wait.
    constexpr if_stable wait_quantile_s(double p) const {
        const double beyond = 1.0 - checked_share(p);
        const if_stable waiting = waiting_share();
        if (!waiting) return {};
        return *waiting > beyond ? math::log(*waiting / beyond) / spare_per_s() : 0.0;
    }
    /// P(wait and service > t).
    constexpr if_stable response_tail(double t_s) const {
        const if_stable waiting = waiting_share();
        if (!waiting) return {};
        const double served = service_per_s * checked_time(t_s);
        const double d = servers - 1.0 - load();  // over -1; at 0 the sum of wait and service is Erlang
        const double x = d * served;
        const double both = math::abs(x) < 1e-5 ? math::exp(-served) * served * (1.0 - x / 2.0 + x * x / 6.0)
                                                : (math::exp(-served) - math::exp(-served - x)) / d;
        return math::exp(-served) + *waiting * both;
    }
    constexpr if_stable response_quantile_s(double p) const {
        const double beyond = 1.0 - checked_share(p);
        if (!state().stable) return {};
        if (beyond == 1.0) return 0.0;
        const auto above = [&](double t) { return math::log(*response_tail(t) / beyond); };
        double high = *mean_response_s();
        while (above(high) > 0.0) high *= 2.0;
        return bisected_root(above, 0.0, high);
    }

private:
    static constexpr if_stable scaled(const if_stable& x, double factor) { return x ? if_stable(*x * factor) : x; }
    static constexpr if_stable per(const if_stable& x, double divisor) { return x ? if_stable(*x / divisor) : x; }
    static constexpr if_stable shifted(const if_stable& x, double by) { return x ? if_stable(*x + by) : x; }
};
}  // namespace gambrel::queueing
