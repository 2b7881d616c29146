// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The lines of a text that may be longer than memory, one at a time with their numbers, and the fields of one line of a
/// separated table. A line longer than a megabyte, or that holds zero bytes, is an `error` naming it; bytes that are no
/// UTF-8 are written out. Evidence: tests/measurement/io/observations_test.cpp.

#include <algorithm>
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
        line.clear();
        whole_ = false;
        if (at_ == end_ && !fill()) return false;
        ++number_;
        do {
            const std::string_view rest(block_.data() + at_, end_ - at_);
            const std::size_t length = std::min(rest.find('\n'), rest.size());
            if (line.size() + length > most_) wrong("is longer than " + std::to_string(most_) + " characters");
            line.append(rest.substr(0, length));
            whole_ = length < rest.size();
            at_ += length + (whole_ ? 1 : 0);
        } while (!whole_ && fill());
        if (line.find('\0') != std::string::npos) wrong("holds zero bytes; save it as UTF-8 text");
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
    bool fill() {
        const auto n = in_.sgetn(block_.data(), static_cast<std::streamsize>(block_.size()));
        at_ = 0;
        end_ = n > 0 ? static_cast<std::size_t>(n) : 0;
        return end_ > 0;
    }
    std::streambuf& in_;
    std::vector<char> block_ = std::vector<char>(std::size_t{1} << 16);
    std::size_t at_ = 0, end_ = 0;
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
