// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is asked of the deployment: lengths of requests, how many come, how figures are measured, and the service level
/// objective.
///
/// Load is either a closed loop (`concurrency` clients, each sending its next request when the last one ends) or an
/// open loop (`rate` requests per second). The measuring protocol is part of the workload: a benchmark that starts
/// all clients at once and reports means over ten prompts per client measures its own opening burst.

#include <gambrel/units.hpp>
#include <gambrel/workload/length.hpp>
#include <limits>

namespace gambrel {

enum class statistic : unsigned char { mean, median };

/// How a figure is taken. Steady state by default; a benchmark states its burst and its number of prompts.
struct protocol {
    bool burst_start = false;         ///< every client sends at t = 0
    double prompts_per_client = 0.0;  ///< requests in all / clients; 0: endless
    statistic reported = statistic::mean;
    seconds<>
        cold_start{};  ///< compilation of an engine that was not warmed up: added to every request of the opening burst

    static constexpr protocol steady_state() { return {}; }
    /// The InferenceX / vLLM benchmark client: all clients at once, ten prompts each, means.
    static constexpr protocol serving_benchmark() { return {true, 10.0, statistic::mean}; }
};

/// Service-level objective: limits that the figures must keep. An infinite limit is none.
struct objective {
    seconds<> ttft = seconds<>::from_value(std::numeric_limits<double>::infinity());
    seconds<> tpot = seconds<>::from_value(std::numeric_limits<double>::infinity());
    seconds<> latency = seconds<>::from_value(std::numeric_limits<double>::infinity());
};

struct workload {
    length prompt = 1024.0;
    length output = 256.0;
    double concurrency = 1.0;        ///< closed loop: clients over the whole deployment
    request_rate<> rate{};           ///< open loop when positive
    double arrival_variation = 1.0;  ///< open loop: coefficient of variation of the gaps (1: Poisson)
    double images = 0.0;             ///< per request; each adds the model's tokens per image to the prompt
    double prefix_hit = 0.0;         ///< share of prompt tokens found in the prefix cache
    gambrel::protocol protocol{};
    gambrel::objective objective{};

    /// Lock-step: clients that start together with equally long requests stay together, so every prompt shares its
    /// passes with the prompts of all others, in every round.
    constexpr bool lock_step() const {
        return !open_loop() && protocol.burst_start && prompt.variance() == 0.0 && output.variance() == 0.0;
    }
    constexpr bool open_loop() const { return rate > request_rate<>{}; }
};

inline constexpr double most_clients = 1e7;

/// Throws `error` naming the first value out of range; returns `w` otherwise.
constexpr const workload& checked(const workload& w) {
    checked(w.prompt.mean(), 1.0, longest_length, "the mean prompt length in tokens");
    checked(w.output.mean(), 1.0, longest_length, "the mean output length in tokens");
    checked(w.concurrency, 1.0, most_clients, "the concurrency");
    checked(w.rate.value(), 0.0, 1e9, "the request rate per second");
    checked(w.arrival_variation, 0.0, 1e3, "the variation of arrival gaps");
    checked(w.images, 0.0, 1e4, "the number of images per request");
    checked(w.prefix_hit, 0.0, 1.0, "the prefix hit share");
    checked(w.protocol.cold_start.value(), 0.0, 1e5, "the cold start in seconds");
    checked(w.protocol.prompts_per_client, 0.0, 1e9, "the number of prompts per client");
    return w;
}
}  // namespace gambrel
