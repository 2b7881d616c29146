// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulated run as one screen: the distribution of each time with its 80 % ranges and how sure its mean and p99 are,
/// then throughput, what was in the system, the KV blocks, and whether the rate could be kept up.
/// Evidence: tests/report/simulation_test.cpp.

#include <gambrel/ask/simulated.hpp>
#include <gambrel/report/text/load_tables.hpp>
#include <limits>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// Half-width of the 95 % interval of a statistic of `t`: of the mean and p99; else, and in a short run, infinite.
inline seconds<> half_width(const simulation::time_tally& t, const load_statistic& s) {
    constexpr std::size_t p99_level = 3;
    static_assert(simulation::tally::levels[p99_level] == 0.99);
    if (s.share == 0.0) return t.mean_error();
    if (s.share == simulation::tally::levels[p99_level]) return t.quantile_error(p99_level);
    return seconds_of(std::numeric_limits<double>::infinity());
}

/// Columns nearer to each other where the screen would not hold them.
inline std::string run_times_text(const simulated& s, std::size_t gap = 2) {
    const simulation::summary& a = s.result;
    table t = times_table(gap);
    const auto rows = [&](const char* name, const simulation::time_tally& x, const auto& read) {
        if (x.count() > 0) range_rows(t, name, read, [&](const load_statistic& i) { return half_width(x, i); });
    };
    rows("TTFT", a.ttft, [&](const load_statistic& i) { return s.ttft(i); });
    rows("TPOT", a.tpot, [&](const load_statistic& i) { return s.tpot(i); });
    rows("ITL", a.itl, [&](const load_statistic& i) { return s.itl(i); });
    rows("latency", a.latency, [&](const load_statistic& i) { return s.latency(i); });
    rows("queued", a.queued, [&](const load_statistic& i) { return s.queued(i); });
    if (t.rows() == 1) return {};
    std::string text = t.text();
    if (gap > 1 && text.find('\n') > screen_columns) return run_times_text(s, 1);  // the heading row has all columns
    if (a.stable && !s.surely_stable()) text += open_range_text("these requests");
    return text + "\n";
}

/// "TTFT 144 ms, TPOT 12.4 ms, latency 3.2 s".
inline std::string longest_text(const simulation::summary& a) {
    std::vector<std::string> parts;
    const auto add = [&](std::string_view name, const simulation::time_tally& t) {
        if (t.count() > 0) parts.push_back(std::string(name) + " " + to_string(t.largest()));
    };
    add("TTFT", a.ttft);
    add("TPOT", a.tpot);
    add("ITL", a.itl);
    add("latency", a.latency);
    return listed(parts, ", ");
}

/// A rate with its range; without, where its ends look like it.
template <class Rate> std::string rate_text(const figure<Rate>& f) {
    const std::string value = to_string(f.value);
    return to_string(f.low) == value && to_string(f.high) == value ? value : to_string(f);
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
    if (!s.known())
        return s.heading + "\n" +
               wrapped("Not known here: the simulator gives figures that cannot be: " + std::string(s.not_known) +
                           ". Please report it.",
                       screen_columns, 0);
    std::string rest;
    const auto row = [&](std::string label, const std::string& text) {
        label.resize(std::max<std::size_t>(label.size() + 1, 12), ' ');
        rest += wrapped(label + text, screen_columns, 12);
    };
    row("requests", whole(a.sent) + " sent, " + whole(a.ended) + " answered, " + whole(a.rejected) + " rejected" +
                        (a.left > 0 ? ", " + whole(a.left) + " left when it was given up" : ""));
    row("throughput", detail::rate_text(s.request_throughput()));
    row("output", detail::rate_text(s.output_throughput()));
    row("prompts", detail::rate_text(s.prompt_throughput()));
    if (a.latency.count() > 0) row("longest", detail::longest_text(a));
    row("under way", "running " + number(a.running) + ", in line " + number(a.waiting) + ", decodes in a pass " +
                         number(a.batch) + ", busy " + percent(a.utilisation));
    std::string kv = number(a.blocks) + " blocks held";
    if (std::isfinite(s.blocks) && s.blocks > 0.0)
        kv = number(a.blocks) + " of " + symbols::fixed(s.blocks, 0) + " blocks held (" + percent(a.blocks / s.blocks) +
             ")";
    row("KV", kv + ", most on a rank " + whole(a.most_blocks) + "; " + whole(a.preemptions) + " preemptions");
    if (a.cached_tokens > 0)
        row("prefix cache",
            percent(static_cast<double>(a.cached_tokens) / static_cast<double>(a.cached_tokens + a.prompt_tokens)) +
                " of prompt tokens found");
    row("simulated",
        number(a.duration.value(), 4) + " s in " + number(s.took, 2) + " s, " + whole(a.passes) + " passes");
    std::string verdict;
    if (a.rejected > 0) verdict += wrapped(detail::rejection_text(a), screen_columns, 0);
    if (!a.stable)
        verdict += wrapped("Not stable: the line grew by " + number(a.backlog_growth.value()) +
                               " requests/s; no more than " + number(a.request_throughput.value(), 4) +
                               " requests/s were answered. The times depend on how long it went on.",
                           screen_columns, 0);
    const std::string times = detail::run_times_text(s);
    if (s.range)
        verdict += wrapped(
            "80 % ranges below" +
                (s.range->first ? ", by the first " + whole(range_requests) + " requests" : std::string()) +
                (times.find("+-") != std::string::npos ? "; +-: half of the 95 % interval left by the run's length."
                                                       : "."),
            screen_columns, 0);
    return s.heading + "\n" + times + rest + (verdict.empty() ? "" : "\n" + verdict);
}
}  // namespace gambrel::report
