// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether the figures of a run can be: what every simulation is checked for before anybody sees it.
///
///     sent = ended + rejected + left
///     finite, not negative, least <= p50 <= p90 <= p95 <= p99 <= most, least <= mean <= most     every time
///     TPOT >= the shortest pass                  a token takes a pass, and one token's reads all the weights; with
///                                                speculation the pass over the most tokens that it makes
///     latency >= TTFT >= until scheduled         mean, percentiles and extremes of the same requests
///     blocks held <= blocks there are
///
/// A run that breaks one is not known and not shown. Where GAMBREL_CHECK_RESULTS is defined, as in this library's tests,
/// the check throws instead; a user's program never stops. Evidence: tests/simulation/possible_summary_test.cpp.

#include <gambrel/serving/possible.hpp>
#include <gambrel/simulation/summary.hpp>

namespace gambrel::simulation {

/// What a run is held against: seconds of a pass of one decode, and the KV blocks of all ranks (infinite without limit).
struct run_bounds {
    double least_pass = 0, blocks = 0;
};

namespace detail {
/// Quantiles above 4,096 values are read from cells this wide (log_histogram.hpp).
inline constexpr double cell_ratio = 1.0 - 1.0 / 128.0;

inline bool ordered(const time_tally& t) {
    if (t.count() == 0) return true;
    double last = t.smallest().value();
    for (const seconds<>& each : {t.smallest(), t.median(), t.p90(), t.p95(), t.p99(), t.largest()}) {
        if (!possible_number(each.value()) || each.value() < last * least_ratio) return false;
        last = each.value();
    }
    const double mean = t.mean().value();
    return possible_number(mean) && mean >= t.smallest().value() * least_ratio && mean * least_ratio <= last;
}
/// Whether no request of `a` is longer in that than in `b`, which contains it.
inline bool within(const time_tally& a, const time_tally& b) {
    if (a.count() != b.count() || a.count() == 0) return true;
    if (a.mean().value() * least_ratio > b.mean().value()) return false;
    for (const double share : tally::levels)
        if (a.quantile(share).value() * cell_ratio > b.quantile(share).value()) return false;
    return a.largest().value() * least_ratio <= b.largest().value();
}
}  // namespace detail

/// What cannot be about `a`; empty where everything can.
inline std::string_view impossible(const summary& a, const run_bounds& b) {
    if (a.sent != a.ended + a.rejected + a.left || a.too_long > a.rejected) return "requests are lost or made";
    for (const time_tally* t : {&a.ttft, &a.tpot, &a.latency, &a.queued, &a.itl})
        if (!detail::ordered(*t)) return "a time is no number or negative, or its percentiles fall";
    if (a.tpot.count() > 0 && a.tpot.smallest().value() < b.least_pass * least_ratio)
        return "the time between tokens is shorter than a pass can be";
    if (!detail::within(a.ttft, a.latency)) return "a request ends before its first token";
    if (!detail::within(a.queued, a.ttft)) return "a request has its first token before it is scheduled";
    for (const double x : {a.request_throughput.value(), a.output_throughput.value(), a.prompt_throughput.value(),
                           a.running, a.waiting, a.utilisation, a.batch, a.blocks, a.duration.value()})
        if (!possible_number(x)) return "a rate or a count is no number or negative";
    if (a.blocks * least_ratio > b.blocks) return "more KV is held than there is";
    return {};
}

/// What cannot be about `a`, empty where everything can; in this library's tests it throws instead.
inline std::string_view checked_summary(const summary& a, const run_bounds& b) {
    const std::string_view what = impossible(a, b);
    if (!what.empty())
        on_impossible(what, {{"sent", static_cast<double>(a.sent)},
                             {"least TPOT", a.tpot.smallest().value()},
                             {"least pass", b.least_pass},
                             {"mean TTFT", a.ttft.mean().value()},
                             {"utilisation", a.utilisation},
                             {"blocks", a.blocks}});
    return what;
}
}  // namespace gambrel::simulation
