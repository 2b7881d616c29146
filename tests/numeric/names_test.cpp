// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <doctest/doctest.h>
#include <gambrel/names.hpp>
#include <string>
#include <vector>

using namespace gambrel;

TEST_CASE("names are the same without regard to case, underscore, hyphen and space") {
    static_assert(same_name("H100_SXM", "h100-sxm"));
    static_assert(same_name("h100 sxm", "h100-sxm"));
    static_assert(!same_name("h100-sxm", "h100-sxm5"));
    static_assert(!same_name("h100", "h200"));
}

TEST_CASE("edit distance is Levenshtein's") {
    static_assert(edit_distance("", "") == 0);
    static_assert(edit_distance("", "abc") == 3);
    static_assert(edit_distance("kitten", "sitting") == 3);  // the textbook pair
    static_assert(edit_distance("flaw", "lawn") == 2);
    static_assert(edit_distance("Saturday", "sunday") == 3);
    static_assert(edit_distance("lawn", "flaw") == edit_distance("flaw", "lawn"));
    CHECK(edit_distance(std::string(5000, 'a'), "b") == longest_compared_name);  // bounded work
}

TEST_CASE("the nearest come first, and a name that contains what was typed before all others") {
    static constexpr std::array<std::string_view, 5> names{"l4", "h100-pcie", "h100-sxm", "t4", "mi300x"};
    static_assert(nearest_names("h100-sxn", names)[0] == "h100-sxm");
    static_assert(nearest_names("h100-sxn", names)[1] == "h100-pcie");
    static_assert(nearest_names("mi300", names)[0] == "mi300x");
    static_assert(nearest_names("h100", names)[0] == "h100-sxm");  // not l4, whose distance is as small
    static_assert(nearest_names("h100", names)[1] == "h100-pcie");
    static_assert(nearest_names("x", std::array<std::string_view, 1>{"y"})[1].empty());
    static_assert(nearest_names("bf1", std::array<std::string_view, 3>{"bf16", "BF16", "fp16"})[1] == "fp16");
}

TEST_CASE("an unknown name is an error naming the nearest, and a huge one is cut") {
    const std::vector<std::string> names{"vllm", "sglang"};
    CHECK_THROWS_WITH_AS(fail_unknown("runtime", "vlm", names), "unknown runtime \"vlm\"; the nearest are vllm, sglang",
                         gambrel::error);
    CHECK_THROWS_WITH_AS(fail_unknown("runtime", "vlm", std::vector<std::string>{}), "unknown runtime \"vlm\"",
                         gambrel::error);
    try {
        fail_unknown("runtime", std::string(100000, 'z'), names);
    } catch (const gambrel::error& e) {
        CHECK(std::string(e.what()).size() < 200);
    }
}
