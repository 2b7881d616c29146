// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The wait in a line for servers (G/G/c) by moments: who waits, how long, and the distribution of a wait followed by a
/// service. SCV: squared coefficient of variation.
///
///     one line for all servers             mean: Allen-Cunneen as refined by Whitt; P(wait): Erlang C
///     one server, random share of arrivals mean and variance of the wait exact: Pollaczek-Khinchine, Takacs
///     one server, every n-th arrival       P(wait): Kraemer & Langenbach-Belz; mean and variance as above
///     distribution of the wait of those who wait: gamma (SCV below 1) or two exponentials of equal p x mean (QNA's
///     balanced means), by mean and mean square
///
/// Plain numbers in seconds: the inside of disaggregation.hpp.
/// Sources: Allen 1978; Kraemer & Langenbach-Belz 1976; Whitt 1983 (QNA), 1993; Takacs 1962 (cited from memory).
/// Evidence: tests/serving/load/disaggregation_test.cpp.

#include <gambrel/numeric/waiting_time_laws.hpp>
#include <gambrel/queueing/variability.hpp>
#include <gambrel/serving/load/latency_distribution.hpp>
#include <gambrel/serving/load/linearised_step.hpp>
#include <gambrel/serving/load/table_points.hpp>

namespace gambrel::detail {

/// The wait of a line: P(wait), and mean and mean square of the wait of those who wait, in seconds.
struct line_wait {
    double probability = 0, mean = 0, square = 0;

    /// P(wait of one who waits <= x).
    double below(double x) const {
        constexpr double nearly_exponential =
            0.99;  // SCV: below a gamma, above two exponentials; chosen: both meet at 1
        if (x <= 0.0) return 0.0;
        const double scv = square / (mean * mean) - 1.0;
        if (scv < nearly_exponential) return shifted_gamma{0.0, mean, mean * std::sqrt(larger(1e-6, scv))}.below(x);
        const double p = 0.5 * (1.0 + std::sqrt(larger(0.0, (scv - 1.0) / (scv + 1.0))));  // balanced means
        return 1.0 - p * std::exp(-2.0 * p * x / mean) - (1.0 - p) * std::exp(-2.0 * (1.0 - p) * x / mean);
    }
    /// Mean over all arrivals.
    double all() const { return probability * mean; }
};

struct time_moments {
    double mean = 0, square = 0, cube = 0;

    double scv() const { return square / (mean * mean) - 1.0; }
};
inline time_moments moments_of(std::span<const weighted_time> times) {
    time_moments m;
    for (const weighted_time& t : times) {
        m.mean += t.weight * t.seconds;
        m.square += t.weight * t.seconds * t.seconds;
        m.cube += t.weight * t.seconds * t.seconds * t.seconds;
    }
    return m;
}

/// Wait in a stable line of `servers` for `rate` arrivals per second, `variance` the SCV of their gaps.
inline line_wait line_wait_of(double rate, double variance, const time_moments& service, int servers) {
    if (rate == 0.0 || service.mean == 0.0) return {};
    const queueing::ggc q{rate, variance, service.mean, larger(0.0, service.scv()), servers};
    const double u = rate * service.mean / servers, scv = q.service_scv;  // utilisation; SCV of the service
    line_wait w{.probability = *q.exponential().waiting_share()};
    if (servers == 1 && variance < 1.0)  // Kraemer & Langenbach-Belz
        w.probability -= (1.0 - variance) * u * (1.0 - u) * (1.0 + variance + u * scv) /
                         (1.0 + u * (scv - 1.0) + u * u * (4.0 * variance + scv));
    if (!(w.probability > 1e-12)) return {};  // rounding only: a divisor
    w.mean = *q.whitt_wait_s() / w.probability;
    // SCV of the wait of those who wait: of M/G/1 by Takacs; 1 (exponential) at several servers.
    const double skewed = service.cube / std::pow(service.mean, 3.0);
    const double one_server = 2.0 * u - 1.0 + 4.0 * (1.0 - u) * skewed / (3.0 * (scv + 1.0) * (scv + 1.0));
    const double wait_scv = servers == 1 ? one_server : 1.0;
    w.square = w.mean * w.mean * (1.0 + wait_scv);
    return w;
}

/// The distribution of `before` seconds + the wait + one of `times`.
inline latency_distribution wait_and_time(double before, const line_wait& w, std::span<const weighted_time> times) {
    // The times are a few weighted points; a normal of this share of their range smooths the steps between. Chosen, as
    // the table's points are.
    constexpr double smoothing = 0.02, least_smoothing = 1e-9;
    constexpr double negligible_wait = 1e-9;  // P(wait)
    const time_moments m = moments_of(times);
    double least = times.front().seconds, most = least;
    for (const weighted_time& t : times) least = smaller(least, t.seconds), most = larger(most, t.seconds);
    if (w.probability < negligible_wait && most <= least)
        return latency_distribution(seconds<>::from_value(before + least));
    const double smooth = least_smoothing + smoothing * (most - least);
    const auto below = [&](double x) {
        double sum = 0.0;
        for (const weighted_time& t : times) {
            const double direct = most > least ? normal_below((x - t.seconds) / smooth) : x >= t.seconds ? 1.0 : 0.0;
            sum += t.weight * (1.0 - w.probability) * direct;
            if (w.probability > 0.0) sum += t.weight * w.probability * w.below(x - t.seconds);
        }
        return sum;
    };
    constexpr std::size_t at_once = 32, waited = latency_distribution::most_points - at_once;
    // Standard deviations of the smoothing, root mean squares of the wait: chosen.
    constexpr double smoothing_reach = 3.0, wait_deviations = 14.0, first_step = 0.1;
    std::array<double, latency_distribution::most_points> points{};
    const std::span<double> all(points);
    const double low = larger(0.0, least - smoothing_reach * smooth), high = most + smoothing_reach * smooth;
    fill_evenly(all.first(at_once), low, high);
    all[at_once] = high;
    fill_widening(all.last(waited - 1), high, high + (w.mean > 0.0 ? wait_deviations * std::sqrt(w.square) : smooth),
                  first_step);
    return latency_distribution(points, below, w.all() + m.mean).later(seconds<>::from_value(before));
}
}  // namespace gambrel::detail
