// SPDX-License-Identifier: Apache-2.0
#pragma once
/// JSON as text that a terminal may be sent and that reads back as the same values: bytes that are not UTF-8 become U+FFFD,
/// and characters that steer a screen (names/printable.hpp) are escaped, which JSON allows of every character in a string.
/// Evidence: tests/report/neutral_test.cpp.

#include <fmt/format.h>

#include <gambrel/names/printable.hpp>
#include <nlohmann/json.hpp>
#include <string>

namespace gambrel::report {

/// `j` with `indent` blanks a level (-1: on one line).
template <class Json> std::string json_text(const Json& j, int indent = 2) {
    const std::string dumped = j.dump(indent, ' ', false, Json::error_handler_t::replace);
    std::string text;
    text.reserve(dumped.size());
    for (std::string_view rest = dumped; !rest.empty();) {
        const utf8_character c = first_character(rest);
        if (c.code < 0x7F || !steers(c.code)) text += rest.substr(0, c.size);  // a line break below 0x20 is the layout
        else if (c.code <= 0xFFFF) text += fmt::format("\\u{:04x}", c.code);
        else text += fmt::format("\\u{:04x}\\u{:04x}", 0xD7C0U + (c.code >> 10U), 0xDC00U + (c.code & 0x3FFU));
        rest.remove_prefix(c.size);
    }
    return text;
}
}  // namespace gambrel::report
