// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A whole distribution from one sweep over its transform: where many tails or quantiles of one law are asked, the
/// transform is called 2 terms + 2 times in all instead of 56 times a point.
///
///     tail(t) = e^{g t} / T  Re continued_fraction(z),  z = e^{pi i t / T},  from F(g + pi i k / T), k = 0 .. 2 terms
///
/// The quotient-difference scheme turns the Fourier series into the continued fraction, once; a point then costs
/// O(terms). g = 18.4 / (2 T), T = longest_s. With 25 terms the error is 1e-8 from 0.3 to 1.4 longest_s for smooth
/// laws, 1e-6 at 0.1, and grows towards 0: choose longest_s near the highest quantile asked. At kinks it is as that of
/// inversion.hpp, away from them less; jumps spoil it.
/// Source: de Hoog, Knight & Stokes, SIAM J. Sci. Stat. Comput. 3, 1982 (recalled).

#include <algorithm>
#include <complex>
#include <cstddef>
#include <gambrel/queueing/inversion.hpp>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

namespace gambrel::queueing {

class inverted_law {
public:
    /// The law with LST `lst`, for times to 1.4 `longest_s`.
    /// Evidence: tests/queueing/inverted_law_test.cpp.
    template <laplace_transform F>
    inverted_law(F&& lst, double longest_s, int terms = 25)
        : longest_(checked(longest_s, 1e-290, 1e290, "the longest time of an inverted law")) {
        checked(terms, 4, 100, "the terms of an inverted law");
        std::vector<std::complex<double>> series;
        for (int k = 0; k <= 2 * terms; ++k) {
            const std::complex<double> s(damping / (2.0 * longest_), k * std::numbers::pi / longest_);
            series.push_back((1.0 - std::complex<double>(lst(s))) / s);
            if (!finite(series.back())) fail("a transform is not finite at s = " + shortest(s.real()));
        }
        series[0] *= 0.5;
        to_fraction(series);
        const std::complex<double> never(lst(std::complex<double>(1e9 / longest_, 0.0)));
        if (!finite(never)) fail("a transform is not finite at s = " + shortest(1e9 / longest_));
        positive_ = std::clamp(1.0 - never.real(), 0.0, 1.0);
    }

    double longest_s() const { return 1.4 * longest_; }
    /// P(T > t), within [0, 1]; throws `error` beyond `longest_s()`.
    double tail(double t_s) const {
        const double t = checked(t_s, 0.0, longest_s() * (1.0 + 1e-12), "a time of an inverted law in seconds");
        const double tail = math::exp(damping * t / (2.0 * longest_)) / longest_ * fraction_at(t);
        if (!math::is_finite(tail)) fail("the fraction of an inverted law has a pole at time " + shortest(t));
        return std::clamp(tail, 0.0, 1.0);
    }
    /// The p-quantile; empty when it lies beyond `longest_s()`. 0 <= p <= 1 - 1e-9.
    std::optional<double> quantile_s(double p) const {
        const double beyond = 1.0 - checked(p, 0.0, greatest_inverted_share, "the share below an inverted quantile");
        const auto above = [&](double t) { return math::log(std::max(t > 0.0 ? tail(t) : positive_, 1e-14) / beyond); };
        if (!(above(0.0) > 0.0)) return 0.0;
        double high = longest_s();
        if (!(above(high) <= 0.0)) return {};
        double low = 0.8 * high;  // downwards, for it is the large times that are accurate
        while (low > 1e-6 * longest_ && above(low) <= 0.0) high = low, low *= 0.8;
        return bracketed_root(above, low > 1e-6 * longest_ ? low : 0.0, high, 1e-10, 1e-13 * longest_);
    }

private:
    static constexpr double damping = 18.4;
    double longest_;
    double positive_ = 0.0;                       // P(T > 0)
    std::vector<std::complex<double>> fraction_;  // d_0 / (1 + d_1 z / (1 + d_2 z / (1 + ...)))

    /// Without the recovery of infinities that operator* has and nothing here needs.
    static std::complex<double> times(const std::complex<double>& a, const std::complex<double>& b) {
        return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
    }
    static bool finite(const std::complex<double>& x) { return math::is_finite(x.real()) && math::is_finite(x.imag()); }

    /// The quotient-difference table of the series, column by column: q_1 = ratios, e_r = differences of q_r plus
    /// e_{r-1}, q_{r+1} = q_r e_r / e_r; the fraction is its top row. A row that ends early ends the fraction.
    void to_fraction(const std::vector<std::complex<double>>& series) {
        const std::size_t last = series.size() - 1;
        fraction_.assign(series.size(), 0.0);
        fraction_[0] = series[0];
        std::vector<std::complex<double>> q(last), e(last + 1, 0.0);
        for (std::size_t i = 0; i < last; ++i) q[i] = series[i + 1] / series[i];
        for (std::size_t d = 1; d <= last; d += 2) {
            fraction_[d] = -q[0];
            for (std::size_t i = 0; i + d < last; ++i) e[i] = q[i + 1] - q[i] + e[i + 1];
            if (d + 1 <= last) fraction_[d + 1] = -e[0];
            for (std::size_t i = 0; i + d + 1 < last; ++i) q[i] = times(q[i + 1], e[i + 1]) / e[i];
        }
        std::fill(std::find_if_not(fraction_.begin(), fraction_.end(), finite), fraction_.end(), 0.0);
    }
    /// Its convergents by recurrence; what is left out is estimated from the last two coefficients.
    double fraction_at(double t) const {
        const std::complex<double> z = std::polar(1.0, std::numbers::pi * t / longest_);
        std::complex<double> above = fraction_[0], above_before = 0.0, below = 1.0, below_before = 1.0;
        const std::size_t last = fraction_.size() - 1;
        const auto step = [&](const std::complex<double>& x) {
            above_before = std::exchange(above, above + times(x, above_before));
            below_before = std::exchange(below, below + times(x, below_before));
        };
        for (std::size_t n = 1; n < last; ++n) step(times(fraction_[n], z));
        const std::complex<double> h = 0.5 * (1.0 + (fraction_[last - 1] - fraction_[last]) * z);
        step(-h * (1.0 - std::sqrt(1.0 + fraction_[last] * z / (h * h))));
        return (above / below).real();
    }
};
}  // namespace gambrel::queueing
