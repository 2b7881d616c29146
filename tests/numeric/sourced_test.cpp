// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/numeric/sourced.hpp>
#include <gambrel/units.hpp>

using namespace gambrel;
using namespace gambrel::literals;

TEST_CASE("a figure is absent until it is given, and keeps its source when mapped") {
    static_assert(!sourced<bytes<>>{}.known());
    constexpr sourced<bytes<>> mine = 80_GB;
    static_assert(mine.known() && *mine == 80_GB && mine.kind == evidence::user);

    constexpr source sheet{"a datasheet", "2024-01", evidence::datasheet};
    constexpr sourced<bytes<>> printed{80_GB, sheet};
    constexpr auto gigabytes_held = printed.map([](bytes<> b) { return b / 1_GB; });
    static_assert(*gigabytes_held == 80.0 && gigabytes_held.text == "a datasheet" && gigabytes_held.date == "2024-01" &&
                  gigabytes_held.kind == evidence::datasheet);
    static_assert(sourced<bytes<>>(80_GB, sheet, evidence::recalled).kind == evidence::recalled);
    static_assert(!sourced<bytes<>>{}.map([](bytes<> b) { return b / 1_GB; }).known());
}
