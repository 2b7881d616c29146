// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The objective of a fit (least_squares.hpp) about one law: residuals, cost, normal equations, the noise of a row.
/// Evidence: tests/calibration/least_squares_test.cpp.

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace gambrel {

/// What is known of a constant before the fit: its median, and the standard deviation of its logarithm.
struct prior {
    double mean = 1.0;
    double deviation = 1.0;
};

struct fit_settings {
    double softness = 1.0;      ///< c: residuals beyond c deviations count linearly; infinity: plain least squares
    double noise = 0.10;        ///< deviation expected of a row's logarithm
    double noise_rows = 4.0;    ///< how many rows that expectation is worth
    int noise_iterations = 15;  ///< the noise is renewed in that many steps, then held
    int most_iterations = 200;
    double difference = 1e-5;  ///< of a constant's logarithm, for its slope: wider where the model has kinks
    double tolerance = 1e-3;   ///< in posterior deviations from the best constants, at which the fit has converged
};

namespace detail {

/// The value at share `q` of `x`, by rank; 0 of an empty sample.
inline double quantile(std::vector<double> x, double q) {
    if (x.empty()) return 0.0;
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(x.size() - 1) + 0.5);
    std::nth_element(x.begin(), x.begin() + at, x.end());
    return x[static_cast<std::size_t>(at)];
}

/// The objective of a fit about one law: residuals, cost, normal equations.
template <class Model> class fit_problem {
public:
    fit_problem(std::span<const prior> priors, std::span<const double> measured, const Model& model,
                const fit_settings& settings)
        : priors_(priors), measured_(measured), model_(model), settings_(settings), noise_(settings.noise) {}

    /// ln(measured / predicted) of every row; false when a prediction is not a positive number.
    bool residuals(const Eigen::VectorXd& theta, Eigen::VectorXd& out) const {
        std::vector<double> constants(priors_.size());
        for (std::size_t j = 0; j < constants.size(); ++j) constants[j] = std::exp(theta[index(j)]);
        out.resize(index(measured_.size()));
        for (std::size_t i = 0; i < measured_.size(); ++i) {
            const double predicted = model_(i, std::span<const double>(constants));
            if (!(predicted > 0.0 && predicted < std::numeric_limits<double>::infinity())) return false;
            out[index(i)] = std::log(measured_[i] / predicted);
        }
        return true;
    }
    double cost(const Eigen::VectorXd& theta, const Eigen::VectorXd& r) const {
        double sum = 0;
        for (Eigen::Index i = 0; i < r.size(); ++i) sum += loss(r[i] / noise_);
        for (Eigen::Index j = 0; j < theta.size(); ++j) {
            const double z = (theta[j] - mean(j)) / deviation(j);
            sum += z * z;
        }
        return sum;
    }
    /// Moves one constant after another by shares of its deviation under `curvature`, each move that lowers the cost;
    /// whether any did.
    bool improve_one(Eigen::VectorXd& theta, Eigen::VectorXd& r, const Eigen::MatrixXd& curvature) const {
        constexpr double worth = 1e-3;  // of cost, in squares of deviations
        const double before = cost(theta, r);
        double least = before;
        Eigen::VectorXd after;
        for (Eigen::Index j = 0; j < theta.size(); ++j)
            for (const double share : {0.5, -0.5, 0.1, -0.1, 0.02, -0.02}) {
                Eigen::VectorXd next = theta;
                next[j] += share / std::sqrt(curvature(j, j));
                if (!residuals(next, after) || !(cost(next, after) < least)) continue;
                least = cost(next, after);
                theta = next;
                r = after;
            }
        return before - least > worth;
    }
    /// Curvature of the data at `theta` (J'WJ / s^2) and the gradient of data and prior; false outside the model.
    bool linearise(const Eigen::VectorXd& theta, const Eigen::VectorXd& r, Eigen::MatrixXd& curvature,
                   Eigen::VectorXd& gradient) const {
        const double step = settings_.difference;
        Eigen::MatrixXd jacobian(r.size(), theta.size());
        Eigen::VectorXd up, down, moved = theta;
        for (Eigen::Index j = 0; j < theta.size(); ++j) {
            moved[j] = theta[j] + step;
            if (!residuals(moved, up)) return false;
            moved[j] = theta[j] - step;
            if (!residuals(moved, down)) return false;
            moved[j] = theta[j];
            jacobian.col(j) = (up - down) / (2.0 * step);
        }
        Eigen::VectorXd weights(r.size());
        for (Eigen::Index i = 0; i < r.size(); ++i) weights[i] = weight(r[i] / noise_) / (noise_ * noise_);
        curvature = jacobian.transpose() * weights.asDiagonal() * jacobian;
        gradient = jacobian.transpose() * weights.cwiseProduct(r);
        for (Eigen::Index j = 0; j < theta.size(); ++j)
            gradient[j] += (theta[j] - mean(j)) / (deviation(j) * deviation(j));
        return true;
    }
    Eigen::VectorXd precision() const {  ///< of the prior
        Eigen::VectorXd p(index(priors_.size()));
        for (Eigen::Index j = 0; j < p.size(); ++j) p[j] = 1.0 / (deviation(j) * deviation(j));
        return p;
    }
    Eigen::VectorXd start() const {
        Eigen::VectorXd theta(index(priors_.size()));
        for (Eigen::Index j = 0; j < theta.size(); ++j) theta[j] = mean(j);
        return theta;
    }
    /// Takes the noise from the residuals; returns by which factor it changed.
    double renew_noise(const Eigen::VectorXd& r) {
        const auto rows = static_cast<double>(r.size());
        if (!(rows + settings_.noise_rows > 0.0)) return 1.0;
        double spread = r.squaredNorm() / std::max(rows, 1.0);
        if (!plain()) {
            const Eigen::VectorXd distance = r.cwiseAbs();
            spread = std::pow(1.4826 * quantile({distance.begin(), distance.end()}, 0.5), 2);
        }
        const double imagined = settings_.noise_rows * settings_.noise * settings_.noise;
        const double before = noise_;
        noise_ = std::max(std::sqrt((imagined + rows * spread) / (settings_.noise_rows + rows)), 1e-9);
        return noise_ / before;
    }

private:
    static Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }
    double mean(Eigen::Index j) const { return std::log(priors_[static_cast<std::size_t>(j)].mean); }
    double deviation(Eigen::Index j) const { return priors_[static_cast<std::size_t>(j)].deviation; }
    bool plain() const { return !(settings_.softness < std::numeric_limits<double>::infinity()); }
    double loss(double z) const {
        if (plain()) return z * z;
        const double c = settings_.softness;
        return 2.0 * c * c * (std::sqrt(1.0 + z * z / (c * c)) - 1.0);
    }
    double weight(double z) const {
        if (plain()) return 1.0;
        return 1.0 / std::sqrt(1.0 + z * z / (settings_.softness * settings_.softness));
    }

    std::span<const prior> priors_;
    std::span<const double> measured_;
    const Model& model_;
    const fit_settings& settings_;
    double noise_;
};
}  // namespace detail
}  // namespace gambrel
