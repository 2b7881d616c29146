// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Quantities as text: `to_string(3.35_TB_per_s)` is "3.35 TB/s" and `parse<byte_rate<>>("3.35 TB/s")` is the quantity.
/// The unit is chosen from the dimension's table (units_io/symbols.hpp), the digits are as units_io/digits.hpp says.
/// Opt-in: the constexpr core does not need this header.
/// Evidence: tests/units_io_test.cpp.

#include <concepts>
#include <gambrel/error.hpp>
#include <gambrel/numeric/range.hpp>
#include <gambrel/numeric/read_number.hpp>
#include <gambrel/units_io/digits.hpp>
#include <gambrel/units_io/symbols.hpp>
#include <ostream>
#include <system_error>

namespace gambrel {

namespace symbols {
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

inline std::string in(const table& t, const entry& e, double value, int digits) {
    const double x = value / e.factor;
    const int least = t.money ? 2 : 0;
    return trimmed(fixed(x, std::max(least, decimals(x, digits))), static_cast<std::size_t>(least)) + " " +
           std::string(e.symbol);
}

/// "12.3 ms (11.0 to 13.8)" of three values in base units; an open range ends with "no end", a sharp value has none.
inline std::string figure_text(const table& t, double value, double low, double high, int digits) {
    const entry& e = printed_in(t, value, digits);
    const int places = std::max(t.money ? 2 : 0, decimals(value / e.factor, digits));
    const auto number = [&](double x) { return std::isinf(x) ? "no end" : fixed(x / e.factor, places); };
    const std::string shown = number(value) + (e.symbol.empty() ? "" : " ") + std::string(e.symbol);
    return low == value && high == value ? shown : shown + " (" + number(low) + " to " + number(high) + ")";
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
    const auto [end, status] = read_number(plain.data(), plain.data() + plain.size(), number);
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
    symbols::check_digits(digits);
    return symbols::in(symbols::of_binary, symbols::printed_in(symbols::of_binary, q.value(), digits), q.value(),
                       digits);
}

/// "12.3 ms (11.0 to 13.8)": the range in the unit and with the decimals of the value.
template <printable_quantity Q> std::string to_string(const figure<Q>& f, int digits = 3) {
    symbols::check_digits(digits);
    return symbols::figure_text(symbols::of<typename Q::unit_type>, f.value.value(), f.low.value(), f.high.value(),
                                digits);
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
