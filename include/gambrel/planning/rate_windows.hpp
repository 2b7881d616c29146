// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Requests per second in windows of equal length: of a trace, or as given (a day by the hour).
///
///     rate(t) = requests sent in [t window, (t + 1) window) / window      counted from the first request, whole windows only
///     dispersion = variance of the counts / their mean                    1 for Poisson arrivals
///
/// The variance is that of a sample (n - 1). A dispersion far above 1 says that arrivals come in bursts or that the rate
/// drifts: windows cannot tell these apart, and shorter ones leave less drift in. Of independent gaps the dispersion of long
/// windows tends to the squared coefficient of variation of the gaps (Cox, Renewal Theory, 1962; recalled), so its root is
/// what `workload::arrival_variation` takes, and errs to the safe side where the rate drifts.
/// A trace without a rate is no error: `why` says what it lacks. Evidence: tests/planning/rate_windows_test.cpp.

#include <algorithm>
#include <cmath>
#include <gambrel/error.hpp>
#include <gambrel/workload/trace.hpp>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace gambrel {

inline constexpr double most_rate_windows = 1e7;

/// What keeps a trace from having rates in windows.
enum class no_rate : unsigned char { none, no_requests, one_request, one_instant, too_short, out_of_order, too_long };

struct rate_windows {
    double window_s = 60.0;
    std::vector<double> per_s{};  ///< requests per second in each window
    no_rate why = no_rate::none;
    double duration_s = 0.0;       ///< from the first request to the last
    std::size_t out_of_order = 0;  ///< the first request that is earlier than the one before, counted from 1

    bool ok() const { return why == no_rate::none; }
    double least() const { return per_s.empty() ? 0.0 : *std::min_element(per_s.begin(), per_s.end()); }
    double most() const { return per_s.empty() ? 0.0 : *std::max_element(per_s.begin(), per_s.end()); }
    double mean() const {
        return per_s.empty() ? 0.0
                             : std::accumulate(per_s.begin(), per_s.end(), 0.0) / static_cast<double>(per_s.size());
    }
    /// Variance over mean of the counts; empty with fewer than two windows, or without requests.
    std::optional<double> dispersion() const {
        const double m = mean();
        if (per_s.size() < 2 || !(m > 0.0)) return std::nullopt;
        double squares = 0.0;
        for (const double rate : per_s) squares += (rate - m) * (rate - m);
        return squares / static_cast<double>(per_s.size() - 1) / m * window_s;
    }
    /// Why there are no rates, and what to do; empty where there are.
    std::string reason() const {
        switch (why) {
            case no_rate::none: break;
            case no_rate::no_requests: return "the trace has no requests: give one that has";
            case no_rate::one_request:
                return "the trace has one request, and one makes no rate: give a longer trace, or state the rate";
            case no_rate::one_instant:
                return "all requests of the trace are sent at the same time, which makes no rate: give their times, or "
                       "state the rate";
            case no_rate::too_short:
                return "the trace takes " + shortest(duration_s) + " s, less than one window of " + shortest(window_s) +
                       " s: take shorter windows, or a longer trace";
            case no_rate::out_of_order:
                return "request " + std::to_string(out_of_order) +
                       " of the trace is sent before the one before it: sort the trace by time";
            case no_rate::too_long:
                return "the trace takes " + shortest(duration_s) + " s, more than " + shortest(most_rate_windows) +
                       " windows of " + shortest(window_s) + " s: take longer windows";
        }
        return {};
    }
};

namespace detail {
inline double checked_window(double window_s) {
    return checked(window_s, 1e-3, 1e9, "the length of a window in seconds");
}
}  // namespace detail

/// The whole windows of a trace. Throws `error` for a window out of range alone.
inline rate_windows rates_of(const trace& t, double window_s = 60.0) {
    rate_windows w{.window_s = detail::checked_window(window_s)};
    const auto cannot = [&w](no_rate why) {
        w.why = why;
        return w;
    };
    if (t.empty()) return cannot(no_rate::no_requests);
    for (std::size_t i = 0; i < t.records.size(); ++i)
        if (!(t.records[i].sent >= (i == 0 ? -std::numeric_limits<double>::max() : t.records[i - 1].sent))) {
            w.out_of_order = i + 1;
            return cannot(no_rate::out_of_order);
        }
    if (t.records.size() == 1) return cannot(no_rate::one_request);
    w.duration_s = t.duration();
    if (!(w.duration_s > 0.0)) return cannot(no_rate::one_instant);
    const double windows = std::floor(w.duration_s / window_s);
    if (windows < 1.0) return cannot(no_rate::too_short);
    if (!(windows <= most_rate_windows)) return cannot(no_rate::too_long);
    w.per_s.assign(static_cast<std::size_t>(windows), 0.0);
    for (const trace_record& r : t.records) {
        const auto i = static_cast<std::size_t>((r.sent - t.records.front().sent) / window_s);
        if (i < w.per_s.size()) w.per_s[i] += 1.0;
    }
    for (double& rate : w.per_s) rate /= window_s;
    return w;
}

/// Rates as given: throws `error` naming the first that cannot be one.
inline rate_windows rates_of(std::vector<double> per_s, double window_s) {
    if (per_s.empty()) fail("there are no rates: give one for each window");
    for (std::size_t i = 0; i < per_s.size(); ++i)
        checked(per_s[i], 0.0, 1e9, ("the rate of window " + std::to_string(i + 1) + " per second").c_str());
    rate_windows w{.window_s = detail::checked_window(window_s)};
    w.duration_s = window_s * static_cast<double>(per_s.size());
    w.per_s = std::move(per_s);
    return w;
}
}  // namespace gambrel
