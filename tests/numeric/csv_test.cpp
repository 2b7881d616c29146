// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/numeric/io/csv.hpp>
#include <sstream>

using gambrel::csv_reader;

TEST_CASE("fields are found by column, quotes and line ends as RFC 4180 has them") {
    std::istringstream in("a,b,c\r\n1,\"two, \"\"quoted\"\"\",3\r\n\"x\ny\",,\n");
    csv_reader t(in);
    REQUIRE(t.next());
    CHECK(t["a"] == "1");
    CHECK(t["b"] == "two, \"quoted\"");
    CHECK(t["c"] == "3");
    CHECK(t["absent"].empty());
    REQUIRE(t.next());
    CHECK(t["a"] == "x\ny");
    CHECK(t["b"].empty());
    CHECK(t["c"].empty());
    CHECK_FALSE(t.next());
}

TEST_CASE("a bad table is an error that names the line") {
    const auto read_all = [](const std::string& text) {
        std::istringstream in(text);
        csv_reader t(in);
        t.require("a");
        while (t.next()) {
        }
    };
    CHECK_THROWS_WITH_AS(read_all(""), doctest::Contains("empty"), gambrel::error);
    CHECK_THROWS_WITH_AS(read_all("b\n1\n"), doctest::Contains("no column \"a\""), gambrel::error);
    CHECK_THROWS_WITH_AS(read_all("a,a\n"), doctest::Contains("twice"), gambrel::error);
    CHECK_THROWS_WITH_AS(read_all("a,b\n1\n"), doctest::Contains("line 2 has 1 fields"), gambrel::error);
    CHECK_THROWS_WITH_AS(read_all("a\n\"open\n"), doctest::Contains("quoted"), gambrel::error);
    CHECK_THROWS_WITH_AS(read_all("a\n" + std::string(2'000'000, 'x')), doctest::Contains("1 MiB"), gambrel::error);
}
