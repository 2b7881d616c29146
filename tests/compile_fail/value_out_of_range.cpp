// law: a checked value outside its range is an error of the compiler when the compiler computes it
// expect: expansion of 'ridgepoint::checked( | in call to 'checked(
// SPDX-License-Identifier: Apache-2.0
#include <ridgepoint/error.hpp>
#include <ridgepoint/units.hpp>
using namespace ridgepoint;
using namespace ridgepoint::literals;

#ifdef MUST_FAIL
constexpr double utilisation = checked(1.2, 0.0, 1.0, "the utilisation");
#else
constexpr double utilisation = checked(0.8, 0.0, 1.0, "the utilisation");
#endif
