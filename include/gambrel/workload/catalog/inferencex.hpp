// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The three shapes of the public InferenceX (InferenceMAX) benchmark. A nominal length L is drawn from 0.8 L to L, so
/// its mean is 0.9 L; all clients start at once, ten prompts each, burst and drain counted. Prompts share no prefixes.
/// Source: the benchmark's client as of 2025-10 to 2026-05.

#include <gambrel/workload/named_workload.hpp>

namespace gambrel::catalog {

inline constexpr source inferencex_client{"SemiAnalysisAI/InferenceX benchmark client, random_range_ratio 0.8",
                                          "2026-05", evidence::datasheet};

constexpr named_workload inferencex_shape(const char* name, const char* title, double prompt, double output) {
    return {name,
            title,
            inferencex_client,
            length::uniform_below(prompt, 0.8),
            length::uniform_below(output, 0.8),
            protocol::serving_benchmark()};
}

inline constexpr named_workload inferencex_1k1k =
    inferencex_shape("inferencex-1k1k", "InferenceX benchmark, 1024 in, 1024 out", 1024.0, 1024.0);
inline constexpr named_workload inferencex_1k8k =
    inferencex_shape("inferencex-1k8k", "InferenceX benchmark, 1024 in, 8192 out", 1024.0, 8192.0);
inline constexpr named_workload inferencex_8k1k =
    inferencex_shape("inferencex-8k1k", "InferenceX benchmark, 8192 in, 1024 out", 8192.0, 1024.0);
}  // namespace gambrel::catalog
