// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether KV memory lets a prompt start or go on, and which blocks it takes: one rule for each `admission`.
///
///     reserve_all    takes the blocks of prompt and whole output
///     on_demand      takes the blocks of the whole prompt
///     first_chunk    takes those of each chunk as it is computed; where spare_blocks is set, only while
///                        blocks of this pass's prompts + spare_blocks (2 decodes + prompts begun) <= free before it
///     estimated      takes those of each chunk, and starts only while, in tokens,
///                        prompt + output + 1 block < free - promised - share x output to come of the decodes
///                    promised: outputs of the prompts that end in this pass, and a block for each begun. Once one
///                    did not fit, none starts until a decode has left.
///
///     share    falls by (0.7 - 0.098) / 600 a decode pass from 0.7 to 0.098; after a preemption it is
///              min(1, (tokens made + 20 decodes) / outputs asked for) over the decodes that are left; 0.7 when nothing
///              runs. An output to come counts for at most 4096 tokens.
///
/// Sources: MLC LLM cpp/serve/engine_actions/batch_prefill_base.cc (79d603f0, 2026-07); SGLang managers/
/// schedule_policy.py (00550cd1, 2026) and schedule_batch.py (000eaffa, 2025); LMDeploy SequenceManager.cc (v0.9.2);
/// vLLM pull request 37307 (2026-03). Evidence: tests/simulation/server_schedules_test.cpp.

#include <gambrel/simulation/rank.hpp>

namespace gambrel::simulation {

class prompt_admission {
public:
    explicit prompt_admission(const server& s) : kind_(s.scheduling.admission), spare_(s.scheduling.spare_blocks) {}

    /// A pass is planned on `on`; before its decodes take their blocks.
    void begin_pass(const rank& on) {
        free_before_ = on.kv.total() - on.kv.held();
        taken_ = begun_ = promised_ = 0;
        if (on.running() == 0) set_share(on, first_share);
    }
    /// Whether any prompt may start in this pass.
    bool open(const rank& on) const { return !full_ || on.departures != full_since_ || on.running() == 0; }

    /// Lets in `s` with the first `tokens` of its prompt besides the `hits` pieces found in the prefix cache, of which
    /// `kept` are held by no request; false where memory does not allow it. `last`: they are all of it.
    bool starts(rank& on, request_pool& pool, slot s, std::uint64_t tokens, bool last, std::uint32_t hits,
                std::uint64_t kept) {
        const in_flight& r = pool[s];
        const std::uint64_t found = hits * on.kv.cache().piece_tokens();
        if (kind_ == admission::estimated && on.running() + begun_ > 0 && !fits_estimate(on, r, found)) {
            full_ = true;
            full_since_ = on.departures;
            return false;
        }
        const std::uint64_t stored = on.reserves()             ? on.most_stored(r)
                                     : on.takes_whole_prompt() ? r.target
                                                               : found + tokens;
        if (!leaves_spare(on, tokens) || !on.admit(s, stored, hits, kept)) return false;
        full_ = false;
        count(on, r, tokens, last);
        return true;
    }

    /// Takes the blocks of the next `tokens` of a prompt under way; false where memory does not allow it.
    bool goes_on(rank& on, const in_flight& r, std::uint64_t tokens, bool last) {
        if (!on.reserves() && !on.takes_whole_prompt()) {
            const std::uint64_t more = on.kv.blocks_of(r.computed + tokens) - on.kv.blocks_of(r.computed);
            if (!leaves_spare(on, tokens) || !on.kv.available(more)) return false;
            on.kv.take(more);
        }
        count(on, r, tokens, last);
        return true;
    }
    /// Whether a prompt under way waits for memory with its blocks, rather than giving them up.
    bool waits() const { return kind_ == admission::estimated || spare_ > 0.0; }

    /// Decodes were preempted.
    void preempted(const rank& on, const request_pool& pool) {
        if (kind_ != admission::estimated || !on.has_decodes()) return;
        double made = 0, asked = 0;
        on.for_each_decode([&](slot s, std::uint64_t to_come) {
            made += static_cast<double>(pool[s].asked.output - to_come);
            asked += pool[s].asked.output;
        });
        set_share(on, std::min(1.0, (made + steps_ahead * static_cast<double>(on.decodes())) / asked));
    }

private:
    static constexpr double first_share = 0.7, least_share = 0.7 * 0.14, share_steps = 600, steps_ahead = 20;
    static constexpr std::uint64_t most_to_come = 4096;

    void set_share(const rank& on, double share) {
        share_ = share;
        share_since_ = on.steps();
    }
    bool leaves_spare(const rank& on, std::uint64_t tokens) const {
        const double spare = spare_ * static_cast<double>(2 * on.decodes() + begun_ + 1);
        return spare_ == 0.0 ||
               static_cast<double>(taken_ + on.kv.blocks_of(tokens)) + spare <= static_cast<double>(free_before_);
    }
    bool fits_estimate(const rank& on, const in_flight& r, std::uint64_t found) const {
        const auto block = static_cast<double>(on.kv.size());
        const double fallen =
            (first_share - least_share) / share_steps * static_cast<double>(on.steps() - share_since_);
        double to_come = 0;
        on.for_each_decode(
            [&](slot, std::uint64_t tokens) { to_come += static_cast<double>(std::min(tokens, most_to_come)); });
        const double room = block * static_cast<double>(on.kv.total() - on.kv.held()) - static_cast<double>(promised_) -
                            std::max(share_ - fallen, least_share) * to_come;
        return static_cast<double>(r.target - found + own_output(r)) + block < room;
    }
    static std::uint64_t own_output(const in_flight& r) {
        return std::min<std::uint64_t>(r.asked.output - r.generated, most_to_come);
    }
    void count(const rank& on, const in_flight& r, std::uint64_t tokens, bool last) {
        ++begun_;
        taken_ += on.kv.blocks_of(tokens);
        promised_ += on.kv.size() + (last ? own_output(r) : 0);
    }

    admission kind_;
    double spare_;
    std::uint64_t free_before_ = 0, taken_ = 0, begun_ = 0;  ///< blocks; of this pass's prompts; prompts
    std::uint64_t promised_ = 0;                             ///< tokens
    double share_ = first_share;                             ///< of outputs to come, at decode step `share_since_`
    std::uint64_t share_since_ = 0, full_since_ = 0;         ///< full_since: departures when a prompt did not fit
    bool full_ = false;
};
}  // namespace gambrel::simulation
