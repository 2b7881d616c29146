// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the fitted GEMM constants of a chip, or of its family, into a calibration.

#include <ridgepoint/roofline/calibration/calibration.hpp>
#include <ridgepoint/roofline/calibration/catalog/gemm.hpp>

namespace ridgepoint {

/// Replaces the law of every multiply that was measured for `key`; the others stay as they are.
/// Evidence: tests/roofline/defaults_test.cpp.
constexpr void take_fitted_gemm(calibration<>& c, const fit_key& key) {
    for (std::size_t i = 0; i < multiply_law_count; ++i) {
        const auto found = find_fit(catalog::gemm_fits, catalog::gemm_family_fits, key, static_cast<multiply_law>(i));
        if (!found) continue;
        c.gemm[i] = found.constants->product;
        c.conversion[i] = found.constants->conversion;
        c.gemm[i].sigma = found.sigma(c.gemm[i].sigma);
    }
}
}  // namespace ridgepoint
