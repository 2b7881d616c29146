// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Time in which a rank of a pipeline has nothing to do, in a step.
///
///     F forward, B input gradients and W weight gradients of a mean stage and micro-batch; B' = B + W, the whole backward
///     1F1B      (p - 1)(F + B') / v                 v pieces of the model on each stage
///     ZB1P      (p - 1)(F + B' - 2 W)
///     DualPipe  (p / 2 - 1)(F&B + B' - 3 W)         F&B: both beside each other, here one after the other: F + B'
///
/// Sources: Narayanan et al. (arXiv 2104.04473), section 2.2; Qi et al. (2401.10241); the table of DeepSeek-AI's DualPipe
/// README, whose B is the whole backward pass. No run here measures the last two.
/// Evidence: tests/training/step_time_test.cpp.

#include <gambrel/training/layout.hpp>

namespace gambrel::training {

template <class Y> struct chunk_times {
    Y forward{}, input_gradients{}, weight_gradients{};

    constexpr Y backward() const { return input_gradients + weight_gradients; }
};

/// Seconds of the bubble of `l`, whose mean stage takes `x` a micro-batch. Evidence: tests/training/step_time_test.cpp.
template <class Y> constexpr Y bubble_of(const layout& l, const chunk_times<Y>& x) {
    const auto p = static_cast<double>(l.pipeline);
    const Y both = x.forward + x.backward();
    Y each = both / static_cast<double>(l.virtual_stages);
    double times = p - 1.0;
    if (l.schedule == schedule::zero_bubble) each = both - 2.0 * x.weight_gradients;
    if (l.schedule == schedule::dual_pipe) {
        each = both + x.backward() - 3.0 * x.weight_gradients;
        times = larger(0.0, 0.5 * p - 1.0);
    }
    return larger(Y(0.0), each) * times;
}
}  // namespace gambrel::training
