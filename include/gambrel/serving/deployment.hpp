// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is deployed: a model on a device under a runtime, cut and stored in a certain way. It refers to the three, which
/// must outlive it (catalog entries do): made from a temporary it does not compile (tests/compile_fail).

#include <gambrel/model/adapter.hpp>
#include <gambrel/operators/decoder.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/roofline/roof.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/step/feasibility.hpp>
#include <type_traits>

namespace gambrel {

template <class Y = double> struct deployment {
    const architecture& model;
    const gambrel::device<Y>& device;
    const gambrel::runtime<Y>& runtime;
    parallelism cut{};
    precision formats{.weights = as_served(model.stored), .kv = model.kv_cache};
    gambrel::calibration<Y> constants = default_calibration(device, runtime.kernels);
    gambrel::adapter adapter{};
    gambrel::speculation speculation{};  ///< its formats as the device multiplies them

    constexpr deployment(const architecture& m, const gambrel::device<Y>& d, const gambrel::runtime<Y>& r,
                         parallelism c = {})
        : model(m), device(d), runtime(r), cut(c) {}
    constexpr deployment(const architecture& m, const gambrel::device<Y>& d, const gambrel::runtime<Y>& r,
                         parallelism c, const precision& f)
        : model(m), device(d), runtime(r), cut(c), formats(f) {}
    constexpr deployment(const architecture& m, const gambrel::device<Y>& d, const gambrel::runtime<Y>& r,
                         parallelism c, const precision& f, const gambrel::calibration<Y>& laws,
                         const gambrel::adapter& a = {}, const gambrel::speculation& guesses = {})
        : model(m), device(d), runtime(r), cut(c), formats(f), constants(laws), adapter(a), speculation(guesses) {}
    /// A temporary model, device or runtime would be gone: give it a name.
    template <class M, class D, class R,
              class = std::enable_if_t<!(std::is_lvalue_reference_v<M> && std::is_lvalue_reference_v<D> &&
                                         std::is_lvalue_reference_v<R>)>>  // clang 14 deduces Y past a requires clause
    deployment(M&&, D&&, R&&, parallelism = {}, const precision& = {}, const gambrel::calibration<Y>& = {},
               const gambrel::adapter& = {}, const gambrel::speculation& = {}) = delete;

    /// Devices that messages of one pass join.
    constexpr int linked_devices() const { return ranks_in_step(model, cut) * cut.pipeline; }
    /// Whether they are more than one domain of the scale-up link (NVLink) holds.
    constexpr bool crosses_nodes() const {
        return device.scale_up.present() && linked_devices() > device.scale_up.devices;
    }

    /// The device under its calibration. Refers to `device` and `constants`.
    constexpr gambrel::roof<Y> roof() const { return gambrel::roof<Y>(device, constants); }

    /// `formats` as the device multiplies them (mxfp4 in 16 bit where it has no 4-bit peak, fp8 where the runtime widens
    /// it): what every count and time is made with.
    constexpr precision resolved_formats() const { return resolved(formats, device, runtime.formats); }

    /// What a pass is made of, in formats that must outlive it, as this must.
    constexpr gambrel::pass_inputs pass_inputs(const precision& resolved) const {
        return {model, cut, resolved, adapter, &speculation};
    }

    /// What keeps this from existing, for requests of `tokens` (0: whatever their length); memory is fit_memory's.
    constexpr feasibility check(double tokens = 0.0) const {
        if (const feasibility f = check_parallelism(model, cut); !f.ok()) return f;
        if (const feasibility f = check_formats(formats, device, runtime); !f.ok()) return f;
        if (linked_devices() > 1 && !device.scale_up.present() && !device.host_link.present())
            return {.what = obstacle::devices_not_linked,
                    .have = static_cast<double>(linked_devices()),
                    .limit = 1.0,
                    .suggestion = 1.0};
        if (crosses_nodes() && !device.scale_out.present())
            return {.what = obstacle::devices_not_linked,
                    .have = static_cast<double>(linked_devices()),
                    .limit = static_cast<double>(device.scale_up.devices),
                    .suggestion = static_cast<double>(device.scale_up.devices)};
        if (!device.memory.capacity.known()) return {.what = obstacle::capacity_unknown};
        return check_context(tokens);
    }
    /// The longest request that the model was made for and the runtime takes, in tokens; 0: no limit is known.
    constexpr double longest_request() const {
        const double made_for = static_cast<double>(model.most_context), taken = runtime.scheduling.most_context;
        return !(made_for > 0.0) ? taken : taken > 0.0 ? smaller(made_for, taken) : made_for;
    }
    /// The last of these alone: whether a request may be of `tokens`.
    constexpr feasibility check_context(double tokens) const {
        const double longest = longest_request();
        if (longest > 0.0 && tokens > longest)
            return {.what = obstacle::context_too_long, .have = tokens, .limit = longest, .suggestion = longest};
        return {};
    }

    /// Throws `error` naming the first figure, setting or constant out of range.
    constexpr void validate() const {
        checked(model);
        checked(device);
        checked(runtime);
        checked(formats);
        checked(constants);
        checked(speculation);
        if (speculation.on() && runtime.scheduling.batching == batching::fixed_batch)
            fail(runtime.name.str() +
                 " starts and ends whole batches, for which speculation is not modelled: take 0 drafts or another "
                 "runtime");
    }
};
}  // namespace gambrel
