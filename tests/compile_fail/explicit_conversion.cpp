// law: no cast turns one dimension into another
// expect: no matching function for call to 'conversion_factor
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr auto t = static_cast<seconds<>>(80_GB);
#else
constexpr auto t = static_cast<seconds<>>(80_GB / 3.35_TB_per_s);
#endif
