// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The two pools of a disaggregated run, from the row's notes:
///
///     DISAGGREGATED 40P(tp8,ep8,dpa=False x5)+24D(tp8,ep8,dpa=True x3)
///
/// 40 devices compute prompts, five replicas of TP8 EP8; 24 generate, three replicas of 8 attention copies that share
/// the experts. A split whose counts contradict each other, or the row's devices, is refused. Evidence:
/// tests/measurement/pools_test.cpp.

#include <gambrel/measurement/refusal.hpp>

namespace gambrel::detail {

struct stated_pool {
    int devices = 0, replicas = 0;
    parallelism cut{};
};

/// The pool that `text` begins with, as "40P(tp8,ep8,dpa=False x5)", which is taken off it; nothing for another text.
inline std::optional<stated_pool> take_pool(std::string_view& text, char letter) {
    const auto number = [&](std::string_view before) -> std::optional<int> {
        if (!text.starts_with(before)) return {};
        text.remove_prefix(before.size());
        const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
        const auto n = count_in(text.substr(0, end), 65536);
        text.remove_prefix(end);
        return n;
    };
    const auto devices = number("");
    const auto tensor = devices ? number(std::string{letter} + "(tp") : std::nullopt;
    const auto expert = tensor ? number(",ep") : std::nullopt;
    if (!expert) return {};
    const bool copies = text.starts_with(",dpa=True");
    if (!copies && !text.starts_with(",dpa=False")) return {};
    text.remove_prefix(copies ? 9 : 10);
    const auto replicas = number(" x");
    if (!replicas || !text.starts_with(")")) return {};
    text.remove_prefix(1);
    parallelism cut{.tensor = copies ? 1 : *tensor, .data = copies ? *tensor : 1, .expert = *expert};
    if (copies && *expert == 1 && *tensor > 1) cut.expert = *tensor;  // copies of the attention share the experts
    return stated_pool{*devices, *replicas, cut};
}

/// Reads the split of `m.notes`, if they say that the run was disaggregated.
inline bool read_pools(measured_row& m) {
    constexpr std::string_view label = "DISAGGREGATED";
    const std::size_t at = m.notes.find(label);
    if (at == std::string::npos) return false;
    std::string_view text = std::string_view(m.notes).substr(at + label.size());
    if (text.starts_with(' ')) text.remove_prefix(1);
    const auto prefill = take_pool(text, 'P');
    if (prefill && text.starts_with('+')) text.remove_prefix(1);
    const auto decode = prefill ? take_pool(text, 'D') : std::nullopt;
    if (!decode) refuse("disaggregated, and its split is not stated");
    for (const stated_pool& p : {*prefill, *decode})
        if (p.devices != p.replicas * p.cut.devices() || p.cut.expert > p.cut.expert_ranks())
            refuse("disaggregated, and its split contradicts itself");
    m.cut = decode->cut;
    m.pools = measured_pools{prefill->replicas, decode->replicas, prefill->cut};
    return true;
}
}  // namespace gambrel::detail
