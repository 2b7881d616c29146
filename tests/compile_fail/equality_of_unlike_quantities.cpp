// law: a token rate never equals a request rate
// expect: only_quantities_of_the_same_dimension_can_be_added_or_compared
// SPDX-License-Identifier: Apache-2.0
#include <gambrel/units.hpp>
using namespace gambrel;
using namespace gambrel::literals;

#ifdef MUST_FAIL
constexpr bool same = 5_tok_per_s == 5_req_per_s;
#else
constexpr bool same = 5_tok_per_s == 5_req_per_s * (1_tok / 1_req);
#endif
