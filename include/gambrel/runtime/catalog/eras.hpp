// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Eras of a runtime: descriptors with the release and the day from which on each holds. "vllm@0.12" and "vllm@2025-12" both
/// mean the one of 0.11; "vllm" alone the newest. A version or date before the first era: the first, the nearest there is.
///
/// What changed, and where it was read, stands with each descriptor (catalog/vllm.hpp, sglang.hpp, tensorrt_llm.hpp). An era
/// without measured rows has the host times of its neighbour. Days: releases of the packages on GitHub and PyPI, 2026-11.
/// Evidence: tests/runtime/eras_test.cpp.

#include <array>
#include <gambrel/error.hpp>
#include <gambrel/names.hpp>
#include <gambrel/runtime/catalog/sglang.hpp>
#include <gambrel/runtime/catalog/tensorrt_llm.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <optional>
#include <string_view>

namespace gambrel {

struct runtime_era {
    std::string_view runtime;
    std::string_view since;  ///< the first release
    std::string_view day;    ///< of it
    const gambrel::runtime<>* what;
};

/// Of each runtime, oldest first.
inline constexpr std::array runtime_eras{
    runtime_era{"vllm", "0.6", "2024-09-05", &catalog::vllm_0_6},
    runtime_era{"vllm", "0.8", "2025-03-19", &catalog::vllm_0_8},
    runtime_era{"vllm", "0.11", "2025-10-02", &catalog::vllm_0_11},
    runtime_era{"vllm", "0.14", "2026-01-16", &catalog::vllm_0_14},
    runtime_era{"vllm", "0.20", "2026-04-27", &catalog::vllm},
    runtime_era{"sglang", "0.4", "2024-12-04", &catalog::sglang_0_4},
    runtime_era{"sglang", "0.5", "2025-08-31", &catalog::sglang_0_5},
    runtime_era{"sglang", "0.5.10", "2026-04-05", &catalog::sglang},
    runtime_era{"tensorrt-llm", "0.5", "2023-10-19", &catalog::tensorrt_llm_engine},
    runtime_era{"tensorrt-llm", "0.20", "2025-06-19", &catalog::tensorrt_llm},
};

/// The runtime that `name` is an era of: "vllm" of "vllm@0.11".
constexpr std::string_view runtime_of_era(std::string_view name) { return name.substr(0, name.find('@')); }

namespace detail {
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The numbers of "0.11.2rc1": 0, 11, 2; nothing where the first character is no digit, or of a year.
constexpr std::optional<std::array<int, 3>> release_numbers(std::string_view text) {
    if (!text.empty() && (text.front() == 'v' || text.front() == 'V')) text.remove_prefix(1);
    std::array<int, 3> numbers{};
    for (int& n : numbers) {
        if (text.empty() || !is_digit(text.front())) return std::nullopt;
        for (int digits = 0; !text.empty() && is_digit(text.front()); text.remove_prefix(1))
            if (++digits < 9) n = 10 * n + (text.front() - '0');
        if (numbers[0] >= 1000) return std::nullopt;
        if (text.size() < 2 || text.front() != '.' || !is_digit(text[1])) return numbers;
        text.remove_prefix(1);
    }
    return numbers;
}
/// Whether `text` begins as a date: 2025-10 or 2025-10-02.
constexpr bool is_date(std::string_view text) {
    if (text.size() != 7 && text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (i == 4 || i == 7 ? text[i] != '-' : !is_digit(text[i])) return false;
    return true;
}
}  // namespace detail

/// The era of `runtime` at `when`, a version or a date; null where the runtime has no eras or `when` is neither.
constexpr const gambrel::runtime<>* find_era(std::string_view runtime, std::string_view when) {
    const bool date = detail::is_date(when);
    const auto release = detail::release_numbers(when);
    if (!date && !release) return nullptr;
    const gambrel::runtime<>* found = nullptr;
    for (const runtime_era& e : runtime_eras) {
        if (!same_name(e.runtime, runtime)) continue;
        const bool begun = date ? e.day.substr(0, when.size()) <= when : *detail::release_numbers(e.since) <= *release;
        if (begun || !found) found = e.what;
    }
    return found;
}
}  // namespace gambrel
