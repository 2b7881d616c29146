// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <gambrel/ask/keyword.hpp>
#include <gambrel/hardware/interconnect.hpp>
#include <gambrel/numeric/io/enum_doctest.hpp>
#include <gambrel/simulation/router.hpp>
#include <gambrel/units_io.hpp>
#include <sstream>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
enum class plain : unsigned char { zero, one };  // no table: none of ours

template <class T> std::string streamed(const T& x) {
    std::ostringstream out;
    out << x;
    return out.str();
}
}  // namespace

TEST_CASE("an enumeration with a table streams by its words") {
    CHECK(streamed(fabric::shared_memory) == name_of(fabric::shared_memory));
    CHECK(streamed(simulation::routing::round_robin) == std::string(name_of(simulation::routing::round_robin)));
    CHECK(streamed(ask::keyword_group::money) == "What it costs");
    CHECK(streamed(static_cast<fabric>(200)) == "200");
    CHECK(streamed(2_ms) == "2 ms");  // quantities still find theirs
}

#ifndef DOCTEST_CONFIG_USE_STD_HEADERS
TEST_CASE("doctest says the words of an enumeration with a table, and numbers of others") {
    CHECK(doctest::toString(fabric::shared_memory) == "shared_memory");
    CHECK(doctest::toString(ask::keyword_group::money) == "What it costs");
    CHECK(doctest::toString(plain::one) == "1");
}
#endif
