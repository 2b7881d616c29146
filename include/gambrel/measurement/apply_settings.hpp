// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Settings that rules state of a row, put into its descriptors. Evidence: tests/measurement/reading_rules_test.cpp.
///
///     one prompt budget   64 ceil((clients (1 + drafts) + prompt + 64) / 64): the decodes, one prompt and a margin, in
///                         multiples of 64. Where it is the budget, one prompt enters per step

#include <gambrel/measurement/adapt_model.hpp>
#include <gambrel/measurement/refusal.hpp>
#include <gambrel/measurement/row_settings.hpp>
#include <gambrel/numeric/math.hpp>

namespace gambrel::detail {

/// The same device with a network of `per_direction` for each, where a rule states one that the catalog leaves open.
inline void link_nodes(measured_row& m, const byte_rate<>& per_direction) {
    if (m.device->scale_out.present()) return;
    auto linked = std::make_shared<device<>>(*m.device);
    linked->scale_out.name = "stated network";
    linked->scale_out.kind = fabric::infiniband;
    linked->scale_out.per_direction = {per_direction, {"stated of the measured run", "2026-11", evidence::measured}};
    m.linked = linked;
    m.device = linked.get();
}

inline void apply_scheduling(measured_row& m, const row_settings& s, double clients, double prompt) {
    scheduling& to = m.runtime.scheduling;
    to.token_budget = s.number("max_num_batched_tokens").value_or(to.token_budget);
    if (const auto least = s.number("one_prompt_budget")) {
        const double decodes = clients * (1.0 + s.number("drafts").value_or(0.0));
        const double exact = 64.0 * math::pieces(decodes + prompt + 64.0, 64.0);
        to.token_budget = larger(*least, exact);
        if (to.token_budget == exact) to.prompts_per_step = 1;
    }
    if (const auto margin = s.number("budget_beyond_prompt")) to.token_budget = prompt + *margin;
    if (s.flag("mixed_steps").value_or(false)) to.batching = batching::mixed;
    to.async_scheduling = s.flag("async_scheduling").value_or(to.async_scheduling);
    to.most_sequences = s.count("max_num_seqs", clients).value_or(to.most_sequences);
    to.prompts_per_step = s.number("prompts_per_step").value_or(to.prompts_per_step);
    to.batch_wait_steps = s.number("batch_wait_steps").value_or(to.batch_wait_steps);
    to.batch_wait_share = s.number("batch_wait_share").value_or(to.batch_wait_share);
    to.poll_interval_steps = s.number("poll_interval_steps").value_or(to.poll_interval_steps);
    to.chunked_prefill = s.flag("chunked_prefill").value_or(to.chunked_prefill);
}

/// Ranks of experts, then copies of the attention in the place of tensor ranks.
inline void apply_ranks(measured_row& m, const row_settings& s) {
    const std::string experts = s.word("expert_ranks");
    if (experts == "tp") m.cut.expert = m.cut.tensor;
    if (experts == "all") m.cut.expert = m.cut.expert_ranks();
    if (!s.flag("attention_data_parallel").value_or(false)) return;
    if (m.cut.tensor > 1) {
        m.cut.data = m.cut.tensor * m.cut.data;
        m.cut.tensor = 1;
    }
    m.cut.expert = m.cut.data;
}

/// Which steps run from a graph. `graph_mode`, `graph_tokens` and `graph_sequences` are facts of recipes that no setting
/// of a runtime takes yet.
inline void apply_graphs(measured_row& m, const row_settings& s) {
    const auto tokens = s.number("prompt_graph_tokens");
    if (!tokens) return;
    m.runtime.graphs.prompts = *tokens > 0.0 ? graph_use::pieces : graph_use::none;
    m.runtime.graphs.prompt_tokens = *tokens;
}

/// Drafted tokens, and how often they are right.
inline void apply_drafts(measured_row& m, const row_settings& s) {
    if (!m.drafted) return;
    m.drafts = static_cast<int>(s.number("drafts").value_or(0.0));
    m.acceptance = {s.number("acceptance_low").value_or(0.0), s.number("acceptance").value_or(0.0),
                    s.number("acceptance_high").value_or(0.0)};
    if (m.drafts == 0 || m.acceptance[2] == 0.0) refuse("drafted tokens: how many a step is not known");
}

/// What `s` states beside the load, whose clients and prompt are given.
inline void apply_settings(measured_row& m, const row_settings& s, double clients, double prompt) {
    apply_scheduling(m, s, clients, prompt);
    apply_ranks(m, s);
    if (const std::string kv = s.word("kv"); !kv.empty()) m.formats.kv = kv == "fp8" ? formats::fp8 : formats::bf16;
    m.runtime.memory.fraction = s.number("memory_fraction").value_or(m.runtime.memory.fraction);
    m.runtime.frontend.stream_interval = s.number("stream_interval").value_or(m.runtime.frontend.stream_interval);
    m.runtime.frontend.processes = s.number("frontend_processes").value_or(m.runtime.frontend.processes);
    apply_graphs(m, s);
    apply_drafts(m, s);
    m.recipe = s.word("recipe");
    // Of two pools the recipe of one node is as near as any: the settings of a pool are in no table.
    m.assumed = s.flag("expects_recipe").value_or(false) && (m.recipe.empty() || m.pools);
    if (const auto network = s.number("scale_out_gb_per_s")) link_nodes(m, gigabytes(*network) / seconds_of(1));
    link_by_host(m);
}

/// Degrees coded as products are taken apart, `stated` being the devices of the row (0: not stated):
///
///     tp T, dp T, ep T^2    T devices, which share the experts; whether the attention is cut or copied is the recipe's
///     tp x pp x dp devices  is what it says
///     tp or dp = ep^2       ep of them: tp 16, ep 4 is TP4 EP4
inline parallelism without_products(parallelism cut, int stated = 0) {
    const int e = cut.expert, t = cut.tensor;
    if (t > 1 && cut.data == t && e == t * t && (stated == 0 || stated == e))
        return {.tensor = t, .pipeline = cut.pipeline, .data = 1, .expert = t};
    if (stated > 0 && cut.devices() == stated) return cut;
    if (e > 1 && cut.tensor == e * e) cut.tensor = e;
    if (e > 1 && cut.data == e * e) cut.data = e;
    return cut;
}
}  // namespace gambrel::detail
