// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Attention data parallelism with balance (TensorRT-LLM): ranks run in lockstep, so that a prompt on one makes all
/// wait. Prompts are held until every rank has a prompt and a free slot, for less than `balance_wait_steps` passes, and
/// only while every rank has something to decode.
/// Source: TensorRT-LLM py_executor, `attention_dp_config` (cited from memory).

#include <gambrel/simulation/schedulers.hpp>

namespace gambrel::simulation {

class rank_balance {
public:
    explicit rank_balance(const server& s) : most_(s.balance_wait_steps) {}

    /// Whether no rank may start a prompt in the next pass.
    bool holds(const std::vector<rank>& ranks, const scheduler& how) {
        if (most_ <= 0.0 || ranks.size() == 1) return false;
        bool any = false, all = true, all_decode = true, slots = true;
        for (const rank& r : ranks) {
            const bool has = how.has_candidate(r);
            any = any || has;
            all = all && has;
            all_decode = all_decode && r.has_decodes();
            slots = slots && how.has_free_slot(r);
        }
        if (!any) return false;
        if (!(all && slots) && static_cast<double>(++waited_) < most_ && all_decode) return true;
        waited_ = 0;
        return false;
    }

private:
    double most_;
    std::uint64_t waited_ = 0;
};
}  // namespace gambrel::simulation
