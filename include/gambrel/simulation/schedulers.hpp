// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which decodes and prompts the next pass of a rank computes. One function per `batching`:
///
///     mixed          decodes first (preempting the latest while KV blocks are short), then the prompt that is under
///                    way in chunks, then new ones in order while token budget, slots and blocks last; no new one after
///                    a preemption
///     prefill first  prompts alone while there are any to let in, else the decodes; batch waiting (TGI) holds prompts
///     fixed batch    a new batch when the last one has ended
///
/// What KV memory lets in: prompt_admission.hpp.
/// Sources: vLLM vllm/v1/core/sched/scheduler.py (00024d31, 2026), TensorRT-LLM _torch/pyexecutor/py_executor.py
/// (044c13c4, 2026) and batch_manager/microBatchScheduler.cpp (0a949d31, 2025), SGLang managers/scheduler.py (0003215c,
/// 2026), TGI backends/v3/src/{backend,queue}.rs (db931fcf, 2026-01), MLC LLM engine_actions/ (79d603f0, 2026-07); Orca
/// (OSDI 2022).
/// Evidence: tests/simulation/server_schedules_test.cpp, schedules worked by hand from these files.

#include <gambrel/simulation/prompt_admission.hpp>
#include <limits>

namespace gambrel::simulation {

class scheduler {
public:
    explicit scheduler(const server& s)
        : how_(s.scheduling),
          budget_(static_cast<std::uint64_t>(how_.token_budget)),
          slots_(static_cast<std::uint64_t>(
              how_.batching == batching::mixed ? std::min(how_.most_sequences, most_decodes(s)) : how_.most_sequences)),
          prompts_(how_.prompts_per_step > 0.0 ? static_cast<std::uint64_t>(how_.prompts_per_step)
                                               : std::numeric_limits<std::uint64_t>::max()),
          wait_(static_cast<std::uint64_t>(how_.batch_wait_steps)),
          admission_(s),
          wait_tokens_(how_.batch_wait_share * how_.token_budget) {}

    /// Whether `r` could ever run: its KV within the blocks, and its prompt within the budget where it is never cut.
    bool can_ever_run(const in_flight& r, const rank& on) const {
        return on.kv.blocks_of(on.most_stored(r)) + static_cast<std::uint64_t>(how_.spare_blocks) <= on.kv.total() &&
               pass_holds(r);
    }
    /// Whether a pass can hold the prompt of `r`, or a chunk of it.
    bool pass_holds(const in_flight& r) const { return how_.chunked_prefill || r.asked.prompt <= budget_; }

    /// Fills `on.chunks` and `on.decodes_run`. `held`: prompts may not start in this pass.
    void plan(rank& on, request_pool& pool, bool held) {
        on.chunks.clear();
        on.decodes_run = false;
        admission_.begin_pass(on);
        take_over(on, pool);
        switch (how_.batching) {
            case batching::mixed: return mixed(on, pool, held);
            case batching::prefill_first: return prefill_first(on, pool, held);
            case batching::fixed_batch: return fixed(on, pool, held);
        }
    }

    /// Whether a prompt of `on` could start now.
    bool could_start(const rank& on, const request_pool& pool) const {
        return !on.waiting.empty() && fitting(on, pool, budget_ - std::min(budget_, on.decode_tokens())).prompts > 0;
    }
    bool has_free_slot(const rank& on) const { return on.running() < slots_; }

private:
    /// That the token budget holds, at least one.
    static double most_decodes(const server& s) {
        return std::max(1.0, std::floor(s.scheduling.token_budget / s.speculation.checked_tokens()));
    }
    void mixed(rank& on, request_pool& pool, bool held) {
        const bool preempted = decode(on, pool);
        std::uint64_t left = budget_ - std::min(budget_, on.decode_tokens());
        if (on.partial != no_slot) left = resume(on, pool, left);
        if (!preempted && !held && !waits_for_more(on, pool)) let_in(on, pool, left);
    }

    void prefill_first(rank& on, request_pool& pool, bool held) {
        std::uint64_t left = budget_;
        if (on.partial != no_slot) left = resume(on, pool, left);
        if (!held && !waits_after_prefill(on, pool)) let_in(on, pool, left);
        if (!on.chunks.empty()) {
            last_prefill_ = on.steps();
            must_decode_ = on.has_decodes();
            return;
        }
        decode(on, pool);
        must_decode_ = false;
    }

    void fixed(rank& on, request_pool& pool, bool held) {
        std::uint64_t left = budget_;
        if (on.decodes() == 0 && !held) let_in(on, pool, left);
        if (on.chunks.empty()) decode(on, pool);
    }

    /// Requests whose prompt was prefilled in another pool join the decodes, in order while slots and blocks last.
    void take_over(rank& on, request_pool& pool) {
        while (!on.waiting.empty() && on.running() < slots_) {
            const slot s = on.waiting.front();
            in_flight& r = pool[s];
            const std::uint32_t found = r.cached;
            if (!r.transferred || !on.admit(s, on.reserves() ? on.most_stored(r) : r.target, 0, 0)) return;
            on.waiting.pop_front();
            r.computed = r.target;
            r.cached = found;
            on.begin_decoding(s);
        }
    }

    /// The decodes take part, with the blocks they need; true when some were preempted for them.
    bool decode(rank& on, const request_pool& pool) {
        bool preempted = false;
        while (!on.kv.available(on.blocks_wanted())) preempted = on.preempt() || preempted;
        if (preempted) admission_.preempted(on, pool);
        on.grow();
        on.decodes_run = on.has_decodes();
        return preempted;
    }

    /// Goes on with the prompt under way; returns the budget left.
    std::uint64_t resume(rank& on, request_pool& pool, std::uint64_t left) {
        in_flight& r = pool[on.partial];
        const auto tokens = static_cast<std::uint32_t>(std::min<std::uint64_t>(r.target - r.computed, left));
        if (tokens == 0) return left;
        const bool last = r.computed + tokens == r.target;
        if (!admission_.goes_on(on, r, tokens, last)) {
            if (!admission_.waits()) on.preempt();  // this one: it was admitted last
            return 0;
        }
        on.chunks.push_back({on.partial, tokens, last});
        if (last) on.partial = no_slot;
        return left - tokens;
    }

    /// Begins prompts from the front of the line, `left` tokens of budget among them, until one does not fit. A whole
    /// prompt that grew beyond the budget by a preemption is the only prompt of its pass.
    void let_in(rank& on, request_pool& pool, std::uint64_t left) {
        std::uint64_t begun = 0;
        while (!on.waiting.empty() && admission_.open(on) && left > 0 && on.partial == no_slot &&
               on.running() + on.chunks.size() < slots_ && begun < prompts_) {
            const slot s = on.waiting.front();
            const in_flight& r = pool[s];
            if (r.transferred) break;  // no room to take it over
            std::uint64_t kept = 0;
            const std::uint32_t hits = on.hits(r, kept);
            const std::uint64_t rest = r.target - hits * on.kv.cache().piece_tokens();
            if (rest > left && !how_.chunked_prefill && !(r.preemptions > 0 && on.chunks.empty())) break;
            const auto tokens = static_cast<std::uint32_t>(std::min(rest, how_.chunked_prefill ? left : rest));
            if (!admission_.starts(on, pool, s, tokens, tokens == rest, hits, kept)) break;
            on.waiting.pop_front();
            on.chunks.push_back({s, tokens, tokens == rest});
            ++begun;
            left -= std::min<std::uint64_t>(left, tokens);
            if (tokens < rest) on.partial = s;
        }
    }

    /// The prompts at the front of the line that could start together: how many, and their tokens.
    struct batch {
        std::uint64_t prompts = 0, tokens = 0;
    };
    batch fitting(const rank& on, const request_pool& pool, std::uint64_t left) const {
        batch b;
        std::uint64_t blocks = 0;
        on.waiting.for_each_until([&](slot s) {
            const in_flight& r = pool[s];
            std::uint64_t kept = 0;
            const std::uint32_t hits = on.hits(r, kept);
            const std::uint64_t rest = r.target - hits * on.kv.cache().piece_tokens();
            blocks += on.kv.blocks_of(on.reserves() ? on.most_stored(r) : r.target) -
                      (hits - kept) * on.kv.cache().blocks_per_piece();
            if ((rest > left && !how_.chunked_prefill) || on.running() + b.prompts >= slots_ || b.prompts >= prompts_ ||
                !on.kv.available(blocks))
                return false;
            ++b.prompts;
            b.tokens += r.target;
            left -= std::min(left, rest);
            return left > 0;
        });
        return b;
    }

    /// TensorRT-LLM's batch waiting: while anything decodes, prompts that could start are held until decodes and they
    /// fill batch_wait_share of the token budget, or batch_wait_steps passes have held some.
    bool waits_for_more(const rank& on, const request_pool& pool) {
        if (wait_ == 0 || on.waiting.empty() || !on.has_decodes()) return false;
        const batch b = fitting(on, pool, budget_ - std::min(budget_, on.decode_tokens()));
        if (b.prompts == 0) return false;
        const bool more = waited_ < wait_ && static_cast<double>(on.decode_tokens() + b.tokens) < wait_tokens_;
        waited_ = more ? waited_ + 1 : 0;
        return more;
    }

    /// TGI's batching_task: a decode pass follows prompts that joined others; while anything decodes, new ones are held
    /// until those that could start are `waiting_served_ratio` of the decodes, or `batch_wait_steps` passes, prompts'
    /// own counted, have passed since the last prompts.
    bool waits_after_prefill(const rank& on, const request_pool& pool) const {
        if (wait_ == 0 || !on.has_decodes()) return false;
        if (must_decode_) return true;
        const auto enough = static_cast<std::uint64_t>(how_.waiting_served_ratio * static_cast<double>(on.decodes()));
        if (enough == 0 || on.steps() - last_prefill_ + 1 >= wait_) return false;
        return on.waiting.size() < enough || fitting(on, pool, budget_).prompts < enough;
    }

    scheduling how_;
    std::uint64_t budget_, slots_, prompts_, wait_, waited_ = 0;  ///< tokens; requests; new prompts; passes; passes
    prompt_admission admission_;
    double wait_tokens_;
    std::uint64_t last_prefill_ = 0;  ///< decode steps done when prompts last had a pass of their own
    bool must_decode_ = false;        ///< prefill first with batch waiting: the next pass is one of decodes
};
}  // namespace gambrel::simulation
