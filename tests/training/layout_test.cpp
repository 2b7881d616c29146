// SPDX-License-Identifier: Apache-2.0
// Which cuts exist, and the nearest that do; the arithmetic of a token in both conventions.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/model/catalog/gpt.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/qwen.hpp>
#include <gambrel/training/flop_count.hpp>
#include <gambrel/training/layout.hpp>

using namespace gambrel;
namespace tr = gambrel::training;
using fault = tr::layout_fault;

TEST_CASE("devices are the product of the degrees but for experts, which lie on the ranks of a stage") {
    const tr::layout l{.tensor = 2, .pipeline = 3, .context = 5, .expert = 10, .data = 7};
    CHECK(l.devices() == 210);
    CHECK(l.copies() == 35);
    CHECK(l.expert_copies() == 7);
    CHECK(l.shards() == 1);
    CHECK(tr::layout{.data = 8, .zero = tr::zero_stage::weights, .shard = 4}.shards() == 4);
    // Under DualPipe a stage lies on two ranks of each pipeline.
    const tr::layout both{.pipeline = 4, .schedule = tr::schedule::dual_pipe, .expert = 2, .data = 8};
    CHECK(both.devices() == 32);
    CHECK(both.copies() == 16);
    CHECK(both.expert_copies() == 8);
}

TEST_CASE("each way in which a layout fails, with what would work") {
    const architecture& m = catalog::llama_3_70b;  // 80 layers, 64 heads, 8 of keys
    const tr::batch b{1, 128, 8192};
    const auto expect = [&](const tr::layout& l, fault what, double nearest, int devices = 0,
                            const architecture* of = nullptr, const tr::batch* batch = nullptr) {
        const tr::layout_check c = tr::check(of ? *of : m, l, batch ? *batch : b, devices);
        CHECK(name_of(c.what) == name_of(what));
        CHECK(c.nearest == nearest);
    };
    expect({.tensor = 4, .pipeline = 8, .virtual_stages = 5, .data = 2}, fault::none, 0, 64);
    expect({.tensor = 4, .pipeline = 8, .data = 1}, fault::devices, 2, 64);
    expect({.tensor = 4, .pipeline = 8, .data = 1}, fault::devices, 0, 60);
    expect({.tensor = 3}, fault::heads, 2);
    expect({.pipeline = 7}, fault::layers, 8);
    expect({.pipeline = 8, .virtual_stages = 4}, fault::chunks, 5);
    expect({.virtual_stages = 2}, fault::one_stage, 1);
    expect({.pipeline = 5, .schedule = tr::schedule::dual_pipe}, fault::odd_stages, 4);
    expect({.pipeline = 8, .virtual_stages = 5, .schedule = tr::schedule::zero_bubble}, fault::interleaved, 1);
    expect({.pipeline = 8, .schedule = tr::schedule::dual_pipe, .data = 128}, fault::odd_micro_batches, 2);
    expect({.pipeline = 8, .schedule = tr::schedule::dual_pipe, .data = 64}, fault::none, 0);
    expect({.expert = 2, .data = 2}, fault::experts, 1);
    expect({.context = 3}, fault::sequence, 2);
    expect({.data = 3}, fault::data, 129);  // 126 is farther from 128
    const tr::batch threes{3, 128, 8192}, few{1, 4, 8192};
    expect({.data = 8}, fault::batch, 2, 0, nullptr, &threes);  // 16 for each: 2 and 4 are as near
    expect({.data = 8}, fault::data, 8, 0, nullptr, &few);
    expect({.data = 7}, fault::data, 126);
    expect({.data = 8, .zero = tr::zero_stage::weights, .shard = 3}, fault::shard, 2);
    // 126 layers, embedding and head as one each: 16 a stage.
    expect({.tensor = 8, .pipeline = 8, .virtual_stages = 8, .context = 2, .data = 8}, fault::none, 0, 1024,
           &catalog::llama_3_1_405b);
    const architecture& experts = catalog::qwen3_30b_a3b;  // 128 of them
    expect({.expert = 16, .data = 16}, fault::none, 0, 16, &experts);
    expect({.expert = 24, .data = 32}, fault::experts, 16, 0, &experts);
    expect({.expert = 16, .data = 8}, fault::expert_ranks, 8, 0, &experts);
    CHECK_THROWS_AS(tr::check(m, {.tensor = 0}, b), error);
    CHECK_THROWS_AS(tr::check(m, {}, {1, 1, 0}), error);
}

TEST_CASE("arithmetic of a trained token: 6 x matrix elements, and attention counted both ways (GFLOP)") {
    const auto of = [](const architecture& m, double linear, double causal, double full) {
        const tr::token_work w = tr::work_per_token(m, 8192);
        CHECK(w.linear.value() / 1e9 == approx(linear).epsilon(1e-4));
        CHECK(w.causal.value() / 1e9 == approx(causal).epsilon(1e-4));
        CHECK(w.full.value() / 1e9 == approx(full).epsilon(1e-4));
    };
    of(catalog::llama_3_8b, 45.028, 6.442, 12.885);
    of(catalog::llama_3_70b, 417.010, 32.212, 64.425);
    of(catalog::llama_3_1_405b, 2422.487, 101.469, 202.937);
    // GPT-3 175B of Narayanan et al. (2104.04473): with full recomputation 4/3 of the layers, 1434 GFLOP.
    architecture gpt;
    gpt.hidden = 12288;
    gpt.vocabulary = 51200;
    gpt.add(96, {.attention = {.query_heads = 96, .kv_heads = 96, .head_dim = 128},
                 .feed_forward = {.width = 49152, .gated = false}});
    const tr::token_work w = tr::work_per_token(gpt, 2048);
    CHECK(w.all(tr::attention_count::full).value() / 1e9 == approx(1076.443).epsilon(1e-6));
    const double head = 6.0 * 51200 * 12288;
    CHECK((w.all(tr::attention_count::full).value() * 4.0 / 3.0 - head / 3.0) / 1e9 == approx(1433.999).epsilon(1e-6));
    // A window: no query sees more than 4,096 keys.
    architecture windowed = catalog::llama_3_8b;
    windowed.groups[0].layer.attention.window = 4096;
    CHECK(tr::work_per_token(windowed, 65536).causal.value() ==
          approx(6.0 * 32 * 32 * 256 * causal_pairs(65536, 0, 4096) / 65536));
}
