// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The constants of a family of chips: the median of its chips' fits, constant by constant, and what a chip left out
/// of that median loses.

#include <vector>

#include "report.hpp"

using constants = std::vector<double>;

/// The median of each constant (the geometric middle of an even number).
inline constants median_of(const std::vector<constants>& fits) {
    constants out;
    for (std::size_t j = 0; !fits.empty() && j < fits.front().size(); ++j) {
        constants of_one;
        for (const constants& f : fits) of_one.push_back(f[j]);
        std::sort(of_one.begin(), of_one.end());
        const std::size_t half = of_one.size() / 2;
        out.push_back(of_one.size() % 2 == 1 ? of_one[half] : std::sqrt(of_one[half - 1] * of_one[half]));
    }
    return out;
}

/// ln(measured / predicted) of every row.
template <class Model>
std::vector<double> residuals_of(std::span<const double> measured, const Model& model, std::span<const double> c) {
    std::vector<double> r;
    for (std::size_t i = 0; i < measured.size(); ++i) r.push_back(std::log(measured[i] / model(i, c)));
    return r;
}

/// The deviation of the normal law whose 80 % range covers 80 % of `residuals`; 0 of none.
inline double robust_sigma_of(std::vector<double> residuals) {
    for (double& r : residuals) r = std::abs(r);
    return gambrel::detail::quantile(residuals, 0.8) / 1.2816;
}
/// Mean of |predicted / measured - 1|.
inline double mean_error_of(const std::vector<double>& residuals) {
    double sum = 0;
    for (const double r : residuals) sum += std::abs(std::exp(-r) - 1.0);
    return residuals.empty() ? 0.0 : sum / static_cast<double>(residuals.size());
}
