// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The operators of a pass and the roofline as JSON (docs/json.md). Evidence: tests/report/json_test.cpp.

#include <gambrel/ask/roofline_explanation.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline json operator_json(const operator_row<>& row, const seconds<>& pass) {
    const operation& op = row.asked;
    json j{{"name", op.name}, {"class", key_of(op.kind)}, {"repeats", figure_json(op.repeats)}};
    if (op.outputs > 0.0) j["shape"] = {{"m", op.rows}, {"n", op.outputs}, {"k", op.inputs}};
    if (op.message != message_kind::none) {
        j["ranks"] = op.ranks;
        j["payload"] = figure_json(op.payload);
    }
    j["work"] = figure_json(op.work);
    j["traffic"] = figure_json(op.traffic());
    j["intensity"] = row.intensity_of() > intensity<>{} ? figure_json(row.intensity_of()) : json(nullptr);
    j["time"] = figure_json(row.taken.total);
    j["bound"] = key_of(row.taken.bound);
    j["share"] = figure_json(static_cast<double>(row.total() / pass));
    return j;
}
inline json pass_json(const examined_pass& pass) {
    json rows = json::array();
    for (const operator_row<>& row : pass.rows) rows.push_back(operator_json(row, pass.total()));
    return {{"shape", pass.shape}, {"time_in_operators", figure_json(pass.total())}, {"operators", rows}};
}
}  // namespace detail

/// Work, traffic and time are those of one layer on one rank; `share` is of the whole pass.
inline json explanation_json(const question& q, const examination& e) {
    json roofs = json::array();
    for (const compute_roof& r : e.roofline.roofs)
        roofs.push_back({{"format", r.format},
                         {"peak", figure_json(r.peak)},
                         {"ridge_point", figure_json(intensity<>(r.peak / e.roofline.bandwidth))}});
    json j{{"gambrel", version},
           {"inputs", detail::inputs_json(q)},
           {"feasible", true},
           {"decode", detail::pass_json(e.decode)},
           {"prefill", detail::pass_json(e.prefill)},
           {"roofline", {{"bandwidth", figure_json(e.roofline.bandwidth)}, {"roofs", roofs}}}};
    j["elasticities"] = nullptr;
    if (e.moved_by) {
        json rows = json::array();
        for (const elasticity& x : *e.moved_by)
            rows.push_back({{"input", key_of(x.input)},
                            {"ttft", finite(x.ttft)},
                            {"tpot", finite(x.tpot)},
                            {"latency", finite(x.latency)},
                            {"request_throughput", finite(x.requests)},
                            {"output_throughput", finite(x.output)}});
        j["elasticities"] = std::move(rows);
    }
    if (e.draft) j["draft"] = detail::pass_json(*e.draft);
    return j;
}
}  // namespace gambrel::report
