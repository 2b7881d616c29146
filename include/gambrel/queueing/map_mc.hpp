// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Bursty arrivals to exponential servers: birth_death.hpp's queue with Markov-modulated arrivals, MAP/M(n)/c.
///
///     pi_{k+1} = pi_k R_k      R_k = arrivals (mu_{k+1} - quiet - R_{k+1} mu_{k+2})^{-1}, downwards from R of the QBD
///     pi_0 (quiet + R_0 mu_1) = 0
///     P(wait > t) = pi_slots e^{-saturated t (1 - R)} (1 - R)^{-1} arrivals 1 / rate
///
/// Exact. Cost O((slots + room) phases^3). Finite room: always stable. Unlimited room: unstable from a mean rate of the
/// saturated service on. Sources: Neuts 1981; Gaver, Jacobs & Latouche, Adv. Appl. Prob. 16, 1984 (recalled).

#include <Eigen/Dense>
#include <algorithm>
#include <cstddef>
#include <gambrel/queueing/birth_death.hpp>
#include <gambrel/queueing/matrix_geometric.hpp>
#include <unsupported/Eigen/MatrixFunctions>
#include <vector>

namespace gambrel::queueing {

class map_mc {
public:
    /// `service_per_s[k - 1]`: jobs completed per second with k in service, k = 1 .. slots; `room` as in
    /// birth_death_queue. Evidence: tests/queueing/map_mc_test.cpp.
    map_mc(arrival_process arrivals, std::vector<double> service_per_s, int room = unlimited)
        : arrivals_(std::move(arrivals)), slots_(service_per_s.size()), room_(room) {
        check(arrivals_);
        if (service_per_s.empty()) fail("a queue needs the service rate of at least one slot");
        for (const double rate : service_per_s) checked_service_rate(rate);
        checked(room, unlimited, 1'000'000, "the room of a queue");
        saturated_ = service_per_s.back();
        rate_ = arrivals_.rate_per_s();
        state_ = stability_of(rate_, saturated_);
        if (room != unlimited) state_.stable = true, state_.backlog_growth_per_s = 0.0;
        if (!state_.stable) return;
        if (room != unlimited) service_per_s.resize(slots_ + static_cast<std::size_t>(room), saturated_);
        solve(service_per_s);
        sum_up();
    }

    const stability& state() const { return state_; }
    double arrival_per_s() const { return rate_; }
    /// P(k jobs in the system); 0 beyond the room, and when unstable.
    double probability(std::size_t k) const {
        if (k < level_.size()) return level_[k].sum();
        if (room_ != unlimited || level_.empty()) return 0.0;
        Eigen::RowVectorXd x = level_.back();
        for (std::size_t i = level_.size(); i <= k; ++i) x *= ratio_;
        return x.sum();
    }
    /// P(an arrival is lost).
    double lost_share() const { return lost_; }
    double throughput_per_s() const { return state_.stable ? rate_ * (1.0 - lost_) : saturated_; }
    if_stable mean_in_service() const { return figure(in_service_); }
    if_stable mean_waiting() const { return figure(waiting_); }
    if_stable mean_in_system() const { return figure(in_service_ + waiting_); }
    if_stable mean_wait_s() const { return figure(waiting_ / throughput_per_s()); }
    if_stable mean_response_s() const { return figure((in_service_ + waiting_) / throughput_per_s()); }
    /// P(an accepted arrival waits).
    if_stable waiting_share() const { return wait_tail(0.0); }
    /// P(wait > t) of an accepted arrival.
    if_stable wait_tail(double t_s) const { return figure(state_.stable ? tail(checked_time(t_s)) : 0.0); }
    if_stable wait_quantile_s(double p) const {
        const double beyond = 1.0 - checked(p, 0.0, greatest_inverted_share, "the share below a quantile");
        if (!state_.stable || tail(0.0) <= beyond) return figure(0.0);
        return quantile_of_tail([this](double t) { return tail(t); }, p, (waiting_ + 1.0) / saturated_);
    }
    /// The rate at which P(wait > t) falls far out; empty when unstable or the room is finite.
    if_stable wait_decay_per_s() const {
        if (!state_.stable || room_ != unlimited) return {};
        return saturated_ * (1.0 - spectral_radius(ratio_));
    }

private:
    arrival_process arrivals_;
    std::size_t slots_;
    int room_;
    double saturated_ = 0.0;
    double rate_ = 0.0;
    stability state_;
    std::vector<Eigen::RowVectorXd> level_;  // [k](i): P(k jobs, phase i); up to `slots` when unlimited, else all
    Eigen::MatrixXd ratio_;                  // R, when unlimited
    Eigen::VectorXd beyond_;                 // (1 - R)^{-1} arrivals 1 / rate, when unlimited
    std::vector<double> finds_;              // as in birth_death_queue, when the room is finite
    double in_service_ = 0.0;
    double waiting_ = 0.0;
    double lost_ = 0.0;

    if_stable figure(double x) const { return state_.stable ? if_stable(x) : if_stable(); }

    void solve(const std::vector<double>& service) {
        const Eigen::MatrixXd &up = arrivals_.arrivals, &quiet = arrivals_.quiet;
        // up (mu - quiet - inner)^{-1}; what rises comes down again, so the rows of the inverted matrix sum to mu.
        const auto step = [&](double mu, const Eigen::MatrixXd& inner) {
            return detail::over(up, detail::with_row_sums(Eigen::VectorXd::Constant(up.rows(), mu), quiet + inner));
        };
        std::vector<Eigen::MatrixXd> ratio(service.size());  // [k]: R_k
        const std::size_t last = service.size() - 1;
        if (room_ == unlimited) {
            const Eigen::MatrixXd down = saturated_ * Eigen::MatrixXd::Identity(up.rows(), up.cols());
            ratio_ = rate_matrix({up, quiet - down, down});
            ratio[last] = ratio_;
        } else {
            ratio[last] = step(service[last], up);  // arrivals at the last level are lost
        }
        for (std::size_t k = last; k-- > 0;) ratio[k] = step(service[k], service[k + 1] * ratio[k + 1]);
        // Levels as a sum of 1 and a logarithm, so that products of ratios neither over- nor underflow.
        std::vector<double> size{0.0};
        level_ = {stationary_phase(quiet + service[0] * ratio[0]).transpose()};
        for (std::size_t k = 0; k < ratio.size(); ++k) {
            level_.push_back(level_.back() * ratio[k]);
            size.push_back(size.back() + math::log(level_.back().sum()));
            level_.back() /= level_.back().sum();
        }
        const double greatest = *std::max_element(size.begin(), size.end());
        double sum = 0.0;
        for (std::size_t k = 0; k < level_.size(); ++k) {
            level_[k] *= math::exp(size[k] - greatest);
            sum += level_[k].sum();
        }
        if (room_ == unlimited) sum += above().sum();
        for (Eigen::RowVectorXd& x : level_) x /= sum;
    }
    /// pi_slots R (1 - R)^{-1}: all levels above the slots.
    Eigen::RowVectorXd above() const {
        const Eigen::MatrixXd rest = Eigen::MatrixXd::Identity(ratio_.rows(), ratio_.cols()) - ratio_;
        return rest.transpose().partialPivLu().solve((level_.back() * ratio_).transpose()).transpose();
    }
    void sum_up() {
        const Eigen::VectorXd rates = arrivals_.rates_per_s();
        for (std::size_t k = 1; k < level_.size(); ++k) {
            in_service_ += static_cast<double>(std::min(k, slots_)) * level_[k].sum();
            if (k > slots_) waiting_ += static_cast<double>(k - slots_) * level_[k].sum();
        }
        if (room_ == unlimited) {
            const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(ratio_.rows(), ratio_.cols());
            const Eigen::PartialPivLU<Eigen::MatrixXd> rest(one - ratio_);
            const Eigen::RowVectorXd waiters = above();
            in_service_ += static_cast<double>(slots_) * waiters.sum();
            waiting_ = waiters.dot(rest.solve(Eigen::VectorXd::Ones(rates.size())));
            beyond_ = rest.solve(rates) / rate_;
            return;
        }
        lost_ = level_.back().dot(rates) / rate_;
        finds_.assign(static_cast<std::size_t>(room_), 0.0);
        double sum = 0.0;
        for (std::size_t i = finds_.size(); i-- > 0;) {
            sum += level_[slots_ + i].dot(rates) / rate_;
            finds_[i] = sum / (1.0 - lost_);
        }
    }
    double tail(double t_s) const {
        if (room_ == unlimited) {
            const Eigen::MatrixXd rest = ratio_ - Eigen::MatrixXd::Identity(ratio_.rows(), ratio_.cols());
            return std::clamp(level_.back().dot(((saturated_ * t_s) * rest).exp() * beyond_), 0.0, 1.0);
        }
        return poisson_mean(saturated_ * t_s, [this](std::size_t n) { return n < finds_.size() ? finds_[n] : 0.0; });
    }
};
}  // namespace gambrel::queueing
