// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <ask/questions.hpp>

#include <doctest/doctest.h>

#include <gambrel/ask/heading.hpp>

using namespace gambrel;
using ask::answered;

TEST_CASE("cost is devices x rent / rate, with the caller's rent") {
    auto q = ask::flagship();
    q.rent = dollars_per_hour(2.5);
    const auto a = answered(q);
    REQUIRE(a.cost);
    const double by_hand = 4.0 * 2.5 / 3600.0 / a.predicted.output_throughput.value.value();
    CHECK(a.cost->output_only.value.value() == approx(by_hand).epsilon(1e-12));
    const double share = a.predicted.prompt_share;
    CHECK(a.cost->output.value.value() == approx(by_hand * (1.0 - share)).epsilon(1e-12));
    CHECK(a.rent_source == "given by the caller");
}

TEST_CASE("without a rent the median of the on-demand quotes is taken, and named") {
    const auto a = answered(ask::flagship());
    REQUIRE(a.rent);
    CHECK(a.rent->value() == typical_price("h100-sxm")->value.value());
    CHECK(a.rent_source.find("median of ") == 0);
    CHECK(a.rent_source.find(" on demand, ") != std::string::npos);
}

TEST_CASE("a device that nobody rents out has no cost, and says so") {
    const auto a = answered({.what = {model_named("llama-3.1-8b"), device_named("h20"), catalog::vllm, {}}});
    REQUIRE(a.ok());
    CHECK_FALSE(a.cost);
    CHECK(a.rent_source.find("no on-demand quote for h20 is known") == 0);
}

TEST_CASE("energy is devices x power / rate, and costs what electricity costs") {
    auto q = ask::flagship();
    q.electricity = dollars_per_kilowatt_hour(0.36);
    q.around = {.server = 1.0, .pue = 2.0};
    const auto a = answered(q);
    REQUIRE(a.energy);
    const double by_hand = 4.0 * 2.0 * a.power->value.value() / a.predicted.output_throughput.value.value();
    CHECK(a.energy->value.value() == approx(by_hand).epsilon(1e-12));
    CHECK(a.energy_cost->value.value() == approx(by_hand * 0.36 / 3.6e6).epsilon(1e-12));
    CHECK(a.power->value < device_named("h100-sxm").power.limit.value);
}

TEST_CASE("a device without a power limit has no energy") {
    const auto a = answered({.what = {model_named("llama-3.1-8b"), device_named("tpu-v6e"), catalog::vllm, {}}});
    REQUIRE(a.ok());
    CHECK_FALSE(a.energy);
}

TEST_CASE("prompt tokens arrive as fast as requests bring them") {
    const auto a = answered(ask::flagship());
    CHECK(a.predicted.prompt_throughput.value.value() == approx(2048.0 * a.predicted.request_throughput.value.value()));
    CHECK((a.predicted.prompt_throughput.value + a.predicted.output_throughput.value).value() ==
          approx(a.predicted.total_throughput.value.value()));
}

TEST_CASE("a heading names the format of what weighs most") {
    ask::question q = ask::flagship();
    q.what.formats.weights = {};
    q.what.formats.weights.feed_forward = formats::fp8;
    CHECK(ask::heading(q).find("(fp8 weights, fp8 KV)") != std::string::npos);
    ask::question routed = ask::asked("gpt-oss-120b", "h100-sxm", {.tensor = 4}, formats::fp8);
    routed.what.formats.weights = {};
    routed.what.formats.weights.experts = formats::mxfp4;
    CHECK(ask::heading(routed).find("(mxfp4 weights, fp8 KV)") != std::string::npos);
}
