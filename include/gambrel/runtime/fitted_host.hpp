// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What fitting serving measurements gives one version of a runtime: its host times, and how well they fit.
///
///     key          (runtime, since): the first version that the constants stand for
///     kernel_start share of a kernel's fixed time, measured alone, that is left when kernels follow each other
///     sigma        log standard deviation of the `rows` measurements about the fit
///     step_sigma   the part of it that whole passes keep beyond that of their laws (serving/deviation.hpp)
///
/// Written by tools/fit_software as one line of runtime/catalog/fitted_hosts.hpp.
/// Evidence: tests/runtime/catalog_test.cpp; docs/calibration/software.md.

#include <gambrel/runtime/runtime.hpp>
#include <string_view>

namespace gambrel {

struct fitted_host {
    std::string_view runtime;
    std::string_view since;
    source by;  ///< the measurements, and the month of the fit
    seconds<> per_step{};
    seconds<> per_plan{};  ///< 0: not fitted
    seconds<> per_kernel{};
    seconds<> per_sequence{};
    seconds<> per_request{};
    seconds<> per_eager_kernel{};  ///< 0: not fitted
    seconds<> per_prompt_token{};
    double kernel_start = 1.0;
    double sigma = 0.35;
    double step_sigma = 0.15;
    int rows = 0;

    constexpr host_time<> times() const {
        const auto fitted = [&](const seconds<>& t) {
            return t > seconds<>{} ? sourced<seconds<>>{t, by} : sourced<seconds<>>{};
        };
        return {.per_step = {per_step, by},
                .per_plan = fitted(per_plan),
                .per_kernel = {per_kernel, by},
                .per_sequence = {per_sequence, by},
                .per_request = {per_request, by},
                .per_prompt_token = fitted(per_prompt_token),
                .per_eager_kernel = fitted(per_eager_kernel)};
    }
};
}  // namespace gambrel
