// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Fits the constants of a law to measured times: robust non-linear least squares with a prior.
///
///     minimise over theta = ln(constants):
///         sum_i 2 c^2 (sqrt(1 + (r_i / (c s))^2) - 1)  +  sum_j ((theta_j - mean_j) / deviation_j)^2
///     r_i = ln(measured_i / predicted_i(theta))
///
/// Constants are positive and live in logarithms, so a share or a time cannot change sign. The prior stands for
/// what is known before the rows: three rows move it a little, three thousand forget it; fewer rows than constants are
/// no special case. The soft-L1 loss (first sum; c = 1) lets a row far outside count by its distance, not the square.
/// s, the noise of a row, is found along: its square is that of the rows (1.4826 times their median distance) averaged
/// with `noise_rows` imagined rows of deviation `noise`, so that a few rows met exactly are not taken for certainty.
///
/// Method: Levenberg (1944), Marquardt (1963), on the normal equations with weights renewed at every step; derivatives
/// by central differences. Written here on Eigen's dense algebra because the weights change from step to step and a
/// law may have no value somewhere: a step to where a prediction is not a positive number is refused like one uphill.
/// Validity: up to about ten constants, a model without jumps in them.

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <gambrel/error.hpp>
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
    double tolerance = 1e-3;  ///< in posterior deviations from the best constants, at which the fit has converged
};

struct fit_result {
    std::vector<double> values;      ///< the constants; those of the prior when not converged
    std::vector<double> deviations;  ///< posterior standard deviation of the logarithm of each
    double sigma = 0;                ///< standard deviation of the residuals, degrees of freedom taken off
    double robust_sigma = 0;         ///< of the normal law whose 80 % range covers 80 % of the rows
    double mean_error = 0;           ///< mean of |predicted / measured - 1|
    double median_error = 0;
    double bias = 0;            ///< mean of ln(measured / predicted)
    double free_constants = 0;  ///< how many constants the rows decide: 0 (all by the prior) to all
    std::size_t rows = 0;
    int iterations = 0;
    bool converged = false;
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
    /// Curvature of the data at `theta` (J'WJ / s^2) and the gradient of data and prior; false outside the model.
    bool linearise(const Eigen::VectorXd& theta, const Eigen::VectorXd& r, Eigen::MatrixXd& curvature,
                   Eigen::VectorXd& gradient) const {
        constexpr double step = 1e-5;
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

/// Errors of the rows at residuals `r` into `f`, `spent` constants decided by them.
inline void score(fit_result& f, const Eigen::VectorXd& r, double spent) {
    std::vector<double> distance, error;
    double squares = 0;
    for (const double x : r) {
        distance.push_back(std::abs(x));
        error.push_back(std::abs(std::exp(-x) - 1.0));
        squares += x * x;
        f.bias += x / static_cast<double>(r.size());
        f.mean_error += error.back() / static_cast<double>(r.size());
    }
    const double freedom = std::max(static_cast<double>(r.size()) - spent, 1.0);
    f.sigma = std::sqrt(squares / freedom);
    f.robust_sigma = quantile(distance, 0.8) / 1.2816;  // 1.2816: the 90th percentile of the normal law
    f.median_error = quantile(error, 0.5);
}

inline void check_fit_input(std::span<const prior> priors, std::span<const double> measured, const fit_settings& s) {
    for (const prior& p : priors) {
        checked(p.mean, 1e-300, 1e300, "the prior of a constant");
        checked(p.deviation, 1e-9, 1e9, "the deviation of a prior");
    }
    for (const double t : measured) checked(t, 1e-300, 1e300, "a measured value to fit to");
    checked(s.noise, 1e-9, 10.0, "the expected noise of a row");
    checked(s.noise_rows, 0.0, 1e9, "the weight of the expected noise");
    if (!(s.softness > 0.0)) fail("the softness of a fit must be positive");
}
}  // namespace detail

/// The constants under which `model(row, constants)` (any positive unit) meets `measured` best, starting from and held
/// by `priors`. Throws `error` for a prior or a measured value that is not a positive number; a fit that does not
/// converge says so and returns the prior. Evidence: tests/calibration/least_squares_test.cpp.
template <class Model>
fit_result fit(std::span<const prior> priors, std::span<const double> measured, const Model& model,
               const fit_settings& settings = {}) {
    detail::check_fit_input(priors, measured, settings);
    detail::fit_problem<Model> problem(priors, measured, model, settings);
    fit_result f;
    f.rows = measured.size();
    for (const prior& p : priors) {
        f.values.push_back(p.mean);
        f.deviations.push_back(p.deviation);
    }
    Eigen::VectorXd theta = problem.start(), r, gradient;
    Eigen::MatrixXd curvature;
    if (!problem.residuals(theta, r)) return f;

    const Eigen::VectorXd precision = problem.precision();
    double damping = 1e-3;
    while (f.iterations < settings.most_iterations && !f.converged) {
        ++f.iterations;
        const double noise_change =  // later steps keep the noise: it moves with the rows near the median
            f.iterations > settings.noise_iterations ? 0.0 : std::abs(std::log(problem.renew_noise(r)));
        if (!problem.linearise(theta, r, curvature, gradient)) return f;
        curvature.diagonal() += precision;
        const double cost = problem.cost(theta, r);
        // What a free step would gain, and the square of its length in posterior deviations.
        const double promised = gradient.dot(curvature.ldlt().solve(gradient));
        if (promised < settings.tolerance * settings.tolerance && noise_change < 1e-3) {
            f.converged = true;
            break;
        }
        bool improved = false;
        while (!improved && damping < 1e12) {
            Eigen::MatrixXd damped = curvature;
            damped.diagonal() += damping * curvature.diagonal();
            const Eigen::VectorXd step = damped.ldlt().solve(-gradient), next = theta + step;
            const double expected = -step.dot(2.0 * gradient + curvature * step);
            Eigen::VectorXd after;
            const bool valid = step.lpNorm<Eigen::Infinity>() < 50.0 && problem.residuals(next, after);
            const double gained = valid ? cost - problem.cost(next, after) : -1.0;
            improved = gained > 0.0;
            if (improved) {
                theta = next;
                r = after;
            }
            if (!improved || gained < 0.25 * expected) damping = damping < 1e-3 ? 1e-3 : damping * 5.0;
            else if (gained > 0.75 * expected) damping = std::max(damping * 0.2, 1e-12);
        }
        if (!improved) {  // a kink, or the last bits: near enough is within a tenth of a deviation
            f.converged = promised < 0.01;
            break;
        }
    }
    if (!f.converged || !problem.linearise(theta, r, curvature, gradient)) {
        f.converged = false;
        return f;
    }
    Eigen::MatrixXd whole = curvature;
    whole.diagonal() += precision;
    const Eigen::MatrixXd covariance = whole.ldlt().solve(Eigen::MatrixXd::Identity(whole.rows(), whole.cols()));
    f.free_constants = (covariance * curvature).trace();
    for (std::size_t j = 0; j < priors.size(); ++j) {
        const auto at = static_cast<Eigen::Index>(j);
        f.values[j] = std::exp(theta[at]);
        f.deviations[j] = std::sqrt(covariance(at, at));
    }
    detail::score(f, r, f.free_constants);
    return f;
}
}  // namespace gambrel
