// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/calibration/fitted.hpp>

using namespace gambrel;

namespace {
enum class variant { a, b };
using by_chip = fitted<chip, variant, int>;
using by_family = fitted<chip_family, variant, int>;
constexpr std::array chips{by_chip{chip::h100, kernel_library::vllm, variant::a, 1},
                           by_chip{chip::h100, kernel_library::sglang, variant::a, 2},
                           by_chip{chip::h100, kernel_library::vllm, variant::b, 3}};
constexpr std::array families{by_family{chip_family::hbm, kernel_library::other, variant::a, 4},
                              by_family{chip_family::hbm, kernel_library::vllm, variant::a, 5}};
constexpr found_fit<int> find(const char* device, kernel_library library, variant v) {
    return find_fit(chips, families, fit_key_of(device_named(device), library), v);
}
}  // namespace

TEST_CASE("a device takes its chip's fit under its library, as sure as it was") {
    const auto f = find("h100-sxm", kernel_library::sglang, variant::a);
    REQUIRE(f);
    CHECK(*f.constants == 2);
    CHECK(f.sigma(0.1) == 0.1);
}

TEST_CASE("then the chip's fit under another library, less surely") {
    const auto f = find("h100-sxm", kernel_library::sglang, variant::b);
    REQUIRE(f);
    CHECK(*f.constants == 3);
    CHECK(f.sigma(0.1) == approx(std::sqrt(0.1 * 0.1 + other_library_sigma * other_library_sigma)));
}

TEST_CASE("of other libraries, vLLM's goes before") {
    CHECK(*find("h100-sxm", kernel_library::tensorrt_llm, variant::a).constants == 1);
    CHECK(*find("h100-sxm", kernel_library::other, variant::a).constants == 1);
}

TEST_CASE("a sister board takes the chip's, less surely") {
    const auto f = find("h100-nvl", kernel_library::vllm, variant::a);
    REQUIRE(f);
    CHECK(*f.constants == 1);
    CHECK(f.sigma(0.1) == approx(0.1 * sister_board_widening));
}

TEST_CASE("then its family's, under its library if there is one") {
    CHECK(*find("a30", kernel_library::vllm, variant::a).constants == 5);
    CHECK(*find("a30", kernel_library::sglang, variant::a).constants == 4);
    CHECK_FALSE(find("a30", kernel_library::vllm, variant::b));
}

TEST_CASE("all variants at once are what each alone is") {
    for (const char* device : {"h100-sxm", "h100-nvl", "a30", "mi300x", "rtx-4090", "b200-sxm"})
        for (std::size_t l = 0; l < kernel_library_count; ++l) {
            const fit_key key = fit_key_of(device_named(device), static_cast<kernel_library>(l));
            const auto all = find_fits<2>(chips, families, key);
            for (const variant v : {variant::a, variant::b}) {
                const auto one = find_fit(chips, families, key, v);
                const auto& same = all[static_cast<std::size_t>(v)];
                CHECK(same.constants == one.constants);
                CHECK(same.sigma(0.1) == one.sigma(0.1));
            }
        }
}

TEST_CASE("and nothing for another vendor or another kind of memory") {
    CHECK_FALSE(find("mi300x", kernel_library::vllm, variant::a));
    CHECK_FALSE(find("rtx-4090", kernel_library::vllm, variant::a));  // no GDDR family in this table
    CHECK(family_of(device_named("rtx-4090")) == chip_family::gddr);
    CHECK(family_of(device_named("a30")) == chip_family::hbm);
    CHECK(family_of(device_named("agx-orin-64")) == chip_family::none);
    for (std::size_t i = 1; i < chip_count; ++i)
        CHECK(family_of(static_cast<chip>(i)) == family_of(device_named(board_of(static_cast<chip>(i)))));
}
