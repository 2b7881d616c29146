// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A log of vLLM, one row per request, as LLMServingSim publishes it: arrival_s (wall clock), first_token_s and
/// last_token_s (the engine's clock, which starts with the first queued request), input_tokens, output_tokens.
///
/// The requests are replayed as they arrived; what is compared begins at arrival and ends in the engine, so no frontend
/// time belongs to it. The log says nothing of the deployment: the caller does.
/// Evidence: tests/validation/online_test.cpp.

#include <gambrel/measurement/online/read_guidellm.hpp>
#include <istream>

namespace gambrel {

/// `deployed` with the requests of `log` and what became of them. Throws `error` for a column that is missing, a field
/// that is not a number, a request without tokens or before the one above it.
inline online_run read_request_log(std::istream& log, online_run deployed) {
    csv_reader row(log);
    for (const char* column : {"arrival_s", "first_token_s", "last_token_s", "input_tokens", "output_tokens"})
        row.require(column);
    online_run r = std::move(deployed);
    r.sending = sending::given;
    r.runtime.host.per_request.value = {};
    r.runtime.host.per_prompt_token.value = {};
    double ttft = 0.0, gaps = 0.0, latency = 0.0, many = 0.0;
    while (row.next()) {
        const double sent = detail::number_of(row, "arrival_s"), first = detail::number_of(row, "first_token_s"),
                     last = detail::number_of(row, "last_token_s");
        const double in = checked(detail::number_of(row, "input_tokens"), 1.0, 1e8, "input_tokens"),
                     out = checked(detail::number_of(row, "output_tokens"), 1.0, 1e8, "output_tokens");
        if (!r.requests.empty() && sent < r.requests.back().sent.value())
            fail("line " + std::to_string(row.line()) + ": arrival_s is before that of the row above");
        r.requests.push_back({.sent = seconds_of(sent),
                              .prompt = static_cast<std::uint32_t>(in),
                              .output = static_cast<std::uint32_t>(out)});
        ttft += first - sent;
        latency += last - sent;
        if (out > 1.0) {
            gaps += (last - first) / (out - 1.0);
            many += 1.0;
        }
    }
    if (r.requests.empty()) fail("the log has no requests");
    r.count = r.requests.size();
    const auto n = static_cast<double>(r.count);
    online_window w{.name = "all"};
    w.measured[static_cast<std::size_t>(online_figure::itl_mean)] = many > 0.0 ? gaps / many : 0.0;
    w.measured[static_cast<std::size_t>(online_figure::ttft_mean)] = ttft / n;
    w.measured[static_cast<std::size_t>(online_figure::latency_mean)] = latency / n;
    r.windows = {w};
    return r;
}
}  // namespace gambrel
