// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Comparing names as people type them, finding an entry by its name, and the nearest when there is none.
///
/// Two names are the same without regard to case and with '_' and ' ' for '-'. The distance of two names is the
/// least number of insertions, deletions and substitutions (Levenshtein); a name that contains what was typed
/// comes before every other. Names longer than 80 characters are compared by their first 80.
/// Evidence: tests/numeric/names_test.cpp.

#include <algorithm>
#include <array>
#include <cstddef>
#include <gambrel/error.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace gambrel {

inline constexpr std::size_t longest_compared_name = 80;

namespace detail {
constexpr char plain_character(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return c == '_' || c == ' ' ? '-' : c;
}
constexpr bool same_character(char a, char b) { return plain_character(a) == plain_character(b); }
constexpr bool before(std::string_view a, std::string_view b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return static_cast<unsigned char>(plain_character(x)) < static_cast<unsigned char>(plain_character(y));
    });
}
}  // namespace detail

constexpr bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), detail::same_character);
}
constexpr bool contains_name(std::string_view whole, std::string_view part) {
    return std::search(whole.begin(), whole.end(), part.begin(), part.end(), detail::same_character) != whole.end();
}

/// The least number of single-character edits that turn `a` into `b`.
constexpr std::size_t edit_distance(std::string_view a, std::string_view b) {
    a = a.substr(0, longest_compared_name);
    b = b.substr(0, longest_compared_name);
    std::array<std::size_t, longest_compared_name + 1> row{};  // distances of a's first i to each prefix of b
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (detail::same_character(a[i - 1], b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

/// Up to three of `names` (any range of string views), nearest first; unused places are empty.
template <class Names>
constexpr std::array<std::string_view, 3> nearest_names(std::string_view name, const Names& names) {
    constexpr std::size_t nothing = static_cast<std::size_t>(-1);
    std::array<std::string_view, 3> nearest{};
    std::array<std::size_t, 3> distance{nothing, nothing, nothing};
    for (const auto& each : names) {
        std::string_view candidate = each;
        if (std::any_of(nearest.begin(), nearest.end(), [&](std::string_view n) { return same_name(n, candidate); }))
            continue;  // a name that stands in two lists
        const bool contained = !name.empty() && contains_name(candidate, name);
        std::size_t d = edit_distance(name, candidate) + (contained ? 0 : longest_compared_name);
        for (std::size_t i = 0; i < nearest.size(); ++i)
            if (d < distance[i]) {
                std::swap(d, distance[i]);
                std::swap(candidate, nearest[i]);
            }
    }
    return nearest;
}

/// Another name of a catalog's entry, and one that stands for several of it.
struct name_alias {
    std::string_view alias, name;
};
struct name_count {
    std::string_view alias, name;
    int count = 1;
};

/// The row of a sorted table whose alias is `name`; null when there is none.
template <class Row, std::size_t Count>
constexpr const Row* find_alias(const std::array<Row, Count>& rows, std::string_view name) {
    const auto at = std::lower_bound(rows.begin(), rows.end(), name,
                                     [](const Row& r, std::string_view n) { return detail::before(r.alias, n); });
    return at != rows.end() && same_name(at->alias, name) ? &*at : nullptr;
}
template <class Row, std::size_t Count> constexpr bool sorted_by_name(const std::array<Row, Count>& rows) {
    return std::adjacent_find(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
               return !detail::before(a.alias, b.alias);
           }) == rows.end();
}

/// The names of `entries`, pointers to what has a `name`, in their order.
template <class Entry, std::size_t Count>
constexpr std::array<std::string_view, Count> names_of_entries(const std::array<const Entry*, Count>& entries) {
    std::array<std::string_view, Count> names;
    for (std::size_t i = 0; i < Count; ++i) names[i] = entries[i]->name;
    return names;
}

/// The place in `names` of a name, or of what it is an alias of; their number when there is none. Aliases are sorted.
template <class Names, class Aliases>
constexpr std::size_t place_of_name(std::string_view name, const Names& names, const Aliases& aliases) {
    if (const name_alias* a = find_alias(aliases, name)) name = a->name;
    std::size_t i = 0;
    while (i < names.size() && !same_name(name, names[i])) ++i;
    return i;
}

/// Throws: unknown `what` "name"; the nearest are a, b, c.
[[noreturn]] inline void fail_with_nearest(std::string_view what, std::string_view name,
                                           const std::array<std::string_view, 3>& nearest) {
    std::string sentence = "unknown " + std::string(what) + " \"" + std::string(name.substr(0, longest_compared_name)) +
                           (name.size() > longest_compared_name ? "...\"" : "\"");
    const char* separator = "; the nearest are ";
    for (std::string_view each : nearest) {
        if (each.empty()) continue;
        sentence += separator + std::string(each);
        separator = ", ";
    }
    fail(sentence);
}
/// Likewise, with those that are spelled alike.
template <class Names>
[[noreturn]] void fail_unknown(std::string_view what, std::string_view name, const Names& names) {
    fail_with_nearest(what, name, nearest_names(name, names));
}
}  // namespace gambrel
