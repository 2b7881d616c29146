// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is typed for a deployment, and the options and descriptors it stands for. The options are those of
/// ask/keywords.hpp; here are only the ones that are no plain value.

#include <CLI/CLI.hpp>
#include <gambrel/ask/bound_question.hpp>
#include <gambrel/ask/launch/read.hpp>
#include <gambrel/ask/runtime_file.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace command {
using namespace gambrel;

/// The keywords of one table as they were typed, in the order of typing.
template <class Options> struct typed_keywords {
    std::vector<std::pair<const ask::keyword<Options>*, std::string>> given{};

    /// Of those that `wanted` names.
    template <std::size_t N, class Wanted>
    void add_to(CLI::App& app, const std::array<ask::keyword<Options>, N>& all, const Wanted& wanted) {
        for (const ask::keyword<Options>& k : all) {
            if (!wanted(k)) continue;
            std::string names(k.option);
            if (!k.aliases.empty()) names += "," + std::string(k.aliases);
            CLI::Option* option = nullptr;
            if (std::holds_alternative<std::optional<bool> Options::*>(k.field)) {
                ask::for_each_name(k.off, [&](std::string_view no) { names += ",!" + std::string(no); });
                option = app.add_flag_function(
                    names, [this, &k](std::int64_t count) { given.emplace_back(&k, count > 0 ? "true" : "false"); },
                    std::string(k.help));
            } else if (std::holds_alternative<bool Options::*>(k.field)) {
                option = app.add_flag_callback(
                    names, [this, &k] { given.emplace_back(&k, ""); }, std::string(k.help));
            } else {
                option = app.add_option_function<std::string>(
                    names, [this, &k](const std::string& typed) { given.emplace_back(&k, typed); },
                    std::string(k.help));
                option->type_name(kind_of(k));
                if (!k.otherwise.empty()) option->default_str(std::string(k.otherwise));
            }
            option->group(std::string(name_of(k.group)));
        }
    }
    template <std::size_t N> void add_to(CLI::App& app, const std::array<ask::keyword<Options>, N>& all) {
        add_to(app, all, [](const ask::keyword<Options>&) { return true; });
    }
    void set(Options& o) const {
        for (const auto& [k, typed] : given) ask::set_from_text(*k, o, typed);
    }
    /// What was typed for the keyword that Python calls `name`.
    const std::string* of(std::string_view name) const {
        for (const auto& [k, typed] : given)
            if (k->name == name) return &typed;
        return nullptr;
    }

private:
    static std::string kind_of(const ask::keyword<Options>& k) {
        return std::visit(
            ask::detail::overloaded{
                [](std::string Options::*) { return "TEXT"; }, [](length Options::*) { return "LENGTH"; },
                [](std::optional<length> Options::*) { return "LENGTH"; }, [](double Options::*) { return "NUMBER"; },
                [](std::optional<double> Options::*) { return "NUMBER"; },
                [](const ask::quantity_field<Options>& q) { return q.bare ? "NUMBER" : "QUANTITY"; },
                [](auto) { return "WHOLE"; }},
            k.field);
    }
};

/// What `predict`, `explain`, `serve` and `simulate` share, as typed.
struct deployment_options {
    std::string model, device, runtime, calibration, workload, launch;
    typed_keywords<ask::prediction_options> typed;
    bool burst = false, json = false;

    void add_to(CLI::App& app);
    /// The options with their texts read: those of the launch line, over which those that are typed hold.
    ask::prediction_options read() const;
    /// The same set in options that say something already.
    void say(ask::prediction_options& to) const;
    /// What is asked about: as typed, else as the launch line says.
    std::string model_asked() const;
    /// The runtime as typed, else that of the launch line on `d`; empty where neither says.
    std::string runtime_on(const gambrel::device<>& d) const;

private:
    std::optional<ask::launch> launched() const;
};

/// A `Question` (bound_question, bound_load_question, bound_simulation) of the descriptors named in `o`, under
/// `options`.
template <class Question, class Options> Question question_of(const deployment_options& o, Options options) {
    ask::asked_model named = ask::asked_model_of(o.model_asked());
    ask::asked_device board = ask::asked_device_of(o.device);
    const std::string name = o.runtime_on(board.device);
    const std::string* weights = o.typed.of("weights");
    const bool gguf = weights != nullptr ? ask::names_gguf(*weights)
                                         : ask::names_gguf(named.weights) || named.model.stored.attention.gguf;
    auto software = std::make_shared<const runtime<>>(name.empty() ? ask::usual_runtime(board.device, gguf)
                                                                   : ask::runtime_of(name));
    ask::prediction_options& deployed = ask::deployed_of(options);
    deployed.remarks = ask::name_remarks(named, board, deployed);
    return Question(std::make_shared<const architecture>(std::move(named.model)),
                    std::make_shared<const device<>>(std::move(board.device)), std::move(software), options);
}
inline ask::bound_question question_of(const deployment_options& o) {
    return question_of<ask::bound_question>(o, o.read());
}
}  // namespace command
