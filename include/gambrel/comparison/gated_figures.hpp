// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which figures decide, where nobody names them.
///
///     means of times, and one throughput: of output, else of requests, else of all; others are it times a constant
///     medians and percentiles   shown; a median decides where its mean is on neither side
///     ITL    shown beside TPOT, which says the same
///     TTFT   of a lone client is not gated, for it varies by 10 to 20 % between runs of one server (nm-vllm #156); of
///            requests that all came at once neither is TTFT nor the latency: both are times in their own queue
///
/// Evidence: tests/comparison/compare_test.cpp.

#include <algorithm>
#include <gambrel/comparison/metric_change.hpp>
#include <gambrel/measurement/observation.hpp>
#include <map>

namespace gambrel::detail {

inline bool is_percentile(std::string_view metric) {
    const std::size_t at = metric.rfind("_p");
    return at != std::string_view::npos && at + 2 < metric.size() && metric[at + 2] >= '0' && metric[at + 2] <= '9';
}

/// Why the figure called `metric` is not among those that decide; empty: it is. `names`: the figures of either side.
inline std::string not_gated(const std::string& metric, const std::map<std::string, int>& names, const observation& of,
                             const comparison_options& o) {
    if (!o.metrics.empty())
        return std::find(o.metrics.begin(), o.metrics.end(), metric) != o.metrics.end() ? "" : "not asked for";
    const auto has = [&](const std::string& name) { return names.count(name) > 0; };
    if (metric.starts_with("ttft") && of.clients && *of.clients <= 1.0)
        return "TTFT of a lone client varies from run to run by more than a guard can bear";
    if (of.all_at_once && (metric.starts_with("ttft") || metric.starts_with("e2e")))
        return "of requests that all came at once it is the time in their own queue";
    for (const char* first : {"output_throughput", "request_throughput"}) {
        if (metric == first) break;
        if (has(first) && (metric == "request_throughput" || metric == "total_throughput"))
            return std::string("shown, not gated: ") + first + " is";
    }
    if (metric.starts_with("itl_") && has("tpot_" + metric.substr(4))) return "shown, not gated: TPOT is";
    if (metric.ends_with("_median"))
        return has(metric.substr(0, metric.size() - 6) + "mean") ? "shown, not gated: its mean is" : "";
    return metric.ends_with("_mean") || metric.ends_with("throughput") ? "" : "shown, not gated: its mean is";
}
}  // namespace gambrel::detail
