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

    /// Whether model and device may be typed by their places, without their options' names.
    enum place : bool { named, placed };
    void add_to(CLI::App& app, place by = named);
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

/// The descriptors named in `o`, and the options as they are typed, with what is to be said of the names.
struct asked_descriptors {
    std::shared_ptr<const architecture> model;
    std::shared_ptr<const device<>> board;
    std::shared_ptr<const runtime<>> software;
    std::vector<std::string> remarks;
};
asked_descriptors descriptors_of(const deployment_options& o, const ask::prediction_options& options);

/// A `Question` (bound_question, bound_load_question, bound_simulation) of the descriptors named in `o`, under
/// `options`.
template <class Question, class Options> Question question_of(const deployment_options& o, Options options) {
    ask::prediction_options& deployed = ask::deployed_of(options);
    asked_descriptors named = descriptors_of(o, deployed);
    deployed.remarks = std::move(named.remarks);
    return Question(std::move(named.model), std::move(named.board), std::move(named.software), options);
}
inline ask::bound_question question_of(const deployment_options& o) {
    return question_of<ask::bound_question>(o, o.read());
}
}  // namespace command
