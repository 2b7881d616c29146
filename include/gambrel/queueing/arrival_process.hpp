// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Arrivals modulated by a Markov chain (MAP): phases, with arrivals at some of the moves. Renewal streams with
/// phase-type gaps and Markov-modulated Poisson streams (MMPP) are special cases.
///
///     quiet     moves without an arrival, the diagonal minus all that leaves       arrivals  moves with one
///     theta (quiet + arrivals) = 0     rate = theta arrivals 1     E gap^n = n! theta arrivals (-quiet)^{-n} 1 / rate
///     dispersion = lim Var N(t) / E N(t) = 1 + 2 theta arrivals Z arrivals 1 / rate,  Z = (1 theta - Q)^{-1} - 1 theta
///
/// A renewal stream of given scv has no memory from gap to gap; traffic whose rate drifts does, and waits longer at the
/// same scv. Say the drift with `switched_arrivals`. Sources: Neuts 1979; Fischer & Meier-Hellstern, Performance
/// Evaluation 18, 1993 (recalled).

#include <Eigen/Dense>
#include <gambrel/queueing/phase_type.hpp>
#include <gambrel/queueing/stability.hpp>

namespace gambrel::queueing {

/// x with x generator = 0 and x 1 = 1. Only off-diagonal rates enter and nothing is subtracted, so every share has full
/// relative precision however far apart the rates lie (Grassmann, Taksar & Heyman, Operations Research 33, 1985,
/// recalled). Throws `error` when some phase cannot reach another.
inline Eigen::VectorXd stationary_phase(Eigen::MatrixXd generator) {
    const Eigen::Index n = generator.rows();
    for (Eigen::Index k = n - 1; k > 0; --k) {
        const double leaving = generator.row(k).head(k).sum();
        if (!(leaving > 0.0)) fail("the phases of a Markov chain do not all reach each other");
        generator.col(k).head(k) /= leaving;
        generator.topLeftCorner(k, k) += generator.col(k).head(k) * generator.row(k).head(k);
    }
    Eigen::VectorXd share = Eigen::VectorXd::Zero(n);
    share(0) = 1.0;
    for (Eigen::Index k = 1; k < n; ++k) share(k) = share.head(k).dot(generator.col(k).head(k));
    if (!(share.minCoeff() > 0.0)) fail("the phases of a Markov chain do not all reach each other");
    return share / share.sum();
}

struct arrival_process {
    Eigen::MatrixXd quiet;     ///< per second
    Eigen::MatrixXd arrivals;  ///< per second

    Eigen::Index phases() const { return quiet.rows(); }
    Eigen::VectorXd phase_shares() const { return stationary_phase(quiet + arrivals); }
    /// Arrivals per second in each phase.
    Eigen::VectorXd rates_per_s() const { return arrivals.rowwise().sum(); }
    double rate_per_s() const { return phase_shares().dot(rates_per_s()); }

    /// E gap^n between arrivals.
    double gap_moment(int n) const {
        Eigen::VectorXd x = Eigen::VectorXd::Ones(phases());
        const Eigen::PartialPivLU<Eigen::MatrixXd> lu(-quiet);
        for (int i = 1; i <= n; ++i) x = i * lu.solve(x);
        return (arrivals.transpose() * phase_shares()).dot(x) / rate_per_s();
    }
    double gap_scv() const { return gap_moment(2) / (gap_moment(1) * gap_moment(1)) - 1.0; }
    /// Correlation of a gap with the next; 0 for a renewal stream.
    double gap_correlation() const {
        const Eigen::PartialPivLU<Eigen::MatrixXd> lu(-quiet);
        const double rate = rate_per_s(), mean = 1.0 / rate;
        const Eigen::VectorXd once = lu.solve(Eigen::VectorXd::Ones(phases()));
        const Eigen::VectorXd then = lu.solve(lu.solve((arrivals * once).eval()));
        const double product = (arrivals.transpose() * phase_shares()).dot(then) / rate;
        return (product - mean * mean) / (gap_moment(2) - mean * mean);
    }
    /// Variance over mean of the count in a long time; equals gap_scv for a renewal stream.
    double dispersion() const {
        const Eigen::VectorXd theta = phase_shares(), rates = rates_per_s();
        const Eigen::MatrixXd everywhere = Eigen::VectorXd::Ones(phases()) * theta.transpose();
        const double rate = theta.dot(rates);
        const Eigen::VectorXd later = (everywhere - quiet - arrivals).partialPivLu().solve(rates) - everywhere * rates;
        return 1.0 + 2.0 * (arrivals.transpose() * theta).dot(later) / rate;
    }
    /// The same stream at another speed.
    arrival_process at(double per_s) const {
        const double factor = checked(per_s, 1e-15, greatest_rate_per_s, "an arrival rate per second") / rate_per_s();
        return {factor * quiet, factor * arrivals};
    }
};

/// Throws `error` unless rates are rates, rows of quiet + arrivals sum to 0, and something arrives.
inline void check(const arrival_process& a) {
    const Eigen::Index n = a.quiet.rows();
    if (n < 1 || n > 1000 || a.quiet.cols() != n || a.arrivals.rows() != n || a.arrivals.cols() != n)
        fail("an arrival process needs 1 to 1000 phases and two square matrices of that size");
    for (Eigen::Index i = 0; i < n; ++i)
        for (Eigen::Index j = 0; j < n; ++j) {
            checked(a.arrivals(i, j), 0.0, greatest_rate_per_s, "a rate of moves with an arrival");
            if (i != j) checked(a.quiet(i, j), 0.0, greatest_rate_per_s, "a rate of moves without an arrival");
            checked(a.quiet(i, j), -greatest_rate_per_s, greatest_rate_per_s, "a rate of leaving a phase");
        }
    const double greatest = std::max(a.quiet.cwiseAbs().maxCoeff(), a.arrivals.maxCoeff());
    const double astray = (a.quiet + a.arrivals).rowwise().sum().cwiseAbs().maxCoeff();
    if (!(astray <= 1e-9 * greatest)) fail("the rows of an arrival process do not sum to 0 but to " + shortest(astray));
    if (!(a.arrivals.maxCoeff() > 0.0)) fail("an arrival process without arrivals");
    a.phase_shares();
}

inline arrival_process poisson_arrivals(double per_s) {
    const double rate = checked(per_s, 1e-15, greatest_rate_per_s, "an arrival rate per second");
    return {Eigen::MatrixXd::Constant(1, 1, -rate), Eigen::MatrixXd::Constant(1, 1, rate)};
}
/// Independent gaps, each of law `gap`.
inline arrival_process renewal_arrivals(const phase_type& gap) {
    check(gap);
    return {gap.moves, gap.stop() * gap.start.transpose()};
}
/// Independent gaps of this rate and scv (fitted_time). Evidence: tests/queueing/arrival_process_test.cpp.
inline arrival_process fitted_arrivals(double per_s, double gap_scv) {
    checked(per_s, 1e-15, greatest_rate_per_s, "an arrival rate per second");
    return renewal_arrivals(fitted_time(1.0 / per_s, gap_scv));
}
/// Poisson at `rates(i)` while in phase i of the chain `switching` (a generator, per second): an MMPP.
inline arrival_process modulated_arrivals(const Eigen::VectorXd& rates_per_s, const Eigen::MatrixXd& switching) {
    const Eigen::Index n = rates_per_s.size();
    if (switching.rows() != n || switching.cols() != n) fail("a modulated stream needs one rate per phase");
    arrival_process a;
    a.arrivals = rates_per_s.asDiagonal();
    a.quiet = switching - a.arrivals;
    check(a);
    return a;
}
/// Two levels: `burst_factor` times the mean rate during bursts of mean length `burst_s`, which fill `burst_share` of
/// the time, and what is left between them. Factor times share may not exceed 1.
inline arrival_process switched_arrivals(double mean_per_s, double burst_factor, double burst_share, double burst_s) {
    checked(mean_per_s, 1e-15, greatest_rate_per_s, "an arrival rate per second");
    checked(burst_share, 1e-9, 1.0 - 1e-9, "the share of the time in bursts");
    checked(burst_factor, 0.0, 1.0 / burst_share, "the rate in bursts over the mean rate");
    const double end = 1.0 / checked_service(burst_s), begin = end * burst_share / (1.0 - burst_share);
    const double calm = mean_per_s * (1.0 - burst_factor * burst_share) / (1.0 - burst_share);
    Eigen::MatrixXd switching = Eigen::MatrixXd::Zero(2, 2);
    switching << -begin, begin, end, -end;
    return modulated_arrivals(Eigen::Vector2d(std::max(0.0, calm), mean_per_s * burst_factor), switching);
}
}  // namespace gambrel::queueing
