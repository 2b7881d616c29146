// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Chains of levels and phases that move one level at a time, alike at every level (quasi-birth-death, QBD):
///
///     up + R local + R^2 down = 0       pi_{k+1} = pi_k R       P(level k) falls like (spectral radius of R)^k
///
/// R is the least solution, found from G (the phase in which the level below is first reached) by logarithmic
/// reduction: each step doubles the number of levels looked at, so about ten steps give full precision. Stable when the
/// mean drift is downwards. Exact. Sources: Neuts 1981; Latouche & Ramaswami, J. Appl. Prob. 30, 1993 (recalled).

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <gambrel/queueing/arrival_process.hpp>
#include <gambrel/queueing/stability.hpp>

namespace gambrel::queueing {

struct level_moves {
    Eigen::MatrixXd up;     ///< per second
    Eigen::MatrixXd local;  ///< the diagonal minus all that leaves
    Eigen::MatrixXd down;

    /// Levels gained per second in a long time above the boundary, were there no boundary; stable when below 0.
    double drift_per_s() const {
        return stationary_phase(up + local + down).dot(up.rowwise().sum() - down.rowwise().sum());
    }
};

namespace detail {
/// The matrix with off-diagonal elements -`rates(i, j)` and these row sums. Where theory knows the sums, making the
/// diagonal from them keeps the digits that a subtraction from 1 would lose.
inline Eigen::MatrixXd with_row_sums(const Eigen::VectorXd& sums, Eigen::MatrixXd rates) {
    rates.diagonal().setZero();
    Eigen::MatrixXd m = -rates;
    m.diagonal() = sums + rates.rowwise().sum();
    return m;
}
/// a m^{-1}.
inline Eigen::MatrixXd over(const Eigen::MatrixXd& a, const Eigen::MatrixXd& m) {
    return m.transpose().partialPivLu().solve(a.transpose()).transpose();
}
}  // namespace detail

/// G(i, j): from phase i, the level below is first entered in phase j. Rows sum to 1 when stable.
/// Evidence: tests/queueing/matrix_geometric_test.cpp.
inline Eigen::MatrixXd first_passage(const level_moves& q) {
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(q.local.rows());
    const Eigen::MatrixXd away = detail::with_row_sums((q.up + q.down) * ones, q.local);
    const Eigen::PartialPivLU<Eigen::MatrixXd> lu(away);
    Eigen::MatrixXd rise = lu.solve(q.up), fall = lu.solve(q.down);  // the next change of level; rows of both sum to 1
    Eigen::MatrixXd g = fall, climbed = rise;
    for (int i = 0; i < 64; ++i) {
        const Eigen::MatrixXd twice_up = rise * rise, twice_down = fall * fall, back = rise * fall + fall * rise;
        const Eigen::PartialPivLU<Eigen::MatrixXd> leave(detail::with_row_sums((twice_up + twice_down) * ones, back));
        rise = leave.solve(twice_up);
        fall = leave.solve(twice_down);
        const Eigen::MatrixXd more = climbed * fall;
        g += more;
        if (more.cwiseAbs().maxCoeff() < 1e-17) break;
        climbed = (climbed * rise).eval();
    }
    return g;
}
/// R of a stable chain: expected time in each phase of the level above, per unit of time in this one.
/// Evidence: tests/queueing/matrix_geometric_test.cpp.
inline Eigen::MatrixXd rate_matrix(const level_moves& q) {
    const Eigen::VectorXd down = q.down.rowwise().sum();  // what rises comes down again
    return detail::over(q.up, detail::with_row_sums(down, q.local + q.up * first_passage(q)));
}
/// The greatest modulus of an eigenvalue: the ratio of successive levels, far up.
inline double spectral_radius(const Eigen::MatrixXd& m) {
    return Eigen::EigenSolver<Eigen::MatrixXd>(m, false).eigenvalues().cwiseAbs().maxCoeff();
}
}  // namespace gambrel::queueing
