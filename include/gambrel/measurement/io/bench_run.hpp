// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One run of a serving benchmark as rows of a serving table. A figure that is missing, impossible or at odds with
/// another one of its run is left out and counted; so is a run whose load or lengths are not known.
/// Evidence: tests/measurement/io/benchmark_results_test.cpp.

#include <gambrel/measurement/io/stated.hpp>

namespace gambrel::detail {

/// Runs that lost more of their requests than this are not the load they say.
inline constexpr double most_failed = 0.1;
/// An open-loop run that served less than this share of what was sent has no steady state.
inline constexpr double least_served = 0.8;
/// A closed loop needs some requests per client to have a steady state.
inline constexpr double least_rounds = 3;
/// Everything queued at once is read as saturated from so many requests on: vLLM's benchmark sends 1000 by default.
inline constexpr double least_saturating = 1000;
/// A run that was busy with fewer of its clients than this, on average, is not a closed loop of so many.
inline constexpr double least_held = 0.7;

/// Figures by metric ("ttft_mean"), in the order in which rows are made.
using run_figures = std::vector<std::pair<std::string, std::optional<double>>>;

inline std::optional<double>* figure_named(run_figures& all, std::string_view name) {
    for (auto& [metric, value] : all)
        if (metric == name) return &value;
    return nullptr;
}

/// What its file says of a run. Times in ms, rates in tok/s and req/s.
struct bench_run {
    std::string where{}, source{}, model{}, device{}, runtime{};
    std::string assumed_runtime{};  ///< where neither the file nor the caller says
    std::string runtime_version{}, weights{}, date{};
    std::map<std::string, std::string> ranks{};  ///< tp, pp, ep, dp
    std::optional<double> prompt{}, output{};
    std::string concurrency{}, request_rate{};  ///< clients, "max" or nothing; a rate, "inf" or nothing
    run_figures figures{};
    std::vector<std::string> notes{};
};

/// The rate of a run that was sent `rate` requests per second, unless it served far fewer.
inline std::string open_loop_rate(double rate, std::optional<double> served) {
    if (served && *served < least_served * rate)
        refuse("fewer than 80% of the requests per second that were sent were served: no steady state");
    return shortest_text(rate);
}
/// The clients of a closed loop, unless they sent too few requests for a steady state.
inline std::string closed_loop_clients(double clients, std::optional<double> requests) {
    if (requests && clients > 1.0 && *requests < least_rounds * clients)
        refuse("fewer than 3 requests per client: no steady state");
    return shortest_text(clients);
}

inline std::string_view unit_of_figure(std::string_view metric) {
    if (metric.starts_with("request_throughput")) return "req/s";
    return metric.ends_with("throughput") ? "tok/s" : "ms";
}

/// TTFT + TPOT (output - 1) is the latency, up to the weights of long and short answers.
inline void drop_contradictions(run_figures& kept, const std::string& statistic, double output, measured_table& table) {
    const auto value = [&](const char* metric) {
        const auto* v = figure_named(kept, metric + statistic);
        return v ? *v : std::nullopt;
    };
    const auto first = value("ttft_"), whole = value("e2e_latency_");
    const auto step = value("tpot_") ? value("tpot_") : value("itl_");
    if (!first || !whole) return;
    bool wrong = *first > *whole * 1.001;
    if (step && statistic == "mean" && output >= 2.0) {
        const double sum = *first + *step * (output - 1.0);
        wrong = wrong || std::max(sum / *whole, *whole / sum) > contradiction;
    }
    if (!wrong) return;
    for (const char* metric : {"ttft_", "e2e_latency_", "tpot_", "itl_"})
        if (auto* v = figure_named(kept, metric + statistic); v && *v) {
            v->reset();
            ++table.skipped["figure: contradictory: TTFT and the time per token do not add up to the latency"];
        }
}

/// The figures that are possible, agree with each other, and say something that the others do not.
inline run_figures kept_figures(const bench_run& run, double output, measured_table& table) {
    run_figures kept;
    for (const auto& [metric, value] : run.figures) {
        const auto begins = [&, name = std::string_view(metric)](std::string_view a, std::string_view b) {
            return name.starts_with(a) || name.starts_with(b);
        };
        if (!value) continue;
        if (!(*value > 0.0)) ++table.skipped["figure: " + metric + " is not positive"];
        else if (run.concurrency == "max" && begins("ttft", "e2e"))
            ++table.skipped["figure: time in a queue of all requests at once, whose length tables do not state"];
        else if (output < 2.0 && begins("tpot", "itl")) ++table.skipped["figure: time per output token of one token"];
        else kept.emplace_back(metric, value);
    }
    const auto drop = [&](std::string_view name) {
        if (auto* v = figure_named(kept, name)) v->reset();
    };
    const auto has = [&](std::string_view name) {
        const auto* v = figure_named(kept, name);
        return v && *v;
    };
    for (const std::string statistic : {"mean", "median"}) {
        drop_contradictions(kept, statistic, output, table);
        if (has("tpot_" + statistic)) drop("itl_" + statistic);  // predicted as the same figure: not twice
    }
    if (has("output_throughput")) {  // the others are it times a constant
        drop("request_throughput");
        drop("total_throughput");
    }
    std::erase_if(kept, [](const auto& f) { return !f.second; });
    if (kept.empty()) ++table.skipped["run: no figure that is predicted"];
    return kept;
}

/// Adds the rows of `run` to a table of `serving_columns`; whatever is left out is counted in its `skipped`.
inline void add_run(bench_run run, const stated& said, measured_table& table) {
    const std::string device = said.agreed("device", run.device, run.where, devices_differ);
    if (device.empty()) fail(run.where + " does not say on which hardware it ran: pass device=");
    const std::string model = said.agreed("model", run.model, run.where, models_differ);
    if (model.empty()) fail(run.where + " does not say which model it ran: pass model=");
    std::string runtime = said.agreed("runtime", run.runtime, run.where);
    if (runtime.empty()) {
        runtime = run.assumed_runtime;
        run.notes.push_back("runtime assumed: " + runtime);
    }
    std::string weights = said.agreed("weights", run.weights, run.where);
    if (weights.empty()) weights = "unstated";
    if (said.has("kv") && weights == "unstated")
        fail("kv= needs weights=: tables read the formats of an unstated row as published");
    std::map<std::string, double> ranks;
    for (const char* what : {"tp", "pp", "ep", "dp"})
        ranks[what] = number_in(said.agreed(what, run.ranks[what], run.where)).value_or(1.0);
    const std::string version = said.agreed("runtime_version", run.runtime_version, run.where);

    const auto prompt = said.length("prompt", run.prompt, run.where),
               output = said.length("output", run.output, run.where);
    if (!prompt || !output || *prompt < 1.0 || *output < 1.0) {
        ++table.skipped["run: lengths not stated (pass prompt= and output=)"];
        return;
    }
    if (run.concurrency.empty() && run.request_rate.empty() && said.has("concurrency")) {
        run.concurrency = said.text("concurrency");
        run.request_rate = "inf";
    }
    if (run.concurrency.empty() && run.request_rate.empty()) {
        ++table.skipped["run: neither concurrency nor request rate stated"];
        return;
    }
    run.notes.push_back(said.text("notes"));
    for (const auto& [metric, value] : kept_figures(run, *output, table))
        table.add({said.has("source") ? said.text("source") : run.source,
                   run.where,
                   said.has("date") ? said.text("date") : run.date,
                   device,
                   shortest_text(ranks["tp"] * ranks["pp"] * ranks["dp"]),
                   model,
                   runtime,
                   version,
                   weights,
                   said.text("kv"),
                   shortest_text(ranks["tp"]),
                   shortest_text(ranks["pp"]),
                   shortest_text(ranks["ep"]),
                   shortest_text(ranks["dp"]),
                   shortest_text(rounded(*prompt, 2)),
                   shortest_text(rounded(*output, 2)),
                   run.concurrency,
                   run.request_rate,
                   metric,
                   shortest_text(*value),
                   std::string(unit_of_figure(metric)),
                   joined(run.notes)});
}
}  // namespace gambrel::detail
