// SPDX-License-Identifier: Apache-2.0
// What GoogleTest says of a failed comparison: the words of an enumeration, the unit of a quantity.
#include <gambrel/gambrel.hpp>
#include <gambrel/numeric/io/enum_text.hpp>
#include <gambrel/units_io.hpp>
#include <gtest/gtest.h>
#include <iostream>

using namespace gambrel::literals;

int main() {
    std::cout << "consumer: " << testing::PrintToString(gambrel::bound::memory) << ", "
              << testing::PrintToString(43.2_ms) << '\n';
}
