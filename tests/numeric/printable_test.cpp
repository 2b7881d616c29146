// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/names/printable.hpp>

using gambrel::is_printable;
using gambrel::printable;

TEST_CASE("what is read stays, what steers is written out") {
    for (const char* kept : {"", "plain", "\u00b5s", "\u6df1\u5ea6\u6c42\u7d22", "\U0001f642", "a\\x1b"}) {
        CHECK(printable(kept) == kept);
        CHECK(is_printable(kept));
    }
    CHECK(printable("\x1b[31mred\x7f") == "\\x1b[31mred\\x7f");
    CHECK(printable("a\rb\nc\td") == "a\\rb\\nc\\td");
    CHECK(printable("\u202eevil\u2066\u200f") == "\\u202eevil\\u2066\\u200f");
    CHECK(printable("\u0085\u2028\ufeff") == "\\u0085\\u2028\\ufeff");
    CHECK(printable("\U000e0041") == "\\U000e0041");
    CHECK(printable(std::string("a\0b", 3)) == "a\\x00b");
    CHECK(gambrel::printable_lines("a\nb\x1b\n") == "a\nb\\x1b\n");
}

TEST_CASE("bytes that are not UTF-8 are written out one by one") {
    CHECK(printable("caf\xe9") == "caf\\xe9");
    CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                    // overlong
    CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
    CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // beyond the last character
    CHECK(printable("\xe2\x82") == "\\xe2\\x82");                    // cut off
    CHECK(printable("\xe2\x82\u00b5") == "\\xe2\\x82\u00b5");
    CHECK_FALSE(gambrel::is_utf8("\xff"));
    CHECK(gambrel::is_utf8("\x1b\u202e"));
}

TEST_CASE("every text of three bytes becomes printable, once and for all") {
    for (int a = 0; a < 256; a += 3)
        for (int b = 0; b < 256; ++b)
            for (int c = 0; c < 256; c += 5) {
                const std::string s{static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)};
                const std::string once = printable(s);
                REQUIRE(is_printable(once));
                REQUIRE(printable(once) == once);
                REQUIRE((once == s) == is_printable(s));
            }
}

TEST_CASE("a long sentence keeps its start and its end") {
    const std::string s = "--rate is \"" + std::string(100'000, '\u0039') + "\"; it must be a number";
    const std::string shown = gambrel::one_line(s);
    CHECK(shown.size() <= 2000);
    CHECK(shown.rfind("--rate is", 0) == 0);
    CHECK(shown.find("it must be a number") == shown.size() - 19);
    std::string wide;
    for (int i = 0; i < 2000; ++i) wide += "\u20ac";
    for (std::size_t most = 20; most < 60; ++most) {
        CHECK(is_printable(gambrel::shortened(wide, most)));
        CHECK(gambrel::shortened(wide, most).size() <= most);
    }
    CHECK(is_printable(gambrel::shortened(wide, 5)));
}
static_assert(is_printable("h100-sxm") && !is_printable("\x1b[m") && !is_printable("\xe9"));
