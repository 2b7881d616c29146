// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Replicas over time: what a load would need in each window, and what policies that start replicas would have had.
///
///     needed(t) = ceil(rate(t) / per_replica)              a perfect system: it starts and stops without delay
///     fluid     = mean rate / per_replica                  no system with whole replicas pays less
///     static / perfect = max needed / mean needed          what always holding the peak costs
///
/// A replica started in a window serves `delay` windows later, so a policy decides window t with what it knew at t - delay:
///
///     reactive  had(t) = needed(t - delay), before that needed(0)
///     trend     had(t) = ceil of the line of least squares through the last `points` rates known, drawn on to t
///     period    had(t) = needed(t - period): the same hour yesterday; reactive in the first period
///
///     spare = max(needed - had)       least constant number of replicas more that is never short
///
/// `per_replica` is the rate at which a replica keeps its objective, with whatever headroom it should have. Assumptions:
/// the rate is even within a window (rate_windows::dispersion says how far it is not), nothing of a window is left for the
/// next, replicas stop at once. Evidence: tests/planning/replicas_over_time_test.cpp.

#include <cmath>
#include <gambrel/planning/rate_windows.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

inline constexpr double most_replicas_at_once = 1e9;

/// Replicas for `rate`; within 1e-9 of a whole number of them it is that number.
inline int replicas_for(double rate_per_s, double replica_per_s) {
    const double replicas = std::ceil(rate_per_s / replica_per_s * (1.0 - 1e-9));
    return static_cast<int>(checked(replicas, 0.0, most_replicas_at_once, "the number of replicas"));
}

struct replicas_over_time {
    rate_windows rates{};
    double replica_per_s = 0.0;
    std::vector<int> needed{};  ///< in each window

    int peak() const { return *std::max_element(needed.begin(), needed.end()); }
    double mean() const {
        return std::accumulate(needed.begin(), needed.end(), 0.0) / static_cast<double>(needed.size());
    }
    double fluid() const { return rates.mean() / replica_per_s; }
    /// 1 where there is never a request.
    double static_over_perfect() const { return mean() > 0.0 ? peak() / mean() : 1.0; }
    /// Windows that a start of so long takes.
    int delay_of(seconds<> start_up) const {
        const double s = checked(start_up.value(), 0.0, 1e9, "the time to start a replica in seconds");
        return static_cast<int>(std::ceil(s / rates.window_s * (1.0 - 1e-9)));
    }
};

/// Throws `error` where `rates` has none (with its reason), or a replica serves nothing.
inline replicas_over_time replicas_needed(rate_windows rates, request_rate<> per_replica) {
    if (!rates.ok()) fail("no replicas over time: " + rates.reason());
    replicas_over_time r{
        .rates = std::move(rates),
        .replica_per_s = checked(per_replica.value(), 1e-9, 1e9, "the requests per second of a replica")};
    for (const double rate : r.rates.per_s) r.needed.push_back(replicas_for(rate, r.replica_per_s));
    return r;
}

/// What a policy would have had, window by window, and what it takes for it never to be short.
struct scaled_replicas {
    std::vector<int> had{};  ///< in service, without the spare
    int short_windows = 0;   ///< with fewer than needed
    int spare = 0;
    double mean_with_spare = 0.0;
};

namespace detail {
/// `had(t)` for every window of `r`.
template <class Had> scaled_replicas scaled_by(const replicas_over_time& r, int delay, Had&& had) {
    checked(delay, 0, 1e9, "the windows until a replica serves");
    scaled_replicas s;
    double sum = 0.0;
    for (std::size_t t = 0; t < r.needed.size(); ++t) {
        s.had.push_back(had(t));
        sum += s.had.back();
        const int lacks = r.needed[t] - s.had.back();
        s.short_windows += lacks > 0 ? 1 : 0;
        s.spare = std::max(s.spare, lacks);
    }
    s.mean_with_spare = sum / static_cast<double>(r.needed.size()) + s.spare;
    return s;
}
inline std::size_t known_at(std::size_t t, int delay) {
    const auto d = static_cast<std::size_t>(delay);
    return t > d ? t - d : 0;
}
/// The line of least squares through the last `points` rates up to window `last`, `ahead` windows on; none below 0.
inline double on_trend(const std::vector<double>& rates, std::size_t last, std::size_t points, double ahead) {
    const std::size_t n = std::min(points, last + 1);
    const double middle = 0.5 * static_cast<double>(n - 1);
    double mean = 0.0, above = 0.0, squares = 0.0;
    for (std::size_t i = 0; i < n; ++i) mean += rates[last + 1 - n + i] / static_cast<double>(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double x = static_cast<double>(i) - middle;
        above += x * (rates[last + 1 - n + i] - mean);
        squares += x * x;
    }
    return std::fmax(0.0, mean + (squares > 0.0 ? above / squares : 0.0) * (middle + ahead));
}
}  // namespace detail

inline scaled_replicas reactive_replicas(const replicas_over_time& r, int delay) {
    return detail::scaled_by(r, delay, [&](std::size_t t) { return r.needed[detail::known_at(t, delay)]; });
}

/// `points` rates, of which there are fewer at the start; before anything is known, as reactive.
inline scaled_replicas trend_replicas(const replicas_over_time& r, int delay, int points = 10) {
    checked(points, 2, 1e6, "the windows of a trend");
    return detail::scaled_by(r, delay, [&](std::size_t t) {
        const std::size_t last = detail::known_at(t, delay);
        return replicas_for(
            detail::on_trend(r.rates.per_s, last, static_cast<std::size_t>(points), static_cast<double>(t - last)),
            r.replica_per_s);
    });
}

/// Throws `error` for a period shorter than the delay: what it would repeat is not known yet.
inline scaled_replicas periodic_replicas(const replicas_over_time& r, int delay, int period) {
    checked(period, std::max(delay, 1), 1e9, "the windows of a period, at least the delay");
    return detail::scaled_by(r, delay, [&](std::size_t t) {
        const auto p = static_cast<std::size_t>(period);
        return r.needed[t >= p ? t - p : detail::known_at(t, delay)];
    });
}
}  // namespace gambrel
