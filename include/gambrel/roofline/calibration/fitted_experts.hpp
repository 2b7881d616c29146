// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the fitted mixture-of-experts constants of a chip, or of its family, into a calibration.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/experts.hpp>

namespace gambrel {

/// Replaces the law of every weight format that was measured for `key`; the others stay as they are. Libraries differ
/// more here than in plain products: constants of another one carry that difference in sigma. Evidence:
/// tests/roofline/defaults_test.cpp.
constexpr void take_fitted_experts(calibration<>& c, const fit_key& key) {
    for (std::size_t i = 0; i < expert_format_count; ++i) {
        auto found = find_fit(catalog::expert_fits, catalog::expert_family_fits, key, static_cast<expert_format>(i));
        if (!found) continue;
        if (found.added_sigma > 0.0) found.added_sigma = catalog::other_library_experts_sigma;
        c.experts[i] = *found.constants;
        c.experts[i].sigma = found.sigma(c.experts[i].sigma);
    }
}
}  // namespace gambrel
