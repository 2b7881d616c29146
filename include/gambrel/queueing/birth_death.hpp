// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Queues whose state is one number: M/M/c/K, and Poisson arrivals to a server whose rate depends on the jobs in it.
///
///     p_{k+1} death_{k+1} = p_k birth_k                                 in logarithms: thousands of states are safe
///     death_k = service_per_s[min(k, slots) - 1]                        beyond the slots jobs wait in order of arrival
///     wait of an arrival that finds k >= slots: Erlang(k - slots + 1, saturated rate)
///
/// Exact for exponential service. Where no job waits the probabilities hold for any service law, if the jobs share the
/// server equally (processor_sharing.hpp). Finite room: always stable, the rest is lost. Unlimited room: unstable from
/// the saturated rate on. Source: Kleinrock, Queueing Systems I, 1975 (recalled).

#include <algorithm>
#include <cstddef>
#include <gambrel/queueing/inversion.hpp>
#include <gambrel/queueing/poisson.hpp>
#include <gambrel/queueing/stability.hpp>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace gambrel::queueing {

/// Stationary probabilities of states 0..n from `birth[k]`: k -> k+1 and `death[k]`: k+1 -> k, n of each, per second.
/// States above a birth rate of 0 have probability 0. Evidence: tests/queueing/birth_death_test.cpp.
inline std::vector<double> stationary(std::span<const double> birth, std::span<const double> death) {
    if (birth.size() != death.size()) fail("a birth-death chain needs as many death rates as birth rates");
    std::vector<double> p(birth.size() + 1, -std::numeric_limits<double>::infinity());
    p[0] = 0.0;
    for (std::size_t k = 0; k < birth.size() && checked_arrival(birth[k]) > 0.0; ++k)
        p[k + 1] = p[k] + math::log(birth[k] / checked(death[k], 1e-290, 1e290, "a death rate per second"));
    const double greatest = *std::max_element(p.begin(), p.end());
    double sum = 0.0;
    for (double& x : p) sum += x = math::exp(x - greatest);
    for (double& x : p) x /= sum;
    return p;
}

/// No bound on the jobs that may wait.
inline constexpr int unlimited = -1;

class birth_death_queue {
public:
    /// `service_per_s[k - 1]`: jobs completed per second with k in service, k = 1 .. slots. `room`: most jobs that
    /// may wait, or `unlimited`. Throws `error` for an impossible rate. Cost O(slots + room).
    birth_death_queue(double arrival_per_s, std::vector<double> service_per_s, int room = unlimited)
        : arrival_(checked_arrival(arrival_per_s)), slots_(service_per_s.size()), room_(room) {
        if (service_per_s.empty()) fail("a queue needs the service rate of at least one slot");
        for (const double rate : service_per_s) checked_service_rate(rate);
        checked(room, unlimited, 100'000'000, "the room of a queue");
        saturated_ = service_per_s.back();
        lone_service_s_ = 1.0 / service_per_s.front();
        state_ = stability_of(arrival_, saturated_);
        if (room != unlimited) state_.stable = true, state_.backlog_growth_per_s = 0.0;
        if (!state_.stable) return;
        if (room == unlimited) {
            service_per_s.back() = saturated_ - arrival_;  // makes the last state stand for it and all above it
        } else {
            service_per_s.resize(slots_ + static_cast<std::size_t>(room), saturated_);
        }
        p_ = stationary(std::vector<double>(service_per_s.size(), arrival_), service_per_s);
        sum_up();
    }

    /// With finite room `stable` is true at any rate; `limit_per_s` still is the saturated rate.
    const stability& state() const { return state_; }
    std::size_t slots() const { return slots_; }

    /// P(k jobs in the system); 0 beyond the room, and when unstable.
    double probability(std::size_t k) const {
        if (room_ != unlimited || k < slots_) return k < p_.size() ? p_[k] : 0.0;
        const double ratio = arrival_ / saturated_;
        return p_.empty() ? 0.0 : p_.back() * (1.0 - ratio) * math::pow(ratio, static_cast<double>(k - slots_));
    }
    /// P(an arrival finds no room and is lost).
    double lost_share() const { return room_ == unlimited ? 0.0 : p_.back(); }
    /// Jobs served per second; the saturated rate when unstable.
    double throughput_per_s() const { return state_.stable ? arrival_ * accepted_ : saturated_; }

    if_stable mean_in_service() const { return figure(in_service_); }
    if_stable mean_waiting() const { return figure(waiting_); }
    if_stable mean_in_system() const { return figure(in_service_ + waiting_); }
    // Means over accepted arrivals, by Little's law; at zero arrivals those of a lone job.
    if_stable mean_wait_s() const { return figure(arrival_ > 0.0 ? waiting_ / throughput_per_s() : 0.0); }
    if_stable mean_service_s() const {
        return figure(arrival_ > 0.0 ? in_service_ / throughput_per_s() : lone_service_s_);
    }
    if_stable mean_response_s() const {
        return figure(arrival_ > 0.0 ? (in_service_ + waiting_) / throughput_per_s() : lone_service_s_);
    }

    /// P(an accepted arrival waits).
    if_stable waiting_share() const { return figure(finds_.empty() ? 0.0 : finds_.front()); }
    /// P(wait > t) of an accepted arrival.
    if_stable wait_tail(double t_s) const { return figure(tail(checked_time(t_s))); }
    /// The wait that a share p of the accepted arrivals does not exceed; 0 when that many do not wait.
    if_stable wait_quantile_s(double p) const {
        const double beyond = 1.0 - checked_share(p);
        if (!state_.stable || tail(0.0) <= beyond) return figure(0.0);
        if (room_ == unlimited) return math::log(finds_.front() / beyond) / (saturated_ - arrival_);
        return quantile_of_tail([this](double t) { return tail(t); }, p, (waiting_ + 1.0) / saturated_);
    }

private:
    double arrival_;
    std::size_t slots_;
    int room_;
    double saturated_ = 0.0;
    double lone_service_s_ = 0.0;
    stability state_;
    std::vector<double> p_;      // of 0, 1, ... jobs; with unlimited room the last is that of `slots` or more
    std::vector<double> finds_;  // [i]: P(an accepted arrival finds slots + i jobs or more); one entry if unlimited
    double in_service_ = 0.0;
    double waiting_ = 0.0;
    double accepted_ = 1.0;  // share of the arrivals

    if_stable figure(double x) const { return state_.stable ? if_stable(x) : if_stable(); }

    void sum_up() {
        for (std::size_t k = 1; k < p_.size(); ++k) {
            in_service_ += p_[k] * static_cast<double>(std::min(k, slots_));
            if (k > slots_) waiting_ += p_[k] * static_cast<double>(k - slots_);
        }
        if (room_ == unlimited) {
            waiting_ = p_.back() * arrival_ / (saturated_ - arrival_);
            finds_ = {p_.back()};
            return;
        }
        finds_.assign(p_.begin() + static_cast<std::ptrdiff_t>(slots_), p_.end() - 1);
        accepted_ = std::accumulate(p_.begin(), p_.end() - 1, 0.0);  // not 1 - p: that is 0 in deep overload
        double sum = 0.0;
        for (std::size_t i = finds_.size(); i-- > 0;) {
            sum += finds_[i];
            finds_[i] = sum / accepted_;
        }
    }
    /// The wait exceeds t when fewer jobs leave by then than must.
    double tail(double t_s) const {
        if (finds_.empty()) return 0.0;
        if (room_ == unlimited) return finds_.front() * math::exp(-(saturated_ - arrival_) * t_s);
        return poisson_mean(saturated_ * t_s, [this](std::size_t n) { return n < finds_.size() ? finds_[n] : 0.0; });
    }
};

/// M/M/c/K: c servers of rate `service_per_s` each, and `room` for K - c more to wait.
inline birth_death_queue mmck(double arrival_per_s, double service_per_s, int servers, int room = unlimited) {
    std::vector<double> rates(static_cast<std::size_t>(checked_servers(servers)));
    checked_service_rate(service_per_s);
    for (std::size_t k = 0; k < rates.size(); ++k) rates[k] = static_cast<double>(k + 1) * service_per_s;
    return birth_death_queue(arrival_per_s, rates, room);
}
}  // namespace gambrel::queueing
