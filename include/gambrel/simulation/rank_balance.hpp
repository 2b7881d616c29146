// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Attention data parallelism with balance (TensorRT-LLM): ranks run in lockstep, so that a prompt on one makes all
/// wait. Prompts are held until every rank has one that could start and a free slot, for less than `balance_wait_steps`
/// passes, and only while every rank has something to decode; one without any request counts as if it had (it is given
/// a dummy). The passes are counted whether or not a prompt waits, so a lone one waits for what is left of them.
///
/// Source: TensorRT-LLM tensorrt_llm/_torch/pyexecutor/py_executor.py, `_balance_adp_requests` and
/// `_pad_attention_dp_dummy_request` (044c13c4, 2026). Evidence: tests/simulation/server_schedules_test.cpp.

#include <gambrel/simulation/schedulers.hpp>

namespace gambrel::simulation {

class rank_balance {
public:
    explicit rank_balance(const server& s) : most_(s.balance_wait_steps) {}

    /// Whether no rank may start a prompt in the next pass.
    bool holds(const std::vector<rank>& ranks, const scheduler& how, const request_pool& pool) {
        if (most_ <= 0.0 || ranks.size() == 1) return false;
        bool all = true, all_decode = true, slots = true;
        for (const rank& r : ranks) {
            all = all && how.could_start(r, pool);
            all_decode = all_decode && (r.has_decodes() || r.under_way() == 0);
            slots = slots && how.has_free_slot(r);
        }
        if (!(all && slots) && static_cast<double>(++waited_) < most_ && all_decode) return true;
        waited_ = 0;
        return false;
    }

private:
    double most_;
    std::uint64_t waited_ = 0;
};
}  // namespace gambrel::simulation
