// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts fitted host times into a runtime of the catalog. A new version of a runtime is one line in fitted_hosts.hpp,
/// which its generator writes, and one row in the runtime's header:
///
///     inline constexpr runtime<> vllm = with_fit({.name = "vllm", ...}, "vllm", "0.10");
///
/// Evidence: tests/runtime/catalog_test.cpp.

#include <gambrel/runtime/catalog/fitted_hosts.hpp>

namespace gambrel::catalog {

/// Log standard deviation of steps of versions after the last measured ones: what rows of vLLM 0.12 showed under constants
/// fitted without them (Qwen3-32B left out, 7.7 % in the median: docs/calibration/software.md), as a deviation.
inline constexpr double unmeasured_era = 0.11;

/// The fit of `runtime` from the version `since` on; without one, no constant expression.
constexpr const fitted_host& host_fit(std::string_view runtime, std::string_view since) {
    for (const fitted_host& f : fitted_hosts)
        if (f.runtime == runtime && f.since == since) return f;
    fail("no host times were fitted for " + std::string(runtime) + " " + std::string(since));
}

/// `r` with the times and deviations of that fit; what was not fitted of launches and messages stays as it is.
constexpr gambrel::runtime<> with_fit(gambrel::runtime<> r, std::string_view runtime, std::string_view since) {
    const fitted_host& f = host_fit(runtime, since);
    const host_time<> cited = r.host;
    r.host = f.times();
    if (!r.host.per_eager_kernel.known()) r.host.per_eager_kernel = cited.per_eager_kernel;
    r.host.per_message = cited.per_message;
    r.kernel_start = f.kernel_start;
    r.host_sigma = f.sigma;
    r.step_sigma = f.step_sigma;
    return r;
}
}  // namespace gambrel::catalog
