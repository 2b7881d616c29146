// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The quantities of the library, over one system of units: metre, kilogram, second (so watt and joule come out
/// right), byte, flop, token, request, dollar. Each is a `boost::units::quantity`.
///
/// `bytes<>` is a quantity of doubles; `bytes<dual<2>>` carries derivatives, `bytes<interval>` a range.
/// `q / 1_GB` is the plain number of gigabytes. GB and GiB (Gb and GB) share a dimension, so the label is always
/// written out: there is no constructor from an unlabelled number. Printing and parsing: units_io.hpp. Boost.Units is
/// known in units/ only.
/// Evidence: tests/static/units_test.cpp, tests/compile_fail/.

#include <gambrel/units/literals.hpp>
