// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the fitted GEMM constants of a chip, or of its family, into a calibration.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/gemm.hpp>

namespace gambrel {

/// TensorRT-LLM serves fp8 and nvfp4 checkpoints with static scales: the kernel before (norm, gate, attention) writes
/// the narrow numbers in one pass. Its tables timed dynamic scales, two passes more; with those 9 to 11 us per product
/// the TPOT of dense fp8 models comes out 27 % (H200) and 35 % (B200) above measured serving, without them 8 and 4 %
/// off.
inline constexpr conversion_law<> static_scales{0.80, {}};
constexpr bool has_static_scales(kernel_library l, multiply_law m) {
    return l == kernel_library::tensorrt_llm && (m == multiply_law::fp8 || m == multiply_law::fp4);
}

/// Replaces the law of every multiply that was measured for `key`; the others stay as they are.
/// Evidence: tests/roofline/defaults_test.cpp.
constexpr void take_fitted_gemm(calibration<>& c, const fit_key& key) {
    const auto all = find_fits<multiply_law_count>(catalog::gemm_fits, catalog::gemm_family_fits, key);
    for (std::size_t i = 0; i < multiply_law_count; ++i) {
        const auto m = static_cast<multiply_law>(i);
        const auto& found = all[i];
        if (!found) continue;
        c.gemm[i] = found.constants->product;
        if (key.chip.compute > 0.0) c.gemm[i].compute = key.chip.compute;
        c.conversion[i] = has_static_scales(key.library, m) ? static_scales : found.constants->conversion;
        c.gemm[i].sigma = found.sigma(c.gemm[i].sigma);
    }
}
}  // namespace gambrel
