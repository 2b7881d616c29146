// SPDX-License-Identifier: Apache-2.0
#pragma once
/// G/G/1 and G/G/c from two moments: how much arrivals and services vary, as squared coefficients of variation (scv).
///
///     Kingman:        u / (1 - u)  (arrival_scv + service_scv) / 2  service                        one server
///     Allen-Cunneen:  (arrival_scv + service_scv) / 2  wait of M/M/c
///     Whitt:          the same times phi(u, scvs, c), which knows M/D/c and D/M/c
///     bound:          arrival (var gap + var service) / (2 (1 - u))                        one server, never less
///
/// Approximations, exact for M/M/c and (one server) M/G/1; independent gaps and services. They tend to the truth as u
/// tends to 1. Two moments do not decide a wait: at arrival_scv 4 the truth differs by tens of percent between laws.
/// docs/models/queueing.md has their errors. Unstable from c / service on. Sources: Kingman 1961 and 1962; Allen 1978;
/// Kraemer & Langenbach-Belz 1976; Whitt, BSTJ 62, 1983 (QNA), and Production and Operations Management 2, 1993
/// (recalled; phi compared with an independent implementation).

#include <algorithm>
#include <gambrel/queueing/erlang.hpp>
#include <gambrel/queueing/stability.hpp>
#include <span>

namespace gambrel::queueing {

struct ggc {
    double arrival_per_s = 0.0;
    double arrival_scv = 1.0;  ///< of the gaps between arrivals: 1 is Poisson
    double service_s = 1.0;    ///< mean
    double service_scv = 1.0;
    int servers = 1;

    constexpr mmc exponential() const {
        checked_scv(arrival_scv);
        checked_scv(service_scv);
        return {arrival_per_s, 1.0 / checked_service(service_s), servers};
    }
    constexpr stability state() const { return exponential().state(); }
    constexpr double scv() const { return 0.5 * (arrival_scv + service_scv); }

    /// Mean wait; Kingman's for one server. Evidence: tests/queueing/variability_test.cpp.
    constexpr if_stable allen_cunneen_wait_s() const { return scaled(exponential().mean_wait_s(), scv()); }
    /// Mean wait with Whitt's correction, the better one below scv 1 and with several servers. One server: Kraemer and
    /// Langenbach-Belz.
    constexpr if_stable whitt_wait_s() const {
        const if_stable wait = allen_cunneen_wait_s();
        if (!wait || *wait == 0.0) return wait;
        return *wait * (servers == 1 ? regular_arrivals() : phi());
    }
    /// No GI/G/1 queue with these moments waits longer on average. Throws `error` for several servers.
    constexpr if_stable wait_bound_s() const {
        if (servers != 1) fail("Kingman's bound is for one server");
        const stability is = state();
        if (!is.stable) return {};
        if (arrival_per_s == 0.0) return 0.0;  // one arrival ever
        const double variance = arrival_scv / (arrival_per_s * arrival_per_s) + service_scv * service_s * service_s;
        return arrival_per_s * variance / (2.0 * (1.0 - is.utilisation));
    }
    /// P(wait > t), roughly: Erlang's share of arrivals that wait, and an exponential with the mean of Whitt's wait.
    constexpr if_stable wait_tail(double t_s) const {
        const if_stable wait = whitt_wait_s(), waiting = exponential().waiting_share();
        checked_time(t_s);
        if (!wait || *wait == 0.0) return scaled(wait, 0.0);
        return *waiting * math::exp(-*waiting / *wait * t_s);
    }
    /// scv of the gaps between departures: the arrivals of the next queue in line.
    constexpr if_stable departure_scv() const {
        const stability is = state();
        if (!is.stable) return {};
        const double u2 = is.utilisation * is.utilisation;
        const double c = servers;
        return 1.0 + (1.0 - u2) * (arrival_scv - 1.0) + u2 * (service_scv - 1.0) / math::sqrt(c);
    }

private:
    static constexpr if_stable scaled(const if_stable& x, double factor) { return x ? if_stable(*x * factor) : x; }

    constexpr double regular_arrivals() const {
        const double u = exponential().state().utilisation;
        if (arrival_scv >= 1.0) return 1.0;
        const double missing = 1.0 - arrival_scv;
        return math::exp(-2.0 * (1.0 - u) / (3.0 * u) * missing * missing / (arrival_scv + service_scv));
    }
    constexpr double phi() const {
        const double c = servers, u = exponential().state().utilisation;
        const double gamma = std::min(0.24, (1.0 - u) * (c - 1.0) * (math::sqrt(4.0 + 5.0 * c) - 2.0) / (16.0 * c * u));
        const double poisson_to_fixed = 1.0 + gamma;  // M/D/c, Cosmetatos
        const double fixed_to_exponential = (1.0 - 4.0 * gamma) * math::exp(-2.0 * (1.0 - u) / (3.0 * u));  // D/M/c
        const double middle = std::min(1.0, 0.5 * (poisson_to_fixed + fixed_to_exponential));
        const double psi = scv() >= 1.0 ? 1.0 : math::pow(middle, 2.0 * (1.0 - scv()));
        if (arrival_scv == service_scv) return psi;
        if (arrival_scv > service_scv) {
            const double whole = 4.0 * arrival_scv - 3.0 * service_scv;
            return 4.0 * (arrival_scv - service_scv) / whole * poisson_to_fixed + service_scv / whole * psi;
        }
        const double whole = 2.0 * (arrival_scv + service_scv);
        const double irregular = service_scv - arrival_scv, mixed = service_scv + 3.0 * arrival_scv;
        return (irregular * fixed_to_exponential + mixed * psi) / whole;
    }
};

/// scv of the gaps in a stream of which a share is taken at random.
constexpr double split_scv(double scv, double share) {
    checked(share, 0.0, 1.0, "the share of a split stream");
    return share * checked_scv(scv) + 1.0 - share;
}

struct stream {
    double per_s = 0.0;
    double scv = 1.0;
};

/// The sum of independent streams as seen by a queue of this utilisation; tends to Poisson as streams multiply.
constexpr stream merged(std::span<const stream> streams, double utilisation) {
    checked(utilisation, 0.0, 1.0, "a utilisation");
    double rate = 0.0, weighted = 0.0, squares = 0.0;
    for (const stream& s : streams) {
        rate += checked_arrival(s.per_s);
        weighted += s.per_s * checked_scv(s.scv);
        squares += s.per_s * s.per_s;
    }
    if (rate == 0.0) return {};
    const double effective = rate * rate / squares;  // number of streams, were they equal
    const double spare = 1.0 - utilisation;
    const double weight = 1.0 / (1.0 + 4.0 * spare * spare * (effective - 1.0));
    return {rate, weight * weighted / rate + 1.0 - weight};
}
}  // namespace gambrel::queueing
