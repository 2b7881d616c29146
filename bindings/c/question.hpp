// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A question in JSON as the options and descriptors it stands for. The keywords are those of ask/keywords.hpp; a key that is
/// none, a value of another kind or with the wrong unit is one `gambrel::error` that names it.

#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/launch/read.hpp>
#include <gambrel/ask/runtime_file.hpp>
#include <gambrel/workload/catalog.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace c_interface {
using namespace gambrel;
using json = nlohmann::json;

/// The kinds of an error, as they are written.
struct refusal {
    const char* kind;
    std::string message;
};

/// The object that `text` holds. Throws a `refusal` where it is none, or is of another version of the interface.
inline json question_in(const char* text) {
    constexpr std::size_t most_bytes = std::size_t{64} << 20;
    constexpr int most_nesting = 64;
    if (text == nullptr)
        throw refusal{"null_pointer", "the question is a null pointer; it must be a JSON object, if an empty one: {}"};
    const std::string_view given(text);
    if (given.size() > most_bytes)
        throw refusal{"not_json",
                      "the question has " + std::to_string(given.size()) + " bytes; at most 64 MiB are read"};
    const json::parser_callback_t nested = [](int depth, json::parse_event_t, json&) {
        if (depth > most_nesting) throw refusal{"not_json", "the question is nested more than 64 levels deep"};
        return true;
    };
    json question;
    try {
        question = json::parse(given, nested);
    } catch (const json::exception& e) {
        throw refusal{"not_json", "the question is not JSON: " + std::string(e.what()).substr(0, 160)};
    }
    if (!question.is_object())
        throw refusal{"not_json",
                      "the question is of type " + std::string(question.type_name()) + "; it must be a JSON object"};
    return question;
}

[[noreturn]] inline void fail_kind(const std::string& name, const json& v, const char* wanted) {
    fail(name + " is of type " + v.type_name() + "; it must be " + wanted);
}
inline std::string text_in(const json& v, const std::string& name) {
    if (!v.is_string()) fail_kind(name, v, "text");
    std::string text = v.get<std::string>();
    if (text.find('\0') != std::string::npos) fail(name + " holds a zero character, which no name has");
    return text;
}
inline double number_in(const json& v, const std::string& name) {
    if (!v.is_number()) fail_kind(name, v, "a number");
    return v.get<double>();
}

/// Sets what `k` is of in `o` to `v`, which the caller calls `name`. Null is the default of what may be absent.
template <class Options>
void set_from_json(const ask::keyword<Options>& k, Options& o, const json& v, const std::string& name) {
    const auto flag = [&] {
        if (!v.is_boolean()) fail_kind(name, v, "true or false");
        return v.get<bool>();
    };
    const auto law = [&] {
        if (v.is_string()) return ask::length_of(text_in(v, name), name);
        if (!v.is_number()) fail_kind(name, v, "tokens, \"uniform:LOW:HIGH\" or \"lognormal:MEAN:VARIATION\"");
        return length(checked(v.get<double>(), 0.0, longest_length, (name + " in tokens").c_str()));
    };
    const auto whole = [&](bool below_zero) {
        const double x = number_in(v, name);
        if (std::floor(x) != x || std::fabs(x) > 1e9 || (!below_zero && x < 0.0))
            fail(name + " is " + v.dump() + "; it must be a whole number of at most 1,000,000,000");
        return x;
    };
    std::visit(
        ask::detail::overloaded{
            [&](bool Options::*field) { o.*field = flag(); },
            [&](std::optional<bool> Options::*field) {
                o.*field = v.is_null() ? std::nullopt : std::optional(flag() != ask::says_no(k, name));
            },
            [&](double Options::*field) { o.*field = number_in(v, name); },
            [&](std::optional<double> Options::*field) {
                o.*field = v.is_null() ? std::nullopt : std::optional(number_in(v, name));
            },
            [&](std::string Options::*field) { o.*field = text_in(v, name); },
            [&](length Options::*field) { o.*field = law(); },
            [&](std::optional<length> Options::*field) {
                o.*field = v.is_null() ? std::nullopt : std::optional(law());
            },
            [&](const ask::quantity_field<Options>& q) {
                if (v.is_null()) q.set(o, std::nullopt);
                else if (v.is_number()) q.set(o, ask::amount{v.get<double>(), q.unit()});
                else if (v.is_string())
                    q.set(o, ask::detail::typed_amount(name, text_in(v, name), *q.table, q.unit(), q.symbol, q.bare));
                else fail_kind(name, v, "a number, or text with a unit");
            },
            [&](std::optional<int> Options::*field) {
                o.*field = v.is_null() ? std::nullopt : std::optional(static_cast<int>(whole(true)));
            },
            [&]<class Whole>(Whole Options::*field) {
                o.*field = static_cast<Whole>(whole(!std::is_unsigned_v<Whole>));
            }},
        k.field);
}

template <class Options, std::size_t N>
const ask::keyword<Options>* find(const std::array<ask::keyword<Options>, N>& all, std::string_view name) {
    for (const ask::keyword<Options>& k : all)
        if (k.name == name) return &k;
    for (const ask::keyword<Options>& k : all)
        if (ask::is_called(k, name)) return &k;
    return nullptr;
}

/// What every question may hold beside keywords.
inline constexpr std::array<std::string_view, 7> descriptors{"interface", "model",    "device",     "runtime",
                                                             "launch",    "workload", "calibration"};

inline architecture model_in(const json& v) {
    if (v.is_object()) return parse_config(v.dump());
    return ask::model_of(text_in(v, "model"));
}
inline device<> device_in(const json& v) {
    if (v.is_object()) return device_from_json(v);
    return ask::device_of(text_in(v, "device"));
}
inline runtime<> runtime_in(const json& v) {
    if (v.is_object()) return ask::runtime_from_json(v);
    return ask::runtime_of(text_in(v, "runtime"));
}
inline calibration_file calibration_in(const json& v) {
    if (v.is_object()) return calibration_from_json(v);
    return read_calibration(text_in(v, "calibration"));
}
inline const json& required(const json& question, const char* key, const char* wanted) {
    const auto at = question.find(key);
    if (at == question.end()) fail("the question has no \"" + std::string(key) + "\": give " + wanted);
    return *at;
}

/// Gives every keyword to its `own` options or, where they have none of its name, to the deployment's, over what the launch line
/// and the workload say. `extra` are keys that the caller reads.
template <class Options, std::size_t N>
void read_keywords(const json& question, const std::array<ask::keyword<Options>, N>& own, Options& options,
                   ask::prediction_options& deployed, std::vector<std::string_view> extra = {}) {
    const named_workload* lengths = nullptr;
    if (const auto w = question.find("workload"); w != question.end())
        lengths = &workload_named(text_in(*w, "workload"));
    if (lengths != nullptr) deployed = ask::under(std::move(deployed), *lengths);
    bool protocol_given = false;
    std::vector<std::string_view> set;
    const auto once = [&](std::string_view setting, const std::string& name) {
        for (const std::string_view other : set)
            if (other == setting) fail(name + " and " + std::string(setting) + " are one setting: give it once");
        set.push_back(setting);
    };
    const auto is_among = [](const auto& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    for (const auto& [name, value] : question.items()) {
        if (name == "calibration" && !value.is_null()) deployed.calibration = calibration_in(value);
        if (is_among(descriptors, name) || is_among(extra, name)) continue;
        if (const auto* k = find(own, name)) {
            once(k->name, name);
            set_from_json(*k, options, value, name);
        } else if (const auto* d = find(ask::prediction_keywords, name)) {
            once(d->name, name);
            set_from_json(*d, deployed, value, name);
            protocol_given = protocol_given || d->name == "protocol";
        } else {
            std::vector<std::string_view> names(descriptors.begin(), descriptors.end());
            names.insert(names.end(), extra.begin(), extra.end());
            for (const auto& each : own) names.push_back(each.name);
            for (const auto& each : ask::prediction_keywords) names.push_back(each.name);
            fail_unknown("key", name, names);
        }
    }
    ask::check_ranges(deployed);
    if (lengths != nullptr && !protocol_given) deployed.protocol = ask::under(deployed, *lengths).protocol;
}

inline constexpr std::array<ask::keyword<ask::prediction_options>, 0> no_keywords{};

/// The launch line of a question, set in `o`; none where it has none.
inline std::optional<ask::launch> launch_in(const json& question, ask::prediction_options& o) {
    const auto at = question.find("launch");
    if (at == question.end() || at->is_null()) return std::nullopt;
    ask::launch line = ask::read_launch(text_in(*at, "launch"));
    ask::set_from(line, o);
    return line;
}

/// A `Question` (bound_question, bound_load_question, bound_simulation) of the descriptors that `question` names.
template <class Question, class Options>
Question bound(const json& question, const Options& options, const std::optional<ask::launch>& line,
               std::string_view weights) {
    const bool named = question.contains("model") || !line;
    auto model = std::make_shared<const architecture>(
        named ? model_in(required(question, "model", "a name of the catalog, a file or a configuration"))
              : ask::model_of(line->model));
    auto hardware = std::make_shared<const device<>>(
        device_in(required(question, "device", "a name of the catalog, a file or a datasheet")));
    const auto asked = question.find("runtime");
    const runtime<> software = asked != question.end() && !asked->is_null() ? runtime_in(*asked)
                               : !line ? ask::usual_runtime(*hardware, ask::names_gguf(weights))
                               : line->server == ask::launch_server::llama_cpp ? ask::llama_cpp_of(*hardware)
                                                                               : runtime_named(line->runtime);
    return Question(std::move(model), std::move(hardware), std::make_shared<const runtime<>>(software), options);
}
}  // namespace c_interface
