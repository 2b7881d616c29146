// SPDX-License-Identifier: Apache-2.0
#pragma once
/// MaxText: JAX compiled by XLA, parameters sharded over all devices. XLA leaves the last product of a layer out of
/// recomputation and fuses what lies between products. Evidence: tests/training/catalog_test.cpp.

#include <gambrel/training/catalog/pytorch.hpp>

namespace gambrel::training::catalog {

inline constexpr stack<> maxtext = [] {
    stack<> s = sharded(fused());
    s.name = "maxtext";
    s.title = "MaxText (XLA)";
    s.version = "2024-10 to 2025";
    s.attention = attention_kernels::newest;
    s.states = {.weights = 4, .working_gradient = 0, .gradient = 4, .optimizer = 8};
    return s;
}();
}  // namespace gambrel::training::catalog
