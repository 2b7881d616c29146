// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The time of one training step on the rank that decides it.
///
///     step  = (m slowest stage + bubble + hand-overs + data messages + optimizer + offload) x (1 + g log2(devices / 8))
///     stage = its layers of a micro-batch (micro_batch.hpp), the last one with the head, held by the power limit
///     bubble, in forward F, input gradients B and weight gradients W of a stage:
///              1F1B (p - 1)(F + B + W) / v       ZB1P (p - 1)(F + B - W)        DualPipe (p / 2 - 1)(F + 2 B - 2 W)
///     data     ZeRO-0 all-reduce of gradients; 1, 2 reduce-scatter and all-gather of weights: once a step, `data_exposed`
///              3      two all-gathers and a reduce-scatter of each micro-batch: what outlasts its products, and
///                     `shard_contention` of what does not
///     optimizer  34 bytes of each parameter of the shard, over the memory bandwidth
///     offload    weights down twice and gradients up over the host's link, and the host's own pass over its states
///
/// Where stages do not divide the layers, embedding and head stand for a layer each. ZB1P and DualPipe are as their
/// authors write them (arXiv 2401.10241; DeepSeek-AI's DualPipe): no run here measures them. Data loading is not counted.
/// Evidence: tests/training/step_time_test.cpp; docs/models/training.md.

#include <gambrel/training/micro_batch.hpp>

namespace gambrel::training {

inline constexpr double optimizer_bytes_moved = 34.0;
/// Of a parameter whose optimizer runs on the host: fp32 gradient, master and two moments, read and written.
inline constexpr double host_update_bytes = 28.0;
/// Memory bandwidth of the host for each device: 200 GB/s of a server of 8. Assumed.
inline constexpr double host_bandwidth = 25e9;

template <class Y = double> struct step_time {
    seconds<Y> total{};
    parts<Y> by_part{};
    seconds<Y> stage{};  ///< of a micro-batch on the slowest stage, held
    double micro_batches = 1;
    pass_time<Y> pass{};       ///< a micro-batch of the slowest stage
    double hardware_work = 0;  ///< flop of a device in the step, what is computed again included

    constexpr seconds<Y> of(part p) const { return by_part[static_cast<std::size_t>(p)]; }
};

namespace detail {
/// Messages of gradients and weights of one step, at stage `zero`, of `n` parameters shared by `copies` ranks.
template <class Y> struct data_messages {
    seconds<Y> once{};         ///< of a step
    seconds<Y> micro_batch{};  ///< of each micro-batch
};
template <class Y>
constexpr data_messages<Y> data_messages_of(const job<Y>& j, double n, int copies, int shards, int stride) {
    data_messages<Y> t;
    if (copies < 2 || !(n > 0.0)) return t;
    const auto message = [&](message_kind kind, double bytes, int ranks, int apart) {
        return group_message(kind, bytes, ranks, apart, j.device, j.constants);
    };
    const double gradients = n * j.stack.reduce_bytes, weights = 2.0 * n;
    if (j.layout.zero == zero_stage::none) {
        t.once = message(message_kind::all_reduce, gradients, copies, stride);
        return t;
    }
    const seconds<Y> gather = message(message_kind::all_gather, weights, shards, stride);
    const seconds<Y> scatter = message(message_kind::reduce_scatter, gradients, shards, stride);
    if (shards < copies)
        t.once = message(message_kind::all_reduce, gradients / shards, copies / shards, stride * shards);
    if (j.layout.zero == zero_stage::weights)
        t.micro_batch = gather * 2.0 + (j.recipe.adapts() ? seconds<Y>{} : scatter);
    else t.once = t.once + gather + scatter;
    return t;
}
}  // namespace detail

/// Time of one step of `j`, whose layout must exist (job::check). Evidence: tests/training/step_time_test.cpp.
template <class Y> constexpr step_time<Y> time_step(const job<Y>& j) {
    const layout& l = j.layout;
    const count layers = j.model.layers();
    const auto stages = static_cast<double>(l.pipeline);
    const bool even = layers % l.pipeline == 0;
    const double own = static_cast<double>(detail::layers_of_stage(layers, l.pipeline));
    const micro_batch<Y> rank(j);
    micro_batch_time<Y> slowest = rank.time(l.pipeline == 1 || even ? own : own - 1.0, true);
    const Y head = slowest.head.value();
    if (!even) {  // a stage between the ends has a layer more and no head
        const micro_batch_time<Y> middle = rank.time(own, false);
        if (math::plain(slowest.total().value()) < math::plain(middle.total().value())) slowest = middle;
    }
    step_time<Y> t;
    const Y free = slowest.total().value();
    slowest.pass.hold(j.constants.clock);
    t.pass = slowest.pass;
    const Y stage = slowest.pass.total().value();
    t.stage = seconds<Y>::from_value(stage);
    const double m = larger(1.0, j.batch.micro_batches(l));
    t.micro_batches = m;
    const auto put = [&](part p, const Y& time) {
        auto& x = t.by_part[static_cast<std::size_t>(p)];
        x = x + seconds<Y>::from_value(time);
        t.total = t.total + seconds<Y>::from_value(time);
    };
    for (std::size_t i = 0; i < part_count; ++i) put(static_cast<part>(i), slowest.by_part[i].value() * m);
    put(part::power, (stage - free) * m);
    if (l.pipeline > 1) {
        const Y held = stage / free;
        const Y mean = (stage - head * held * (even ? 1.0 - 1.0 / stages : 0.0));  // the head is on one stage alone
        const Y w = slowest.of(part::weight_gradients).value() * held;
        const Y b = slowest.of(part::input_gradients).value() * held;
        Y bubble = mean * (stages - 1.0) / static_cast<double>(l.virtual_stages);
        if (l.schedule == schedule::zero_bubble) bubble = (mean - 2.0 * w) * (stages - 1.0);
        if (l.schedule == schedule::dual_pipe) bubble = (mean + b - 3.0 * w) * larger(0.0, 0.5 * stages - 1.0);
        put(part::pipeline, larger(Y(0.0), bubble));
        const double tokens = j.batch.micro * j.batch.sequence / static_cast<double>(l.context);
        operation hand =
            hand_overs(tokens * static_cast<double>(j.model.hidden) / static_cast<double>(l.sequence ? l.tensor : 1),
                       l.pipeline, l.ranks_of_stage());
        const gambrel::roof<Y> roof(j.device, j.constants);
        put(part::pipeline,
            roof.time(hand).total.value() * (2.0 * m * static_cast<double>(l.virtual_stages) * j.stack.tensor_exposed));
    }
    const rank_parameters held = on_stage(j.model, l, 0, j.recipe.adapter);
    const double dense = j.recipe.adapts() && l.zero != zero_stage::weights ? held.adapters : held.dense;
    const double experts = j.recipe.adapts() && l.zero != zero_stage::weights ? 0.0 : held.experts;
    const auto d = detail::data_messages_of(j, dense, l.copies(), l.shards(), l.tensor);
    const auto e =
        detail::data_messages_of(j, experts, l.expert_copies(), l.expert_shards(), l.expert * l.expert_tensor);
    put(part::data, (d.once + e.once).value() * j.stack.data_exposed);
    if (l.zero == zero_stage::weights) {
        const Y message = (d.micro_batch + e.micro_batch).value();
        const Y hidden = smaller(message, stage);
        put(part::data, (message - hidden + hidden * j.stack.shard_contention) * m);
    }
    if (l.zero == zero_stage::optimizer && l.copies() > 1)
        put(part::data, j.stack.per_owner.value.value() * static_cast<double>(l.shards()));
    const double learned = j.recipe.adapts() ? held.adapters / static_cast<double>(l.shards())
                                             : held.dense / static_cast<double>(l.shards()) +
                                                   held.experts / static_cast<double>(l.expert_shards());
    if (j.recipe.offload == offloading::none) {
        operation update{.name = "optimizer", .kind = operator_class::elementwise};
        update.activations = bytes_of(learned * optimizer_bytes_moved);
        put(part::optimizer, gambrel::roof<Y>(j.device, j.constants).time(update).total.value());
    } else {
        const Y link = j.device.host_link.per_direction.value.value();
        // Weights down for forward and backward of each micro-batch, or once renewed; gradients up.
        const double whole =
            (held.dense / static_cast<double>(l.shards()) + held.experts / static_cast<double>(l.expert_shards())) *
            (j.recipe.adapts() ? j.recipe.frozen.bytes_per_element() : 2.0);
        const double down = j.recipe.offload == offloading::states ? 2.0 * m * whole : 2.0 * learned;
        put(part::offload, (down + 2.0 * learned) / link + Y(learned * host_update_bytes / host_bandwidth));
    }
    if (j.recipe.offload_activations && math::plain(j.device.host_link.per_direction.value.value()) > 0.0) {
        const memory_of_rank kept = j.memory();
        const Y moved = 2.0 * kept.on_host.value() / j.device.host_link.per_direction.value.value() * m;
        put(part::offload, larger(Y(0.0), moved - stage * m));
    }
    const double doublings = math::log(static_cast<double>(l.devices()) / 8.0) / math::log(2.0);
    if (doublings > 0.0) put(part::scale, t.total.value() * (j.stack.kernels.per_doubling * doublings));
    t.hardware_work = slowest.pass.work().value() * m;
    return t;
}
}  // namespace gambrel::training
