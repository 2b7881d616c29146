// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Numbers as text: significant digits, decimals, thousands separated by commas; and that text read again.
/// Evidence: tests/units_io_test.cpp.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <gambrel/error.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <string>
#include <string_view>

namespace gambrel::symbols {

/// Position of the leading decimal digit of `x`: 2 for 312, -1 for 0.42, 0 where there is none.
inline int leading_digit(double x) {
    return x == 0.0 || !std::isfinite(x) ? 0 : static_cast<int>(std::floor(std::log10(std::fabs(x))));
}

inline std::string characters(double x, std::chars_format format, int precision) {
    std::array<char, 400> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, format, precision).ptr;
    return {buffer.data(), end};
}

/// `x` rounded to `digits` significant digits.
inline double rounded(double x, int digits) {
    const std::string text = characters(x, std::chars_format::scientific, digits - 1);
    read_number(text.data(), text.data() + text.size(), x);
    return x;
}

/// Decimals that show `digits` significant digits of `x`; whole digits are never rounded away.
inline int decimals(double x, int digits) {
    const int wanted = digits - 1 - leading_digit(x);
    return wanted < 0 ? 0 : wanted;
}

/// `x` with exactly `decimals`, thousands separated by commas; scientific where that would be a row of zeros.
inline std::string fixed(double x, int decimals) {
    if (!std::isfinite(x)) return characters(x, std::chars_format::general, 3);
    if (std::fabs(x) >= 1e15 || decimals > 17)
        return characters(x, std::chars_format::scientific, std::clamp(decimals + leading_digit(x), 0, 17));
    std::string s = characters(x, std::chars_format::fixed, decimals);
    const std::size_t first = s.front() == '-' ? 1 : 0;
    for (std::size_t i = std::min(s.find('.'), s.size()); i > first + 3;) s.insert(i -= 3, ",");
    return s;
}

/// `fixed` without the zeros at the end, but with no fewer than `at_least` decimals.
inline std::string trimmed(std::string s, std::size_t at_least) {
    const std::size_t point = s.find('.');
    if (point == std::string::npos || s.find('e') != std::string::npos) return s;
    while (s.back() == '0' && s.size() - point - 1 > at_least) s.pop_back();
    if (s.back() == '.') s.pop_back();
    return s;
}

/// The text without the commas of a number such as 1,234,567; any other comma stays.
inline std::string without_separators(std::string_view text) {
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    std::size_t i = !text.empty() && text.front() == '-' ? 1 : 0;
    const std::size_t first = i;
    while (digit(i)) ++i;
    std::string s(text.substr(0, i));
    const auto group = [&] {
        return i < text.size() && text[i] == ',' && digit(i + 1) && digit(i + 2) && digit(i + 3) && !digit(i + 4);
    };
    if (i > first && i - first <= 3)
        for (; group(); i += 4) s += text.substr(i + 1, 3);
    return s += text.substr(i);
}

inline void check_digits(int digits) { checked(digits, 1, 17, "the number of digits to print"); }
}  // namespace gambrel::symbols
