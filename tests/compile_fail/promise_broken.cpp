// law: a broken promise shows value, range and limit
// expect: surely_at_most, 43250, 35750, 52500, 50000> | surely_at_most, 43250, 35750, 52500, 50000ll>
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/serving/promise.hpp>
using namespace gambrel;
using namespace gambrel::literals;

constexpr figure<seconds<>> tpot{43.25_ms, 35.75_ms, 52.5_ms};
constexpr figure<token_price<>> cost{0.7_usd_per_Mtok, 0.6_usd_per_Mtok, 0.9_usd_per_Mtok};
GAMBREL_PROMISE(tpot, at_most, 50_ms);
GAMBREL_PROMISE(tpot, surely_at_least, 35_ms);
GAMBREL_PROMISE(tpot, at_least, 40_ms);
GAMBREL_PROMISE(cost, surely_at_most, 0.9_usd_per_Mtok);

#ifdef MUST_FAIL
GAMBREL_PROMISE(tpot, surely_at_most, 50_ms);
#else
GAMBREL_PROMISE(tpot, surely_at_most, 55_ms);
#endif
