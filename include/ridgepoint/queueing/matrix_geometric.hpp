// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Chains of levels and phases that move one level at a time, alike at every level (quasi-birth-death, QBD):
///
///     up + R local + R^2 down = 0       pi_{k+1} = pi_k R       P(level k) falls like (spectral radius of R)^k
///
/// R is the least solution, found from G (the phase in which the level below is first reached) by logarithmic reduction:
/// each step doubles the number of levels looked at, so about ten steps give full precision. Stable when the mean drift
/// is downwards. Exact. Sources: Neuts 1981; Latouche & Ramaswami, J. Appl. Prob. 30, 1993 (recalled).

#include <Eigen/Dense>
#include <Eigen/Eigenvalues>
#include <ridgepoint/queueing/arrival_process.hpp>
#include <ridgepoint/queueing/stability.hpp>

namespace ridgepoint::queueing {

struct level_moves {
    Eigen::MatrixXd up;     ///< per second
    Eigen::MatrixXd local;  ///< the diagonal minus all that leaves
    Eigen::MatrixXd down;

    /// Levels gained per second in a long time above the boundary, were there no boundary; stable when below 0.
    double drift_per_s() const {
        return stationary_phase(up + local + down).dot(up.rowwise().sum() - down.rowwise().sum());
    }
};

/// G(i, j): from phase i, the level below is first entered in phase j. Rows sum to 1 when stable.
/// Evidence: tests/queueing/matrix_geometric_test.cpp.
inline Eigen::MatrixXd first_passage(const level_moves& q) {
    const Eigen::Index n = q.local.rows();
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(n, n);
    const Eigen::PartialPivLU<Eigen::MatrixXd> lu(-q.local);
    Eigen::MatrixXd rise = lu.solve(q.up), fall = lu.solve(q.down);
    Eigen::MatrixXd g = fall, climbed = rise;
    for (int i = 0; i < 64; ++i) {
        const Eigen::PartialPivLU<Eigen::MatrixXd> back(one - rise * fall - fall * rise);
        rise = back.solve((rise * rise).eval());
        fall = back.solve((fall * fall).eval());
        const Eigen::MatrixXd more = climbed * fall;
        g += more;
        if (more.cwiseAbs().maxCoeff() < 1e-17) break;
        climbed = (climbed * rise).eval();
    }
    return g;
}
/// R: expected visits to each phase of the level above, per unit of rate in this one.
/// Evidence: tests/queueing/matrix_geometric_test.cpp.
inline Eigen::MatrixXd rate_matrix(const level_moves& q) {
    const Eigen::MatrixXd away = -q.local - q.up * first_passage(q);
    return away.transpose().partialPivLu().solve(q.up.transpose()).transpose();
}
/// The greatest modulus of an eigenvalue: the ratio of successive levels, far up.
inline double spectral_radius(const Eigen::MatrixXd& m) {
    return Eigen::EigenSolver<Eigen::MatrixXd>(m, false).eigenvalues().cwiseAbs().maxCoeff();
}
}  // namespace ridgepoint::queueing
