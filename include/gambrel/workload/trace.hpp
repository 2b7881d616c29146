// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A recorded stream of requests: when each was sent, the lengths of its prompt and output, and, where it was recorded,
/// which pieces of prompts are equal.
///
///     scaled(t, k)       the same requests at k times the rate
///     spread(t, tick)    times recorded in ticks, each moved by a random part of a tick
///     first(t, n)        the first n
///
/// Evidence: tests/workload/trace_test.cpp.

#include <algorithm>
#include <gambrel/error.hpp>
#include <gambrel/workload/length.hpp>
#include <gambrel/workload/random_stream.hpp>
#include <limits>
#include <vector>

namespace gambrel {

/// How much of a trace is read: its first `requests`, and those sent up to `within` seconds after the last of them, which
/// come before it where times are spread.
struct trace_part {
    std::uint64_t requests = std::numeric_limits<std::uint64_t>::max();
    double within = 0.0;
};

struct trace_record {
    double sent = 0;                       ///< seconds from the start of the trace
    std::uint32_t prompt = 1, output = 1;  ///< tokens
    std::vector<std::uint64_t> pieces{};   ///< identity of each piece of the prompt, the last one maybe not full
};

struct trace {
    std::vector<trace_record> records{};  ///< sorted by time
    double piece_tokens = 0;              ///< tokens of a piece; 0: pieces were not recorded

    bool empty() const { return records.empty(); }
    double duration() const { return empty() ? 0.0 : records.back().sent - records.front().sent; }
    /// Requests per second between the first and the last; 0 where that takes no time.
    double rate() const { return duration() > 0.0 ? static_cast<double>(records.size() - 1) / duration() : 0.0; }
    /// Coefficient of variation of the gaps; 0 with fewer than two.
    double variation() const {
        if (records.size() < 3 || !(duration() > 0.0)) return 0.0;
        const double n = static_cast<double>(records.size() - 1), mean = duration() / n;
        double squares = 0.0;
        for (std::size_t i = 1; i < records.size(); ++i) {
            const double d = records[i].sent - records[i - 1].sent - mean;
            squares += d * d;
        }
        return std::sqrt(squares / n) / mean;
    }
    /// Lengths as distributions, for the closed forms. Throws `error` on an empty trace.
    length prompts() const { return lengths(&trace_record::prompt); }
    length outputs() const { return lengths(&trace_record::output); }

private:
    length lengths(std::uint32_t trace_record::*part) const {
        std::vector<double> sorted;
        for (const trace_record& r : records) sorted.push_back(static_cast<double>(r.*part));
        std::sort(sorted.begin(), sorted.end());
        return length::empirical(sorted);
    }
};

/// Throws `error` naming the first record (counted from 1) that is out of order or out of range; returns `t` otherwise.
inline const trace& checked(const trace& t) {
    for (std::size_t i = 0; i < t.records.size(); ++i) {
        const trace_record& r = t.records[i];
        const std::string which = "request " + std::to_string(i + 1) + " of the trace";
        if (!(r.sent >= 0.0 && r.sent <= 1e12)) fail(which + " is sent at " + shortest(r.sent) + " s");
        if (i > 0 && r.sent < t.records[i - 1].sent) fail(which + " is sent before the one before it");
        if (r.prompt < 1 || r.output < 1) fail(which + " has no prompt or no output");
        if (r.prompt > longest_length || r.output > longest_length) fail(which + " is longer than 1e8 tokens");
    }
    return t;
}

inline trace scaled(trace t, double factor) {
    checked(factor, 1e-6, 1e6, "the factor on the rate of a trace");
    for (trace_record& r : t.records) r.sent /= factor;
    return t;
}

inline trace spread(trace t, double tick, std::uint64_t seed = 1) {
    checked(tick, 0.0, 1e6, "the tick of a trace in seconds");
    random_stream random(seed, 6);
    for (trace_record& r : t.records) r.sent += tick * random.uniform();
    std::stable_sort(t.records.begin(), t.records.end(),
                     [](const trace_record& a, const trace_record& b) { return a.sent < b.sent; });
    return t;
}

inline trace first(trace t, std::size_t n) {
    if (t.records.size() > n) t.records.resize(n);
    return t;
}
}  // namespace gambrel
