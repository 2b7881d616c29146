// SPDX-License-Identifier: Apache-2.0
// Files as text and JSON values, fields as numbers, texts and dates: by hand.
#include <doctest/doctest.h>

#include <gambrel/measurement/io/stated.hpp>

using namespace gambrel;
using namespace gambrel::detail;

namespace {
std::string why(const std::string& content) {
    try {
        results_in(content, "file.json");
    } catch (const error& e) {
        return e.what();
    }
    return {};
}
bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("values one after the other, in lists, one a line") {
    CHECK(results_in(R"({"a": 1}{"a": 2})", "x").size() == 2);
    CHECK(results_in("{\"a\": 1}\n\n[{\"a\": 2}, {\"a\": 3}]\n", "x").size() == 3);
    CHECK(results_in(R"({"a": "} { \" ]"})", "x").at(0)["a"] == "} { \" ]");
    const auto python = results_in(R"({"a": NaN, "b": Infinity, "c": -Infinity, "d": "NaN"})", "x").at(0);
    CHECK(python["a"].is_null());
    CHECK(python["b"] == "inf");
    CHECK(python["c"] == "-inf");
    CHECK(python["d"] == "NaN");
}

TEST_CASE("what is no JSON says where it breaks off") {
    CHECK(says(why(""), "empty"));
    CHECK(says(why("{"), "file.json is not JSON, or breaks off: line 1"));
    CHECK(says(why("{\"a\": 1}\n{\"b"), "after 1 whole results: line 2"));
    CHECK(says(why(std::string(100'000, '[')), "too deeply"));
    CHECK(says(why("{]"), "not JSON"));
}

TEST_CASE("UTF-8") {
    CHECK(is_utf8("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80"));
    for (const char* bad : {"\xFF", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\x80"})
        CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("numbers, counts and texts of fields") {
    CHECK(number_of(" 1.5 ") == 1.5);
    CHECK(number_of("+2") == 2.0);
    for (const result_json& none : {result_json("1_000"), result_json("nan"), result_json("inf"), result_json(true),
                                    result_json(), result_json(""), result_json("1 2"), result_json::array()})
        CHECK_FALSE(number_of(none));
    CHECK(whole_in(3) == 3.0);
    CHECK_FALSE(whole_in(0));
    CHECK(whole_in(0, 0.0) == 0.0);
    CHECK_FALSE(whole_in(2.5));
    CHECK(text_of("  two\n words ") == "two words");
    CHECK(text_of(2.0) == "2");
    CHECK(text_of(true).empty());
    CHECK(shortest_text(0.1) == "0.1");
    CHECK(rounded(2.675, 2) == 2.67);  // 2.67499999999999982236431605997495353221893310546875
    CHECK(rounded(1000.0, 2) == 1000.0);
}

TEST_CASE("dates as tools write them") {
    CHECK(day_in("20250314-150926") == "2025-03-14");
    CHECK(day_in("2025-03-14T15:09:26Z") == "2025-03-14");
    CHECK(day_in("2025-03") == "2025-03");
    CHECK(day_in("yesterday").empty());
    CHECK(day_in("on 2025-03-14").empty());
    CHECK(day_of_seconds(1746000000.0) == "2025-04-30");
    CHECK(day_of_seconds(17.0).empty());
}

TEST_CASE("names of one model and one device, and of two") {
    CHECK(models_differ("llama-3.1-8b", "meta-llama/Llama-3.1-70B"));
    CHECK_FALSE(models_differ("llama-3.1-8b", "meta-llama/Llama-3.1-8B-Instruct"));
    CHECK_FALSE(models_differ("my-model", "Llama-3.1-8B"));
    CHECK(devices_differ("l4", "NVIDIA L40S"));
    CHECK(devices_differ("h100-sxm", "NVIDIA A100-SXM4-80GB"));
    CHECK_FALSE(devices_differ("h100-sxm", "NVIDIA H100 80GB HBM3"));
    CHECK_FALSE(devices_differ("rtx-4070ti", "NVIDIA GeForce RTX 4070 Ti"));
}
