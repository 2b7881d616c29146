// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulated run as JSON with stable keys; times in seconds, rates per second. What is not known is null.
/// Evidence: tests/report/simulation_test.cpp.

#include <gambrel/ask/simulated.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// `half_width` is that of the 95 % interval of the mean, null where the run is too short to say.
inline json tally_json(const simulation::time_tally& t) {
    if (t.count() == 0) return nullptr;
    return {{"count", t.count()},
            {"mean", finite(t.mean().value())},
            {"half_width", finite(t.mean_error().value())},
            {"p50", finite(t.median().value())},
            {"p90", finite(t.p90().value())},
            {"p95", finite(t.p95().value())},
            {"p99", finite(t.p99().value())},
            {"p99_half_width", finite(t.quantile_error(3).value())},
            {"most", finite(t.largest().value())}};
}
}  // namespace detail

inline json as_json(const simulated& s) {
    const simulation::summary& a = s.result;
    return {
        {"version", version},
        {"stable", a.stable},
        {"backlog_growth_per_s", finite(a.backlog_growth.value())},
        {"requests",
         {{"sent", a.sent},
          {"answered", a.ended},
          {"rejected", a.rejected},
          {"too_long", a.too_long},
          {"left", a.left}}},
        {"ttft_s", detail::tally_json(a.ttft)},
        {"tpot_s", detail::tally_json(a.tpot)},
        {"itl_s", detail::tally_json(a.itl)},
        {"latency_s", detail::tally_json(a.latency)},
        {"until_scheduled_s", detail::tally_json(a.queued)},
        {"throughput",
         {{"requests_per_s", finite(a.request_throughput.value())},
          {"output_tokens_per_s", finite(a.output_throughput.value())},
          {"prompt_tokens_per_s", finite(a.prompt_throughput.value())}}},
        {"running", finite(a.running)},
        {"waiting", finite(a.waiting)},
        {"utilisation", finite(a.utilisation)},
        {"decodes_in_a_pass", finite(a.batch)},
        {"kv_blocks", {{"held", finite(a.blocks)}, {"most_on_a_rank", a.most_blocks}, {"available", finite(s.blocks)}}},
        {"preemptions", a.preemptions},
        {"tokens",
         {{"prompt", a.prompt_tokens},
          {"output", a.output_tokens},
          {"cached", a.cached_tokens},
          {"recomputed", a.recomputed_tokens}}},
        {"passes", a.passes},
        {"duration_s", finite(a.duration.value())},
        {"took_s", finite(s.took)}};
}
}  // namespace gambrel::report
