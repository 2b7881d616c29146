// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Files of benchmark tools as text and as JSON values. Whatever is wrong with a file is one `error` that names it.
///
/// A file may hold one value, several one after the other (appended results), or one a line (JSON lines). Python writes
/// NaN and Infinity as bare words, which JSON does not have: NaN is read as null, the others as "inf" and "-inf".
/// Evidence: tests/measurement/io/result_file_test.cpp.

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <gambrel/error.hpp>
#include <gambrel/names/printable.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel {

using result_json = nlohmann::ordered_json;

/// Larger files are refused before they are read: results with every request saved reach some hundred megabytes.
inline constexpr std::uintmax_t most_result_bytes = std::uintmax_t{1} << 30;

namespace detail {
inline constexpr std::size_t most_result_nesting = 500;

/// JSON that Python wrote: its bare words replaced, and where each value of the text begins and ends.
struct scanned_json {
    std::string text{};
    std::vector<std::pair<std::size_t, std::size_t>> values{};
    bool too_deep = false;
};
inline scanned_json scan_json(std::string_view content) {
    scanned_json s;
    s.text.reserve(content.size());
    std::size_t depth = 0, begin = std::string::npos;
    bool quoted = false;
    const auto end_value = [&] {
        if (begin != std::string::npos) s.values.emplace_back(begin, s.text.size());
        begin = std::string::npos;
    };
    for (std::size_t i = 0; i < content.size(); ++i) {
        const char c = content[i];
        const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\x1e';
        if (!quoted && depth == 0 && space) end_value();
        else if (begin == std::string::npos) begin = s.text.size();
        if (quoted) {
            if (c == '\\' && i + 1 < content.size()) s.text += content[i++];
            else if (c == '"') quoted = false;
            s.text += content[i];
            continue;
        }
        if (c == '"') quoted = true;
        const std::string_view rest = content.substr(i);
        if (rest.starts_with("NaN") || rest.starts_with("Infinity")) {
            const bool infinite = c == 'I', negative = infinite && s.text.ends_with('-');
            if (negative) s.text.pop_back();
            s.text += !infinite ? "null" : negative ? "\"-inf\"" : "\"inf\"";
            i += infinite ? 7 : 2;
            continue;
        }
        s.text += c == '\x1e' ? ' ' : c;
        if (c == '{' || c == '[') {
            if (++depth > most_result_nesting) s.too_deep = true;
        } else if ((c == '}' || c == ']') && depth > 0 && --depth == 0) {
            end_value();
        }
    }
    end_value();
    return s;
}
}  // namespace detail

/// The text of a file, without a byte order mark.
inline std::string text_of_result(const std::filesystem::path& path) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (problem) fail("cannot read " + path.string() + ": " + problem.message());
    if (size > most_result_bytes)
        fail(path.string() + " has " + std::to_string(size) + " bytes; at most " + std::to_string(most_result_bytes) +
             " are read");
    std::ifstream in(path, std::ios::binary);
    std::string text(size, '\0');
    in.read(text.data(), static_cast<std::streamsize>(size));
    if (!in || static_cast<std::uintmax_t>(in.gcount()) != size) fail("cannot read " + path.string());
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    if (const std::size_t wrong = first_not_utf8(text); wrong != std::string::npos)
        fail(path.string() + " is not text in UTF-8: line " +
             std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(wrong), '\n')) +
             " holds a byte that is none; save it as UTF-8");
    return text;
}

/// The JSON values of `content`, results standing in lists among them; `where` is what messages call it.
inline std::vector<result_json> results_in(const std::string& content, const std::string& where) {
    const detail::scanned_json s = detail::scan_json(content);
    if (s.too_deep) fail(where + " is nested too deeply to be a benchmark result");
    if (s.values.empty()) fail(where + " is empty");
    std::vector<result_json> found;
    for (const auto& [begin, end] : s.values) {
        try {
            result_json v = result_json::parse(s.text.begin() + static_cast<std::ptrdiff_t>(begin),
                                               s.text.begin() + static_cast<std::ptrdiff_t>(end));
            if (!v.is_array()) found.push_back(std::move(v));
            else
                for (auto& each : v) found.push_back(std::move(each));
        } catch (const nlohmann::json::exception& e) {
            const auto line = 1 + std::count(s.text.begin(), s.text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
            fail(where + " is not JSON, or breaks off" +
                 (found.empty() ? "" : " after " + std::to_string(found.size()) + " whole results") + ": line " +
                 std::to_string(line) + ": " + std::string(e.what()).substr(0, 160));
        }
    }
    return found;
}

/// The file itself, or every result file of a folder in order of their names. Beside each result vLLM's tool writes a
/// .pytorch.json that repeats it.
inline std::vector<std::filesystem::path> result_files(const std::filesystem::path& path) {
    constexpr std::array<std::string_view, 7> endings{".json", ".jsonl", ".ndjson", ".csv", ".md", ".sql", ".txt"};
    std::error_code problem;
    if (!std::filesystem::is_directory(path, problem)) return {path};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path, problem)) {
        std::string name = entry.path().filename().string();
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (!name.ends_with(".pytorch.json") &&
            std::any_of(endings.begin(), endings.end(), [&](std::string_view e) { return name.ends_with(e); }))
            files.push_back(entry.path());
    }
    if (problem) fail("cannot read " + path.string() + ": " + problem.message());
    if (files.empty())
        fail("no result file (.json, .jsonl, .ndjson, .csv, .md, .sql, .txt) in the folder " + path.string());
    std::sort(files.begin(), files.end());
    return files;
}
}  // namespace gambrel
