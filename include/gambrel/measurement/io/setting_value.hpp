// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Values of settings (row_settings.hpp) as files write them, and which words they may be. Used by rules in JSON and by
/// tables of recipes alike. Evidence: tests/measurement/recipes_test.cpp.

#include <algorithm>
#include <gambrel/error.hpp>
#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/row_settings.hpp>

namespace gambrel::detail {

/// The setting of that name, or null.
inline const setting_name* find_setting(std::string_view name) {
    const auto at =
        std::find_if(setting_names.begin(), setting_names.end(), [&](const setting_name& s) { return s.name == name; });
    return at == setting_names.end() ? nullptr : &*at;
}

/// Settings that hold one of a few words, and these.
struct word_values {
    std::string_view setting;
    std::array<std::string_view, 6> words;
};
inline constexpr std::array word_settings{
    word_values{"kv", {"bf16", "fp8"}}, word_values{"expert_ranks", {"tp", "all"}},
    word_values{"graph_mode", {"none", "piecewise", "full", "full_and_piecewise", "full_decode"}},
    word_values{"load_kind", {"closed_loop", "open_loop", "static_batch", "saturated"}}};

/// Whether `word` is a value of the setting `name`.
inline bool is_value(std::string_view name, std::string_view word) {
    for (const word_values& w : word_settings)
        if (w.setting == name) return !word.empty() && std::find(w.words.begin(), w.words.end(), word) != w.words.end();
    return true;
}

/// `text` as a value of `s`. Throws `error` with what is wrong of it.
inline row_settings::value setting_from(const setting_name& s, const std::string& text) {
    const auto number = number_in(text);
    const std::string said = "\"" + text.substr(0, 40) + "\"";
    switch (s.type) {
        case setting_type::number_or_clients:
            if (text == "clients") return text;
            if (!number || *number < 0.0) fail(said + " must be a number from 0 up, or clients");
            return *number;
        case setting_type::number:
            if (!number || *number < 0.0) fail(said + " must be a number from 0 up");
            return *number;
        case setting_type::flag:
            if (text != "true" && text != "false") fail(said + " must be true or false");
            return text == "true";
        case setting_type::word:
            if (!is_value(s.name, text)) fail(said + " is none of the values of " + std::string(s.name));
            return text;
        case setting_type::lengths: break;
    }
    fail(std::string(s.name) + " cannot stand in a table");
}
}  // namespace gambrel::detail
