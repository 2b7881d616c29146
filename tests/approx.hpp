// SPDX-License-Identifier: Apache-2.0
#pragma once
// A number within a share of itself, whatever its size: CHECK(x == approx(0.040).epsilon(0.03)) is 40 ms within 1.2 ms.
// doctest's own Approx tolerates epsilon (1 + |x|), by which 31 ms would do as well: a tolerance for numbers about 1, and
// none for times in seconds. What is left of that 1 here is there for zero: two zeros are equal.
#include <doctest/doctest.h>

template <class Number> doctest::Approx approx(Number expected) {
    return doctest::Approx(static_cast<double>(expected)).scale(1e-9);
}
