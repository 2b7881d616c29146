// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <gambrel/step/feasibility.hpp>
#include <operators/collected.hpp>

using namespace gambrel;

namespace {
const precision bf16{.weights = linear_layers_in(formats::bf16)};
bool attends(const operation& op) {
    return op.kind == operator_class::prefill_attention || op.kind == operator_class::decode_attention;
}
}  // namespace

TEST_CASE("the multiplies of one token are the model's linear parameters") {
    for (const architecture* m : all_models) {
        INFO(m->name.view());
        const sums s = sum_of(collected(*m, {}, bf16, step_shape::decode(1, 1)), multiplies_weights);
        CHECK(s.work == approx(2.0 * static_cast<double>(linear_parameters_per_token(*m))).epsilon(1e-12));
    }
}

TEST_CASE("flop per token are about twice the active parameters") {
    // Short of embeddings that are only looked up, norms, biases and convolutions.
    for (const architecture* m : all_models) {
        INFO(m->name.view());
        const auto pass = collected(*m, {}, bf16, step_shape::decode(1, 1));
        const double work = sum_of(pass, multiplies_weights).work;
        CHECK(work / (2.0 * static_cast<double>(active_parameters_without_embedding(*m))) == approx(1).epsilon(0.02));
    }
}

TEST_CASE("a large pass reads every matrix once") {
    for (const architecture* m : all_models) {
        INFO(m->name.view());
        double elements = static_cast<double>(m->vocabulary * embedding_width(*m));  // the head
        for (const layer_group& g : *m)
            for_each_matrix(g.layer, m->hidden, [&](const matrix& x) {
                elements += static_cast<double>(g.layers * x.copies * x.outputs * x.inputs);
            });
        const sums s = sum_of(collected(*m, {}, bf16, step_shape::decode(1e5, 1)), multiplies_weights);
        CHECK(s.weights == approx(2 * elements).epsilon(1e-9));
    }
}

TEST_CASE("a decode reads the whole cache") {
    // Except models that read another layer's cache, the best keys only, or the past of a chunk; latent ones read the
    // latent.
    for (const architecture* m : all_models) {
        bool borrows = false;
        for (const layer_group& g : *m)
            borrows =
                borrows || g.layer.attention.shares_kv || g.layer.attention.chunked || g.layer.latent.indexer_heads > 0;
        if (borrows) continue;
        INFO(m->name.view());
        for (const double context : {100.0, 1000.0, 100000.0}) {
            const sums s = sum_of(collected(*m, {}, bf16, step_shape::decode(3, context)), attends);
            CHECK(s.cache == approx(3 * kv_bytes(*m, context).value()));
        }
    }
}

TEST_CASE("a mixed pass multiplies all tokens at once and attends to each part by itself") {
    const architecture& m = catalog::llama_3_70b;
    const step_shape decodes = step_shape::decode(30, 2000), prompts = step_shape::prefill(2, 700, 50);
    const step_shape both{.decodes = 30, .context = 2000, .prompts = 2, .prompt_tokens = 700, .prompt_past = 50};
    const auto mixed = collected(m, {.tensor = 2}, bf16, both), a = collected(m, {.tensor = 2}, bf16, decodes),
               b = collected(m, {.tensor = 2}, bf16, prompts);
    CHECK(sum_of(mixed, attends).work == sum_of(a, attends).work + sum_of(b, attends).work);
    CHECK(sum_of(mixed, attends).cache == sum_of(a, attends).cache + sum_of(b, attends).cache);
    const sums products = sum_of(mixed, multiplies_weights);
    CHECK(products.work == approx(sum_of(a, multiplies_weights).work + sum_of(b, multiplies_weights).work));
    CHECK(products.weights == sum_of(a, multiplies_weights).weights);
}

TEST_CASE("tensor ranks share all work of dense attention models evenly") {
    for (const architecture* m : {&catalog::llama_3_70b, &catalog::qwen2_5_72b, &catalog::gemma_3_27b})
        for (const int tp : {2, 4, 8}) {
            INFO(m->name.view(), " over ", tp);
            const step_shape shape{.decodes = 10, .context = 3000, .prompts = 1, .prompt_tokens = 1000};
            const auto all = [](const operation&) { return true; };
            CHECK(sum_of(collected(*m, {.tensor = tp}, bf16, shape), all).work ==
                  approx(sum_of(collected(*m, {}, bf16, shape), all).work / tp));
        }
}

TEST_CASE("nothing of any model in any pass is negative or not a number") {
    const step_shape shapes[] = {step_shape::decode(1, 1),
                                 step_shape::decode(300, 1e6),
                                 step_shape::prefill(1, 1),
                                 step_shape::prefill(3, 1e5, 1e5),
                                 {.decodes = 2.5,
                                  .context = 300,
                                  .tokens_per_decode = 4,
                                  .prompts = 0.3,
                                  .prompt_tokens = 77,
                                  .prompt_past = 9,
                                  .finishing = 0.5}};
    for (const architecture* m : all_models)
        for (const parallelism cut :
             {parallelism{}, {.tensor = 8}, {.tensor = 2, .pipeline = 2}, {.data = 8, .expert = 8}}) {
            if (!check_parallelism(*m, cut).ok()) continue;
            for (const step_shape& shape : shapes)
                for (const operation& op : collected(*m, cut, {.weights = m->stored, .kv = formats::fp8}, shape)) {
                    INFO(m->name.view(), ": ", op.name);
                    for (const double x :
                         {op.work.value(), op.weights.value(), op.cache.value(), op.activations.value(),
                          op.payload.value(), op.rows, op.outputs, op.inputs, op.streams, op.kernels})
                        if (!(math::is_finite(x) && x >= 0)) FAIL_CHECK("not a count: " << x);
                    if (!(op.repeats >= 1)) FAIL_CHECK("repeats " << op.repeats);
                }
        }
}

TEST_CASE("a mean of less than one decode is one decode in that share of passes") {
    const auto decode = [](double n) {
        return sum_of(collected(catalog::llama_3_1_8b, {}, bf16, step_shape::decode(n, 1000)),
                      of_class(operator_class::decode_attention));
    };
    CHECK(decode(0.25).count == approx(0.25 * decode(1).count));
    CHECK(decode(0.25).cache == approx(0.25 * decode(1).cache));
}

TEST_CASE("an operation and a pass that state nothing more: run once, one launch, one rank, one token per decode") {
    operation op;  // not constexpr: as operators are filled in
    CHECK(op.repeats == 1.0);
    CHECK(op.kernels == 1.0);
    CHECK(op.ranks == 1);
    CHECK(op.streams == 0.0);
    CHECK(op.depth == 0.0);
    CHECK(op.scores == 0.0);
    step_shape pass;
    CHECK(pass.tokens() == 0.0);
    CHECK(pass.sequences() == 0.0);
    pass.decodes = 5;
    pass.prompts = 2;
    pass.prompt_tokens = 100;
    CHECK(pass.tokens() == 5.0 + 2 * 100);
    CHECK(pass.prompt_past == 0.0);
    CHECK(pass.images == 0.0);
    CHECK(pass.finishing == 1.0);  // whole prompts
    precision formats;
    CHECK(formats.state_bytes == 4.0);  // fp32
}
