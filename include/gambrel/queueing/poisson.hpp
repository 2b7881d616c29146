// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Sums over a Poisson distribution, from its mode outwards, so that no term under- or overflows:
///
///     E f(N) = sum_n f(n) w_n / sum_n w_n         w_mode = 1,  w_{n+1} = w_n mean / (n + 1)
///
/// Terms below 1e-18 of the largest are left out; cost about 12 sqrt(mean) + 20 terms. Exact to rounding for bounded f.

#include <cstddef>
#include <gambrel/queueing/stability.hpp>

namespace gambrel::queueing {

/// Calls `use(n, weight)` for every n that matters; the weights sum to 1 once divided by the sum returned.
template <class Use> constexpr double poisson_terms(double mean, Use&& use) {
    checked(mean, 0.0, 1e15, "the mean of a Poisson number");
    const auto mode = static_cast<std::size_t>(mean);
    constexpr double least = 1e-18;
    double sum = 0.0;
    double weight = 1.0;
    for (std::size_t n = mode; weight > least; ++n) {
        use(n, weight);
        sum += weight;
        weight *= mean / static_cast<double>(n + 1);
    }
    weight = 1.0;
    for (std::size_t n = mode; n > 0; --n) {
        weight *= static_cast<double>(n) / mean;
        if (!(weight > least)) break;
        use(n - 1, weight);
        sum += weight;
    }
    return sum;
}

/// E f(N), N Poisson. Evidence: tests/queueing/poisson_test.cpp.
template <class F> constexpr double poisson_mean(double mean, F&& f) {
    double total = 0.0;
    const double sum = poisson_terms(mean, [&](std::size_t n, double weight) { total += weight * f(n); });
    return total / sum;
}
}  // namespace gambrel::queueing
