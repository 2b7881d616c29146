// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A field of a CSV file that may be opened in a spreadsheet, which runs a cell that begins with =, +, - or @ as a formula:
/// text that begins so, and is no number, gets an apostrophe in front, which a spreadsheet takes for "this is text" (OWASP,
/// "CSV Injection"). What steers a screen is written out (names/printable.hpp). Quoted where it must be (RFC 4180).
/// Evidence: tests/report/neutral_test.cpp.

#include <gambrel/names/printable.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <string>
#include <string_view>

namespace gambrel::report {

/// Whether a spreadsheet would run `text`. Blanks before the sign do not hinder every spreadsheet.
inline bool is_formula(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    if (text.empty() || std::string_view("=+-@").find(text.front()) == std::string_view::npos) return false;
    double number = 0.0;
    const char* const end = text.data() + text.size();
    return read_number(text.data() + (text.front() == '+' ? 1 : 0), end, number).ptr != end;
}

enum class cells : unsigned char { for_spreadsheets, as_they_are };

inline std::string csv_field(std::string_view text, cells kind = cells::for_spreadsheets) {
    const std::string shown =
        kind == cells::as_they_are ? std::string(text) : (is_formula(text) ? "'" : "") + printable(text);
    if (shown.find_first_of(",\"\n\r") == std::string::npos) return shown;
    std::string quoted = "\"";
    for (const char c : shown) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}
}  // namespace gambrel::report
