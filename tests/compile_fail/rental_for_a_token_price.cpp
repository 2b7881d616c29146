// law: a price per hour becomes a price per token only through a token rate
// expect: could not convert | no known conversion
// SPDX-License-Identifier: Apache-2.0
#include <ridgepoint/units.hpp>
using namespace ridgepoint;
using namespace ridgepoint::literals;

constexpr dollars<> bill(token_price<> price) { return price * 1_Mtok; }

#ifdef MUST_FAIL
constexpr auto cost = bill(2.5_usd_per_h);
#else
constexpr auto cost = bill(2.5_usd_per_h / 1000_tok_per_s);
#endif
