// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Changes to what is asked of a server and to how it schedules it. Evidence: tests/ask/advice_test.cpp.

#include <gambrel/ask/advice/what_if.hpp>

namespace gambrel::ask::changes {

/// Share by which prompts and answers are cut, and the hit share that a prefix cache is tried with where none is stated:
/// DeepSeek's production had 56.3 % of prompt tokens cached (its day of 2025-02-27).
inline constexpr double length_kept = 0.75, assumed_hits = 0.5;

inline std::string scale_clients(advised_case& c, const advice_baseline& now, double factor) {
    if (!now.closed_loop() || c.options.batch) return "the load is given, not clients";
    const double clients = c.options.concurrency.value_or(1.0);
    if (factor < 1.0 && clients < 2.0) return "there is one client";
    c.options.concurrency = std::fmax(1.0, std::round(clients * factor));
    return {};
}
inline std::string more_clients(advised_case& c, const advice_baseline& now) { return scale_clients(c, now, 2.0); }
inline std::string fewer_clients(advised_case& c, const advice_baseline& now) { return scale_clients(c, now, 0.5); }

inline std::string shorter_prompts(advised_case& c, const advice_baseline&) {
    if (c.options.prompt.mean() < 64.0) return "prompts are short already";
    c.options.prompt = length_kept * c.options.prompt.mean();
    return {};
}
inline std::string shorter_answers(advised_case& c, const advice_baseline&) {
    if (c.options.output.mean() < 16.0) return "answers are short already";
    c.options.output = length_kept * c.options.output.mean();
    return {};
}
inline std::string prefix_cache(advised_case& c, const advice_baseline&) {
    const bool on = c.options.prefix_cache.value_or(true);
    if (on && c.options.prefix_hit > 0.0) return "it is on, and its hits are counted";
    if (c.options.batch) return "a static batch shares nothing";
    c.options.prefix_cache = true;
    if (c.options.prefix_hit > 0.0) return {};
    c.options.prefix_hit = assumed_hits;
    c.assumes = "half of the prompt tokens are found: state your own share";
    return {};
}

inline std::string graphs(advised_case& c, const advice_baseline& now) {
    const graph_capture& g = now.software().graphs;
    if (!now.software().host.per_eager_kernel.known()) return "what launching a kernel costs there is not known";
    if (g.decode == graph_use::whole) return "decode steps start from one graph already";
    if (now.board().vendor != vendor::nvidia && now.board().vendor != vendor::amd) return "the device has no graphs";
    c.options.enforce_eager = false;
    c.options.graphs = "full_and_piecewise";
    return {};
}
inline std::string async_scheduling(advised_case& c, const advice_baseline& now) {
    if (now.software().scheduling.async_scheduling) return "it is on";
    if (now.software().scheduling.batching == batching::fixed_batch) return "batches are static";
    c.options.async_scheduling = true;
    return {};
}
inline std::string scale_budget(advised_case& c, const advice_baseline& now, double factor) {
    const scheduling& s = now.software().scheduling;
    if (s.batching == batching::fixed_batch) return "batches are static";
    const double budget = std::round(s.token_budget * factor);
    if (budget < 2.0 * s.most_sequences) return "the budget must hold a token of every slot";
    if (budget > 131072.0) return "the budget is as large as servers take";
    c.options.token_budget = budget;
    return {};
}
inline std::string larger_budget(advised_case& c, const advice_baseline& now) { return scale_budget(c, now, 4.0); }
inline std::string smaller_budget(advised_case& c, const advice_baseline& now) { return scale_budget(c, now, 0.25); }
inline std::string chunked_prefill(advised_case& c, const advice_baseline& now) {
    if (now.software().scheduling.batching != batching::mixed) return "prompts do not share steps with decodes there";
    if (now.software().scheduling.chunked_prefill) return "it is on";
    c.options.chunked_prefill = true;
    return {};
}
inline std::string more_slots(advised_case& c, const advice_baseline& now) {
    const scheduling& s = now.software().scheduling;
    if (!now.waits()) return "no request waits for a slot";
    if (now.predicted().batch < 0.99 * s.most_sequences) return "memory ends the batch, not the slots";
    c.options.max_sequences = 2.0 * s.most_sequences;
    if (s.token_budget < 4.0 * s.most_sequences) c.options.token_budget = 4.0 * s.most_sequences;
    return {};
}
inline std::string more_memory(advised_case& c, const advice_baseline& now) {
    constexpr double most = 0.95;  // beyond, start-up's own peaks do not fit
    if (!now.waits()) return "no request waits for memory";
    if (!(now.software().memory.fraction < most - 0.005)) return "the server takes what there is";
    c.options.memory_fraction = most;
    return {};
}
inline std::string frontend_processes(advised_case& c, const advice_baseline& now) {
    const bool known = now.software().host.per_message.known() || now.software().host.per_prompt_token.known();
    if (!known) return "no time of the frontend is known";
    c.options.frontend_processes = 4.0 * std::fmax(1.0, now.software().frontend.processes);
    return {};
}
inline std::string stream_interval(advised_case& c, const advice_baseline& now) {
    if (!now.software().host.per_message.known()) return "no time of a message is known";
    if (now.software().frontend.stream_interval >= 10.0) return "messages carry ten tokens already";
    c.options.stream_interval = 10.0;
    return {};
}
}  // namespace gambrel::ask::changes
