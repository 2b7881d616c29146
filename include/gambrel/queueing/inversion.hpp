// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A function, a distribution or a quantile from its Laplace transform, by the Euler algorithm:
///
///     f(t) = e^{A/2} / t  sum_k (-1)^k w_k Re F((A + 2 k pi i) / (2 t))         w_0 = 1/2
///
/// a Fourier series on a contour to the right of every singularity, its last terms averaged with binomial weights.
/// Errors: discretisation about e^{-A} f(3 t) = 1e-8 f(3 t); rounding about e^{A/2} 1e-16 = 1e-12 absolute. Both are
/// small for tails. Validity: f is smooth near t. Deterministic times make kinks (error 3e-3 at one, 1e-4 a tenth of t
/// away) and jumps (0.5 at one, a few percent within a fifth of t): docs/models/queueing.md. The transform is called 56
/// times. Stateless.
/// Source: Abate & Whitt, ORSA Journal on Computing 7, 1995 (A = 18.4; 40 plain and 15 averaged terms).

#include <algorithm>
#include <complex>
#include <concepts>
#include <gambrel/numeric/root.hpp>
#include <gambrel/queueing/stability.hpp>
#include <numbers>

namespace gambrel::queueing {

/// s -> integral of f(t) e^{-s t} dt, for Re s > 0. For a random time: its LST, s -> E e^{-s T}.
template <class F>
concept laplace_transform = std::regular_invocable<F, std::complex<double>> &&
    std::convertible_to<std::invoke_result_t<F, std::complex<double>>, std::complex<double>>;

struct euler_terms {
    double decay = 18.4;  ///< A: discretisation error e^{-A}, rounding error e^{A/2} 1e-16
    int plain = 40;       ///< terms summed as they are
    int averaged = 15;    ///< terms after them, under binomial weights; at most 50
};

/// f(t) from its transform, t > 0. Throws `error` where the transform is not finite.
/// Evidence: tests/queueing/inversion_test.cpp (exponential, Erlang, M/M/1 and M/D/1 waits, sine).
template <laplace_transform F> double invert(F&& transform, double t, const euler_terms& terms = {}) {
    checked(t, 1e-300, 1e300, "the argument of an inverted transform");
    checked(terms.averaged, 0, 50, "the averaged terms of an Euler sum");
    const double half = terms.decay / (2.0 * t);
    const double turn = std::numbers::pi / t;
    const auto term = [&](int k) {
        const std::complex<double> value = transform(std::complex<double>(half, k * turn));
        return k % 2 == 0 ? value.real() : -value.real();
    };
    double sum = 0.5 * term(0);
    for (int k = 1; k <= terms.plain; ++k) sum += term(k);
    double share = 1.0, binomial = 1.0;  // sum over j > k of C(m, j) 2^-m, and C(m, k) 2^-m
    for (int j = 0; j < terms.averaged; ++j) binomial *= 0.5;
    for (int k = 0; k < terms.averaged; ++k) {
        share -= binomial;
        binomial *= static_cast<double>(terms.averaged - k) / (k + 1);
        sum += share * term(terms.plain + k + 1);
    }
    if (!math::is_finite(sum)) fail("a transform is not finite on the line Re s = " + shortest(half));
    return math::exp(0.5 * terms.decay) / t * sum;
}

/// P(T > t) from the LST of T >= 0, within [0, 1]; right-continuous in theory, smoothed at jumps. 1 for t < 0.
template <laplace_transform F> double tail_from_lst(F&& lst, double t, const euler_terms& terms = {}) {
    if (t < 0.0) return 1.0;
    const double least = 1e-290;  // t = 0 is the limit from the right: what is not an atom at zero
    const auto tail = [&](std::complex<double> s) { return (1.0 - std::complex<double>(lst(s))) / s; };
    return std::clamp(invert(tail, std::max(t, least), terms), 0.0, 1.0);
}

/// P(T <= t) from the LST of T >= 0.
template <laplace_transform F> double distribution_from_lst(F&& lst, double t, const euler_terms& terms = {}) {
    return 1.0 - tail_from_lst(lst, t, terms);
}

/// Shares above this are beyond the accuracy of the inversion.
inline constexpr double greatest_inverted_share = 1.0 - 1e-9;

/// The t with tail(t) = 1 - p of a falling function, 0 when tail(0) is no more; `scale` is a typical time, such as the
/// mean. The search is in log tail, straight for an exponential: five to ten evaluations.
template <class Tail> double quantile_of_tail(Tail&& tail, double p, double scale, double relative = 1e-10) {
    const double target = 1.0 - checked_share(p);
    checked(scale, 1e-290, 1e290, "the time scale of a distribution");
    const auto above = [&](double t) { return math::log(std::max(tail(t), 1e-14) / target); };
    if (!(above(0.0) > 0.0)) return 0.0;
    double low = 0.0, high = scale;
    for (int doubled = 0; above(high) > 0.0; ++doubled) {
        if (doubled == 200) fail("a distribution has not reached share " + shortest(p) + " by time " + shortest(high));
        low = high;
        high *= 2.0;
    }
    return bracketed_root(above, low, high, relative, 1e-13 * scale);
}

/// The p-quantile of T >= 0 from its LST, 0 <= p <= 1 - 1e-9; `scale_s` is a typical time, such as the mean.
/// Evidence: tests/queueing/inversion_test.cpp (to 1e-8 where closed forms exist).
template <laplace_transform F>
double quantile_from_lst(F&& lst, double p, double scale_s, const euler_terms& terms = {}) {
    checked(p, 0.0, greatest_inverted_share, "the share below an inverted quantile");
    const auto tail = [&](double t) {
        return tail_from_lst(lst, std::max(t, 1e-9 * scale_s), terms);  // an atom at zero counts from just above it
    };
    return quantile_of_tail(tail, p, scale_s);
}
}  // namespace gambrel::queueing
