// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The decodes of one attention rank, counted in O(1) a step whatever their number where each makes one token:
///
///     decodes that end      a heap by the step in which they do
///     blocks they need      counts by phase = step modulo block_tokens: a decode needs one every block_tokens steps
///     tokens they attend    a sum that grows by the number of decodes
///
/// With speculation a step makes 1 to drafts + 1 tokens of each, as many as its guesses are right in a row by chance
/// (operators/speculation.hpp); they are drawn for one decode after another, and a decode has blocks for all that it
/// may make in the next step. Evidence: tests/simulation/run_test.cpp (naive.hpp), tests/simulation/speculation_test.cpp.

#include <algorithm>
#include <functional>
#include <gambrel/simulation/kv_blocks.hpp>
#include <gambrel/simulation/waiting_line.hpp>
#include <gambrel/workload/random_stream.hpp>

namespace gambrel::simulation {

class decode_set {
public:
    /// `stream`: number of the random stream its tokens are drawn from.
    decode_set(const server& s, request_pool& pool, const kv_blocks& blocks, std::uint64_t stream)
        : guesses_(s.speculation),
          pool_(&pool),
          blocks_(&blocks),
          random_(s.seed, stream),
          static_batch_(s.scheduling.batching == batching::fixed_batch),
          needs_(blocks.size(), 0) {}

    std::uint64_t size() const { return decodes_.size(); }
    bool empty() const { return decodes_.empty(); }
    bool speculate() const { return guesses_.on(); }
    std::uint64_t steps() const { return step_; }
    std::uint64_t context() const { return context_; }
    /// The step that ends the first of them; without speculation.
    std::uint64_t next_end() const { return decodes_.front().step; }
    slot at(std::size_t i) const { return decodes_[i].who; }
    /// Tokens that `r` has made since it began.
    std::uint64_t made(const in_flight& r) const { return speculate() ? r.made : step_ - r.start; }
    /// Tokens of KV of `r`.
    std::uint64_t stored(const in_flight& r) const { return r.target + made(r); }
    std::uint64_t to_come(std::size_t i) const {
        if (!speculate()) return decodes_[i].step - step_;
        const in_flight& r = (*pool_)[decodes_[i].who];
        return r.asked.output - r.generated - r.made;
    }

    /// Blocks that the next step needs beyond those taken.
    std::uint64_t blocks_needed() const {
        if (!speculate()) return needs_[phase_];
        std::uint64_t n = 0;
        for (const decode& d : decodes_) {
            const in_flight& r = (*pool_)[d.who];
            n += blocks_->blocks_of(reach(r)) - blocks_->blocks_of(r.reserved);
        }
        return n;
    }
    /// They are taken.
    void grow() {
        if (!speculate()) return;
        for (const decode& d : decodes_) (*pool_)[d.who].reserved = reach((*pool_)[d.who]);
    }

    /// `s` decodes from the next step on. Its k-th token stores target + k tokens and attends to as many.
    void add(slot s) {
        in_flight& r = (*pool_)[s];
        r.start = step_;
        r.made = 0;
        r.reserved = r.target;
        r.residue =
            static_cast<std::uint32_t>((phase_ + blocks_->size() - r.target % blocks_->size()) % blocks_->size());
        ++needs_[r.residue];
        context_ += r.target + 1;
        decodes_.push_back({step_ + r.asked.output - r.generated, s});
        if (!speculate()) std::push_heap(decodes_.begin(), decodes_.end());
    }
    /// Every decode has its tokens of a step; the number of tokens beyond one each. `padding`: ended ones computed along.
    std::uint64_t step_done(std::uint64_t padding) {
        ++step_;
        phase_ = phase_ + 1 == blocks_->size() ? 0 : phase_ + 1;
        if (!speculate()) {
            context_ += size() + padding;
            return 0;
        }
        std::uint64_t all = 0;
        for (const decode& d : decodes_) {
            in_flight& r = (*pool_)[d.who];
            const std::uint64_t left = r.asked.output - r.generated - r.made, tokens = std::min(drawn(), left);
            r.made += static_cast<std::uint32_t>(tokens);
            all += tokens;
            if (tokens == left) ended_.push_back(d.who);
        }
        context_ += all;
        std::sort(ended_.begin(), ended_.end(), std::greater<>());
        return all - size();
    }
    /// The next decode whose last token the step just done made; `no_slot` when there is none.
    slot pop_ended() {
        if (speculate()) {
            if (ended_.empty()) return no_slot;
            const slot s = ended_.back();
            ended_.pop_back();
            erase(static_cast<std::size_t>(
                std::find_if(decodes_.begin(), decodes_.end(), [s](const decode& d) { return d.who == s; }) -
                decodes_.begin()));
            return s;
        }
        if (decodes_.empty() || decodes_.front().step != step_) return no_slot;
        const slot s = decodes_.front().who;
        std::pop_heap(decodes_.begin(), decodes_.end());
        decodes_.pop_back();
        forget(s);
        return s;
    }
    /// The i-th of them leaves.
    void erase(std::size_t i) {
        const slot s = decodes_[i].who;
        decodes_.erase(decodes_.begin() + static_cast<std::ptrdiff_t>(i));
        if (!speculate()) std::make_heap(decodes_.begin(), decodes_.end());
        forget(s);
    }
    /// The last of a static batch has ended.
    void clear_context() { context_ = 0; }

private:
    struct decode {
        std::uint64_t step;  ///< that ends it, without speculation
        slot who;
        bool operator<(const decode& other) const {  // a heap's front is the greatest
            return step != other.step ? step > other.step : who > other.who;
        }
    };
    /// Tokens of KV that `r` may have after the next step.
    std::uint32_t reach(const in_flight& r) const {
        const std::uint64_t left = r.asked.output - r.generated - r.made,
                            most = static_cast<std::uint64_t>(guesses_.drafts) + 1;
        return static_cast<std::uint32_t>(std::max<std::uint64_t>(r.reserved, stored(r) + std::min(left, most)));
    }
    std::uint64_t drawn() {
        std::uint64_t n = 1;
        while (n <= static_cast<std::uint64_t>(guesses_.drafts) && random_.uniform() < guesses_.acceptance) ++n;
        return n;
    }
    void forget(slot s) {
        const in_flight& r = (*pool_)[s];
        --needs_[r.residue];
        if (!static_batch_) context_ -= stored(r) + 1;  // ended ones stay in the batch as padding
    }

    speculation guesses_;
    request_pool* pool_;
    const kv_blocks* blocks_;
    random_stream random_;
    bool static_batch_;
    std::vector<std::uint32_t> needs_;                  ///< decodes that need a block, by phase
    std::vector<decode> decodes_{};                     ///< a heap without speculation, else in the order they came
    std::vector<slot> ended_{};                         ///< by the step just done, the last first
    std::uint64_t step_ = 0, phase_ = 0, context_ = 0;  ///< context: tokens attended to
};
}  // namespace gambrel::simulation
