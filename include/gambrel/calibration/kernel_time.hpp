// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a timed kernel takes under given constants, as the loop that timed it sees it:
///
///     at a clock that the row states         the time under peaks x clock / highest clock of the table
///     at one it does not state               full clock x held_in_a_loop (timing_loop.hpp)
///
/// and the least that the descriptor allows it. Evidence: tests/calibration/fit_laws_test.cpp.

#include <gambrel/calibration/kernel_row.hpp>
#include <gambrel/calibration/timing_loop.hpp>
#include <gambrel/roofline/roof.hpp>

namespace gambrel {

/// Which law stands for `r` among those of its kind: a multiply_law, expert_format or attention_kernel; 0 where there is one.
inline int law_variant(const kernel_row& r) {
    switch (r.kind) {
        case timed_kind::gemm: return static_cast<int>(law_of(r.op.issue, r.op.weight_only, r.op.block_scaled));
        case timed_kind::experts: return static_cast<int>(r.op.format);
        case timed_kind::prefill:
        case timed_kind::decode:
            return static_cast<int>(
                attention_kernel_of(r.kind == timed_kind::decode, r.op.issue == multiply::as_8_bit_float, false));
        default: return 0;
    }
}
/// Peaks of `d` at `share` of its clock.
inline device<> at_clock(device<> d, double share) {
    for (auto* p : {&d.peak.fp32, &d.peak.bf16, &d.peak.fp16, &d.peak.fp8, &d.peak.fp4, &d.peak.int8})
        p->value = p->value * share;
    return d;
}
/// Seconds of the row under `c`, as the loop that timed it sees them.
inline double timed_under(const calibration<>& c, const device<>& d, const kernel_row& r) {
    if (r.clock > 0.0 && r.clock < 1.0) {
        const device<> slower = at_clock(d, r.clock);
        return roof<>(slower, c).time(r.op).total.value();
    }
    const double full = roof<>(d, c).time(r.op).total.value();
    if (r.clock > 0.0) return full;
    return full * held_in_a_loop(c.clock, r.op.issue, r.op.work.value(), r.op.traffic().value(), full);
}
/// The least seconds that the figures of `d` allow for it, the longer of
///
///     work / peak        (weights + cache) / bandwidth; of a copy all that it moves        each read once
inline double least_seconds(const device<>& d, const operation& op) {
    const auto& native = native_peak(d, op.issue);
    const bytes<> cold = op.kind == operator_class::elementwise ? op.streamed() : op.weights + op.cache;
    const double read = (cold / d.memory.bandwidth.value).value();
    return native.known() ? std::max((op.work / native.value).value(), read) : read;
}
}  // namespace gambrel
