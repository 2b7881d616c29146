// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The prediction of a measured row: one figure with its 80 % range, in the unit of the row's metric, or why there is
/// none.

#include <gambrel/economics/energy.hpp>
#include <gambrel/measurement/training_row.hpp>
#include <gambrel/model/is_dense.hpp>
#include <gambrel/operators/drafter.hpp>
#include <gambrel/serving/least_pass.hpp>
#include <gambrel/serving/saturated.hpp>
#include <gambrel/serving/static_batch.hpp>
#include <gambrel/serving/throughput_settings.hpp>
#include <gambrel/training/predict.hpp>
#include <gambrel/validation/pass_rate.hpp>
#include <gambrel/validation/predict_pools.hpp>

namespace gambrel {

namespace detail {
template <class Figure> predicted_figure plain(const Figure& f) {
    return {f.value.value(), f.low.value(), f.high.value(), {}, false};
}

/// Power of one board while `p` holds.
inline figure<watts<>> power_of(const prediction<>& p, const measured_row& m) {
    if (!m.device->power.limit.known()) fail("no power limit of " + m.device->name.str() + " is known");
    return board_power(m.device->power.limit.value, power_law_of(m.device->architecture.view()),
                       activity_of(p, !is_dense(*m.model)), m.device->power.idle);
}

/// The figure of `p` that `m` measured.
inline predicted_figure figure_of(const prediction<>& p, const measured_row& m) {
    const bool after_the_first =
        m.metric == metric::tpot || m.metric == metric::itl || m.metric == metric::output_per_user;
    if (after_the_first && !p.has_tpot()) return {.refused = "no token comes after the first: the output is one token"};
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
        case metric::board_power: return plain(power_of(p, m));
        case metric::token_energy: {
            const auto e = energy_per_token(static_cast<double>(p.devices), power_of(p, m), p.output_throughput);
            return plain(e);
        }
        case metric::decode_throughput:
        case metric::step_time:
        case metric::training_memory: break;
    }
    return {.refused = "metric not predicted: " + std::string(name_of(m.metric))};
}
}  // namespace detail

/// Whether `m` says more than memory can deliver: the pass of `p` in less than that share of its time at datasheet
/// bandwidth. Evidence: tests/validation/predict_row_test.cpp.
inline bool beats_memory(const measured_row& m, const prediction<>& p) {
    if (!(p.decode.traffic() > bytes<>{})) return false;
    const double floor = least_pass(p, *m.device, is_dense(*m.model)).value();
    switch (m.metric) {
        case metric::tpot:
        case metric::itl: return m.value < floor;
        case metric::output_per_user: return m.value > 1.0 / floor;
        default: return false;
    }
}

/// How far the settings of a recipe move a figure: what a run whose recipe is not known may be off by beside everything
/// else, as a log standard deviation. Root mean square of log(with the engine's defaults / with the recipe) over 19
/// recipes of serving_measured.csv, each counted once (2026-11-30; no measured figure enters): TTFT 0.43, TPOT 0.22,
/// throughput 0.31 of three recipes.
inline constexpr double unknown_recipe_ttft = 0.43, unknown_recipe = 0.22;

/// The whole prediction behind `m`, a row that could be read, of one pool, with the drafts of `guesses`.
inline prediction<> predict_run(const measured_row& m, const speculation& guesses = {}) {
    adjusted_run run(m);
    runtime<>& software = run.software;
    const deployment<> d{*m.model, *m.device, software, m.cut, m.formats, run.constants, {}, guesses};
    const double prompt = m.workload.prompt.mean(), output = m.workload.output.mean();
    if (m.load_kind == load_kind::saturated || m.load_kind == load_kind::static_batch)
        software.host.per_message = {};  // nobody is streamed to
    if (m.load_kind == load_kind::static_batch) return predict_static_batch(d, prompt, output, m.workload.concurrency);
    if (m.load_kind != load_kind::saturated) return predict(d, m.workload);
    if (m.tuned) software.scheduling = throughput_settings(d, prompt, output);
    return predict_saturated(d, prompt, output, m.requests);
}

namespace detail {
/// The figure of a run with drafts of the model's own prediction module: at the middle of the acceptance, its range from
/// the lowest to the highest.
inline predicted_figure drafted_figure(const measured_row& m) {
    const architecture module = drafting_heads(*m.model, drafting::mtp, m.drafts);
    speculation s{.drafts = m.drafts, .by = drafting::mtp, .drafter = &module};
    s.formats = resolved(m.formats, *m.device, m.runtime.formats);
    predicted_figure f;
    for (const double acceptance : {m.acceptance[1], m.acceptance[0], m.acceptance[2]}) {
        s.acceptance = acceptance;
        const prediction<> p = predict_run(m, s);
        if (!p.ok()) return {.refused = "predicted not to run: " + std::string(name_of(p.verdict.what))};
        const predicted_figure at = figure_of(p, m);
        if (acceptance == m.acceptance[1]) f = at;
        f.low = smaller(f.low, at.low);
        f.high = larger(f.high, at.high);
    }
    return f;
}

inline predicted_figure pooled_figure(const measured_row& m) {
    if (m.load_kind != load_kind::closed_loop) return {.refused = "disaggregated, and no closed loop"};
    if (m.drafted) return {.refused = "disaggregated, with drafts"};
    const adjusted_run with(m);
    const pooled_run run = predict_pools(m, with.software, with.constants);
    if (!run.ok()) return {.refused = "predicted not to run: " + std::string(name_of(run.verdict.what))};
    return figure_of(run, m, m.metric == metric::ttft ? pools_ttft : pools_other);
}

inline predicted_figure training_figure(const training_row& run, metric what) {
    const training::prediction<> p = training::predict(run.job());
    if (p.ok() && what == metric::training_memory) {
        const auto peak = with_range(p.memory.peak() / gibibytes(1), run.stack.memory_sigma);
        return {peak.value, peak.low, peak.high, {}, false};
    }
    if (!p.ok()) return {.refused = "predicted not to run: " + std::string(name_of(p.layout.what))};
    return plain(p.step);
}

inline predicted_figure figure_of_run(const measured_row& m) {
    if (m.training) return training_figure(*m.training, m.metric);
    if (is_passes(m.load_kind)) return pass_rate(m, adjusted_run(m));
    if (m.pools) return pooled_figure(m);
    if (m.drafted) return drafted_figure(m);
    const prediction<> p = predict_run(m);
    if (!p.ok()) return {.refused = "predicted not to run: " + std::string(name_of(p.verdict.what))};
    if (beats_memory(m, p))
        return {.refused = "impossible: faster than memory delivers weights and cache", .impossible = true};
    return figure_of(p, m);
}
}  // namespace detail

/// The figure of `m`; never throws for what a row holds. Evidence: tests/validation/validation_test.cpp.
inline predicted_figure predict_measured(const measured_row& m) {
    if (!m.ok()) return {.refused = m.unpredictable};
    try {
        const predicted_figure f = detail::figure_of_run(m);
        if (!f.ok() || !m.assumed) return f;
        return f.widened(m.metric == metric::ttft ? unknown_recipe_ttft : unknown_recipe);
    } catch (const error& e) {
        return {.refused = std::string("refused: ") + e.what()};
    }
}
}  // namespace gambrel
