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

TEST_CASE(
    "tables as spreadsheets write them: byte-order marks, UTF-16, semicolons, tabs, sep=, bare carriage returns") {
    const auto second_row = [](const std::string& text) {
        std::istringstream in(text);
        csv_reader t(in);
        REQUIRE(t.header() == std::vector<std::string>{"metric", "value", "note"});
        REQUIRE(t.next());
        REQUIRE(t.next());
        const std::string all = t["metric"] + "|" + t["value"] + "|" + t["note"];
        CHECK_FALSE(t.next());
        return all;
    };
    const std::string commas = "metric,value,note\r\na,1,x\r\n\"b\",2,\"y, z \xC3\xA9\xF0\x9F\x98\x80\"\r\n";
    const std::string want = "b|2|y, z \xC3\xA9\xF0\x9F\x98\x80";
    CHECK(second_row(commas) == want);
    CHECK(second_row("\xEF\xBB\xBF" + commas) == want);
    CHECK(second_row("sep=,\r\n" + commas) == want);
    CHECK(second_row("metric;value;note\na;1;x\nb;2;y, z\n") == "b|2|y, z");
    CHECK(second_row("\"metric\"\tvalue\tnote\na\t1\tx\nb\t2\ty, z\n") == "b|2|y, z");
    CHECK(second_row("metric;value;note\ra;1;x\rb;2;y\r") == "b|2|y");

    std::u16string wide = u"metric,value,note\r\na,1,x\r\n\"b\",2,\"y, z \u00E9\U0001F600\"\r\n";
    std::string low_first = "\xFF\xFE", high_first = "\xFE\xFF";
    for (char16_t c : wide) {
        low_first += {static_cast<char>(c & 0xFF), static_cast<char>(c >> 8)};
        high_first += {static_cast<char>(c >> 8), static_cast<char>(c & 0xFF)};
    }
    CHECK(second_row(low_first) == want);
    CHECK(second_row(high_first) == want);
    const std::string unmarked = low_first.substr(2), cut = low_first.substr(0, low_first.size() - 1);
    const auto read_all = [](const std::string& text) {
        std::istringstream in(text);
        csv_reader t(in);
        while (t.next()) {
        }
    };
    CHECK_THROWS_WITH_AS(read_all(unmarked), doctest::Contains("zero bytes"), gambrel::error);
    CHECK_THROWS_WITH_AS(read_all(cut), doctest::Contains("UTF-16"), gambrel::error);
    CHECK_THROWS_WITH_AS(read_all("\xEF\xBBmetric"), doctest::Contains("byte-order mark"), gambrel::error);
}
