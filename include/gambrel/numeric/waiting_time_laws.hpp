// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Distribution functions that load models mix: normal, shifted gamma, and an exponential wait followed by a normal.
///
///     gamma: Wilson & Hilferty 1931, (X / mean)^(1/3) is nearly normal; within 0.003 for shape >= 2, 0.006 for >= 1
///     exponential W of `rate` r + normal Y of mean m and deviation s, Z standard normal:
///         P(W + Y > t) = P(Y > t) + exp(r^2 s^2 / 2 - r (t - m)) P(Z < (t - m) / s - r s)
///         far below r s, where the exponential overflows, the product is density(z) (1/x - 1/x^3 + 3/x^5), x = r s - z
///
/// Evidence: tests/numeric/waiting_time_laws_test.cpp (against closed gamma laws and numerical convolution).

#include <cmath>

namespace gambrel {

/// P(Z <= z) of a standard normal Z.
inline double normal_below(double z) {
    constexpr double inverse_root_two = 0.70710678118654752;
    return 0.5 * std::erfc(-z * inverse_root_two);
}

/// A time of given mean and deviation that is at least `least`: gamma-distributed above it.
struct shifted_gamma {
    double least = 0, mean = 0, deviation = 0;

    double below(double x) const {
        if (!(deviation > 0.0) || !(mean > least)) return x >= mean ? 1.0 : 0.0;
        if (x <= least) return 0.0;
        const double relative = deviation / (mean - least), ninth = relative * relative / 9.0;
        return normal_below((std::cbrt((x - least) / (mean - least)) - 1.0 + ninth) / std::sqrt(ninth));
    }
};

/// An exponential wait of rate `rate`, then a normal time.
struct wait_and_normal {
    double rate = 0, mean = 0, deviation = 0;

    double below(double x) const {
        constexpr double far = 12.0;  // deviations: the tail's series (Abramowitz & Stegun 26.2.12) is right to 1e-5
        constexpr double inverse_root_two_pi = 0.39894228040143268;
        const double z = (x - mean) / deviation, deviation_in_waits = rate * deviation;
        if (const double y = deviation_in_waits - z; y > far) {
            const double square = 1.0 / (y * y);
            return normal_below(z) -
                   inverse_root_two_pi * std::exp(-0.5 * z * z) * (1.0 - square * (1.0 - 3.0 * square)) / y;
        }
        return normal_below(z) - std::exp(0.5 * deviation_in_waits * deviation_in_waits - rate * (x - mean)) *
                                     normal_below(z - deviation_in_waits);
    }
};
}  // namespace gambrel
