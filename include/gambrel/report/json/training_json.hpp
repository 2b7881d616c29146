// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A training answer as JSON (docs/json.md): figures as in prediction_json.hpp; what is not known is null, never zero.
/// Evidence: tests/ask/training_test.cpp.

#include <gambrel/ask/training_answer.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline json layout_json(const training::layout& l, double micro, training::recomputation again) {
    return {{"tp", l.tensor},
            {"sequence_parallel", l.sequence},
            {"pp", l.pipeline},
            {"vp", l.virtual_stages},
            {"schedule", key_of(l.schedule)},
            {"cp", l.context},
            {"ep", l.expert},
            {"etp", l.expert_tensor},
            {"dp", l.data},
            {"zero", key_of(l.zero)},
            {"shard", l.shards()},
            {"micro_batch", finite(micro)},
            {"recompute", key_of(again)},
            {"devices", l.devices()}};
}
inline json in_gib_json(const bytes<>& b) { return finite(b / gibibytes(1.0)); }
}  // namespace detail

inline json as_json(const bound_training& q, const training_answer& a) {
    using detail::in_gib_json;
    json j{{"gambrel", version},
           {"inputs",
            {{"model", q.model->name.str()},
             {"device", q.board->name.str()},
             {"devices", q.devices},
             {"stack", q.software.name.str()},
             {"method", q.options.method},
             {"format", a.recipe.products.name.view()},
             {"sequence", a.batch.sequence},
             {"batch", a.batch.global}}},
           {"layout", detail::layout_json(a.layout, a.batch.micro, a.recipe.recompute)},
           {"searched", q.searched},
           {"feasible", a.ok()}};
    json others = json::array();
    for (const training::candidate& c : a.found.best) {
        json each = detail::layout_json(c.layout, c.micro, c.recompute);
        each["step"] = figure_json(c.step);
        each["memory_gib"] = in_gib_json(c.peak);
        each["fits"] = key_of(c.fits);
        others.push_back(std::move(each));
    }
    j["layouts"] = std::move(others);
    j["layouts_tried"] = a.found.tried;
    if (!a.predicted.ok()) {
        const training::layout_check& c = a.predicted.layout;
        j["fault"] = {{"what", key_of(c.what)},
                      {"reason", name_of(c.what)},
                      {"have", finite(c.have)},
                      {"limit", finite(c.limit)},
                      {"nearest", c.nearest > 0.0 ? finite(c.nearest) : json(nullptr)}};
        return j;
    }
    const auto& p = a.predicted;
    const training::memory_of_rank& m = p.memory;
    j["memory"] = {{"fits", key_of(p.fits)},
                   {"peak_gib", in_gib_json(m.peak())},
                   {"peak_low_gib", in_gib_json(p.memory_range.low)},
                   {"peak_high_gib", in_gib_json(p.memory_range.high)},
                   {"visible_gib", in_gib_json(p.capacity)},
                   {"stage", m.stage},
                   {"parts_gib",
                    {{"weights", in_gib_json(m.weights)},
                     {"gradients", in_gib_json(m.gradients)},
                     {"optimizer", in_gib_json(m.optimizer)},
                     {"gathered", in_gib_json(m.gathered)},
                     {"activations", in_gib_json(m.activations)},
                     {"logits", in_gib_json(m.logits)},
                     {"workspace", in_gib_json(m.workspace)},
                     {"reserve", in_gib_json(m.reserve)}}},
                   {"backward_start_gib", in_gib_json(m.backward_start())},
                   {"backward_end_gib", in_gib_json(m.backward_end())},
                   {"host_gib", in_gib_json(m.on_host())}};
    json changes = json::array();
    for (const training::changed& c : a.changes)
        changes.push_back({{"change", key_of(c.what)},
                           {"words", name_of(c.what)},
                           {"fits", key_of(c.fits)},
                           {"memory_gib", in_gib_json(c.peak)},
                           {"step", figure_json(c.step)}});
    j["changes"] = std::move(changes);
    j["step"] = figure_json(p.step);
    j["tokens"] = figure_json(p.tokens);
    j["tokens_per_device"] = figure_json(p.per_device);
    j["mfu"] = {{"causal", finite(p.mfu_causal)},
                {"full", finite(p.mfu_full)},
                {"hfu", finite(p.hfu)},
                {"peak", figure_json(p.peak)}};
    json where = json::object();
    for (std::size_t i = 0; i < training::part_count; ++i)
        where[std::string(key_of(static_cast<training::part>(i)))] = finite(p.time.by_part[i] / p.time.total);
    j["where_time_goes"] = std::move(where);
    j["micro_batches"] = finite(p.time.micro_batches);
    j["run"] = {
        {"tokens", finite(a.run.tokens)},
        {"steps", finite(a.run.steps)},
        {"time", figure_json(a.run.time)},
        {"device_time", figure_json(a.run.device_time)},
        {"cost_usd", a.rent ? json{{"value", finite(a.run.price.value.value())},
                                   {"low", finite(a.run.price.low.value())},
                                   {"high", finite(a.run.price.high.value())}}
                            : json(nullptr)},
        {"price_source", a.rent_source},
        {"board", a.run.board.value > watts<>{} ? figure_json(a.run.board) : json(nullptr)},
        {"energy_kwh", a.run.energy.value > joules<>{} ? json{{"value", finite(a.run.energy.value / kilowatt_hours(1))},
                                                              {"low", finite(a.run.energy.low / kilowatt_hours(1))},
                                                              {"high", finite(a.run.energy.high / kilowatt_hours(1))}}
                                                       : json(nullptr)},
        {"carbon_kg", a.run.energy.value > joules<>{} ? finite(a.run.carbon / kilograms(1)) : json(nullptr)},
        {"goodput", finite(a.run.kept.share)},
        {"checkpoint_interval", figure_json(a.run.kept.interval)},
        {"data_loading_decides", a.run.starved}};
    return j;
}
}  // namespace gambrel::report
