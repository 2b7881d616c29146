// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the fitted attention constants of a chip, or of its family, into a calibration.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/attention.hpp>

namespace gambrel {

/// Replaces the law of every attention kernel that was measured for `key`; the others stay as they are.
/// Evidence: tests/roofline/fitted_attention_test.cpp.
constexpr void take_fitted_attention(calibration<>& c, const fit_key& key) {
    for (std::size_t i = 0; i < attention_kernel_count; ++i) {
        const auto kernel = static_cast<attention_kernel>(i);
        const auto found = find_fit(catalog::attention_fits, catalog::attention_family_fits, key, kernel);
        if (!found) continue;
        c.attention[i] = *found.constants;
        c.attention[i].product.sigma = found.sigma(c.attention[i].product.sigma);
    }
}

/// For a device without an 8-bit float multiply: kernels widen an 8-bit cache to 16 bit on the way in and run as over a
/// 16-bit one; nobody measured that, so sigma widens as for another library's kernel.
constexpr void attention_in_16_bit(calibration<>& c) {
    for (std::size_t i = 0; i < attention_kernel_count; ++i) {
        const auto k = static_cast<attention_kernel>(i);
        if (!is_narrow(k)) continue;
        attention_law<>& law = c.attention[i];
        law = c.law(attention_kernel_of(is_decode(k), false, is_latent(k)));
        law.product.sigma =
            math::sqrt(law.product.sigma * law.product.sigma + other_library_sigma * other_library_sigma);
    }
}
}  // namespace gambrel
