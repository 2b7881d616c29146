// SPDX-License-Identifier: Apache-2.0
// A step is made of an inference pass over all tokens and what training adds: hand counts of each part.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/qwen.hpp>
#include <gambrel/training/catalog/megatron.hpp>
#include <gambrel/training/catalog/pytorch.hpp>
#include <gambrel/training/predict.hpp>

using namespace gambrel;
namespace tr = gambrel::training;
using tr::part;

namespace {
/// Software that adds nothing of its own: laws as they are, everything in sight.
constexpr tr::stack<> plain{.name = "plain", .kernels = {}};
constexpr tr::job<> small(const tr::layout& l = {}, const tr::batch& b = {1, 8, 8192}) {
    return {catalog::llama_3_8b, catalog::h100_sxm, plain, {}, l, b};
}
double at(const tr::step_time<>& t, part p) { return t.of(p).value(); }
double sum(const tr::step_time<>& t) {
    double s = 0;
    for (const auto& x : t.by_part) s += x.value();
    return s;
}
}  // namespace

TEST_CASE("forward is the inference pass over all tokens with the head on each; gradients are its mirror") {
    const tr::job<> j = small({}, {1, 1, 8192});
    const tr::step_time<> t = tr::time_step(j);
    CHECK(sum(t) == approx(t.total.value()));
    // Flop: 6 N of linear layers and 1 + 2.0 of attention's 2 products counted once forward (operators/attention.hpp).
    const double linear = tr::work_per_token(j.model, 8192).linear.value() * 8192;
    const double core =
        prefill_attention({32, 8, 128, 128}, 0.0, step_shape::prefill(1, 8192), formats::bf16).work.value();
    CHECK(t.hardware_work == approx(linear + 2.0 * 32.0 * core).epsilon(1e-9));
    const roof<> r(j.device, j.constants);
    // The weight gradient of the down projection [4096, 14336], 8192 tokens: N x K over M, read and written in fp32.
    const matrix down{matrix_role::down, weight_part::feed_forward, split::inputs, 4096, 14336};
    const operation w = tr::weight_gradient(gemm(down, 8192, 1, 1, formats::bf16), 8.0);
    CHECK(w.work.value() == 2.0 * 8192 * 4096 * 14336);
    CHECK(w.rows == 4096);
    CHECK(w.inputs == 8192);
    CHECK(w.weights.value() == 8.0 * 4096 * 14336);
    CHECK(w.activations.value() == 2.0 * 8192 * (4096 + 14336));
    const operation x = tr::input_gradient(gemm(down, 8192, 2, 1, formats::fp8));
    CHECK(x.outputs == 7168);
    CHECK(x.inputs == 4096);
    CHECK(x.activations.value() == 8192.0 * (4096 * 1 + 7168 * 2));
    CHECK(x.conversion.value() == 8192.0 * 4096 * 3);
}

TEST_CASE("what is computed again: nothing, every other product, everything, without the last product") {
    tr::job<> j = small();
    const auto of = [&](tr::recomputation again, const tr::stack<>& s) {
        tr::job<> changed{j.model, j.device, s, {.recompute = again}, j.layout, j.batch};
        return tr::time_step(changed);
    };
    const tr::step_time<> none = of(tr::recomputation::none, plain), full = of(tr::recomputation::full, plain);
    CHECK(at(none, part::recompute) == 0.0);
    CHECK(at(full, part::forward) == at(none, part::forward));
    // All of forward but the head and its loss.
    const tr::micro_batch_time<> head = tr::micro_batch<>(j).time(0.0, true);
    CHECK(at(full, part::recompute) == approx(at(none, part::forward) - 8.0 * head.of(part::forward).value()));
    tr::stack<> early = plain;
    early.early_stop = true;
    const roof<> r(j.device, j.constants);
    const matrix down{matrix_role::down, weight_part::feed_forward, split::inputs, 4096, 14336};
    const double last = r.time(gemm(down, 8192, 1, 1, formats::bf16)).total.value();
    CHECK(at(full, part::recompute) - at(of(tr::recomputation::full, early), part::recompute) == approx(8 * 32 * last));
    CHECK(at(of(tr::recomputation::alternate, plain), part::recompute) < at(full, part::recompute));
    CHECK(at(of(tr::recomputation::selective, plain), part::recompute) == 0.0);  // flash attention redoes it anyway
}

TEST_CASE("pipeline bubbles: 1F1B, interleaved, ZB1P and DualPipe in forward, input and weight gradients of a stage") {
    const auto bubble = [](const tr::layout& l) {
        const tr::job<> j = small(l, {1, 32, 8192});
        tr::step_time<> t = tr::time_step(j);
        const roof<> r(j.device, j.constants);
        const double hand = r.time(hand_overs(8192.0 * 4096, l.pipeline, 1)).total.value();
        return std::pair{at(t, part::pipeline) - 2.0 * 32 * l.virtual_stages * hand, t};
    };
    const auto [plain_bubble, t] = bubble({.pipeline = 4});
    const tr::micro_batch_time<> head = tr::micro_batch<>(small({.pipeline = 4}, {1, 32, 8192})).time(0.0, true);
    const double held = t.stage.value() / (t.stage.value() - at(t, part::power) / 32);
    const double mean = t.stage.value() - 0.75 * head.total().value() * held;
    CHECK(plain_bubble == approx(3.0 * mean));
    CHECK(bubble({.pipeline = 4, .virtual_stages = 4}).first == approx(0.75 * mean));
    const double w = at(t, part::weight_gradients) / 32 * held, b = at(t, part::input_gradients) / 32 * held;
    CHECK(bubble({.pipeline = 4, .schedule = tr::schedule::zero_bubble}).first == approx(3.0 * (mean - 2.0 * w)));
    CHECK(bubble({.pipeline = 4, .schedule = tr::schedule::dual_pipe}).first == approx(mean + b - 3.0 * w));
}

TEST_CASE("messages: rings over the ranks of a group, through the ports of their nodes") {
    const tr::job<> j = small({.data = 8});
    const auto ring = [&](message_kind kind, double bytes, int ranks) {
        const operation op{
            .kind = operator_class::collective, .message = kind, .payload = bytes_of(bytes), .ranks = ranks};
        return roof<>(j.device, j.constants).time(op).total.value();
    };
    const double n = tr::on_stage(j.model, j.layout, 0).dense;
    CHECK(at(tr::time_step(j), part::data) == approx(ring(message_kind::all_reduce, 2.0 * n, 8)));
    const auto with = [&](tr::zero_stage zero) {
        return at(tr::time_step(small({.data = 8, .zero = zero})), part::data);
    };
    const double gather = ring(message_kind::all_gather, 2.0 * n, 8),
                 scatter = ring(message_kind::reduce_scatter, 2.0 * n, 8);
    CHECK(with(tr::zero_stage::optimizer) == approx(gather + scatter));
    CHECK(with(tr::zero_stage::gradients) == approx(gather + scatter));
    CHECK(with(tr::zero_stage::weights) == approx(0.1 * (2.0 * gather + scatter)));  // hides behind a micro-batch
    // 4 ranks in steps of 4: two in each node of 8, so both levels; all in steps of 8: the network alone.
    const auto across = [&](int ranks, int stride) {
        return tr::group_message(message_kind::all_gather, 1e9, ranks, stride, j.device, j.constants).value();
    };
    CHECK(across(2, 4) == approx(ring(message_kind::all_gather, 1e9, 2)));
    const double network =
        ring_duration(message_kind::all_gather, bytes_of(1e9), 4, j.device.scale_out, j.constants.collective.network)
            .total()
            .value();
    CHECK(across(4, 8) == approx(network));
    CHECK(across(4, 4) > across(2, 4));
    CHECK(across(4, 4) < across(4, 8));
    CHECK(across(1, 1) == 0.0);
}

TEST_CASE("experts: grouped products start slowly, tokens travel in both directions of both passes") {
    const architecture& m = catalog::qwen3_30b_a3b;
    const tr::job<> j{m, catalog::h100_sxm, plain, {}, {.expert = 8, .data = 8}, {1, 8, 4096}};
    const tr::step_time<> t = tr::time_step(j);
    CHECK(at(t, part::experts) > 0.0);
    // 4,096 tokens of 8 ranks, 8 of 128 experts each: 2,048 rows an expert; without exchange where all lie on one rank.
    CHECK(at(tr::time_step(tr::job<>{m, catalog::h100_sxm, plain, {}, {}, {1, 1, 4096}}), part::experts) == 0.0);
    const experts_block& e = m.groups[0].layer.experts;
    const operation all = expert_products(e, 2048, {32768, 16}, 4096, 1, formats::bf16);
    const operation up = tr::grouped_product(all, e, true, formats::bf16),
                    down = tr::grouped_product(all, e, false, formats::bf16);
    CHECK(up.work.value() + down.work.value() == approx(all.work.value()));
    CHECK(up.rows == 2048);
    CHECK(up.outputs == 2.0 * 768);
    CHECK(down.inputs == 768);
    CHECK(up.weights.value() == 2.0 * 16 * 1536 * 2048);
    CHECK(tr::reordering(all, e).activations.value() == 4.0 * 32768 * 2048 * 2);
}

TEST_CASE("adapters: no weight gradients of the base; a 4-bit base is widened for every product") {
    tr::job<> j = small({}, {1, 1, 4096});
    j.recipe.adapter = {.rank = 16, .on_feed_forward = true};
    const tr::step_time<> lora = tr::time_step(j);
    CHECK(at(lora, part::weight_gradients) == 0.0);
    j.recipe.frozen = tr::nf4_double;
    const tr::step_time<> q = tr::time_step(j);
    CHECK(at(q, part::forward) > at(lora, part::forward));
    CHECK(at(q, part::optimizer) == at(lora, part::optimizer));
    CHECK(at(lora, part::optimizer) < at(tr::time_step(small({}, {1, 1, 4096})), part::optimizer) / 100);
}

TEST_CASE("published steps: the example of Megatron-LM's README, 64 H100, 70B, FP8, and its neighbours") {
    // 10.12 and 10.23 s in two summaries of one configuration (1,621 and 1,633 tokens/s of a GPU).
    const tr::job<> j{catalog::llama_3_70b,
                      catalog::h100_sxm,
                      tr::catalog::megatron_core,
                      {.products = formats::fp8},
                      {.tensor = 4,
                       .sequence = true,
                       .pipeline = 8,
                       .virtual_stages = 5,
                       .data = 2,
                       .zero = tr::zero_stage::optimizer},
                      {1, 128, 8192}};
    const tr::prediction<> p = tr::predict(j);
    CHECK(p.step.contains(seconds_of(10.12)));
    CHECK(p.step.value.value() == approx(10.12).epsilon(0.08));
    CHECK(p.tokens.value.value() == approx(128 * 8192 / p.step.value.value()));
    CHECK(p.mfu_full / p.mfu_causal == approx((417.010 + 64.425) / (417.010 + 32.212)).epsilon(1e-4));
    CHECK(p.mfu_causal == approx(449.222e9 * p.per_device.value.value() / 1978.9e12).epsilon(1e-4));
    CHECK(p.peak.value() == approx(1978.9e12));
    CHECK(name_of(p.fits) != name_of(tr::fit_verdict::does_not_fit));
}
