// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Exponential tails: far out, P(wait > t) is a straight line in logarithms.
///
///     P(wait > t) ~ prefactor e^{-decay t}         M/G/1:  arrival (M(decay) - 1) = decay,  M(x) = E e^{x service}
///     prefactor = (1 - u) / (arrival M'(decay) - 1)
///     GI/G/1: decay solves E e^{decay service} E e^{-decay gap} = 1;  P(wait > t) <= e^{-decay t}
///
/// M(x) is the service LST at -x, M' by a complex step: one callable serves inversion and tail. Validity: large t (for
/// M/D/1 within 0.1 % at the 99th percentile from u = 0.5 up), and laws with an exponential moment; heavy tails have no
/// decay rate, and the answer is empty. Sources: Cramer 1930; Kingman 1964 (the bound); Abate, Choudhury & Whitt,
/// Stochastic Models 10, 1994 (recalled).

#include <complex>
#include <gambrel/queueing/inversion.hpp>
#include <limits>
#include <optional>

namespace gambrel::queueing {

struct exponential_tail {
    double prefactor = 1.0;
    double decay_per_s = 1.0;

    constexpr double tail(double t_s) const { return prefactor * math::exp(-decay_per_s * t_s); }
    /// The t with tail(t) = 1 - p, 0 when the prefactor is no more than that.
    constexpr double quantile_s(double p) const {
        const double beyond = 1.0 - checked_share(p);
        return prefactor > beyond ? math::log(prefactor / beyond) / decay_per_s : 0.0;
    }
};

namespace detail {
/// The positive root of a convex f with f(0) = 0 and f'(0) < 0 below `abscissa`, where f grows without bound or ends;
/// nothing when f stays negative. `slope(x)` = f(x) / x.
template <class F> std::optional<double> second_root(F&& slope, double first_guess, double abscissa) {
    double low = first_guess, high = first_guess;
    if (!(high < abscissa)) low = high = 0.5 * abscissa;
    const auto finite = [](double x) { return math::is_finite(x) ? x : std::numeric_limits<double>::max(); };
    const auto f = [&](double x) { return finite(slope(x)); };
    for (int i = 0; i < 200 && f(low) >= 0.0; ++i) low *= 0.5;
    for (int i = 0; i < 200 && f(high) < 0.0; ++i) {
        low = high;
        high = abscissa < std::numeric_limits<double>::max() ? 0.5 * (high + abscissa) : 2.0 * high;
    }
    if (!(f(low) < 0.0 && f(high) >= 0.0)) return {};
    return bracketed_root(f, low, high, 1e-14);
}
}  // namespace detail

/// The asymptotic wait of M/G/1. `abscissa_per_s`: where E e^{x service} ceases to be finite (the rate of the slowest
/// exponential phase; infinite for bounded service; 0 for a heavy tail). Empty when unstable, or without such a tail.
/// Evidence: tests/queueing/tail_test.cpp.
template <laplace_transform Service>
std::optional<exponential_tail> wait_asymptote(double arrival_per_s, double service_s, Service&& service,
                                               double abscissa_per_s = std::numeric_limits<double>::infinity()) {
    const double u = stability_of(checked_arrival(arrival_per_s), 1.0 / checked_service(service_s)).utilisation;
    if (!(u < 1.0) || arrival_per_s == 0.0 || !(abscissa_per_s > 0.0)) return {};
    const auto moment = [&](double x) { return std::complex<double>(service(std::complex<double>(-x, 0.0))).real(); };
    const auto slope = [&](double x) { return arrival_per_s * (moment(x) - 1.0) / x - 1.0; };
    const std::optional<double> decay = detail::second_root(slope, (1.0 - u) / service_s, abscissa_per_s);
    if (!decay) return {};
    const double step = 1e-30 / service_s;  // no difference is taken, so it may be this small
    const double growth = std::complex<double>(service(std::complex<double>(-*decay, -step))).imag() / step;
    return exponential_tail{(1.0 - u) / (arrival_per_s * growth - 1.0), *decay};
}

/// Decay rate of the wait in GI/G/1 from the LSTs of gaps and service; empty when unstable, or without such a tail.
/// e^{-decay t} bounds P(wait > t) from above at every t. Evidence: tests/queueing/tail_test.cpp.
template <laplace_transform Gap, laplace_transform Service>
std::optional<double> wait_decay_per_s(double gap_s, Gap&& gap, double service_s, Service&& service,
                                       double abscissa_per_s = std::numeric_limits<double>::infinity()) {
    const double u = checked_service(service_s) / checked_service(gap_s);
    if (!(u < 1.0) || !(abscissa_per_s > 0.0)) return {};
    const auto slope = [&](double x) {
        const double up = std::complex<double>(service(std::complex<double>(-x, 0.0))).real();
        const double down = std::complex<double>(gap(std::complex<double>(x, 0.0))).real();
        return (up * down - 1.0) / x;
    };
    return detail::second_root(slope, (1.0 - u) / service_s, abscissa_per_s);
}
}  // namespace gambrel::queueing
