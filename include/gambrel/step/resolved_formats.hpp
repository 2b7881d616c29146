// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Storage formats as a device multiplies them: a format whose narrow multiply the device lacks, and whose kernels then
/// widen the weights, multiplies in 16 bit. Applied once, by `deployment::resolved_formats`.
///
///     OCP MX fp4 without an fp4 multiply      stored in 4 bit, multiplied in 16 bit
///     every other format                      as it is; step/feasibility.hpp refuses what the device cannot multiply
///
/// Evidence: tests/step/feasibility_test.cpp.

#include <gambrel/hardware/device.hpp>
#include <gambrel/model/weight_format.hpp>
#include <gambrel/operators/precision.hpp>

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

/// `f` as `d` multiplies it.
template <class Y> constexpr storage_format resolved(const storage_format& f, const device<Y>& d) {
    storage_format r = f;
    if (f.issue == multiply::as_4_bit_float && f.name == formats::mxfp4.name && !multiplies(d, f.issue))
        r.issue = multiply::as_16_bit;
    return r;
}
template <class Y> constexpr precision resolved(precision p, const device<Y>& d) {
    for (const weight_part part : all_weight_parts) p.weights.of(part) = resolved(p.weights.of(part), d);
    return p;
}
}  // namespace gambrel
