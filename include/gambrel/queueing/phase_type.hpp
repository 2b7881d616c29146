// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Phase-type times: how long a small Markov chain takes to stop. Dense among all laws of a positive time.
///
///     start  probability of each phase       moves  rates between phases, the diagonal minus all that leaves
///     stop = -moves 1     E e^{-s T} = start (s - moves)^{-1} stop     E T^n = n! start (-moves)^{-n} 1
///
/// Fits to mean and scv: below 1 a mixture of Erlang k - 1 and k (Tijms); 1 exponential; above 1 two exponentials with
/// balanced means. A two-moment fit is one law among many with these moments. Sources: Neuts 1981; Tijms, Stochastic
/// Models, 1994; Whitt, Operations Research 30, 1982 (recalled).

#include <Eigen/Dense>
#include <complex>
#include <gambrel/queueing/stability.hpp>

namespace gambrel::queueing {

struct phase_type {
    Eigen::VectorXd start;
    Eigen::MatrixXd moves;  ///< per second

    Eigen::Index phases() const { return start.size(); }
    Eigen::VectorXd stop() const { return -moves.rowwise().sum(); }
    double moment(int n) const {
        Eigen::VectorXd x = Eigen::VectorXd::Ones(phases());
        const Eigen::PartialPivLU<Eigen::MatrixXd> lu(-moves);
        for (int i = 1; i <= n; ++i) x = i * lu.solve(x);
        return start.dot(x);
    }
    double mean_s() const { return moment(1); }
    double scv() const { return moment(2) / (mean_s() * mean_s()) - 1.0; }
    /// Its LST, E e^{-s T}.
    std::complex<double> operator()(std::complex<double> s) const {
        using complex = std::complex<double>;
        const Eigen::MatrixXcd left = s * Eigen::MatrixXcd::Identity(phases(), phases()) - moves.cast<complex>();
        const Eigen::VectorXcd right = stop().cast<complex>();
        return start.cast<complex>().transpose() * left.partialPivLu().solve(right);
    }
};

/// Throws `error` unless `d` is a phase-type law without an atom at zero that surely ends.
inline void check(const phase_type& d) {
    const Eigen::Index n = d.start.size();
    if (n < 1 || n > 1000 || d.moves.rows() != n || d.moves.cols() != n)
        fail("a phase-type law needs 1 to 1000 phases and a square matrix of that size");
    const double greatest = d.moves.cwiseAbs().maxCoeff();
    checked(greatest, 1.0 / greatest_service_s, 1.0 / least_service_s, "the greatest rate of a phase-type law");
    for (Eigen::Index i = 0; i < n; ++i) {
        checked(d.start(i), 0.0, 1.0, "a start probability");
        for (Eigen::Index j = 0; j < n; ++j)
            if (i != j) checked(d.moves(i, j), 0.0, greatest_rate_per_s, "a rate between phases");
        if (d.moves.row(i).sum() > 1e-12 * greatest) fail("a phase of a phase-type law gains probability");
    }
    checked(d.start.sum(), 1.0 - 1e-9, 1.0 + 1e-9, "the sum of the start probabilities");
    const Eigen::FullPivLU<Eigen::MatrixXd> lu(d.moves);
    if (!lu.isInvertible()) fail("a phase-type law has a phase it never leaves");
}

inline phase_type exponential_time(double mean_s) {
    return {Eigen::VectorXd::Ones(1), Eigen::MatrixXd::Constant(1, 1, -1.0 / checked_service(mean_s))};
}

/// Stages in a row, all of the same rate. `skip_first`: probability of starting at the second.
inline phase_type erlang_time(double mean_s, int stages, double skip_first = 0.0) {
    checked(stages, skip_first > 0.0 ? 2 : 1, 1000, "the stages of an Erlang law");
    const double rate = (stages - checked(skip_first, 0.0, 1.0, "a probability")) / checked_service(mean_s);
    phase_type d{Eigen::VectorXd::Zero(stages), Eigen::MatrixXd::Zero(stages, stages)};
    d.start(0) = 1.0 - skip_first;
    if (stages > 1) d.start(1) = skip_first;
    d.moves.diagonal().setConstant(-rate);
    for (int i = 0; i + 1 < stages; ++i) d.moves(i, i + 1) = rate;
    return d;
}

/// A law of this mean and scv, the scv from 1/1000 up. Evidence: tests/queueing/phase_type_test.cpp.
inline phase_type fitted_time(double mean_s, double scv) {
    checked(scv, 1e-3, 1e9, "the squared coefficient of variation of a phase-type law");
    if (scv == 1.0) return exponential_time(mean_s);
    if (scv < 1.0) {
        const double k = math::ceil(1.0 / scv * (1.0 - 1e-12));
        const double root = math::sqrt(std::max(0.0, k * (1.0 + scv) - k * k * scv));
        const double skip = (k * scv - root) / (1.0 + scv);
        return erlang_time(mean_s, static_cast<int>(k), std::max(0.0, skip));
    }
    const double p = 0.5 * (1.0 + math::sqrt((scv - 1.0) / (scv + 1.0)));
    const double mean = checked_service(mean_s);
    phase_type d{Eigen::VectorXd::Zero(2), Eigen::MatrixXd::Zero(2, 2)};
    d.start << p, 1.0 - p;
    d.moves.diagonal() << -2.0 * p / mean, -2.0 * (1.0 - p) / mean;
    return d;
}
}  // namespace gambrel::queueing
