// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The base dimensions and base units of the library's system: metre, kilogram and second, as in SI, so that watt and
/// joule follow; and byte, flop, token, request and dollar. What a user sees of it is units.hpp.
/// Evidence: tests/static/units_test.cpp.

#include <gambrel/version.hpp>

#include <boost/units/base_dimension.hpp>
#include <boost/units/base_unit.hpp>
#include <boost/units/base_units/si/kilogram.hpp>
#include <boost/units/base_units/si/meter.hpp>
#include <boost/units/base_units/si/second.hpp>
#include <boost/units/derived_dimension.hpp>
#include <boost/units/make_system.hpp>
#include <boost/units/physical_dimensions/energy.hpp>
#include <boost/units/physical_dimensions/mass.hpp>
#include <boost/units/physical_dimensions/power.hpp>
#include <boost/units/physical_dimensions/time.hpp>
#include <boost/units/physical_dimensions/volume.hpp>
#include <boost/units/quantity.hpp>

namespace gambrel {

namespace bu = boost::units;

/// The base dimensions that carry weight in this field. Boost wants a unique ordinal for each: 9001 to 9005.
namespace dimension {
struct information : bu::base_dimension<information, 9001> {};
struct work : bu::base_dimension<work, 9002> {};
struct token : bu::base_dimension<token, 9003> {};
struct request : bu::base_dimension<request, 9004> {};
struct money : bu::base_dimension<money, 9005> {};

template <class A, int N, class B, int M> using of = typename bu::derived_dimension<A, N, B, M>::type;
}  // namespace dimension

namespace base_unit {
struct byte : bu::base_unit<byte, dimension::information::dimension_type, 9101> {
    static constexpr const char* name() { return "byte"; }
    static constexpr const char* symbol() { return "B"; }
};
struct flop : bu::base_unit<flop, dimension::work::dimension_type, 9102> {
    static constexpr const char* name() { return "flop"; }
    static constexpr const char* symbol() { return "FLOP"; }
};
struct token : bu::base_unit<token, dimension::token::dimension_type, 9103> {
    static constexpr const char* name() { return "token"; }
    static constexpr const char* symbol() { return "tok"; }
};
struct request : bu::base_unit<request, dimension::request::dimension_type, 9104> {
    static constexpr const char* name() { return "request"; }
    static constexpr const char* symbol() { return "req"; }
};
struct dollar : bu::base_unit<dollar, dimension::money::dimension_type, 9105> {
    static constexpr const char* name() { return "dollar"; }
    static constexpr const char* symbol() { return "$"; }
};
}  // namespace base_unit

using system =
    bu::make_system<bu::si::meter_base_unit, bu::si::kilogram_base_unit, bu::si::second_base_unit, base_unit::byte,
                    base_unit::flop, base_unit::token, base_unit::request, base_unit::dollar>::type;
}  // namespace gambrel
