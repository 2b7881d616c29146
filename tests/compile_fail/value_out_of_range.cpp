// law: a checked value outside its range is an error of the compiler when the compiler computes it
// expect: expansion of 'gambrel::checked( | in call to 'checked(
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/error.hpp>
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr double utilisation = checked(1.2, 0.0, 1.0, "the utilisation");
#else
constexpr double utilisation = checked(0.8, 0.0, 1.0, "the utilisation");
#endif
