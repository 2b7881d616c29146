// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The lines of a text that may be longer than memory, one at a time with their numbers, and the fields of one line of a
/// separated table. A line longer than a megabyte, or that holds zero bytes, is an `error` naming it; bytes that are no
/// UTF-8 are written out. Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/names/printable.hpp>
#include <istream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gambrel::detail {

inline constexpr std::size_t longest_line = std::size_t{1} << 20;

class text_lines {
public:
    text_lines(std::istream& in, std::string named, std::size_t most = longest_line)
        : in_(*in.rdbuf()), named_(std::move(named)), most_(most) {}

    /// The next line, without its end; false where there is none. Whether it ended with a line break says `whole`.
    bool next(std::string& line) {
        using traits = std::char_traits<char>;
        line.clear();
        whole_ = false;
        auto c = in_.sbumpc();
        if (traits::eq_int_type(c, traits::eof())) return false;
        ++number_;
        for (; !traits::eq_int_type(c, traits::eof()); c = in_.sbumpc()) {
            const char ch = traits::to_char_type(c);
            if (ch == '\n') {
                whole_ = true;
                break;
            }
            if (ch == '\0') wrong("holds zero bytes; save it as UTF-8 text");
            if (line.size() >= most_) wrong("is longer than " + std::to_string(most_) + " characters");
            line += ch;
        }
        if (line.ends_with('\r')) line.pop_back();
        if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
        if (!is_utf8(line)) line = printable(line);
        return true;
    }
    std::size_t number() const { return number_; }
    bool whole() const { return whole_; }
    [[noreturn]] void wrong(const std::string& what) const {
        fail(named_ + " line " + std::to_string(number_) + ": " + what);
    }

private:
    std::streambuf& in_;
    std::string named_;
    std::size_t most_, number_ = 0;
    bool whole_ = false;
};

/// The fields of a line between `separator`s, quoted ones (RFC 4180) without their quotes; nothing where a quote is open.
inline std::optional<std::vector<std::string>> fields_of(std::string_view line, char separator = ',') {
    std::vector<std::string> all;
    std::string field;
    bool quoted = false, was_quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted) {
            if (c != '"') field += c;
            else if (i + 1 < line.size() && line[i + 1] == '"') field += line[++i];
            else quoted = false;
        } else if (c == '"' && field.find_first_not_of(' ') == std::string::npos && !was_quoted) {
            field.clear();
            quoted = was_quoted = true;
        } else if (c == separator) {
            all.push_back(std::exchange(field, {}));
            was_quoted = false;
        } else field += c;
    }
    if (quoted) return {};
    all.push_back(std::move(field));
    return all;
}
}  // namespace gambrel::detail
