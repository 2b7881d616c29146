// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What an observation shows that a prediction has a figure for, and that figure: the numbers a diagnosis compares. Only what
/// says something of its own is taken: of TPOT and mean ITL one, and throughput only where the load does not give it.
///
///     TTFT, TPOT, latency     means; medians where there is no mean
///     ITL at a share q        the pass without prompts if most tokens come from such passes, else that with prompts:
///                             f = (TPOT - decode) / (prefill - decode) of the tokens come from passes with prompts; the
///                             pass of ITL at q is that with prompts where f > 1 - q. Left out near f = 1 - q.
///     in flight               request rate x latency, or what the tool counted (closed loop); rate served (open loop)
///     seconds of a class of kernels   that class's share of the mean pass; in a profile without a count of passes all
///                             classes share one unknown factor
///     gap                     share of a profile's time in which no kernel ran: host time
///     waiting, running, use of the KV cache, preemptions      the server's own counters
///     clock                   of the multiprocessors over their highest: what the power limit leaves
///     memory active           DCGM: MBU
///
/// Noise: log standard deviation between two runs of one server, 5 % unless said: chosen; jobs differ by 2 to 26 %
/// (docs/how-to-compare.md). Evidence: tests/diagnosis/indication_test.cpp.

#include <gambrel/measurement/observation.hpp>
#include <gambrel/serving/prediction.hpp>
#include <gambrel/workload/workload.hpp>
#include <limits>

namespace gambrel {

enum class indicator : unsigned char {
    ttft,
    tpot,
    itl,
    latency,
    in_flight,
    requests,
    kernels,
    gap,
    running,
    waiting,
    cache_use,
    preemptions,
    clock,
    memory_active,
};
// clang-format off
template <> inline constexpr std::array<enum_row<indicator>, 14> enum_table<indicator>{{
    {indicator::ttft, "ttft", "TTFT"},
    {indicator::tpot, "tpot", "TPOT"},
    {indicator::itl, "itl", "ITL"},
    {indicator::latency, "latency", "latency"},
    {indicator::in_flight, "in_flight", "requests in flight"},
    {indicator::requests, "requests", "requests served"},
    {indicator::kernels, "kernels", "kernels"},
    {indicator::gap, "gap", "time without a kernel"},
    {indicator::running, "running", "requests running"},
    {indicator::waiting, "waiting", "requests waiting"},
    {indicator::cache_use, "cache_use", "KV cache in use"},
    {indicator::preemptions, "preemptions", "preempted requests"},
    {indicator::clock, "clock", "SM clock"},
    {indicator::memory_active, "memory_active", "memory active"},
}};
// clang-format on

/// Classes of kernels as profiles tell them apart by name.
enum class profiled : unsigned char {
    gemm,
    experts,
    attention,
    prefill_attention,
    decode_attention,
    elementwise,
    messages
};
inline constexpr std::size_t profiled_count = 7;
constexpr std::string_view name_of(profiled p) {
    constexpr std::array<std::string_view, profiled_count> names{
        "GEMM kernels",     "kernels of experts",   "attention kernels", "prefill attention",
        "decode attention", "element-wise kernels", "messages"};
    return names[static_cast<std::size_t>(p)];
}

/// One number that was measured and has a prediction.
struct indication {
    indicator what = indicator::ttft;
    double share = 0.0;            ///< of ITL: q; 0: not a quantile
    profiled of = profiled::gemm;  ///< of kernels
    double measured = 0.0;         ///< seconds, requests, shares
    double noise = 0.05;           ///< standard deviation of its logarithm
    bool counted = true;           ///< kernels: seconds of one pass; else of an unknown number of them
};

namespace detail {
/// Offset in the logarithm of a count that may be none.
inline constexpr double counted_from = 1.0;
/// Passes with prompts carry one or several: chosen, of the logarithm.
inline constexpr double uneven_passes = 0.35;

inline double seconds_in(const pass_time<>& t, profiled p) {
    const auto of = [&](operator_class c) { return t.by_class(c).value(); };
    switch (p) {
        case profiled::gemm: return of(operator_class::gemm);
        case profiled::experts: return of(operator_class::experts);
        case profiled::attention: return of(operator_class::prefill_attention) + of(operator_class::decode_attention);
        case profiled::prefill_attention: return of(operator_class::prefill_attention);
        case profiled::decode_attention: return of(operator_class::decode_attention);
        case profiled::elementwise: return of(operator_class::elementwise) + of(operator_class::state);
        case profiled::messages: return of(operator_class::collective) + of(operator_class::transfer);
    }
    return 0.0;
}
/// Time of the mean pass in which a kernel runs.
inline double kernel_seconds(const pass_time<>& t) { return (t.total() - t.by_class(host_class)).value(); }

/// Share of tokens after the first that come from passes with prompts.
inline double share_with_prompts(const prediction<>& p) {
    const double decode = p.decode.total().value(), more = p.prefill.total().value() - decode;
    return more > 0.0 ? smaller(1.0, larger(0.0, (p.mean_step.total().value() - decode) / more)) : 0.0;
}
/// Whether the pass that a quantile of ITL comes from is plain: the share is not near the quantile.
inline bool is_plain(double with_prompts, double q) {
    const double beyond = 1.0 - q;
    return with_prompts < 0.5 * beyond || with_prompts > smaller(2.0 * beyond, 0.5 * (1.0 + beyond));
}
}  // namespace detail

/// The logarithm that `i` would show under `p`, the prediction of a run under `w`; NaN where `p` says nothing of it.
inline double expected(const indication& i, const prediction<>& p, const workload& w) {
    const auto none = std::numeric_limits<double>::quiet_NaN();
    const auto log_of = [&](double x) { return x > 0.0 ? std::log(x) : none; };
    if (!p.ok())  // an open loop beyond the limit serves the limit
        return i.what == indicator::requests && p.verdict.what == obstacle::unstable ? log_of(p.verdict.limit) : none;
    const double copies_running = p.memory.most_sequences > 0.0 ? p.running / p.memory.most_sequences : 0.0;
    switch (i.what) {
        case indicator::ttft: return log_of(p.ttft.value.value());
        case indicator::tpot: return log_of(p.tpot.value.value());
        case indicator::latency: return log_of(p.latency.value.value());
        case indicator::itl: {
            const bool with = detail::share_with_prompts(p) > 1.0 - i.share;
            return log_of((with ? p.prefill : p.decode).total().value());
        }
        case indicator::in_flight: return log_of(w.open_loop() ? p.running + p.waiting : w.concurrency);
        case indicator::requests: return log_of(p.request_throughput.value.value());
        case indicator::kernels: return log_of(detail::seconds_in(p.mean_step, i.of));
        case indicator::gap: {
            const double all = p.mean_step.total().value();
            return log_of(larger(1e-3, 1.0 - detail::kernel_seconds(p.mean_step) / all));
        }
        case indicator::running: return log_of(p.running);
        case indicator::waiting: return log_of(p.waiting + detail::counted_from);
        case indicator::cache_use: return log_of(smaller(1.0, copies_running));
        case indicator::preemptions: return copies_running > 0.97 ? 1.0 : 0.0;  // a sign, no logarithm
        case indicator::clock: {
            const double all = p.mean_step.total().value();
            return log_of(1.0 - p.mean_step.by_class(power_class).value() / all);
        }
        case indicator::memory_active: return log_of(p.mbu);
    }
    return none;
}

namespace detail {
inline std::optional<profiled> profiled_of(kernel_kind k) {
    switch (k) {
        case kernel_kind::collective: return profiled::messages;
        case kernel_kind::experts: return profiled::experts;
        case kernel_kind::prefill_attention: return profiled::prefill_attention;
        case kernel_kind::decode_attention: return profiled::decode_attention;
        case kernel_kind::attention: return profiled::attention;
        case kernel_kind::gemm:
        case kernel_kind::dequantisation: return profiled::gemm;  // the laws of products have it in them
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
        if (seconds[p] > 0.0 && passes > 0.0)  // names of small classes are least sure: a hundredth of all is noise
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
    if (p.ok())
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
