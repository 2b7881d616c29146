// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The inverse of the standard normal distribution function, constexpr: z such that P(Z <= z) = p.
///
/// Rational minimax approximations of Wichura's algorithm AS 241 (Applied Statistics 37, 1988), form PPND16: one in
/// q = p - 1/2 for the centre and two in r = sqrt(-ln(min(p, 1 - p))) for the tails; about 1e-15 relative error.

#include <array>
#include <cstddef>
#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>

namespace gambrel {

namespace detail {
/// Coefficients of numerator and denominator, constant term first.
struct rational {
    std::array<double, 8> above{};
    std::array<double, 8> below{};

    constexpr double operator()(double x) const {
        double n = 0.0, d = 0.0;
        for (std::size_t i = 8; i-- > 0;) {
            n = n * x + above[i];
            d = d * x + below[i];
        }
        return n / d;
    }
};
inline constexpr rational normal_centre{
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
     4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3},
    {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
     3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3}};
inline constexpr rational normal_shoulder{
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
     1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
     1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
inline constexpr rational normal_tail{
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
     2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
     1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};
}  // namespace detail

/// z with P(Z <= z) = p for a standard normal Z; throws `error` unless 0 < p < 1.
/// Evidence: tests/numeric/normal_test.cpp (to 1e-12 against tabulated quantiles, p from 1e-12 to 1 - 1e-12).
constexpr double normal_quantile(double p) {
    if (!(p > 0.0 && p < 1.0))
        fail("the probability of a normal quantile is " + std::to_string(p) +
             "; it must be greater than 0 and less than 1");
    const double q = p - 0.5;
    if (math::abs(q) <= 0.425) return q * detail::normal_centre(0.180625 - q * q);
    const double r = math::sqrt(-math::log(q < 0.0 ? p : 1.0 - p));
    const double z = r <= 5.0 ? detail::normal_shoulder(r - 1.6) : detail::normal_tail(r - 5.0);
    return q < 0.0 ? -z : z;
}
}  // namespace gambrel
