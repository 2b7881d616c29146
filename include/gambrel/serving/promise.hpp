// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A promise about a figure, kept by the compiler: where it is broken, the message shows the figure's numbers.
///
///     GAMBREL_PROMISE(p.tpot, at_most, 50_ms);         // the middle value keeps it
///     GAMBREL_PROMISE(p.tpot, surely_at_most, 50_ms);  // and so does the bad end of the 80 % range
///     GAMBREL_PROMISE(p.output_throughput, at_least, 1000_tok_per_s);
///
/// It is a static_assert. A macro, because g++ prints the values of template arguments and no others, and only whole numbers
/// are template arguments on every compiler: a broken promise names
/// `promise<in_microseconds, surely_at_most, 43250, 35750, 52500, 50000>`: in which unit, what was promised, the figure, the
/// low and the high end of its range, the limit. Other figures are in thousandths of their base unit (tok/s, J/tok, W),
/// prices in thousandths of $/Mtok. Evidence: tests/compile_fail/promise_broken.cpp.

#include <gambrel/numeric/range.hpp>
#include <gambrel/units.hpp>
#include <limits>
#include <type_traits>

namespace gambrel {

struct in_microseconds {
    static constexpr double of_base = 1e6;
};
struct in_thousandths {
    static constexpr double of_base = 1e3;
};
struct in_thousandths_of_usd_per_Mtok {
    static constexpr double of_base = 1e9;
};
template <class Q>
using promised_in = std::conditional_t<
    std::is_same_v<Q, seconds<>>, in_microseconds,
    std::conditional_t<std::is_same_v<Q, token_price<>>, in_thousandths_of_usd_per_Mtok, in_thousandths>>;

struct at_most {
    static constexpr bool kept(long long value, long long, long long, long long limit) { return value <= limit; }
};
struct surely_at_most {
    static constexpr bool kept(long long, long long, long long high, long long limit) { return high <= limit; }
};
struct at_least {
    static constexpr bool kept(long long value, long long, long long, long long limit) { return value >= limit; }
};
struct surely_at_least {
    static constexpr bool kept(long long, long long low, long long, long long limit) { return low >= limit; }
};

template <class Unit, class Promise, long long Value, long long Low, long long High, long long Limit> struct promise {
    static constexpr bool kept = Promise::kept(Value, Low, High, Limit);
    static_assert(kept, "a promise is broken: promise<unit, what, figure, low, high, limit> has the numbers");
};

/// `q` in `Unit`, to the nearest whole number; infinity is the greatest there is.
template <class Unit, quantity Q> constexpr long long whole(const Q& q) {
    const double x = q.value() * Unit::of_base;
    if (x >= 9e18) return std::numeric_limits<long long>::max();
    return static_cast<long long>(x + (x < 0.0 ? -0.5 : 0.5));
}
}  // namespace gambrel

#define GAMBREL_PROMISE(FIGURE, WHAT, LIMIT)                                                                      \
    static_assert(::gambrel::promise<                                                                             \
                  ::gambrel::promised_in<std::remove_cvref_t<decltype(LIMIT)>>, ::gambrel::WHAT,                  \
                  ::gambrel::whole<::gambrel::promised_in<std::remove_cvref_t<decltype(LIMIT)>>>((FIGURE).value), \
                  ::gambrel::whole<::gambrel::promised_in<std::remove_cvref_t<decltype(LIMIT)>>>((FIGURE).low),   \
                  ::gambrel::whole<::gambrel::promised_in<std::remove_cvref_t<decltype(LIMIT)>>>((FIGURE).high),  \
                  ::gambrel::whole<::gambrel::promised_in<std::remove_cvref_t<decltype(LIMIT)>>>(LIMIT)>::kept)
