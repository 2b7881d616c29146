// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Text of strangers as it may be shown: names and cells come from files that somebody else wrote, and a terminal, a
/// picture or a log obeys what it is sent.
///
/// A character that steers instead of being read is written out: control characters (C0, DEL, C1: terminal escapes,
/// carriage returns), marks and overrides of direction (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), line
/// and paragraph separators, the byte order mark, annotation and tag characters, and each byte that is not UTF-8 (RFC
/// 3629: no surrogates, nothing overlong, at most U+10FFFF). ESC becomes `\x1b`, a line break `\n`, an override `\u202e`, a
/// byte E9 of Latin-1 `\xe9`. What is printable stays as it is, so that doing it twice changes nothing.
/// Source: Unicode TR 36 and TR 39 for the marks of direction. Evidence: tests/numeric/printable_test.cpp.

#include <cstddef>
#include <cstdint>
#include <gambrel/version.hpp>
#include <string>
#include <string_view>

namespace gambrel {

/// One character of UTF-8: what it is, and of how many bytes; a byte that begins none is `valid == false`.
struct utf8_character {
    std::uint32_t code = 0;
    std::size_t size = 1;
    bool valid = false;
};

/// The character that `s`, which is not empty, begins with.
constexpr utf8_character first_character(std::string_view s) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[i])); };
    const std::uint32_t lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || s.size() < size) return {lead, 1, false};
    std::uint32_t code = lead & (size == 2 ? 0x1FU : size == 3 ? 0x0FU : 0x07U);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return {lead, 1, false};
        code = code << 6U | (byte(i) & 0x3FU);
    }
    const std::uint32_t least = size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {lead, 1, false};
    return {code, size, true};
}

/// Whether the character `code` steers a screen or a reader's eye instead of being read.
constexpr bool steers(std::uint32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x061C || code == 0x200E || code == 0x200F ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x206F) || code == 0xFEFF ||
           (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE007F);
}

/// Whether every character of `s` is UTF-8 and none steers.
constexpr bool is_printable(std::string_view s) {
    while (!s.empty()) {
        const utf8_character c = first_character(s);
        if (!c.valid || steers(c.code)) return false;
        s.remove_prefix(c.size);
    }
    return true;
}
/// Where the first byte of `s` stands that belongs to no character; npos: `s` is UTF-8.
constexpr std::size_t first_not_utf8(std::string_view s) {
    for (std::size_t at = 0; at < s.size();) {
        const utf8_character c = first_character(s.substr(at));
        if (!c.valid) return at;
        at += c.size;
    }
    return std::string_view::npos;
}
constexpr bool is_utf8(std::string_view s) { return first_not_utf8(s) == std::string_view::npos; }

namespace detail {
/// `\x1b`, `\u202e`, `\U000e0001`.
inline std::string written_out(const utf8_character& c) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (c.valid && c.code == '\n') return "\\n";
    if (c.valid && c.code == '\r') return "\\r";
    if (c.valid && c.code == '\t') return "\\t";
    const bool byte = !c.valid || c.code < 0x80;
    std::string s = byte ? "\\x" : c.code > 0xFFFF ? "\\U" : "\\u";
    for (int at = byte ? 4 : c.code > 0xFFFF ? 28 : 12; at >= 0; at -= 4) s += digits[c.code >> at & 15U];
    return s;
}
inline std::string as_shown(std::string_view s, bool lines) {
    std::string shown;
    shown.reserve(s.size());
    while (!s.empty()) {
        const utf8_character c = first_character(s);
        if (c.valid && (!steers(c.code) || (lines && c.code == '\n'))) shown += s.substr(0, c.size);
        else shown += written_out(c);
        s.remove_prefix(c.size);
    }
    return shown;
}
}  // namespace detail

/// `s` on one line, with what steers written out.
inline std::string printable(std::string_view s) { return detail::as_shown(s, false); }
/// The same of several lines, which stay lines.
inline std::string printable_lines(std::string_view s) { return detail::as_shown(s, true); }

/// `s`, of at most `most` bytes: what is too much is left out of its middle, for a sentence says at its start what is wrong
/// and at its end what would be right.
inline std::string shortened(std::string_view s, std::size_t most) {
    if (s.size() <= most) return std::string(s);
    const std::string_view gap = most > 20 ? " [...] " : "";
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(s[at]) & 0xC0U) == 0x80U; };
    std::size_t first = gap.empty() ? most : (most - gap.size()) / 2, last = s.size() - (most - gap.size() - first);
    while (first > 0 && continues(first)) --first;
    while (last < s.size() && continues(last)) ++last;
    return std::string(s.substr(0, first)) + std::string(gap) + std::string(s.substr(last));
}

/// A sentence of an error for a log or a terminal: one line, not longer than a paragraph.
inline std::string one_line(std::string_view sentence) { return shortened(printable(shortened(sentence, 2000)), 2000); }
}  // namespace gambrel
