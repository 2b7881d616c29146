// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/serving/static_batch.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
const device<>& h100 = device_named("h100-sxm");
constexpr runtime<> free_host{.name = "free", .host = {.per_request = {5_ms, given_by_user}}};
const deployment<> llama{catalog::llama_3_1_8b, h100, free_host, {}, {.weights = linear_layers_in(formats::bf16)}};
}  // namespace

TEST_CASE("a static batch is one prefill and output - 1 decode passes") {
    const prediction<> p = predict_static_batch(llama, 500, 200, 16);
    REQUIRE(p.ok());
    const roof<> r(h100, llama.constants);
    const pass_inputs terms{llama.model, llama.cut, llama.formats};
    const double prefill = time_pass(terms, step_shape::prefill(16, 500), r, free_host).total().value();
    const double decode = time_pass(terms, step_shape::decode(16, 600), r, free_host).total().value();
    CHECK(p.ttft.value.value() == approx(0.005 + prefill));
    CHECK(p.tpot.value.value() == approx(decode));
    CHECK(p.latency.value.value() == approx(0.005 + prefill + 199 * decode));
    CHECK(p.request_throughput.value.value() * p.latency.value.value() == approx(16).epsilon(1e-12));
    CHECK(p.output_throughput.value.value() == approx(200 * 16 / p.latency.value.value()));
    CHECK(p.running == 16);
}

TEST_CASE("the middle of the output stands for all of it") {
    // Decode passes at contexts 501 ... 699, one by one; a p-norm is nearly linear over such a stretch.
    const roof<> r(h100, llama.constants);
    double sum = 0;
    for (int token = 1; token < 200; ++token)
        sum += time_pass({llama.model, llama.cut, llama.formats}, step_shape::decode(16, 500 + token), r, free_host)
                   .total()
                   .value();
    CHECK(predict_static_batch(llama, 500, 200, 16).tpot.value.value() == approx(sum / 199).epsilon(1e-4));
}

TEST_CASE("a batch too large for the memory says how many would fit") {
    const prediction<> p = predict_static_batch(llama, 4000, 96, 1000);
    CHECK(p.verdict.what == obstacle::does_not_fit);
    CHECK(p.verdict.shortfall > 0_B);
    REQUIRE(p.verdict.suggestion > 0);
    CHECK(predict_static_batch(llama, 4000, 96, p.verdict.suggestion).ok());
    CHECK_FALSE(predict_static_batch(llama, 4000, 96, p.verdict.suggestion + 1).ok());
}
