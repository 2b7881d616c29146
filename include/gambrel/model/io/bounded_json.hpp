// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Text from anywhere to a JSON value, in bounded time and memory.
///
/// Refused before parsing: more than 4 MiB, more than 32 levels of nesting, more than 200,000 commas. Python writes
/// NaN, Infinity and -Infinity as bare words, which JSON does not have; they become strings here, so a key that
/// nobody reads may hold one and a key that is read reports it. Evidence: tests/model/io/hugging_face_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/numeric/io/json_problem.hpp>
#include <istream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace gambrel::hugging_face {

using json = nlohmann::json;

inline constexpr std::size_t most_characters = 4u << 20;
inline constexpr std::size_t most_nesting = 32;
inline constexpr std::size_t most_commas = 200'000;
inline constexpr std::size_t most_list_entries = 16'384;

/// `text` in a sentence: at most 60 characters, printable ones only.
inline std::string shown(std::string_view text) {
    std::string clipped = "\"";
    for (char c : text.substr(0, 60)) clipped += c >= ' ' && c <= '~' ? c : '?';
    return clipped + (text.size() > 60 ? "...\"" : "\"");
}

/// Everything the stream holds; an error when it is longer than `most_characters`.
inline std::string bounded_text(std::istream& in, std::string_view name) {
    std::string text(most_characters + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad()) fail(shown(name) + " cannot be read");
    if (text.size() > most_characters) fail(shown(name) + " has more than 4 MiB; a config.json has a few kilobytes");
    return text;
}

/// "NaN" or "Infinity" when the text begins with it.
inline std::string_view bare_word(std::string_view text) {
    for (std::string_view word : {std::string_view("NaN"), std::string_view("Infinity")})
        if (text.substr(0, word.size()) == word) return word;
    return {};
}

/// `text` with Python's bare NaN and Infinity quoted, after its nesting and length have been checked.
inline std::string admissible(std::string_view text, std::string_view name) {
    if (text.size() > most_characters) fail(shown(name) + " has more than 4 MiB; a config.json has a few kilobytes");
    std::string out;
    out.reserve(text.size() + 16);
    std::size_t depth = 0, commas = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            out += c;
            if (c == '\\' && i + 1 < text.size()) out += text[++i];
            else if (c == '"') in_string = false;
            continue;
        }
        if (c == '[' || c == '{') {
            if (++depth > most_nesting) fail(shown(name) + " is nested more than 32 levels deep");
        } else if (c == ']' || c == '}') {
            if (depth > 0) --depth;
        } else if (c == ',') {
            if (++commas > most_commas) fail(shown(name) + " has more than 200000 values");
        } else if (c == '"') {
            in_string = true;
        } else if (const std::string_view word = bare_word(text.substr(i)); !word.empty()) {
            const bool negative = !out.empty() && out.back() == '-';
            if (negative) out.pop_back();
            out += (negative ? "\"-" : "\"") + std::string(word) + '"';
            i += word.size() - 1;
            continue;
        }
        out += c;
    }
    return out;
}

/// The object that `text` holds; `name` says where it came from.
inline json bounded_json(std::string_view text, std::string_view name) {
    const std::string checked = admissible(text, name);
    json value;
    try {
        value = json::parse(checked);
    } catch (const json::exception& e) {
        fail(shown(name) + " is not JSON: " + json_problem(e));
    }
    if (!value.is_object()) fail(shown(name) + " holds no JSON object; a model's configuration is one");
    return value;
}
}  // namespace gambrel::hugging_face
