// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The indications that a file gives (indication.hpp): of what it says the numbers that a prediction has too.
///
/// Only what says something of its own is taken: of TPOT and mean ITL one; throughput only where the load does not give it;
/// names of kernels that do not tell the phase of attention count both phases together. A median ITL far below TPOT is none
/// of a pass: tokens come several in a message, and quantiles of ITL are left out.
/// Evidence: tests/diagnosis/suspect_test.cpp.

#include <gambrel/diagnosis/indication.hpp>
#include <gambrel/measurement/observation.hpp>

namespace gambrel {

namespace detail {
/// A median ITL below this share of TPOT is no pass.
inline constexpr double in_groups_below = 0.5;
/// Passes with prompts carry one or several: chosen, of the logarithm.
inline constexpr double uneven_passes = 0.35;
/// Whether the pass that a quantile of ITL comes from is plain: the share is not near the quantile.
inline bool is_plain(double with_prompts, double q) {
    const double beyond = 1.0 - q;
    return with_prompts < 0.5 * beyond || with_prompts > smaller(2.0 * beyond, 0.5 * (1.0 + beyond));
}

inline std::optional<profiled> profiled_of(kernel_kind k) {
    switch (k) {
        case kernel_kind::collective: return profiled::messages;
        case kernel_kind::experts: return profiled::experts;
        case kernel_kind::prefill_attention: return profiled::prefill_attention;
        case kernel_kind::decode_attention: return profiled::decode_attention;
        case kernel_kind::attention: return profiled::attention;
        case kernel_kind::gemm: return profiled::gemm;
        case kernel_kind::dequantisation: return profiled::dequantisation;
        case kernel_kind::elementwise: return profiled::elementwise;
        case kernel_kind::copy: return std::nullopt;
    }
    return std::nullopt;
}

inline void add_kernels(std::vector<indication>& all, const kernel_profile& k, double noise) {
    std::array<double, profiled_count> seconds{};
    double sum = 0.0;
    for (const kernel_time& each : k.kernels)
        if (const auto p = profiled_of(each.kind)) {
            seconds[static_cast<std::size_t>(*p)] += each.seconds;
            sum += each.seconds;
        }
    auto& generic = seconds[static_cast<std::size_t>(profiled::attention)];
    if (generic > 0.0)  // names that do not tell the phase: both phases together
        for (profiled p : {profiled::prefill_attention, profiled::decode_attention}) {
            generic += seconds[static_cast<std::size_t>(p)];
            seconds[static_cast<std::size_t>(p)] = 0.0;
        }
    const double passes = k.steps.value_or(1.0);
    for (std::size_t p = 0; p < profiled_count; ++p)
        if (seconds[p] > 0.005 * sum &&
            passes > 0.0)  // names of small classes are least sure: a hundredth of all is noise
            all.push_back({.what = indicator::kernels,
                           .of = static_cast<profiled>(p),
                           .measured = seconds[p] / passes,
                           .noise = std::hypot(noise, 0.01 * sum / seconds[p]),
                           .counted = k.steps.has_value()});
    if (k.wall && k.busy && *k.wall > 0.0)
        all.push_back({.what = indicator::gap,
                       .measured = larger(1e-3, 1.0 - *k.busy / *k.wall),
                       .noise = std::hypot(noise, 0.01 * *k.wall / larger(1e-3 * *k.wall, *k.wall - *k.busy))});
}
}  // namespace detail

/// Everything of `o`, a run of `w`, that `p` has a figure for. `noise`: between two runs, of the logarithm.
inline std::vector<indication> indications_of(const observation& o, const workload& w, const prediction<>& p,
                                              double noise = 0.05) {
    std::vector<indication> all;
    const auto figure = [&](const std::string& metric) {  // 0: none
        for (const char* statistic : {"_mean", "_median"})
            if (const auto at = o.figures.find(metric + statistic); at != o.figures.end() && at->second > 0.0)
                return at->second;
        return 0.0;
    };
    const auto is_median = [&](const std::string& metric, double value) {
        const auto at = o.figures.find(metric + "_mean");
        return value > 0.0 && (at == o.figures.end() || at->second != value);
    };
    const auto add = [&](indicator what, double measured, double n) {  // 0: the file does not say it
        if (measured > 0.0) all.push_back({.what = what, .measured = measured, .noise = n});
    };
    const double ttft = figure("ttft"), latency = figure("e2e_latency"), itl = figure("itl");
    double tpot = figure("tpot");
    if (!(tpot > 0.0)) tpot = itl;
    if (w.output.mean() < 2.0) tpot = 0.0;
    const bool both = ttft > 0.0 && tpot > 0.0;
    add(indicator::ttft, ttft, noise);
    add(indicator::tpot, tpot, noise);
    if (!both) add(indicator::latency, latency, noise);
    for (indication& i : all)
        i.median = i.what == indicator::ttft   ? is_median("ttft", ttft)
                   : i.what == indicator::tpot ? is_median("tpot", tpot) && is_median("itl", tpot)
                                               : is_median("e2e_latency", latency);
    const auto median = o.figures.find("itl_median");
    const bool in_groups = median != o.figures.end() && median->second < detail::in_groups_below * tpot;
    if (p.ok() && !in_groups)
        for (const auto& [name, q] : {std::pair("itl_median", 0.5), std::pair("itl_p90", 0.9),
                                      std::pair("itl_p95", 0.95), std::pair("itl_p99", 0.99)}) {
            const auto at = o.figures.find(name);
            if (at != o.figures.end() && at->second > 0.0 && itl != at->second &&
                detail::is_plain(detail::share_with_prompts(p), q))
                all.push_back({.what = indicator::itl,
                               .share = q,
                               .measured = at->second,
                               .noise = std::hypot(
                                   noise, detail::share_with_prompts(p) > 1.0 - q ? detail::uneven_passes : 0.05)});
        }
    const auto rate = o.figures.find("request_throughput");
    const bool served = rate != o.figures.end() && rate->second > 0.0;
    if (w.open_loop()) {
        if (served) add(indicator::requests, rate->second, noise);
    } else {
        const double whole = latency > 0.0 ? latency : both ? ttft + tpot * (w.output.mean() - 1.0) : 0.0;
        if (o.mean_concurrency) add(indicator::in_flight, *o.mean_concurrency, noise);
        else if (served && whole > 0.0) add(indicator::in_flight, rate->second * whole, noise);
        else if (served) add(indicator::requests, rate->second, noise);
    }
    if (o.kernels) detail::add_kernels(all, *o.kernels, noise);
    if (o.server) {
        const server_counters& s = *o.server;
        add(indicator::running, s.running.value_or(0.0), std::hypot(noise, 0.1));
        if (s.waiting)
            all.push_back({.what = indicator::waiting, .measured = *s.waiting + detail::counted_from, .noise = 0.3});
        if (s.kv_usage && *s.kv_usage > 0.0)
            add(indicator::cache_use, smaller(1.0, *s.kv_usage), std::hypot(noise, 0.1));
        if (s.preemptions) all.push_back({.what = indicator::preemptions, .measured = *s.preemptions});
    }
    if (o.board) {
        const board_readings& b = *o.board;
        if (b.sm_clock_mean && b.sm_clock_most && *b.sm_clock_most > 0.0)
            add(indicator::clock, *b.sm_clock_mean / *b.sm_clock_most, 0.03);
        add(indicator::memory_active, b.dram_active.value_or(0.0), std::hypot(noise, 0.15));
    }
    return all;
}
}  // namespace gambrel
