// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a device and a runtime can work in the formats asked for, and if not, which format would do.
///
///     device:   has the multiply, or the runtime widens the weights on the way (weight only)
///     runtime:  runs on the vendor, and has kernels for the format
///
/// Evidence: tests/step/feasibility_test.cpp.

#include <gambrel/hardware/device.hpp>
#include <gambrel/operators/precision.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/step/divisibility.hpp>
#include <gambrel/step/obstacle.hpp>
#include <gambrel/step/resolved_formats.hpp>

namespace gambrel {

/// The narrowest format of 8 bits or more that `d` multiplies in.
template <class Y> constexpr text<16> native_format(const device<Y>& d) {
    if (d.peak.fp8.known()) return "fp8";
    if (d.peak.int8.known()) return "int8";
    return d.peak.bf16.known() ? "bf16" : d.peak.fp16.known() ? "fp16" : "fp32";
}

/// Whether `runtime` runs on the vendor of `d`.
template <class Y, class X> constexpr bool runs_on(const runtime<X>& r, const device<Y>& d) {
    if (d.kind == device_class::cpu) return r.devices.cpu;
    switch (d.vendor) {
        case vendor::nvidia: return r.devices.nvidia;
        case vendor::amd: return r.devices.amd;
        case vendor::intel: return r.devices.intel;
        case vendor::google: return r.devices.google;
        case vendor::aws: return r.devices.aws;
        case vendor::apple: return r.devices.apple;
        case vendor::huawei: return r.devices.huawei;
        case vendor::other: break;
    }
    return true;  // a device of the user's own: nothing is known against it
}

/// Whether a runtime of formats `can` has its GGUF kernels for `d`.
template <class Y> constexpr bool gguf_runs_on(const device<Y>& d, const supported_formats& can) {
    if (!can.gguf_on_gpus || d.vendor == vendor::other) return true;
    return d.kind != device_class::cpu && (d.vendor == vendor::nvidia || d.vendor == vendor::amd);
}

/// Whether every format of `p` runs on `d` under `software`.
template <class Y>
constexpr feasibility check_formats(const precision& p, const device<Y>& d, const runtime<Y>& software) {
    feasibility f;
    if (!runs_on(software, d)) {
        f.what = obstacle::device_not_in_runtime;
        return f;
    }
    const auto& can = software.formats;
    for (const weight_part part : {weight_part::attention, weight_part::feed_forward, weight_part::experts,
                                   weight_part::shared_experts, weight_part::state, weight_part::head}) {
        const storage_format stored = p.weights.of(part), s = resolved(stored, d, can);
        if (!multiplies(d, s.issue)) {
            f.what = obstacle::format_not_on_device;
            f.format = s.name;
            f.instead = native_format(d);
            return f;
        }
        const bool supported = s.gguf                                       ? can.gguf && gguf_runs_on(d, can)
                               : stored.issue == multiply::as_8_bit_float   ? can.fp8
                               : stored.issue == multiply::as_4_bit_float   ? can.fp4
                               : stored.issue == multiply::as_8_bit_integer ? can.int8
                               : s.bits < 16.0                              ? can.int4 || can.gguf
                                                                            : true;
        if (!supported) {
            f.what = obstacle::format_not_in_runtime;
            f.format = s.name;
            f.instead = s.gguf ? "" : "bf16";
            return f;
        }
    }
    if ((p.kv.issue == multiply::as_8_bit_float && !can.fp8_kv) || (p.kv.gguf && !can.gguf_kv)) {
        f.what = obstacle::format_not_in_runtime;
        f.format = p.kv.name;
        f.instead = "bf16";
    }
    return f;
}
}  // namespace gambrel
