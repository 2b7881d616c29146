// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether the figures of one run agree with each other, before anything is made of them.
///
///     Little's law           requests in flight = requests per second x mean latency; a closed loop has no more than its clients
///     latency                mean latency = mean TTFT + (output - 1) mean TPOT
///     tokens                 output tokens per second = requests per second x output
///     duration               requests completed = requests per second x duration
///     quantiles              rise with their share, and the mean is below p99
///     rate                   an open loop serves what it is sent, or is beyond its limit
///
/// Means of ratios differ from ratios of means (short answers have high TPOT), so that a tenth is allowed (`allowed`); a half
/// more is `contradiction` (measurement/mark_rows.hpp) and the run is not used. Evidence: tests/diagnosis/suspect_test.cpp.

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/core.h>
#include <gambrel/measurement/mark_rows.hpp>
#include <gambrel/measurement/observation.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gambrel {

enum class disagreement : unsigned char {
    noted,        ///< said, and the run is used
    contradicts,  ///< the run contradicts itself: nothing is made of it
};

struct inconsistency {
    disagreement how = disagreement::noted;
    double left = 0.0, right = 0.0;  ///< the two sides of the law
    std::string says{};              ///< a sentence without a full stop
};

namespace detail {
inline constexpr double allowed = 1.1;

inline double apart(double a, double b) { return std::max(a / b, b / a); }

class consistency {
public:
    explicit consistency(const observation& o) : run_(o) {}

    std::vector<inconsistency> found() {
        little();
        counted();
        latency();
        tokens_and_duration();
        quantiles();
        offered();
        return std::move(found_);
    }

private:
    std::optional<double> figure(const std::string& name) const {
        const auto at = run_.figures.find(name);
        return at != run_.figures.end() && at->second > 0.0 ? std::optional(at->second) : std::nullopt;
    }
    std::optional<double> requests() const { return figure("request_throughput"); }

    /// `left` and `right` should be equal.
    void equal(double left, double right, const std::string& what) {
        if (apart(left, right) <= allowed) return;
        found_.push_back(
            {apart(left, right) > contradiction ? disagreement::contradicts : disagreement::noted, left, right, what});
    }
    void little() {
        const auto rate = requests(), latency = figure("e2e_latency_mean");
        const auto first = figure("ttft_mean"), step = figure("tpot_mean");
        std::optional<double> whole = latency;
        if (!whole && first && step && run_.output) whole = *first + *step * (*run_.output - 1.0);
        if (!rate || !whole) return;
        const double in_flight = *rate * *whole;
        if (run_.mean_concurrency)
            equal(*run_.mean_concurrency, in_flight,
                  fmt::format("by Little's law {:.4g} req/s of {:.4g} s each are {:.4g} requests in flight, and the "
                              "file says {:.4g}",
                              *rate, *whole, in_flight, *run_.mean_concurrency));
        if (!run_.clients) return;
        if (in_flight > allowed * *run_.clients)
            equal(in_flight, *run_.clients,
                  fmt::format("by Little's law {:.4g} req/s of {:.4g} s each are {:.4g} requests in flight, more than "
                              "the {:.4g} clients",
                              *rate, *whole, in_flight, *run_.clients));
        else if (in_flight < 0.8 * *run_.clients)
            found_.push_back(
                {disagreement::noted, in_flight, *run_.clients,
                 fmt::format("only {:.4g} of {:.4g} clients had a request in flight on average: the client was the "
                             "limit, or the run is mostly its beginning and end",
                             in_flight, *run_.clients)});
    }
    /// What the tool or the server counted in flight is no more than the clients.
    void counted() {
        if (!run_.clients) return;
        const auto no_more = [&](double n, const char* who) {
            if (n > allowed * *run_.clients)
                equal(n, *run_.clients,
                      fmt::format("{} {:.4g} requests in flight, of {:.4g} clients", who, n, *run_.clients));
        };
        if (run_.mean_concurrency) no_more(*run_.mean_concurrency, "the tool counts");
        if (run_.server && run_.server->running)
            no_more(*run_.server->running + run_.server->waiting.value_or(0.0), "the server counts");
    }
    void latency() {
        const auto whole = figure("e2e_latency_mean"), first = figure("ttft_mean"), step = figure("tpot_mean");
        if (!whole || !first || !step || !run_.output || *run_.output < 2.0) return;
        const double sum = *first + *step * (*run_.output - 1.0);
        equal(*whole, sum,
              fmt::format("TTFT and {:.4g} times TPOT are {:.4g} s, and the mean latency is {:.4g} s",
                          *run_.output - 1.0, sum, *whole));
    }
    void tokens_and_duration() {
        const auto rate = requests();
        if (const auto tokens = figure("output_throughput"); rate && tokens && run_.output)
            equal(*tokens, *rate * *run_.output,
                  fmt::format("{:.4g} req/s of {:.4g} output tokens are {:.4g} tok/s, and the file says {:.4g}", *rate,
                              *run_.output, *rate * *run_.output, *tokens));
        if (rate && run_.duration && run_.completed && *run_.duration > 0.0 && *run_.completed > 0.0)
            equal(*run_.completed, *rate * *run_.duration,
                  fmt::format("{:.4g} req/s for {:.4g} s are {:.4g} requests, and the file says {:.4g}", *rate,
                              *run_.duration, *rate * *run_.duration, *run_.completed));
    }
    void quantiles() {
        constexpr std::array<std::string_view, 5> rising{"_median", "_p90", "_p95", "_p99", "_max"};
        for (const std::string metric : {"ttft", "tpot", "itl", "e2e_latency"}) {
            std::string before;
            double at = 0.0;
            for (const std::string_view each : rising) {
                const auto v = figure(metric + std::string(each));
                if (!v) continue;
                if (*v < at * 0.999)
                    found_.push_back({disagreement::contradicts, *v, at,
                                      fmt::format("{}{} is {:.4g} s, below {}{} of {:.4g} s", metric, each, *v, metric,
                                                  before, at)});
                at = *v;
                before = each;
            }
        }
    }
    void offered() {
        const auto rate = requests();
        if (!rate || !run_.offered_rate || !(*rate < 0.95 * *run_.offered_rate)) return;
        found_.push_back(
            {disagreement::noted, *rate, *run_.offered_rate,
             fmt::format("{:.4g} req/s were sent and {:.4g} served: beyond the limit of the server, or the run is "
                         "too short",
                         *run_.offered_rate, *rate)});
    }

    const observation& run_;
    std::vector<inconsistency> found_{};
};
}  // namespace detail

/// What of `o` does not agree, in the order of the laws above.
inline std::vector<inconsistency> inconsistencies_of(const observation& o) { return detail::consistency(o).found(); }
inline bool contradicts(const std::vector<inconsistency>& all) {
    return std::any_of(all.begin(), all.end(), [](const auto& i) { return i.how == disagreement::contradicts; });
}
}  // namespace gambrel
