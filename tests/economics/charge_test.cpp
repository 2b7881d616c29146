// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/economics/charge.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr double per_million(const std::optional<token_price<>>& p) { return *p / 1_usd_per_Mtok; }
constexpr token_flows flows{6000_tok_per_s, 2000_tok_per_s, 1000_tok_per_s};
using enum charge_convention;
}  // namespace

static_assert(per_million(charge(output_only, 2.5_usd_per_h, 1.0, {{}, {}, 359_tok_per_s}).output) < 1.935);

TEST_CASE("359 output tokens a second at 2.50 $/h: 1.934 $/Mtok in full use, 3.224 at 0.6, 6.448 at 0.3") {
    const auto at = [](double use) {
        return per_million(charge(output_only, 2.5_usd_per_h, use, {{}, {}, 359_tok_per_s}).output);
    };
    CHECK(at(1.0) == approx(1.934).epsilon(0.0005 / 1.934));
    CHECK(at(0.6) == approx(3.224).epsilon(0.0005 / 3.224));
    CHECK(at(0.3) == approx(6.448).epsilon(0.0005 / 6.448));
}

TEST_CASE("by machine time, by hand: 3.6 $/h is 0.001 $/s, prompts take a quarter of it") {
    const token_charge c = charge(machine_time, 3.6_usd_per_h, 1.0, flows, 0.25);
    CHECK(per_million(c.input) == approx(0.25 * 0.001 / 6000 * 1e6));
    CHECK(per_million(c.cached) == 0.0);  // its time is counted in the tokens that read it
    CHECK(per_million(c.output) == approx(0.75 * 0.001 / 1000 * 1e6));
    const token_charge w = charge(machine_time, 3.6_usd_per_h, 0.5, flows, 0.25, 0.1);
    CHECK(per_million(w.input) == approx(2 * 0.25 * 0.001 / 6200 * 1e6));
    CHECK(per_million(w.cached) == approx(0.1 * per_million(w.input)));
    const token_charge none = charge(machine_time, 3.6_usd_per_h, 1.0, {{}, {}, 1000_tok_per_s}, 0.0);
    CHECK_FALSE(none.input.has_value());
    CHECK_FALSE(none.cached.has_value());
    CHECK(per_million(none.output) == approx(1.0));
}

TEST_CASE("every convention charges for the machine, neither more nor less") {
    for (const charge_convention how : {machine_time, all_tokens, output_only})
        for (const double use : {1.0, 0.37})
            for (const double share : {0.0, 0.3, 1.0})
                for (const double weight : {0.0, 0.1, 1.0}) {
                    CAPTURE(name_of(how));
                    CAPTURE(weight);
                    const token_charge c = charge(how, 7_usd_per_h, use, flows, share, weight);
                    const rental<> paid = flows.missed * c.input.value_or(token_price<>{}) +
                                          flows.cached * c.cached.value_or(token_price<>{}) +
                                          flows.output * c.output.value_or(token_price<>{});
                    CHECK(paid / 1_usd_per_h == approx(7 / use).epsilon(1e-12));
                }
}

TEST_CASE("output only charges prompts nothing: they have no price, which is not a price of zero") {
    const token_charge c = charge(output_only, 7_usd_per_h, 1.0, flows);
    CHECK_FALSE(c.input.has_value());
    CHECK_FALSE(c.cached.has_value());
}

// SemiAnalysis InferenceX, all tokens of a GPU and its hyperscaler's ownership cost (2026-04).
TEST_CASE("InferenceX: dollars per million of all tokens") {
    struct row {
        double tokens_per_s, dollars_per_hour, published;
    };
    for (const row& r : {row{5856.9, 1.95, 0.0925}, row{725.2, 1.12, 0.4290}}) {
        const token_charge c =
            charge(all_tokens, dollars_per_hour(r.dollars_per_hour), 1.0, {{}, {}, tokens_per_second(r.tokens_per_s)});
        CHECK(per_million(c.output) == approx(r.published).epsilon(0.005));
    }
    // and tokens a second for a megawatt at the meter: all-in 2.17 and 1.79 kW a GPU
    CHECK(5856.9_tok_per_s / 1_tok_per_s / (2.17_kW / 1e6_W) == approx(2.699e6).epsilon(0.005));
    CHECK(725.2_tok_per_s / 1_tok_per_s / (1.79_kW / 1e6_W) == approx(4.051e5).epsilon(0.005));
}

// SGLang's 96 H100 (2025-05): 3 nodes of prefill, 9 of decode with 22.3 thousand output tokens a second each, 2 $/GPU-h.
TEST_CASE("SGLang: dollars per million output tokens of 96 H100") {
    const token_rate<> output = tokens_per_second(9 * 22.3e3);
    CHECK(per_million(charge(output_only, 2_usd_per_h * 72, 1.0, {{}, {}, output}).output) ==
          approx(0.1993).epsilon(0.005));
    CHECK(per_million(charge(output_only, 2_usd_per_h * 96, 1.0, {{}, {}, output}).output) ==
          approx(0.2657).epsilon(0.005));
}

// DeepSeek's disclosure of 2025-02-27: a day of 608e9 input tokens, 342e9 of them cached, and 168e9 of output.
TEST_CASE("DeepSeek's day: what it earns at its prices") {
    const auto a_day = [](double tokens) { return tokens_per_second(tokens / 86400); };
    const token_flows day{a_day(608e9 - 342e9), a_day(342e9), a_day(168e9)};
    const rental<> earned = billed(day, {0.55_usd_per_Mtok, 0.14_usd_per_Mtok, 2.19_usd_per_Mtok});
    CHECK(earned * 24_h / 1_usd == approx(562027).epsilon(0.0002));
    CHECK(earned * 24_h / 1_usd == approx(562100).epsilon(1e-6));
    // cached tokens without a price of their own cost what input costs
    CHECK(billed(day, {0.55_usd_per_Mtok, {}, 2.19_usd_per_Mtok}) * 24_h / 1_usd ==
          approx(608e3 * 0.55 + 168e3 * 2.19).epsilon(1e-9));
}

TEST_CASE("charges refuse bad values and name them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(charge(all_tokens, dollars_per_hour(bad), 1, flows), doctest::Contains("rent"));
        CHECK_THROWS_WITH(charge(all_tokens, 1_usd_per_h, bad, flows), doctest::Contains("in use"));
        CHECK_THROWS_WITH(charge(all_tokens, 1_usd_per_h, 1, {tokens_per_second(bad), {}, 1_tok_per_s}),
                          doctest::Contains("input"));
        CHECK_THROWS_WITH(charge(all_tokens, 1_usd_per_h, 1, {{}, tokens_per_second(bad), 1_tok_per_s}),
                          doctest::Contains("cached"));
        CHECK_THROWS_WITH(charge(all_tokens, 1_usd_per_h, 1, {{}, {}, tokens_per_second(bad)}),
                          doctest::Contains("output"));
        CHECK_THROWS_WITH(charge(machine_time, 1_usd_per_h, 1, flows, bad), doctest::Contains("prompts"));
        CHECK_THROWS_WITH(charge(machine_time, 1_usd_per_h, 1, flows, 0.5, bad), doctest::Contains("cached"));
        CHECK_THROWS_WITH(billed(flows, {dollars_per_million_tokens(bad), {}, {}}), doctest::Contains("input"));
        CHECK_THROWS_WITH(billed(flows, {{}, dollars_per_million_tokens(bad), {}}), doctest::Contains("cached"));
        CHECK_THROWS_WITH(billed(flows, {{}, {}, dollars_per_million_tokens(bad)}), doctest::Contains("output"));
    }
    for (const double use : {0.0, 1.01}) CHECK_THROWS_WITH(checked_use(use), doctest::Contains("in use"));
    CHECK_THROWS_AS(charge(all_tokens, 1_usd_per_h, 1, {}), error);
}
