// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Bursty arrivals to one server with phase-type service, in order of arrival: MAP/PH/1 as a QBD, level = jobs.
///
///     up = arrivals (x) 1     local = quiet (x) 1 + 1 (x) moves     down = 1 (x) stop start          (x): Kronecker
///     E e^{-s wait} = (pi_0 a + pi_1 (1 - S(s) R)^{-1} (a (x) (s - moves)^{-1} stop)) / rate         a = arrivals 1
///
/// An arrival that finds k jobs waits for the rest of one service and k - 1 whole ones. Exact; tail and quantiles by
/// inversion. Unstable from a mean rate of 1 / service on. Source: Neuts 1981 (recalled).

#include <Eigen/Dense>
#include <complex>
#include <cstddef>
#include <gambrel/queueing/inversion.hpp>
#include <gambrel/queueing/matrix_geometric.hpp>
#include <gambrel/queueing/phase_type.hpp>
#include <unsupported/Eigen/KroneckerProduct>
#include <utility>

namespace gambrel::queueing {

class map_ph1 {
public:
    /// Cost O((phases of arrivals x phases of service)^3). Evidence: tests/queueing/map_ph1_test.cpp.
    map_ph1(arrival_process arrivals, phase_type service)
        : arrivals_(std::move(arrivals)), service_(std::move(service)) {
        check(arrivals_);
        check(service_);
        rate_ = arrivals_.rate_per_s();
        service_s_ = service_.mean_s();
        state_ = stability_of(rate_, 1.0 / service_s_);
        if (state_.stable) solve();
    }
    const stability& state() const { return state_; }

    /// P(k jobs in the system); 0 when unstable.
    double probability(std::size_t k) const {
        if (!state_.stable) return 0.0;
        if (k == 0) return empty_.sum();
        Eigen::RowVectorXd x = one_;
        for (std::size_t i = 1; i < k; ++i) x *= ratio_;
        return x.sum();
    }
    if_stable mean_in_system() const { return figure(number_); }
    if_stable mean_response_s() const { return figure(number_ / rate_); }
    if_stable mean_wait_s() const { return figure(std::max(0.0, number_ / rate_ - service_s_)); }
    /// P(an arrival waits); not the utilisation unless arrivals are Poisson.
    if_stable waiting_share() const { return figure(state_.stable ? waiting_share_ : 0.0); }
    /// Ratio of P(k + 1 jobs) to P(k jobs) for large k.
    if_stable level_decay() const { return state_.stable ? if_stable(spectral_radius(ratio_)) : if_stable(); }

    /// E e^{-s wait}; 0 when unstable.
    std::complex<double> wait_lst(std::complex<double> s) const {
        if (!state_.stable) return 0.0;
        using complex = std::complex<double>;
        const Eigen::Index n = service_.phases();
        const Eigen::MatrixXcd left = s * Eigen::MatrixXcd::Identity(n, n) - service_.moves.cast<complex>();
        const Eigen::VectorXcd rest = left.partialPivLu().solve(service_.stop().cast<complex>());
        const complex whole = service_.start.cast<complex>().dot(rest);
        const Eigen::VectorXcd found = Eigen::kroneckerProduct(arrivals_.rates_per_s().cast<complex>(), rest);
        const Eigen::MatrixXcd series = Eigen::MatrixXcd::Identity(ratio_.rows(), ratio_.cols()) - whole * ratio_;
        const Eigen::VectorXcd mixed = series.partialPivLu().solve(found);
        return (empty_.dot(arrivals_.rates_per_s()) + (one_.cast<complex>() * mixed)(0)) / rate_;
    }
    /// P(wait > t).
    if_stable wait_tail(double t_s) const {
        checked_time(t_s);
        if (!state_.stable) return {};
        return t_s > 0.0 ? tail_from_lst([this](std::complex<double> s) { return wait_lst(s); }, t_s) : waiting_share_;
    }
    if_stable wait_quantile_s(double p) const {
        checked(p, 0.0, greatest_inverted_share, "the share below an inverted quantile");
        if (!state_.stable || waiting_share_ <= 1.0 - p) return figure(0.0);
        const double scale = *mean_wait_s() + service_s_;
        return quantile_from_lst([this](std::complex<double> s) { return wait_lst(s); }, p, scale);
    }

private:
    arrival_process arrivals_;
    phase_type service_;
    double rate_ = 0.0;
    double service_s_ = 0.0;
    stability state_;
    Eigen::RowVectorXd empty_;  // P(no job, phase)
    Eigen::RowVectorXd one_;    // P(one job, phases)
    Eigen::MatrixXd ratio_;
    double number_ = 0.0;
    double waiting_share_ = 0.0;

    if_stable figure(double x) const { return state_.stable ? if_stable(x) : if_stable(); }

    void solve() {
        const Eigen::Index a = arrivals_.phases(), n = service_.phases(), both = a * n;
        const Eigen::MatrixXd one_a = Eigen::MatrixXd::Identity(a, a), one_n = Eigen::MatrixXd::Identity(n, n);
        const Eigen::MatrixXd begin = service_.start.transpose(), end = service_.stop();
        level_moves q;
        q.up = Eigen::kroneckerProduct(arrivals_.arrivals, one_n);
        q.local = Eigen::kroneckerProduct(arrivals_.quiet, one_n).eval();
        q.local += Eigen::kroneckerProduct(one_a, service_.moves).eval();
        q.down = Eigen::kroneckerProduct(one_a, (end * begin).eval());
        ratio_ = rate_matrix(q);
        // Levels 0 and 1 together: a generator once what happens above level 1 is folded in.
        Eigen::MatrixXd folded = Eigen::MatrixXd::Zero(a + both, a + both);
        folded.topLeftCorner(a, a) = arrivals_.quiet;
        folded.topRightCorner(a, both) = Eigen::kroneckerProduct(arrivals_.arrivals, begin);
        folded.bottomLeftCorner(both, a) = Eigen::kroneckerProduct(one_a, end);
        folded.bottomRightCorner(both, both) = q.local + ratio_ * q.down;
        const Eigen::VectorXd shares = stationary_phase(folded);
        const Eigen::PartialPivLU<Eigen::MatrixXd> rest(Eigen::MatrixXd::Identity(both, both) - ratio_);
        const Eigen::VectorXd levels = rest.solve(Eigen::VectorXd::Ones(both));  // (1 - R)^{-1} 1
        const double sum = shares.head(a).sum() + shares.tail(both).dot(levels);
        empty_ = shares.head(a).transpose() / sum;
        one_ = shares.tail(both).transpose() / sum;
        number_ = one_.dot(rest.solve(levels));
        waiting_share_ = 1.0 - empty_.dot(arrivals_.rates_per_s()) / rate_;
    }
};
}  // namespace gambrel::queueing
