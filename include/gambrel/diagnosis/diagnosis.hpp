// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Why a server is as slow as it is: what was measured against what is predicted, number by number, and which one term
/// explains the difference.
///
///     consistency    a run that contradicts itself is not used (consistency.hpp)
///     range          each number within the 80 % range of its prediction, laws and runs together, or by how many deviations not
///     suspects       weighed (weigh.hpp); the conclusion:
///                      impossible      the deployment as it is stated cannot be: of `obstacle`
///                      beyond_limit    every run was sent more than is predicted to be served: queues grow, times say nothing
///                      within_range    nothing being wrong is the likeliest, and every number is in 2.5 deviations
///                      cause           one suspect has `weight_of_cause`
///                      either          two have `weight_of_two` together, with the measurement that tells them apart
///                      cannot_be_said  no two have
///                      unexplained     even the best leaves `misfit_most` deviations in the root mean square
///                      no_run          start-up logs alone: they are set against the law of memory, and nothing is suspected
///     waterfall      seconds of TPOT: by class as predicted, what the suspect adds, what is left; with runs before, all times
///                    the factor by which these correct the prediction, as far as laws are wrong in both alike
///     use            of a device: by the prediction, or by that with the cause where this makes fewer requests run at once
///     faster         TPOT and throughput if one class of kernels took half its time
///
/// Evidence: tests/diagnosis/diagnosis_test.cpp; tools/judge_diagnosis (docs/models/diagnosis.md).

#include <gambrel/diagnosis/consistency.hpp>
#include <gambrel/diagnosis/device_use.hpp>
#include <gambrel/diagnosis/indications_of.hpp>
#include <gambrel/diagnosis/next_measurement.hpp>
#include <gambrel/diagnosis/sweep.hpp>
#include <gambrel/model/is_dense.hpp>
#include <gambrel/serving/least_pass.hpp>

namespace gambrel {

enum class conclusion : unsigned char {
    within_range,
    cause,
    either,
    cannot_be_said,
    unexplained,
    contradictory,
    nothing_to_compare,
    impossible,
    beyond_limit,
    no_run
};
// clang-format off
template <> inline constexpr std::array<enum_row<conclusion>, 10> enum_table<conclusion>{{
    {conclusion::within_range, "within_range", "as predicted"},
    {conclusion::cause, "cause", "one cause"},
    {conclusion::either, "either", "one of two causes"},
    {conclusion::cannot_be_said, "cannot_be_said", "cannot be said from this file"},
    {conclusion::unexplained, "unexplained", "no single cause explains it"},
    {conclusion::contradictory, "contradictory", "the file contradicts itself"},
    {conclusion::nothing_to_compare, "nothing_to_compare", "nothing to compare"},
    {conclusion::impossible, "impossible", "not possible as stated"},
    {conclusion::beyond_limit, "beyond_limit", "beyond the limit"},
    {conclusion::no_run, "no_run", "a server that started, and no run of it"},
}};
// clang-format on

inline constexpr double weight_of_cause = 0.6, weight_of_two = 0.6, misfit_most = 3.0, deviations_as_predicted = 2.5;

/// One number against its prediction.
struct compared_number {
    std::size_t run = 0;
    indication seen{};
    figure<double>
        predicted{};  ///< with the 80 % range of laws and of runs; kernels of an uncounted profile: scaled to it
    double deviations = 0.0;  ///< (measured - predicted) in standard deviations of the logarithm

    bool within() const { return predicted.contains(seen.measured); }
};

struct diagnosis {
    gambrel::conclusion conclusion = gambrel::conclusion::nothing_to_compare;
    std::vector<std::pair<std::size_t, inconsistency>> inconsistencies{};  ///< run, and what
    std::vector<compared_number> compared{};
    weighed_suspects suspects{};
    std::optional<next_measurement> next{};
    std::vector<std::optional<device_use>> use{};  ///< of each run
    std::vector<double> corrected{};  ///< of each run: the factor on its predicted TPOT that the runs before give
    std::optional<std::pair<sweep_line, sweep_line>> sweep{};  ///< measured, predicted
    std::vector<faster_class> faster{};
    std::optional<std::size_t> cannot_be{};  ///< run whose deployment is not possible

    bool names_cause() const { return conclusion == conclusion::cause || conclusion == conclusion::either; }
};

namespace detail {
inline std::vector<compared_number> compared_in(const std::vector<examined_run>& runs,
                                                const evidence_of_runs& evidence) {
    std::vector<compared_number> all;
    const Eigen::VectorXd e = evidence.expectation(nullptr);
    Eigen::Index at = 0;
    for (std::size_t r = 0; r < runs.size(); ++r) {
        double ours = 0.0, theirs = 0.0;  // an uncounted profile: sums of both, so that shares are compared
        Eigen::Index j = at;
        for (const indication& i : runs[r].seen) {
            if (i.what == indicator::kernels && !i.counted && std::isfinite(e[j])) {
                ours += std::exp(e[j]);
                theirs += i.measured;
            }
            ++j;
        }
        for (const indication& i : runs[r].seen) {
            const double scale = i.what == indicator::kernels && !i.counted && ours > 0.0 ? theirs / ours : 1.0;
            if (!is_sign(i.what) && !is_of_start(i.what) && std::isfinite(e[at])) {
                const double predicted = std::exp(e[at]) * scale, sigma = evidence.deviation(at);
                all.push_back({r, i, with_range(predicted, sigma), std::log(i.measured / predicted) / sigma});
            }
            ++at;
        }
    }
    return all;
}

/// The factors by which runs before correct the TPOT of each run.
inline std::vector<double> corrected_tpot(const std::vector<examined_run>& runs, const evidence_of_runs& evidence) {
    const Eigen::VectorXd by = evidence.corrections();
    std::vector<double> all;
    Eigen::Index at = 0;
    for (const examined_run& r : runs) {
        double factor = 1.0;
        for (const indication& i : r.seen) {
            if (i.what == indicator::tpot && factor == 1.0 && std::isfinite(by[at])) factor = std::exp(by[at]);
            ++at;
        }
        all.push_back(factor);
    }
    return all;
}

/// Whether fewer requests run at once where `s` is at fault, so that a pass has other work than predicted.
inline bool runs_fewer(suspect s) { return s == suspect::cache_room || s == suspect::slots || s == suspect::clients; }

/// Whether a start-up log says that fewer requests run at once than asked for: passes are shorter then.
inline bool is_held_by_start(const examined_run& r) {
    return std::any_of(r.seen.begin(), r.seen.end(), [](const indication& i) {
        return (i.what == indicator::cache_holds || i.what == indicator::slots) && i.measured < 0.95 * i.stated;
    });
}

/// A time per token below what memory takes for the bytes of a pass.
inline std::optional<inconsistency> faster_than_memory(const examined_run& r) {
    const auto tpot = measured_tpot(r);
    if (!tpot || !r.predicted.ok() || r.what.speculation.on() || is_held_by_start(r)) return std::nullopt;
    const double least = least_pass(r.predicted, r.what.device, is_dense(r.what.model)).value();
    if (!(*tpot < least)) return std::nullopt;
    return inconsistency{
        disagreement::contradicts, *tpot, least,
        fmt::format("TPOT of {:.4g} ms is less than the {:.4g} ms that memory takes for the bytes of a pass: "
                    "the deployment is not as stated",
                    1e3 * *tpot, 1e3 * least)};
}

inline conclusion conclusion_of(const diagnosis& d) {
    const auto& all = d.suspects.all;
    const bool near = std::all_of(d.compared.begin(), d.compared.end(), [](const compared_number& c) {
        return std::abs(c.deviations) < deviations_as_predicted;
    });
    if (all.empty() || (near && d.suspects.nothing >= all.front().weight)) return conclusion::within_range;
    if (all.front().misfit > misfit_most) return conclusion::unexplained;
    if (all.front().weight >= weight_of_cause) return conclusion::cause;
    const double second = all.size() > 1 ? all[1].weight : 0.0;
    if (all.front().weight + second >= weight_of_two) return conclusion::either;
    return near ? conclusion::within_range : conclusion::cannot_be_said;
}
}  // namespace detail

/// The diagnosis of `runs`, each with what its file says, in the same order. `deviations`:
/// factor on what the laws may be wrong by: that of a calibration on the same device and runtime. Throws `error` for a
/// value out of range.
inline diagnosis diagnose(const std::vector<examined_run>& runs, const std::vector<observation>& files,
                          double deviations = 1.0) {
    diagnosis d;
    std::vector<examined_run> used;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto wrong = inconsistencies_of(files[i]);
        for (const inconsistency& each : wrong) d.inconsistencies.emplace_back(i, each);
        used.push_back(runs[i]);
        if (const auto faster = detail::faster_than_memory(runs[i])) d.inconsistencies.emplace_back(i, *faster);
        const bool out = !d.inconsistencies.empty() && d.inconsistencies.back().first == i &&
                         (contradicts(wrong) || d.inconsistencies.back().second.how == disagreement::contradicts);
        if (out) used.back().seen.clear();
        d.use.push_back(detail::use_of(used.back()));
    }
    for (std::size_t i = 0; i < used.size() && !d.cannot_be; ++i)
        if (const obstacle what = used[i].predicted.verdict.what; what != obstacle::none && what != obstacle::unstable)
            d.cannot_be = i;
    if (d.cannot_be) {
        d.conclusion = conclusion::impossible;
        return d;
    }
    const bool started =
        std::any_of(files.begin(), files.end(), [](const observation& o) { return o.start.has_value(); });
    const bool runs_there = std::any_of(used.begin(), used.end(), [](const examined_run& r) {
        return std::any_of(r.seen.begin(), r.seen.end(), [](const indication& i) { return !is_of_start(i.what); });
    });
    if (started && !runs_there && d.inconsistencies.empty()) {
        d.conclusion = conclusion::no_run;
        return d;
    }
    const detail::evidence_of_runs evidence(used, deviations);
    if (evidence.size() == 0) {
        d.conclusion = d.inconsistencies.empty() ? conclusion::nothing_to_compare : conclusion::contradictory;
        return d;
    }
    d.compared = detail::compared_in(used, evidence);
    d.corrected = detail::corrected_tpot(used, evidence);
    if (std::none_of(used.begin(), used.end(), [](const auto& r) { return !r.before && r.predicted.ok(); })) {
        d.conclusion = conclusion::beyond_limit;
        return d;
    }
    if (d.compared.empty()) return d;
    for (const compared_number& c : d.compared)
        if (used[c.run].before && c.seen.what == indicator::tpot && std::abs(c.deviations) > misfit_most)
            d.inconsistencies.emplace_back(
                c.run, inconsistency{
                           disagreement::noted, c.seen.measured, c.predicted.value,
                           fmt::format("TPOT of the run before is itself {:.2g} deviations from its prediction: is it "
                                       "the same deployment?",
                                       c.deviations)});
    d.suspects = weigh(used, evidence);
    d.conclusion = detail::conclusion_of(d);
    d.sweep = detail::sweep_of(used);
    const auto last =
        std::find_if(used.rbegin(), used.rend(), [](const auto& r) { return !r.before && r.predicted.ok(); });
    const weighed_suspect* fewer = d.conclusion == conclusion::cause && detail::runs_fewer(d.suspects.all.front().which)
                                       ? &d.suspects.all.front()
                                       : nullptr;
    const auto as_it_runs = [&](std::size_t i) {
        examined_run r = used[i];
        if (fewer != nullptr && fewer->runs[i].ok()) r.predicted = fewer->runs[i];
        return r;
    };
    for (std::size_t i = 0; fewer != nullptr && i < used.size(); ++i)
        if (!used[i].before) d.use[i] = detail::use_of(as_it_runs(i));
    d.faster = detail::faster_in(as_it_runs(static_cast<std::size_t>(used.rend() - last) - 1));
    const bool open = d.conclusion == conclusion::either || d.conclusion == conclusion::cannot_be_said;
    if (open && d.suspects.all.size() > 1)
        d.next = measurement_between(*last, d.suspects.all[0], d.suspects.all[1], most_running(used));
    return d;
}
}  // namespace gambrel
