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
#include <gambrel/calibration/fit_problem.hpp>
#include <gambrel/error.hpp>

namespace gambrel {

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
        if (!improved) {  // a kink, where slopes mislead, or the last bits
            improved = problem.improve_one(theta, r, curvature);
            f.converged = !improved;
            damping = 1e-3;
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
