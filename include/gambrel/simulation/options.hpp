// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How a run is made, and callbacks that observe it.

#include <functional>
#include <gambrel/simulation/request.hpp>
#include <gambrel/simulation/router.hpp>

namespace gambrel::simulation {

struct options {
    std::uint64_t warm_up = 0;               ///< first requests, not counted in figures of requests or of the window
    std::uint64_t most_waiting = 1'000'000;  ///< requests in line at which a run is given up as unstable
    std::uint32_t replicas = 1;
    simulation::routing routing = simulation::routing::round_robin;
    std::uint64_t seed = 1;                                   ///< of the router
    std::function<void(const request_record&)> on_request{};  ///< every request that ends or is rejected
    std::function<void(const step_record&)> on_step{};        ///< every pass of every rank
    std::function<void(std::uint64_t sent, std::uint64_t expected)> on_progress{};
    std::uint64_t progress_every = 100'000;  ///< requests
};
}  // namespace gambrel::simulation
