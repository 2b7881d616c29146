// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a load model says of a rate that is not kept up with: no TTFT, because the queue grows; steps and TPOT of
///
///     slots, KV memory, token budget   an engine whose every slot is busy
///     frontend                         an engine that keeps up with what a frontend lets through that never pauses
///
/// Evidence: tests/serving/load/load_model_test.cpp.

#include <gambrel/serving/load/load_point.hpp>
#include <gambrel/serving/load/load_prediction.hpp>
#include <gambrel/serving/load/tpot_distribution.hpp>

namespace gambrel::detail {

template <class Model> void fill_saturated(const Model& m, load_prediction& p) {
    const load_basis& b = m.basis();
    p.stable = false;
    p.backlog = p.rate - p.limit;
    p.wait_probability = 1.0;
    if (b.bound == rate_bound::frontend) {
        const load_point point = m.point_at(p.limit, 1.0);
        p.load = point.occupancy.load;
        p.running = point.wait.running;
        p.step = seconds<>::from_value(point.occupancy.mean_step);
        p.tpot = of_tokens(tpot_distribution(b, point), b.tokens, b.speculation);
        p.method = "saturated frontend";
        return;
    }
    p.load = 1.0;
    p.running = b.slots;
    p.step = seconds<>::from_value(b.saturated_step());
    p.tpot = of_tokens(latency_distribution(p.step), b.tokens, b.speculation);
    p.method = "saturated";
}
}  // namespace gambrel::detail
