// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is deployed: a model on a device under a runtime, cut and stored in a certain way.
/// The references must outlive the deployment (catalog entries do).

#include <ridgepoint/roofline/calibration/defaults.hpp>
#include <ridgepoint/runtime/runtime.hpp>
#include <ridgepoint/step/feasibility.hpp>

namespace ridgepoint {

template <class Y = double> struct deployment {
    const architecture& model;
    const ridgepoint::device<Y>& device;
    const ridgepoint::runtime<Y>& runtime;
    parallelism cut{};
    precision formats{.weights = served(model.stored)};
    ridgepoint::calibration<Y> constants = default_calibration(device);

    /// Whether one copy spans more devices than the scale-up link joins.
    constexpr bool crosses_nodes() const {
        return device.scale_up.present() && cut.tensor * cut.data > device.scale_up.devices;
    }
    constexpr feasibility check() const {
        if (const feasibility f = check_parallelism(model, cut); !f.ok()) return f;
        if (const feasibility f = check_formats(formats, device, runtime); !f.ok()) return f;
        return device.memory.capacity.known() ? feasibility{} : feasibility{.what = obstacle::capacity_unknown};
    }
};
template <class Y> deployment(const architecture&, const device<Y>&, const runtime<Y>&, parallelism) -> deployment<Y>;
template <class Y>
deployment(const architecture&, const device<Y>&, const runtime<Y>&, parallelism, precision) -> deployment<Y>;
}  // namespace ridgepoint
