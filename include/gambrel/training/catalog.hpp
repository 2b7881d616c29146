// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every training software of the catalog, and finding one by name. Names compare without regard to case, and '_' or ' '
/// stand for '-'. Evidence: tests/training/catalog_test.cpp.

#include <array>
#include <gambrel/names.hpp>
#include <gambrel/training/catalog/maxtext.hpp>
#include <gambrel/training/catalog/megatron.hpp>
#include <gambrel/training/catalog/pytorch.hpp>

namespace gambrel::training {

inline constexpr std::array all_stacks{
    &catalog::megatron_bridge, &catalog::megatron_bridge_26_02, &catalog::megatron_bridge_25_09, &catalog::megatron_core, &catalog::nemo, &catalog::megatron_deepspeed,
    &catalog::megatron_lm_2021, &catalog::fsdp, &catalog::torchtitan, &catalog::torchtitan_async,
    &catalog::torchtitan_eager, &catalog::torchtune, &catalog::torchtune_eager, &catalog::llm_foundry,
    &catalog::deepspeed, &catalog::internevo, &catalog::colossal_ai, &catalog::maxtext,
};
inline constexpr std::array stack_names = names_of_entries(all_stacks);
inline constexpr std::array<name_alias, 4> stack_aliases{{
    {"bridge", "megatron-bridge"}, {"megatron", "megatron-core"}, {"megatron-lm", "megatron-core"}, {"nemo", "nemo@24.09"},
}};

/// The training software of that name; null when there is none.
constexpr const stack<>* find_stack(std::string_view name) {
    const std::size_t place = place_of_name(name, stack_names, stack_aliases);
    return place < all_stacks.size() ? all_stacks[place] : nullptr;
}
/// The training software of that name; an unknown one is an error naming the nearest.
constexpr const stack<>& stack_named(std::string_view name) {
    if (const stack<>* found = find_stack(name)) return *found;
    fail_unknown("training software", name, stack_names);
}
}  // namespace gambrel::training
