// law: bytes over a rate of work are no time
// expect: could not convert | no viable conversion
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr seconds<> t = 80_GB / 989_TFLOP_per_s;
#else
constexpr seconds<> t = 80_GB / 3.35_TB_per_s;
#endif
