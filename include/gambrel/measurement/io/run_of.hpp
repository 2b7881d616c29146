// SPDX-License-Identifier: Apache-2.0
#pragma once
/// An observation as the run of a serving table, where it has a load and lengths: means and medians in ms, throughput. A run
/// that is no steady load, or that drafts tokens, is refused with its reason, as those of vLLM's benchmark are.
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/bench_run.hpp>
#include <gambrel/measurement/observation.hpp>

namespace gambrel::detail {

/// Seconds in ms, without the digits that the conversion there and back makes up.
inline double milliseconds_of(double seconds) {
    char buffer[40];
    const int length = std::snprintf(buffer, sizeof buffer, "%.12g", seconds * 1e3);
    double ms = seconds * 1e3;
    read_number(buffer, buffer + length, ms);
    return ms;
}

inline void run_load_of(bench_run& run, const observation& o, const stated& said) {
    const auto figure = [&](const char* name) -> std::optional<double> {
        const auto at = o.figures.find(name);
        return at == o.figures.end() ? std::nullopt : std::optional(at->second);
    };
    const auto clients = said.has("concurrency") ? said.number("concurrency") : o.clients;
    if (o.offered_rate) {
        run.request_rate = open_loop_rate(*o.offered_rate, figure("request_throughput"));
    } else if (clients) {
        if (o.mean_concurrency && *o.mean_concurrency < least_held * *clients)
            refuse("fewer than 70% of its clients were busy on average: no steady state");
        run.concurrency = closed_loop_clients(*clients, o.completed);
        run.request_rate = "inf";
    } else if (o.all_at_once && o.completed && *o.completed >= least_saturating) {
        run.concurrency = "max";
        run.request_rate = "inf";
    } else if (o.all_at_once) {
        refuse("fewer than 1000 requests all at once: neither saturated nor a steady load");
    }
}

/// `source`: the rows' source_id. Ends by `refuse`.
inline bench_run run_of(const observation& o, const std::string& source, const stated& said, const conventions& c) {
    if (o.accepted_per_step && *o.accepted_per_step > 1.0) refuse("speculative decoding is not predicted");
    if (o.settings.count("speculative") > 0) refuse("speculative decoding is not predicted");
    if (o.completed && *o.completed == 0.0) refuse("no request completed");
    if (o.completed && o.failed && *o.failed > most_failed * (*o.completed + *o.failed))
        refuse("more than 10% of the requests failed");
    bench_run run{.where = o.where, .source = source, .model = o.model, .device = o.device, .runtime = o.runtime};
    run.assumed_runtime = "vllm";
    run.runtime_version = o.runtime_version;
    for (const auto& e : c.weights.entries())
        if (e.printed == o.weights) run.weights = o.weights;
    run.date = o.date;
    for (const auto& [rank, n] : o.ranks) run.ranks[rank] = shortest_text(n);
    run.prompt = o.prompt;
    run.output = o.output;
    run.notes = o.notes;
    if (o.completed) run.notes.push_back(shortest_text(*o.completed) + " requests");
    for (const char* metric : {"ttft", "tpot", "itl", "e2e_latency"})
        for (const char* statistic : {"_mean", "_median"}) {
            const std::string name = std::string(metric) + statistic;
            if (const auto at = o.figures.find(name); at != o.figures.end())
                run.figures.emplace_back(name, milliseconds_of(at->second));
        }
    for (const char* rate : {"output_throughput", "request_throughput", "total_throughput"})
        if (const auto at = o.figures.find(rate); at != o.figures.end()) run.figures.emplace_back(rate, at->second);
    run_load_of(run, o, said);
    return run;
}

/// Adds the rows of each of `all`.
inline void add_observed(const std::vector<observation>& all, const std::string& source, const stated& said,
                         const conventions& c, measured_table& table) {
    for (const observation& o : all) {
        bench_run run;
        try {
            run = run_of(o, source, said, c);
        } catch (const refusal& why) {
            ++table.skipped["run: " + why.why];
            continue;
        }
        add_run(std::move(run), said, table);
    }
}
}  // namespace gambrel::detail
