// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A number from text, as std::from_chars reads a double: no blanks before it, no "+", in every locale; what was read ends at
/// `ptr`. libc++ has that function from version 20 on; before, the same grammar is matched here and strtod converts it.
/// Evidence: tests/numeric/read_number_test.cpp compares the two.

#include <charconv>
#include <clocale>
#include <cstdlib>
#include <string>
#include <system_error>

#include <gambrel/version.hpp>

namespace gambrel {

namespace detail {
inline bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }

/// Where the text of a number that starts at `at` ends: [-] digits [. digits] [e [+-] digits], or inf, infinity, nan; `at`
/// where none starts.
inline const char* end_of_number(const char* const at, const char* const last) {
    const char* p = at != last && *at == '-' ? at + 1 : at;
    for (const char* word : {"infinity", "inf", "nan"}) {
        const char *q = p, *w = word;
        while (q != last && *w != '\0' && (*q | 0x20) == *w) ++q, ++w;
        if (*w == '\0') return q;
    }
    const char* const whole = p;
    while (p != last && is_decimal_digit(*p)) ++p;
    auto digits = p - whole;
    if (p != last && *p == '.') {
        const char* q = p + 1;
        while (q != last && is_decimal_digit(*q)) ++q;
        digits += q - p - 1;
        if (digits > 0) p = q;
    }
    if (digits == 0) return at;
    if (p != last && (*p == 'e' || *p == 'E')) {
        const char* q = p + 1;
        if (q != last && (*q == '+' || *q == '-')) ++q;
        if (q != last && is_decimal_digit(*q)) {
            while (q != last && is_decimal_digit(*q)) ++q;
            p = q;
        }
    }
    return p;
}

/// read_number by strtod.
inline std::from_chars_result read_by_strtod(const char* first, const char* last, double& x) {
    const char* const end = end_of_number(first, last);
    if (end == first) return {first, std::errc::invalid_argument};
    std::string text(first, end);
    if (const std::size_t point = text.find('.'); point != std::string::npos)
        text.replace(point, 1, std::localeconv()->decimal_point);
    const double read = std::strtod(text.c_str(), nullptr);
    const bool word = text.find_first_of("nN") != std::string::npos;  // infinity and NaN, as written
    if (!word &&
        (read - read != 0.0 ||
         (read == 0.0 && text.substr(0, text.find_first_of("eE")).find_first_of("123456789") != std::string::npos)))
        return {end, std::errc::result_out_of_range};
    x = read;
    return {end, std::errc{}};
}
}  // namespace detail

inline std::from_chars_result read_number(const char* first, const char* last, double& x) {
#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 200000
    return detail::read_by_strtod(first, last, x);
#else
    return std::from_chars(first, last, x);
#endif
}
}  // namespace gambrel
