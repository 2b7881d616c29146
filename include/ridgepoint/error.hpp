// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The one exception of the library: a wrong value, named, with what would be right.
/// "Does not fit", "unstable" and "not supported here" are results, not errors.

#include <stdexcept>
#include <string>

namespace ridgepoint {

struct error : std::invalid_argument {
    using std::invalid_argument::invalid_argument;
};

/// Throws `error(sentence)`. In a constant expression the call is what the compiler points at.
[[noreturn]] inline void fail(const std::string& sentence) { throw error(sentence); }

/// Throws unless `low <= value <= high`; NaN fails. The sentence names the value and the valid range.
constexpr double checked(double value, double low, double high, const char* what) {
    if (!(value >= low && value <= high))
        fail(std::string(what) + " is " + std::to_string(value) + "; it must be from " + std::to_string(low) +
             " to " + std::to_string(high));
    return value;
}
}  // namespace ridgepoint
