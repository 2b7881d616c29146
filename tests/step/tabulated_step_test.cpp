// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/step/tabulated_step.hpp>
#include <gambrel/workload/random_stream.hpp>

using namespace gambrel;

namespace {
/// A load of pieces: equally long, or each of its own length.
pass_load drawn(random_stream& random, double slots, double budget, double context, bool mixes) {
    const auto spread = [&](double low, double high) { return low * std::pow(high / low, random.uniform()); };
    const double kind = random.uniform();
    pass_load l;
    if (kind < 0.7) {
        l.decodes = std::floor(spread(1, slots));
        l.context = l.decodes * std::floor(spread(1, context));
    }
    if (kind > (mixes ? 0.35 : 0.7)) {
        const double pieces = std::floor(spread(1, std::min(16.0, slots)));
        const double each = std::floor(spread(1, budget / pieces));
        const double past = random.uniform() < 0.5 ? 0.0 : std::floor(spread(1, context - each));
        l.prompts = pieces;
        l.prompt_tokens = pieces * each;
        l.prompt_pairs = pieces * (each * past + 0.5 * each * (each + 1.0));
        l.finishing = random.uniform() < 0.7 ? pieces : 0.0;
    }
    return l;
}

/// Seconds that the attention of a decode and of a prompt take longer in two passes than in one.
double decode_and_prompt_starts(const pass_inputs& terms, const roof<>& r, const runtime<>& software) {
    const auto attention = [&](const step_shape& s) {
        double sum = 0.0;
        for_each_operation(terms, s, [&](const operation& op) {
            if (op.kind == operator_class::decode_attention || op.kind == operator_class::prefill_attention)
                sum += op.repeats * time_in_pass(op, r, software).total.value();
        });
        return sum;
    };
    step_shape both = step_shape::prefill(1, 1);
    both.decodes = both.context = 1;
    return attention(step_shape::decode(1, 1)) + attention(step_shape::prefill(1, 1)) - attention(both);
}

double worst_error(const deployment<>& d, double context, int loads = 3000) {
    const roof<> r = d.roof();
    const pass_inputs terms{d.model, d.cut, d.formats};
    const tabulated_step fast(terms, r, d.runtime, context);
    const timed_step exact(terms, r, d.runtime);
    random_stream random(1);
    double worst = 0.0;
    for (int i = 0; i < loads; ++i) {
        const pass_load l = drawn(random, d.runtime.scheduling.most_sequences, std::min(8192.0, context), context,
                                  d.runtime.scheduling.batching == batching::mixed);
        const double e = std::abs(fast.seconds(l) / exact.seconds(l) - 1.0);
        worst = std::max(worst, e);
    }
    return worst;
}
}  // namespace

TEST_CASE("the table is within 1 % of the pass it stands for") {
    const auto check = [](std::string_view model, const device<>& device, const runtime<>& runtime, parallelism cut,
                          double context = 32768) {
        CAPTURE(model);
        CAPTURE(runtime.name.view());
        const architecture m = model_named(std::string(model));
        const double worst = worst_error({m, device, runtime, cut}, context);
        CHECK(worst < 0.01);
    };
    check("llama-3.1-8b", catalog::h100_sxm, catalog::vllm, {});
    check("llama-3.1-70b", catalog::h100_sxm, catalog::vllm, {.tensor = 4});
    check("llama-3.1-70b", catalog::h100_sxm, catalog::tensorrt_llm, {.tensor = 8});
    check("deepseek-v3", catalog::h200_sxm, catalog::sglang, {.tensor = 8});
    check("gpt-oss-120b", catalog::h100_sxm, catalog::vllm, {.tensor = 2});
    check("qwen3-235b-a22b", catalog::h100_sxm, catalog::vllm, {.tensor = 8, .expert = 8});
    check("deepseek-v3", catalog::b200_sxm, catalog::tensorrt_llm, {.data = 8, .expert = 8});
    check("deepseek-v3", catalog::h200_sxm, catalog::sglang,
          {.data = 16, .expert = 16, .exchange = expert_exchange::by_pass});
    check("deepseek-v3", catalog::h200_sxm, catalog::vllm,
          {.data = 32, .expert = 32, .exchange = expert_exchange::by_pass, .two_batches = true});
    check("gemma-3-27b", catalog::l4, catalog::vllm, {.tensor = 2, .pipeline = 2});
    // Attention in fixed chunks jumps where the context passes a chunk (8192); the table smears that over the cell
    // before it (7168 to 8192), where it is up to 4.3 % off.
    check("llama-4-scout", catalog::h100_sxm, catalog::vllm, {.tensor = 8}, 7000);
    // A server that mixes would be 1.02 % off where a small prompt and few decodes share a sparse indexer.
    check("deepseek-v3.2", catalog::h200_sxm, catalog::sglang, {.tensor = 8});
    check("falcon-mamba-7b", catalog::h100_sxm, catalog::transformers, {});
}

// The indexer of DeepSeek-V3.2 scores the decodes and the prompts of a pass in one kernel, so the start of that kernel
// is in the decodes' table and in the prompts', and must be taken off once where both run. At whole powers of two the
// tables hold the pass itself.
TEST_CASE("a kernel that decodes and prompts share starts once") {
    const architecture m = model_named("deepseek-v3.2");
    runtime<> graphs = catalog::sglang;  // prompts from a graph: else their launches take longer than the kernels
    graphs.graphs.prompts = graph_use::whole;
    graphs.graphs.prompt_tokens = 1e9;
    const deployment<> d{m, catalog::h200_sxm, graphs, {.tensor = 8}};
    const roof<> r = d.roof();
    const pass_inputs terms{d.model, d.cut, d.formats};
    const tabulated_step fast(terms, r, d.runtime, 4096);
    const timed_step exact(terms, r, d.runtime);
    const pass_load decode{.decodes = 1, .context = 1},
        prompt{.prompts = 1, .prompt_tokens = 1, .prompt_pairs = 1, .finishing = 1},
        both{.decodes = 1, .context = 1, .prompts = 1, .prompt_tokens = 1, .prompt_pairs = 1, .finishing = 1};
    const double shared = decode_and_prompt_starts(terms, r, d.runtime);
    CHECK(shared > 0.0);
    CHECK(fast.seconds(decode) == approx(exact.seconds(decode)).epsilon(1e-9));
    CHECK(fast.seconds(prompt) == approx(exact.seconds(prompt)).epsilon(1e-9));
    CHECK(std::abs(fast.seconds(both) - exact.seconds(both)) < 0.05 * shared);
}

TEST_CASE("a line of decode passes is the table itself, up to where it ends") {
    const architecture m = model_named("llama-3.1-8b");
    runtime<> launching = catalog::tensorrt_llm_engine;  // launches take longer than the kernels of few tokens only
    launching.host.per_eager_kernel.value = microseconds(25);
    int flat = 0, rising = 0;  // lines of the last runtime
    for (const runtime<>& runtime : {catalog::vllm, catalog::tensorrt_llm_engine, launching}) {
        flat = rising = 0;
        const deployment<> d{m, catalog::h100_sxm, runtime, {}};
        const roof<> r = d.roof();
        const tabulated_step law({d.model, d.cut, d.formats}, r, d.runtime, 8192);
        for (const double decodes : {1.0, 3.0, 17.0, 100.0, 256.0})
            for (double context = decodes; context < decodes * 9000;) {
                CAPTURE(decodes);
                CAPTURE(context);
                const auto line = law.line(decodes, context);
                if (line.until == context) {  // held by the power limit: good for one pass
                    CHECK(line.fixed == law.seconds({.decodes = decodes, .context = context}));
                    context *= 1.3;
                    continue;
                }
                CHECK(line.until > context);
                ++(line.per_context > 0.0 ? rising : flat);
                const double end = std::min(line.until, decodes * 9000);
                for (const double share : {0.0, 0.3, 0.999}) {
                    const double at = context + share * (end - context);
                    CHECK(line.fixed + line.per_context * at ==
                          approx(law.seconds({.decodes = decodes, .context = at})).epsilon(1e-9));
                }
                context = end;
            }
    }
    CHECK(flat > 0);
    CHECK(rising > 0);
}

// Nodes end at the runtime's limits, whatever a table could hold: equal steps beyond them cost equally much.
TEST_CASE("beyond the limits of the runtime the last cell goes on as a straight line") {
    const architecture m = model_named("llama-3.1-8b");
    runtime<> small = catalog::vllm;
    small.scheduling.token_budget = 512;
    small.scheduling.most_sequences = 128;
    const deployment<> d{m, catalog::h100_sxm, small, {}};
    const tabulated_step law({d.model, d.cut, d.formats}, d.roof(), d.runtime, 4096);
    const auto of_decodes = [&](double n) { return law.seconds({.decodes = n, .context = 1000 * n}); };
    CHECK(of_decodes(1000) - of_decodes(800) == approx(of_decodes(800) - of_decodes(600)).epsilon(1e-9));
    CHECK(of_decodes(40'000) - of_decodes(20'800) == approx(24 * (of_decodes(1400) - of_decodes(600))).epsilon(1e-9));
}

TEST_CASE("shapes and loads are two ways to say the same") {
    const step_shape s = shape_of({.decodes = 4,
                                   .context = 400,
                                   .prompts = 2,
                                   .prompt_tokens = 20,
                                   .prompt_pairs = 2 * (10 * 50 + 55),
                                   .finishing = 1});
    CHECK(s.context == 100);
    CHECK(s.prompt_tokens == 10);
    CHECK(s.prompt_past == approx(50));
    CHECK(s.finishing == 0.5);
    CHECK(shape_of({}).sequences() == 0);
}

TEST_CASE("a grid of counts has every small one, and octaves beyond") {
    for (const double high : {1.0, 2.0, 300.0, 2048.0, 2049.0, 100'000.0}) {
        const count_grid g(high, 4);
        CAPTURE(high);
        for (std::size_t i = 0; i + 1 < g.nodes(); ++i) {
            CHECK(g.node(i + 1) > g.node(i));
            CHECK(g.find(g.node(i)).cell == i);
            CHECK(g.find(g.node(i)).share == 0.0);
        }
        CHECK(g.node(g.nodes() - 1) >= high);
        CHECK(g.node(0) == 1.0);
        for (const double x : {1.0, 7.0, 1000.0, 5000.5, 1e6}) {
            const auto [cell, share] = g.find(x);
            REQUIRE(cell + 1 < g.nodes());
            CHECK(g.node(cell) + share * (g.node(cell + 1) - g.node(cell)) == approx(x));
        }
    }
}

TEST_CASE("a grid finds its cells") {
    const octave_grid g(1.0, 100.0, 2);
    for (std::size_t i = 0; i < g.nodes() - 1; ++i) {
        CHECK(g.node(i + 1) > g.node(i));
        CHECK(g.node(i + 1) <= g.node(i) * 1.25);
        CHECK(g.find(g.node(i)).cell == i);
        CHECK(g.find(g.node(i)).share == 0.0);
    }
    CHECK(g.node(0) == 1.0);
    CHECK(g.node(g.nodes() - 1) >= 100.0);
    CHECK(g.find(0.5).cell == 0);
    CHECK(g.find(1e6).cell == g.nodes() - 2);
    CHECK(g.find(1e6).share > 1.0);
    CHECK_THROWS_AS(octave_grid(1.0, 0.5, 2), error);
}
