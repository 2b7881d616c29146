// law: a quantity becomes a number only by naming the unit
// expect: cannot convert | no viable conversion
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr double milliseconds_taken = 25_ms;
#else
constexpr double milliseconds_taken = 25_ms / 1_ms;
#endif
