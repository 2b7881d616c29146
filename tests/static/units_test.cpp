// SPDX-License-Identifier: Apache-2.0
// Compile-only: if this file compiles, it has passed. The second half lists what must NOT be possible.

#include <array>
#include <concepts>
#include <cstdint>
#include <gambrel/error.hpp>
#include <gambrel/numeric/dual.hpp>
#include <gambrel/numeric/interval.hpp>
#include <gambrel/units.hpp>
#include <optional>
#include <type_traits>

namespace {
using namespace gambrel;
using namespace gambrel::literals;

// ---- a quantity is a labelled double and nothing else
template <class Q>
constexpr bool is_plain_value =
    sizeof(Q) == 8 && alignof(Q) == alignof(double) &&
    std::regular<Q>&& std::totally_ordered<Q>&& std::is_standard_layout_v<Q>&& quantity<Q> &&
    !scalar<Q> && std::same_as<value_type_t<Q>, double>;
static_assert(is_plain_value<seconds<>> && is_plain_value<bytes<>> && is_plain_value<flop<>> &&
              is_plain_value<tokens<>> && is_plain_value<requests<>> && is_plain_value<dollars<>> &&
              is_plain_value<joules<>> && is_plain_value<watts<>> && is_plain_value<byte_rate<>> &&
              is_plain_value<flop_rate<>> && is_plain_value<intensity<>> && is_plain_value<token_rate<>> &&
              is_plain_value<request_rate<>> && is_plain_value<rental<>> && is_plain_value<token_price<>> &&
              is_plain_value<token_energy<>> && is_plain_value<energy_price<>>);
static_assert(seconds<>{} == 0_s);
static_assert(sizeof(seconds<dual<2>>) == 3 * sizeof(double) && sizeof(seconds<interval>) == 2 * sizeof(double));

// ---- literals and named constructors agree; the prefixes are what their names say
static_assert(80_GB == gigabytes(80) && 80_GB == 80.0_GB && 80_GB == 80000_MB && 1_TB == 1000_GB);
static_assert(1_GB / 1_B == 1e9 && 1_MB / 1_kB == 1000.0 && 1_kB / 1_B == 1000.0);
static_assert(1_GiB / 1_B == 1024.0 * 1024.0 * 1024.0 && 1_GiB == 1024_MiB && 1_MiB == 1024_KiB && 1_TiB == 1024_GiB);
static_assert(1_GiB > 1_GB && 80_GB < 75_GiB && 80_GB > 74_GiB);
static_assert(8_Gb_per_s == 1_GB_per_s && gigabits_per_second(400) == gigabytes_per_second(50));
static_assert(1_GiB_per_s == 1_GiB / 1_s && 3_TB_per_s == 3000_GB_per_s && 1_GB_per_s == 1000_MB_per_s);
static_assert(1_PFLOP_per_s == 1000_TFLOP_per_s && 1_TFLOP_per_s == 1000_GFLOP_per_s && 1_TFLOP == 1000_GFLOP);
static_assert(1_s / 1_ms == 1000.0 && 1_h == 3600_s && 1_kW == 1000_W && 1_Mtok == 1000000_tok);
static_assert(1_GFLOP / 1_FLOP == 1e9 && 5_req == requests_of(5) && 3_usd == dollars_of(3));

constexpr bool near(double a, double b) { return math::abs(a - b) <= 4e-16 * math::abs(b); }
static_assert(near(1_ms / 1_us, 1000.0) && near(1_us / 1_ns, 1000.0));

// ---- arithmetic gives the quantity it should
static_assert(std::same_as<decltype(1_GB / 1_GB_per_s), seconds<>> && 6_GB / 2_GB_per_s == 3_s);
static_assert(std::same_as<decltype(1_FLOP / 1_TFLOP_per_s), seconds<>>);
static_assert(std::same_as<decltype(1_TFLOP_per_s / 1_TB_per_s), intensity<>>);
static_assert(std::same_as<decltype(1_FLOP_per_B * 1_B), flop<>>);
static_assert(std::same_as<decltype(1_W * 1_s), joules<>> && 700_W * 2_s == 1400_J);
static_assert(1_kW * 1_h == 1_kWh && 1_kWh == 3600000_J && 1_J / 1_s == 1_W);
static_assert(std::same_as<decltype(1_tok / 1_s), token_rate<>> && std::same_as<decltype(1_req / 1_s), request_rate<>>);
static_assert(std::same_as<decltype(1_J / 1_tok), token_energy<>> && 700_W / 350_tok_per_s == 2_J_per_tok);
static_assert(std::same_as<decltype(1_usd_per_h / 1_tok_per_s), token_price<>>);
static_assert(near(3.6_usd_per_h / 1000_tok_per_s / 1_usd_per_Mtok, 1.0));  // 0.001 $/s over 1000 tok/s
static_assert(std::same_as<decltype(1_usd_per_kWh * 1_J_per_tok), token_price<>>);
static_assert(std::same_as<decltype(1_usd_per_h * 1_h), dollars<>> && near(2_usd_per_h * 3_h / 1_usd, 6.0));
static_assert(near(0.12_usd_per_kWh * 10_kWh / 1_usd, 1.2));
static_assert(std::convertible_to<decltype(1_s / 2_s), double> && 1_s / 2_s == 0.5 && 1.0 - 1_s / 4_s == 0.75);

// ---- scalars of any arithmetic type, on either side, for every dimension
static_assert(3 * 2_s == 6_s && 2_s * 3u == 6_s && 6_s / 3 == 2_s && std::int64_t{2} * 80_GB == 160_GB);
static_assert(2 * 350_W == 700_W && 2.0F * 3_J == 6_J && 2 * 1_usd_per_h == 2_usd_per_h);
static_assert(4_TB_per_s / 2u == 2_TB_per_s);
static_assert(std::same_as<decltype(2 * 1_s), seconds<>> && std::same_as<decltype(1_s / 2u), seconds<>>);
static_assert(-1_s < 0_s && 1_s + 1_s == 2_s && 3_s - 1_s == 2_s && 1_s != 2_s && 2_s >= 2_s && 1_s <= 2_s);
static_assert(larger(1_s, 2_s) == 2_s && smaller(1_s, 2_s) == 1_s && larger(1.0, 2.0) == 2.0);
static_assert([] {
    auto t = 1_s;
    t += 2_s;
    t *= 2.0;
    return t == 6_s;
}());

// ---- other scalars inside
static_assert(std::same_as<decltype(bytes<dual<2>>{} / make<byte_rate<dual<2>>>(1.0)), seconds<dual<2>>>);
static_assert(std::same_as<decltype(bytes<interval>{} / make<byte_rate<interval>>(1.0)), seconds<interval>>);
static_assert(std::same_as<decltype(bytes<>{} / make<byte_rate<dual<2>>>(1.0)), seconds<dual<2>>>);
static_assert(std::same_as<decltype(2.0 * seconds<dual<1>>{}), seconds<dual<1>>>);
static_assert(std::same_as<decltype(3 * seconds<dual<1>>{} / 7), seconds<dual<1>>>);
static_assert(std::same_as<decltype(dual<1>{2.0} * seconds<>{}), seconds<dual<1>>>);
static_assert(std::same_as<decltype(seconds<>{} + seconds<dual<1>>{}), seconds<dual<1>>>);
static_assert(std::same_as<decltype(gigabytes(dual<1>{80.0})), bytes<dual<1>>>);

// ---- what must not be possible
template <class To, class From> concept can_become = requires(From f) { To(f); }
|| requires(From f) { To{f}; };
template <class A, class B> concept addable = requires(A a, B b) { a + b; }
|| requires(A a, B b) { b + a; };
template <class A, class B> concept subtractable = requires(A a, B b) { a - b; }
|| requires(A a, B b) { b - a; };
template <class A, class B> concept ordered = requires(A a, B b) { a < b; }
|| requires(A a, B b) { a > b; }
|| requires(A a, B b) { b < a; }
|| requires(A a, B b) { b > a; };
template <class A, class B> concept equatable = requires(A a, B b) { a == b; }
|| requires(A a, B b) { b == a; };
template <class A, class B>
concept sensible_together = addable<A, B> || subtractable<A, B> || ordered<A, B> || equatable<A, B>;

static_assert(sensible_together<seconds<>, seconds<>> && addable<bytes<>, bytes<>>);  // the concepts can be true

template <class Q>
constexpr bool is_unlike_numbers =
    !can_become<Q, double> && !can_become<Q, int> && !can_become<double, Q> && !addable<Q, double> &&
    !addable<Q, int> && !ordered<Q, double> && !equatable<Q, double>;

// Every quantity against every number and every other quantity. (An explicit conversion between two quantities is
// refused inside Boost, where a concept cannot see it: tests/compile_fail/explicit_conversion.cpp.)
template <class... Q> struct kinds {
    template <class A, class B>
    static constexpr bool unlike = std::same_as<A, B> || (!sensible_together<A, B> && !std::convertible_to<A, B>);
    template <class A> static constexpr bool unlike_all = (unlike<A, Q> && ...);
    static constexpr bool all_unlike = (unlike_all<Q> && ...);
    static constexpr bool all_unlike_numbers = (is_unlike_numbers<Q> && ...);
};
using all_kinds =
    kinds<seconds<>, bytes<>, flop<>, tokens<>, requests<>, dollars<>, joules<>, watts<>, byte_rate<>, flop_rate<>,
          intensity<>, token_rate<>, request_rate<>, rental<>, token_price<>, energy_price<>, token_energy<>>;
static_assert(all_kinds::all_unlike);
static_assert(all_kinds::all_unlike_numbers);

constexpr auto takes_bytes = [](bytes<> b) { return b; };
template <class T> concept accepted_as_bytes = requires(T t) { takes_bytes(t); };
static_assert(accepted_as_bytes<bytes<>> && !accepted_as_bytes<double> && !accepted_as_bytes<byte_rate<>> &&
              !accepted_as_bytes<flop<>>);

// dual and interval do not lose what they carry
static_assert(!can_become<double, dual<1>> && !can_become<double, interval>);
static_assert(!std::convertible_to<seconds<dual<1>>, seconds<>> && !can_become<dual<2>, dual<1>>);

// ---- the usual containers
constexpr std::array<seconds<>, 2> two{1_ms, 2_ms};
constexpr std::optional<bytes<>> maybe = 80_GB;
static_assert(two[0] + two[1] == 3_ms && *maybe == 80_GB);

// ---- values checked at compile time
static_assert(checked(0.5, 0.0, 1.0, "a fraction") == 0.5);
}  // namespace
