// SPDX-License-Identifier: Apache-2.0
// gambrel runtime NAME: how it batches, what the host spends, what it takes of the memory, and from where that is
// known.
#include <algorithm>
#include <fmt/core.h>

#include <gambrel/report/json/runtime_json.hpp>
#include <gambrel/runtime/catalog.hpp>

#include <gambrel/ask/runtime_file.hpp>

#include "commands.hpp"
#include "output.hpp"
#include "sheet.hpp"

namespace command {

using namespace gambrel;

namespace {
std::string counted(double n) { return symbols::fixed(n, 0); }

std::string steps_of(const scheduling& s) {
    switch (s.batching) {
        case batching::mixed: return "decodes and prompts together";
        case batching::prefill_first: return "prompts in steps of their own, decodes wait";
        case batching::fixed_batch: return "a batch starts together and ends together";
    }
    return "";
}
std::string admission_of(const scheduling& s) {
    switch (s.admission) {
        case admission::reserve_all: return "when KV for prompt and longest output is free; never evicted";
        case admission::on_demand: return "when the prompt fits; evicted and recomputed under pressure";
        case admission::first_chunk:
            return "when the first chunk of the prompt fits; evicted and recomputed under pressure";
        case admission::estimated:
            return "when prompt, output and a share of the others' outputs fit; evicted and recomputed under pressure";
    }
    return "";
}
std::string graphs_of(const graph_capture& g) {
    const auto named = [](graph_use use) {
        return use == graph_use::pieces ? " from graphs of pieces" : " from one graph";
    };
    std::vector<std::string> parts;
    if (g.decode != graph_use::none) parts.push_back(std::string("decodes") + named(g.decode));
    if (g.prompts != graph_use::none && g.prompt_tokens > 0.0)
        parts.push_back(std::string("steps with prompts") + named(g.prompts) +
                        (g.prompt_tokens < 1e9 ? " up to " + counted(g.prompt_tokens) + " tokens" : ""));
    return parts.empty() ? "none: every kernel is launched by the host" : ask::listed(parts, "; ");
}
std::string formats_of(const supported_formats& f) {
    std::vector<std::string> names{"16 bit"};
    const auto add = [&](bool can, const char* name) {
        if (can) names.emplace_back(name);
    };
    add(f.fp8, "fp8");
    add(f.int8, "int8");
    add(f.int4, "int4");
    add(f.fp4, "fp4");
    add(f.gguf, "GGUF");
    add(f.fp8_kv, "fp8 KV");
    return ask::listed(names, ", ");
}

/// "from 70 GiB 8,192 tokens, 1,024 slots (not a100); else 2,048 tokens, 256 slots".
std::string boards_of(const runtime<>& r) {
    std::vector<std::string> rows;
    for (const board_settings& b : r.by_board.rows) {
        std::string row = b.from.value() > 0.0 ? "from " + to_string_binary(b.from) + " " : "else ";
        row += counted(b.token_budget) + " tokens";
        if (b.most_sequences > 0.0) row += ", " + counted(b.most_sequences) + " slots";
        if (!b.except.empty()) row += " (not " + b.except.str() + ")";
        rows.push_back(row);
    }
    std::string all = ask::listed(rows, "; ");
    if (r.memory.basis == memory_basis::static_share) all += "; the share of memory too";
    return all;
}
std::string share_of(memory_basis basis) {
    switch (basis) {
        case memory_basis::total: return " of what the driver shows, for weights, working memory and KV";
        case memory_basis::static_share: return " of what is free before loading, for weights and KV";
        case memory_basis::after_weights: break;
    }
    return " of what all else leaves free, for KV";
}

void print_settings(const runtime<>& r) {
    using enum ask::align;
    const scheduling& s = r.scheduling;
    ask::table t({left, left});
    const auto row = [&](const char* name, const std::string& value) { t.row({name, value}); };
    row("steps", steps_of(s));
    row("admission", admission_of(s));
    row("long prompts", s.chunked_prefill ? "cut over several steps" : "whole");
    row("token budget", counted(s.token_budget) + " a step");
    row("slots", counted(s.most_sequences));
    if (!r.by_board.rows.empty()) row("by board", boards_of(r));
    if (s.prompts_per_step > 0.0) row("new prompts", counted(s.prompts_per_step) + " a step");
    if (s.batch_wait_steps > 0.0)
        row("prompts wait", "up to " + counted(s.batch_wait_steps) + " steps while anything decodes");
    if (s.poll_interval_steps > 1.0) row("requests read", "every " + counted(s.poll_interval_steps) + " decode steps");
    if (s.async_scheduling) row("planning", "one step ahead: who arrives misses the next too");
    row("graphs", graphs_of(r.graphs));
    if (r.frontend.processes > 1.0) row("frontend", counted(r.frontend.processes) + " processes");
    if (r.frontend.stream_interval > 1.0)
        row("streaming", "a message every " + counted(r.frontend.stream_interval) + " tokens");
    row("memory", ask::percent(r.memory.fraction) + share_of(r.memory.basis));
    row("KV blocks", counted(r.memory.block_tokens) + (r.memory.block_tokens > 1.0 ? " tokens" : " token") +
                         (r.memory.rolling_windows ? "" : "; sliding windows keep everything"));
    row("formats", formats_of(r.formats));
    std::vector<std::string> vendors;
    for (const std::string_view name : report::names_of(r.devices)) vendors.emplace_back(name);
    row("runs on", ask::listed(vendors, ", "));
    row("kernels", (r.kernels == kernel_library::other ? "laws common to all libraries"
                                                       : "laws of " + std::string(name_of(r.kernels))) +
                       (r.kernel_start < 1.0 ? ", " + ask::percent(r.kernel_start) + " of their fixed times" : ""));
    out("{}\n", t.text());
}

void print(const runtime<>& r) {
    out("{}\n", ask::wrapped(fmt::format("{}: {}, {}", r.name.view(), r.title.view(), r.version.view()), 80, 4));
    print_settings(r);
    sheet s;
    s.figure("each step", r.host.per_step);
    s.figure("planning a step", r.host.per_plan, r.scheduling.async_scheduling ? "hidden under the step before" : "");
    s.figure("each kernel", r.host.per_kernel, "launched in it");
    s.figure("each sequence", r.host.per_sequence, "in each step, part of planning it");
    s.figure("each request", r.host.per_request, "before its first step");
    s.figure("each prompt token", r.host.per_prompt_token, "in the frontend, one request after another");
    s.figure("each message", r.host.per_message, "streamed to a client by one frontend process");
    s.figure("eager kernel", r.host.per_eager_kernel, "in steps without a graph");
    s.figure("reserve", r.memory.reserve, "memory taken before anything else");
    s.figure("graphs", r.memory.graphs, "memory");
    s.figure("communication", r.memory.communication, "memory, with more than one rank");
    if (!s.empty()) out("{}\n", s.text());
    const host_time<>& h = r.host;
    const auto known = {&h.per_step,    &h.per_plan,         &h.per_kernel,  &h.per_sequence,
                        &h.per_request, &h.per_prompt_token, &h.per_message, &h.per_eager_kernel};
    if (std::none_of(known.begin(), known.end(), [](const auto* time) { return time->known(); }))
        out("no host times are given: they count as zero\n");
    else
        out("one standard deviation is a factor {} on host times, {} on whole steps\n",
            ask::number(std::exp(r.host_sigma)), ask::number(std::exp(r.step_sigma)));
}
}  // namespace

void add_runtime(CLI::App& app) {
    CLI::App& sub = *app.add_subcommand("runtime", "settings, host times and sources of a runtime");
    const auto name = std::make_shared<std::string>();
    const auto as_data = std::make_shared<bool>(false);
    sub.add_option("runtime,--runtime", *name, "catalog name")->required();
    sub.add_flag("--json", *as_data, "print JSON (docs/json.md)");
    sub.callback([name, as_data] {
        const runtime<> r = ask::runtime_of(*name);
        if (*as_data) out_json(report::runtime_json(r));
        else print(r);
    });
}
}  // namespace command
