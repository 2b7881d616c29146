// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Two pools as people state them, made into what a question has: sizes, cuts, and the link between them.
///
///     prefill_replicas, decode_replicas     both, or one pool
///     prefill_tp, _pp, _dp, _ep             of a prefill replica where it is cut otherwise than a decode replica
///     transfer_gb_per_s                     of one channel between the pools; else the devices' network, a channel of all
///                                           ranks for each prefill replica
///
/// Evidence: tests/ask/pools_test.cpp.

#include <fmt/core.h>
#include <gambrel/ask/prediction_options.hpp>
#include <gambrel/serving/load/pooled_model.hpp>

namespace gambrel::ask {

namespace detail {
inline bool states_prefill_cut(const prediction_options& t) {
    return t.prefill_tensor > 0 || t.prefill_pipeline > 0 || t.prefill_data > 0 || t.prefill_expert > 0;
}
inline void check_pools(const prediction_options& t) {
    const bool prefill = t.prefill_replicas > 0, decode = t.decode_replicas > 0;
    if (prefill != decode)
        fail(fmt::format("prefill_replicas is {} and decode_replicas {}: two pools need one replica each at least",
                         t.prefill_replicas, t.decode_replicas));
    if (!prefill && (states_prefill_cut(t) || t.transfer))
        fail(t.transfer ? fmt::format("transfer_gb_per_s {} is stated and there is one pool: give prefill_replicas and "
                                      "decode_replicas",
                                      *t.transfer)
                        : "a cut of prefill replicas is stated and there is one pool: give prefill_replicas and "
                          "decode_replicas");
    if (!prefill) return;
    if (t.replicas > 1)
        fail(fmt::format("replicas is {}, copies of one pool: of two give prefill_replicas and decode_replicas",
                         t.replicas));
    if (t.batch) fail(fmt::format("one static batch of {} has no pools: give concurrency or a rate", *t.batch));
}
}  // namespace detail

/// The pools of `t` beside decode replicas of `d`; off where there is one. Throws `error` for what contradicts itself.
inline pools pools_of(const prediction_options& t, const deployment<>& d) {
    detail::check_pools(t);
    pools p{t.prefill_replicas, t.decode_replicas, d.cut};
    if (!p.on()) return {};
    const auto state = [](int said, int& degree) { degree = said > 0 ? said : degree; };
    state(t.prefill_tensor, p.prefill_cut.tensor);
    state(t.prefill_pipeline, p.prefill_cut.pipeline);
    state(t.prefill_data, p.prefill_cut.data);
    state(t.prefill_expert, p.prefill_cut.expert);
    if (!t.transfer) {
        p.link = network_between(d, p);
        return p;
    }
    p.link = {.bandwidth = byte_rate<>::from_value(*t.transfer * 1e9),
              .bytes_per_token = kv_bytes_per_token(d.model, d.resolved_formats().kv)};
    return p;
}
inline void add_pool_notes(std::vector<std::string>& notes, const prediction_options& t, const pools& p) {
    if (p.on() && !t.transfer)
        notes.push_back(
            fmt::format("the cache goes over the devices' network, {:.4g} GB/s from each prefill replica: state "
                        "transfer_gb_per_s where it does not",
                        p.link.bandwidth.value() / 1e9));
}
}  // namespace gambrel::ask
