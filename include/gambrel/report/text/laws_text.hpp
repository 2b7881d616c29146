// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Laws fitted to timed kernels, as a table: how far the shipped law was off, and the fitted one; the deviation of each.
/// Evidence: tests/ask/timed_kernels_test.cpp.

#include <fmt/core.h>
#include <gambrel/ask/timed_kernels.hpp>
#include <gambrel/units_io.hpp>

namespace gambrel::report {

/// At most 80 columns.
inline std::string laws_text(const ask::timed_kernels& k) {
    constexpr std::size_t columns = 80;
    std::string text = ask::wrapped(k.timed, columns, 0) + "\n";
    text += fmt::format("{:<20} {:<12} {:<12} {:>5} {:>13} {:>13}\n{:<51} {:>13} {:>13}\n", "law", "format", "kernels",
                        "rows", "error, %", "sigma, %", "", "before after", "before after");
    for (const law_fit& f : k.outcome.fits) {
        const std::string library = f.library == kernel_library::other ? "PyTorch" : std::string(name_of(f.library));
        const bool has_format = f.kind != timed_kind::copy && f.kind != timed_kind::all_reduce;
        text += fmt::format("{:<20} {:<12} {:<12} {:>5} {:>7.1f} {:>5.1f} {:>7.1f} {:>5.1f}{}\n", name_of(f.kind),
                            has_format ? f.variant : "", library, f.rows, 100 * f.shipped_error, 100 * f.error,
                            100 * f.shipped_sigma, 100 * f.sigma, f.converged ? "" : "  not converged: as shipped");
    }
    if (k.outcome.copied.value() > 0.0)
        text += "\ncopies within the memory reach " + to_string(k.outcome.copied) + ", read and written\n";
    if (k.outcome.from_host.value() > 0.0)
        text += "copies from the host reach " + to_string(k.outcome.from_host) + "; no law takes them yet\n";
    for (const std::string& remark : k.outcome.remarks) text += ask::wrapped(remark, columns, 2);
    for (const auto* left : {&k.outcome.refused, &k.table.skipped})
        for (const auto& [why, n] : *left) text += ask::wrapped(fmt::format("{:>6}  {}", n, why), columns, 8);
    return text;
}
}  // namespace gambrel::report
