// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What an observation shows that a prediction has a figure for, and that figure: the numbers a diagnosis compares. Only what
/// says something of its own is taken: of TPOT and mean ITL one, and throughput only where the load does not give it.
///
///     TTFT, TPOT, latency     means; medians where there is no mean
///     ITL at a share q        the pass without prompts if most tokens come from such passes, else that with prompts:
///                             f = (TPOT - decode) / (prefill - decode) of the tokens come from passes with prompts; the
///                             pass of ITL at q is that with prompts where f > 1 - q. Left out near f = 1 - q, and where the
///                             median is below `in_groups_below` of TPOT: tokens come several in a message
///     in flight               request rate x latency, or what the tool counted (closed loop); rate served (open loop)
///     seconds of a class of kernels   that class's share of the mean pass; in a profile without a count of passes all
///                             classes share one unknown factor
///     gap                     share of a profile's time in which no kernel ran: host time
///     waiting, running, use of the KV cache, preemptions      the server's own counters
///     clock                   of the multiprocessors over their highest: what the power limit leaves
///     memory active           DCGM: MBU
///     requests that the cache holds, slots, no graphs     what a start-up log says of its server (start_indications.hpp)
///
/// Noise: log standard deviation between two runs of one server, 5 % unless said: chosen; jobs differ by 2 to 26 %
/// (docs/how-to-compare.md). Evidence: tests/diagnosis/suspect_test.cpp.

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
    cache_holds,
    slots,
    eager,
};
// clang-format off
template <> inline constexpr std::array<enum_row<indicator>, 17> enum_table<indicator>{{
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
    {indicator::cache_holds, "cache_holds", "requests that the cache holds"},
    {indicator::slots, "slots", "slots"},
    {indicator::eager, "eager", "no graphs"},
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
    messages,
    dequantisation
};
inline constexpr std::size_t profiled_count = 8;
constexpr std::string_view name_of(profiled p) {
    constexpr std::array<std::string_view, profiled_count> names{
        "GEMM kernels",     "kernels of experts",   "attention kernels", "prefill attention",
        "decode attention", "element-wise kernels", "messages",          "dequantisation"};
    return names[static_cast<std::size_t>(p)];
}

/// One number that was measured and has a prediction.
struct indication {
    indicator what = indicator::ttft;
    double share = 0.0;            ///< of ITL: q; 0: not a quantile
    profiled of = profiled::gemm;  ///< of kernels
    double measured = 0.0;         ///< seconds, requests, shares
    double noise = 0.05;           ///< standard deviation of its logarithm
    bool median = false;           ///< where the file has no mean
    bool counted = true;           ///< kernels: seconds of one pass; else of an unknown number of them
    double stated =
        0.0;  ///< of a start-up log: what the question has; of `cache_holds` the requests that would be held
};

/// Whether `i` is how the server started, and no number of a run.
constexpr bool is_of_start(indicator i) {
    return i == indicator::cache_holds || i == indicator::slots || i == indicator::eager;
}
/// Whether `i` is seen or not, and is no quantity.
constexpr bool is_sign(indicator i) { return i == indicator::preemptions || i == indicator::eager; }

namespace detail {
/// Of the time of products, what unpacking their weights in kernels of its own may take where nothing is wrong.
inline constexpr double unpacking = 0.02;
/// Offset in the logarithm of a count that may be none.
inline constexpr double counted_from = 1.0;

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
        case profiled::dequantisation: return unpacking * of(operator_class::gemm);
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
}  // namespace detail

/// The logarithm that `i` would show under `p`, the prediction of a run under `w` with so many copies of the model, each with a
/// cache of its own; NaN where `p` says nothing of it.
inline double expected(const indication& i, const prediction<>& p, const workload& w, double copies) {
    const auto none = std::numeric_limits<double>::quiet_NaN();
    const auto log_of = [&](double x) { return x > 0.0 ? std::log(x) : none; };
    if (i.what == indicator::cache_holds) return log_of(smaller(p.memory.most_sequences, i.stated));
    if (i.what == indicator::slots) return log_of(i.stated);
    if (i.what == indicator::eager) return i.stated;  // a sign, no logarithm
    if (!p.ok())                                      // an open loop beyond the limit serves the limit
        return i.what == indicator::requests && p.verdict.what == obstacle::unstable ? log_of(p.verdict.limit) : none;
    const double fill = p.memory.most_sequences > 0.0 ? p.running / (copies * p.memory.most_sequences) : 0.0;
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
        case indicator::cache_use: return log_of(smaller(1.0, fill));
        case indicator::preemptions: return fill > 0.97 ? 1.0 : 0.0;  // a sign, no logarithm
        case indicator::clock: {
            const double all = p.mean_step.total().value();
            return log_of(1.0 - p.mean_step.by_class(power_class).value() / all);
        }
        case indicator::memory_active: return log_of(p.mbu);
        default: return none;
    }
    return none;
}
}  // namespace gambrel
