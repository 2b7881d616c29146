// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Facts in the lines of a log: the number or the word that stands after a phrase. The first that is found is kept; a phrase
/// that nothing follows says nothing. Evidence: tests/measurement/io/start_log_test.cpp.

#include <algorithm>
#include <cctype>
#include <gambrel/numeric/read_number.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace gambrel::detail::start_logs {
/// The number at the start of `s`, spaces skipped and thousands' commas taken out; none where there is no digit.
inline std::optional<double> number(std::string_view s) {
    std::string digits;
    std::size_t i = 0;
    while (i < s.size() && (s[i] == ' ' || s[i] == '\'' || s[i] == '"')) ++i;
    for (; i < s.size(); ++i) {
        const bool comma = s[i] == ',' && i + 3 < s.size() && !digits.empty() &&
                           std::isdigit(static_cast<unsigned char>(s[i + 1])) != 0 &&
                           std::isdigit(static_cast<unsigned char>(s[i + 2])) != 0 &&
                           std::isdigit(static_cast<unsigned char>(s[i + 3])) != 0;
        if (comma) continue;
        if (std::isdigit(static_cast<unsigned char>(s[i])) == 0 && s[i] != '.' && !(s[i] == '-' && digits.empty()))
            break;
        digits += s[i];
    }
    while (!digits.empty() && digits.back() == '.') digits.pop_back();
    double x = 0.0;
    const auto [end, wrong] = read_number(digits.data(), digits.data() + digits.size(), x);
    if (digits.empty() || wrong != std::errc{} || end != digits.data() + digits.size()) return {};
    return x;
}
/// What follows `phrase` in `line`; none where it does not stand there.
inline std::optional<std::string_view> after(std::string_view line, std::string_view phrase) {
    const std::size_t at = line.find(phrase);
    if (at == std::string_view::npos) return {};
    return line.substr(at + phrase.size());
}
/// Keeps the first number that stands after `phrase`, times `scale`.
inline bool keep(std::optional<double>& into, std::string_view line, std::string_view phrase, double scale = 1.0) {
    const auto rest = after(line, phrase);
    if (!rest) return false;
    if (const auto x = number(*rest); x && !into) into = *x * scale;
    return true;
}
inline void keep_word(std::string& into, std::optional<std::string_view> rest) {
    if (!rest || !into.empty()) return;
    std::size_t n = 0;
    while (n < rest->size() && (std::isalnum(static_cast<unsigned char>((*rest)[n])) != 0 || (*rest)[n] == '.')) ++n;
    into = rest->substr(0, n);
}
/// Keeps what Python printed as the value of `name`: name='x', name=x, 'name': 'x'; nothing for None.
inline void keep_value(std::string& into, std::string_view line, const std::string& name) {
    if (!into.empty()) return;
    const auto stands_alone = [&](std::size_t at) {
        return at == 0 || (std::isalnum(static_cast<unsigned char>(line[at - 1])) == 0 && line[at - 1] != '_');
    };
    auto rest = after(line, "'" + name + "': ");
    const std::string assigned = name + "=";
    for (std::size_t at = line.find(assigned); !rest && at != std::string_view::npos; at = line.find(assigned, at + 1))
        if (stands_alone(at)) rest = line.substr(at + assigned.size());
    if (!rest || rest->empty()) return;
    const bool quoted = rest->front() == '\'' || rest->front() == '"';
    const std::size_t end = quoted ? rest->find(rest->front(), 1) : rest->find_first_of(",) }");
    if (end == std::string_view::npos) return;  // cut off
    std::string_view value = rest->substr(quoted ? 1 : 0, quoted ? end - 1 : end);
    if (value.starts_with("torch.")) value.remove_prefix(6);
    if (value != "None" && value.size() <= 200) into = value;
}
}  // namespace gambrel::detail::start_logs
