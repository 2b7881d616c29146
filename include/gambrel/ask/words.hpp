// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Plain text for a terminal: aligned tables, bars, shares, wrapped paragraphs. Everything the report prints is made
/// of these; quantities come from units_io.hpp. Widths are in characters, a UTF-8 sequence counting as one. Text that is
/// given to any of them is shown on one line, with what steers a terminal written out (names/printable.hpp).
/// Opt-in. Evidence: tests/ask/words_test.cpp.

#include <cmath>
#include <gambrel/names/printable.hpp>
#include <gambrel/units_io.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gambrel::ask {

/// Columns that `s` takes in a terminal.
inline std::size_t width(std::string_view s) {
    std::size_t n = 0;
    for (const char c : s) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return n;
}

/// `s` as it may be shown, cut to `most` columns with "..." where it is longer. For text read from files.
inline std::string clipped(std::string_view s, std::size_t most) {
    std::string kept = printable(s);
    if (width(kept) <= most) return kept;
    while (width(kept) + 3 > most) {
        while (kept.size() > 1 && (static_cast<unsigned char>(kept.back()) & 0xC0) == 0x80) kept.pop_back();
        kept.pop_back();
    }
    return kept + "...";
}

/// `x` with `digits` significant digits and no unit: "0.52", "1,234".
inline std::string number(double x, int digits = 3) {
    if (!std::isfinite(x)) return "-";
    return symbols::trimmed(symbols::fixed(x, symbols::decimals(symbols::rounded(x, digits), digits)), 0);
}

/// "62 %"; "<1 %" for a share that would round to nothing.
/// A mean count as people can see it: below a thousandth it is none.
inline double seen_count(double mean) { return mean < 1e-3 ? 0.0 : mean; }
inline std::string percent(double share) {
    const double p = 100.0 * share;
    if (!std::isfinite(p)) return "-";
    return p > 0.0 && p < 0.5 ? "<1 %" : symbols::fixed(p, 0) + " %";
}

/// `share` (cut to 0..1) of `columns` as '#'; a share that is there but less than one column is a '.'.
inline std::string bar(double share, int columns) {
    const double cut = std::isfinite(share) ? std::fmin(1.0, std::fmax(0.0, share)) : 0.0;
    const auto full = static_cast<std::size_t>(std::lround(cut * columns));
    return full == 0 && cut > 0.005 ? "." : std::string(full, '#');
}

/// "a, b or c".
inline std::string listed(const std::vector<std::string>& items, std::string_view last = " or ") {
    std::string s;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) s += i + 1 == items.size() ? std::string(last) : ", ";
        s += items[i];
    }
    return s;
}

/// `paragraph` broken between words into lines of at most `columns`; lines after the first begin with `indent` spaces.
inline std::string wrapped(std::string_view paragraph, std::size_t columns, std::size_t indent) {
    const std::string shown = printable(paragraph);
    std::string_view text = shown;
    std::string result, line;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && width(line) + 1 + width(word) > columns) {
            result += line + "\n";
            line = std::string(indent, ' ') + std::string(word);
        } else {
            line += (line.empty() ? "" : " ") + std::string(word);
        }
    }
    return result + line + "\n";
}

enum class align : unsigned char { left, right };

/// Rows of cells in columns as wide as their widest cell. A first row given as `heading` is printed like the others.
class table {
public:
    explicit table(std::vector<align> columns, std::size_t gap = 2) : columns_(std::move(columns)), gap_(gap) {}

    table& row(std::vector<std::string> cells) {
        cells.resize(columns_.size());
        for (std::string& cell : cells)
            if (!is_printable(cell)) cell = printable(cell);
        rows_.push_back(std::move(cells));
        return *this;
    }
    std::size_t rows() const { return rows_.size(); }

    /// The lines, each beginning with `indent` spaces and ending without trailing ones.
    std::string text(std::size_t indent = 0) const {
        std::vector<std::size_t> widths(columns_.size(), 0);
        for (const auto& row : rows_)
            for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
        std::string s;
        for (const auto& row : rows_) {
            std::string line(indent, ' ');
            for (std::size_t i = 0; i < row.size(); ++i) {
                const std::string fill(widths[i] - width(row[i]), ' ');
                line += (i > 0 ? std::string(gap_, ' ') : "") +
                        (columns_[i] == align::left ? row[i] + fill : fill + row[i]);
            }
            while (!line.empty() && line.back() == ' ') line.pop_back();
            s += line + "\n";
        }
        return s;
    }

private:
    std::vector<align> columns_;
    std::size_t gap_;
    std::vector<std::vector<std::string>> rows_;
};
}  // namespace gambrel::ask
