// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a load's figures can be: what every answer of a load model is checked for before anybody sees it.
///
///     finite and not negative             every mean, percentile, rate and count
///     p50 <= p90 <= p95 <= p99            of every time
///     running <= slots                    those that hold slots
///     a gap >= the shortest step          one decode of one token's context reads all the weights
///     latency >= TTFT                     at every percentile
///     percentile q <= mean / (1 - q)      Markov's inequality: kept by the distribution itself (latency_distribution.hpp)
///
/// A load that breaks one is `not_known`: its figures are not shown. Where GAMBREL_CHECK_RESULTS is defined, as in this
/// library's tests, the check throws instead; a user's program never stops.
/// Evidence: tests/serving/load/possible_load_test.cpp.

#include <gambrel/serving/load/load_point.hpp>
#include <gambrel/serving/possible.hpp>

namespace gambrel {

namespace detail {
inline constexpr std::array<double, 4> checked_shares{0.5, 0.9, 0.95, 0.99};

/// Two tables of times are read to this much of each other.
inline constexpr double table_ratio = 0.98;

inline bool ordered(const latency_distribution& t) {
    if (!possible_number(t.mean().value())) return false;
    double last = 0.0;
    for (const double share : checked_shares) {
        const double at = t.quantile(share).value();
        if (!possible_number(at) || at < last * least_ratio) return false;
        last = at;
    }
    return true;
}
}  // namespace detail

/// What cannot be about `p`, a load of the rank group `b`; empty where everything can.
inline std::string_view impossible(const load_prediction& p, const load_basis& b) {
    for (const double x : {p.rate.value(), p.limit.value(), p.utilisation, p.load, p.running, p.waiting,
                           p.wait_probability, p.step.value(), p.prompts_per_step})
        if (!possible_number(x)) return "a rate or a count is no number or negative";
    if (p.running > b.slots / least_ratio) return "more requests run than there are slots";
    const bool decodes = b.shape.decode_steps() > 0.0;
    const double least_token = b.least_step / b.speculation.checked_tokens();  // without speculation a whole step
    if (decodes && (!detail::ordered(p.tpot) || p.tpot.quantile(0.5).value() < least_token * least_ratio))
        return "the time between tokens is shorter than a step can be";
    if (!p.stable) return {};
    if (!detail::ordered(p.ttft)) return "the distribution of TTFT is not one";
    if (decodes && (!detail::ordered(p.itl) || p.itl.quantile(0.5).value() < b.least_step * least_ratio))
        return "a gap between tokens is shorter than a step can be";
    if (!detail::ordered(p.latency)) return "the distribution of the latency is not one";
    if (p.latency.mean().value() < p.ttft.mean().value() * least_ratio) return "a request ends before its first token";
    for (const double share : detail::checked_shares)
        if (p.latency.quantile(share).value() < p.ttft.quantile(share).value() * detail::table_ratio)
            return "a request ends before its first token";
    return {};
}

/// `p`, whose figures are not known where they cannot be.
inline load_prediction guarded(load_prediction p, const load_basis& b) {
    p.not_known = impossible(p, b);
    if (!p.known())
        on_impossible(p.not_known, {{"rate", p.rate.value()},
                                    {"limit", p.limit.value()},
                                    {"slots", b.slots},
                                    {"prompt", b.shape.prompt},
                                    {"output", b.shape.output}});
    return p;
}
}  // namespace gambrel
