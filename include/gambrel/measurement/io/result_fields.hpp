// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Fields of other people's JSON as numbers, counts, text and dates. Nothing here throws for what a field holds.
/// Evidence: tests/measurement/io/result_file_test.cpp.

#include <charconv>
#include <cmath>
#include <ctime>
#include <gambrel/measurement/io/result_file.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <optional>
#include <regex>

namespace gambrel::detail {

inline const result_json nothing{};

/// The member `key` of an object; null where it has none or is none.
inline const result_json& member(const result_json& v, const char* key) {
    if (!v.is_object()) return nothing;
    const auto at = v.find(key);
    return at == v.end() ? nothing : *at;
}
template <class... Keys>
const result_json& member(const result_json& v, const char* first, const char* second, Keys... rest) {
    return member(member(v, first), second, rest...);
}

/// `v` as a finite number, from a number or from text.
inline std::optional<double> number_of(const result_json& v) {
    double n = 0.0;
    if (v.is_number()) {
        n = v.get<double>();
    } else if (v.is_string()) {
        std::string_view text = v.get_ref<const std::string&>();
        const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
        while (!text.empty() && blank(text.front())) text.remove_prefix(1);
        while (!text.empty() && blank(text.back())) text.remove_suffix(1);
        if (text.starts_with('+')) text.remove_prefix(1);
        const auto [end, problem] = read_number(text.data(), text.data() + text.size(), n);
        if (text.empty() || problem != std::errc{} || end != text.data() + text.size()) return {};
    } else {
        return {};
    }
    return std::isfinite(n) ? std::optional(n) : std::nullopt;
}
inline std::optional<double> positive_in(const result_json& v) {
    const auto n = number_of(v);
    return n && *n > 0.0 ? n : std::nullopt;
}
/// `v` as a whole number from `least` up to 2^53.
inline std::optional<double> whole_in(const result_json& v, double least = 1.0) {
    const auto n = number_of(v);
    return n && *n >= least && *n <= 9007199254740992.0 && *n == std::floor(*n) ? n : std::nullopt;
}

/// The shortest text that is `n`: 1024, not 1024.0.
inline std::string shortest_text(double n) {
    char buffer[32];
    const bool whole = n == std::floor(n) && std::abs(n) < 9007199254740992.0;
    const auto end = whole ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<long long>(n))
                           : std::to_chars(buffer, buffer + sizeof buffer, n);
    return {buffer, end.ptr};
}
inline double rounded(double n, int digits) {
    char buffer[400];
    std::snprintf(buffer, sizeof buffer, "%.*f", digits, n);
    double r = n;
    read_number(buffer, buffer + std::char_traits<char>::length(buffer), r);
    return r;
}
inline std::string general(double n) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%g", n);
    return buffer;
}

/// `v` as one line of text, cut at a length that no name has; nothing for what is neither text nor a number.
inline std::string text_of(const result_json& v) {
    if (v.is_number()) return shortest_text(v.get<double>());
    if (!v.is_string()) return {};
    const std::string_view all = std::string_view(v.get_ref<const std::string&>()).substr(0, 1000);
    std::string line;
    for (const char c : all) {
        const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
        if (!blank) line += c;
        else if (!line.empty() && line.back() != ' ') line += ' ';
    }
    while (line.ends_with(' ')) line.pop_back();
    while (!line.empty() && !is_utf8(line)) line.pop_back();  // the cut may have split a character
    return line;
}
inline std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}
inline bool is_on(const result_json& v) {
    return (v.is_boolean() && v.get<bool>()) || text_of(v) == "1" || lower(text_of(v)) == "true";
}

/// "20250314-150926", "2025-03-14T15:09:26Z" or "2025-03" as "2025-03-14" or "2025-03"; else nothing.
inline std::string day_in(const std::string& text) {
    static const std::regex pattern(R"((20\d\d)-?([01]\d)(?:-?([0-3]\d)(?!\d))?)");
    std::smatch found;
    const std::string start = text.substr(0, 20);
    if (!std::regex_search(start, found, pattern, std::regex_constants::match_continuous)) return {};
    return found[1].str() + "-" + found[2].str() + (found[3].matched ? "-" + found[3].str() : "");
}
/// Seconds since 1970 as a date of this century, or nothing.
inline std::string day_of_seconds(const result_json& v) {
    const auto seconds = positive_in(v);
    if (!seconds || !(*seconds > 1.0e9 && *seconds < 4.0e9)) return {};
    const auto at = static_cast<std::time_t>(*seconds);
    char buffer[16];
    std::strftime(buffer, sizeof buffer, "%Y-%m-%d", std::gmtime(&at));
    return buffer;
}
inline std::string joined(const std::vector<std::string>& parts, const char* between = "; ") {
    std::string all;
    for (const std::string& part : parts)
        if (!part.empty()) all += (all.empty() ? "" : between) + part;
    return all;
}
}  // namespace gambrel::detail
