// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a run makes of its device, and what a faster class of kernels would give it.
///
///     MFU, MBU   those of the prediction x predicted TPOT / measured TPOT: the work of a token is the same
///     floor      max(bytes of a pass / datasheet bandwidth, flop of a pass / peak of the multiply they are issued as)
///     half       TPOT - 1/2 time of the class, not below the floor (Amdahl's law); requests by TTFT + (output - 1) TPOT
///
/// Evidence: tests/diagnosis/diagnosis_test.cpp, tests/ask/diagnosis_question_test.cpp.

#include <algorithm>
#include <gambrel/diagnosis/evidence.hpp>
#include <optional>

namespace gambrel {

/// What a run makes of its device: of the work and the bytes that the model needs.
struct device_use {
    double mfu = 0.0, mbu = 0.0;
    double floor = 0.0;  ///< seconds of TPOT that bytes at the datasheet's bandwidth, or flop at its peak, would take
    double measured = 0.0;  ///< seconds of TPOT
};

/// What half the time of one class of kernels would give, of the last run.
struct faster_class {
    suspect which = suspect::gemm;
    double tpot = 1.0, requests = 1.0;  ///< relative to now, as predicted
};

namespace detail {
inline std::optional<double> measured_tpot(const examined_run& r) {
    for (const indication& i : r.seen)
        if (i.what == indicator::tpot) return i.measured;
    return std::nullopt;
}

/// Seconds of a pass that bytes at the datasheet's bandwidth, or flop at the peak, take at least.
inline double floor_of(const examined_run& r) {
    const pass_time<>& step = r.predicted.mean_step;
    return larger((step.traffic() / r.what.device.memory.bandwidth.value).value(), step.at_peak().value());
}

inline std::optional<device_use> use_of(const examined_run& r) {
    const auto tpot = measured_tpot(r);
    if (!tpot || !r.predicted.ok() || !r.predicted.has_tpot()) return std::nullopt;
    const pass_time<>& step = r.predicted.mean_step;
    const double slower = step.total().value() / *tpot;
    return device_use{r.predicted.mfu * slower, r.predicted.mbu * slower, floor_of(r), *tpot};
}

/// Time of a pass under the law of `s`.
inline double seconds_under(suspect s, const pass_time<>& t) {
    switch (s) {
        case suspect::gemm: return seconds_in(t, profiled::gemm);
        case suspect::experts: return seconds_in(t, profiled::experts);
        case suspect::prefill_attention: return seconds_in(t, profiled::prefill_attention);
        case suspect::decode_attention: return seconds_in(t, profiled::decode_attention);
        case suspect::elementwise: return seconds_in(t, profiled::elementwise);
        case suspect::messages: return seconds_in(t, profiled::messages);
        default: return t.by_class(host_class).value();
    }
}
/// Half of a class left out of the sum (Amdahl's law), and no pass shorter than its bytes and flop.
inline std::vector<faster_class> faster_in(const examined_run& r) {
    std::vector<faster_class> all;
    if (!r.predicted.ok() || !r.predicted.has_tpot()) return all;
    for (const suspect s : {suspect::gemm, suspect::experts, suspect::prefill_attention, suspect::decode_attention,
                            suspect::elementwise, suspect::messages, suspect::host}) {
        if (!applies(s, r.what, r.predicted)) continue;
        const double half = 0.5 * seconds_under(s, r.predicted.mean_step), step = r.predicted.mean_step.total().value();
        const double tpot = larger(step - half, smaller(step, floor_of(r))),
                     first = r.predicted.first_token.total().value();
        const double early = larger(0.0, first - 0.5 * seconds_under(s, r.predicted.first_token));
        const double later = r.load.output.mean() - 1.0;
        all.push_back({s, tpot / step, r.load.open_loop() ? 1.0 : (first + later * step) / (early + later * tpot)});
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.tpot < b.tpot; });
    return all;
}
}  // namespace detail
}  // namespace gambrel
