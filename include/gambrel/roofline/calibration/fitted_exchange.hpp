// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the fitted constants of exchanges between expert ranks into a calibration: those of the chip, else the median of
/// the measured ones. Other vendors run other kernels (MoRI, their own) and boards without HBM have no such link; no table
/// of either is known: they take the median with a sigma of `other_fabric_sigma` at least.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/exchange.hpp>
#include <gambrel/roofline/calibration/fitted_collectives.hpp>

namespace gambrel {

/// Replaces the exchange laws of `c`. Evidence: tests/roofline/exchange_test.cpp.
constexpr void take_fitted_exchange(calibration<>& c, const fit_key& key) {
    const fit_key k{key.chip, chip_family::hbm, kernel_library::other};
    for (std::size_t i = 0; i < exchange_kernel_count; ++i)
        if (const auto found = find_fit(catalog::exchange_fits, catalog::exchange_family_fits, k, i)) {
            c.exchange[i] = *found.constants;
            c.exchange[i].sigma =
                larger(found.sigma(c.exchange[i].sigma), key.family == chip_family::hbm ? 0.0 : other_fabric_sigma);
        }
}
}  // namespace gambrel
