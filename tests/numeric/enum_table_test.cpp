// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <gambrel/model/matrix_role.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/palette.hpp>
#include <gambrel/operators/operation.hpp>
#include <gambrel/roofline/roof.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/serving/load/capacity.hpp>
#include <gambrel/simulation/router.hpp>
#include <set>

using namespace gambrel;

namespace {
enum class season : unsigned char { spring, summer, autumn };
}  // namespace
namespace gambrel {
template <>
inline constexpr std::array<enum_row<season>, 3> enum_table<season>{{
    {season::spring, "spring", "early in the year", "early"},
    {season::summer, "summer", "in summer"},
    {season::autumn, "autumn", "late in the year", "late", "#E69F00"},
}};
}  // namespace gambrel

TEST_CASE("a row gives the key, the words, the label and the colour") {
    static_assert(name_of(season::spring) == "early in the year");
    static_assert(key_of(season::autumn) == "autumn");
    CHECK(label_of(season::spring) == "early");
    CHECK(label_of(season::summer) == "in summer");  // no label of its own: the words
    CHECK(colour_of(season::autumn) == "#E69F00");
    CHECK(colour_of(season::summer).empty());
    CHECK(keys_of_all<season>() == std::array<std::string_view, 3>{"spring", "summer", "autumn"});
    CHECK(names_of_all<season>()[2] == "late in the year");
    CHECK(all_of<season>()[1] == season::summer);
}

TEST_CASE("the compiler tells an enumerator from a value without one") {
    static_assert(detail::is_enumerator<season, season::autumn>());
    static_assert(!detail::is_enumerator<season, static_cast<season>(3)>());
    static_assert(detail::is_enumerator<operator_class, operator_class::transfer>());
    static_assert(!detail::is_enumerator<operator_class, static_cast<operator_class>(operator_class_count)>());
}

TEST_CASE("a value is found by its name, and the refusal lists the nearest") {
    CHECK(enum_named<simulation::routing>("routing", "least-kv") == simulation::routing::least_kv);
    CHECK(enum_named<arrival_split>("routing", "in_turn") == arrival_split::in_turn);
    CHECK_THROWS_WITH_AS((void)enum_named<arrival_split>("routing", "inturn"),
                         "unknown routing \"inturn\"; the nearest are in-turn, random", error);
}

TEST_CASE("operator classes and bounds have colours of their own, all of the palette") {
    std::set<std::string_view> palette, classes, bounds;
    for (const auto& [name, colour] : colours::by_name) palette.insert(colour);
    CHECK(palette.size() == colours::by_name.size());
    for (const operator_class c : all_of<operator_class>()) {
        CHECK(palette.count(colour_of(c)) == 1);
        classes.insert(colour_of(c));
    }
    for (const bound b : all_of<bound>()) bounds.insert(colour_of(b));
    CHECK(classes.size() == operator_class_count);
    CHECK(bounds.size() == bound_count);
}

TEST_CASE("keys are what JSON has always had") {
    CHECK(key_of(bound::memory) == "memory_bandwidth");
    CHECK(label_of(bound::memory) == "memory");
    CHECK(key_of(operator_class::elementwise) == "element_wise");
    CHECK(key_of(batching::prefill_first) == "prefill_first");
    CHECK(name_of(matrix_role::query_key_value) == "qkv");
    CHECK(name_of(matrix_role::head) == "head");
    CHECK(key_of(evidence::user) == "user");
    CHECK(name_of(evidence::user) == "given");
}
