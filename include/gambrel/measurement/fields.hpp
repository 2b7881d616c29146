// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The fields of a measured row as text, as numbers and as dates. Nothing here throws for what a row holds.
///
/// Dates are compared as text: "2025-11-02" < "2026-01-21"; a row without one is before every date.

#include <algorithm>
#include <gambrel/numeric/math.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <gambrel/runtime/catalog/eras.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gambrel::detail {

/// `text` as a finite number, whole field or nothing.
inline std::optional<double> number_in(std::string_view text) {
    double value = 0;
    const auto [end, problem] = read_number(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || !math::is_finite(value)) return {};
    return value;
}

/// A positive whole number up to `most`; nothing for anything else, an empty field included.
inline std::optional<int> count_in(std::string_view text, int most = 1'000'000) {
    const auto n = number_in(text);
    if (!n || !(*n >= 1.0 && *n <= static_cast<double>(most)) || *n != math::floor(*n)) return {};
    return static_cast<int>(*n);
}

/// "1.2.0rc6.post2", "v0.5.9-cu130" or "Neuron SDK 2.18.0" as major x 1000 + minor, so that 0.5 < 0.17 < 1.2.
inline std::optional<int> release_order(std::string_view version) {
    const auto numbers = release_numbers(version.substr(std::min(version.size(), version.find_first_of("0123456789"))));
    if (!numbers || (*numbers)[0] > 999'999) return {};
    return (*numbers)[0] * 1000 + ((*numbers)[1] < 1000 ? (*numbers)[1] : 999);
}

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }
}  // namespace gambrel::detail
