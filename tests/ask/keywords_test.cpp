// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/ask/keywords.hpp>
#include <set>

using namespace gambrel;
using namespace gambrel::ask;

namespace {
template <class Options, std::size_t N>
const keyword<Options>& named(const std::array<keyword<Options>, N>& all, std::string_view name) {
    for (const keyword<Options>& k : all)
        if (k.name == name) return k;
    FAIL("no keyword " << name);
    return all.front();
}
prediction_options typed(std::string_view name, std::string_view text) {
    prediction_options o;
    set_from_text(named(prediction_keywords, name), o, text);
    return o;
}
void refused(std::string_view name, std::string_view text, const char* sentence) {
    CHECK_THROWS_WITH_AS(typed(name, text), sentence, error);
}
template <class Options, std::size_t N> void check_names(const std::array<keyword<Options>, N>& all) {
    std::set<std::string> seen;
    const auto add = [&](std::string_view option) {
        CAPTURE(option);
        CHECK(option.starts_with("--"));
        CHECK(seen.insert(std::string(option)).second);
    };
    for (const keyword<Options>& k : all) {
        CAPTURE(k.name);
        add(k.option);
        for_each_name(k.aliases, add);
        CHECK_FALSE(k.help.empty());
        CHECK(is_called(k, k.name));
        if (k.range.noun != nullptr) CHECK(k.range.low < k.range.high);
    }
}
/// What the help says the default is, is the default.
template <class Options, std::size_t N> void check_defaults(const std::array<keyword<Options>, N>& all) {
    for (const keyword<Options>& k : all) {
        if (k.otherwise.empty()) continue;
        CAPTURE(k.name);
        Options set;
        set_from_text(k, set, k.otherwise);
        CHECK_FALSE(as_typed(k, set).has_value());
    }
}
}  // namespace

TEST_CASE("every keyword has one option, aliases of nobody else, a help and a range the right way round") {
    check_names(prediction_keywords);
    check_names(load_keywords);
    check_names(simulation_keywords);
}

TEST_CASE("defaults that the help shows are those of the options") {
    check_defaults(prediction_keywords);
    check_defaults(load_keywords);
    check_defaults(simulation_keywords);
    CHECK(prediction_options{}.prompt.mean() == typed("prompt", "1024").prompt.mean());
    CHECK(prediction_options{}.output.mean() == typed("output", "256").output.mean());
}

TEST_CASE("text sets the field it is of") {
    CHECK(typed("tp", "4").tensor == 4);
    CHECK(typed("tp", "4").pipeline == 1);
    CHECK(typed("sp", "").sequence);
    CHECK(typed("weights", "fp8").weights == "fp8");
    CHECK(typed("prefix_hit", "0.25").prefix_hit == 0.25);
    CHECK(*typed("concurrency", "1e3").concurrency == 1000.0);
    CHECK(typed("prompt", "uniform:10:30").prompt.mean() == 20.0);
    CHECK(typed("memory_gib", "384 GiB").memory->value() == 384.0 * 1073741824.0);
    CHECK(*typed("rate_per_s", "2.5").rate == 2.5);
    CHECK(*typed("rate_per_s", "90 req/min").rate == approx(1.5));
    CHECK(*typed("price_usd_per_hour", "2.49").price == 2.49);
    CHECK(*typed("price_usd_per_hour", "48 $/day").price == approx(2.0));
    load_options l;
    set_from_text(named(load_keywords, "ttft_p99_ms"), l, "500 ms");
    CHECK(l.limits.ttft.value() == 0.5);
    simulation_options s;
    set_from_text(named(simulation_keywords, "seed"), s, "7");
    CHECK(s.seed == 7);
    CHECK(*typed("transfer_gb_per_s", "400 Gb/s").transfer == approx(50.0));
}

TEST_CASE("a wrong text is refused with the option, what was typed, and what would be right") {
    refused("tp", "two", "--tp is \"two\"; it must be a whole number");
    refused("tp", "2.5", "--tp is \"2.5\"; it must be a whole number of at most 1,000,000,000");
    refused("pue", "high", "--pue is \"high\"; it must be a number");
    refused("pue", "nan", "--pue is \"nan\"; it must be a number");
    refused("rate_per_s", "10 GB",
            "--rate: \"10 GB\" is an amount of memory; a request rate is a number and one of: req/s, req/min, req/h, "
            "requests/s; without a unit it must be a number of req/s");
    CHECK_THROWS_AS(typed("memory_gib", "384"), error);  // GiB or GB: it must be said
    CHECK_THROWS_AS(typed("prompt", "long"), error);
}

TEST_CASE("what differs from the default is said as it would be typed") {
    prediction_options o;
    for (const auto& k : prediction_keywords) {
        CAPTURE(k.name);
        CHECK_FALSE(as_typed(k, o).has_value());
    }
    o.tensor = 8;
    o.sequence = true;
    o.kv = "fp8";
    o.token_budget = 8192;
    o.memory_fraction = 0.85;
    CHECK(*as_typed(named(prediction_keywords, "tp"), o) == "8");
    CHECK(as_typed(named(prediction_keywords, "sp"), o)->empty());
    CHECK(*as_typed(named(prediction_keywords, "kv"), o) == "fp8");
    CHECK(*as_typed(named(prediction_keywords, "token_budget"), o) == "8192");
    CHECK(*as_typed(named(prediction_keywords, "memory_fraction"), o) == "0.85");
}

TEST_CASE("ranges hold for every keyword that has one, and name it") {
    for (const auto& k : prediction_keywords) {
        if (k.range.noun == nullptr) continue;
        CAPTURE(k.name);
        const auto with = [&](double x) {
            prediction_options o;
            const std::string text = fmt::format("{}{}", x, k.name == "memory_gib" ? " GiB" : "");
            set_from_text(k, o, text);
            return o;
        };
        CHECK_NOTHROW(check_ranges(with(k.range.low)));
        CHECK_NOTHROW(check_ranges(with(k.range.high)));
        CHECK_THROWS_WITH(check_ranges(with(k.range.low - 1.0)), doctest::Contains(k.range.noun));
        CHECK_THROWS_WITH(check_ranges(with(k.range.high * 2.0)), doctest::Contains(k.range.noun));
    }
}
