// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A plan: every candidate and what became of it, the best first; and how a plan is made.
/// Evidence: tests/planning/fleet_plan_test.cpp.

#include <atomic>
#include <functional>
#include <gambrel/planning/fleet_candidate.hpp>

namespace gambrel {

/// What another judge says of a counted candidate: replicas that are enough, those counted at the least; 0: no number is,
/// for what is `over`.
struct judgement {
    int replicas = 0;
    limit_excess over{};
};

/// How a plan is made: who may end it, and who is told how far it is. Both are called between candidates.
struct fleet_control {
    const std::atomic<bool>* stop = nullptr;
    bool stopped() const { return stop != nullptr && stop->load(std::memory_order_relaxed); }
    std::function<void(std::size_t done, std::size_t candidates)> progress{};
    std::function<judgement(const fleet_candidate&, const service_level&)> judge{};  ///< fleet_check.hpp has one
    std::size_t listed = 6;  ///< so many of the best have both ends of their ranges counted
};

struct fleet_plan {
    std::vector<fleet_candidate> candidates{};  ///< all: those counted first, by rising cost, then by their least cost
    std::size_t counted = 0;                    ///< of them by percentiles
    bool complete = true;                       ///< false: stopped

    bool ok() const { return counted > 0; }
    /// Throws `error` where nothing meets the limits.
    const fleet_candidate& best() const {
        if (!ok()) fail("no candidate of the plan meets its limits: read `closest`");
        return candidates.front();
    }
    /// Of those that can be deployed but break a limit, that which breaks it by least; else one that failed, with its
    /// problem; none where none can be deployed.
    const fleet_candidate* closest() const {
        const fleet_candidate* best = nullptr;
        for (const fleet_candidate& c : candidates)
            if (c.over.which != fleet_limit::none && (best == nullptr || c.over.times < best->over.times)) best = &c;
        for (const fleet_candidate& c : candidates)
            if (best == nullptr && c.fate == candidate_fate::failed) best = &c;
        return best;
    }
};
}  // namespace gambrel
