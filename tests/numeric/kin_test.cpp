// SPDX-License-Identifier: Apache-2.0
// The nearest by kind. The names are ones that people typed; what is near them is judged by hand.
#include <array>
#include <doctest/doctest.h>
#include <gambrel/names/kin.hpp>
#include <string>
#include <vector>

using namespace gambrel;

namespace {
constexpr std::array<std::string_view, 9> boards{"h100-sxm", "h100-pcie", "l4",     "rtx-3090",  "rtx-4070ti",
                                                 "rtx-5080", "mi300x",    "mi355x", "xeon-8480p"};
std::string first(std::string_view typed) { return std::string(nearest_kin(typed, boards, boards)[0]); }

constexpr std::array<std::string_view, 6> models{"Llama-3.1-8B", "Llama-3.1-70B",       "Qwen3-8B",
                                                 "Qwen3-32B",    "DeepSeek-R1-8B-Qwen", "Mistral-7B"};
std::string first_model(std::string_view typed) { return std::string(nearest_kin(typed, models, models)[0]); }
}  // namespace

TEST_CASE("names without regard to hyphens") {
    static_assert(same_letters("llama3.1-8b", "Llama-3.1-8B"));
    static_assert(same_letters("M4 MAX", "m4-max"));
    static_assert(same_letters("a--", "a"));
    static_assert(!same_letters("a1", "a10"));
    static_assert(!same_letters("a10", "a1"));
    static_assert(!same_letters("3.1", "31"));
    static_assert(!same_letters("", ""));
    static_assert(!same_letters("-", "-"));
}

TEST_CASE("a board's kin are of its family, nearest in number") {
    CHECK(first("RTX 5070 Ti") == "rtx-5080");
    CHECK(first("NVIDIA GeForce RTX 3080") == "rtx-3090");
    CHECK(first("MI350X") == "mi355x");
    CHECK(first("mi300a") == "mi300x");
    CHECK(first("Xeon 8490H") == "xeon-8480p");
    CHECK(first("h10") == "h100-sxm");   // what was typed begins it
    CHECK(first("5070") == "rtx-5080");  // a number alone
    CHECK(first("h100-sxn") == "h100-sxm");
}

TEST_CASE("a model's kin are of its family, then of its size") {
    CHECK(first_model("lama-3.1-9b") == "Llama-3.1-8B");
    CHECK(first_model("Llama-3.3-65B") == "Llama-3.1-70B");
    CHECK(first_model("Qwen/Qwen3-9B") == "Qwen3-8B");  // before DeepSeek's, whose family it is not
    CHECK(first_model("Qwen3.6-27B") == "Qwen3-32B");
    CHECK(nearest_kin("mistral-large", models, models)[1].empty());  // nothing else is related
}

TEST_CASE("makers are kin where no family is") {
    constexpr std::array<std::string_view, 2> names{"rx-7900xtx", "rtx-4090"};
    const std::vector<std::string> texts{"rx-7900xtx AMD Radeon RX 7900 XTX", "rtx-4090 NVIDIA GeForce RTX 4090"};
    CHECK(nearest_kin("NVIDIA GeForce GTX 1080", names, texts)[0] == "rtx-4090");
    CHECK(nearest_kin("AMD Radeon VII", names, texts)[0] == "rx-7900xtx");
}

TEST_CASE("unlike everything: spelling decides, and hostile names are bounded") {
    CHECK(first("l5") == "l4");
    CHECK_FALSE(first("zzz").empty());
    CHECK_FALSE(first("").empty());
    CHECK_FALSE(first(std::string(100000, '9')).empty());
    CHECK_FALSE(first("1.1.1.1 \xff\xfe (((").empty());
}
