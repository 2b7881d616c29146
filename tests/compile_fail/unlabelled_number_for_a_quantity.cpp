// law: a number needs its unit: GB or GiB is never guessed
// expect: from 'double' to
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

constexpr bytes<> half(bytes<> memory) { return memory / 2; }

#ifdef MUST_FAIL
constexpr auto rest = half(80e9);
#else
constexpr auto rest = half(80_GB);
#endif
