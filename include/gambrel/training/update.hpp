// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What becomes of gradients once they are there, on a rank: added up, used by the optimizer, moved to the host and back.
///
///     added up   by a pass of its own from the second micro-batch on, where products do not add (gradients.hpp)
///     optimizer  what is kept of each parameter of the shard, read and written, over the memory bandwidth
///     offload    weights down for forward and backward of each micro-batch, or once renewed; gradients up after each
///                micro-batch, since none stay on the device; activations out and back, of which the stage hides as much
///                as it takes; and what lies on the host read and written once, gradients once a micro-batch
///
///     optimizer = learned update_bytes(states) / bandwidth       learned: parameters of the rank's shard that are learned
///     offload   = (down + up) / link + host / host_bandwidth     down: 2 m moved_bytes of a parameter of the shard, or 2
///                 up = 2 m learned, in 16 bit                    bytes of a learned one; m micro-batches
///     host      = learned (update_bytes(there) + (m - 1)(2 + 2 gradient))
///
/// A host whose memory is the device's own moves nothing (job.hpp). Evidence: tests/training/step_time_test.cpp.

#include <gambrel/roofline/roof.hpp>
#include <gambrel/training/gradients.hpp>
#include <gambrel/training/job.hpp>

namespace gambrel::training {

/// Memory bandwidth of the host for each device: 200 GB/s of a server of 8. Assumed.
inline constexpr double host_bandwidth = 25e9;

template <class Y = double> struct update_time { seconds<Y> added_up{}, optimizer{}, offload{}; };

/// Of a step of `j` with `m` micro-batches, each `stage` long. Evidence: tests/training/step_time_test.cpp.
template <class Y>
constexpr update_time<Y> time_update(const job<Y>& j, const rank_parameters& held, double m, const seconds<Y>& stage) {
    const recipe r = j.followed();
    const layout& l = j.layout;
    const auto dense_shards = static_cast<double>(l.shards()), expert_shards = static_cast<double>(l.expert_shards());
    const double shard = held.dense / dense_shards + held.experts / expert_shards;
    const double learned = r.adapts() ? held.adapters / dense_shards : shard;
    const gambrel::roof<Y> roof(j.device, j.constants);
    update_time<Y> t;
    if (!j.stack.fused_accumulation && r.offload == offloading::none && m > 1.0) {
        const double whole = r.adapts() ? held.adapters : held.all();
        const double kept = l.zero >= zero_stage::gradients ? learned : whole;
        t.added_up = roof.time(added_up(kept, r.states.gradient)).total * (m - 1.0);
    }
    if (r.offload == offloading::none) {
        operation update{.name = "optimizer", .kind = operator_class::elementwise};
        update.activations = bytes_of(learned * update_bytes(r.states));
        t.optimizer = roof.time(update).total;
    } else {
        const bool weights_too = r.offload == offloading::states;
        const double down = weights_too ? 2.0 * m * shard * r.moved_bytes() : 2.0 * learned, up = 2.0 * learned * m;
        state_bytes there = r.states;
        if (!weights_too) there.weights = 0.0;
        const double host = learned * (update_bytes(there) + (m - 1.0) * (2.0 + 2.0 * there.gradient));
        t.offload = seconds<Y>::from_value((down + up) / j.device.host_link.per_direction.value.value() +
                                           Y(host / host_bandwidth));
    }
    if (r.offload_activations) {
        const memory_of_rank kept = j.memory();
        const double each = 2.0 * kept.activations_on_host.value() / kept.kept_micro_batches;
        const Y moved = each / j.device.host_link.per_direction.value.value();
        t.offload = t.offload + seconds<Y>::from_value(larger(Y(0.0), moved - stage.value()) * m);
    }
    return t;
}
}  // namespace gambrel::training
