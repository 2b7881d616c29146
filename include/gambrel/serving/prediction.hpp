// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The answer: figures with their 80 % ranges, what bounds them, where the time goes, what fits.

#include <gambrel/numeric/range.hpp>
#include <gambrel/serving/validity_warning.hpp>
#include <gambrel/step/feasibility.hpp>
#include <gambrel/step/memory_fit.hpp>
#include <gambrel/step/pass.hpp>

namespace gambrel {

/// What takes the largest share of a time (compute, memory bandwidth, interconnect, launches, host), and the next one.
struct bottleneck {
    bound first = bound::memory;
    bound second = bound::compute;
    double first_share = 0;  ///< of the time, 0 to 1
    double second_share = 0;
    /// Time over what is left of it if the first cost nothing; 0 stands for infinite.
    constexpr double headroom() const { return first_share < 1.0 ? 1.0 / (1.0 - first_share) : 0.0; }
};

template <class Y> constexpr bottleneck bottleneck_of(const pass_time<Y>& t) {
    bottleneck b;
    const double all = math::plain(t.total().value());
    if (!(all > 0.0)) return b;
    for (std::size_t i = 0; i < bound_count; ++i) {
        const auto which = static_cast<bound>(i);
        const double share = math::plain(t.by_bound(which).value()) / all;
        if (share > b.first_share) {
            b.second = b.first;
            b.second_share = b.first_share;
            b.first = which;
            b.first_share = share;
        } else if (share > b.second_share) {
            b.second = which;
            b.second_share = share;
        }
    }
    return b;
}

template <class Y = double> struct prediction {
    feasibility verdict{};
    memory_fit memory{};

    figure<seconds<Y>> ttft{};                     ///< request sent to first token
    figure<seconds<Y>> tpot{};                     ///< mean time per output token after the first: has_tpot()
    figure<seconds<Y>> latency{};                  ///< request sent to last token
    figure<request_rate<Y>> request_throughput{};  ///< of the whole deployment
    figure<token_rate<Y>> output_throughput{};
    figure<token_rate<Y>> prompt_throughput{};
    figure<token_rate<Y>> total_throughput{};  ///< prompt and output tokens
    figure<token_rate<Y>> output_per_device{};
    figure<token_rate<Y>> output_per_user{};  ///< 1 / TPOT

    int devices = 0;          ///< of the whole deployment
    double running = 0;       ///< sequences in the deployment at once
    double queued = 0;        ///< of them, prompts that wait for a pass with room
    double waiting = 0;       ///< requests held back for a slot or for KV memory
    double batch = 0;         ///< sequences in one pass of one rank group
    Y mfu{};                  ///< model flop, each over the dense peak of the format it multiplies in / time
    Y mbu{};                  ///< bytes moved / (time x bandwidth)
    double utilisation = 0;   ///< share of time in which a pass runs
    double prompt_share = 0;  ///< share of pass time that prompts cost: splits the bill

    pass_time<Y> decode{};       ///< one pass of decodes only
    pass_time<Y> prefill{};      ///< one pass that carries prompts
    pass_time<Y> mean_step{};    ///< TPOT, by class and by bound
    pass_time<Y> first_token{};  ///< TTFT, by class and by bound
    double prefill_passes = 1;   ///< passes one prompt is spread over

    validity_warning warning = validity_warning::none;  ///< why the simulator should be asked too
    std::string_view not_known{};  ///< what cannot be about the figures, where the verdict is `not_known`

    constexpr bool ok() const { return verdict.ok(); }
    /// Not of requests whose output is one token: no token comes after the first. TPOT and output per user are absent then.
    constexpr bool has_tpot() const { return tpot.value > seconds<Y>{}; }
    constexpr bool ask_simulator() const { return warning != validity_warning::none; }
    constexpr bottleneck tpot_bound() const { return bottleneck_of(mean_step); }
    constexpr bottleneck ttft_bound() const { return bottleneck_of(first_token); }
};
}  // namespace gambrel
