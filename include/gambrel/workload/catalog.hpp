// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every named workload, and finding one by name: benchmark shapes and lengths of recorded traffic.
///
/// Names compare without regard to case, and '_' or ' ' stand for '-'; shorter spellings: `workload_aliases`.

#include <array>
#include <gambrel/names.hpp>
#include <gambrel/workload/catalog/inferencex.hpp>
#include <gambrel/workload/catalog/traffic.hpp>
#include <gambrel/workload/catalog/workload_aliases.hpp>
#include <string_view>

namespace gambrel {

inline constexpr std::array all_workloads{
    &catalog::inferencex_1k1k, &catalog::inferencex_1k8k,       &catalog::inferencex_8k1k,   &catalog::azure_code,
    &catalog::azure_conversation, &catalog::mooncake_conversation, &catalog::mooncake_synthetic,
};

/// The names of all workloads, in the order of `all_workloads`.
inline constexpr std::array workload_names = names_of_entries(all_workloads);

namespace detail {
/// Place in `all_workloads`, or its size. (An index, because GCC's sanitizers make a compare with null not constant.)
constexpr std::size_t place_of_workload(std::string_view name) {
    return place_of_name(name, workload_names, workload_aliases);
}
}  // namespace detail

/// The workload of that name or alias; null when there is none. Evidence: tests/workload/catalog_test.cpp.
constexpr const named_workload* find_workload(std::string_view name) {
    const std::size_t place = detail::place_of_workload(name);
    return place < all_workloads.size() ? all_workloads[place] : nullptr;
}

/// The workload of that name or alias; an unknown one is an error naming the nearest.
/// Evidence: tests/workload/catalog_test.cpp.
constexpr const named_workload& workload_named(std::string_view name) {
    const std::size_t place = detail::place_of_workload(name);
    if (place < all_workloads.size()) return *all_workloads[place];
    fail_unknown("workload", name, workload_names);
}
}  // namespace gambrel
