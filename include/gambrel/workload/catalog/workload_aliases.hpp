// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Shorter names of workloads.
/// Written by scripts/name-tables.py from data/names.csv, which has the source of each.

#include <array>
#include <gambrel/names.hpp>

namespace gambrel {

// clang-format off
inline constexpr std::array<name_alias, 8> workload_aliases{{
    {"1k/1k", "inferencex-1k1k"},
    {"1k/8k", "inferencex-1k8k"},
    {"1k1k", "inferencex-1k1k"},
    {"1k8k", "inferencex-1k8k"},
    {"8k/1k", "inferencex-8k1k"},
    {"8k1k", "inferencex-8k1k"},
    {"azure-conv", "azure-conversation"},
    {"mooncake", "mooncake-conversation"},
}};
static_assert(sorted_by_name(workload_aliases), "written by scripts/name-tables.py");
// clang-format on
}  // namespace gambrel
