// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulated run as JSON with stable keys (docs/json.md). `high` of a time is null where the machine, at the slow end
/// of its range, does not keep up. Evidence: tests/report/simulation_test.cpp.

#include <gambrel/ask/bound_simulation.hpp>
#include <gambrel/report/json/load_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// A time of a run; null without any. The half widths are those of 95 % intervals, null where the run is too short to
/// say.
template <class Read> json run_times_json(const simulation::time_tally& t, const Read& read) {
    if (t.count() == 0) return nullptr;
    json j{{"count", t.count()}};
    j.update(times_json(read));
    j["most"] = figure_json(read([](const simulation::time_tally& x) { return x.largest(); }));
    const auto known = [](seconds<> x) { return std::isfinite(x.value()) ? figure_json(x) : json(nullptr); };
    j["half_width"] = known(t.mean_error());
    j["p99_half_width"] = known(t.quantile_error(3));
    return j;
}
inline json run_inputs(const bound_simulation& of) {
    json j = inputs_json(of.asked());
    const simulation_options& t = of.options();
    if (of.asked().load.open_loop() && t.trace.empty()) j["workload"]["arrivals"] = t.arrivals;
    j["routing"] = t.routing;
    j["seed"] = t.seed;
    return j;
}
}  // namespace detail

inline json as_json(const bound_simulation& of, const simulated& s) {
    const simulation::summary& a = s.result;
    json j{{"gambrel", version}, {"inputs", detail::run_inputs(of)}, {"feasible", s.known()}};
    if (!of.question().notes.empty()) j["notes"] = of.question().notes;
    if (!s.known()) {
        j["reason"] = "the simulator gives figures that cannot be";
        j["not_known"] = s.not_known;
        for (const char* none : {"suggestion", "shortfall", "start", "memory"}) j[none] = nullptr;
        return j;
    }
    j["stable"] = a.stable;
    j["backlog_growth"] = figure_json(a.backlog_growth);
    j["requests"] = {
        {"sent", a.sent}, {"answered", a.ended}, {"rejected", a.rejected}, {"too_long", a.too_long}, {"left", a.left}};
    j["ttft"] = detail::run_times_json(a.ttft, [&](const auto& of_time) { return s.ttft(of_time); });
    j["tpot"] = detail::run_times_json(a.tpot, [&](const auto& of_time) { return s.tpot(of_time); });
    j["itl"] = detail::run_times_json(a.itl, [&](const auto& of_time) { return s.itl(of_time); });
    j["latency"] = detail::run_times_json(a.latency, [&](const auto& of_time) { return s.latency(of_time); });
    j["queued"] = detail::run_times_json(a.queued, [&](const auto& of_time) { return s.queued(of_time); });
    j["request_throughput"] = figure_json(s.request_throughput());
    j["output_throughput"] = figure_json(s.output_throughput());
    j["prompt_throughput"] = figure_json(s.prompt_throughput());
    j["running"] = figure_json(a.running);
    j["waiting"] = figure_json(a.waiting);
    j["batch"] = figure_json(a.batch);
    j["utilisation"] = figure_json(a.utilisation);
    j["kv_blocks"] = {{"held", figure_json(a.blocks)},
                      {"most_on_a_rank", a.most_blocks},
                      {"available", std::isfinite(s.blocks) ? figure_json(s.blocks) : json(nullptr)}};
    j["preemptions"] = a.preemptions;
    j["tokens"] = {{"prompt", a.prompt_tokens},
                   {"output", a.output_tokens},
                   {"cached", a.cached_tokens},
                   {"recomputed", a.recomputed_tokens}};
    j["passes"] = a.passes;
    j["prompt_passes"] = a.prompt_passes;
    j["transfer"] = {{"waited", figure_json(a.transfer_wait)}, {"busy", figure_json(a.transfer_busy)}};
    j["latency_sum"] = figure_json(a.latency_sum);
    j["under_way_time"] = figure_json(a.under_way_time);
    j["duration"] = figure_json(a.duration);
    j["window"] = figure_json(a.window);
    j["took"] = figure_json(seconds_of(s.took));
    j["range"] = !s.range ? json(nullptr)
                          : json{{"sigma", s.range->sigma},
                                 {"factor", s.range->factor()},
                                 {"requests", std::min(a.sent, range_requests)},
                                 {"surely_stable", s.surely_stable()}};
    return j;
}
}  // namespace gambrel::report
