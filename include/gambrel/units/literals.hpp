// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Labelled constructors of the quantities of units.hpp and their literals: gigabytes(80), 80_GB; dollars_per_hour(2.5).
/// One line each: name, quantity, factor, literal.
/// Evidence: tests/static/units_test.cpp.

#include <gambrel/units/quantities.hpp>

namespace gambrel {

#define GAMBREL_NAMED_UNIT(name, alias, factor, literal)                                               \
    template <scalar Y> constexpr auto name(const Y& number) {                                         \
        using T = std::conditional_t<std::is_arithmetic_v<Y>, double, Y>;                              \
        return alias<T>::from_value(T(number) * (factor));                                             \
    }                                                                                                  \
    namespace literals {                                                                               \
    consteval auto operator""_##literal(long double n) { return name(static_cast<double>(n)); }        \
    consteval auto operator""_##literal(unsigned long long n) { return name(static_cast<double>(n)); } \
    }

GAMBREL_NAMED_UNIT(bytes_of, bytes, 1.0, B)
GAMBREL_NAMED_UNIT(kilobytes, bytes, 1e3, kB)
GAMBREL_NAMED_UNIT(megabytes, bytes, 1e6, MB)
GAMBREL_NAMED_UNIT(gigabytes, bytes, 1e9, GB)
GAMBREL_NAMED_UNIT(terabytes, bytes, 1e12, TB)
GAMBREL_NAMED_UNIT(kibibytes, bytes, 1024.0, KiB)
GAMBREL_NAMED_UNIT(mebibytes, bytes, 1048576.0, MiB)
GAMBREL_NAMED_UNIT(gibibytes, bytes, 1073741824.0, GiB)
GAMBREL_NAMED_UNIT(tebibytes, bytes, 1099511627776.0, TiB)

GAMBREL_NAMED_UNIT(megabytes_per_second, byte_rate, 1e6, MB_per_s)
GAMBREL_NAMED_UNIT(gigabytes_per_second, byte_rate, 1e9, GB_per_s)
GAMBREL_NAMED_UNIT(terabytes_per_second, byte_rate, 1e12, TB_per_s)
GAMBREL_NAMED_UNIT(gibibytes_per_second, byte_rate, 1073741824.0, GiB_per_s)
GAMBREL_NAMED_UNIT(gigabits_per_second, byte_rate, 1e9 / 8.0, Gb_per_s)

GAMBREL_NAMED_UNIT(flop_of, flop, 1.0, FLOP)
GAMBREL_NAMED_UNIT(gigaflop, flop, 1e9, GFLOP)
GAMBREL_NAMED_UNIT(teraflop, flop, 1e12, TFLOP)
GAMBREL_NAMED_UNIT(gigaflop_per_second, flop_rate, 1e9, GFLOP_per_s)
GAMBREL_NAMED_UNIT(teraflop_per_second, flop_rate, 1e12, TFLOP_per_s)
GAMBREL_NAMED_UNIT(petaflop_per_second, flop_rate, 1e15, PFLOP_per_s)
GAMBREL_NAMED_UNIT(flop_per_byte, intensity, 1.0, FLOP_per_B)

GAMBREL_NAMED_UNIT(nanoseconds, seconds, 1e-9, ns)
GAMBREL_NAMED_UNIT(microseconds, seconds, 1e-6, us)
GAMBREL_NAMED_UNIT(milliseconds, seconds, 1e-3, ms)
GAMBREL_NAMED_UNIT(seconds_of, seconds, 1.0, s)
GAMBREL_NAMED_UNIT(hours, seconds, hour_in_seconds, h)

GAMBREL_NAMED_UNIT(watts_of, watts, 1.0, W)
GAMBREL_NAMED_UNIT(kilowatts, watts, 1e3, kW)
GAMBREL_NAMED_UNIT(joules_of, joules, 1.0, J)
GAMBREL_NAMED_UNIT(kilowatt_hours, joules, 1e3 * hour_in_seconds, kWh)

GAMBREL_NAMED_UNIT(tokens_of, tokens, 1.0, tok)
GAMBREL_NAMED_UNIT(million_tokens, tokens, 1e6, Mtok)
GAMBREL_NAMED_UNIT(tokens_per_second, token_rate, 1.0, tok_per_s)
GAMBREL_NAMED_UNIT(requests_of, requests, 1.0, req)
GAMBREL_NAMED_UNIT(requests_per_second, request_rate, 1.0, req_per_s)
GAMBREL_NAMED_UNIT(joules_per_token, token_energy, 1.0, J_per_tok)

GAMBREL_NAMED_UNIT(dollars_of, dollars, 1.0, usd)
GAMBREL_NAMED_UNIT(dollars_per_hour, rental, 1.0 / hour_in_seconds, usd_per_h)
GAMBREL_NAMED_UNIT(dollars_per_million_tokens, token_price, 1e-6, usd_per_Mtok)
GAMBREL_NAMED_UNIT(dollars_per_kilowatt_hour, energy_price, 1.0 / (1e3 * hour_in_seconds), usd_per_kWh)

GAMBREL_NAMED_UNIT(kilograms, masses, 1.0, kg)
GAMBREL_NAMED_UNIT(grams_per_kilowatt_hour, energy_emission, 1e-3 / (1e3 * hour_in_seconds), g_per_kWh)
GAMBREL_NAMED_UNIT(grams_per_million_tokens, token_emission, 1e-9, g_per_Mtok)
GAMBREL_NAMED_UNIT(litres_per_kilowatt_hour, energy_water, 1e-3 / (1e3 * hour_in_seconds), L_per_kWh)
GAMBREL_NAMED_UNIT(litres_per_million_tokens, token_water, 1e-9, L_per_Mtok)

#undef GAMBREL_NAMED_UNIT
}  // namespace gambrel
