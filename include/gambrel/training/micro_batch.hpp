// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One micro-batch through the layers of a stage and back, on one rank: the operations of an inference pass over all its
/// tokens (operators/decoder.hpp), those of the backward pass made from them (gradients.hpp), all under the same laws.
///
///     layer = forward + input and weight gradients + what is computed again + messages that nothing hides
///     head  = forward and backward of the logits of all tokens
///
/// A rank of `context` ranks has 1 / context of every sequence; its queries see half of the rest on average. Under an
/// adapter the base has no weight gradients, and a base kept narrow is widened for each product by a pass over it.
/// Evidence: tests/training/step_time_test.cpp.

#include <gambrel/names.hpp>
#include <gambrel/step/pass.hpp>
#include <gambrel/training/gradients.hpp>
#include <gambrel/training/job.hpp>
#include <gambrel/training/messages.hpp>
#include <gambrel/training/part.hpp>

namespace gambrel::training {

template <class Y> using parts = std::array<seconds<Y>, part_count>;

/// A micro-batch of one rank: its time at full clock by part, and as a pass (bounds, power, peak).
template <class Y = double> struct micro_batch_time {
    parts<Y> by_part{};
    pass_time<Y> pass{};
    seconds<Y> head{};  ///< of all this

    constexpr seconds<Y> of(part p) const { return by_part[static_cast<std::size_t>(p)]; }
    constexpr seconds<Y> total() const { return pass.total(); }
};

template <class Y = double> class micro_batch {
public:
    constexpr explicit micro_batch(const job<Y>& j)
        : job_(j),
          roof_(j.device, j.constants),
          tokens_(j.batch.micro * j.batch.sequence / static_cast<double>(j.layout.context)) {
        formats_.weights = linear_layers_in(j.recipe.products);
        cut_.tensor = j.layout.tensor;
        cut_.sequence = j.layout.sequence;
        const int expert_ranks = j.layout.expert * j.layout.expert_tensor;
        cut_.data = expert_ranks > cut_.tensor ? expert_ranks / cut_.tensor : 1;
        cut_.expert = j.layout.expert;
        cut_.balanced_experts = true;  // by the losses that training adds for it
        cut_.exchange = j.stack.exchange;
        blackwell_ = contains_name(j.device.architecture.view(), "Blackwell");
        late_ = blackwell_ || contains_name(j.device.architecture.view(), "Hopper");
    }

    /// `layers` of the model's (a share of each kind), and the head in `heads` of the micro-batches.
    constexpr micro_batch_time<Y> time(double layers, double heads) const {
        micro_batch_time<Y> t;
        const double share = layers / static_cast<double>(job_.model.layers());
        const double own = job_.batch.sequence / static_cast<double>(job_.layout.context);
        const step_shape shape = step_shape::prefill(job_.batch.micro, own, 0.5 * (job_.batch.sequence - own));
        const pass_inputs terms{job_.model, cut_, formats_};
        for (const layer_group& g : job_.model) {
            const auto visit = [&](const operation& op) { operate(t, op, g.layer); };
            layer_visit<const decltype(visit)>{terms, g.layer, shape, static_cast<double>(g.layers) * share, visit}
                .all();
            context_messages(t, g.layer, static_cast<double>(g.layers) * share);
        }
        if (heads > 0.0) {
            const Y before = t.total().value();
            const auto& format = formats_.weights.head;
            operation head = gemm(head_matrix(job_.model), tokens_, cut_.tensor, 1.0, format);
            head.repeats = heads;
            products(t, head, false);
            operation loss{.name = "loss", .kind = operator_class::elementwise, .repeats = heads, .kernels = 3.0};
            loss.activations = bytes_of(tokens_ * 10.0 * static_cast<double>(job_.model.vocabulary) / cut_.tensor);
            put(t, part::forward, loss);
            t.head = seconds<Y>::from_value(t.total().value() - before);
        }
        seconds<Y> launched = job_.stack.launch.value * layers;
        for (const layer_group& g : job_.model)
            if (g.layer.experts.present())
                launched =
                    launched + (blackwell_ ? job_.stack.expert_launch_captured : job_.stack.expert_launch).value *
                                   (static_cast<double>(g.layers) * share);
        t.by_part[static_cast<std::size_t>(part::launch)] = launched;
        t.pass.add_host(launched, 0.0, bound::launch);
        return t;
    }

private:
    /// `op`, which takes `stretch` of its time, and whose flop and bytes are counted `done` times.
    constexpr void put(micro_batch_time<Y>& t, part p, const operation& one, double stretch = 1.0,
                       double done = 1.0) const {
        operation_time<Y> x = roof_.time(one);
        const operation op = counted(one, done);
        const seconds<Y> full = x.total * stretch;
        x.total = full;
        x.fixed = x.fixed * stretch;
        t.by_part[static_cast<std::size_t>(p)] =
            t.by_part[static_cast<std::size_t>(p)] + seconds<Y>::from_value(full.value() * op.repeats);
        t.pass.add(op, x, roof_.at_limit(op, full), roof_.at_peak(op));
    }
    constexpr double sustained() const {
        const kernel_shares& k = job_.stack.kernels;
        return job_.constants.clock.known() ? k.products : k.products_unheld;
    }
    /// Share of the forward pass that is computed again.
    constexpr double again() const {
        return job_.recipe.recompute == recomputation::full        ? 1.0
               : job_.recipe.recompute == recomputation::alternate ? 0.5
                                                                   : 0.0;
    }
    constexpr void put_again(micro_batch_time<Y>& t, const operation& op, double stretch = 1.0) const {
        if (again() > 0.0) put(t, part::recompute, op, stretch * again(), again());
    }
    /// Forward, both gradients, and forward again, of a product.
    constexpr void products(micro_batch_time<Y>& t, const operation& op, bool recomputed = true,
                            bool grouped = false) const {
        const auto started = [&](double start) {
            return (grouped && op.rows > 0.0 ? 1.0 + start / op.rows : 1.0) / sustained();
        };
        const double slow = started(grouped_start);
        put(t, part::forward, op, slow);
        put(t, part::input_gradients, input_gradient(op), slow);
        if (!job_.recipe.adapts())
            put(t, part::weight_gradients, weight_gradient(op, job_.stack.fused_accumulation ? 8.0 : 2.0),
                started(grouped_start_weights));
        const bool last = op.name == name_of(matrix_role::down) && job_.stack.early_stop;
        if (recomputed && !last) put_again(t, op, slow);
        if (job_.recipe.widens_base()) {  // read narrow, written in 16 bit, for each of the passes
            operation widen{.name = "widen", .kind = operator_class::elementwise, .repeats = op.repeats};
            widen.activations = bytes_of(op.outputs * op.inputs * (job_.recipe.frozen.bytes_per_element() + 2.0));
            put(t, part::forward, widen);
            put(t, part::input_gradients, widen);
            if (recomputed && !last) put_again(t, widen);
        }
    }
    constexpr void attention(micro_batch_time<Y>& t, const operation& op, const layer& l) const {
        const kernel_shares& k = job_.stack.kernels;
        const bool core_again = job_.recipe.recompute != recomputation::none;
        if (job_.stack.attention == attention_kernels::unfused && l.attention.present()) {
            const attention_heads h = heads_on_rank(l.attention, cut_.tensor);
            const double s = job_.batch.sequence, n = job_.batch.micro / static_cast<double>(job_.layout.context);
            const bool ragged =
                l.attention.head_dim % 8 != 0;  // rows of no whole 16 bytes: the matrix unit cannot load them
            const double slow =
                (ragged ? math::plain(roof_.peak(multiply::as_16_bit) / roof_.peak(multiply::as_fp32)) : 1.0) /
                sustained();
            const auto both = [&](part p, double products, double bytes) {
                operation multiply = score_products(h, n, s, products), move = score_traffic(h, n, s, bytes);
                multiply.repeats = move.repeats = op.repeats;
                put(t, p, multiply, slow);
                put(t, p, move);
            };
            both(part::forward, 2.0, score_bytes_forward);
            both(part::input_gradients, 4.0, score_bytes_backward);
            if (core_again) both(part::recompute, 2.0, score_bytes_forward);
            return;
        }
        const bool old = job_.stack.attention == attention_kernels::flash_2 && late_;
        const double forward = k.attention_forward * (old ? flash_2_on_hopper : 1.0);
        put(t, part::forward, op, forward);
        put(t, part::input_gradients, op, forward * k.attention_backward, 2.0);
        if (job_.recipe.recompute >= recomputation::alternate) put(t, part::recompute, op, forward);
    }
    constexpr void operate(micro_batch_time<Y>& t, const operation& op, const layer& l) const {
        const double passes = job_.stack.elementwise;
        switch (op.kind) {
            case operator_class::gemm: products(t, op); break;
            case operator_class::experts:
                for (const bool up : {true, false})
                    products(t, grouped_product(op, l.experts, up, formats_.weights.experts), true, true);
                operate(t, reordering(op, l.experts), l);
                break;
            case operator_class::prefill_attention: attention(t, op, l); break;
            case operator_class::elementwise:
                put(t, part::forward, op, passes);
                put(t, part::input_gradients, op, passes * elementwise_backward, elementwise_backward);
                if (job_.recipe.recompute >= recomputation::alternate) put(t, part::recompute, op, passes);
                break;
            case operator_class::collective: {
                const bool expert = is_exchange(op.message) || op.message == message_kind::all_gather ||
                                    op.message == message_kind::reduce_scatter;
                const double seen =
                    expert ? job_.stack.expert_exposed : job_.stack.tensor_exposed * job_.stack.tensor_slowness;
                const double repeated = 2.0 + (again() < 1.0 ? 0.0 : job_.stack.early_stop ? 0.5 : 1.0);
                put(t, expert ? part::experts : part::tensor, op, seen * repeated);
                break;
            }
            default:  // state
                put(t, part::forward, op);
                put(t, part::input_gradients, op, 2.0, 2.0);
                put_again(t, op);
        }
    }
    /// Keys and values around the ring of context ranks, or latents, which each rank expands for itself; beside the
    /// attention that waits for them.
    constexpr void context_messages(micro_batch_time<Y>& t, const layer& l, double layers) const {
        const int c = job_.layout.context;
        if (c < 2) return;
        const double length = job_.batch.sequence / static_cast<double>(c);
        const step_shape shape = step_shape::prefill(job_.batch.micro, length, 0.5 * (job_.batch.sequence - length));
        if (l.attention.present()) {
            const attention_heads h = heads_on_rank(l.attention, cut_.tensor);
            ring(t, h.kv * (h.key_dim + h.value_dim),
                 prefill_attention(h, {static_cast<double>(l.attention.window), l.attention.chunked}, shape,
                                   formats_.kv),
                 layers);
        }
        if (l.latent.present())
            ring(t, static_cast<double>(l.latent.kv_rank + l.latent.rope_dim),
                 latent_prefill(l.latent, static_cast<double>(cut_.tensor), shape, formats_.kv), layers);
    }
    /// `values` of each token around the ring, hidden by `core`.
    constexpr void ring(micro_batch_time<Y>& t, double values, const operation& core, double layers) const {
        const int c = job_.layout.context;
        const double own = tokens_ * values * activation_bytes;
        const seconds<Y> once =
            group_message(message_kind::all_gather, own * c, c, job_.layout.tensor, job_.device, job_.constants);
        const Y beside = roof_.time(core).total.value(), wanted = once.value();
        const Y back = beside * job_.stack.kernels.attention_backward;
        Y seen = larger(Y(0.0), wanted - beside) * (again() > 0.0 ? 2.0 : 1.0) + larger(Y(0.0), 2.0 * wanted - back);
        seen = seen * layers;
        t.by_part[static_cast<std::size_t>(part::context)] =
            t.by_part[static_cast<std::size_t>(part::context)] + seconds<Y>::from_value(seen);
        t.pass.add_host(seconds<Y>::from_value(seen), 0.0, bound::interconnect);
    }

    const job<Y>& job_;
    gambrel::roof<Y> roof_;
    double tokens_;
    precision formats_{};
    parallelism cut_{};
    bool blackwell_ = false, late_ = false;  ///< Hopper or Blackwell
};
}  // namespace gambrel::training
