// law: a latency less a power means nothing
// expect: only_quantities_of_the_same_dimension_can_be_added_or_compared
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr auto rest = 25_ms - 700_W;
#else
constexpr auto rest = 25_ms - 1_us;
#endif
