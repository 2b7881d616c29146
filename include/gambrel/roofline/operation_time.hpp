// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Time of one operation (one layer, one rank) and where it goes. Evidence: tests/roofline/roof_test.cpp.

#include <gambrel/roofline/bound.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

template <class Y = double> struct operation_time {
    seconds<Y> total{};
    seconds<Y> compute{};  ///< alone under the compute roof
    seconds<Y> memory{};   ///< alone under the memory roof
    seconds<Y> network{};
    seconds<Y> fixed{};
    seconds<Y> conversion{};  ///< quantising the inputs, before; of ggml's matrices, widening the weights
    gambrel::bound bound = bound::memory;
    double sigma = 0;  ///< logarithmic standard deviation of the law that priced it
};
}  // namespace gambrel
