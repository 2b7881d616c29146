// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is asked: a model trained on devices by a software, after a recipe, cut in a certain way, in batches. It refers to
/// model, device and software, which must outlive it (catalog entries do).
/// Evidence: tests/training/step_time_test.cpp.

#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/training/stack.hpp>

namespace gambrel::training {

template <class Y = double> struct job {
    const architecture& model;
    const gambrel::device<Y>& device;
    const training::stack<Y>& stack;
    training::recipe recipe{};
    training::layout layout{};
    training::batch batch{};
    calibration<Y> constants = default_calibration(device, kernel_library::tensorrt_llm);

    constexpr layout_check check() const { return training::check(model, layout, batch); }
    constexpr memory_of_rank memory() const { return memory_of(model, layout, batch, recipe, stack.memory); }
    /// Throws `error` naming the first figure or setting out of range.
    constexpr void validate() const {
        gambrel::checked(model);
        gambrel::checked(device);
        training::checked(stack);
        training::checked(recipe);
    }
};
}  // namespace gambrel::training
