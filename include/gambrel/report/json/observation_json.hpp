// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Observations as JSON: the members of the types by their names, null for what the file does not say.
/// Evidence: python/tests/test_observations.py.

#include <gambrel/measurement/observation.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {

namespace detail {
inline json or_null(const std::optional<double>& v) { return v ? finite(*v) : json(); }
}  // namespace detail

inline json kernels_json(const kernel_profile& p) {
    json kernels = json::array();
    for (const kernel_time& k : p.kernels)
        kernels.push_back(
            {{"name", k.name}, {"kind", name_of(k.kind)}, {"launches", k.launches}, {"seconds", finite(k.seconds)}});
    return {{"kernels", kernels},
            {"wall", detail::or_null(p.wall)},
            {"busy", detail::or_null(p.busy)},
            {"steps", detail::or_null(p.steps)},
            {"memory_throughput", detail::or_null(p.memory_throughput)},
            {"compute_throughput", detail::or_null(p.compute_throughput)}};
}
inline json server_json(const server_counters& s) {
    using detail::or_null;
    return {{"seconds", or_null(s.seconds)},
            {"running", or_null(s.running)},
            {"waiting", or_null(s.waiting)},
            {"kv_usage", or_null(s.kv_usage)},
            {"waiting_for_capacity", or_null(s.waiting_for_capacity)},
            {"preemptions", or_null(s.preemptions)},
            {"prefix_queries", or_null(s.prefix_queries)},
            {"prefix_hits", or_null(s.prefix_hits)},
            {"prompt_tokens", or_null(s.prompt_tokens)},
            {"output_tokens", or_null(s.output_tokens)},
            {"requests", or_null(s.requests)},
            {"queue_time_mean", or_null(s.queue_time_mean)},
            {"drafted_tokens", or_null(s.drafted_tokens)},
            {"accepted_tokens", or_null(s.accepted_tokens)}};
}
inline json board_json(const board_readings& b) {
    using detail::or_null;
    return {{"samples", b.samples},
            {"power_mean", or_null(b.power_mean)},
            {"power_most", or_null(b.power_most)},
            {"power_limit", or_null(b.power_limit)},
            {"sm_clock_mean", or_null(b.sm_clock_mean)},
            {"sm_clock_least", or_null(b.sm_clock_least)},
            {"sm_clock_most", or_null(b.sm_clock_most)},
            {"utilisation", or_null(b.utilisation)},
            {"memory_used", or_null(b.memory_used)},
            {"sm_active", or_null(b.sm_active)},
            {"tensor_active", or_null(b.tensor_active)},
            {"dram_active", or_null(b.dram_active)}};
}
inline json start_log_json(const start_log& l) {
    using detail::or_null;
    return {{"server", l.server},
            {"version", l.version},
            {"model", l.model},
            {"dtype", l.dtype},
            {"quantization", l.quantization},
            {"kv_dtype", l.kv_dtype},
            {"visible_gib", or_null(l.visible)},
            {"free_before_gib", or_null(l.free_before)},
            {"weights_gib", or_null(l.weights)},
            {"activations_gib", or_null(l.activations)},
            {"outside_gib", or_null(l.outside)},
            {"graphs_gib", or_null(l.graphs)},
            {"kv_gib", or_null(l.kv)},
            {"kv_tokens", or_null(l.kv_tokens)},
            {"fraction", or_null(l.fraction)},
            {"max_context", or_null(l.max_context)},
            {"token_budget", or_null(l.token_budget)},
            {"slots", or_null(l.slots)},
            {"tensor", or_null(l.tensor)},
            {"pipeline", or_null(l.pipeline)},
            {"data", or_null(l.data)},
            {"eager", l.eager},
            {"captured", l.captured},
            {"started", l.started ? json(*l.started) : json()},
            {"starts", l.starts}};
}
inline json observation_json(const observation& o) {
    using detail::or_null;
    json ranks = json::object(), figures = json::object(), settings = json::object();
    for (const auto& [what, n] : o.ranks) ranks[what] = n;
    for (const auto& [name, v] : o.figures) figures[name] = finite(v);
    for (const auto& [name, v] : o.settings) settings[name] = v;
    return {{"where", o.where},
            {"tool", o.tool},
            {"model", o.model},
            {"device", o.device},
            {"runtime", o.runtime},
            {"runtime_version", o.runtime_version},
            {"weights", o.weights},
            {"kv", o.kv},
            {"date", o.date},
            {"ranks", ranks},
            {"prompt", or_null(o.prompt)},
            {"output", or_null(o.output)},
            {"clients", or_null(o.clients)},
            {"offered_rate", or_null(o.offered_rate)},
            {"all_at_once", o.all_at_once},
            {"duration", or_null(o.duration)},
            {"completed", or_null(o.completed)},
            {"failed", or_null(o.failed)},
            {"mean_concurrency", or_null(o.mean_concurrency)},
            {"most_concurrency", or_null(o.most_concurrency)},
            {"accepted_per_step", or_null(o.accepted_per_step)},
            {"figures", figures},
            {"server", o.server ? server_json(*o.server) : json()},
            {"kernels", o.kernels ? kernels_json(*o.kernels) : json()},
            {"board", o.board ? board_json(*o.board) : json()},
            {"start", o.start ? start_log_json(*o.start) : json()},
            {"settings", settings},
            {"notes", o.notes}};
}
}  // namespace gambrel::report
