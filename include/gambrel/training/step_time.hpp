// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The time of one training step on the rank that decides it.
///
///     step  = (m slowest stage + bubble + hand-overs + data messages + optimizer + offload) x (1 + g log2(devices / 8))
///     stage = its layers of a micro-batch (micro_batch.hpp), the last one with the head, held by the power limit
///     bubble   by schedule (bubble.hpp)
///     data     ZeRO-0 all-reduce of gradients; 1, 2 reduce-scatter and all-gather of weights: once a step, `data_exposed`
///              3      two all-gathers and a reduce-scatter of each micro-batch: what outlasts its products, and
///                     `shard_contention` of what does not
///     optimizer, offload   update.hpp
///     hand-overs     each of them waited for, unless stages are interleaved and hand over beside what they compute
///
/// Where stages do not divide the layers, embedding and head stand for a layer each. Under DualPipe either end of a
/// pipeline sees half of the micro-batches. Messages of weights are in 16 bit, or as narrow as a frozen base is kept.
/// Data loading is not counted.
/// Evidence: tests/training/step_time_test.cpp; docs/models/training.md.

#include <gambrel/training/bubble.hpp>
#include <gambrel/training/micro_batch.hpp>
#include <gambrel/training/update.hpp>

namespace gambrel::training {

template <class Y = double> struct step_time {
    seconds<Y> total{};
    parts<Y> by_part{};
    seconds<Y> stage{};  ///< of a micro-batch on the slowest stage, held
    double micro_batches = 1;
    pass_time<Y> pass{};       ///< a micro-batch of the slowest stage
    double hardware_work = 0;  ///< flop of the average device in the step, what is computed again included
    double traffic = 0;        ///< bytes that it moves

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
    const double gradients = n * j.stack.reduce_bytes, weights = n * j.recipe.moved_bytes();
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
    const double heads = l.stages_held() > 1 ? 0.5 : 1.0;  // half of the micro-batches meet it on either end
    const micro_batch<Y> rank(j);
    const micro_batch_time<Y> head = rank.time(0.0, 1.0);
    const double with = l.pipeline == 1 || even ? own : own - 1.0;
    micro_batch_time<Y> slowest = rank.time(with, heads);
    const auto of_all = [&](double stage, double of_head) {  // on the mean rank, of what stage and head have
        return ((stage - heads * of_head) / with * static_cast<double>(layers) + of_head) / stages;
    };
    const double work = of_all(slowest.pass.work().value(), head.pass.work().value());
    const double traffic = of_all(slowest.pass.traffic().value(), head.pass.traffic().value());
    if (!even) {  // a stage between the ends has a layer more and no head
        const micro_batch_time<Y> middle = rank.time(own, 0.0);
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
        // Of a mean stage: the head is on the ends alone; where it stands for a layer, stages are alike.
        const double more = even ? heads - 1.0 / stages : 0.0;
        const auto mean_of = [&](part p) -> Y { return slowest.of(p).value() - more * head.of(p).value(); };
        const Y held = stage / free, mean = stage - more * head.total().value() * held;
        const Y w = mean_of(part::weight_gradients) * held, forward = mean_of(part::forward);
        const Y ahead = forward / (forward + mean_of(part::input_gradients) + mean_of(part::recompute));
        // Messages and launches fall on forward and backward as products do.
        put(part::pipeline, bubble_of(l, chunk_times<Y>{(mean - w) * ahead, (mean - w) * (1.0 - ahead), w}));
        const double tokens = j.batch.micro * j.batch.sequence / static_cast<double>(l.context);
        operation hand =
            hand_overs(tokens * static_cast<double>(j.model.hidden) / static_cast<double>(l.sequence ? l.tensor : 1),
                       l.pipeline, l.ranks_of_stage());
        const gambrel::roof<Y> roof(j.device, j.constants);
        Y sent = roof.time(hand).total.value();
        if (j.stack.hand_overs_beside && l.virtual_stages > 1)  // beside the piece of the stage that computes meanwhile
            sent = larger(Y(0.0), sent - mean / (2.0 * static_cast<double>(l.virtual_stages)));
        put(part::pipeline, sent * (2.0 * m * static_cast<double>(l.virtual_stages)));
    }
    const rank_parameters held = on_rank(j.model, l, 0, j.recipe.adapter);
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
    const update_time<Y> update = time_update(j, held, m, t.stage);
    put(part::weight_gradients, update.added_up.value());
    put(part::optimizer, update.optimizer.value());
    put(part::offload, update.offload.value());
    const double doublings = math::log(static_cast<double>(l.devices()) / 8.0) / math::log(2.0);
    if (doublings > 0.0) put(part::scale, t.total.value() * (j.stack.kernels.per_doubling * doublings));
    t.hardware_work = work * m;
    t.traffic = traffic * m;
    return t;
}
}  // namespace gambrel::training
