// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A JSON value as YAML 1.2 in block style, keys in their order. Texts stand plain where they can be nothing else than text,
/// otherwise in double quotes as JSON has them, which YAML reads alike: "8" stays a text, "on" no truth value.
/// Evidence: tests/ask/manifest_test.cpp, python/tests/test_manifest.py (read back by PyYAML).

#include <algorithm>
#include <array>
#include <gambrel/names.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace gambrel::ask {

namespace detail {
inline std::string yaml_text(const std::string& text) {
    constexpr std::array<std::string_view, 9> words{"true", "false", "yes", "no", "on", "off", "null", "y", "n"};
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool plain = !text.empty() && letter(text.front()) &&
                       text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-") ==
                           std::string::npos &&
                       std::none_of(words.begin(), words.end(), [&](auto w) { return same_name(w, text); });
    return plain ? text : nlohmann::json(text).dump();
}
inline bool is_block(const nlohmann::ordered_json& value) { return value.is_structured() && !value.empty(); }
inline std::string yaml_scalar(const nlohmann::ordered_json& value) {
    return value.is_string() ? yaml_text(value.get<std::string>()) : value.dump();  // numbers, truth values, {} and []
}
/// The lines of `value` at `indent`; the first one's indent is left to the caller where `inside` a list.
inline std::string yaml_block(const nlohmann::ordered_json& value, std::size_t indent, bool inside) {
    const std::string margin(indent, ' ');
    std::string s;
    bool first = inside;
    if (value.is_array()) {
        for (const auto& each : value)
            s += margin + "- " + (is_block(each) ? yaml_block(each, indent + 2, true) : yaml_scalar(each) + "\n");
        return s;
    }
    for (const auto& [key, each] : value.items()) {
        s += (first ? "" : margin) + yaml_text(key) + ":";
        first = false;
        s += is_block(each) ? "\n" + yaml_block(each, indent + 2, false) : " " + yaml_scalar(each) + "\n";
    }
    return s;
}
}  // namespace detail

/// One document, with its line end.
inline std::string yaml_of(const nlohmann::ordered_json& value) {
    return detail::is_block(value) ? detail::yaml_block(value, 0, false) : detail::yaml_scalar(value) + "\n";
}
}  // namespace gambrel::ask
