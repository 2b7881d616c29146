// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A benchmark, simulated as it is measured: a fixed number of clients and of prompts, the opening burst and the final
/// drain included in every figure, so that they differ from those of the steady state as a benchmark's do.
///
///     t = 0: one request of each client; then one more at each answer; the last ones drain
///     throughput = all tokens / (last answer - first request)
///
/// Source: InferenceX benchmark client (2025-10 to 2026-05), with its exact lengths (workload/benchmark_lengths.hpp).
/// Evidence: tests/simulation/protocol_test.cpp.

#include <gambrel/simulation/run.hpp>
#include <gambrel/workload/benchmark_lengths.hpp>

namespace gambrel::simulation {

struct benchmark {
    std::uint32_t clients = 1;
    double prompts_per_client = 10;
    double prompt = 1024, output = 1024;  ///< nominal tokens; lengths are drawn as the benchmark's client draws them
    double ratio = 0.8;                   ///< shortest length / nominal (InferenceX: 0.8); 1: all equally long

    std::size_t requests() const {
        checked(clients, 1.0, 1e6, "the number of clients");
        checked(prompts_per_client, 1.0 / clients, 1e5, "the number of prompts per client");
        return static_cast<std::size_t>(static_cast<double>(clients) * prompts_per_client + 0.5);
    }
};

/// What the benchmark `b` reports of `s`: means and quantiles over all its requests.
template <step_law Law> summary run(const Law& law, const server& s, const benchmark& b, const options& how = {}) {
    std::vector<request> requests;
    for (const request_lengths& each : benchmark_lengths(b.prompt, b.output, b.requests(), b.ratio))
        requests.push_back({.prompt = std::max(1U, each.prompt), .output = std::max(1U, each.output)});
    return run(law, s, closed_source({.clients = b.clients}, std::move(requests)), how);
}
}  // namespace gambrel::simulation
