// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where Boost.Units falls short, closed once: integers and other scalars times a quantity; the ratio of two quantities
/// of one unit as a plain number; a readable error for the sum or the comparison of unlike quantities.
/// Evidence: tests/static/units_test.cpp, tests/compile_fail/.

#include <concepts>
#include <gambrel/units/system.hpp>
#include <type_traits>

namespace gambrel {

/// Numbers a quantity may hold or be scaled by. A user's own scalar joins by specialising `is_scalar`.
template <class T> inline constexpr bool is_scalar = std::is_arithmetic_v<T>;
template <class T> concept scalar = is_scalar<std::remove_cvref_t<T>>;

template <class T> inline constexpr bool is_quantity = false;
template <class U, class Y> inline constexpr bool is_quantity<bu::quantity<U, Y>> = true;
template <class T> concept quantity = is_quantity<std::remove_cvref_t<T>>;

/// The scalar inside a quantity, or the scalar itself.
template <class T> struct value_type { using type = T; };
template <class U, class Y> struct value_type<bu::quantity<U, Y>> { using type = Y; };
template <class T> using value_type_t = typename value_type<std::remove_cvref_t<T>>::type;
}  // namespace gambrel

// Operators live where argument-dependent lookup finds them: through the base units in the system of every quantity.
namespace gambrel::base_unit {

/// `a` times or divided into a `Y`, in the type that the two make together (whole numbers convert on purpose).
template <class Y, scalar A> constexpr auto factor(const A& a) {
    if constexpr (std::is_arithmetic_v<A>)
        return static_cast<std::conditional_t<std::is_arithmetic_v<Y>, decltype(a * Y{}), double>>(a);
    else return a;
}

template <scalar A, class U, class Y>
requires(!std::same_as<A, Y>) constexpr auto operator*(const A& a, const bu::quantity<U, Y>& q) {
    const auto value = factor<Y>(a) * q.value();
    return bu::quantity<U, std::remove_cv_t<decltype(value)>>::from_value(value);
}
template <scalar A, class U, class Y>
requires(!std::same_as<A, Y>) constexpr auto operator*(const bu::quantity<U, Y>& q, const A& a) {
    const auto value = q.value() * factor<Y>(a);
    return bu::quantity<U, std::remove_cv_t<decltype(value)>>::from_value(value);
}
template <scalar A, class U, class Y>
requires(!std::same_as<A, Y>) constexpr auto operator/(const bu::quantity<U, Y>& q, const A& a) {
    const auto value = q.value() / factor<Y>(a);
    return bu::quantity<U, std::remove_cv_t<decltype(value)>>::from_value(value);
}

/// Two quantities of one unit divide to a plain number (Boost alone gives a dimensionless quantity).
template <class D, class Y>
constexpr Y operator/(const bu::quantity<bu::unit<D, system>, Y>& a, const bu::quantity<bu::unit<D, system>, Y>& b) {
    return a.value() / b.value();
}

/// Named so that the compiler's message is a sentence; on the operator's own line, which is the line clang quotes.
struct only_quantities_of_the_same_dimension_can_be_added_or_compared {};

template <class D1, class D2, class S, class Y1, class Y2>
requires(!std::same_as<D1, D2>) only_quantities_of_the_same_dimension_can_be_added_or_compared operator+(
    const bu::quantity<bu::unit<D1, S>, Y1>&, const bu::quantity<bu::unit<D2, S>, Y2>&) = delete;
template <class D1, class D2, class S, class Y1, class Y2>
requires(!std::same_as<D1, D2>) only_quantities_of_the_same_dimension_can_be_added_or_compared operator-(
    const bu::quantity<bu::unit<D1, S>, Y1>&, const bu::quantity<bu::unit<D2, S>, Y2>&) = delete;
template <class D1, class D2, class S, class Y1, class Y2>
requires(!std::same_as<D1, D2>) only_quantities_of_the_same_dimension_can_be_added_or_compared operator<(
    const bu::quantity<bu::unit<D1, S>, Y1>&, const bu::quantity<bu::unit<D2, S>, Y2>&) = delete;
template <class D1, class D2, class S, class Y1, class Y2>
requires(!std::same_as<D1, D2>) only_quantities_of_the_same_dimension_can_be_added_or_compared operator>(
    const bu::quantity<bu::unit<D1, S>, Y1>&, const bu::quantity<bu::unit<D2, S>, Y2>&) = delete;
template <class D1, class D2, class S, class Y1, class Y2>
requires(!std::same_as<D1, D2>) only_quantities_of_the_same_dimension_can_be_added_or_compared operator==(
    const bu::quantity<bu::unit<D1, S>, Y1>&, const bu::quantity<bu::unit<D2, S>, Y2>&) = delete;
}  // namespace gambrel::base_unit

namespace gambrel {

/// The larger and the smaller of two quantities or scalars of one kind (constexpr, any scalar).
template <class T> constexpr T larger(const T& a, const T& b) { return a < b ? b : a; }
template <class T> constexpr T smaller(const T& a, const T& b) { return b < a ? b : a; }

}  // namespace gambrel
