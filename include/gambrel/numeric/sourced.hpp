// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A figure and where it comes from. An unknown figure stays absent; it is never a guess and never zero by silence.

#include <array>
#include <gambrel/numeric/enum_table.hpp>
#include <string_view>
#include <type_traits>
#include <utility>

namespace gambrel {

/// How a figure came to be known, best first.
enum class evidence : unsigned char {
    measured,   ///< somebody ran it
    datasheet,  ///< the vendor's printed figure
    derived,    ///< arithmetic on datasheet figures (units x rate x clock)
    recalled,   ///< from memory; needs a second source, so ranges are widened
    user,       ///< given by the caller
    absent,
};

// clang-format off
template <> inline constexpr std::array<enum_row<evidence>, 6> enum_table<evidence>{{
    {evidence::measured, "measured", "measured"},
    {evidence::datasheet, "datasheet", "datasheet"},
    {evidence::derived, "derived", "derived"},
    {evidence::recalled, "recalled", "recalled"},
    {evidence::user, "user", "given"},
    {evidence::absent, "absent", "absent"},
}};
// clang-format on

/// A source that several figures share. The strings have static lifetime (catalog literals).
struct source {
    std::string_view text;
    std::string_view date;
    evidence kind = evidence::datasheet;
};

inline constexpr source given_by_user{"given by the caller", "", evidence::user};

template <class T> struct sourced {
    T value{};
    std::string_view text{};
    std::string_view date{};
    evidence kind = evidence::absent;

    constexpr sourced() = default;
    constexpr sourced(T v) : sourced(std::move(v), given_by_user) {}
    constexpr sourced(T v, const source& s) : value(std::move(v)), text(s.text), date(s.date), kind(s.kind) {}
    constexpr sourced(T v, const source& s, evidence k) : sourced(std::move(v), s) { kind = k; }

    constexpr bool known() const { return kind != evidence::absent; }
    constexpr explicit operator bool() const { return known(); }
    constexpr const T& operator*() const { return value; }

    /// The same figure on another scalar: `f` maps the value, the provenance stays.
    template <class F> constexpr auto map(F&& f) const {
        sourced<std::remove_cvref_t<decltype(f(value))>> r;
        r.value = f(value);
        r.text = text;
        r.date = date;
        r.kind = kind;
        return r;
    }
};
}  // namespace gambrel
