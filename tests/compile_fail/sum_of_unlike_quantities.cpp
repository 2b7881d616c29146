// law: bytes and seconds do not add
// expect: only_quantities_of_the_same_dimension_can_be_added_or_compared
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr auto sum = 80_GB + 1_s;
#else
constexpr auto sum = 80_GB + 1_MB;
#endif
