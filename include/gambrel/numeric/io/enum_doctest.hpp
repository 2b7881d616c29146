// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Enumerations in doctest's messages by their words: a failing CHECK(p.first_bound == bound::compute) says "memory
/// bandwidth == compute", not "1 == 0". doctest prints every enumeration as a number, whatever streams: those with a table
/// are taken out of that. Files of one program that compare the same enumeration include it all or none.
/// Validity: doctest 2.4, whose names these are; where it uses the standard headers (libc++, Clang's MSVC mode or
/// DOCTEST_CONFIG_USE_STD_HEADERS) that cannot be done and numbers stay. Evidence: tests/numeric/enum_text_test.cpp.

#include <doctest/doctest.h>
#include <gambrel/numeric/io/enum_text.hpp>
#include <sstream>

#ifndef DOCTEST_CONFIG_USE_STD_HEADERS
namespace doctest {
namespace detail::types {
template <gambrel::tabled E> struct is_enum<E> { static constexpr bool value = false; };
}  // namespace detail::types

template <gambrel::tabled E> struct StringMaker<E> {
    static String convert(E e) {
        std::ostringstream text;
        text << e;
        return text.str().c_str();
    }
};
}  // namespace doctest
#endif
