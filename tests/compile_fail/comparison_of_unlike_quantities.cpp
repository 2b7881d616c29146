// law: memory traffic and work are not compared; their times are
// expect: only_quantities_of_the_same_dimension_can_be_added_or_compared
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr bool memory_bound = 80_GB > 140_GFLOP;
#else
constexpr bool memory_bound = 80_GB / 3.35_TB_per_s > 140_GFLOP / 989_TFLOP_per_s;
#endif
