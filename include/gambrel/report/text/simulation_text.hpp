// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulated run as one screen: the distribution of each time with how sure its mean is, then throughput, what was
/// in the system, the KV blocks, and whether the rate could be kept up. Evidence: tests/report/simulation_test.cpp.

#include <gambrel/ask/simulated.hpp>
#include <gambrel/ask/words.hpp>
#include <limits>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline std::string milliseconds_text(const seconds<>& t) {
    return std::isfinite(t.value()) ? number(t.value() * 1e3, 4) : "-";
}

inline void time_row(table& t, std::string_view name, const simulation::time_tally& x, bool batches = true) {
    if (x.count() == 0) {
        t.row({std::string(name), "-", "-", "-", "-", "-", "-", "-"});
        return;
    }
    const seconds<> error = batches ? x.mean_error() : seconds_of(std::numeric_limits<double>::infinity());
    t.row({std::string(name), milliseconds_text(x.mean()), milliseconds_text(error), milliseconds_text(x.median()),
           milliseconds_text(x.p90()), milliseconds_text(x.p95()), milliseconds_text(x.p99()),
           milliseconds_text(x.largest())});
}
inline std::string whole(std::uint64_t n) { return symbols::fixed(static_cast<double>(n), 0); }
/// Why requests were not answered.
inline std::string rejection_text(const simulation::summary& a) {
    const std::uint64_t too_much = a.rejected - a.too_long;
    std::string s = (a.ended == 0 ? "Nothing was answered: " : "Not all were answered: ");
    if (a.too_long > 0)
        s += whole(a.too_long) + " prompts are longer than a pass takes, and the runtime does not cut them";
    if (a.too_long > 0 && too_much > 0) s += "; ";
    if (too_much > 0) s += whole(too_much) + " requests need more KV memory than there is";
    return s + ".";
}
}  // namespace detail

inline std::string screen(const simulated& s) {
    using detail::whole;
    const simulation::summary& a = s.result;
    table times({align::left, align::right, align::right, align::right, align::right, align::right, align::right,
                 align::right});
    times.row({"ms", "mean", "+-", "p50", "p90", "p95", "p99", "most"});
    detail::time_row(times, "TTFT", a.ttft);
    detail::time_row(times, "TPOT", a.tpot);
    detail::time_row(times, "between tokens", a.itl, false);
    detail::time_row(times, "whole answer", a.latency);
    detail::time_row(times, "until scheduled", a.queued);

    table rest({align::left, align::left});
    rest.row({"requests", whole(a.sent) + " sent, " + whole(a.ended) + " answered, " + whole(a.rejected) + " rejected" +
                              (a.left > 0 ? ", " + whole(a.left) + " left when it was given up" : "")});
    rest.row({"throughput", number(a.request_throughput.value(), 4) + " requests/s, " +
                                number(a.output_throughput.value(), 4) + " output tok/s, " +
                                number(a.prompt_throughput.value(), 4) + " prompt tok/s"});
    rest.row({"under way", "running " + number(a.running) + ", in line " + number(a.waiting) + ", decodes in a pass " +
                               number(a.batch) + ", busy " + percent(a.utilisation)});
    std::string kv = number(a.blocks) + " blocks held";
    if (std::isfinite(s.blocks) && s.blocks > 0.0)
        kv += " of " + symbols::fixed(s.blocks, 0) + " (" + percent(a.blocks / s.blocks) + ")";
    rest.row({"KV", kv + ", most on a rank " + whole(a.most_blocks) + ", preemptions " + whole(a.preemptions)});
    if (a.cached_tokens > 0)
        rest.row({"prefix cache", percent(static_cast<double>(a.cached_tokens) /
                                          static_cast<double>(a.cached_tokens + a.prompt_tokens)) +
                                      " of prompt tokens found"});
    rest.row({"simulated",
              number(a.duration.value(), 4) + " s in " + number(s.took, 2) + " s, " + whole(a.passes) + " passes"});
    std::string verdict;
    if (a.rejected > 0) verdict += wrapped(detail::rejection_text(a), 80, 0);
    if (!a.stable)
        verdict += wrapped("Not stable: the line grew by " + number(a.backlog_growth.value()) +
                               " requests/s; no more than " + number(a.request_throughput.value(), 4) +
                               " requests/s were answered. The times depend on how long it went on.",
                           80, 0);
    return s.heading + "\n" + times.text() + "\n" + rest.text() + (verdict.empty() ? "" : "\n" + verdict);
}
}  // namespace gambrel::report
