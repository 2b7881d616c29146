// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is asked: a model trained on devices by a software, after a recipe, cut in a certain way, in batches. It refers to
/// model, device and software, which must outlive it (catalog entries do).
/// Evidence: tests/training/step_time_test.cpp.

#include <gambrel/hardware/visible_memory.hpp>
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

    /// Whether the host's memory is the device's own: offloading moves nothing and frees nothing.
    constexpr bool shares_memory() const { return shares_memory_with_host(device) || device.kind == device_class::cpu; }
    /// The recipe as this device can follow it.
    constexpr training::recipe followed() const {
        training::recipe r = recipe;
        if (shares_memory()) {
            r.offload = offloading::none;
            r.offload_activations = false;
        }
        return r;
    }
    /// Whether the layout exists, and what the answer needs of the device is known.
    constexpr layout_check check() const {
        if (const layout_check c = training::check(model, layout, batch); !c.ok()) return c;
        const auto needed = followed();
        if (!(math::plain(visible_memory(device).value()) > 0.0)) return {layout_fault::memory_unknown};
        if (layout.devices() > 1 && !device.scale_up.present() && !device.host_link.present())
            return {layout_fault::link_unknown};
        if ((needed.offload != offloading::none || needed.offload_activations) && !device.host_link.present())
            return {layout_fault::host_link_unknown};
        return {};
    }
    constexpr memory_of_rank memory() const { return memory_of(model, layout, batch, followed(), stack.memory); }
    /// Throws `error` naming the first figure or setting out of range.
    constexpr void validate() const {
        gambrel::checked(model);
        gambrel::checked(device);
        training::checked(stack);
        training::checked(recipe);
    }
};
}  // namespace gambrel::training
