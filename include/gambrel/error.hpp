// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The one exception of the library: a wrong value, named, with what would be right.
/// "Does not fit", "unstable" and "not supported here" are results, not errors.
///
/// Compiled with -fno-exceptions, a wrong value ends the program with its sentence on the error stream. A program that does
/// something else there names a function of its own, before it includes anything of this library and alike in every file:
///
///     [[noreturn]] void my_panic(const char* sentence);
///     #define GAMBREL_FAIL my_panic
///
/// So can be compiled what gambrel.hpp includes, catalogs, units_io and queueing; what reads files, asks or sweeps catches
/// errors and needs exceptions. Evidence: tests/consumption/no_exceptions.

#include <gambrel/version.hpp>

#include <charconv>
#include <stdexcept>
#include <string>
#if !defined(__cpp_exceptions) && !defined(GAMBREL_FAIL)
#include <cstdio>
#include <cstdlib>
#endif

namespace gambrel {

struct error : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

/// A number as briefly as it can be printed and read back; without an exponent where that is readable.
inline std::string shortest(double value) {
    char buffer[32];
    const double size = value < 0.0 ? -value : value;
    const bool plain = size == 0.0 || (size >= 1e-4 && size < 1e12);
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                                   plain ? std::chars_format::fixed : std::chars_format::general)
                         .ptr;
    return std::string(buffer, end);
}

/// Throws `error(sentence)`. In a constant expression the call is what the compiler points at.
[[noreturn]] inline void fail(const std::string& sentence) {
#if defined(__cpp_exceptions)
    throw error(sentence);
#elif defined(GAMBREL_FAIL)
    GAMBREL_FAIL(sentence.c_str());
#else
    std::fprintf(stderr, "gambrel: %s\n", sentence.c_str());
    std::abort();
#endif
}

/// Throws the sentence of a value outside its range. Not constexpr: in a constant expression this call is the error.
[[noreturn]] inline void out_of_range(double value, double low, double high, const char* what) {
    fail(std::string(what) + " is " + shortest(value) + "; it must be from " + shortest(low) + " to " + shortest(high));
}

/// Throws unless `low <= value <= high`; NaN fails. The sentence names the value and the valid range.
constexpr double checked(double value, double low, double high, const char* what) {
    if (!(value >= low && value <= high)) out_of_range(value, low, high, what);
    return value;
}
}  // namespace gambrel
