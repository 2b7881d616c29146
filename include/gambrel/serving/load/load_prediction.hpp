// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The answer of a load model at a request rate: the distributions of TTFT, TPOT, ITL (the gap between two tokens) and
/// latency, what bounds the rate, and whether the model was checked there. A step is one forward pass.

#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/range.hpp>
#include <gambrel/serving/load/latency_distribution.hpp>
#include <gambrel/serving/validity_warning.hpp>
#include <string_view>

namespace gambrel {

/// What the greatest rate is bounded by.
enum class rate_bound : unsigned char { slots, kv_memory, token_budget, frontend, prefill_pool, transfer };
// clang-format off
template <> inline constexpr std::array<enum_row<rate_bound>, 6> enum_table<rate_bound>{{
    {rate_bound::slots, "slots", "all slots are taken", "slots"},
    {rate_bound::kv_memory, "kv_memory", "the KV memory is full", "KV memory"},
    {rate_bound::token_budget, "token_budget", "prompts fill the token budget", "token budget"},
    {rate_bound::frontend, "frontend", "the frontend works without pause", "frontend"},
    {rate_bound::prefill_pool, "prefill_pool", "the prefill pool computes without pause", "prefill pool"},
    {rate_bound::transfer, "transfer", "the link between the pools is full", "link"},
}};
// clang-format on

struct load_prediction {
    bool stable = true;
    request_rate<> rate{};   ///< asked for
    request_rate<> limit{};  ///< the queue is unstable from here on
    rate_bound bound = rate_bound::slots;
    double utilisation = 0;    ///< rate / limit
    double load = 0;           ///< rate (prefill + per_sequence (output - 1)): the mean step grows as 1 / (1 - load)
    request_rate<> backlog{};  ///< rate - limit where unstable: TTFT grows by backlog / limit seconds per second

    double running = 0;           ///< mean requests that hold slots
    double waiting = 0;           ///< mean requests that wait for one
    double wait_probability = 0;  ///< that an arrival waits for a slot
    seconds<> step{};             ///< mean step, each step counting once
    double prompts_per_step = 0;  ///< mean, steps without prompts included

    latency_distribution ttft{}, tpot{}, itl{}, latency{};

    std::string_view method = "step recursion";
    /// What cannot be about the figures (possible_load.hpp): they are not shown, ask the simulator. Empty: everything
    /// can.
    std::string_view not_known{};
    validity_warning warning = validity_warning::none;
    bool known() const { return not_known.empty(); }
    bool ask_simulator() const { return warning != validity_warning::none; }

    /// 80 % range of a time predicted from a step law whose log standard deviation is `sigma`: as times grow as
    /// 1 / (1 - load), an error of the law's slope moves them 1 / (1 - load) times as much.
    /// Evidence: tests/serving/load/load_model_test.cpp.
    figure<seconds<>> with_law_error(seconds<> time, double sigma) const {
        return with_range(time, load < 1.0 ? sigma / (1.0 - load) : sigma);
    }
};
}  // namespace gambrel
