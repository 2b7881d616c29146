// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Measured runs against what is predicted of them, as a guard for which no run of before is needed.
///
///     worse        the geometric mean of the runs of a figure lies beyond the bad end of its 80 % range
///     better       beyond the good end; the same: within the range; cannot tell: nothing is predicted of it, and why
///
/// Means and medians are figures of their own, each beside its own prediction; runs are of one figure where server,
/// load, metric and statistic agree.
/// The range is wide where the law was not fitted to this device: it sees a server that lost a third, not one that lost
/// a twentieth. One good figure in ten lies beyond the bad end by itself. Evidence: tests/comparison/shown_test.cpp.

#include <cmath>
#include <gambrel/comparison/metric_change.hpp>
#include <gambrel/validation/predict_row.hpp>

namespace gambrel {

/// One figure of runs of one deployment under one load.
struct guarded_figure {
    measured_row of{};  ///< the first run's row
    std::vector<double> measured{};
    predicted_figure predicted{};
    change verdict = change::cannot_tell;

    double mean() const { return std::exp(log_moments_of(measured).mean); }
    bool higher_is_better() const { return is_higher_better(key_of(of.metric)); }
    bool is_median() const { return of.workload.protocol.reported == statistic::median; }
    std::string name() const { return std::string(name_of(of.metric)) + (is_median() ? ", median" : ""); }
};

struct predicted_guard {
    std::vector<guarded_figure> figures{};
    change verdict = change::cannot_tell;
};

/// Whether `range` holds what was measured.
inline change verdict_of(const predicted_figure& range, double measured, bool higher_is_better) {
    if (!range.ok()) return change::cannot_tell;
    if (measured >= range.low && measured <= range.high) return change::same;
    return (measured > range.high) == higher_is_better ? change::better : change::worse;
}

namespace detail {
inline bool of_one_server(const measured_row& x, const measured_row& y) {
    return x.metric == y.metric && x.workload.protocol.reported == y.workload.protocol.reported &&
           x.device == y.device && x.hardware == y.hardware && x.model_name == y.model_name &&
           x.framework == y.framework && x.version == y.version && x.weights == y.weights &&
           x.cut.devices() == y.cut.devices() && x.workload.concurrency == y.workload.concurrency &&
           x.workload.rate == y.workload.rate && x.load_kind == y.load_kind &&
           close(x.workload.prompt.mean(), y.workload.prompt.mean(), 0.02) &&
           close(x.workload.output.mean(), y.workload.output.mean(), 0.02);
}
}  // namespace detail

/// Of rows that were read; those that cannot be predicted say why. Throws `error` where there is none.
inline predicted_guard guarded(const std::vector<measured_row>& rows) {
    predicted_guard g;
    if (rows.empty()) fail("there is no run to set beside a prediction");
    for (const measured_row& m : rows) {
        const auto found = std::find_if(g.figures.begin(), g.figures.end(),
                                        [&](const guarded_figure& f) { return detail::of_one_server(f.of, m); });
        if (found != g.figures.end()) found->measured.push_back(m.value);
        else g.figures.push_back({.of = m, .measured = {m.value}});
    }
    bool any = false, worse = false, better = false;
    for (guarded_figure& f : g.figures) {
        f.predicted = predict_measured(f.of);
        f.verdict = verdict_of(f.predicted, f.mean(), f.higher_is_better());
        any = any || f.verdict != change::cannot_tell;
        worse = worse || f.verdict == change::worse;
        better = better || f.verdict == change::better;
    }
    g.verdict = worse ? change::worse : !any ? change::cannot_tell : better ? change::better : change::same;
    return g;
}
}  // namespace gambrel
