// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The fields of a measured row as text, as numbers and as dates. Nothing here throws for what a row holds.
///
/// Dates are compared as text: "2025-11-02" < "2026-01-21"; a row without one is before every date.

#include <charconv>
#include <gambrel/numeric/math.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gambrel::detail {

/// `text` as a finite number, whole field or nothing.
inline std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || !math::is_finite(value)) return {};
    return value;
}

/// A positive whole number up to `most`; nothing for anything else, an empty field included.
inline std::optional<int> count_in(std::string_view text, int most = 1'000'000) {
    const auto n = number_in(text);
    if (!n || !(*n >= 1.0 && *n <= static_cast<double>(most)) || *n != math::floor(*n)) return {};
    return static_cast<int>(*n);
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
}  // namespace gambrel::detail
