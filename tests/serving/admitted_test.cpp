// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/load/deployment_load.hpp>
#include <gambrel/serving/saturated.hpp>
#include <gambrel/serving/static_batch.hpp>

using namespace gambrel;

static_assert(!std::is_constructible_v<checked_deployment<>, deployment<>&&>, "it would refer to what is gone");

TEST_CASE("every engine refuses for the same reason, by the same shortfall") {
    const deployment<> too_large{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {}};
    const workload w{.prompt = 1000, .output = 100, .concurrency = 4};
    workload open = w;
    open.rate = requests_per_second(1);
    const admitted a =
        checked_deployment<>(too_large).admit(request_shape(w, too_large.runtime.scheduling, too_large.model));
    REQUIRE(a.verdict.what == obstacle::does_not_fit);
    CHECK(a.verdict.suggestion == 0);
    CHECK(a.verdict.shortfall.value() > 60e9);  // 141 GB of weights on 80 GB
    for (const feasibility& f :
         {predict(too_large, w).verdict, predict_saturated(too_large, 1000, 100).verdict,
          predict_static_batch(too_large, 1000, 100, 4).verdict, predict_load(too_large, open).verdict}) {
        CHECK(f.what == obstacle::does_not_fit);
        CHECK(f.shortfall.value() == approx(a.verdict.shortfall.value()).epsilon(1e-3));
    }
}

TEST_CASE("a batch that is too large is told how many fit, and so many do") {
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {.replicas = 2}};
    const checked_deployment<> c(d);
    const admitted refused = c.admit_batch(16000, 1e4);
    REQUIRE(refused.verdict.what == obstacle::does_not_fit);
    const double fit = refused.verdict.suggestion / c.rank_groups();
    CHECK(fit >= 1);
    CHECK(c.admit_batch(16000, fit).ok());
    CHECK(!c.admit_batch(16000, fit + 1).ok());
    const double of_one = refused.memory.kv_allocated.value(), room = refused.memory.for_kv.value();
    CHECK(refused.verdict.shortfall.value() == approx(1e4 * of_one - room));
}

TEST_CASE("context, then images, then memory") {
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {}};
    const checked_deployment<> c(d);
    const auto asked = [&](const workload& w) { return c.admit(request_shape(w, d.runtime.scheduling, d.model)); };
    CHECK(asked({.prompt = 1e6, .output = 10, .images = 1}).verdict.what == obstacle::context_too_long);
    CHECK(asked({.prompt = 1000, .output = 10, .images = 2}).verdict.what == obstacle::no_images);
    CHECK(asked({.prompt = 1000, .output = 10, .images = 2}).verdict.have == 2);
    CHECK(asked({.prompt = 1000, .output = 10}).ok());
}

TEST_CASE("a prompt that a runtime does not cut must fit in a pass; the simulator rejects the same ones") {
    const deployment<> whole{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::tensorrt_llm, {}};
    REQUIRE_FALSE(whole.runtime.scheduling.chunked_prefill);
    const double budget = whole.runtime.scheduling.token_budget;
    const auto asked = [&](const workload& w) {
        return checked_deployment<>(whole).admit(request_shape(w, whole.runtime.scheduling, whole.model)).verdict;
    };
    CHECK(asked({.prompt = budget, .output = 10}).ok());
    const feasibility f = asked({.prompt = budget + 1, .output = 10});
    CHECK(f.what == obstacle::prompt_too_long);
    CHECK(f.have == budget + 1);
    CHECK(f.limit == budget);
    CHECK(asked({.prompt = budget + 1, .output = 10, .prefix_hit = 0.1}).ok());  // what is cached is not computed
    const deployment<> cut{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {}};
    CHECK(checked_deployment<>(cut)
              .admit(request_shape({.prompt = budget + 1, .output = 10}, cut.runtime.scheduling, cut.model))
              .ok());
}

TEST_CASE("formats are those the device multiplies") {
    const deployment<> d{catalog::llama_3_1_8b, catalog::a100_sxm_80, catalog::vllm, {}, precision_in(formats::mxfp4)};
    CHECK(d.formats.weights.feed_forward.issue == multiply::as_4_bit_float);
    CHECK(d.resolved_formats().weights.feed_forward.issue == multiply::as_16_bit);
    CHECK(d.resolved_formats().weights.feed_forward.bits == d.formats.weights.feed_forward.bits);
    CHECK(checked_deployment<>(d).formats().weights.attention.issue == multiply::as_16_bit);
}
