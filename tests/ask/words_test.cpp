// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/ask/words.hpp>
#include <limits>

using namespace gambrel::ask;

TEST_CASE("columns are counted, not bytes") {
    CHECK(width("abc") == 3);
    CHECK(width("\u00b5s") == 2);
}

TEST_CASE("clipping cuts to the columns asked for and writes out what steers a terminal") {
    CHECK(clipped("abcdef", 6) == "abcdef");
    CHECK(clipped("abcdefg", 6) == "abc...");
    CHECK(clipped("a\x1b[31mb\n", 20) == "a\\x1b[31mb\\n");
    CHECK(wrapped("one\ntwo \u202ethree", 80, 0) == "one\\ntwo \\u202ethree\n");
    CHECK(table({align::left, align::left}).row({"a\nb", "\xe9"}).text() == "a\\nb  \\xe9\n");
    CHECK(clipped("\u00b5\u00b5\u00b5\u00b5\u00b5", 4) == "\u00b5...");
}

TEST_CASE("numbers keep three significant digits and whole digits") {
    CHECK(number(0.5234) == "0.523");
    CHECK(number(1234.4) == "1,234");
    CHECK(number(2.0) == "2");
    CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "-");
}

TEST_CASE("shares are whole per cents, and little is not nothing") {
    CHECK(percent(0.624) == "62 %");
    CHECK(percent(0.0) == "0 %");
    CHECK(percent(0.002) == "<1 %");
    CHECK(percent(1.0) == "100 %");
}

TEST_CASE("a bar is as long as its share") {
    CHECK(bar(0.5, 10) == "#####");
    CHECK(bar(1.0, 10) == "##########");
    CHECK(bar(7.0, 10) == "##########");
    CHECK(bar(-1.0, 10).empty());
    CHECK(bar(0.02, 10) == ".");
    CHECK(bar(0.0, 10).empty());
}

TEST_CASE("lists read as sentences") {
    CHECK(listed({}).empty());
    CHECK(listed({"a"}) == "a");
    CHECK(listed({"a", "b", "c"}) == "a, b or c");
    CHECK(listed({"a", "b"}, " and ") == "a and b");
}

TEST_CASE("paragraphs break between words and hang") {
    CHECK(wrapped("one two three", 7, 2) == "one two\n  three\n");
    CHECK(wrapped("unbreakable", 4, 0) == "unbreakable\n");
}

TEST_CASE("tables align their columns and leave no trailing blanks") {
    table t({align::left, align::right, align::left});
    t.row({"a", "1", "x"}).row({"long", "22"});
    CHECK(t.text() == "a      1  x\nlong  22\n");
    CHECK(t.text(2) == "  a      1  x\n  long  22\n");
    CHECK(t.rows() == 2);
}
