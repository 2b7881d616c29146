// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Text for a terminal with colours: verdicts and notes stand out, ranges step back, bars are of one colour. The words
/// are the same with and without.

#include <cctype>
#include <string>
#include <string_view>

namespace command {

namespace detail {
inline constexpr std::string_view plain = "\x1b[0m", dim = "\x1b[2m", red = "\x1b[1;31m", yellow = "\x1b[33m",
                                  green = "\x1b[32m", blue = "\x1b[34m";

/// What a whole line is drawn in, by how it begins; empty: as it is.
inline std::string_view style_of(std::string_view line) {
    struct row {
        std::string_view begins, style;
    };
    for (const row& r : {row{"Not possible", red}, row{"Not known here", red}, row{"It may not start", yellow},
                         row{"Ask the simulator", yellow}, row{"note:", yellow}, row{"Instead:", green}})
        if (line.substr(0, r.begins.size()) == r.begins) return r.style;
    return {};
}
/// The length of "(1.2 to 3.4)" or of a bar "###" at the start of `text`; 0: neither is there.
inline std::size_t range_at(std::string_view text) {
    if (text.size() < 8 || text[0] != '(' || std::isdigit(static_cast<unsigned char>(text[1])) == 0) return 0;
    const std::size_t end = text.find(')');
    return end != std::string_view::npos && text.substr(0, end).find(" to ") != std::string_view::npos ? end + 1 : 0;
}
}  // namespace detail

inline std::string styled(std::string_view text) {
    std::string s;
    const auto put = [&](std::string_view style, std::string_view part) {
        s.append(style).append(part).append(detail::plain);
    };
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (const std::string_view style = detail::style_of(line); !style.empty()) {
            put(style, line);
        } else {
            while (!line.empty()) {
                const std::size_t range = detail::range_at(line),
                                  bar = std::min(line.find_first_not_of('#'), line.size());
                if (range > 0) put(detail::dim, line.substr(0, range));
                else if (bar > 0) put(detail::blue, line.substr(0, bar));
                else s += line.front();
                line.remove_prefix(range > 0 ? range : bar > 0 ? bar : 1);
            }
        }
        if (end < text.size()) s += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return s;
}
}  // namespace command
