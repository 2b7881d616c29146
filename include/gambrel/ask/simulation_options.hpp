// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What may be asked of a simulation besides the deployment. Evidence: tests/ask/bound_question_test.cpp.

#include <cstdint>
#include <gambrel/ask/prediction_options.hpp>
#include <gambrel/workload/trace.hpp>

namespace gambrel::ask {

struct simulation_options {
    prediction_options deployed{};
    std::string arrivals = "poisson";  ///< poisson, even, gamma:CV, weibull:CV, mmpp:RATE:STAY:RATE:STAY ...
    std::string routing = "round-robin";
    gambrel::trace trace{};  ///< instead of arrivals and lengths, where it holds requests
    std::string trace_name{};
    double trace_scale = 1.0, trace_tick = 0.0;  ///< times the rate; seconds over which recorded ticks are spread
    std::optional<length> turns{};               ///< conversations of so many turns; the rate counts conversations
    double think = 0.0;                          ///< seconds between an answer and the client's next request
    double shared = 0.0;                         ///< tokens that all conversations begin with
    bool benchmark_lengths = false;
    std::optional<double> requests{}, warm_up{}, blocks{};
    double balance = 0.0;
    std::uint64_t seed = 1;
};

/// `n` as a number of requests of a run.
inline std::uint64_t whole_requests(double n) {
    return static_cast<std::uint64_t>(checked(n, 1.0, 1e9, "the number of requests"));
}
/// What of its trace `t` asks for: the rest of the file is not read.
inline trace_part part_of_trace(const simulation_options& t) {
    return t.requests ? trace_part{whole_requests(*t.requests), t.trace_tick * t.trace_scale} : trace_part{};
}
}  // namespace gambrel::ask
