// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A closed network: `clients` jobs circulate between stations and a pause of `think_s`.
///
///     mean values:  residence_k(n) = demand_k (1 + jobs_k(n - 1));  throughput(n) = n / (think + sum residence)
///     bounds:       n / (D + think) and 1 / max demand above,  n / (n D + think) below
///     load-dependent:  throughput(n) = G(n - 1) / G(n),  G the convolution of prod_{j<=n} demand_k / speed_k(j)
///
/// demand: seconds of service per cycle. Exact for product-form networks: exponential service in order of arrival, or
/// processor sharing with any law. Always stable. The load-dependent answer is that of load-dependent MVA, computed by
/// convolution of logarithms, because MVA's P(empty) = 1 - sum loses every digit at a saturated station.
/// Sources: Reiser & Lavenberg, JACM 27, 1980; Buzen, CACM 16, 1973; Denning & Buzen, Computing Surveys 10, 1978.

#include <algorithm>
#include <cstddef>
#include <gambrel/queueing/stability.hpp>
#include <limits>
#include <span>
#include <vector>

namespace gambrel::queueing {

inline constexpr int most_clients = 1'000'000;

struct closed_answer {
    double throughput_per_s = 0.0;
    double response_s = 0.0;          ///< one cycle without the pause; with no clients, that of a lone job
    std::vector<double> residence_s;  ///< its parts, station by station
    std::vector<double> jobs;         ///< mean number at each station
};

struct closed_bounds {
    double throughput_low_per_s = 0.0;
    double throughput_high_per_s = 0.0;
    double response_low_s = 0.0;
    double response_high_s = 0.0;
    double knee_clients = 0.0;  ///< where the two upper bounds of the throughput meet
};

namespace detail {
inline double total_demand(std::span<const double> demand_s, double think_s, int clients) {
    checked(clients, 0, most_clients, "the number of clients");
    double total = 0.0;
    for (const double d : demand_s) total += checked_time(d);
    if (!(total + checked_time(think_s) > 0.0)) fail("a closed network needs a demand or a think time above 0");
    return total;
}
}  // namespace detail

/// Throughput, response and queues of single servers. Cost O(clients stations).
/// Evidence: tests/queueing/closed_network_test.cpp.
inline closed_answer mean_value_analysis(std::span<const double> demand_s, double think_s, int clients) {
    closed_answer a;
    a.response_s = detail::total_demand(demand_s, think_s, clients);
    a.residence_s.assign(demand_s.begin(), demand_s.end());
    a.jobs.assign(demand_s.size(), 0.0);
    for (int n = 1; n <= clients; ++n) {
        a.response_s = 0.0;
        for (std::size_t k = 0; k < demand_s.size(); ++k)
            a.response_s += a.residence_s[k] = demand_s[k] * (1.0 + a.jobs[k]);
        a.throughput_per_s = n / (think_s + a.response_s);
        for (std::size_t k = 0; k < demand_s.size(); ++k) a.jobs[k] = a.throughput_per_s * a.residence_s[k];
    }
    return a;
}

/// What holds without any assumption on service laws but the pessimistic side (no worse than all queueing behind all).
/// Evidence: tests/queueing/closed_network_test.cpp.
inline closed_bounds asymptotic_bounds(std::span<const double> demand_s, double think_s, int clients) {
    const double total = detail::total_demand(demand_s, think_s, clients);
    const double greatest = demand_s.empty() ? 0.0 : *std::max_element(demand_s.begin(), demand_s.end());
    const double n = clients;
    closed_bounds b;
    b.throughput_high_per_s = n / (total + think_s);
    if (greatest > 0.0) b.throughput_high_per_s = std::min(b.throughput_high_per_s, 1.0 / greatest);
    b.throughput_low_per_s = clients == 0 ? 0.0 : n / (n * total + think_s);
    b.response_low_s = std::max(total, n * greatest - think_s);
    b.response_high_s = std::max(n, 1.0) * total;
    b.knee_clients = greatest > 0.0 ? (total + think_s) / greatest : static_cast<double>(most_clients);
    return b;
}

/// `speed[j - 1]` times as fast with j jobs present; the last holds for more. {1}: a single server; {1, 2, 3}: three.
struct station {
    double demand_s = 0.0;
    std::vector<double> speed{1.0};
};

namespace detail {
/// log prod_{j<=n} demand / speed(j), n = 0 .. clients.
inline std::vector<double> log_weights(const station& s, int clients) {
    if (s.speed.empty()) fail("a station needs its speed with one job");
    std::vector<double> w{0.0};
    for (std::size_t j = 0; j < static_cast<std::size_t>(clients); ++j) {
        const double speed = checked(s.speed[std::min(j, s.speed.size() - 1)], 1e-12, 1e12, "the speed of a station");
        w.push_back(w.back() + math::log(s.demand_s / speed));
    }
    return w;
}
inline std::vector<double> log_pause_weights(double think_s, int clients) {
    std::vector<double> w{0.0};
    for (int n = 1; n <= clients; ++n) w.push_back(w.back() + math::log(think_s / n));
    return w;
}
/// log sum_{j<=n} f(j) e^{a_j + b_{n-j}} for one n.
template <class F>
double log_sum(const std::vector<double>& a, const std::vector<double>& b, std::size_t n, F&& factor) {
    double greatest = -std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j <= n; ++j) greatest = std::max(greatest, a[j] + b[n - j]);
    if (!math::is_finite(greatest)) return greatest;
    double sum = 0.0;
    for (std::size_t j = 0; j <= n; ++j) {
        const double term = a[j] + b[n - j] - greatest;
        if (term > -45.0) sum += factor(j) * math::exp(term);
    }
    return greatest + math::log(sum);
}
inline std::vector<double> log_convolution(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> c(a.size());
    for (std::size_t n = 0; n < c.size(); ++n) c[n] = log_sum(a, b, n, [](std::size_t) { return 1.0; });
    return c;
}
}  // namespace detail

/// The same for stations whose speed depends on the jobs present. Cost O(clients^2 stations^2).
/// Evidence: tests/queueing/closed_network_test.cpp.
inline closed_answer closed_network(std::span<const station> stations, double think_s, int clients) {
    std::vector<double> lone;
    for (const station& s : stations) lone.push_back(s.demand_s / (s.speed.empty() ? 1.0 : s.speed.front()));
    closed_answer a;
    a.response_s = detail::total_demand(lone, think_s, clients);
    a.residence_s = lone;
    a.jobs.assign(stations.size(), 0.0);
    const auto n = static_cast<std::size_t>(clients);
    if (n == 0) return a;
    checked(clients, 0, 20'000, "the clients of a load-dependent network");
    const std::vector<double> pause = detail::log_pause_weights(think_s, clients);
    a.response_s = 0.0;
    for (std::size_t k = 0; k < stations.size(); ++k) {
        const std::vector<double> own = detail::log_weights(stations[k], clients);
        std::vector<double> others = pause;
        for (std::size_t i = 0; i < stations.size(); ++i)
            if (i != k) others = detail::log_convolution(others, detail::log_weights(stations[i], clients));
        const auto all = [](std::size_t) { return 1.0; };
        const auto count = [](std::size_t j) { return static_cast<double>(j); };
        const double constant = detail::log_sum(own, others, n, all);
        a.throughput_per_s = math::exp(detail::log_sum(own, others, n - 1, all) - constant);
        a.jobs[k] = math::exp(detail::log_sum(own, others, n, count) - constant);
        a.residence_s[k] = a.jobs[k] / a.throughput_per_s;
        a.response_s += a.residence_s[k];
    }
    if (stations.empty()) a.throughput_per_s = clients / think_s;
    return a;
}
}  // namespace gambrel::queueing
