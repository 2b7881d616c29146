// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The first bytes of a file, and which reader takes what begins so; which reader takes JSON values.
/// Evidence: tests/measurement/io/benchmark_results_test.cpp.

#include <gambrel/measurement/io/result_readers.hpp>

namespace gambrel {

/// No reader knows the file.
class unknown_result : public error {
public:
    using error::error;
};

namespace detail {

inline bool is_json_text(std::string_view content) {
    const std::size_t start = content.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && (content[start] == '{' || content[start] == '[');
}

/// What a file begins with, and the reader of that text: of a stream, or of text that is no JSON.
struct file_head {
    bool json = false;
    const result_reader* reader = nullptr;
};
/// The reader of a file that begins with `head`, its name `where` for messages.
inline file_head kind_of_head(const std::string& head, const std::string& where) {
    if (head.starts_with("\x1f\x8b")) fail(where + " is compressed (gzip): unpack it first");
    if (head.starts_with("PK\x03\x04")) fail(where + " is compressed (zip): unpack it first");
    file_head kind{.json = is_json_text(head)};
    for (const result_reader& r : result_readers)
        if (r.is_text && (!kind.json || r.observe_stream) && r.is_text(head)) {
            kind.reader = &r;
            break;
        }
    return kind;
}
inline file_head kind_of_head(const std::filesystem::path& file) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        fail("cannot read " + file.string() +
             (problem ? ": " + problem.message()
                      : ": it is no file that can be read again, as a pipe is not: save it first"));
    std::ifstream in(file, std::ios::binary);
    std::string head(100'000, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (in.bad() || !in.is_open()) fail("cannot read " + file.string());
    head.resize(static_cast<std::size_t>(in.gcount()));
    if (head.find_first_not_of(" \t\r\n") == std::string::npos) throw unknown_result(file.string() + " is empty");
    if (head.starts_with("\xEF\xBB\xBF")) head.erase(0, 3);
    return kind_of_head(head, file.string());
}

/// The reader of which `values` hold something.
inline const result_reader& reader_of(const std::vector<result_json>& values, const std::string& where) {
    for (const result_reader& r : result_readers)
        if (r.is_value && std::any_of(values.begin(), values.end(), r.is_value)) return r;
    std::string keys;
    int n = 0;
    for (const result_json& v : values)
        if (v.is_object() && n == 0) {
            for (const auto& [key, value] : v.items())
                if (n++ < 12) keys += (keys.empty() ? "" : ", ") + text_of(key).substr(0, 40);
            n = std::max(n, 1);
        }
    throw unknown_result(where + " is none of what is read: " + what_is_read() + ". " +
                         (n == 0 ? "It has no JSON object" : "Its keys: " + (keys.empty() ? "none" : keys)));
}

/// Throws unless `file`, which is no tool's, begins with the columns of a table.
inline void check_table_columns(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string first;
    try {
        const csv_reader rows(in);
        if (kind_of(rows.header())) return;
        for (const std::string& column : rows.header()) first += (first.empty() ? "" : ",") + column;
    } catch (const error& e) {
        first = e.what();
    }
    const bool text = first_not_utf8(first) == std::string::npos;
    throw unknown_result(file.string() + " is none of what is read: " + what_is_read() +
                         (text ? ". Its first line: '" + first.substr(0, 80) + "'"
                               : ". Its first line is not text in UTF-8: save it as UTF-8"));
}

/// Where the values of a file stand, for messages and for `where` of what is read.
inline std::string place_of(const result_reader& reader, const std::string& where, std::size_t at, std::size_t count) {
    return count == 1 || !reader.numbered ? where : where + " result " + std::to_string(at + 1);
}
}  // namespace detail
}  // namespace gambrel
