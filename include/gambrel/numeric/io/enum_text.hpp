// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Enumerations on a stream, by the words of their tables: `std::cout << p.first_bound` prints "memory bandwidth", and so
/// does a failing `EXPECT_EQ` of GoogleTest, which prints what streams. For doctest: numeric/io/enum_doctest.hpp.
/// A value without an enumerator, as a cast can make, is printed as its number. Opt-in, as all that prints.
/// Evidence: tests/numeric/enum_text_test.cpp, tests/consumption/googletest.

#include <gambrel/numeric/enum_table.hpp>
#include <ostream>

namespace gambrel {

template <tabled E> std::ostream& operator<<(std::ostream& out, E e) {
    const auto number = static_cast<std::size_t>(e);
    return number < enum_count<E> ? out << name_of(e) : out << number;
}

// An operator is looked for beside its enumeration: some stand in these rooms' own namespaces.
namespace ask {
using gambrel::operator<<;
}
namespace simulation {
using gambrel::operator<<;
}
}  // namespace gambrel
