// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Laws fitted to timed kernels as JSON: what `gambrel calibrate --kernels` found. Keys: docs/json.md.
/// Evidence: tests/ask/timed_kernels_test.cpp.

#include <gambrel/ask/timed_kernels.hpp>
#include <nlohmann/json.hpp>

namespace gambrel::report {

inline nlohmann::ordered_json laws_json(const ask::timed_kernels& k) {
    auto laws = nlohmann::ordered_json::array(), left = nlohmann::ordered_json::object();
    for (const law_fit& f : k.outcome.fits)
        laws.push_back({{"kind", key_of(f.kind)},
                        {"format", f.variant},
                        {"library", key_of(f.library)},
                        {"version", f.version},
                        {"rows", f.rows},
                        {"error_before", f.shipped_error},
                        {"error_after", f.error},
                        {"sigma_before", f.shipped_sigma},
                        {"sigma_after", f.sigma},
                        {"converged", f.converged}});
    for (const auto* reasons : {&k.outcome.refused, &k.table.skipped})
        for (const auto& [why, n] : *reasons) left[why] = n;
    nlohmann::ordered_json all{{"timed", k.timed}, {"laws", laws}, {"refused", left}, {"remarks", k.outcome.remarks}};
    if (k.outcome.copied.value() > 0.0) all["copied_bytes_per_second"] = k.outcome.copied.value();
    if (k.outcome.from_host.value() > 0.0) all["from_host_bytes_per_second"] = k.outcome.from_host.value();
    return all;
}
}  // namespace gambrel::report
