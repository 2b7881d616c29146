// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/prompt_packing.hpp>

#include <cmath>

using namespace gambrel;

namespace {
constexpr scheduling chunked{.chunked_prefill = true, .token_budget = 8192};
constexpr scheduling whole{.chunked_prefill = false, .token_budget = 8192};
}  // namespace

TEST_CASE("short prompts share a pass; cut ones fill it, whole ones leave the rest free") {
    const prompt_packing cut(chunked, 3000, 192);  // 8000 tokens of room
    CHECK(cut.passes_per_prompt == 1);
    CHECK(cut.prompts_per_pass == approx(8000.0 / 3000));
    CHECK(cut.prompts_finished_per_pass == approx(8000.0 / 3000));
    const prompt_packing uncut(whole, 3000, 192);
    CHECK(uncut.passes_per_prompt == 1);
    CHECK(uncut.prompts_per_pass == 2);
    CHECK(uncut.prompts_finished_per_pass == 2);
}

TEST_CASE("a long prompt is spread over passes, which it shares with the next; a whole one has a pass of its own") {
    const prompt_packing cut(chunked, 20000, 192);
    CHECK(cut.passes_per_prompt == 3);
    CHECK(cut.prompts_per_pass == approx(8000.0 * 3 / 20000));
    CHECK(cut.prompts_finished_per_pass == approx(0.4));
    CHECK(cut.prompts_finished_per_pass == approx(cut.prompts_per_pass / cut.passes_per_prompt));
    const prompt_packing uncut(whole, 20000, 192);
    CHECK(uncut.passes_per_prompt == 1);
    CHECK(uncut.prompts_per_pass == 1);
}

TEST_CASE("a runtime's own limit holds for prompts in a pass, whole or cut") {
    scheduling one = chunked;
    one.prompts_per_step = 1;
    CHECK(prompt_packing(one, 1000, 0).prompts_per_pass == 1);
    CHECK(prompt_packing(one, 1000, 0).prompts_finished_per_pass == 1);
    const prompt_packing cut(one, 10000, 0);
    CHECK(cut.prompts_per_pass == 1);
    CHECK(cut.prompts_finished_per_pass == 0.5);  // not 0.82: the rest of its last pass stays free
}

TEST_CASE("decodes that fill the budget leave room for one token; a static batch takes all prompts at once") {
    CHECK(prompt_packing(chunked, 100, 9000).passes_per_prompt == 100);
    scheduling fixed = whole;
    fixed.batching = batching::fixed_batch;
    CHECK(std::isinf(prompt_packing(fixed, 100000, 0).prompts_per_pass));
    CHECK(prompt_packing(fixed, 100000, 0).passes_per_prompt == 1);
}

TEST_CASE("prompts of a pass that has any: Poisson counts") {
    for (const double mean : {1e-6, 5e-4, 2e-3, 0.3, 2.0, 20.0}) {
        double all = 0.0, any = 0.0, chance = std::exp(-mean);
        for (int n = 1; n < 200; ++n) {
            chance *= mean / n;
            all += n * chance;
            any += chance;
        }
        CHECK(prompts_per_pass_given_any(mean) == approx(all / any).epsilon(1e-10));
    }
}
