// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reading separated tables with a header line (RFC 4180: quoted fields, doubled quotes, line breaks inside), as
/// spreadsheets write them: a byte-order mark, UTF-16, semicolons or tabs for commas, a first line "sep=;".
///
/// The separator is the first of comma, semicolon and tab that stands outside quotes in the header line.
/// A bad file is an `error` naming the line; nothing is half-read. Evidence: tests/numeric/csv_test.cpp.

#include <gambrel/error.hpp>
#include <istream>
#include <string>
#include <unordered_map>
#include <vector>

namespace gambrel {

inline constexpr std::size_t longest_csv_record = 1 << 20;  ///< characters; more is taken for a missing quote

/// The characters of a text as UTF-8, without the byte-order mark that says how it is encoded.
class utf8_characters {
public:
    static constexpr int none = std::istream::traits_type::eof();

    explicit utf8_characters(std::istream& in) : in_(in) {
        const int first = in_.peek();
        if (first == 0xEF) {
            for (int each : {0xEF, 0xBB, 0xBF})
                if (in_.get() != each) fail("the table begins with half of a byte-order mark");
        } else if (first == 0xFE || first == 0xFF) {
            in_.get();
            if (in_.get() != (first == 0xFE ? 0xFF : 0xFE)) fail("the table is not text in UTF-8 or UTF-16");
            high_first_ = first == 0xFE;
            wide_ = true;
        }
    }
    /// The next character, `none` at the end.
    int get() {
        if (!wide_) return in_.get();
        const int c = peek();
        ++at_;
        return c;
    }
    /// The same, left in place.
    int peek() {
        if (!wide_) return in_.peek();
        if (at_ >= ready_.size()) refill();
        return ready_.empty() ? none : static_cast<unsigned char>(ready_[at_]);
    }

private:
    /// Two bytes of UTF-16, `none` at the end.
    int unit() {
        const int a = in_.get(), b = in_.get();
        if (a == none) return none;
        if (b == none) fail("the table ends inside a character of UTF-16");
        return high_first_ ? a * 256 + b : b * 256 + a;
    }
    /// The next character of UTF-16, as bytes of UTF-8.
    void refill() {
        ready_.clear();
        at_ = 0;
        int code = unit();
        if (code == none) return;
        if (code >= 0xDC00 && code < 0xE000) fail("the table holds half of a UTF-16 pair");
        if (code >= 0xD800 && code < 0xDC00) {
            const int low = unit();
            if (low < 0xDC00 || low >= 0xE000) fail("the table holds half of a UTF-16 pair");
            code = 0x10000 + (code - 0xD800) * 1024 + (low - 0xDC00);
        }
        const int tails = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        constexpr int marks[] = {0x00, 0xC0, 0xE0, 0xF0};
        ready_ += static_cast<char>(marks[tails] | (code >> (6 * tails)));
        for (int i = tails - 1; i >= 0; --i) ready_ += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F));
    }

    std::istream& in_;
    bool wide_ = false, high_first_ = false;
    std::string ready_;  ///< bytes of the character that is being given out
    std::size_t at_ = 0;
};

class csv_reader {
public:
    /// Reads the header line. Throws `error` when there is none or a column is named twice.
    explicit csv_reader(std::istream& in) : in_(in) {
        if (next_record(header_) && header_ == std::vector<std::string>{"sep=", ""}) next_record(header_);
        if (header_.empty()) fail("the table is empty: it needs a header line");
        for (std::size_t i = 0; i < header_.size(); ++i)
            if (!columns_.emplace(header_[i], i).second) fail("the column \"" + header_[i] + "\" appears twice");
    }

    /// The names of the columns, and the fields of the present row in their order.
    const std::vector<std::string>& header() const { return header_; }
    const std::vector<std::string>& fields() const { return fields_; }
    bool has(const std::string& column) const { return columns_.contains(column); }
    void require(const std::string& column) const {
        if (!has(column)) fail("the table has no column \"" + column + "\"");
    }
    /// Advances to the next row; false at the end.
    bool next() {
        if (!next_record(fields_)) return false;
        if (fields_.size() != header_.size())
            fail("line " + std::to_string(line_) + " has " + std::to_string(fields_.size()) +
                 " fields; the header has " + std::to_string(header_.size()));
        return true;
    }
    /// The field of the present row, empty when the table lacks the column.
    const std::string& operator[](const std::string& column) const {
        static const std::string empty;
        const auto at = columns_.find(column);
        return at == columns_.end() ? empty : fields_[at->second];
    }
    std::size_t line() const { return line_; }

private:
    bool next_record(std::vector<std::string>& out) {
        out.clear();
        std::string field;
        bool quoted = false, any = false;
        std::size_t length = 0;
        for (int c = in_.get(); c != utf8_characters::none; c = in_.get()) {
            any = true;
            if (++length > longest_csv_record) fail("line " + std::to_string(line_ + 1) + " is longer than 1 MiB");
            const char ch = static_cast<char>(c);
            if (ch == '\0')
                fail("line " + std::to_string(line_ + 1) + " holds zero bytes; save the table as UTF-8 text");
            if (quoted) {
                if (ch != '"') field += ch;
                else if (in_.peek() == '"') field += static_cast<char>(in_.get());
                else quoted = false;
            } else if (ch == '"' && field.empty()) {
                quoted = true;
            } else if (separates(ch)) {
                out.push_back(std::move(field));
                field.clear();
            } else if (ch == '\n' || (ch == '\r' && in_.peek() != '\n')) {
                break;
            } else if (ch != '\r') {
                field += ch;
            }
        }
        if (quoted) fail("line " + std::to_string(line_ + 1) + " ends inside a quoted field");
        if (!any) return false;
        out.push_back(std::move(field));
        ++line_;
        return true;
    }

    /// Whether `c` ends a field; the first of the three that is met does from then on.
    bool separates(char c) {
        if (separator_ == '\0' && (c == ',' || c == ';' || c == '\t')) separator_ = c;
        return c == separator_;
    }

    utf8_characters in_;
    char separator_ = '\0';  ///< not met yet
    std::vector<std::string> header_, fields_;
    std::unordered_map<std::string, std::size_t> columns_;
    std::size_t line_ = 0;
};
}  // namespace gambrel
