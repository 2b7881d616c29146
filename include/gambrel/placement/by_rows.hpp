// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Matrices cut by rows over devices (-sm row, the default to 2023): every device computes its rows of each, and what they
/// make is gathered after each product.
///
///     token  = (layers + output on one device) / S + layers (row_start + row_each S)
///     device weights / S each; keys, values and logits on the first
///
/// What is above a share of the layers is the same for 7B to 70B, Q4_0 and F16, and differs by machine: row_start and
/// row_each go through the means over machines at 2 and at 6 devices, `row_sigma` is the scatter of the machines (0.28 to
/// 0.49 ms a layer with two, 0.45 to 0.63 with three, 0.43 with four, 0.75 to 1.08 with six). 54 rows of builds of 2023-12:
/// RTX 3090, 4090, 4000 Ada and A6000 in rented servers (XiongjieDai/GPU-Benchmarks-on-LLM-Inference). Of prompts no law
/// is known: on the same servers one token of a layer takes 4 to 100 ns for each hidden value, by the way they are wired.
/// Validity: equal devices, builds of 2023. Evidence: tests/placement/offload_test.cpp.

#include <gambrel/placement/times.hpp>

namespace gambrel::placement {

inline constexpr double row_start = 75e-6, row_each = 137.5e-6, row_sigma = 0.3;

/// A decode at `context` tokens on the devices of `on`, all alike.
inline timed decode_by_rows(const machine& on, const architecture& m, const stored_model& stored, const settings& s,
                            double context) {
    pass_clock clock(on, m, stored, s);
    const auto devices = static_cast<double>(on.size()), layers = static_cast<double>(stored.layers.size());
    timed t = (1.0 / devices) * clock.decode(split_of(stored, static_cast<int>(stored.layers.size()) + 1), context);
    if (on.size() < 2) return t;
    const double gathered = layers * (row_start + row_each * devices);
    return t += {gathered, gathered * row_sigma};
}

/// What each device holds: shares of the weights, and on the first one the rest.
inline memory_use memory_by_rows(const architecture& m, const stored_model& stored, const settings& s,
                                 std::size_t devices) {
    const memory_use one = memory_of(m, stored, split_of(stored, static_cast<int>(stored.layers.size()) + 1), s, 1);
    memory_use use{.devices = std::vector<held>(devices), .host = one.host};
    for (held& d : use.devices) d.weights = one.devices.front().weights / static_cast<double>(devices);
    use.devices.front().kv = one.devices.front().kv;
    use.devices.front().compute = one.devices.front().compute;
    return use;
}
}  // namespace gambrel::placement
