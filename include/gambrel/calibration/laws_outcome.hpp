// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a fit of laws to timed kernels (fit_laws.hpp) found. Evidence: tests/calibration/fit_laws_test.cpp.

#include <gambrel/calibration/kernel_row.hpp>
#include <gambrel/roofline/calibration/measured_laws.hpp>
#include <map>

namespace gambrel {

/// One law before and after its rows.
struct law_fit {
    timed_kind kind{};
    std::string variant{};  ///< number format, or kernel of attention
    kernel_library library{};
    std::string version{};  ///< of the library, where all rows have one
    std::size_t rows = 0;
    double shipped_error = 0, error = 0;  ///< medians of |law / measured - 1|
    double shipped_sigma = 0, sigma = 0;
    bool converged = false;  ///< else what is shipped stays
};

struct laws_outcome {
    measured_laws laws{};
    std::vector<law_fit> fits{};
    std::map<std::string, std::size_t> refused{};  ///< reason -> rows
    std::vector<std::string> remarks{};            ///< sentences
    std::size_t rows = 0;                          ///< used
    byte_rate<> copied{}, from_host{};             ///< fastest copies: within the memory, and from the host
};
}  // namespace gambrel
