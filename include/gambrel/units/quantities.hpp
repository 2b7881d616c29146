// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The quantities of the library and their units, each a `boost::units::quantity`: seconds<>, bytes<>, flop_rate<> ...
/// Ways in: `make` here, labelled constructors and literals in literals.hpp. Evidence: tests/static/units_test.cpp.

#include <gambrel/units/arithmetic.hpp>

namespace gambrel {

namespace unit {
using time_base = bu::time_base_dimension;
using information = dimension::information;

using second = bu::unit<bu::time_dimension, system>;
using byte = bu::unit<information::dimension_type, system>;
using flop = bu::unit<dimension::work::dimension_type, system>;
using token = bu::unit<dimension::token::dimension_type, system>;
using request = bu::unit<dimension::request::dimension_type, system>;
using dollar = bu::unit<dimension::money::dimension_type, system>;
using joule = bu::unit<bu::energy_dimension, system>;
using watt = bu::unit<bu::power_dimension, system>;
using byte_per_second = bu::unit<dimension::of<information, 1, time_base, -1>, system>;
using flop_per_second = bu::unit<dimension::of<dimension::work, 1, time_base, -1>, system>;
using flop_per_byte = bu::unit<dimension::of<dimension::work, 1, information, -1>, system>;
using token_per_second = bu::unit<dimension::of<dimension::token, 1, time_base, -1>, system>;
using request_per_second = bu::unit<dimension::of<dimension::request, 1, time_base, -1>, system>;
using dollar_per_second = bu::unit<dimension::of<dimension::money, 1, time_base, -1>, system>;
using dollar_per_token = bu::unit<dimension::of<dimension::money, 1, dimension::token, -1>, system>;
using dollar_per_joule = bu::divide_typeof_helper<dollar, joule>::type;
using joule_per_token = bu::divide_typeof_helper<joule, token>::type;
using kilogram = bu::unit<bu::mass_dimension, system>;
using kilogram_per_joule = bu::divide_typeof_helper<kilogram, joule>::type;
using kilogram_per_token = bu::divide_typeof_helper<kilogram, token>::type;
using cubic_metre = bu::unit<bu::volume_dimension, system>;
using cubic_metre_per_joule = bu::divide_typeof_helper<cubic_metre, joule>::type;
using cubic_metre_per_token = bu::divide_typeof_helper<cubic_metre, token>::type;
}  // namespace unit

template <class Y = double> using seconds = bu::quantity<unit::second, Y>;
template <class Y = double> using bytes = bu::quantity<unit::byte, Y>;
template <class Y = double> using flop = bu::quantity<unit::flop, Y>;
template <class Y = double> using tokens = bu::quantity<unit::token, Y>;
template <class Y = double> using requests = bu::quantity<unit::request, Y>;
template <class Y = double> using dollars = bu::quantity<unit::dollar, Y>;
template <class Y = double> using joules = bu::quantity<unit::joule, Y>;
template <class Y = double> using watts = bu::quantity<unit::watt, Y>;
template <class Y = double> using byte_rate = bu::quantity<unit::byte_per_second, Y>;
template <class Y = double> using flop_rate = bu::quantity<unit::flop_per_second, Y>;
template <class Y = double> using intensity = bu::quantity<unit::flop_per_byte, Y>;
template <class Y = double> using token_rate = bu::quantity<unit::token_per_second, Y>;
template <class Y = double> using request_rate = bu::quantity<unit::request_per_second, Y>;
template <class Y = double> using rental = bu::quantity<unit::dollar_per_second, Y>;
template <class Y = double> using token_price = bu::quantity<unit::dollar_per_token, Y>;
template <class Y = double> using token_energy = bu::quantity<unit::joule_per_token, Y>;
template <class Y = double> using energy_price = bu::quantity<unit::dollar_per_joule, Y>;
template <class Y = double> using masses = bu::quantity<unit::kilogram, Y>;
template <class Y = double> using energy_emission = bu::quantity<unit::kilogram_per_joule, Y>;
template <class Y = double> using token_emission = bu::quantity<unit::kilogram_per_token, Y>;
template <class Y = double> using energy_water = bu::quantity<unit::cubic_metre_per_joule, Y>;
template <class Y = double> using token_water = bu::quantity<unit::cubic_metre_per_token, Y>;

/// `number` of the unit of `Quantity`: make<seconds<>>(0.5). The library's own way in; users have the literals.
template <quantity Quantity, class Number> constexpr Quantity make(const Number& number) {
    return Quantity::from_value(value_type_t<Quantity>(number));
}

inline constexpr double hour_in_seconds = 3600.0;
}  // namespace gambrel
