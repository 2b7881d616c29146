// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/economics/cost.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr production four_h100{.devices = 4,
                               .per_device = 3.07_usd_per_h,
                               .input = {8000_tok_per_s, 6000_tok_per_s, 10000_tok_per_s},
                               .output = {2000_tok_per_s, 1600_tok_per_s, 2500_tok_per_s},
                               .prompt_share = 0.25};
constexpr double per_million(const token_price<>& p) { return p / 1_usd_per_Mtok; }
}  // namespace

static_assert(per_million(cost_per_token(four_h100).output_only.value) < 1.71);

TEST_CASE("dollars per token by hand") {
    // 12.28 $/h = 3.41111e-3 $/s
    constexpr token_cost c = cost_per_token(four_h100);
    const double machine = 12.28 / 3600.0;
    CHECK(per_million(c.output_only.value) == approx(machine / 2000 * 1e6));
    CHECK(per_million(c.output.value) == approx(0.75 * machine / 2000 * 1e6));
    CHECK(per_million(c.input.value) == approx(0.25 * machine / 8000 * 1e6));
    CHECK(per_million(c.blended.value) == approx(machine / 10000 * 1e6));
    CHECK(per_million(c.output_only.value) == approx(1.70556).epsilon(1e-5));
}

TEST_CASE("ranges: the slower, the dearer") {
    constexpr token_cost c = cost_per_token(four_h100);
    CHECK(per_million(c.output_only.low) == approx(12.28 / 3600 / 2500 * 1e6));
    CHECK(per_million(c.output_only.high) == approx(12.28 / 3600 / 1600 * 1e6));
    CHECK(per_million(c.blended.high) == approx(12.28 / 3600 / 7600 * 1e6));
    CHECK(c.input.low < c.input.value);
    CHECK(c.input.value < c.input.high);
}

TEST_CASE("input and output together pay for the machine, neither more nor less") {
    for (const double share : {0.0, 0.1, 0.5, 0.99, 1.0}) {
        production p = four_h100;
        p.prompt_share = share;
        const token_cost c = cost_per_token(p);
        const rental<> paid = c.input.value * p.input.value + c.output.value * p.output.value;
        CHECK(paid / 1_usd_per_h == approx(12.28));
        CHECK((c.blended.value * (p.input.value + p.output.value)) / 1_usd_per_h == approx(12.28));
    }
}

TEST_CASE("a machine used half of the paid hours costs twice as much per token") {
    production p = four_h100;
    p.paid_share = 0.5;
    CHECK(cost_per_token(p).output.value / cost_per_token(four_h100).output.value == approx(2.0));
}

TEST_CASE("a fleet's bill: 87,072 $ a day at 2 $/h is 1814 devices") {  // DeepSeek's disclosure of 2025-02
    CHECK(1814 * (2_usd_per_h * 24_h) / 1_usd == approx(87072));
}

TEST_CASE("cost refuses bad values and names them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const auto refused = [](auto change, const char* what) {
        production p = four_h100;
        change(p);
        CHECK_THROWS_WITH(cost_per_token(p), doctest::Contains(what));
    };
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        refused([&](production& p) { p.devices = bad; }, "devices");
        refused([&](production& p) { p.per_device = dollars_per_hour(bad); }, "rental");
        refused([&](production& p) { p.prompt_share = bad; }, "prompts");
        refused([&](production& p) { p.paid_share = bad; }, "paid hours");
        refused([&](production& p) { p.input.value = tokens_per_second(bad); }, "input tokens");
        refused([&](production& p) { p.output.value = tokens_per_second(bad); }, "output tokens");
        refused([&](production& p) { p.output.low = tokens_per_second(bad); }, "output tokens");
        refused([&](production& p) { p.output.high = tokens_per_second(bad); }, "output tokens");
    }
    refused([](production& p) { p.devices = 0; }, "devices");
    refused([](production& p) { p.output.value = 0_tok_per_s; }, "output tokens");
    refused([](production& p) { p.prompt_share = 1.01; }, "prompts");
    refused([](production& p) { p.paid_share = 0.0; }, "paid hours");
    refused([](production& p) { p.output.low = p.output.value * 1.1; }, "output tokens");
}

// 100 output tokens a second for a rent of 3.6 $/h, 0.001 $/s: 10 $ per million. One device, paid while it works.
TEST_CASE("what a bill does not state costs nothing more, at run time") {
    production p;
    p.per_device = dollars_per_hour(3.6);
    p.input = {tokens_per_second(300), tokens_per_second(300), tokens_per_second(300)};
    p.output = {tokens_per_second(100), tokens_per_second(100), tokens_per_second(100)};
    const token_cost c = cost_per_token(p);
    CHECK(c.output.value / dollars_per_million_tokens(1) == approx(10.0).epsilon(1e-12));
    CHECK(c.input.value.value() == 0.0);  // prompts take no time
    CHECK(c.blended.value / dollars_per_million_tokens(1) == approx(2.5).epsilon(1e-12));
}
