// law: a price per hour becomes a price per token only through a token rate
// expect: could not convert | no known conversion
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

constexpr dollars<> bill(token_price<> price) { return price * 1_Mtok; }

#ifdef MUST_FAIL
constexpr auto cost = bill(2.5_usd_per_h);
#else
constexpr auto cost = bill(2.5_usd_per_h / 1000_tok_per_s);
#endif
