// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A simulated run as it is answered: what ran, and what came out. Text and JSON print the same value.

#include <gambrel/simulation/summary.hpp>
#include <string>

namespace gambrel::ask {

struct simulated {
    std::string heading{};  ///< what was simulated, lines ended
    simulation::summary result{};
    double blocks = 0;  ///< KV blocks of all ranks together; infinite without a limit
    double took = 0;    ///< seconds of the computer's time
};
}  // namespace gambrel::ask
