// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The symbols of the units, one plain table per dimension: symbol, factor to the base unit, and from which magnitude
/// it is used for printing (never, for the spellings that are only read). Symbols are case-sensitive, because Gb is an
/// eighth of GB, and GiB is not GB. A table's first entry is the unit that a figure of zero is printed in.
/// Evidence: tests/units_io_test.cpp.

#include <array>
#include <gambrel/units.hpp>
#include <span>
#include <string_view>

namespace gambrel {

namespace symbols {
inline constexpr double never = 0.0;

struct entry {
    std::string_view symbol;
    double factor;
    double from = never;  ///< printed for magnitudes (in the base unit) of at least this much
};
struct table {
    std::string_view kind;
    std::span<const entry> entries;
    bool money = false;  ///< printed with at least two decimals
};

inline constexpr double bit = 1.0 / 8.0, kibi = 1024.0, mebi = 1048576.0, gibi = 1073741824.0, tebi = 1099511627776.0;
inline constexpr double hour = hour_in_seconds, kilowatt_hour = 1e3 * hour_in_seconds;

inline constexpr std::array time{entry{"s", 1, 1},        entry{"ms", 1e-3, 1e-3}, entry{"us", 1e-6, 1e-6},
                                 entry{"ns", 1e-9, 1e-9}, entry{"h", hour, 1e4},   entry{"\u00b5s", 1e-6},
                                 entry{"\u03bcs", 1e-6},  entry{"min", 60.0},      entry{"day", 24.0 * hour}};
inline constexpr std::array memory{entry{"B", 1, 1},        entry{"kB", 1e3, 1e3},   entry{"MB", 1e6, 1e6},
                                   entry{"GB", 1e9, 1e9},   entry{"TB", 1e12, 1e12}, entry{"PB", 1e15, 1e15},
                                   entry{"EB", 1e18, 1e18}, entry{"KiB", kibi},      entry{"MiB", mebi},
                                   entry{"GiB", gibi},      entry{"TiB", tebi},      entry{"b", bit},
                                   entry{"kb", 1e3 * bit},  entry{"Mb", 1e6 * bit},  entry{"Gb", 1e9 * bit},
                                   entry{"Tb", 1e12 * bit}, entry{"Gbit", 1e9 * bit}};
inline constexpr std::array binary_memory{entry{"B", 1, 1}, entry{"KiB", kibi, kibi}, entry{"MiB", mebi, mebi},
                                          entry{"GiB", gibi, gibi}, entry{"TiB", tebi, tebi}};
inline constexpr std::array bandwidth{entry{"B/s", 1, 1},         entry{"kB/s", 1e3, 1e3},   entry{"MB/s", 1e6, 1e6},
                                      entry{"GB/s", 1e9, 1e9},    entry{"TB/s", 1e12, 1e12}, entry{"PB/s", 1e15, 1e15},
                                      entry{"KiB/s", kibi},       entry{"MiB/s", mebi},      entry{"GiB/s", gibi},
                                      entry{"TiB/s", tebi},       entry{"b/s", bit},         entry{"kb/s", 1e3 * bit},
                                      entry{"Mb/s", 1e6 * bit},   entry{"Gb/s", 1e9 * bit},  entry{"Tb/s", 1e12 * bit},
                                      entry{"Gbit/s", 1e9 * bit}, entry{"Mbps", 1e6 * bit},  entry{"Gbps", 1e9 * bit},
                                      entry{"Tbps", 1e12 * bit},  entry{"GBps", 1e9},        entry{"TBps", 1e12}};
inline constexpr std::array work{entry{"FLOP", 1, 1},        entry{"MFLOP", 1e6, 1e6},   entry{"GFLOP", 1e9, 1e9},
                                 entry{"TFLOP", 1e12, 1e12}, entry{"PFLOP", 1e15, 1e15}, entry{"EFLOP", 1e18, 1e18},
                                 entry{"ZFLOP", 1e21, 1e21}};
inline constexpr std::array work_rate{entry{"FLOP/s", 1, 1},        entry{"MFLOP/s", 1e6, 1e6},
                                      entry{"GFLOP/s", 1e9, 1e9},   entry{"TFLOP/s", 1e12, 1e12},
                                      entry{"PFLOP/s", 1e15, 1e15}, entry{"EFLOP/s", 1e18, 1e18},
                                      entry{"GFLOPS", 1e9},         entry{"TFLOPS", 1e12},
                                      entry{"PFLOPS", 1e15},        entry{"TOPS", 1e12}};
inline constexpr std::array intensity{entry{"FLOP/B", 1, 1}};
inline constexpr std::array token_count{entry{"tok", 1, 1},        entry{"Mtok", 1e6, 1e6}, entry{"Gtok", 1e9, 1e9},
                                        entry{"Ttok", 1e12, 1e12}, entry{"ktok", 1e3},      entry{"tokens", 1}};
inline constexpr std::array token_speed{entry{"tok/s", 1, 1}, entry{"Mtok/s", 1e6, 1e6}, entry{"ktok/s", 1e3},
                                        entry{"tokens/s", 1}};
inline constexpr std::array request_count{entry{"req", 1, 1}, entry{"requests", 1}};
inline constexpr std::array request_speed{entry{"req/s", 1, 1}, entry{"req/min", 1.0 / 60.0},
                                          entry{"req/h", 1.0 / hour}, entry{"requests/s", 1}};
inline constexpr std::array energy{
    entry{"J", 1, 1},      entry{"mJ", 1e-3, 1e-3},     entry{"uJ", 1e-6, 1e-6},
    entry{"kJ", 1e3, 1e3}, entry{"MJ", 1e6, 1e6},       entry{"GJ", 1e9, 1e9},
    entry{"Wh", hour},     entry{"kWh", kilowatt_hour}, entry{"MWh", 1e3 * kilowatt_hour}};
inline constexpr std::array power{entry{"W", 1, 1}, entry{"mW", 1e-3, 1e-3}, entry{"kW", 1e3, 1e3},
                                  entry{"MW", 1e6, 1e6}, entry{"GW", 1e9, 1e9}};
inline constexpr std::array energy_per_token{entry{"J/tok", 1, 0.1}, entry{"mJ/tok", 1e-3, 1e-3},
                                             entry{"uJ/tok", 1e-6, 1e-6}, entry{"kJ/tok", 1e3, 1e3},
                                             entry{"J/token", 1}};
inline constexpr std::array money{entry{"$", 1, 1}, entry{"usd", 1}};
inline constexpr std::array hire{entry{"$/h", 1.0 / hour, 1.0 / hour}, entry{"$/hr", 1.0 / hour},
                                 entry{"usd/h", 1.0 / hour}, entry{"$/s", 1}, entry{"$/day", 1.0 / (24.0 * hour)}};
inline constexpr std::array per_token{entry{"$/Mtok", 1e-6, 1e-6}, entry{"$/M tokens", 1e-6}, entry{"usd/Mtok", 1e-6},
                                      entry{"$/ktok", 1e-3}, entry{"$/tok", 1}};
inline constexpr std::array per_energy{entry{"$/kWh", 1.0 / kilowatt_hour, 1.0 / kilowatt_hour},
                                       entry{"usd/kWh", 1.0 / kilowatt_hour}, entry{"$/MWh", 1e-3 / kilowatt_hour},
                                       entry{"$/J", 1}};

/// The table of a unit; a dimension without one is neither printed nor read.
template <class Unit> inline constexpr table of{};
template <> inline constexpr table of<unit::second>{"a time", time};
template <> inline constexpr table of<unit::byte>{"an amount of memory", memory};
template <> inline constexpr table of<unit::flop>{"an amount of work", work};
template <> inline constexpr table of<unit::token>{"a number of tokens", token_count};
template <> inline constexpr table of<unit::request>{"a number of requests", request_count};
template <> inline constexpr table of<unit::dollar>{"an amount of money", money, true};
template <> inline constexpr table of<unit::joule>{"an energy", energy};
template <> inline constexpr table of<unit::watt>{"a power", power};
template <> inline constexpr table of<unit::byte_per_second>{"a bandwidth", bandwidth};
template <> inline constexpr table of<unit::flop_per_second>{"a rate of work", work_rate};
template <> inline constexpr table of<unit::flop_per_byte>{"an intensity", intensity};
template <> inline constexpr table of<unit::token_per_second>{"a token rate", token_speed};
template <> inline constexpr table of<unit::request_per_second>{"a request rate", request_speed};
template <> inline constexpr table of<unit::dollar_per_second>{"a rental price", hire, true};
template <> inline constexpr table of<unit::dollar_per_token>{"a price of tokens", per_token, true};
template <> inline constexpr table of<unit::dollar_per_joule>{"a price of energy", per_energy, true};
template <> inline constexpr table of<unit::joule_per_token>{"an energy per token", energy_per_token};

inline constexpr table of_binary{"an amount of memory", binary_memory};

inline constexpr std::array all{of<unit::second>,
                                of<unit::byte>,
                                of<unit::flop>,
                                of<unit::token>,
                                of<unit::request>,
                                of<unit::dollar>,
                                of<unit::joule>,
                                of<unit::watt>,
                                of<unit::byte_per_second>,
                                of<unit::flop_per_second>,
                                of<unit::flop_per_byte>,
                                of<unit::token_per_second>,
                                of<unit::request_per_second>,
                                of<unit::dollar_per_second>,
                                of<unit::dollar_per_token>,
                                of<unit::dollar_per_joule>,
                                of<unit::joule_per_token>};

constexpr const entry* find(const table& t, std::string_view symbol) {
    for (const entry& e : t.entries)
        if (e.symbol == symbol) return &e;
    return nullptr;
}
}  // namespace symbols
}  // namespace gambrel
