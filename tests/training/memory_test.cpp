// SPDX-License-Identifier: Apache-2.0
// Published accounts of training memory, to the digits that they give.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/model/catalog/deepseek.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/mistral.hpp>
#include <gambrel/training/memory.hpp>

using namespace gambrel;
namespace tr = gambrel::training;

namespace {
/// A GPT of `layers`: four hidden wide, layer norms with bias, no other vector.
constexpr architecture gpt(count layers, count hidden, count heads, count vocabulary) {
    architecture m;
    m.name = "gpt";
    m.hidden = hidden;
    m.vocabulary = vocabulary;
    m.tied_embedding = true;
    m.final_norm_parameters = 2 * hidden;
    m.add(layers, {.attention = {.query_heads = heads, .kv_heads = heads, .head_dim = hidden / heads},
                   .feed_forward = {.width = 4 * hidden, .gated = false},
                   .norm_parameters = 4 * hidden});
    return m;
}
/// `m` as Megatron-LM's report counts activations: without grouped queries and without gates.
constexpr architecture as_reported(architecture m) {
    for (std::size_t i = 0; i < m.group_count; ++i) {
        layer& l = m.groups[i].layer;
        l.attention.kv_heads = l.attention.query_heads;
        if (l.experts.present()) l.feed_forward = {.width = l.experts.width};
        l.experts = {};
        l.feed_forward.gated = false;
    }
    return m;
}
constexpr tr::memory_habits report{
    .kept = {.log_sum_exp = false, .logit_bytes = 4, .head_input_bytes = 4, .index_bytes = 8}};
constexpr double gib = 1073741824.0;
}  // namespace

TEST_CASE("Korthikanti et al., figure 1: states, and activations of layers without and with what they propose") {
    struct row {
        count layers, hidden, heads;
        int pipeline, virtual_stages;
        double micro, states, none, proposed;
    };
    for (const row& x : {row{48, 6144, 64, 1, 1, 4, 45.5625, 59.25, 9.5625},
                         row{96, 12288, 96, 8, 3, 1, 45.5625, 66.84375, 12.3515625},
                         row{105, 20480, 128, 35, 3, 1, 31.640625, 114.0234375, 23.076171875},
                         row{128, 25600, 160, 64, 1, 1, 32.958984375, 131.25, 26.5625}}) {
        CAPTURE(x.layers);
        const architecture m = gpt(x.layers, x.hidden, x.heads, 51200);
        tr::layout l{.tensor = 8, .pipeline = x.pipeline, .virtual_stages = x.virtual_stages};
        const auto h = static_cast<double>(x.hidden);
        const double weights = 12.0 * static_cast<double>(x.layers) * h * h / (8.0 * x.pipeline);
        CHECK(tr::state_memory_of(weights, tr::states::mixed_fp32_gradients, tr::zero_stage::none, 1).all() / gib ==
              approx(x.states).epsilon(1e-12));
        const tr::keeping classic{.scores = true, .log_sum_exp = false};
        const auto kept = [&](tr::recomputation again) {
            return tr::layers_on_stage(m, l, 0) * tr::kept_micro_batches(l, 0, 1024) *
                   tr::kept_bytes(m.groups[0].layer, m.hidden, 2048 * x.micro, 2048, l, classic, true, again) / gib;
        };
        CHECK(kept(tr::recomputation::none) == approx(x.none).epsilon(1e-12));
        l.sequence = true;
        CHECK(kept(tr::recomputation::selective) == approx(x.proposed).epsilon(1e-12));
        l.sequence = false;
        CHECK(kept(tr::recomputation::full) ==  // 2 s b H of each layer that a stage keeps (section 5)
              approx(2.0 * 2048 * x.micro * h * static_cast<double>(x.layers) / x.pipeline *
                     tr::kept_micro_batches(l, 0, 1024) / gib));
    }
}

TEST_CASE("ZeRO, section 5: 7.5 and 128 billion parameters on 64 ranks, in GB") {
    const auto gb = [](double n, tr::zero_stage zero) {
        return tr::state_memory_of(n, tr::states::mixed, zero, 64).all() / 1e9;
    };
    CHECK(gb(7.5e9, tr::zero_stage::none) == approx(120.0));
    CHECK(gb(7.5e9, tr::zero_stage::optimizer) == approx(31.40625));
    CHECK(gb(7.5e9, tr::zero_stage::gradients) == approx(16.640625));
    CHECK(gb(7.5e9, tr::zero_stage::weights) == approx(1.875));
    CHECK(gb(128e9, tr::zero_stage::none) == approx(2048));
    CHECK(gb(128e9, tr::zero_stage::optimizer) == approx(536));
    CHECK(gb(128e9, tr::zero_stage::gradients) == approx(284));
    CHECK(gb(128e9, tr::zero_stage::weights) == approx(32));
}

TEST_CASE("DeepSpeed's estimator: 2851 million parameters, largest layer 32 million, 8 ranks") {
    const double n = 2851e6, layer = 32e6;
    const auto in_gib = [&](tr::zero_stage zero, tr::offloading away) {
        return tr::state_memory_of(n, tr::states::deepspeed, zero, 8, away).all() / gib;
    };
    const double gathered = 4.0 * layer / gib;  // the layer that runs, and its gradient
    const auto digits = [](double x) { return math::floor(x * 100.0 + 0.5) / 100.0; };
    CHECK(digits(in_gib(tr::zero_stage::gradients, tr::offloading::none)) == approx(15.93));
    CHECK(digits(in_gib(tr::zero_stage::gradients, tr::offloading::optimizer)) == approx(5.31));
    CHECK(digits(gathered + in_gib(tr::zero_stage::weights, tr::offloading::none)) == approx(6.09));
    CHECK(digits(gathered + in_gib(tr::zero_stage::weights, tr::offloading::optimizer)) == approx(0.78));
    CHECK(digits(gathered + in_gib(tr::zero_stage::weights, tr::offloading::states)) == approx(0.12));
    // What the estimator adds up itself (its largest layer): the habit of one gathered layer.
    const auto one = tr::state_memory_of(n, tr::states::deepspeed, tr::zero_stage::gradients, 8);
    CHECK(one.all() == approx(4 * n + 16 * n / 8));
}

TEST_CASE("Megatron-LM's report_theoretical_memory, states and activations in bytes") {
    const auto states = [](const architecture& m, const tr::layout& l) {
        const tr::memory_of_rank x = tr::detail::memory_on_stage(m, l, {1, 512, 2048}, {}, {}, 0);
        return (x.weights + x.gradients + x.optimizer).value();
    };
    const auto activations = [](const architecture& m, tr::layout l, double s, bool dropout) {
        l.sequence = true;
        const tr::memory_of_rank x = tr::detail::memory_on_stage(
            as_reported(m), l, {1, 512, s}, {.recompute = tr::recomputation::selective, .dropout = dropout}, report, 0);
        return (x.activations + x.logits).value();
    };
    const tr::layout one{.data = 8, .zero = tr::zero_stage::optimizer};
    CHECK(states(catalog::llama_3_8b, one) == 60226959360.0);
    CHECK(activations(catalog::llama_3_8b, one, 8192, true) == 38730268672.0);
    const tr::layout many{
        .tensor = 4, .pipeline = 4, .virtual_stages = 5, .data = 4, .zero = tr::zero_stage::optimizer};
    CHECK(states(catalog::llama_3_70b, many) == approx(40870692864.0).epsilon(1e-12));
    CHECK(activations(catalog::llama_3_70b, many, 8192, true) == approx(49469374464.0).epsilon(1e-12));
    const architecture gpt_3 = gpt(96, 12288, 96, 51200);
    const tr::layout plain{.tensor = 8, .pipeline = 8, .virtual_stages = 3};
    CHECK(states(gpt_3, plain) == approx(50348611584.0).epsilon(1e-12));
    CHECK(activations(gpt_3, plain, 2048, true) == approx(13294916267.0).epsilon(1e-10));
    const tr::layout experts{.pipeline = 4, .expert = 8, .data = 16, .zero = tr::zero_stage::optimizer};
    CHECK(states(catalog::mixtral_8x7b, experts) == 20063312640.0);
    CHECK(activations(catalog::mixtral_8x7b, experts, 4096, true) == 17247109120.0);
}

TEST_CASE("the two instants: gradients wait for the end of backward, unless they are added up") {
    const tr::layout l{.data = 8, .zero = tr::zero_stage::weights};
    const tr::recipe r{.states = tr::states::fp32_shards};
    const architecture& m = catalog::llama_3_8b;
    const tr::memory_of_rank once = tr::memory_of(m, l, {1, 8, 8192}, r), twice = tr::memory_of(m, l, {1, 16, 8192}, r);
    CHECK(!once.gradients_stay);
    CHECK((twice.backward_start() - once.backward_start()).value() == approx(once.gradients.value()));
    CHECK(once.backward_start() - once.backward_end() ==
          once.activations + once.logits - once.gradients - once.one_layer);
    CHECK(once.peak() == once.backward_start());
    // A short sequence keeps little: the end of backward decides.
    CHECK(tr::memory_of(m, {}, {1, 1, 128}, {}).peak() == tr::memory_of(m, {}, {1, 1, 128}, {}).backward_end());
    // The gathered layers are the table's here: 128,256 x 4,096 of 2 layers in 16 bit and one gradient.
    CHECK(once.gathered.value() == approx(128256.0 * 4096.0 * 6.0));
}

TEST_CASE("what a recipe leaves out: adapters, 4-bit bases, gradients that are used at once, activations on the host") {
    const architecture& m = catalog::llama_3_8b;
    const tr::batch b{1, 1, 4096};
    const auto of = [&](const tr::recipe& r) { return tr::memory_of(m, {}, b, r); };
    const double n = static_cast<double>(parameter_count(m));
    const tr::recipe full{.states = tr::states::pure_bf16};
    CHECK(of(full).weights.value() == 2.0 * n);
    tr::recipe lora = full;
    lora.adapter = {.rank = 16, .on_feed_forward = true};
    // Rank 16 on all linear layers: 16 (N + K) of each, 41,943,040 with q, k, v, gate and up one matrix each.
    const double adapters = 32.0 * 16.0 * ((6144 + 4096) + (4096 + 4096) + (28672 + 4096) + (14336 + 4096));
    CHECK(of(lora).optimizer.value() == approx(4.0 * adapters));
    CHECK(of(lora).weights.value() == approx(2.0 * n + 2.0 * adapters));
    tr::recipe q = lora;
    q.frozen = tr::nf4_double;
    const double tables = 2.0 * 128256.0 * 4096.0;
    CHECK(of(q).weights.value() == approx((n - tables) * 0.5158691 + 2.0 * tables + 2.0 * adapters).epsilon(1e-6));
    tr::recipe at_once = full;
    at_once.optimizer_in_backward = true;
    CHECK(of(at_once).gradients.value() == approx(2.0 * 128256.0 * 4096.0));
    tr::recipe hosted = full;
    hosted.offload_activations = true;
    CHECK(of(hosted).activations.value() == approx(2.0 * of(full).one_layer.value()));
    CHECK(of(hosted).activations_on_host == of(full).activations);
    CHECK(of(hosted).states_on_host == bytes<>{});
    hosted.offload = tr::offloading::states;
    CHECK(of(hosted).states_on_host.value() == 8.0 * n);
    CHECK(of(hosted).on_host().value() == 8.0 * n + of(full).activations.value());
    tr::recipe again = full;
    again.recompute = tr::recomputation::full;
    CHECK(of(again).activations.value() == approx(32.0 * 4096 * 2 * 4096 + of(full).one_layer.value()));
    tr::recipe chunks = full;
    chunks.chunked_loss = true;
    CHECK((of(full).logits - of(chunks).logits).value() == approx(7.0 * 4096 * 128256));
}

TEST_CASE("micro-batches under way: of stage i no more than warm-up starts, one, and never more than there are") {
    // Megatron-core's interleaved schedule warms up 2 (p - i - 1) + (v - 1) p pieces of 1 / v before its steady state.
    const auto kept = [](int stage, double m, int pieces, tr::schedule order = tr::schedule::one_forward_one_backward) {
        return tr::kept_micro_batches({.pipeline = 8, .virtual_stages = pieces, .schedule = order}, stage, m);
    };
    CHECK(kept(0, 64, 1) == 8);
    CHECK(kept(7, 64, 1) == 1);
    CHECK(kept(0, 3, 1) == 3);
    CHECK(kept(0, 64, 2) == (2.0 * 7 + 8 + 1) / 2);
    CHECK(kept(0, 64, 2) == approx(8 * (1.0 + 7.0 / (8 * 2))));  // Korthikanti et al., section 4.2.3
    CHECK(kept(3, 64, 4) == (2.0 * 4 + 3 * 8 + 1) / 4);
    CHECK(kept(7, 64, 4) == (3.0 * 8 + 1) / 4);
    CHECK(kept(0, 4, 4) == 4);
    CHECK(kept(5, 1, 2) == 1);
    CHECK(kept(0, 64, 1, tr::schedule::dual_pipe) == 9);  // PP + 1 in DualPipe's table
    CHECK(kept(0, 4, 1, tr::schedule::dual_pipe) == 4);
    CHECK(tr::kept_micro_batches({}, 0, 64) == 1);
    // One micro-batch through 16 stages of two pieces: the two layers of the first stage and what it keeps of indices.
    const tr::layout deep{.pipeline = 16, .virtual_stages = 2};
    const architecture& m = catalog::llama_3_8b;
    const double each =
        tr::kept_bytes(m.groups[0].layer, m.hidden, 4096, 4096, deep, {}, false, tr::recomputation::none);
    CHECK(tr::detail::memory_on_stage(m, deep, {1, 1, 4096}, {}, {}, 0).activations.value() == approx(2.0 * each));
    CHECK(tr::detail::memory_on_stage(m, deep, {1, 1, 4096}, {}, {}, 8).activations.value() == approx(2.0 * each));
}

TEST_CASE("DualPipe: twice the weights, from both ends, shared out over twice the ranks") {
    const architecture& m = catalog::llama_3_8b;
    const tr::layout one{.pipeline = 8, .data = 4, .zero = tr::zero_stage::optimizer};
    tr::layout two = one;
    two.schedule = tr::schedule::dual_pipe;
    const tr::batch b{1, 64, 4096};
    const auto of = [&](const tr::layout& l, int stage) { return tr::detail::memory_on_stage(m, l, b, {}, {}, stage); };
    const auto n = static_cast<double>(parameter_count(m));
    double single = 0, both = 0, optimizer = 0;
    for (int i = 0; i < 8; ++i) {
        single += of(one, i).weights.value();
        both += of(two, i).weights.value();
        optimizer += of(two, i).optimizer.value();
        CHECK(of(two, i).weights == of(two, 7 - i).weights);
    }
    CHECK(single == approx(2.0 * n));
    CHECK(both == approx(2.0 * single));
    CHECK(optimizer == approx(12.0 * n / 4));  // each parameter's once in 4 pipelines
    CHECK(of(two, 3).weights.value() == approx(2.0 * of(one, 3).weights.value()).epsilon(1e-4));
    CHECK(of(two, 0).logits == of(one, 7).logits);  // either end has the head
    CHECK(of(two, 0).activations.value() == approx(of(one, 0).activations.value() * 9.0 / 8.0));
}

TEST_CASE("what is gathered: as narrow as a frozen base is kept, and as wide as gradients are summed in") {
    const architecture& m = catalog::llama_3_8b;
    const tr::layout l{.data = 8, .zero = tr::zero_stage::weights};
    tr::recipe q{
        .states = tr::states::pure_bf16, .adapter = {.rank = 16, .on_feed_forward = true}, .frozen = tr::nf4_double};
    CHECK(q.moved_bytes() == approx(0.5158691));
    const double largest = 128256.0 * 4096.0;  // the table, of which a product widens one matrix at a time
    CHECK(tr::memory_of(m, l, {1, 8, 4096}, q).gathered.value() == approx(largest * (2 * q.moved_bytes() + 2.0)));
    q.frozen = formats::bf16;
    CHECK(q.moved_bytes() == 2.0);
    const tr::memory_habits wide{.workspace_bytes = 4};
    const tr::recipe full{.states = tr::states::fp32_shards};
    CHECK(tr::memory_of(m, l, {1, 8, 4096}, full, wide).workspace.value() == approx(4.0 * largest));
    CHECK(tr::memory_of(m, {.data = 8}, {1, 8, 4096}, full, wide).workspace == bytes<>{});
    CHECK(tr::memory_of(m, l, {1, 8, 4096}, q, wide).workspace == bytes<>{});
}

TEST_CASE("activations of latents, routers and chosen experts, by hand") {
    const architecture& m = catalog::deepseek_v2_lite;  // 16 heads, no query latent, 512 + 64 latent, 128 + 64, 128
    const layer& x = m.groups[1].layer;                 // 64 experts of 1,408, 6 of a token, 2 shared
    REQUIRE(x.experts.present());
    const auto of = [&](const tr::layout& l) {
        return tr::kept_bytes(x, m.hidden, 1, 4096, l, {}, false, tr::recomputation::none);
    };
    const double latents = 2.0 * (512 + 64), heads = 4.0 * 16 * (128 + 64 + 128) + 4.0 * 16;
    const double experts = 2.0 * 6 * 2048 + 6.0 * (6 * 1408 + 2816);
    CHECK(of({}) == approx(8.0 * 2048 + latents + heads + experts + 4.0 * 64));
    CHECK(of({.tensor = 4}) == approx(8.0 * 2048 + latents + heads / 4 + experts / 4 + 4.0 * 64));
    CHECK(of({.tensor = 4, .sequence = true}) ==
          approx(8.0 * 2048 / 4 + latents + heads / 4 + experts / 4 + 4.0 * 64 / 4));
}
