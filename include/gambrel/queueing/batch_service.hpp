// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One server that takes all that wait as one batch: a batch of b takes per_job b + setup; an empty system starts the
/// next arrival alone. Poisson arrivals. Batch sizes form a Markov chain, b' = max(1, A), A Poisson(arrival time(b)):
///
///     G(z) = E z^b = e^{-arrival setup (1 - z)} G(e^{-u (1 - z)}) - (1 - z) idle          u = arrival per_job
///     idle = P(A = 0): from G(0) = 0, iterating the argument towards 1; then E b and E b^2 in closed form
///     E[response] = E[b time + arrival time^2 / 2] / (arrival (E time + idle / arrival))       (Little's law)
///
/// Exact. Unstable from arrival = 1 / per_job on. No bound on the batch; see docs/models/queueing.md for what one does.
/// Sources: Bailey, JRSS B 16, 1954; Inoue, Performance Evaluation 147, 2021 (arXiv 1912.06322): the bounds, recalled
/// and checked against the chain.

#include <algorithm>
#include <gambrel/queueing/stability.hpp>

namespace gambrel::queueing {

namespace detail {
/// 1 - e^{-x} without cancellation, x >= 0.
constexpr double one_minus_exp(double x) {
    if (x > 1e-3) return 1.0 - math::exp(-x);
    return x * (1.0 - x / 2.0 * (1.0 - x / 3.0 * (1.0 - x / 4.0 * (1.0 - x / 5.0))));
}
}  // namespace detail

struct batch_server {
    double arrival_per_s = 0.0;
    double per_job_s = 1.0;
    double setup_s = 0.0;

    constexpr stability state() const {
        checked_time(setup_s);
        return stability_of(checked_arrival(arrival_per_s), 1.0 / checked_service(per_job_s));
    }
    constexpr double time_s(double jobs) const { return per_job_s * jobs + setup_s; }

    /// Wait and service, mean over jobs. Cost about 40 / (1 - u) exponentials.
    /// Evidence: tests/queueing/batch_service_test.cpp.
    constexpr if_stable mean_response_s() const {
        if (!state().stable) return {};
        if (arrival_per_s == 0.0) return time_s(1.0);
        const moments m = batch_moments();
        const double service = per_job_s * m.mean + setup_s;
        const double square = per_job_s * per_job_s * m.square + 2.0 * per_job_s * setup_s * m.mean + setup_s * setup_s;
        const double jobs = per_job_s * m.square + setup_s * m.mean + 0.5 * arrival_per_s * square;
        return jobs / (arrival_per_s * service + m.idle);
    }
    /// Mean size of a batch.
    constexpr if_stable mean_batch() const {
        if (!state().stable) return {};
        return arrival_per_s == 0.0 ? 1.0 : batch_moments().mean;
    }
    /// Share of the time the server works.
    constexpr if_stable busy_share() const {
        if (!state().stable) return {};
        if (arrival_per_s == 0.0) return 0.0;
        const moments m = batch_moments();
        return arrival_per_s * time_s(m.mean) / (arrival_per_s * time_s(m.mean) + m.idle);
    }

    /// Inoue's two upper bounds of the mean response; the first is sharp at low load, the second at high load.
    constexpr if_stable light_bound_s() const {
        const stability is = state();
        if (!is.stable) return {};
        const double u = is.utilisation, fixed = arrival_per_s * setup_s;
        return time_s(1.0) / (2.0 * (1.0 - u)) * (1.0 + 2.0 * fixed + (1.0 - fixed) / (1.0 + u));
    }
    constexpr if_stable heavy_bound_s() const {
        const stability is = state();
        if (!is.stable) return {};
        const double u = is.utilisation;
        return 1.5 * setup_s / (1.0 - u) + 0.5 * per_job_s * (u + 2.0) / (1.0 - u * u);
    }
    constexpr if_stable response_bound_s() const {
        const if_stable light = light_bound_s();
        return light ? if_stable(std::min(*light, *heavy_bound_s())) : light;
    }

private:
    struct moments {
        double idle;    ///< P(nobody arrives during a batch)
        double mean;    ///< of the batch size
        double square;  ///< mean square
    };
    constexpr moments batch_moments() const {
        const double u = arrival_per_s * per_job_s, fixed = arrival_per_s * setup_s;
        double gap = 1.0, product = 1.0, sum = 0.0;  // gap = 1 - z, z from 0 towards 1
        while (gap > 1e-18 && product > 0.0) {
            sum += gap * product;
            product *= math::exp(-fixed * gap);
            gap = detail::one_minus_exp(u * gap);
        }
        const double idle = product / sum;
        const double mean = (fixed + idle) / (1.0 - u);
        const double square = (fixed + fixed * fixed + idle + (u + 2.0 * fixed * u) * mean) / (1.0 - u * u);
        return {idle, mean, square};
    }
};
}  // namespace gambrel::queueing
