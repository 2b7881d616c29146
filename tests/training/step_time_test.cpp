// SPDX-License-Identifier: Apache-2.0
// A step is made of an inference pass over all tokens and what training adds: hand counts of each part.

#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/deepseek.hpp>
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
double at(const tr::micro_batch_time<>& t, part p) { return t.of(p).value(); }
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
    // Flop: 6 N of linear layers, attention's once forward (operators/attention.hpp) and twice backward.
    const double linear = tr::work_per_token(j.model, 8192).linear.value() * 8192;
    const double core =
        prefill_attention({32, 8, 128, 128}, 0.0, step_shape::prefill(1, 8192), formats::bf16).work.value();
    CHECK(t.hardware_work == approx(linear + 3.0 * 32.0 * core).epsilon(1e-9));
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
    const tr::micro_batch_time<> head = tr::micro_batch<>(j).time(0.0, 1.0);
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

TEST_CASE("bubbles as their sources write them: B the whole backward pass, F&B one after the other") {
    const tr::chunk_times<double> x{3.0, 4.0, 2.0};  // F = 3, B = 6, W = 2
    const auto of = [&](const tr::layout& l) { return tr::bubble_of(l, x); };
    CHECK(of({.pipeline = 8}) == 7.0 * (3.0 + 6.0));
    CHECK(of({.pipeline = 8, .virtual_stages = 3}) == 7.0 * (3.0 + 6.0) / 3.0);
    CHECK(of({.pipeline = 8, .schedule = tr::schedule::zero_bubble}) == 7.0 * (3.0 + 6.0 - 2.0 * 2.0));
    CHECK(of({.pipeline = 8, .schedule = tr::schedule::dual_pipe}) == 3.0 * ((3.0 + 6.0) + 6.0 - 3.0 * 2.0));
    CHECK(of({.pipeline = 2, .schedule = tr::schedule::dual_pipe}) == 0.0);
    // W never outweighs what it fills.
    CHECK(tr::bubble_of({.pipeline = 8, .schedule = tr::schedule::zero_bubble}, tr::chunk_times<double>{1, 0, 3}) ==
          0.0);
}

TEST_CASE("pipelines: the bubble of a mean stage, held by the power limit, and each hand-over there and back") {
    const double m = 32;
    const auto of = [&](tr::layout l) {
        const tr::job<> j = small(l, {1, m, 8192});
        const tr::step_time<> t = tr::time_step(j);
        const double hand = roof<>(j.device, j.constants).time(hand_overs(8192.0 * 4096, l.pipeline, 1)).total.value();
        // 8 layers and a quarter of the head: a stage in the mean.
        const tr::micro_batch_time<> layers = tr::micro_batch<>(j).time(8, 0.0),
                                     head = tr::micro_batch<>(j).time(0, 1.0);
        const double held = t.stage.value() / (t.stage.value() - at(t, part::power) / m);
        const auto mean = [&](part p) { return (at(layers, p) + 0.25 * at(head, p)) * held; };
        const double expected = tr::bubble_of(
            l, tr::chunk_times<double>{mean(part::forward), mean(part::input_gradients), mean(part::weight_gradients)});
        CHECK(at(t, part::pipeline) - 2.0 * m * l.virtual_stages * hand == approx(expected).epsilon(2e-3));
        return expected;
    };
    const double plain_bubble = of({.pipeline = 4});
    CHECK(of({.pipeline = 4, .virtual_stages = 4}) == approx(0.25 * plain_bubble));
    CHECK(of({.pipeline = 4, .schedule = tr::schedule::dual_pipe}) <
          of({.pipeline = 4, .schedule = tr::schedule::zero_bubble}));
    // Under DualPipe either end has the head in half of its micro-batches: the slowest stage is faster by half of it.
    const auto stage = [&](tr::schedule order) {
        return tr::time_step(small({.pipeline = 4, .schedule = order}, {1, m, 8192})).stage.value();
    };
    CHECK(stage(tr::schedule::dual_pipe) < stage(tr::schedule::zero_bubble));
    // Interleaved stages of software that sends beside its products wait for no hand-over this short.
    tr::stack<> beside = plain;
    beside.hand_overs_beside = true;
    const auto with = [&](const tr::stack<>& s, int pieces) {
        const tr::layout l{.pipeline = 4, .virtual_stages = pieces};
        return at(tr::time_step(tr::job<>{catalog::llama_3_8b, catalog::h100_sxm, s, {}, l, {1, m, 8192}}),
                  part::pipeline);
    };
    CHECK(with(beside, 2) < with(plain, 2));
    CHECK(with(beside, 2) == approx(0.5 * plain_bubble).epsilon(2e-3));
    CHECK(with(beside, 1) == with(plain, 1));
}

TEST_CASE(
    "work of the average device: never below what MFU counts, whatever is computed again and wherever the head is") {
    const auto both = [](const tr::job<>& j) {
        const tr::prediction<> p = tr::predict(j);
        REQUIRE(p.ok());
        return std::pair{p.mfu_causal, p.hfu};
    };
    const auto hopper = [&](const architecture& m, const tr::recipe& r, const tr::layout& l, double global = 32) {
        return both({m, catalog::h100_sxm, plain, r, l, {1, global, 4096}});
    };
    for (const tr::recomputation again :
         {tr::recomputation::none, tr::recomputation::selective, tr::recomputation::alternate, tr::recomputation::full})
        for (const tr::layout& l : {tr::layout{}, tr::layout{.tensor = 4, .sequence = true, .data = 2},
                                    tr::layout{.pipeline = 8, .virtual_stages = 2}, tr::layout{.context = 4}})
            for (const architecture* m : {&catalog::llama_3_8b, &catalog::deepseek_v2_lite, &catalog::qwen3_30b_a3b}) {
                tr::layout cut = l;
                if (m == &catalog::deepseek_v2_lite && cut.pipeline > 1) cut = {.pipeline = 9};
                const auto [mfu, hfu] = hopper(*m, {.recompute = again}, cut);
                CAPTURE(m->name.str());
                CHECK(hfu >= mfu * (1.0 - 1e-9));
                CHECK(hfu < 1.4 * mfu);  // 4/3 where every layer is computed again
                // Latents and routers are whole on each tensor rank; each context rank widens latents for itself.
                const bool latent = m == &catalog::deepseek_v2_lite;
                if (again == tr::recomputation::none) CHECK(hfu < (latent ? 1.05 : 1.01) * mfu);
            }
    // Pipelined or not, the devices together do the same work.
    const auto work = [](const tr::layout& l) {
        return tr::time_step(small(l, {1, 32, 8192})).hardware_work * l.devices();
    };
    CHECK(work({.pipeline = 4}) == approx(work({})));
    CHECK(work({.pipeline = 2, .uneven = true}) == approx(work({})));
    CHECK(work({.pipeline = 4, .schedule = tr::schedule::dual_pipe}) == approx(work({})));
    // Every other product again: half of forward's work, the core whole.
    const auto [mfu, full] = hopper(catalog::llama_3_8b, {.recompute = tr::recomputation::full}, {});
    const auto [same, half] = hopper(catalog::llama_3_8b, {.recompute = tr::recomputation::alternate}, {});
    CHECK(half / same < full / mfu);
    CHECK(half / same > 1.1);
}

/// Gradients of one layer of `m`, assembled by hand from the operations of an inference pass.
TEST_CASE(
    "gradients of a layer: products twice, those of experts from their start on, attention and kernels by their "
    "factors") {
    tr::stack<> s = plain;
    s.kernels.attention_forward = 1.25;
    s.kernels.attention_backward = 2.0;
    s.kernels.products = 0.5;
    s.elementwise = 3.0;
    for (const architecture* m : {&catalog::llama_3_8b, &catalog::qwen3_30b_a3b}) {
        CAPTURE(m->name.str());
        const tr::job<> j{*m, catalog::h100_sxm, s, {}, {}, {1, 1, 4096}};
        REQUIRE(j.constants.clock.known());
        const roof<> r(j.device, j.constants);
        const auto seconds = [&](const operation& op) { return r.time(op).total.value() * op.repeats; };
        double forward = 0, inputs = 0, weights = 0;
        parallelism cut{};
        cut.balanced_experts = true;
        const precision formats{};
        const pass_inputs terms{*m, cut, formats};
        const auto product = [&](const operation& op, double start, double start_weights) {
            forward += seconds(op) * (1.0 + start) / 0.5;
            inputs += seconds(tr::input_gradient(op)) * (1.0 + start) / 0.5;
            weights += seconds(tr::weight_gradient(op, 8.0)) * (1.0 + start_weights) / 0.5;
        };
        const auto moved = [&](const operation& op) {
            forward += 3.0 * seconds(op);
            inputs += 3.0 * 1.5 * seconds(op);
        };
        const auto visit = [&](const operation& op) {
            if (op.kind == operator_class::gemm) return product(op, 0.0, 0.0);
            if (op.kind == operator_class::elementwise) return moved(op);
            if (op.kind == operator_class::prefill_attention) {
                forward += 1.25 * seconds(op);
                inputs += 1.25 * 2.0 * seconds(op);
                return;
            }
            REQUIRE(op.kind == operator_class::experts);
            const experts_block& e = m->groups[0].layer.experts;
            for (const bool up : {true, false})
                product(tr::grouped_product(op, e, up, formats::bf16), 190.0 / op.rows, 450.0 / op.rows);
            moved(tr::reordering(op, e));
        };
        layer_visit<const decltype(visit)>{terms, m->groups[0].layer, step_shape::prefill(1, 4096, 0), 1.0, visit}
            .all();
        const tr::micro_batch_time<> t = tr::micro_batch<>(j).time(1, 0.0);
        CHECK(at(t, part::forward) == approx(forward));
        CHECK(at(t, part::input_gradients) == approx(inputs));
        CHECK(at(t, part::weight_gradients) == approx(weights));
        // The head: a product, and a loss that goes over its logits: read in 16 bit, widened, their gradient written.
        const tr::micro_batch_time<> head = tr::micro_batch<>(j).time(0, 1.0);
        operation loss{.kind = operator_class::elementwise, .kernels = 3.0};
        loss.activations = bytes_of(4096.0 * static_cast<double>(m->vocabulary) * (2 + 4 + 4));
        const operation logits = gemm(head_matrix(*m), 4096, 1, 1, formats::bf16);
        CHECK(at(head, part::forward) == approx(seconds(logits) / 0.5 + seconds(loss)));
    }
    // Chips whose power is not known have a constant of their own; FlashAttention-2 reaches 35 % of Hopper's peak where
    // kernels made for it reach 75 %, and loses nothing before.
    s.kernels = {.products_unheld = 0.5, .attention_forward = 2.0};
    const auto forward = [&](const device<>& d, const tr::stack<>& by) {
        tr::job<> j{catalog::llama_3_8b, d, by, {}, {}, {1, 1, 4096}};
        j.constants.clock = {};
        return at(tr::micro_batch<>(j).time(32, 0.0), part::forward);
    };
    const tr::job<> j{catalog::llama_3_8b, catalog::h100_sxm, plain, {}, {}, {1, 1, 4096}};
    const operation core = prefill_attention({32, 8, 128, 128}, 0.0, step_shape::prefill(1, 4096), formats::bf16);
    tr::stack<> old = s, unheld = s;
    old.attention = tr::attention_kernels::flash_2;
    CHECK(forward(catalog::h100_sxm, old) - forward(catalog::h100_sxm, s) ==
          approx((75.0 / 35.0 - 1.0) * 2.0 * 32 * roof<>(j.device, j.constants).time(core).total.value()));
    CHECK(forward(catalog::a100_sxm_80, old) == forward(catalog::a100_sxm_80, s));
    unheld.kernels.products_unheld = 1.0;
    CHECK(forward(catalog::a100_sxm_80, unheld) < 0.7 * forward(catalog::a100_sxm_80, s));
}

TEST_CASE(
    "unfused attention: full products, bytes of each score as its kernels move them, ragged heads at the fp32 rate") {
    for (const count width : {128, 108}) {
        architecture m = catalog::llama_3_8b;
        m.groups[0].layer.attention = {.query_heads = 32, .kv_heads = 32, .head_dim = width};
        tr::stack<> s = plain;
        const auto time = [&](const tr::stack<>& by, tr::recomputation again) {
            const tr::job<> j{m, catalog::a100_sxm_80, by, {.recompute = again}, {}, {2, 2, 2048}};
            return tr::micro_batch<>(j).time(1, 0.0);
        };
        const tr::micro_batch_time<> fused = time(s, tr::recomputation::selective);
        s.attention = tr::attention_kernels::unfused;
        const tr::micro_batch_time<> t = time(s, tr::recomputation::selective), kept = time(s, tr::recomputation::none);
        const tr::job<> j{m, catalog::a100_sxm_80, s, {}, {}, {2, 2, 2048}};
        const roof<> r(j.device, j.constants);
        const attention_heads h{32, 32, static_cast<double>(width), static_cast<double>(width)};
        const double flash =
            r.time(prefill_attention(h, 0.0, step_shape::prefill(2, 2048), formats::bf16)).total.value();
        const double slow = width % 8 == 0 ? 1.0 : 312.0 / 19.5;  // rates of A100's datasheet
        const auto seconds = [&](double products, double bytes) {
            return r.time(tr::score_products(h, 2, 2048, products)).total.value() * slow +
                   r.time(tr::score_traffic(h, 2, 2048, bytes)).total.value();
        };
        // Forward: written 2, softmax 2 + 2, dropout 2 + 2 and its mask 1, read 2. Backward: read 2, written 2, dropout
        // 2 + 2 and its mask 1, softmax 2 + 2 + 2, read 2 and 2.
        const double forward = seconds(2.0, 13.0), backward = seconds(4.0, 19.0);
        CHECK(at(t, part::forward) - (at(fused, part::forward) - flash) == approx(forward));
        CHECK(at(t, part::input_gradients) - (at(fused, part::input_gradients) - 2.5 * flash) == approx(backward));
        CHECK(at(t, part::recompute) == approx(forward));
        CHECK(at(kept, part::recompute) == 0.0);
        const operation p = tr::score_products(h, 2, 2048, 2.0);
        CHECK(p.work.value() == 2.0 * 2.0 * 64 * 2048.0 * 2048 * static_cast<double>(width));
        CHECK(tr::score_traffic(h, 2, 2048, 13.0).activations.value() == 64 * 2048.0 * 2048 * 13);
    }
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

TEST_CASE("context ranks: keys and values, or latents, around a ring; seen beyond the attention of the step") {
    // 16 ranks of 256 tokens: what they send takes longer than their attention.
    const auto seen = [](const architecture& m, const tr::layout& l, double values, const operation& core,
                         tr::recomputation again = tr::recomputation::none) {
        const tr::job<> j{m, catalog::h100_sxm, plain, {.recompute = again}, l, {1, 1, 256.0 * l.context}};
        const double ring = tr::group_message(message_kind::all_gather, 256.0 * values * 2 * l.context, l.context,
                                              l.tensor, j.device, j.constants)
                                .value();
        const double own = roof<>(j.device, j.constants).time(core).total.value();
        const double forward = larger(0.0, ring - own), backward = larger(0.0, 2.0 * ring - 2.5 * own);
        CHECK(forward > 0.0);
        const double layers = static_cast<double>(m.layers());
        CHECK(at(tr::micro_batch<>(j).time(layers, 0.0), part::context) ==
              approx(layers * (forward * (again == tr::recomputation::full ? 2.0 : 1.0) + backward)));
    };
    const step_shape shape = step_shape::prefill(1, 256, 0.5 * 256 * 15);
    const operation grouped = prefill_attention({32, 8, 128, 128}, 0.0, shape, formats::bf16);
    seen(catalog::llama_3_8b, {.context = 16}, 8 * 256, grouped);
    seen(catalog::llama_3_8b, {.context = 16}, 8 * 256, grouped, tr::recomputation::full);
    seen(catalog::llama_3_8b, {.tensor = 4, .context = 16}, 2 * 256,
         prefill_attention({8, 2, 128, 128}, 0.0, shape, formats::bf16));
    const latent_attention_block& latent = catalog::deepseek_v2_lite.groups[0].layer.latent;
    seen(catalog::deepseek_v2_lite, {.context = 16}, 512 + 64, latent_prefill(latent, 1, shape, formats::bf16));
}

TEST_CASE(
    "messages of tensor ranks: four a layer, six where it is computed again, as slow and as seen as the software's") {
    tr::stack<> s = plain;
    s.tensor_exposed = 0.5;
    s.tensor_slowness = 3.0;
    const auto of = [](const tr::stack<>& by, tr::recomputation again) {
        const tr::job<> j{catalog::llama_3_8b,  catalog::h100_sxm, by,
                          {.recompute = again}, {.tensor = 4},     {1, 1, 4096}};
        return at(tr::micro_batch<>(j).time(32, 0.0), part::tensor);
    };
    const tr::job<> j = small({.tensor = 4});
    const operation one{.kind = operator_class::collective,
                        .message = message_kind::all_reduce,
                        .payload = bytes_of(4096.0 * 4096 * 2),
                        .ranks = 4};
    const double each = roof<>(j.device, j.constants).time(one).total.value();
    CHECK(of(plain, tr::recomputation::none) == approx(32 * 4 * each));
    CHECK(of(plain, tr::recomputation::full) == approx(32 * 6 * each));
    CHECK(of(s, tr::recomputation::none) == approx(1.5 * 32 * 4 * each));
    s.early_stop = true;  // the last product of a layer is not done again, nor is its message
    CHECK(of(s, tr::recomputation::full) == approx(1.5 * 32 * 5 * each));
}

TEST_CASE(
    "host: a launch for each layer and micro-batch, more with experts, from graphs on Blackwell; a broadcast of each "
    "rank") {
    tr::stack<> s = plain;
    s.launch = {seconds_of(0.5), {}};
    s.expert_launch = {seconds_of(0.25), {}};
    s.expert_launch_captured = {seconds_of(0.125), {}};
    const auto of = [&](const architecture& m, const device<>& d, const tr::layout& l) {
        return tr::time_step(tr::job<>{m, d, s, {}, l, {1, 8, 4096}});
    };
    CHECK(at(of(catalog::llama_3_8b, catalog::h100_sxm, {}), part::launch) == approx(8 * 32 * 0.5));
    CHECK(at(of(catalog::llama_3_8b, catalog::h100_sxm, {.pipeline = 2}), part::launch) == approx(8 * 16 * 0.5));
    CHECK(at(of(catalog::qwen3_30b_a3b, catalog::h100_sxm, {}), part::launch) == approx(8 * 48 * 0.75));
    CHECK(at(of(catalog::qwen3_30b_a3b, catalog::b200_sxm, {}), part::launch) == approx(8 * 48 * 0.625));
    const tr::layout shared{.data = 8, .zero = tr::zero_stage::optimizer};
    const double before = at(of(catalog::llama_3_8b, catalog::h100_sxm, shared), part::data);
    s.per_owner = {seconds_of(2.0), {}};
    CHECK(at(of(catalog::llama_3_8b, catalog::h100_sxm, shared), part::data) - before == approx(8 * 2.0));
    CHECK(at(of(catalog::llama_3_8b, catalog::h100_sxm, {.data = 8, .zero = tr::zero_stage::gradients}), part::data) ==
          approx(before));
    s.data_exposed = 0.25;
    s.per_owner = {};
    CHECK(at(of(catalog::llama_3_8b, catalog::h100_sxm, shared), part::data) == approx(0.25 * before));
    // Exchanges between expert ranks, forward and backward, by what of them is seen.
    const auto exchanged = [&](double exposed, tr::recomputation again) {
        s.expert_exposed = exposed;
        return at(tr::time_step(tr::job<>{catalog::qwen3_30b_a3b,
                                          catalog::h100_sxm,
                                          s,
                                          {.recompute = again},
                                          {.expert = 8, .data = 8},
                                          {1, 8, 4096}}),
                  part::experts);
    };
    const double whole = exchanged(1.0, tr::recomputation::none);
    CHECK(whole > 0.0);
    CHECK(exchanged(0.25, tr::recomputation::none) == approx(0.25 * whole));
    CHECK(exchanged(1.0, tr::recomputation::full) == approx(1.5 * whole));
    // And more of a step for each doubling of the devices beyond 8.
    s.kernels.per_doubling = 0.01;
    const tr::step_time<> many =
        tr::time_step(tr::job<>{catalog::llama_3_8b, catalog::h100_sxm, s, {}, {.data = 32}, {1, 32, 4096}});
    CHECK(at(many, part::scale) == approx(0.02 * (many.total.value() - at(many, part::scale))));
}

TEST_CASE(
    "what becomes of gradients: added up, used by the optimizer, moved over the host's link, by the bytes of the "
    "recipe") {
    using tr::offloading;
    const tr::job<> base = small({}, {1, 4, 4096});
    const double n = static_cast<double>(parameter_count(base.model));
    const roof<> r(base.device, base.constants);
    const auto moved = [&](double bytes) {
        return r.time({.kind = operator_class::elementwise, .activations = bytes_of(bytes)}).total.value();
    };
    const auto of = [&](const tr::recipe& recipe, const tr::layout& l = {}, const tr::stack<>& s = plain) {
        return tr::time_step(tr::job<>{base.model, base.device, s, recipe, l, {1, 4.0 * l.data, 4096}});
    };
    // Adam in mixed precision reads gradient, master and moments, 16 bytes, and writes them, weights and zeros: 18.
    CHECK(at(of({}), part::optimizer) == approx(moved(34.0 * n)));
    CHECK(at(of({}, {.data = 8, .zero = tr::zero_stage::optimizer}), part::optimizer) == approx(moved(34.0 * n / 8)));
    CHECK(at(of({.states = tr::states::mixed}), part::optimizer) == approx(moved(30.0 * n)));
    CHECK(at(of({.states = tr::states::fp32_shards}), part::optimizer) == approx(moved(2 * (4 + 4 + 8) * n)));
    CHECK(at(of({.states = tr::states::pure_bf16}), part::optimizer) == approx(moved(2 * (2 + 2 + 4) * n)));
    CHECK(at(of({.states = tr::states::pure_bf16_adam_8_bit}), part::optimizer) == approx(moved(12.0 * n)));
    CHECK(at(of({.states = tr::states::pure_bf16_sgd}), part::optimizer) == approx(moved(8.0 * n)));
    // On the host: gradients come after each of 4 micro-batches and are added to what is there, weights go back once.
    const double link = base.device.host_link.per_direction.value.value(), memory = 25e9;
    const auto on_host = [&](const tr::recipe& recipe, double link_bytes, double host_bytes) {
        const tr::step_time<> t = of(recipe);
        CHECK(at(t, part::optimizer) == 0.0);
        CHECK(at(t, part::offload) == approx(n * (link_bytes / link + host_bytes / memory)));
    };
    on_host({.offload = offloading::optimizer}, 2 * 4 + 2, 2 * (4 + 12) + 3 * (2 + 2 * 4));
    on_host({.offload = offloading::states}, 2 * 4 + 2 * 2 * 4, 2 * (4 + 12) + 2 + 3 * (2 + 2 * 4));
    on_host({.states = tr::states::pure_bf16, .offload = offloading::states}, 2 * 4 + 2 * 2 * 4, 16 + 3 * (2 + 2 * 2));
    // Activations: out and back, of which the stage hides what it takes; states there do not count.
    const tr::step_time<> a = of({.offload_activations = true}),
                          both = of({.offload_activations = true, .offload = offloading::states});
    const tr::memory_of_rank kept = tr::job<>{base.model, base.device, plain, {}, {}, {1, 4, 4096}}.memory();
    const double one = 2.0 * kept.activations.value() / link;
    CHECK(at(a, part::offload) == approx(4.0 * larger(0.0, one - a.stage.value())));
    CHECK(at(both, part::offload) - at(of({.offload = offloading::states}), part::offload) ==
          approx(at(a, part::offload)));
    CHECK(one > a.stage.value());
    // Products that do not add gradients up leave it to a pass from the second micro-batch on, and write 2 bytes, not 8.
    tr::stack<> separate = plain;
    separate.fused_accumulation = false;
    const auto weights = [&](const tr::recipe& recipe, double global) {
        return at(tr::time_step(tr::job<>{base.model, base.device, separate, recipe, {}, {1, global, 4096}}),
                  part::weight_gradients);
    };
    CHECK(weights({}, 4) - 4.0 * weights({}, 1) == approx(3.0 * moved(n * (2 + 2 * 4))));
    CHECK(weights({.states = tr::states::pure_bf16}, 4) - 4.0 * weights({}, 1) == approx(3.0 * moved(n * (2 + 2 * 2))));
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
