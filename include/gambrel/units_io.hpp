// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Quantities as text: `to_string(3.35_TB_per_s)` is "3.35 TB/s" and `parse<byte_rate<>>("3.35 TB/s")` is the quantity.
///
/// One plain table per dimension: symbol, factor to the base unit, and from which magnitude it is used for printing
/// (never, for the spellings that are only read). Symbols are case-sensitive, because Gb is an eighth of GB, and
/// GiB is not GB. A table's first entry is the unit that a figure of zero is printed in.
/// Opt-in: the constexpr core does not need this header.
/// Evidence: tests/units_io_test.cpp.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <gambrel/error.hpp>
#include <gambrel/numeric/range.hpp>
#include <gambrel/units.hpp>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

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

/// Position of the leading decimal digit of `x`: 2 for 312, -1 for 0.42, 0 where there is none.
inline int leading_digit(double x) {
    return x == 0.0 || !std::isfinite(x) ? 0 : static_cast<int>(std::floor(std::log10(std::fabs(x))));
}

inline std::string characters(double x, std::chars_format format, int precision) {
    std::array<char, 400> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, format, precision).ptr;
    return {buffer.data(), end};
}

/// `x` rounded to `digits` significant digits.
inline double rounded(double x, int digits) {
    const std::string text = characters(x, std::chars_format::scientific, digits - 1);
    std::from_chars(text.data(), text.data() + text.size(), x);
    return x;
}

/// The entry that `value`, rounded to `digits`, is printed in: the greatest that is not too great.
inline const entry& printed_in(const table& t, double value, int digits) {
    if (value == 0.0 || !std::isfinite(value)) return t.entries.front();
    const entry* smallest = &t.entries.front();
    const entry* best = nullptr;
    for (const entry& e : t.entries) {
        if (e.from == never) continue;
        if (e.from < smallest->from) smallest = &e;
        const bool reached = rounded(std::fabs(value) / e.factor, digits) >= e.from / e.factor;
        if (reached && (best == nullptr || e.from > best->from)) best = &e;
    }
    return best == nullptr ? *smallest : *best;
}

/// Decimals that show `digits` significant digits of `x`; whole digits are never rounded away.
inline int decimals(double x, int digits) {
    const int wanted = digits - 1 - leading_digit(x);
    return wanted < 0 ? 0 : wanted;
}

/// `x` with exactly `decimals`, thousands separated by commas; scientific where that would be a row of zeros.
inline std::string fixed(double x, int decimals) {
    if (!std::isfinite(x)) return characters(x, std::chars_format::general, 3);
    if (std::fabs(x) >= 1e15 || decimals > 17)
        return characters(x, std::chars_format::scientific, std::clamp(decimals + leading_digit(x), 0, 17));
    std::string s = characters(x, std::chars_format::fixed, decimals);
    const std::size_t first = s.front() == '-' ? 1 : 0;
    for (std::size_t i = std::min(s.find('.'), s.size()); i > first + 3;) s.insert(i -= 3, ",");
    return s;
}

/// `fixed` without the zeros at the end, but with no fewer than `at_least` decimals.
inline std::string trimmed(std::string s, std::size_t at_least) {
    const std::size_t point = s.find('.');
    if (point == std::string::npos || s.find('e') != std::string::npos) return s;
    while (s.back() == '0' && s.size() - point - 1 > at_least) s.pop_back();
    if (s.back() == '.') s.pop_back();
    return s;
}

inline std::string in(const table& t, const entry& e, double value, int digits) {
    const double x = value / e.factor;
    const int least = t.money ? 2 : 0;
    return trimmed(fixed(x, std::max(least, decimals(x, digits))), static_cast<std::size_t>(least)) + " " +
           std::string(e.symbol);
}

/// The text without the commas of a number such as 1,234,567; any other comma stays.
inline std::string without_separators(std::string_view text) {
    const auto digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    std::size_t i = !text.empty() && text.front() == '-' ? 1 : 0;
    const std::size_t first = i;
    while (digit(i)) ++i;
    std::string s(text.substr(0, i));
    const auto group = [&] {
        return i < text.size() && text[i] == ',' && digit(i + 1) && digit(i + 2) && digit(i + 3) && !digit(i + 4);
    };
    if (i > first && i - first <= 3)
        for (; group(); i += 4) s += text.substr(i + 1, 3);
    return s += text.substr(i);
}

/// The number of base units that `text` names. Error naming the text and the units that `t` accepts.
inline double read(const table& t, std::string_view text) {
    const auto wrong = [&](const std::string& what) {
        std::string accepted;
        for (const entry& e : t.entries) accepted += (accepted.empty() ? "" : ", ") + std::string(e.symbol);
        fail("\"" + std::string(text.substr(0, 60)) + (text.size() > 60 ? "..." : "") + "\" " + what + "; " +
             std::string(t.kind) + " is a number and one of: " + accepted);
    };
    const std::string plain = without_separators(text);
    double number = 0.0;
    const auto [end, status] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
    if (status == std::errc::invalid_argument) wrong("does not start with a number");
    if (status == std::errc::result_out_of_range || !std::isfinite(number)) wrong("is not a finite number");
    std::string_view symbol(end, static_cast<std::size_t>(plain.data() + plain.size() - end));
    while (!symbol.empty() && symbol.front() == ' ') symbol.remove_prefix(1);
    if (symbol.empty()) wrong("has no unit");
    const entry* e = find(t, symbol);
    if (e == nullptr) {
        for (const table& other : all)
            if (find(other, symbol) != nullptr) wrong("is " + std::string(other.kind));
        wrong("has the unknown unit \"" + std::string(symbol.substr(0, 20)) + "\"");
    }
    if (!std::isfinite(number * e->factor)) wrong("is not a finite number");
    return number * e->factor;
}

inline void check_digits(int digits) { checked(digits, 1, 17, "the number of digits to print"); }
}  // namespace symbols

/// A quantity of doubles whose dimension has a table of symbols.
template <class T> concept printable_quantity = quantity<T> && std::same_as < value_type_t<T>,
double > &&!symbols::of<typename T::unit_type>.entries.empty();

/// "80 GB", "3.35 TB/s", "2.50 $/h", "1,234 tok/s": `digits` significant digits, whole digits never rounded away.
/// Error unless `digits` is from 1 to 17. Evidence: tests/units_io_test.cpp.
template <printable_quantity Q> std::string to_string(const Q& q, int digits) {
    symbols::check_digits(digits);
    const symbols::table& t = symbols::of<typename Q::unit_type>;
    return symbols::in(t, symbols::printed_in(t, q.value(), digits), q.value(), digits);
}
/// With three digits. Not a default argument: Boost declares an unconstrained to_string(const T&) that must lose.
template <printable_quantity Q> std::string to_string(const Q& q) { return to_string(q, 3); }

/// Memory in KiB, MiB, GiB or TiB: "74.5 GiB" for 80 GB.
inline std::string to_string_binary(const bytes<>& q, int digits = 3) {
    static constexpr std::array binary{symbols::entry{"B", 1, 1}, symbols::entry{"KiB", symbols::kibi, symbols::kibi},
                                       symbols::entry{"MiB", symbols::mebi, symbols::mebi},
                                       symbols::entry{"GiB", symbols::gibi, symbols::gibi},
                                       symbols::entry{"TiB", symbols::tebi, symbols::tebi}};
    static constexpr symbols::table t{"an amount of memory", binary};
    symbols::check_digits(digits);
    return symbols::in(t, symbols::printed_in(t, q.value(), digits), q.value(), digits);
}

/// "12.3 ms (11.0 to 13.8)": the range in the unit and with the decimals of the value.
template <printable_quantity Q> std::string to_string(const figure<Q>& f, int digits = 3) {
    symbols::check_digits(digits);
    const symbols::table& t = symbols::of<typename Q::unit_type>;
    const symbols::entry& e = symbols::printed_in(t, f.value.value(), digits);
    const int decimals = std::max(t.money ? 2 : 0, symbols::decimals(f.value.value() / e.factor, digits));
    const auto number = [&](const Q& q) { return symbols::fixed(q.value() / e.factor, decimals); };
    return number(f.value) + " " + std::string(e.symbol) + " (" + number(f.low) + " to " + number(f.high) + ")";
}

/// The quantity that `text` names: parse<byte_rate<>>("400 Gb/s") is 50 GB/s. Error for anything but a finite
/// number followed by a unit of that dimension, naming the text and the units accepted.
template <printable_quantity Q> Q parse(std::string_view text) {
    return make<Q>(symbols::read(symbols::of<typename Q::unit_type>, text));
}

template <printable_quantity Q> std::ostream& operator<<(std::ostream& out, const figure<Q>& f) {
    return out << to_string(f);
}
}  // namespace gambrel

namespace gambrel::base_unit {  // found through the argument, as the operators of units.hpp are
template <class Dimension>
requires printable_quantity < bu::quantity < bu::unit<Dimension, system>,
double >> std::ostream& operator<<(std::ostream& out, const bu::quantity<bu::unit<Dimension, system>, double>& q) {
    return out << to_string(q);
}
}  // namespace gambrel::base_unit
