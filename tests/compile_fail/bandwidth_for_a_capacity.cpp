// law: GB/s is not GB
// expect: could not convert | no viable conversion
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

struct memory_level {
    bytes<> capacity;
};

#ifdef MUST_FAIL
constexpr memory_level hbm{.capacity = 80_GB_per_s};
#else
constexpr memory_level hbm{.capacity = 80_GB};
#endif
