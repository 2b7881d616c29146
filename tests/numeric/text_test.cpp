// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/error.hpp>
#include <gambrel/numeric/text.hpp>
#include <string>
#include <type_traits>

using namespace gambrel;

TEST_CASE("a short name is a plain value; a long one is an error that says how long") {
    static_assert(std::is_trivially_copyable_v<text<8>> && text<8>{}.empty());
    constexpr text<8> name = "h100-sxm";
    static_assert(name.view() == "h100-sxm" && name == text<8>("h100-sxm") && !(name == text<8>("h100")));
    CHECK(name.str() == "h100-sxm");
    CHECK_THROWS_WITH_AS(text<8>("h100-sxm5"), doctest::Contains("has 9 characters; at most 8 fit"), error);
    CHECK_THROWS_AS(name_text(std::string(100000, 'x')), error);
}

TEST_CASE("numbers in messages: plain digits from a ten-thousandth on and below a million millions, exponents beyond") {
    CHECK(shortest(1e-4) == "0.0001");
    CHECK(shortest(5e-5) == "5e-05");
    CHECK(shortest(-5e-5) == "-5e-05");
    CHECK(shortest(999'999'999'999.0) == "999999999999");
    CHECK(shortest(1e12) == "1e+12");
    CHECK(shortest(0.0) == "0");
}
