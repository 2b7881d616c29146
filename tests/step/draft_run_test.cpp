// SPDX-License-Identifier: Apache-2.0
// The passes of a step with drafts, by hand and by the table.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/tabulated_step.hpp>
#include <gambrel/step/weights_on_rank.hpp>

using namespace gambrel;

namespace {
const device<>& h100 = device_named("h100-sxm");
const calibration<> constants = default_calibration(h100, kernel_library::vllm);
const roof<> board(h100, constants);
const precision bf16{};
const architecture& big = catalog::llama_3_1_70b;
const parallelism four{.tensor = 4};
}  // namespace

TEST_CASE("a step with a draft model: a pass over all drafts, a pass of the drafter for each, the host once") {
    const speculation s{3, 0.7, drafting::draft_model, &catalog::llama_3_1_8b};
    const pass_inputs with{big, four, bf16, {}, &s}, without{big, four, bf16}, drafter{*s.drafter, four, bf16};
    step_shape shape = step_shape::decode(8, 1000);
    const double step = time_pass(with, shape, board, catalog::vllm).total().value();
    runtime<> planned = catalog::vllm;
    planned.host.per_step = planned.host.per_plan = planned.host.per_sequence = planned.host.per_message = {};
    const double draft = time_pass(drafter, shape, board, planned).total().value();
    shape.tokens_per_decode = 4;
    const double check = time_pass(without, shape, board, catalog::vllm).total().value();
    const double host = 0.69e-3 + 3 * 0.186e-3;  // of 1.4 ms and more that vLLM takes per step
    CHECK(step == approx(check + 3 * draft + host).epsilon(1e-12));
    CHECK(step > check);
    // llama.cpp samples each guess over its vocabulary: 39 ns a token of it.
    const draft_run<> local(with, catalog::llama_cpp);
    CHECK(local.host.value() ==
          approx(catalog::llama_cpp.host.per_step.value.value() + 3 * 39e-9 * 128256).epsilon(1e-9));
    CHECK(draft_run<>(with, catalog::sglang).host.value() == approx(0.69e-3 + 3 * 0.186e-3).epsilon(1e-9));
}

TEST_CASE("n-grams take no pass; Medusa one; prompts go through the drafter once") {
    const auto step = [&](const speculation& s, const step_shape& shape) {
        return time_pass({big, four, bf16, {}, &s}, shape, board, catalog::sglang).total().value();
    };
    const step_shape decode = step_shape::decode(8, 1000);
    step_shape check = decode;
    check.tokens_per_decode = 4;
    const double checked = time_pass({big, four, bf16}, check, board, catalog::sglang).total().value();
    CHECK(step({3, 0.5}, decode) == approx(checked).epsilon(1e-12));
    const architecture medusa = drafting_heads(big, drafting::medusa, 3),
                       eagle = drafting_heads(big, drafting::eagle, 3);
    const speculation at_once{3, 0.5, drafting::medusa, &medusa}, in_turn{3, 0.5, drafting::eagle, &eagle};
    const step_shape prompt = step_shape::prefill(1, 4000);
    const double plain = step({3, 0.5}, prompt);
    const double heads = step(at_once, prompt) - plain, layer = step(in_turn, prompt) - plain;
    CHECK(heads < 5e-3);
    CHECK(layer > 1.0 / 80 * plain);  // one layer of 80, and its head
    CHECK(step(in_turn, prompt) < 1.1 * plain);
    step_shape piece = prompt;
    piece.finishing = 0.0;  // nothing goes on after it: no later passes
    CHECK(step(in_turn, piece) < step(in_turn, prompt));
}

TEST_CASE("a drafter whose heads do not divide is whole on each rank; tables are the model's where shared") {
    const architecture& qwen = catalog::qwen2_5_0_5b;
    CHECK(drafter_cut(qwen, four).tensor == 1);
    CHECK(drafter_cut(catalog::llama_3_1_8b, {.tensor = 4, .pipeline = 2, .replicas = 3}).devices() == 4);
    const architecture eagle = drafting_heads(big, drafting::eagle, 3);
    const speculation s{3, 0.5, drafting::eagle, &eagle, precision{}};
    const double h = 8192, layer = 2 * h * h + 2 * h * 1024 + 3 * h * 28672 + 2 * h * h;
    CHECK(drafter_weights(s, four).value() == approx(2 * layer / 4).epsilon(0.005));
    CHECK(drafter_weights({3, 0.5}, four).value() == 0.0);
}

TEST_CASE("vLLM launches heads kernel by kernel, SGLang from a graph; draft models as the runtime's passes") {
    const architecture eagle = drafting_heads(big, drafting::eagle, 3);
    const speculation head{3, 0.5, drafting::eagle, &eagle}, model{3, 0.5, drafting::draft_model, &eagle};
    CHECK(draft_run<>({big, four, bf16, {}, &head}, catalog::vllm).software.graphs.decode == graph_use::none);
    CHECK(draft_run<>({big, four, bf16, {}, &model}, catalog::vllm).software.graphs.decode == graph_use::whole);
    CHECK(draft_run<>({big, four, bf16, {}, &head}, catalog::sglang).software.graphs.decode == graph_use::whole);
}

TEST_CASE("the table of a speculating deployment follows time_pass within 1 %") {
    const architecture eagle = drafting_heads(big, drafting::eagle, 3);
    const architecture module = drafting_heads(catalog::deepseek_v3, drafting::mtp, 2);
    struct row {
        const architecture& model;
        parallelism cut;
        speculation s;
    };
    for (const row& r :
         {row{big, four, {3, 0.7, drafting::eagle, &eagle}},
          row{big, four, {4, 0.7, drafting::draft_model, &catalog::llama_3_1_8b}},
          row{catalog::deepseek_v3, {.tensor = 1, .data = 8, .expert = 8}, {2, 0.8, drafting::mtp, &module}}}) {
        const pass_inputs terms{r.model, r.cut, bf16, {}, &r.s};
        const timed_step exact(terms, board, catalog::vllm);
        const tabulated_step table(terms, board, catalog::vllm, 16384);
        for (const double n : {1.0, 7.0, 100.0, 250.0}) {
            CAPTURE(n);
            const pass_load decode{.decodes = n, .context = n * 1500};
            CHECK(table.seconds(decode) == approx(exact.seconds(decode)).epsilon(0.01));
            pass_load both = decode;
            both.prompts = both.finishing = 2;
            both.prompt_tokens = 2000;
            both.prompt_pairs = 2 * 500 * 1001;
            CHECK(table.seconds(both) == approx(exact.seconds(both)).epsilon(0.015));
            both.mean_tokens = 0.5 * both.tokens();
            CHECK(table.seconds(both) == approx(exact.seconds(both)).epsilon(0.015));
        }
        const auto line = table.line(10, 15000);
        CHECK(line.fixed == table.seconds({.decodes = 10, .context = 15000}));
        CHECK(line.until == 15000);
    }
}
