// SPDX-License-Identifier: Apache-2.0
// The sweep: every key may hold a list, and their product comes back as columns. Devices go one after another, since each may
// have a usual runtime of its own; then the axes of planning/sweep_axes.hpp, the last the fastest.
#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/planning/sweep_plan.hpp>

#include "reply.hpp"

namespace c_interface {
namespace {
constexpr row_number most_rows = 1'000'000;  // of one answer

/// The values of a key: a list's, or the one.
std::vector<json> several(const json& v) {
    if (!v.is_array()) return {v};
    if (v.empty() || v.size() > 100'000)
        fail("a list of a sweep has " + std::to_string(v.size()) + " values; give 1 to 100,000");
    return v.get<std::vector<json>>();
}

/// The product of the keywords of one axis, each point as the object of those keywords.
std::vector<json> points_of(const json& question, std::string_view axis) {
    std::vector<json> points{json::object()};
    for (const auto& k : ask::prediction_keywords) {
        if (k.axis != axis) continue;
        for (const auto& [name, value] : question.items()) {
            if (!ask::is_called(k, name)) continue;
            std::vector<json> longer;
            for (const json& point : points)
                for (const json& each : several(value)) {
                    longer.push_back(point);
                    longer.back()[name] = each;
                    if (longer.size() > most_rows) fail("the sweep has more than 1,000,000 rows: sweep in turns");
                }
            points = std::move(longer);
        }
    }
    return points;
}
ask::prediction_options options_in(const json& point, const json& workload) {
    json with = point;
    if (!workload.is_null()) with["workload"] = workload;
    ask::prediction_options o;
    read_keywords(with, no_keywords, o, o);
    return o;
}

/// What is swept, read once.
struct swept {
    json question, workload;
    bool open_loop = false;  ///< at a rate: a workload's opening burst has no place
    std::vector<json> models, runtimes, memories, settings;
    std::array<std::vector<json>, sweep_axis_count> points{};  ///< of each axis, by sweep_axis_names

    explicit swept(const json& q)
        : question(q),
          workload(q.value("workload", json())),
          models(several(required(q, "model", "a name, a configuration, or a list of them"))),
          runtimes(several(q.value("runtime", json()))),
          memories(points_of(q, "memory")),
          settings(points_of(q, "settings")) {
        for (std::size_t i = 0; i < sweep_axis_count; ++i) points[i] = points_of(q, sweep_axis_names[i]);
        for (const auto& [name, value] : q.items())
            open_loop = open_loop || ask::is_called(*find(ask::prediction_keywords, "rate_per_s"), name);
    }
    template <class T, class Read> std::vector<T> axis(sweep_axis which, const Read& read) const {
        const bool burst = which == sweep_axis::protocol && open_loop;
        std::vector<T> all;
        for (const json& point : points[static_cast<std::size_t>(which)])
            all.push_back(read(options_in(point, burst ? json() : workload)));
        return all;
    }
};

sweep_axes axes_of(const swept& s, const device<>& d) {
    using options = ask::prediction_options;
    sweep_axes a;
    for (const json& m : s.models) a.models.push_back(std::make_shared<const architecture>(model_in(m)));
    for (const json& memory : s.memories)
        a.devices.push_back(
            ask::detail::with_memory(std::make_shared<const device<>>(d), options_in(memory, {}).memory));
    bool gguf = s.question.contains("weights");
    if (gguf)
        for (const json& w : several(s.question["weights"])) gguf = gguf && ask::names_gguf(text_in(w, "weights"));
    for (const json& r : s.runtimes)
        for (const json& set : s.settings)
            a.runtimes.push_back(ask::detail::with_settings(
                std::make_shared<const runtime<>>(r.is_null() ? ask::usual_runtime(d, gguf) : runtime_in(r)),
                options_in(set, {})));
    if (const auto c = s.question.find("calibration"); c != s.question.end())
        a.calibrations = {[file = std::optional(calibration_in(*c))](const device<>& on, const runtime<>& under) {
            return ask::detail::own_constants_of(file, on, under);
        }};
    const auto load = [](const options& t) { return ask::detail::workload_of(t); };
    a.cuts = s.axis<parallelism>(sweep_axis::cut, ask::detail::cut_of);
    a.precisions = s.axis<precision_choice>(sweep_axis::precision, [](const options& t) -> precision_choice {
        return [t](const architecture& m) { return ask::detail::precision_of(t, m); };
    });
    a.adapters = s.axis<adapter>(sweep_axis::adapter, ask::detail::adapter_of);
    a.protocols = s.axis<protocol>(sweep_axis::protocol, [&](const options& t) { return load(t).protocol; });
    a.images = s.axis<double>(sweep_axis::images, [&](const options& t) { return load(t).images; });
    a.prefix_hits = s.axis<double>(sweep_axis::prefix_hit, [&](const options& t) { return load(t).prefix_hit; });
    a.prompts = s.axis<length>(sweep_axis::prompt, [&](const options& t) { return load(t).prompt; });
    a.outputs = s.axis<length>(sweep_axis::output, [&](const options& t) { return load(t).output; });
    a.loads = s.axis<load_level>(sweep_axis::load, [&](const options& t) {
        if (t.batch) fail("a static batch is no axis of a sweep: sweep concurrency, or ask predict");
        const workload w = load(t);
        return load_level{w.concurrency, w.rate};
    });
    return a;
}

sweep_terms terms_of(const json& question) {
    json all = json::object();
    for (const auto& [name, value] : question.items())
        if (const auto* k = find(ask::prediction_keywords, name); k != nullptr && k->axis.empty()) all[name] = value;
    const ask::prediction_options o = options_in(all, {});
    sweep_terms t;
    t.design_limit = ask::detail::design_limit_of;
    t.around = {o.server.value_or(1.0), o.pue.value_or(1.0)};
    if (!o.prices.empty()) t.rent = ask::rents_of_file(o.prices);
    if (o.price) t.rent = [rent = dollars_per_hour(*o.price)](const device<>&) { return std::optional(rent); };
    if (const auto limits = question.find("limits"); limits != question.end()) {
        if (!limits->is_object()) fail_kind("limits", *limits, "an object: {\"ttft_p99_ms\": 500}");
        ask::load_options l;
        read_keywords(*limits, ask::load_keywords, l, l.deployed);
        ask::check_ranges(l);
        t.limits = l.limits;
    }
    return t;
}

/// The columns wanted, by name.
std::vector<std::string> columns_in(const json& question) {
    std::vector<std::string> all(sweep_code_names.begin(), sweep_code_names.end());
    all.insert(all.end(), sweep_column_names.begin(), sweep_column_names.end());
    const auto asked = question.find("columns");
    if (asked == question.end()) return all;
    if (!asked->is_array()) fail_kind("columns", *asked, "a list of names");
    std::vector<std::string> wanted;
    for (const json& each : *asked) {
        wanted.push_back(text_in(each, "a column"));
        if (std::find(all.begin(), all.end(), wanted.back()) == all.end())
            fail_unknown("column", wanted.back(), std::vector<std::string_view>(all.begin(), all.end()));
    }
    return wanted;
}

answer_json code_json(sweep_code c, std::int32_t code) {
    switch (c) {
        case sweep_code::status: return key_of(static_cast<obstacle>(code));
        case sweep_code::tpot_bound:
        case sweep_code::ttft_bound:
            return code < 0 ? answer_json() : answer_json(key_of(static_cast<gambrel::bound>(code)));
        case sweep_code::meets_objective: return code != 0;
        case sweep_code::devices: break;
    }
    return code;
}

/// Adds the labels of the row at `at` to the columns: models, devices and runtimes by name, keywords as they were given.
void add_labels(answer_json& columns, const swept& s, const sweep_plan& plan, const sweep_place& at) {
    const sweep_axes& a = plan.axes();
    columns["model"].push_back(a.models[on(at, sweep_axis::model)]->name.view());
    columns["device"].push_back(a.devices[on(at, sweep_axis::device)]->name.view());
    columns["runtime"].push_back(a.runtimes[on(at, sweep_axis::runtime)]->name.view());
    const auto add = [&](const json& point) {
        for (const auto& [name, value] : point.items()) columns[name].push_back(answer_json(value));
    };
    add(s.memories[on(at, sweep_axis::device)]);
    add(s.settings[on(at, sweep_axis::runtime) % s.settings.size()]);
    for (std::size_t i = static_cast<std::size_t>(sweep_axis::cut); i < sweep_axis_count; ++i) add(s.points[i][at[i]]);
}

answer_json swept_columns(const json& question) {
    json checked_keys = question;  // each key once, by the names that all questions know
    for (auto& [name, value] : checked_keys.items())
        if (value.is_array() && find(ask::prediction_keywords, name) != nullptr) value = several(value).front();
    ask::prediction_options ignored;
    read_keywords(checked_keys, no_keywords, ignored, ignored, {"limits", "columns"});

    const swept s(question);
    const auto devices = several(required(question, "device", "a name, a datasheet, or a list of them"));
    const sweep_terms terms = terms_of(question);
    const std::vector<std::string> wanted = columns_in(question);

    answer_json columns = answer_json::object();
    row_number rows = 0;
    for (const json& d : devices) {
        const sweep_plan plan(axes_of(s, device_in(d)), terms);
        rows += plan.rows();
        if (rows > most_rows) fail("the sweep has more than 1,000,000 rows: sweep in turns");
        sweep_reader reader(plan);
        for (row_number row = 0; row < plan.rows(); ++row) {
            add_labels(columns, s, plan, place_of(row, plan.extents()));
            const sweep_row& read = reader.read(row);
            for (const std::string& name : wanted) {
                const auto code = std::find(sweep_code_names.begin(), sweep_code_names.end(), name);
                const auto column = std::find(sweep_column_names.begin(), sweep_column_names.end(), name);
                if (code != sweep_code_names.end()) {
                    const auto c = static_cast<sweep_code>(code - sweep_code_names.begin());
                    columns[name].push_back(code_json(c, read.at(c)));
                } else {
                    const double x = read.at(static_cast<sweep_column>(column - sweep_column_names.begin()));
                    columns[name].push_back(std::isfinite(x) ? answer_json(x) : answer_json());
                }
            }
        }
    }
    return {{"gambrel", gambrel::version}, {"rows", rows}, {"columns", std::move(columns)}};
}
}  // namespace
}  // namespace c_interface

char* gambrel_sweep(const char* question) { return c_interface::reply(question, c_interface::swept_columns); }
