// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Storage formats as a device multiplies them under a runtime. Applied once, by `deployment::resolved_formats`.
///
///     a narrow float without its multiply     stored as it is, multiplied in 16 bit: OCP MX fp4 always, others where
///                                             the runtime widens them (`widens_floats`) and the device is one it can:
///                                             NVIDIA from Turing on, AMD's fp8
///     bf16 without a bf16 multiply            fp16 (V100, T4)
///     every other format                      as it is; step/feasibility.hpp refuses what the device cannot multiply
///
/// Sources: runtime/catalog/vllm.hpp. Evidence: tests/step/feasibility_test.cpp.

#include <gambrel/hardware/device.hpp>
#include <gambrel/model/weight_format.hpp>
#include <gambrel/operators/precision.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel {

/// Whether `d` can multiply in what `issue` asks for.
template <class Y> constexpr bool multiplies(const device<Y>& d, multiply issue) {
    switch (issue) {
        case multiply::as_8_bit_float: return d.peak.fp8.known();
        case multiply::as_4_bit_float: return d.peak.fp4.known();
        case multiply::as_8_bit_integer: return d.peak.int8.known();
        case multiply::as_16_bit:
        case multiply::as_fp32: break;
    }
    return true;
}

/// Whether a runtime that widens narrow floats has kernels for that on `d`.
template <class Y> constexpr bool can_widen(const device<Y>& d, multiply issue) {
    if (d.vendor == vendor::nvidia) return d.architecture.view() != "Volta";
    return d.vendor == vendor::amd && issue == multiply::as_8_bit_float;
}

/// `f`, or fp16 where it is bf16 and `d` has no such multiply.
template <class Y> constexpr storage_format without_bf16(storage_format f, const device<Y>& d) {
    if (f.name == formats::bf16.name && !d.peak.bf16.known() && d.peak.fp16.known()) f.name = formats::fp16.name;
    return f;
}

/// `f` as `d` multiplies it under a runtime of formats `can`.
template <class Y>
constexpr storage_format resolved(const storage_format& f, const device<Y>& d, const supported_formats& can = {}) {
    storage_format r = f;
    const bool narrow = f.issue == multiply::as_4_bit_float || f.issue == multiply::as_8_bit_float;
    if (narrow && !multiplies(d, f.issue) &&
        (f.name == formats::mxfp4.name || (can.widens_floats && can_widen(d, f.issue))))
        r.issue = multiply::as_16_bit;
    return without_bf16(r, d);
}
template <class Y> constexpr precision resolved(precision p, const device<Y>& d, const supported_formats& can = {}) {
    for (const weight_part part : all_weight_parts) p.weights.of(part) = resolved(p.weights.of(part), d, can);
    p.kv = without_bf16(p.kv, d);
    return p;
}
}  // namespace gambrel
