// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What runs where, as JSON: docs/json.md. Evidence: tests/ask/fit_test.cpp.

#include <gambrel/ask/fit_lines.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline json held_json(const placement::held& h) {
    constexpr double gib = 1073741824.0;
    return {{"weights_gib", finite(h.weights / gib)},
            {"kv_gib", finite(h.kv / gib)},
            {"compute_gib", finite(h.compute / gib)},
            {"total_gib", finite(h.total() / gib)}};
}
inline json fit_row_json(const bound_fit& q, const fit_row& r) {
    constexpr double gib = 1073741824.0;
    json j{{"model", r.model->name.str()},
           {"alike", r.alike},
           {"machine", q.machines[r.machine].name},
           {"runtime", q.machines[r.machine].software.name.str()},
           {"type", r.type_name.str()},
           {"file_gib", finite(r.file / gib)},
           {"bits_per_weight", finite(r.bits)},
           {"runs", r.runs()},
           {"lacks", key_of(r.placed.lacks)},
           {"missing_gib", finite(r.placed.missing / gib)},
           {"layers", r.layers()},
           {"gpu_layers", r.placed.at.gpu_layers()},
           {"experts_on_host", r.experts_on_host()},
           {"context", finite(r.placed.with.context)},
           {"from_disk_gib", finite(r.placed.from_disk / gib)}};
    json devices = json::array();
    for (const placement::held& h : r.placed.memory.devices) devices.push_back(held_json(h));
    j["devices"] = std::move(devices);
    j["host"] = held_json(r.placed.memory.host);
    const gguf_quality* quality = r.type ? quality_of(*r.type) : nullptr;
    j["published"] = quality ? json{{"of", gguf_quality_of},
                                    {"perplexity_change", quality->perplexity},
                                    {"divergence", quality->divergence},
                                    {"importance_matrix", quality->importance_matrix}}
                             : json(nullptr);
    if (!r.placed.runs()) return j;
    j["greatest_context"] = finite(r.greatest_context);
    j["speed"] = figure_json(r.speed);
    j["first_token"] = figure_json(r.first_token);
    j["server_line"] = server_line(q, r);
    j["bench_line"] = bench_line(q, r);
    return j;
}
}  // namespace detail

inline json as_json(const bound_fit& q, const fit_answer& a) {
    constexpr double gib = 1073741824.0;
    json types = json::array(), machines = json::array(), rows = json::array(), near = json::array();
    for (const gguf_file_type t : q.types) types.push_back(name_of(t));
    for (const asked_machine& m : q.machines) machines.push_back(m.name);
    for (const fit_row& r : a.rows) rows.push_back(detail::fit_row_json(q, r));
    for (const fit_row& r : a.near) near.push_back(detail::fit_row_json(q, r));
    return {{"gambrel", version},
            {"inputs",
             {{"model", q.model ? json(q.model->name.str()) : json(nullptr)},
              {"machines", machines},
              {"types", types},
              {"cpu", q.cpu.name.str()},
              {"ram_gib", finite(q.ram.value() / gib)},
              {"assumed_host", q.assumed_host},
              {"kv", q.options.kv},
              {"prompt", q.options.prompt},
              {"output", q.options.output},
              {"remarks", q.remarks}}},
            {"feasible", a.ok()},
            {"files", a.files},
            {"rows", rows},
            {"near", near},
            {"unknown", a.unknown}};
}
}  // namespace gambrel::report
