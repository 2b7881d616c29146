// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A short name held by value, so that descriptors are plain values that can be constexpr, copied and sent anywhere.

#include <algorithm>
#include <array>
#include <cstddef>
#include <gambrel/error.hpp>
#include <string>
#include <string_view>

namespace gambrel {

template <std::size_t Capacity> struct text {
    std::array<char, Capacity> characters{};
    std::size_t size = 0;

    constexpr text() = default;
    constexpr text(const char* s) : text(std::string_view(s)) {}
    constexpr text(std::string_view s) : size(s.size()) {
        if (s.size() > Capacity)
            fail("the name \"" + std::string(s.substr(0, 40)) + "...\" has " + std::to_string(s.size()) +
                 " characters; at most " + std::to_string(Capacity) + " fit");
        std::copy(s.begin(), s.end(), characters.begin());
    }
    constexpr std::string_view view() const { return {characters.data(), size}; }
    constexpr operator std::string_view() const { return view(); }
    constexpr bool empty() const { return size == 0; }
    std::string str() const { return std::string(view()); }
    friend constexpr bool operator==(const text& a, const text& b) { return a.view() == b.view(); }
};
using name_text = text<80>;
}  // namespace gambrel
