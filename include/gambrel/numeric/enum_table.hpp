// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the values of an enumeration are called, in one table beside it:
///
///     enum class bound : unsigned char { compute, memory };
///     template <> inline constexpr std::array<enum_row<bound>, 2> enum_table<bound>{{
///         {bound::compute, "compute", "compute"},
///         {bound::memory, "memory_bandwidth", "memory bandwidth", "memory"},
///     }};
///     name_of(bound::memory)   // "memory bandwidth": text and pictures
///     key_of(bound::memory)    // "memory_bandwidth": JSON, files, Python
///
/// An enumerator without a row, a row out of order and two rows of one key do not compile where a name is asked for.
/// That the table ends with the last enumerator is seen in the compiler's own spelling of the value after it, so the
/// enumeration needs a fixed underlying type. Evidence: tests/numeric/enum_table_test.cpp.

#include <array>
#include <cstddef>
#include <gambrel/names.hpp>
#include <string_view>

namespace gambrel {

template <class E> struct enum_row {
    E value{};
    std::string_view key{};     ///< in JSON, files and Python
    std::string_view words{};   ///< in text and pictures
    std::string_view label{};   ///< in a narrow column; empty: the words
    std::string_view colour{};  ///< of its marks and bars, "#rrggbb"; empty: none of its own
};

/// The rows of `E` in the order of its values; specialised beside the enumeration.
template <class E> inline constexpr std::nullptr_t enum_table{};
template <class E> concept tabled = requires { enum_table<E>.size(); };
template <tabled E> inline constexpr std::size_t enum_count = enum_table<E>.size();

namespace detail {
/// Whether the value `V` has an enumerator: the compiler spells it by its name, and any other as a cast, "(E)12".
template <class E, E V> constexpr bool is_enumerator() {
    constexpr std::string_view spelled = __PRETTY_FUNCTION__;
    constexpr char after = spelled[spelled.rfind(')') + 1];  // of the cast's bracket, if there is one
    return after < '0' || after > '9';
}

template <tabled E> constexpr bool rows_in_order() {
    for (std::size_t i = 0; i < enum_count<E>; ++i)
        if (enum_table<E>[i].value != static_cast<E>(i)) return false;
    return true;
}
template <tabled E> constexpr bool rows_named() {
    for (std::size_t i = 0; i < enum_count<E>; ++i) {
        if (enum_table<E>[i].key.empty() || enum_table<E>[i].words.empty()) return false;
        for (std::size_t j = 0; j < i; ++j)
            if (enum_table<E>[i].key == enum_table<E>[j].key) return false;
    }
    return true;
}

template <tabled E> constexpr const auto& row_of(E e) {
    static_assert(!is_enumerator<E, static_cast<E>(enum_count<E>)>(), "an enumerator has no row in its enum_table");
    static_assert(rows_in_order<E>(), "the rows of an enum_table stand in the order of the enumeration");
    static_assert(rows_named<E>(), "every row of an enum_table has words, and a key that no other has");
    return enum_table<E>[static_cast<std::size_t>(e)];
}
}  // namespace detail

template <tabled E> constexpr std::string_view name_of(E e) { return detail::row_of(e).words; }
template <tabled E> constexpr std::string_view key_of(E e) { return detail::row_of(e).key; }
template <tabled E> constexpr std::string_view colour_of(E e) { return detail::row_of(e).colour; }
/// Its name where a column is narrow.
template <tabled E> constexpr std::string_view label_of(E e) {
    const auto& row = detail::row_of(e);
    return row.label.empty() ? row.words : row.label;
}

/// All values, all names, all keys, in order.
template <tabled E> constexpr std::array<E, enum_count<E>> all_of() {
    std::array<E, enum_count<E>> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = detail::row_of(static_cast<E>(i)).value;
    return all;
}
template <tabled E> constexpr std::array<std::string_view, enum_count<E>> names_of_all() {
    std::array<std::string_view, enum_count<E>> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = name_of(static_cast<E>(i));
    return all;
}
template <tabled E> constexpr std::array<std::string_view, enum_count<E>> keys_of_all() {
    std::array<std::string_view, enum_count<E>> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = key_of(static_cast<E>(i));
    return all;
}

/// The value called `text`; throws "unknown `what` ..." with the nearest names.
template <tabled E> constexpr E enum_named(std::string_view what, std::string_view text) {
    for (std::size_t i = 0; i < enum_count<E>; ++i)
        if (same_name(name_of(static_cast<E>(i)), text)) return static_cast<E>(i);
    fail_unknown(what, text, names_of_all<E>());
}
}  // namespace gambrel
