// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The formats that llama-bench prints (json, jsonl, csv, sql, markdown) as its tests under the names of its JSON.
/// Markdown says less than the others: one line per test, the devices printed before the table, the build after it.
/// Evidence: tests/measurement/io/benchmark_results_test.cpp; python/tests/test_measured.py.

#include <gambrel/measurement/fields.hpp>
#include <gambrel/measurement/io/result_fields.hpp>
#include <gambrel/numeric/io/csv.hpp>

namespace gambrel::detail {

inline std::string trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}
inline std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (std::size_t end = 0; end != std::string_view::npos; text.remove_prefix(std::min(text.size(), end + 1))) {
        end = text.find(at);
        parts.push_back(trimmed(text.substr(0, end)));
    }
    return parts;
}
inline std::vector<std::string> lines_of(const std::string& content) {
    std::vector<std::string> all;
    std::istringstream in(content);
    for (std::string line; std::getline(in, line);) all.push_back(std::move(line));
    return all;
}

/// The cells of a line of a markdown table; none for any other line.
inline std::vector<std::string> markdown_cells(const std::string& line) {
    std::string inner = trimmed(line);
    if (!inner.starts_with('|')) return {};
    inner.erase(0, 1);
    if (inner.ends_with('|')) inner.pop_back();
    return split(inner, '|');
}
inline bool is_markdown_header(const std::vector<std::string>& cells) {
    const auto has = [&](const char* name) { return std::find(cells.begin(), cells.end(), name) != cells.end(); };
    return has("model") && has("test") && has("t/s");
}

/// What `ollama run --verbose` prints after an answer: "prompt eval count:    26 token(s)", "eval rate:   60.1 tokens/s".
inline bool is_ollama_text(std::string_view content) {
    return contains(content, "prompt eval rate:") && contains(content, "eval count:");
}
/// Its requests as two tests each: the prompt, and the output after it.
inline std::vector<result_json> ollama_tests(const std::string& content) {
    std::vector<result_json> tests;
    std::map<std::string, double, std::less<>> seen;
    for (const std::string& whole : lines_of(content)) {
        const std::string line = trimmed(whole.substr(0, 200));
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) continue;
        const std::string value = trimmed(line.substr(colon + 1));
        const auto n = number_of(result_json(value.substr(0, value.find_first_not_of("0123456789."))));
        if (!n) continue;
        const std::string name = line.substr(0, colon);
        seen[name] = *n;
        if (name != "eval rate") continue;  // the last line of a request
        const auto of = [&](const char* key) { return seen.contains(key) ? seen[key] : 0.0; };
        const double prompt = of("prompt eval count");
        if (prompt > 0.0 && of("prompt eval rate") > 0.0)
            tests.push_back({{"n_prompt", prompt}, {"n_gen", 0}, {"n_depth", 0}, {"avg_ts", of("prompt eval rate")}});
        if (of("eval count") > 0.0)
            tests.push_back({{"n_prompt", 0}, {"n_gen", of("eval count")}, {"n_depth", prompt}, {"avg_ts", *n}});
        seen.clear();
    }
    return tests;
}

/// Whether `content` is llama-bench's csv, sql or markdown, or Ollama's.
inline bool is_llama_text(const std::string& content) {
    const std::string head = content.substr(0, 100'000);
    if (is_ollama_text(head)) return true;
    if (contains(head, "INSERT INTO") || (contains(head, "n_prompt") && contains(head, "avg_ts"))) return true;
    for (const std::string& line : lines_of(head))
        if (is_markdown_header(markdown_cells(line))) return true;
    return false;
}

/// The records of CSV with a header; warnings printed before the header are passed over.
inline std::vector<result_json> llama_csv_tests(const std::string& content, const std::string& where) {
    std::size_t from = 0;
    for (std::size_t at = 0; at < content.size();) {
        const std::size_t end = std::min(content.find('\n', at), content.size());
        const std::string_view line(content.data() + at, end - at);
        if (contains(line, "n_prompt") && contains(line, "avg_ts")) {
            from = at;
            break;
        }
        at = end + 1;
    }
    std::istringstream in(content.substr(from));
    std::vector<result_json> tests;
    try {
        csv_reader row(in);
        while (row.next()) {
            result_json test = result_json::object();
            for (const std::string& column : row.header()) test[column] = row[column];
            tests.push_back(std::move(test));
        }
    } catch (const error& e) {
        fail(where + " is not CSV of llama-bench: " + e.what());
    }
    return tests;
}

/// The values of "'a', 'it''s', 3": quoted by apostrophes, doubled inside.
inline std::vector<std::string> sql_values(std::string_view text) {
    std::vector<std::string> values;
    std::string value;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\'' && quoted && i + 1 < text.size() && text[i + 1] == '\'') value += text[i++];
        else if (text[i] == '\'') quoted = !quoted;
        else if (text[i] == ',' && !quoted) {
            values.push_back(std::exchange(value, {}));
            while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
        } else value += text[i];
    }
    values.push_back(value);
    return values;
}
/// The statements INSERT INTO table (a, b) VALUES ('1', '2'); one line each.
inline std::vector<result_json> llama_sql_tests(const std::string& content) {
    std::vector<result_json> tests;
    for (const std::string& line : lines_of(content)) {
        const std::size_t at = line.find(" VALUES ("), names_at = line.find('(');
        if (at == std::string::npos || names_at >= at || !trimmed(line).starts_with("INSERT INTO")) continue;
        std::string names = trimmed(line.substr(names_at + 1, at - names_at - 1)), given = line.substr(at + 9);
        while (names.ends_with(')')) names.pop_back();
        while (given.ends_with(';') || given.ends_with(' ') || given.ends_with('\r')) given.pop_back();
        if (!given.ends_with(')')) continue;
        given.pop_back();
        const auto fields = split(names, ',');
        const auto values = sql_values(given);
        if (fields.size() != values.size()) continue;
        result_json test = result_json::object();
        for (std::size_t i = 0; i < fields.size(); ++i) test[fields[i]] = values[i];
        tests.push_back(std::move(test));
    }
    return tests;
}

/// "4.58 GiB" in bytes, "8.03 B" as a number of parameters; null for anything else.
inline result_json scaled_cell(const std::string& cell) {
    constexpr std::array<std::pair<std::string_view, double>, 4> units{
        {{"GiB", 1073741824.0}, {"MiB", 1048576.0}, {"B", 1e9}, {"M", 1e6}}};
    const std::size_t at = cell.find(' ');
    const auto n = number_of(cell.substr(0, at));
    for (const auto& [unit, scale] : units)
        if (n && at != std::string::npos && trimmed(cell.substr(at)) == unit) return *n * scale;
    return {};
}
inline result_json markdown_test(const std::map<std::string, std::string>& cells,
                                 const std::vector<std::string>& gpus) {
    static const std::regex speed(R"(([\d.]+)(?:\s*(?:±|\+/?-)\s*([\d.]+))?.*)"),
        name(R"((?:pp\s*(\d+))?\+?(?:tg\s*(\d+))?(?:\s*@\s*d\s*(\d+))?)");
    const auto cell = [&](const char* column) {
        const auto at = cells.find(column);
        return at == cells.end() ? std::string() : at->second.substr(0, 200);
    };
    const std::string test_name = cell("test"), rate = cell("t/s");
    std::smatch t, v;
    const bool named = std::regex_match(test_name, t, name), timed = std::regex_match(rate, v, speed);
    result_json test = result_json::object();
    test["model_type"] = cell("model");
    test["model_size"] = scaled_cell(cell("size"));
    test["model_n_params"] = scaled_cell(cell("params"));
    test["backends"] = cell("backend");
    for (const auto& [key, column] : {std::pair{"n_gpu_layers", "ngl"},
                                      {"n_threads", "threads"},
                                      {"n_batch", "n_batch"},
                                      {"n_ubatch", "n_ubatch"},
                                      {"type_k", "type_k"},
                                      {"type_v", "type_v"},
                                      {"flash_attn", "fa"},
                                      {"split_mode", "sm"}})
        test[key] = cell(column);
    test["gpu_info"] = joined(gpus, ", ");
    test["n_prompt"] = named && t[1].matched ? t[1].str() : "0";
    test["n_gen"] = named && t[2].matched ? t[2].str() : "0";
    test["n_depth"] = named && t[3].matched ? t[3].str() : "0";
    test["avg_ts"] = timed ? result_json(v[1].str()) : result_json();
    test["stddev_ts"] = timed && v[2].matched ? result_json(v[2].str()) : result_json();
    return test;
}
/// Rows of every table; the devices printed before it and the build printed after it belong to it.
inline std::vector<result_json> llama_markdown_tests(const std::string& content) {
    static const std::regex device(R"(\s*(?:Device|ggml_vulkan:)\s*(\d+)\s*[:=]\s*([^,|(]+).*)"),
        build(R"(\s*build:\s*([0-9a-f]+)\s*\((\d+)\).*)"), rule("[-: ]+");
    std::vector<std::string> names, gpus;
    std::vector<result_json> done, waiting;
    for (const std::string& whole : lines_of(content)) {
        const std::string line = whole.substr(0, 2000), start = line.substr(0, 200);
        std::smatch found;
        const auto cells = markdown_cells(line);
        if (std::regex_match(start, found, device)) {
            if (found[1] == "0") gpus.clear();
            gpus.push_back(trimmed(found[2].str()));
        } else if (std::regex_match(start, found, build)) {
            for (result_json& test : waiting) {
                test["build_commit"] = found[1].str();
                test["build_number"] = found[2].str();
                done.push_back(std::move(test));
            }
            waiting.clear();
        } else if (std::find(cells.begin(), cells.end(), "t/s") != cells.end() &&
                   std::find(cells.begin(), cells.end(), "test") != cells.end()) {
            names = cells;
        } else if (!names.empty() && cells.size() == names.size() && !std::regex_match(cells[0].substr(0, 200), rule)) {
            std::map<std::string, std::string> named;
            for (std::size_t i = 0; i < names.size(); ++i) named[names[i]] = cells[i];
            waiting.push_back(markdown_test(named, gpus));
        }
    }
    std::move(waiting.begin(), waiting.end(), std::back_inserter(done));
    return done;
}

/// The tests of a file, whichever of the tool's formats it has.
inline std::vector<result_json> llama_tests_in(const std::string& content, const std::string& where) {
    const std::size_t start = content.find_first_not_of(" \t\r\n");
    if (start != std::string::npos && (content[start] == '{' || content[start] == '['))
        return results_in(content, where);
    if (is_ollama_text(content.substr(0, 100'000))) return ollama_tests(content);
    if (contains(content, "INSERT INTO")) return llama_sql_tests(content);
    for (const std::string& line : lines_of(content.substr(0, 100'000)))
        if (is_markdown_header(markdown_cells(line))) return llama_markdown_tests(content);
    return llama_csv_tests(content, where);
}
}  // namespace gambrel::detail
