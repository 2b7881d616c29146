// law: a price of tokens and a price of energy add only through the energy per token
// expect: only_quantities_of_the_same_dimension_can_be_added_or_compared
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr auto price = 0.18_usd_per_Mtok + 0.12_usd_per_kWh;
#else
constexpr auto price = 0.18_usd_per_Mtok + 0.12_usd_per_kWh * 0.42_J_per_tok;
#endif
