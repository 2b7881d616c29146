// SPDX-License-Identifier: Apache-2.0
#pragma once
/// M/D/1 exactly, and M/D/c approximately: Poisson arrivals, service always `service_s`.
///
///     p_{n+1} a_0 = p_0 A_n + sum_{j=1}^{n} p_j A_{n+1-j}         cut between n and n + 1 jobs left behind
///     P(wait > t) = E tail(k - 1 - N),  N Poisson(arrival (k service - t)),  k = floor(t / service) + 1
///
/// a_n, A_n: Poisson(u) is n, is over n; tail(n): over n jobs wait; tail is 1 below 0. Every term is positive, where
/// Erlang's alternating sum loses all digits beyond 20 services. Unstable from c / service on.
/// Sources: Crommelin 1932 and Franx, Operations Research Letters 29, 2001, for c = 1 (recalled, derived in
/// docs/models/queueing.md); M/D/c mean: Cosmetatos, Operational Research Quarterly 26, 1975 (recalled).

#include <cstddef>
#include <gambrel/queueing/erlang.hpp>
#include <gambrel/queueing/inversion.hpp>
#include <gambrel/queueing/poisson.hpp>
#include <vector>

namespace gambrel::queueing {

class md1 {
public:
    /// Cost: about 1000 / (1 - u) operations. Throws `error` when u lies between 0.99999 and 1.
    /// Evidence: tests/queueing/deterministic_service_test.cpp.
    md1(double arrival_per_s, double service_s)
        : arrival_(checked_arrival(arrival_per_s)),
          service_(checked_service(service_s)),
          state_(stability_of(arrival_, 1.0 / service_)) {
        if (!state_.stable) return;
        checked(state_.utilisation, 0.0, 0.99999, "the utilisation of a tabulated M/D/1 queue");
        tabulate();
    }
    const stability& state() const { return state_; }

    if_stable mean_wait_s() const { return figure(state_.utilisation * service_ / (2.0 * (1.0 - state_.utilisation))); }
    /// P(n jobs in the system); 0 beyond the table, where it is below 1e-17.
    double probability(std::size_t n) const { return n < p_.size() ? p_[n] : 0.0; }
    /// P(wait > t).
    if_stable wait_tail(double t_s) const { return figure(state_.stable ? tail(checked_time(t_s)) : 0.0); }
    /// The wait that a share p, at most 1 - 1e-9, of the arrivals does not exceed.
    if_stable wait_quantile_s(double p) const {
        checked(p, 0.0, greatest_inverted_share, "the share below a tabulated quantile");
        if (!state_.stable || state_.utilisation <= 1.0 - p) return figure(0.0);
        return quantile_of_tail([this](double t) { return tail(t); }, p, service_ / (1.0 - state_.utilisation));
    }

private:
    double arrival_;
    double service_;
    stability state_;
    std::vector<double> p_;     // [n]: P(n jobs in the system)
    std::vector<double> over_;  // [n]: P(over n jobs wait)

    if_stable figure(double x) const { return state_.stable ? if_stable(x) : if_stable(); }

    void tabulate() {
        const double u = state_.utilisation;
        const double none = math::exp(-u);
        std::vector<double> over;  // [n]: P(Poisson(u) > n), summed from the small end
        for (double n = 0.0, term = none; n < 40.0; term *= u / (n += 1.0)) over.push_back(term);
        for (std::size_t n = over.size(); n-- > 1;) over[n - 1] += over[n];
        over.erase(over.begin());
        p_ = {1.0 - u};
        while (p_.back() > 1e-18 * (1.0 - u)) {
            const std::size_t n = p_.size() - 1;
            double flow = n < over.size() ? p_[0] * over[n] : 0.0;
            for (std::size_t back = 1; back <= n && back < over.size(); ++back) flow += p_[n + 1 - back] * over[back];
            p_.push_back(flow / none);
        }
        over_.assign(p_.size(), 0.0);
        for (std::size_t n = p_.size() - 1; n-- > 0;) over_[n] = over_[n + 1] + (n + 2 < p_.size() ? p_[n + 2] : 0.0);
    }
    /// Of those that wait k service - t before an arrival, and the N that come until it, k enter service by t after it.
    double tail(double t_s) const {
        const double services = math::floor(t_s / service_);
        const double mean = std::clamp(arrival_ * ((services + 1.0) * service_ - t_s), 0.0, state_.utilisation);
        return poisson_mean(mean, [&](std::size_t n) {
            const double k = services - static_cast<double>(n);
            return k < 0.0 ? 1.0 : k < static_cast<double>(over_.size()) ? over_[static_cast<std::size_t>(k)] : 0.0;
        });
    }
};

/// Mean wait of M/D/c, `q` with deterministic service: Cosmetatos' fit. Exact for one server; within 1.3 % of the exact
/// chain for u >= 0.5 and at most 20 servers, 5 % for u >= 0.7 and at most 100; below, up to a factor, but of next to
/// no wait: docs/models/queueing.md has the table.
/// Evidence: tests/queueing/deterministic_service_test.cpp.
constexpr if_stable mdc_mean_wait_s(const mmc& q) {
    const if_stable exponential = q.mean_wait_s();
    if (!exponential || *exponential == 0.0) return exponential;
    const double c = q.servers, u = q.load() / c;
    return 0.5 * (1.0 + (1.0 - u) * (c - 1.0) * (math::sqrt(4.0 + 5.0 * c) - 2.0) / (16.0 * u * c)) * *exponential;
}
}  // namespace gambrel::queueing
