// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The folder of conventions: aliases.json, engines.json and every file of rules/. Schema: data/README.md.
/// A wrong file is one `error` naming file, place and what is wrong; nothing is half-read.
/// Evidence: tests/measurement/conventions_test.cpp.

#include <gambrel/measurement/conventions.hpp>
#include <gambrel/measurement/io/data_file.hpp>
#include <gambrel/measurement/io/engine_file.hpp>
#include <gambrel/measurement/io/recipe_file.hpp>
#include <gambrel/measurement/load_kind.hpp>

namespace gambrel {

namespace detail {
inline alias_table read_aliases(const data_value& list) {
    constexpr std::array<std::string_view, 3> keys{"printed", "ours", "about"};
    alias_table t;
    for (const data_value& entry : list.entries()) {
        std::string printed, ours;
        for (const auto& [key, v] : entry.members(keys))
            if (key != "about") (key == "printed" ? printed : ours) = v.text();
        if (printed.empty() || ours.empty()) entry.wrong("needs \"printed\" and \"ours\"");
        t.add(std::move(printed), std::move(ours));
    }
    return t;
}

/// Facts that rules may ask about, but for numbers: the columns of the tables, and what a reader has found out.
inline std::vector<std::string> word_facts() {
    std::vector<std::string> all{"table",   "device",  "vendor",    "multiplies", "family",           "catalog_model",
                                 "runtime", "weights", "statistic", "task",       "weight_precision", "drafted"};
    for (const auto column : serving_columns) all.emplace_back(column);
    for (const auto column : llama_cpp_columns) all.emplace_back(column);
    for (const auto column : energy_needs) all.emplace_back(column);
    return all;
}

inline row_condition read_condition(const std::string& fact, const data_value& v) {
    row_condition c{.fact = fact};
    c.numeric = std::find(number_facts.begin(), number_facts.end(), fact) != number_facts.end();
    if (c.numeric && v.is_number()) {
        c.at_least = c.at_most = v.number();
    } else if (c.numeric) {
        constexpr std::array<std::string_view, 4> keys{"at_least", "above", "at_most", "below"};
        for (const auto& [key, n] : v.members(keys))
            (key == "at_least"  ? c.at_least
             : key == "above"   ? c.above
             : key == "at_most" ? c.at_most
                                : c.below) = n.number();
    } else if (v.is_object()) {
        constexpr std::array<std::string_view, 4> keys{"is", "not", "since", "before"};
        for (const auto& [key, words] : v.members(keys)) {
            if (key == "is") c.any_of = words_in(words);
            else if (key == "not") c.none_of = words_in(words);
            else (key == "since" ? c.since : c.before) = words.text();
        }
    } else {
        c.any_of = words_in(v);
    }
    return c;
}

inline std::vector<row_condition> read_alternative(const data_value& v) {
    static const std::vector<std::string> facts = [] {
        std::vector<std::string> all = word_facts();
        for (const auto n : number_facts) all.emplace_back(n);
        return all;
    }();
    std::vector<row_condition> all;
    for (const auto& [fact, condition] : v.members(facts)) all.push_back(read_condition(fact, condition));
    return all;
}

inline void check_word(const std::string& name, const data_value& v) {
    if (!is_value(name, v.text())) v.wrong("is \"" + v.text().substr(0, 40) + "\", which is none of its values");
}

inline row_settings read_settings(const data_value& v) {
    std::vector<std::string_view> names;
    for (const setting_name& s : setting_names) names.push_back(s.name);
    row_settings all;
    for (const auto& [name, given] : v.members(names)) {
        const auto at = std::find(names.begin(), names.end(), name) - names.begin();
        switch (setting_names[static_cast<std::size_t>(at)].type) {
            case setting_type::number: all.set(name, given.number()); break;
            case setting_type::flag: all.set(name, given.flag()); break;
            case setting_type::word:
                check_word(name, given);
                all.set(name, given.text());
                break;
            case setting_type::number_or_clients:
                if (!given.is_string()) all.set(name, given.number());
                else if (given.text() == "clients") all.set(name, given.text());
                else given.wrong("must be a number or \"clients\"");
                break;
            case setting_type::lengths: {
                row_settings::lengths list;
                for (const data_value& row : given.entries()) {
                    const auto numbers = row.entries();
                    if (numbers.size() != 3) row.wrong("must be [prompt, output, value]");
                    list.push_back({numbers[0].number(), numbers[1].number(), numbers[2].number()});
                }
                all.set(name, std::move(list));
            }
        }
    }
    return all;
}

/// When a rule is asked.
using rule_list = std::vector<reading_rule> conventions::*;

/// `folder` holds recipes/.
inline reading_rule read_rule(const data_value& v, rule_list stage, const std::filesystem::path& folder) {
    constexpr std::array<std::string_view, 8> keys{"about", "from",  "when",    "refuse",
                                                   "set",   "rules", "recipes", "rows"};
    reading_rule r;
    for (const auto& [key, part] : v.members(keys)) {
        if (key == "when" && part.is_array())
            for (const data_value& each : part.entries()) r.when.push_back(read_alternative(each));
        else if (key == "when") r.when.push_back(read_alternative(part));
        else if (key == "refuse") r.refusal = part.text();
        else if (key == "set") r.settings = read_settings(part);
        else if (key == "rules")
            for (const data_value& each : part.entries()) r.rules.push_back(read_rule(each, stage, folder));
        else if (key == "recipes") {
            if (stage != &conventions::as_cut && stage != &conventions::as_run)
                part.wrong("can only stand in as_cut and as_run");
            recipe_rules read = read_recipes(folder / "recipes" / part.text());
            auto& of_stage = stage == &conventions::as_cut ? read.as_cut : read.as_run;
            r.rules.insert(r.rules.end(), of_stage.begin(), of_stage.end());
        }
    }
    return r;
}

inline void read_rules(const data_value& file, conventions& c, const std::filesystem::path& folder) {
    constexpr std::array<std::string_view, 6> keys{"about", "from", "as_printed", "as_named", "as_cut", "as_run"};
    constexpr std::array<std::pair<std::string_view, rule_list>, 4> stages{{{"as_printed", &conventions::as_printed},
                                                                            {"as_named", &conventions::as_named},
                                                                            {"as_cut", &conventions::as_cut},
                                                                            {"as_run", &conventions::as_run}}};
    for (const auto& [key, part] : file.members(keys))
        for (const auto& [name, stage] : stages)
            if (key == name)
                for (const data_value& each : part.entries()) (c.*stage).push_back(read_rule(each, stage, folder));
}
}  // namespace detail

/// The conventions in `folder`, which has aliases.json, engines.json and rules/.
inline conventions read_conventions(const std::filesystem::path& folder) {
    if (!std::filesystem::is_directory(folder / "rules"))
        fail("\"" + folder.string() + "\" is no folder of conventions: it has no rules/");
    conventions c;
    constexpr std::array<std::string_view, 7> keys{"about", "hardware", "frameworks", "weights",
                                                   "kv",    "models",   "gguf_models"};
    for (const auto& [key, list] : detail::read_data_file(folder / "aliases.json").members(keys)) {
        if (key == "about") continue;
        (key == "hardware"     ? c.hardware
         : key == "frameworks" ? c.frameworks
         : key == "weights"    ? c.weights
         : key == "kv"         ? c.kv
         : key == "models"     ? c.models
                               : c.gguf_models) = detail::read_aliases(list);
    }
    c.engines = detail::read_engines(detail::read_data_file(folder / "engines.json"));
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "rules"))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) detail::read_rules(detail::read_data_file(file), c, folder);
    return c;
}
}  // namespace gambrel
