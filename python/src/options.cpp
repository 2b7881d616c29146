// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <pybind11/stl.h>

#include <gambrel/workload/catalog.hpp>
#include <gambrel/workload/io/trace_csv.hpp>

#include "arrays.hpp"
#include "values.hpp"

namespace binding {

using namespace gambrel;

namespace {
/// Sets what `k` is of in `o` to `v`, which the caller calls `name`. None is the default of what may be absent.
template <class Options>
void set_from_python(const ask::keyword<Options>& k, Options& o, py::handle v, const std::string& name) {
    std::visit(ask::detail::overloaded{
                   [&](bool Options::*field) { o.*field = flag_from(v, name); },
                   [&](std::optional<bool> Options::*field) {
                       o.*field = v.is_none() ? std::nullopt : std::optional(flag_from(v, name) != says_no(k, name));
                   },
                   [&](double Options::*field) { o.*field = number_from(v, name); },
                   [&](std::optional<double> Options::*field) { o.*field = optional_number(v, name); },
                   [&](std::optional<int> Options::*field) {
                       o.*field = v.is_none() ? std::nullopt : std::optional(whole_from(v, name));
                   },
                   [&](std::string Options::*field) { o.*field = text_from(v, name); },
                   [&](length Options::*field) { o.*field = length_from(v, name); },
                   [&](std::optional<length> Options::*field) {
                       o.*field = v.is_none() ? std::nullopt : std::optional(length_from(v, name));
                   },
                   [&](const ask::quantity_field<Options>& q) {
                       q.set(o, v.is_none()
                                    ? std::nullopt
                                    : std::optional(amount_from(v, name, *q.table, q.unit(), std::string(q.pint))));
                   },
                   [&]<class Whole>(Whole Options::*field) {
                       const int whole = whole_from(v, name);
                       if (std::is_unsigned_v<Whole>) checked(whole, 0.0, 1e9, name.c_str());
                       o.*field = static_cast<Whole>(whole);
                   }},
               k.field);
}

/// (sent in seconds, prompts, outputs), or the name of a file.
void set_trace(ask::simulation_options& t, py::handle v, const std::string& name) {
    if (v.is_none()) return;
    if (PyUnicode_Check(v.ptr()) || has_attribute(v, "__fspath__")) {
        t.trace_name = text_from(
            PyUnicode_Check(v.ptr()) ? py::reinterpret_borrow<py::object>(v) : py::object(v.attr("__fspath__")()),
            name);
        t.trace = read_trace(t.trace_name, ask::part_of_trace(t));
        return;
    }
    if (!py::isinstance<py::tuple>(v) || py::len(v) != 3)
        fail_kind(name, v, "a file, or the times in seconds, prompts and outputs of requests");
    std::array<py::array_t<double, py::array::c_style | py::array::forcecast>, 3> columns;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto column = numbers_of(py::reinterpret_borrow<py::object>(v)[py::int_(i)]);
        if (!column)
            fail("column " + std::to_string(i + 1) +
                 " of the trace must be numbers: the times in seconds, prompts and outputs");
        columns[i] = *column;
        if (columns[i].ndim() != 1 || columns[i].size() != columns[0].size())
            fail("column " + std::to_string(i + 1) +
                 " of the trace must be of one dimension, and as long as the first");
    }
    const auto tokens = [](double x) {
        return static_cast<std::uint32_t>(checked(x, 1.0, longest_length, "the tokens of a request of the trace"));
    };
    for (py::ssize_t i = 0; i < columns[0].size(); ++i)
        t.trace.records.push_back({.sent = columns[0].data()[i],
                                   .prompt = tokens(columns[1].data()[i]),
                                   .output = tokens(columns[2].data()[i])});
    checked(t.trace);
    t.trace_name = "the columns given";
}

template <class Options, std::size_t N>
const ask::keyword<Options>* find(const std::array<ask::keyword<Options>, N>& all, std::string_view name) {
    for (const ask::keyword<Options>& k : all)
        if (is_called(k, name)) return &k;
    return nullptr;
}
template <class Options, std::size_t N>
void add_names(std::vector<std::string>& names, const std::array<ask::keyword<Options>, N>& all) {
    for (const ask::keyword<Options>& k : all) {
        names.emplace_back(k.name);
        for (const std::string_view others : {k.aliases, k.off})
            ask::for_each_name(others, [&](std::string_view alias) { names.push_back(ask::in_python(alias)); });
    }
}
/// One setting under two names is one value too many.
void check_once(std::vector<std::string_view>& set, std::string_view setting, const std::string& name) {
    if (std::find(set.begin(), set.end(), setting) != set.end())
        fail(name + " and " + std::string(setting) + " are one setting: give it once");
    set.push_back(setting);
}

/// What the faces read by themselves, for it is no plain value.
constexpr std::array<std::string_view, 3> descriptors{"runtime", "calibration", "workload"};

/// Gives every keyword to its `own` options or, where they have none of its name, to the deployment's.
template <class Options, std::size_t N>
py::object read(const py::dict& keywords, const std::array<ask::keyword<Options>, N>& own, Options& options,
                ask::prediction_options& deployed) {
    py::object runtime = py::none();
    const named_workload* lengths = nullptr;
    if (keywords.contains("workload")) lengths = &workload_named(text_from(keywords["workload"], "workload"));
    if (lengths != nullptr) deployed = ask::under(std::move(deployed), *lengths);
    std::vector<std::string_view> set;
    for (const auto& [key, value] : keywords) {
        const std::string name = text_from(key, "a keyword");
        if (const auto* k = find(own, name)) {
            check_once(set, k->name, name);
            set_from_python(*k, options, value, name);
        } else if (const auto* d = find(ask::prediction_keywords, name)) {
            check_once(set, d->name, name);
            set_from_python(*d, deployed, value, name);
        } else if (name == "runtime") {
            runtime = py::reinterpret_borrow<py::object>(value);
        } else if (name == "workload") {  // read before all others
        } else if (name == "calibration") {
            if (!value.is_none()) deployed.calibration = calibration_from(value);
        } else if (std::is_same_v<Options, ask::simulation_options> && name == "trace") {  // read after all others
        } else {
            std::vector<std::string> names(descriptors.begin(), descriptors.end());
            if (std::is_same_v<Options, ask::simulation_options>) names.emplace_back("trace");
            add_names(names, own);
            add_names(names, ask::prediction_keywords);
            fail_unknown("keyword", name, names);
        }
    }
    ask::check_ranges(deployed);
    if (lengths != nullptr && !keywords.contains("protocol"))
        deployed.protocol = ask::under(deployed, *lengths).protocol;  // now that the load is known
    return runtime;
}
constexpr std::array<ask::keyword<ask::prediction_options>, 0> no_keywords{};

/// A table as Python sees it: what each keyword is called, set to and described by.
template <class Options, std::size_t N> py::list described(const std::array<ask::keyword<Options>, N>& all) {
    py::list rows;
    for (const ask::keyword<Options>& k : all) {
        const auto* q = std::get_if<ask::quantity_field<Options>>(&k.field);
        std::vector<std::string> aliases, off;
        ask::for_each_name(k.aliases, [&](std::string_view alias) { aliases.push_back(ask::in_python(alias)); });
        ask::for_each_name(k.off, [&](std::string_view no) { off.push_back(ask::in_python(no)); });
        const bool law = std::holds_alternative<length Options::*>(k.field) ||
                         std::holds_alternative<std::optional<length> Options::*>(k.field);
        const bool number = std::holds_alternative<double Options::*>(k.field) ||
                            std::holds_alternative<std::optional<double> Options::*>(k.field);
        py::dict row;
        row["name"] = k.name;
        row["option"] = k.option;
        row["aliases"] = aliases;
        row["off"] = off;
        row["default"] = k.otherwise;
        row["help"] = k.help;
        row["group"] = key_of(k.group);
        row["kind"] = q != nullptr ? "quantity"
                      : law        ? "length"
                      : number     ? "number"
                      : std::holds_alternative<bool Options::*>(k.field) ||
                              std::holds_alternative<std::optional<bool> Options::*>(k.field)
                          ? "flag"
                      : std::holds_alternative<std::string Options::*>(k.field) ? "text"
                                                                                : "whole number";
        row["unit"] = q != nullptr ? q->symbol : "";
        row["axis"] = k.axis;
        rows.append(row);
    }
    return rows;
}
}  // namespace

void check_options(const py::dict& keywords) { ask::detail::workload_of(options_of(keywords).options); }

py::object set_options(const py::dict& keywords, ask::prediction_options& to) {
    return read(keywords, no_keywords, to, to);
}
deployment_asked options_of(const py::dict& keywords) {
    deployment_asked t;
    t.runtime = read(keywords, no_keywords, t.options, t.options);
    return t;
}
load_asked load_options_of(const py::dict& keywords) {
    load_asked t;
    t.runtime = read(keywords, ask::load_keywords, t.options, t.options.deployed);
    ask::check_ranges(t.options);
    if (!keywords.contains("protocol")) t.options.deployed.protocol = "steady";  // of a workload: its lengths alone
    return t;
}
ask::fleet_options fleet_options_of(const py::dict& keywords) {
    ask::fleet_options o;
    if (keywords.contains("workload"))
        o.load.deployed =
            ask::under(std::move(o.load.deployed), workload_named(text_from(keywords["workload"], "workload")));
    o.load.deployed.concurrency.reset();
    o.load.deployed.protocol = "steady";
    std::vector<std::string_view> set;
    const auto take = [&](const auto* k, auto& options, py::handle value, const std::string& name) {
        if (k == nullptr) return false;
        check_once(set, k->name, name);
        set_from_python(*k, options, value, name);
        return true;
    };
    if (keywords.contains("use_case")) o.use_case = text_from(keywords["use_case"], "use_case");
    if (keywords.contains("users")) o.users = optional_number(keywords["users"], "users");
    if (o.users && keywords.contains("rate_per_s") && !keywords["rate_per_s"].is_none())
        fail("users are " + shortest(*o.users) + " beside a rate: give one of the two");
    ask::add_use_case(o);
    for (const auto& [key, value] : keywords) {
        const std::string name = text_from(key, "a keyword");
        const auto* d = find(ask::prediction_keywords, name);
        if (d != nullptr && !ask::of_a_plan(d->name)) d = nullptr;
        const auto* l = find(ask::load_keywords, name);
        if (l != nullptr && l->name == "replicas_for_per_s") l = nullptr;
        if (take(find(ask::fleet_keywords, name), o, value, name) || take(l, o.load, value, name) ||
            take(d, o.load.deployed, value, name) || name == "workload")
            continue;
        std::vector<std::string> names{"workload"};
        for (const auto& k : ask::fleet_keywords) names.emplace_back(k.name);
        for (const auto& k : ask::load_keywords) names.emplace_back(k.name);
        for (const auto& k : ask::prediction_keywords)
            if (ask::of_a_plan(k.name)) names.emplace_back(k.name);
        fail_unknown("keyword of a plan", name, names);
    }
    return o;
}
tco_asked tco_options_of(const py::dict& keywords) {
    tco_asked t;
    t.runtime = read(keywords, ask::tco_keywords, t.options, t.options.deployed);
    ask::check_ranges(t.options);
    if (!keywords.contains("protocol")) t.options.deployed.protocol = "steady";  // of a workload: its lengths alone
    return t;
}
simulation_asked simulation_options_of(const py::dict& keywords) {
    simulation_asked t;
    t.runtime = read(keywords, ask::simulation_keywords, t.options, t.options.deployed);
    if (keywords.contains("trace")) set_trace(t.options, keywords["trace"], "trace");
    return t;
}

namespace {
/// Options that stand alone, with no deployment among them: `what` a refusal calls their keywords.
template <class Options, std::size_t N>
Options options_alone(const py::dict& keywords, const std::array<ask::keyword<Options>, N>& all, const char* what) {
    Options o;
    std::vector<std::string_view> set;
    for (const auto& [key, value] : keywords) {
        const std::string name = text_from(key, "a keyword");
        const auto* k = find(all, name);
        if (k == nullptr) {
            std::vector<std::string> names;
            add_names(names, all);
            fail_unknown(what, name, names);
        }
        check_once(set, k->name, name);
        set_from_python(*k, o, value, name);
    }
    ask::check_ranges(o);
    return o;
}
}  // namespace

ask::training_options training_options_of(const py::dict& keywords) {
    return options_alone(keywords, ask::training_keywords, "keyword of a training run");
}
ask::fit_options fit_options_of(const py::dict& keywords) {
    return options_alone(keywords, ask::fit_keywords, "keyword of fit");
}

void bind_keywords(py::module_& m) {
    py::dict tables;
    tables["predict"] = described(ask::prediction_keywords);
    tables["serve"] = described(ask::load_keywords);
    tables["simulate"] = described(ask::simulation_keywords);
    tables["tco"] = described(ask::tco_keywords);
    m.attr("keywords") = tables;
    m.attr("plan_keywords") = described(ask::fleet_keywords);
    m.attr("training_keywords") = described(ask::training_keywords);
    m.attr("fit_keywords") = described(ask::fit_keywords);
}
}  // namespace binding
