// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the standard library of the distribution's emscripten (3.1.6, libc++ 14) lacks and the library needs:
/// std::to_chars of double and std::bit_cast. Included before everything else where the page's program is compiled, and
/// nowhere else.
///
/// Without a precision the digits are the fewest that are read back as the same number, as the standard asks: they are
/// looked for from one digit on, correctly rounded by printf. Evidence: web/tests/answers.mjs, against JavaScript's own
/// shortest form.

#include <version>

#if defined(__EMSCRIPTEN__) && defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 15000
#include <bit>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace std {

template <class To, class From> constexpr To bit_cast(const From& from) noexcept {
    return __builtin_bit_cast(To, from);
}

inline to_chars_result to_chars(char* first, char* last, double value, chars_format format, int precision) {
    const char* const pattern = format == chars_format::fixed        ? "%.*f"
                                : format == chars_format::scientific ? "%.*e"
                                                                     : "%.*g";
    char text[512];
    const int length = snprintf(text, sizeof text, pattern, precision, value);
    if (length < 0 || length >= static_cast<int>(sizeof text) || length > last - first)
        return {last, errc::value_too_large};
    memcpy(first, text, static_cast<size_t>(length));
    return {first + length, errc{}};
}

inline to_chars_result to_chars(char* first, char* last, double value, chars_format format) {
    int digits = 1;
    int exponent = 0;
    if (value - value == 0.0)
        for (char text[64]; digits <= 17; ++digits) {
            snprintf(text, sizeof text, "%.*e", digits - 1, value);
            exponent = atoi(strchr(text, 'e') + 1);
            if (digits == 17 || strtod(text, nullptr) == value) break;
        }
    if (format == chars_format::scientific) return to_chars(first, last, value, format, digits - 1);
    if (format == chars_format::fixed)
        return to_chars(first, last, value, format, digits - 1 > exponent ? digits - 1 - exponent : 0);
    return to_chars(first, last, value, format, digits);
}

inline to_chars_result to_chars(char* first, char* last, double value) {
    const double size = value < 0.0 ? -value : value;
    return to_chars(first, last, value,
                    size == 0.0 || (size >= 1e-4 && size < 1e15) ? chars_format::fixed : chars_format::scientific);
}
}  // namespace std
#endif
