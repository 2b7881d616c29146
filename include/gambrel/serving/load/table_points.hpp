// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where the distributions of a load model are tabulated: evenly through the body, wider apart in the tail, to an end
/// found from the first two moments. How many points and standard deviations each table takes is chosen, not fitted:
/// ends lie where less than 1e-4 of the probability is left, and tables are finer than the models are right. Evidence:
/// tests/serving/load/load_model_test.cpp.

#include <cmath>
#include <complex>
#include <cstddef>
#include <gambrel/units.hpp>
#include <span>

namespace gambrel::detail {

/// Mean and standard deviation of a time, in seconds.
struct mean_and_deviation {
    double mean, deviation;
};

/// Mean and standard deviation of a time T of total probability `mass`, from its `transform` mass E e^{-s T} at one
/// small imaginary s = i probe:
///
///     transform(i probe) = mass (1 - i probe E T - probe^2 E T^2 / 2 + ...)       probe = 0.02 / scale
///
/// `scale`: a typical time, such as the mean; the terms left out are about 1e-4 of those kept. A standard deviation
/// below a hundredth of the mean is lost in that: it is taken as a hundredth.
template <class Transform>
mean_and_deviation moments_by_transform(const Transform& transform, double mass, double scale) {
    constexpr double relative_probe = 0.02, least_relative_variance = 1e-4;
    const double probe = relative_probe / scale;
    const std::complex<double> value = transform({0.0, probe});
    const double mean = -value.imag() / (mass * probe);
    const double square = 2.0 * (1.0 - value.real() / mass) / (probe * probe);
    return {mean, std::sqrt(larger(least_relative_variance * mean * mean, square - mean * mean))};
}

/// `points` filled from `low` on in even steps towards `high`, which is left out.
inline void fill_evenly(std::span<double> points, double low, double high) {
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(points.size());
}

/// `points` filled in even steps from `low` towards `usual`; where there is more up to `end`, a fifth of them up to that.
inline void fill_to_the_end(std::span<double> points, double low, double usual, double end) {
    if (!(end > usual)) return fill_evenly(points, low, usual);
    const std::size_t beyond = points.size() / 5;
    fill_evenly(points.first(points.size() - beyond), low, usual);
    fill_evenly(points.last(beyond), usual, end);
    points.back() = end;
}

/// `points` filled from `low` to `high`, both included, each by the same factor above the last. `low` > 0.
inline void fill_geometrically(std::span<double> points, double low, double high) {
    const double factor = std::pow(high / low, 1.0 / static_cast<double>(points.size() - 1));
    for (double& point : points) {
        point = low;
        low *= factor;
    }
}

/// `points` filled to `high`, included, by steps that widen: the first is about `first_step` of an even one. `low` is
/// the point before the first.
inline void fill_widening(std::span<double> points, double low, double high, double first_step) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        const double u = static_cast<double>(i + 1) / static_cast<double>(points.size());
        points[i] = low + (high - low) * u * (first_step + (1.0 - first_step) * u);
    }
}
}  // namespace gambrel::detail
