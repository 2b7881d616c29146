// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reading comma-separated tables with a header line (RFC 4180: quoted fields, doubled quotes, line breaks inside).
/// A bad file is an `error` naming the line; nothing is half-read.

#include <gambrel/error.hpp>
#include <istream>
#include <string>
#include <unordered_map>
#include <vector>

namespace gambrel {

inline constexpr std::size_t longest_csv_record = 1 << 20;  ///< characters; more is taken for a missing quote

class csv_reader {
public:
    /// Reads the header line. Throws `error` when there is none or a column is named twice.
    explicit csv_reader(std::istream& in) : in_(in) {
        if (!next_record(header_)) fail("the table is empty: it needs a header line");
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
        for (int c = in_.get(); c != std::istream::traits_type::eof(); c = in_.get()) {
            any = true;
            if (++length > longest_csv_record) fail("line " + std::to_string(line_ + 1) + " is longer than 1 MiB");
            const char ch = static_cast<char>(c);
            if (quoted) {
                if (ch != '"') field += ch;
                else if (in_.peek() == '"') field += static_cast<char>(in_.get());
                else quoted = false;
            } else if (ch == '"' && field.empty()) {
                quoted = true;
            } else if (ch == ',') {
                out.push_back(std::move(field));
                field.clear();
            } else if (ch == '\n') {
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

    std::istream& in_;
    std::vector<std::string> header_, fields_;
    std::unordered_map<std::string, std::size_t> columns_;
    std::size_t line_ = 0;
};
}  // namespace gambrel
