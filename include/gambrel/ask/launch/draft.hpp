// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A launch line half read: what is known of it so far, and the places of flags that only the whole line gives a meaning.
/// Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/launch.hpp>
#include <gambrel/ask/names.hpp>
#include <gambrel/ask/settings.hpp>
#include <gambrel/numeric/read_number.hpp>

namespace gambrel::ask::detail {

/// The model of a line: what exists as a file or a folder is kept as given.
inline served_model model_or_file(const std::string& text) {
    std::error_code ignored;
    if (names_a_configuration(text) && std::filesystem::exists(text, ignored)) return {text};
    return model_served(text);
}

/// "130k" is 130,000 and "128K" 131,072, as vLLM reads them; empty where it is no number.
inline std::string tokens_typed(std::string text) {
    constexpr std::array<std::pair<char, double>, 6> units{
        {{'k', 1e3}, {'m', 1e6}, {'g', 1e9}, {'K', 1024.0}, {'M', 1048576.0}, {'G', 1073741824.0}}};
    double factor = 1.0;
    for (const auto& [letter, size] : units)
        if (!text.empty() && text.back() == letter) {
            factor = size;
            text.pop_back();
            break;
        }
    double x = 0.0;
    const auto [end, wrong] = read_number(text.data(), text.data() + text.size(), x);
    return wrong == std::errc{} && end == text.data() + text.size() && std::isfinite(x) ? fmt::format("{}", x * factor)
                                                                                        : "";
}
inline double number_or(const std::string* text, double otherwise) {
    double x = otherwise;
    if (text != nullptr) read_number(text->data(), text->data() + text->size(), x);
    return x;
}

/// A word about speculative decoding and the entry it is in.
struct launch_guess {
    std::string what, value;
    std::size_t place;
};

struct launch_draft {
    launch l_{};
    static constexpr std::size_t absent = static_cast<std::size_t>(-1);
    double value_at(std::size_t place, double otherwise) const {
        return place == absent ? otherwise : number_or(&l_.entries[place].value, otherwise);
    }
    void say(std::size_t place, flag_effect effect, std::string what) {
        if (place == absent) return;
        l_.entries[place].effect = effect;
        l_.entries[place].what = std::move(what);
    }
    void say_set(std::size_t place, std::string_view name, double x) {
        put(name, fmt::format("{}", x));
        say(place, flag_effect::sets, fmt::format("{} = {}", name, x));
    }

    std::size_t experts_ = absent, messages_ = absent, exchange_ = absent, attention_ = absent, copies_at_ = absent,
                lora_ = absent, rank_ = absent, loras_ = absent, context_ = absent, slots_ = absent, unified_ = absent,
                keys_ = absent, values_ = absent, layers_ = absent;

    std::vector<launch_guess> guesses_{};

    void add(std::string flag, std::string value, flag_effect effect, std::string what = {}) {
        l_.entries.push_back({std::move(flag), std::move(value), effect, std::move(what)});
    }
    void refuse(const std::string& flag, const std::string& value, std::string why) {
        add(flag, value, flag_effect::refused, std::move(why));
    }
    void not_counted(const std::string& flag, const std::string& value, std::string_view why) {
        add(flag, value, flag_effect::not_counted, std::string(why));
    }
    void put(std::string_view name, const std::string& text) {
        for (auto& [keyword, old] : l_.keywords)
            if (keyword == name) {
                old = text;
                return;
            }
        l_.keywords.emplace_back(name, text);
    }
    /// Sets keyword `name` to `text`, which `flag` gave as `value`; a value that none can be is refused.
    void set(std::string_view name, const std::string& text, const std::string& flag, const std::string& value) {
        try {
            prediction_options tried;
            const keyword<prediction_options>& k = *prediction_keyword(name);
            set_from_text(k, tried, text);
            check_ranges(tried);
            if (name == "kv" && text != "auto") kv_format_of(text);
            if (name == "graphs") graph_mode_named(text);
            put(name, text);
            const std::string shown = std::holds_alternative<bool prediction_options::*>(k.field) ? "true" : text;
            add(flag, value, flag_effect::sets, std::string(name) + " = " + (shown.empty() ? "true" : shown));
        } catch (const error& e) {
            refuse(flag, value, e.what());
        }
    }
    void served(const std::string& flag, const std::string& text, const served_model& m) {
        l_.model = m.name;
        add(flag.empty() ? "model" : flag, text, flag_effect::sets, "model = " + m.name);
        if (!m.weights.empty()) set("weights", m.weights, flag.empty() ? "model" : flag, text);
        if (!m.remark.empty()) not_counted(flag.empty() ? "model" : flag, text, m.remark);
    }
};
}  // namespace gambrel::ask::detail
