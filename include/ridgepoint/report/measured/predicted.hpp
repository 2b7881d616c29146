// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The prediction of a measured row: one figure with its 80 % range, in the unit of the row's metric, or why there is
/// none.

#include <ridgepoint/report/measured/row.hpp>
#include <ridgepoint/serving/static_batch.hpp>

namespace ridgepoint::report {

struct predicted_figure {
    double value = 0, low = 0, high = 0;  ///< in `unit_of(metric)`
    std::string refused;                  ///< why there is no figure; empty when there is

    bool ok() const { return refused.empty(); }
};

namespace detail {
template <class Figure> predicted_figure plain(const Figure& f) {
    return {f.value.value(), f.low.value(), f.high.value(), {}};
}

/// The figure of `p` that `m` measured.
inline predicted_figure figure_of(const prediction<>& p, const measured& m) {
    switch (m.metric) {
        case metric::ttft: return plain(p.ttft);
        case metric::tpot:
        case metric::itl: return plain(p.tpot);
        case metric::latency: return plain(p.latency);
        case metric::output_throughput: return plain(p.output_throughput);
        case metric::total_throughput: return plain(p.total_throughput);
        case metric::output_per_device: return plain(p.output_per_device);
        case metric::total_per_device: return plain(scaled(p.total_throughput, 1.0 / static_cast<double>(p.devices)));
        case metric::output_per_user: return plain(p.output_per_user);
        case metric::prompt_throughput: return plain(p.prompt_throughput);
        case metric::request_throughput: return plain(p.request_throughput);
        case metric::board_power:
        case metric::token_energy: break;
    }
    return {.refused = "metric not predicted: " + std::string(name_of(m.metric))};
}
}  // namespace detail

/// The whole prediction behind `m`, a row that could be read.
inline prediction<> predict_run(const measured& m) {
    const runtime<> software = adjusted(m.runtime, m.adjustment);
    const deployment<> d{*m.model, *m.device, software, m.cut, m.formats, adjusted(default_calibration(*m.device), m.adjustment)};
    if (m.drive == drive::static_batch)
        return predict_static_batch(d, m.workload.prompt.mean(), m.workload.output.mean(), m.workload.concurrency);
    return predict(d, m.workload);
}

/// The figure of `m`; never throws for what a row holds. Evidence: tests/report/validation_test.cpp.
inline predicted_figure predict_measured(const measured& m) {
    if (!m.ok()) return {.refused = m.unpredictable};
    if (m.drive == drive::saturated) return {.refused = "saturated: not predicted yet"};
    try {
        const prediction<> p = predict_run(m);
        if (!p.ok()) return {.refused = "predicted not to run: " + std::string(name_of(p.verdict.what))};
        return detail::figure_of(p, m);
    } catch (const error& e) {
        return {.refused = std::string("refused: ") + e.what()};
    }
}
}  // namespace ridgepoint::report
