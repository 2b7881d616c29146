// SPDX-License-Identifier: Apache-2.0
#pragma once
/// An answer as JSON with stable keys (docs/json.md). Every figure is {"value", "low", "high", "unit"}, in one unit per
/// dimension: s, B, tok/s, req/s, $/Mtok, $/h, J/tok, W, and "1" for shares and counts. What is not known is null.
/// Opt-in: needs nlohmann-json. Evidence: tests/report/json_test.cpp.

#include <gambrel/ask/evidence.hpp>
#include <gambrel/version.hpp>
#include <nlohmann/json.hpp>

namespace gambrel::report {
using namespace ask;

using json = nlohmann::ordered_json;

/// `x`, or null where there is no such number: JSON has neither NaN nor infinity.
inline json finite(double x) { return std::isfinite(x) ? json(x) : json(nullptr); }

/// {"value", "low", "high", "unit"} of a range; the unit is the first of its dimension's table in units_io.hpp.
template <printable_quantity Q> json figure_json(const figure<Q>& f) {
    const symbols::entry& e = symbols::of<typename Q::unit_type>.entries.front();
    const auto in_unit = [&](const Q& q) { return finite(q.value() / e.factor); };
    return {{"value", in_unit(f.value)}, {"low", in_unit(f.low)}, {"high", in_unit(f.high)}, {"unit", e.symbol}};
}
/// The same of a quantity that has no range of its own.
template <printable_quantity Q> json figure_json(const Q& q) { return figure_json(exactly(q)); }
/// The same of a share or a count.
inline json figure_json(double x) {
    return {{"value", finite(x)}, {"low", finite(x)}, {"high", finite(x)}, {"unit", "1"}};
}

namespace detail {
inline json length_json(const length& l) {
    return {{"distribution", key_of(l.kind())}, {"mean", l.mean()}, {"standard_deviation", std::sqrt(l.variance())}};
}
inline json weights_json(const weight_formats& w) {
    return {{"attention", w.attention.name.view()}, {"feed_forward", w.feed_forward.name.view()},
            {"experts", w.experts.name.view()},     {"shared_experts", w.shared_experts.name.view()},
            {"router", w.router.name.view()},       {"head", w.head.name.view()},
            {"embedding", w.embedding.name.view()}, {"state", w.state.name.view()},
            {"other", w.other.name.view()}};
}
inline json inputs_json(const question& q) {
    const deployment<>& d = q.what;
    json load{{"prompt", length_json(q.load.prompt)}, {"output", length_json(q.load.output)}};
    if (q.static_batch) load["batch"] = *q.static_batch;
    else if (q.load.open_loop()) load["rate"] = figure_json(q.load.rate);
    else load["concurrency"] = q.load.concurrency;
    load["images"] = q.load.images;
    load["prefix_hit"] = q.load.prefix_hit;
    load["protocol"] = q.load.protocol.burst_start ? "benchmark" : "steady";
    const auto& c = d.cut;
    json inputs{{"model", d.model.name.view()},
                {"device", d.device.name.view()},
                {"devices", c.devices()},
                {"runtime", d.runtime.name.view()},
                {"runtime_version", d.runtime.version.view()},
                {"parallelism",
                 {{"tp", c.tensor},
                  {"pp", c.pipeline},
                  {"dp", c.data},
                  {"ep", c.expert},
                  {"exchange", key_of(c.exchange)},
                  {"two_batches", c.two_batches},
                  {"replicas", c.replicas},
                  {"sp", c.sequence},
                  {"balanced_experts", c.balanced_experts}}},
                {"weights", weights_json(d.formats.weights)},
                {"kv", d.formats.kv.name.view()},
                {"workload", load}};
    if (const speculation& by = d.speculation; by.on()) {
        inputs["speculation"] = {{"method", key_of(by.by)},
                                 {"drafts", by.drafts},
                                 {"acceptance", by.acceptance},
                                 {"tokens_per_step", by.tokens()},
                                 {"deviation", by.deviation}};
        if (by.by == drafting::draft_model) inputs["speculation"]["draft_model"] = by.drafter->name.view();
    }
    if (const pools& p = q.pools; p.on()) {
        inputs["devices"] = devices_of(q, c.replicas);
        inputs["pools"] = {{"prefill_replicas", p.prefill_replicas},
                           {"decode_replicas", p.decode_replicas},
                           {"prefill",
                            {{"tp", p.prefill_cut.tensor},
                             {"pp", p.prefill_cut.pipeline},
                             {"dp", p.prefill_cut.data},
                             {"ep", p.prefill_cut.expert}}},
                           {"transfer", figure_json(p.link.bandwidth)},
                           {"channels", p.link.channels}};
    }
    return inputs;
}
inline json memory_json(const memory_fit& m) {
    return {{"capacity", figure_json(m.capacity)},
            {"visible", figure_json(m.visible)},
            {"usable", figure_json(m.usable)},
            {"weights", figure_json(m.weights)},
            {"activations", figure_json(m.activations)},
            {"logits", figure_json(m.logits)},
            {"graphs", figure_json(m.graphs)},
            {"communication", figure_json(m.communication)},
            {"reserve", figure_json(m.reserve)},
            {"for_kv",
             figure_json(figure<bytes<>>{m.for_kv, smaller(m.for_kv, m.for_kv_low), larger(m.for_kv, m.for_kv_high)})},
            {"kv_per_token", figure_json(m.kv_per_token)},
            {"kv_per_request_ideal", figure_json(m.kv_ideal)},
            {"kv_per_request", figure_json(m.kv_allocated)},
            {"most_sequences", figure_json(std::floor(m.most_sequences))},
            {"longest_context", figure_json(tokens_of(std::floor(m.longest_context)))},
            {"shortfall", figure_json(m.shortfall)}};
}
inline json start_json(const start_verdict& s, const std::string& suggestion) {
    return {{"verdict", key_of(s.what)},
            {"probability", figure_json(s.probability)},
            {"decided_by", key_of(s.decided_by)},
            {"suggestion", suggestion.empty() ? json(nullptr) : json(suggestion)}};
}
inline json bound_json(const bottleneck& b) {
    return {{"first", key_of(b.first)},
            {"first_share", figure_json(b.first_share)},
            {"second", key_of(b.second)},
            {"second_share", figure_json(b.second_share)},
            {"speedup_without_first", b.first_share < 1.0 ? figure_json(b.headroom()) : json(nullptr)}};
}
inline json breakdown_json(const pass_time<>& t) {
    json classes = json::object(), bounds = json::object();
    for (std::size_t i = 0; i < cost_class_count; ++i)
        classes[std::string(key_of_cost_class(i))] = figure_json(t.by_class(i));
    for (std::size_t i = 0; i < bound_count; ++i) {
        const auto b = static_cast<bound>(i);
        bounds[std::string(key_of(b))] = figure_json(t.by_bound(b));
    }
    return {{"by_class", classes}, {"by_bound", bounds}};
}
inline json cost_json(const answer& a) {
    if (!a.cost) return nullptr;
    return {{"output", figure_json(a.cost->output)},
            {"input", figure_json(a.cost->input)},
            {"blended", figure_json(a.cost->blended)},
            {"output_only", figure_json(a.cost->output_only)},
            {"rent_per_device", figure_json(*a.rent)}};
}
inline json energy_json(const answer& a) {
    if (!a.energy) return nullptr;
    return {{"per_output_token", figure_json(*a.energy)},
            {"cost_per_output_token", figure_json(*a.energy_cost)},
            {"board_power", figure_json(*a.power)}};
}
inline json evidence_json(const question& q, const answer& a) {
    json lines = json::array();
    for (const evidence_line& e : evidence_of(q, a))
        lines.push_back({{"of", e.what}, {"from", e.text}, {"recalled", e.flagged}});
    return lines;
}
}  // namespace detail

/// The whole answer; docs/json.md lists the keys.
inline json as_json(const question& q, const answer& a) {
    const prediction<>& p = a.predicted;
    json j{{"gambrel", version}, {"inputs", detail::inputs_json(q)}, {"feasible", a.ok()}};
    if (!q.notes.empty()) j["notes"] = q.notes;
    if (!a.ok()) {
        j["reason"] = a.verdict.reason;
        if (!p.not_known.empty()) j["not_known"] = p.not_known;
        j["suggestion"] = a.verdict.suggestion.empty() ? json(nullptr) : json(a.verdict.suggestion);
        const bool memory = p.verdict.what == obstacle::does_not_fit;
        j["shortfall"] = memory ? figure_json(p.verdict.shortfall) : json(nullptr);
        j["start"] = memory ? detail::start_json(p.memory.start, a.verdict.suggestion) : json(nullptr);
        j["memory"] = memory ? detail::memory_json(p.memory) : json(nullptr);
        return j;
    }
    j["ttft"] = figure_json(p.ttft);
    j["tpot"] = p.has_tpot() ? figure_json(p.tpot) : json(nullptr);
    j["latency"] = figure_json(p.latency);
    j["request_throughput"] = figure_json(p.request_throughput);
    j["output_throughput"] = figure_json(p.output_throughput);
    j["prompt_throughput"] = figure_json(a.predicted.prompt_throughput);
    j["total_throughput"] = figure_json(p.total_throughput);
    j["output_per_device"] = figure_json(p.output_per_device);
    j["output_per_user"] = p.has_tpot() ? figure_json(p.output_per_user) : json(nullptr);
    j["running"] = figure_json(p.running);
    j["queued"] = figure_json(p.queued);
    j["waiting"] = figure_json(p.waiting);
    j["batch"] = figure_json(p.batch);
    j["mfu"] = figure_json(p.mfu);
    j["mbu"] = figure_json(p.mbu);
    j["utilisation"] = figure_json(p.utilisation);
    j["prompt_share"] = figure_json(p.prompt_share);
    j["cost"] = detail::cost_json(a);
    j["energy"] = detail::energy_json(a);
    j["start"] = detail::start_json(p.memory.start, a.verdict.suggestion);
    j["memory"] = detail::memory_json(p.memory);
    j["bound"] = {{"tpot", p.has_tpot() ? detail::bound_json(p.tpot_bound()) : json(nullptr)},
                  {"ttft", detail::bound_json(p.ttft_bound())}};
    j["breakdown"] = {{"tpot", p.has_tpot() ? detail::breakdown_json(p.mean_step) : json(nullptr)},
                      {"ttft", detail::breakdown_json(p.first_token)}};
    j["passes"] = {{"decode", detail::breakdown_json(p.decode)},
                   {"prefill", detail::breakdown_json(p.prefill)},
                   {"of_a_prompt", figure_json(p.prefill_passes)}};
    j["ask_simulator"] = p.ask_simulator() ? json(name_of(p.warning)) : json(nullptr);
    j["evidence"] = detail::evidence_json(q, a);
    return j;
}
}  // namespace gambrel::report
