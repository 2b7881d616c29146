// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A diagnosis as JSON with stable keys (docs/json.md). Evidence: tests/ask/diagnosis_question_test.cpp.

#include <gambrel/ask/bound_diagnosis.hpp>
#include <gambrel/report/json/observation_json.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/text/diagnosis_text.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline std::string_view unit_of(const indication& i) {
    switch (i.what) {
        case indicator::ttft:
        case indicator::tpot:
        case indicator::itl:
        case indicator::latency:
        case indicator::kernels: return "s";
        case indicator::requests: return "1/s";
        default: return "1";
    }
}
inline json number_json(const compared_number& c) {
    const double shift = c.seen.what == indicator::waiting ? gambrel::detail::counted_from : 0.0;
    json j{{"run", c.run},
           {"number", key_of(c.seen.what)},
           {"measured", finite(c.seen.measured - shift)},
           {"predicted",
            {{"value", finite(c.predicted.value - shift)},
             {"low", finite(larger(0.0, c.predicted.low - shift))},
             {"high", finite(c.predicted.high - shift)},
             {"unit", unit_of(c.seen)}}},
           {"deviations", finite(c.deviations)},
           {"within", c.within()}};
    if (c.seen.what == indicator::itl) j["share"] = c.seen.share;
    if (c.seen.median) j["statistic"] = "median";
    if (c.seen.what == indicator::kernels) j["kernels"] = name_of(c.seen.of);
    return j;
}
inline json line_json(const sweep_line& l) {
    return {{"intercept_s", finite(l.intercept)}, {"slope_s", finite(l.slope)}};
}

inline json use_json(const std::optional<device_use>& u) {
    if (!u) return nullptr;
    return {{"mfu", finite(u->mfu)},
            {"mbu", finite(u->mbu)},
            {"tpot_floor_s", finite(u->floor)},
            {"tpot_s", finite(u->measured)}};
}
inline json classes_json(const prediction<>& p) {
    json j = json::object();
    if (!p.ok()) return j;
    for (std::size_t c = 0; c < cost_class_count; ++c)
        if (const double t = p.mean_step.by_class(c).value(); t > 0.0) j[std::string(key_of_cost_class(c))] = t;
    return j;
}
/// What the start-up log of run `i` printed, beside what is predicted, and what `all` say of it.
inline json beside_log_json(const bound_diagnosis& b, std::size_t i, const std::vector<start_finding>& all) {
    const start_log& l = *b.files[i].start;
    const memory_fit& m = b.runs[i].predicted.memory;
    const auto gib = [](const bytes<>& x) { return finite(x / gibibytes(1.0)); };
    json findings = json::array();
    for (const start_finding& f : all)
        if (f.run == i)
            findings.push_back({{"suspect", f.of ? json(key_of(*f.of)) : json(nullptr)},
                                {"contradicts", f.contradicts},
                                {"bounds", f.bounds},
                                {"says", f.says}});
    return {{"run", i},
            {"file", l.where},
            {"printed", report::start_log_json(l)},
            {"predicted",
             {{"weights_gib", gib(m.weights)},
              {"kv_gib",
               {{"value", gib(m.for_kv)}, {"low", gib(m.for_kv_low)}, {"high", gib(m.for_kv_high)}, {"unit", "GiB"}}},
              {"kv_bytes_per_token", finite(m.kv_per_token.value())}}},
            {"findings", findings},
            {"missing", l.missing()}};
}
}  // namespace detail

inline json as_json(const bound_diagnosis& b, const diagnosis& d) {
    using namespace detail;
    json runs = json::array();
    const weighed_suspect* first = d.suspects.all.empty() ? nullptr : &d.suspects.all.front();
    for (std::size_t i = 0; i < b.runs.size(); ++i) {
        const examined_run& r = b.runs[i];
        const bool open = r.load.open_loop();
        runs.push_back({{"file", b.files[i].where},
                        {"tool", b.files[i].tool},
                        {"before", r.before},
                        {"static_batch", r.static_batch},
                        {"clients", open ? json(nullptr) : json(r.load.concurrency)},
                        {"rate_per_s", open ? json(r.load.rate.value()) : json(nullptr)},
                        {"prompt", r.load.prompt.mean()},
                        {"output", r.load.output.mean()},
                        {"use", use_json(d.use[i])},
                        {"tpot_corrected_by", i < d.corrected.size() ? json(finite(d.corrected[i])) : json(1.0)},
                        {"notes", b.files[i].notes},
                        {"tpot_predicted_s", classes_json(r.predicted)},
                        {"tpot_with_cause_s", first != nullptr ? classes_json(first->runs[i]) : json::object()}});
    }
    json wrong = json::array(), numbers = json::array(), suspects = json::array(), faster = json::array();
    for (const auto& [run, w] : d.inconsistencies)
        wrong.push_back({{"run", run}, {"says", w.says}, {"contradicts", w.how == disagreement::contradicts}});
    for (const compared_number& c : d.compared) numbers.push_back(number_json(c));
    for (const weighed_suspect& s : d.suspects.all)
        suspects.push_back({{"suspect", key_of(s.which)},
                            {"says", suspect_text(s)},
                            {"weight", finite(s.weight)},
                            {"factor", {{"value", s.x}, {"low", s.low}, {"high", s.high}, {"unit", "1"}}},
                            {"leaves_deviations", finite(s.misfit)},
                            {"evidence", evidence_for(s, b, d)}});
    json logs = json::array();
    const std::vector<start_finding> started = start_findings(b);
    for (const std::size_t i : b.starts()) logs.push_back(beside_log_json(b, i, started));
    for (const faster_class& f : d.faster)
        faster.push_back({{"class", key_of(f.which)}, {"tpot", finite(f.tpot)}, {"requests", finite(f.requests)}});
    const question& q = b.asked(b.files.size() - 1);
    json j{
        {"schema", 1},
        {"model", q.what.model.name.view()},
        {"device", q.what.device.name.view()},
        {"runtime", q.what.runtime.name.view()},
        {"conclusion", key_of(d.conclusion)},
        {"says", wrapped(conclusion_words(b, d), screen_columns, 0)},
        {"runs", runs},
        {"start_logs", logs},
        {"inconsistencies", wrong},
        {"numbers", numbers},
        {"suspects", suspects},
        {"nothing_wrong", {{"weight", finite(d.suspects.nothing)}, {"leaves_deviations", finite(d.suspects.misfit)}}},
        {"if_half_as_long", faster},
        {"sweep", nullptr},
        {"next", nullptr}};
    if (d.sweep) j["sweep"] = {{"measured", line_json(d.sweep->first)}, {"predicted", line_json(d.sweep->second)}};
    if (d.next)
        j["next"] = {{"measurement", key_of(d.next->what)},
                     {"deviations", finite(d.next->distance)},
                     {"command", command_of(*d.next, q)}};
    return j;
}
}  // namespace gambrel::report
