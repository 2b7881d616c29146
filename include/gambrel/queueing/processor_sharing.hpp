// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Processor sharing: all jobs in the system are served at once, at equal speed; none waits.
///
///     M/G/1-PS:         E[response | work x] = x / (1 - u)             P(n jobs) = (1 - u) u^n
///     state-dependent:  P(n jobs) ~ prod_{k<=n} arrival work / speed(k)   E[response | x] = x E[jobs] / (arrival work)
///
/// speed(k): seconds of work done per second with k jobs present, shared equally. Exact, and insensitive: only the mean
/// of the work law enters. With a bound on the jobs present the excess is lost, and exactness holds; queueing the
/// excess in order of arrival breaks the insensitivity (birth_death.hpp has that queue for exponential work).
/// Sources: Kleinrock, JACM 14, 1967; Cohen, Acta Informatica 12, 1979 (recalled).

#include <gambrel/queueing/birth_death.hpp>
#include <utility>
#include <vector>

namespace gambrel::queueing {

struct mg1_ps {
    double arrival_per_s = 0.0;
    double work_s = 1.0;  ///< mean service time of a job alone

    constexpr stability state() const {
        return stability_of(checked_arrival(arrival_per_s), 1.0 / checked_service(work_s));
    }
    /// Response over work, of every job.
    constexpr if_stable slowdown() const {
        const stability is = state();
        return is.stable ? if_stable(1.0 / (1.0 - is.utilisation)) : if_stable();
    }
    /// Mean response of a job of `own_work_s`.
    constexpr if_stable mean_response_s(double own_work_s) const {
        const if_stable factor = slowdown();
        return factor ? if_stable(*factor * checked_time(own_work_s)) : factor;
    }
    constexpr if_stable mean_response_s() const { return mean_response_s(work_s); }
    constexpr if_stable mean_in_system() const {
        const if_stable factor = slowdown();
        return factor ? if_stable(*factor * arrival_per_s * work_s) : factor;
    }
};

class shared_server {
public:
    /// `speed[k - 1]`: seconds of work done per second with k jobs; the last holds for more, if `unbounded`, else the
    /// jobs that find all places taken are lost. Evidence: tests/queueing/processor_sharing_test.cpp.
    shared_server(double arrival_per_s, double work_s, std::vector<double> speed, bool unbounded = true)
        : load_(checked_arrival(arrival_per_s) * checked_service(work_s)),
          lone_speed_(speed.empty() ? 1.0 : speed.front()),
          jobs_(arrival_per_s, rates(std::move(speed), work_s), unbounded ? unlimited : 0) {}

    const stability& state() const { return jobs_.state(); }
    double probability(std::size_t jobs) const { return jobs_.probability(jobs); }
    if_stable mean_in_system() const { return jobs_.mean_in_system(); }
    double lost_share() const { return jobs_.lost_share(); }
    double throughput_per_s() const { return jobs_.throughput_per_s(); }
    /// Mean response over work, of every accepted job; a lone job's when nothing arrives.
    if_stable slowdown() const {
        const if_stable mean = mean_in_system();
        if (!mean) return mean;
        return load_ > 0.0 ? *mean / (load_ * (1.0 - lost_share())) : 1.0 / lone_speed_;
    }
    if_stable mean_response_s(double own_work_s) const {
        const if_stable factor = slowdown();
        return factor ? if_stable(*factor * checked_time(own_work_s)) : factor;
    }

private:
    double load_;
    double lone_speed_;
    birth_death_queue jobs_;  // beyond the table it "waits": at a constant speed the count is the same

    static std::vector<double> rates(std::vector<double> speed, double work_s) {
        for (double& x : speed) x /= work_s;
        return speed;
    }
};
}  // namespace gambrel::queueing
