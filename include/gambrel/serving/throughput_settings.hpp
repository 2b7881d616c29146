// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The scheduler settings that TensorRT-LLM's benchmark tool (trtllm-bench throughput) derives from the KV memory.
///
///     held          = fraction x (capacity - weights) / KV bytes of one whole request     requests whose KV fits
///     slots         = min(held, 4096) / pipeline stages, rounded up, at least 64
///     token_budget  = min(slots (1 + prompt / output), 32768), rounded up, at least 2048; of the slots before rounding
///
/// The numbers are the tool's; rounding is coarser for larger ones. Without chunked prefill a pass holds one prompt
/// and all slots at least. Source: TensorRT-LLM, tensorrt_llm/bench/build/tuning.py, 0.14 to 1.2. Evidence:
/// tests/serving/saturated_test.cpp, by hand.

#include <gambrel/serving/deployment.hpp>
#include <gambrel/step/memory_fit.hpp>

namespace gambrel {

namespace detail {
/// Below `below`, numbers are rounded up to multiples of `step`.
struct rounding {
    double below, step;
};
/// `n` rounded up by the first rule that covers it, the last of them whatever its size.
constexpr double rounded_up(double n, const std::array<rounding, 3>& rules) {
    for (const rounding& r : rules)
        if (n < r.below) return math::pieces(n, r.step) * r.step;
    return math::pieces(n, rules.back().step) * rules.back().step;
}

namespace trtllm_bench {
inline constexpr double most_requests = 4096, most_tokens = 32768, least_slots = 64, least_tokens = 2048;
inline constexpr double endless = std::numeric_limits<double>::infinity();
inline constexpr std::array<rounding, 3> slots{{{256, 32}, {1024, 128}, {endless, 256}}};
inline constexpr std::array<rounding, 3> tokens{{{4096, 256}, {8192, 512}, {endless, 1024}}};
}  // namespace trtllm_bench
}  // namespace detail

/// `d.runtime.scheduling` with those slots and that token budget, for requests of `prompt` and `output` tokens.
template <class Y> constexpr scheduling throughput_settings(const deployment<Y>& d, double prompt, double output) {
    namespace tool = detail::trtllm_bench;
    const sequence_memory sequence(d.model, d.cut, d.formats, 1.0, d.runtime.memory.rolling_windows);
    const double free = math::plain(d.device.memory.capacity.value.value()) -
                        weights_on_rank(d.model, d.cut, d.formats.weights).value();
    const double each = sequence.ideal(prompt + output).value();
    const double held = free > 0.0 && each > 0.0 ? d.runtime.memory.fraction * free / each : 0.0;
    const double slots = larger(1.0, smaller(held, tool::most_requests) / static_cast<double>(d.cut.pipeline));
    const double tokens = smaller(slots * (1.0 + prompt / output), tool::most_tokens);
    scheduling s = d.runtime.scheduling;
    s.most_sequences = larger(tool::least_slots, detail::rounded_up(slots, tool::slots));
    s.token_budget = larger(tool::least_tokens, detail::rounded_up(tokens, tool::tokens));
    if (!s.chunked_prefill) s.token_budget = larger(s.token_budget, prompt + s.most_sequences);
    return s;
}
}  // namespace gambrel
