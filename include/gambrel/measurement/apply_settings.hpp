// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Settings that rules state of a row, put into its descriptors. Evidence: tests/measurement/reading_rules_test.cpp.
///
///     one prompt budget   64 ceil((clients + prompt + 64) / 64): the decodes, one prompt and a margin, in multiples
///                         of 64. Where it is the budget, one prompt enters per step

#include <gambrel/measurement/adapt_model.hpp>
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
        const double exact = 64.0 * math::pieces(clients + prompt + 64.0, 64.0);
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

/// What `s` states beside the load, whose clients and prompt are given.
inline void apply_settings(measured_row& m, const row_settings& s, double clients, double prompt) {
    apply_scheduling(m, s, clients, prompt);
    apply_ranks(m, s);
    if (const std::string kv = s.word("kv"); !kv.empty()) m.formats.kv = kv == "fp8" ? formats::fp8 : formats::bf16;
    m.runtime.memory.fraction = s.number("memory_fraction").value_or(m.runtime.memory.fraction);
    m.runtime.frontend.stream_interval = s.number("stream_interval").value_or(m.runtime.frontend.stream_interval);
    m.runtime.frontend.processes = s.number("frontend_processes").value_or(m.runtime.frontend.processes);
    if (const auto tokens = s.number("prompt_graph_tokens")) {
        m.runtime.graphs.prompts = *tokens > 0.0 ? graph_use::pieces : graph_use::none;
        m.runtime.graphs.prompt_tokens = *tokens;
    }
    if (const auto network = s.number("scale_out_gb_per_s")) link_nodes(m, gigabytes(*network) / seconds_of(1));
}

/// Degrees coded as products are taken apart: tp 16, ep 4 is TP4 EP4; so a degree that is the square of `expert`.
inline parallelism without_products(parallelism cut) {
    const int e = cut.expert;
    if (e > 1 && cut.tensor == e * e) cut.tensor = e;
    if (e > 1 && cut.data == e * e) cut.data = e;
    return cut;
}
}  // namespace gambrel::detail
