// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Writes runtime/catalog/fitted_hosts.hpp: the fits that a generator made, in place of those of the same runtime and
/// version, and all others as they are compiled in. A new version is added at the end.

#include "generated.hpp"
#include <algorithm>
#include <gambrel/runtime/catalog/fitted_hosts.hpp>
#include <vector>

namespace generated {

/// As many digits as a fit is worth.
inline std::string line_of(const gambrel::fitted_host& f) {
    return fmt::format(
        "    fitted_host{{\"{}\", \"{}\", {{\"{}\", \"{}\", evidence::derived}},\n                "
        "milliseconds({:.4g}), milliseconds({:.4g}), "
        "microseconds({:.4g}), microseconds({:.4g}), milliseconds({:.4g}), microseconds({:.4g}), microseconds({:.4g}), "
        "{:.3f}, {:.3f}, {:.3f}, {}}},\n",
        f.runtime, f.since, f.by.text, f.by.date, f.per_step.value() * 1e3, f.per_plan.value() * 1e3,
        f.per_kernel.value() * 1e6, f.per_sequence.value() * 1e6, f.per_request.value() * 1e3,
        f.per_eager_kernel.value() * 1e6, f.per_prompt_token.value() * 1e6, f.kernel_start, f.sigma, f.step_sigma,
        f.rows);
}

inline void write_fitted_hosts(const std::string& tree, const std::vector<gambrel::fitted_host>& fits) {
    std::vector<gambrel::fitted_host> all(gambrel::catalog::fitted_hosts.begin(), gambrel::catalog::fitted_hosts.end());
    for (const gambrel::fitted_host& f : fits) {
        const auto same = [&](const gambrel::fitted_host& other) {
            return other.runtime == f.runtime && other.since == f.since;
        };
        if (const auto at = std::find_if(all.begin(), all.end(), same); at != all.end()) *at = f;
        else all.push_back(f);
    }
    std::string text = R"(// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Host times of runtimes, fitted end to end: one line for each (runtime, first version). Written by `fit_software` on
/// serving_measured.csv; residuals: docs/calibration/software.md. Do not edit.

#include <array>
#include <gambrel/runtime/fitted_host.hpp>

namespace gambrel::catalog {

// clang-format off
inline constexpr std::array fitted_hosts{
)";
    for (const gambrel::fitted_host& f : all) text += line_of(f);
    write(tree + "/include/gambrel/runtime/catalog/fitted_hosts.hpp",
          text + "};\n// clang-format on\n}  // namespace gambrel::catalog\n");
}
}  // namespace generated
