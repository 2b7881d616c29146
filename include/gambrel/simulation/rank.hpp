// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The requests of one attention rank (waiting, in prefill, in decode) and their KV blocks. The schedulers
/// (schedulers.hpp) decide; this counts. Its decodes: decode_set.hpp.
///
/// Evidence: tests/simulation/run_test.cpp (a simulator that counts request by request, naive.hpp, agrees to the last
/// digit).

#include <algorithm>
#include <gambrel/simulation/decode_set.hpp>
#include <gambrel/step/step_law.hpp>

namespace gambrel::simulation {

/// A prompt, or the part of one (chunked prefill), in a pass. `last`: it ends the prompt.
struct chunk {
    slot who = no_slot;
    std::uint32_t tokens = 0;
    bool last = false;
};

class rank {
public:
    /// `blocks` hold its KV, and maybe that of the same rank in other batches.
    rank(const server& s, request_pool& pool, kv_blocks& blocks, std::uint64_t stream = 0)
        : reserves_(s.scheduling.batching == batching::fixed_batch || s.scheduling.admission == admission::reserve_all),
          takes_prompt_(s.scheduling.admission == admission::on_demand),
          fewest_first_(s.scheduling.admission == admission::estimated),
          spare_blocks_(s.scheduling.spare_blocks),
          caches_(s.prefix_cache),
          prefill_only_(s.prefill_only),
          pool_(&pool),
          kv(blocks),
          decoding_(s, pool, blocks, stream),
          checked_(static_cast<std::uint64_t>(s.speculation.drafts) + 1) {}

    std::uint64_t decodes() const { return decoding_.size() + padding; }
    /// Tokens of theirs in a pass.
    std::uint64_t decode_tokens() const { return decodes() * checked_; }
    bool speculates() const { return decoding_.speculate(); }
    std::uint64_t running() const { return decoding_.size() + padding + (partial != no_slot ? 1 : 0); }
    std::uint64_t under_way() const { return running() + waiting.size(); }
    std::uint64_t next_end() const { return decoding_.next_end(); }
    bool has_decodes() const { return !decoding_.empty(); }
    std::uint64_t context() const { return decoding_.context(); }
    std::uint64_t steps() const { return decoding_.steps(); }
    /// Blocks that this step's decodes take, and those that must be free for them.
    std::uint64_t blocks_needed() const { return reserves_ ? 0 : decoding_.blocks_needed(); }
    std::uint64_t blocks_wanted() const {
        if (spare_blocks_ == 0.0 || running() <= 1) return blocks_needed();
        return std::max(blocks_needed(), static_cast<std::uint64_t>(spare_blocks_ * static_cast<double>(decodes())));
    }
    bool reserves() const { return reserves_; }
    bool takes_whole_prompt() const { return takes_prompt_; }
    /// Calls `visit(slot, output tokens still to come)` for each decode.
    template <class Visit> void for_each_decode(Visit&& visit) const {
        for (std::size_t i = 0; i < decoding_.size(); ++i) visit(decoding_.at(i), decoding_.to_come(i));
    }

    /// Most tokens of KV that `r` ever needs: no later token attends to its last one, so that is never stored.
    std::uint64_t most_stored(const in_flight& r) const {
        return std::uint64_t{r.asked.prompt} + (r.asked.output > 1 && !prefill_only_ ? r.asked.output - 1 : 0);
    }

    /// Takes blocks for a request that is let in with `tokens` of KV, of which the `hits` pieces it found in the prefix
    /// cache are there already; false, and nothing taken, where blocks are short. `kept_hits`: the pieces among them
    /// that no request holds, whose blocks count as free until now.
    bool admit(slot s, std::uint64_t tokens, std::uint32_t hits, std::uint64_t kept_hits) {
        const std::uint64_t piece_blocks = kv.cache().blocks_per_piece();
        const std::uint64_t own = kv.blocks_of(tokens) - std::min(kv.blocks_of(tokens), hits * piece_blocks);
        if (!kv.available(own + kept_hits * piece_blocks)) return false;
        in_flight& r = (*pool_)[s];
        if (hits > 0) kv.cache().hold({r.asked.blocks.data(), hits});
        kv.take(own);
        r.pieces = hits;
        r.cached = static_cast<std::uint32_t>(hits * kv.cache().piece_tokens());
        r.computed = r.cached;
        r.made = r.reserved = 0;
        r.admitted = ++stamp_;
        return true;
    }

    /// Leading pieces of `r`'s prompt that are in the prefix cache, leaving at least one token to compute; `kept` of
    /// them are held by no request.
    std::uint32_t hits(const in_flight& r, std::uint64_t& kept) const {
        kept = 0;
        if (!caches_ || r.asked.blocks.empty()) return 0;
        const std::uint64_t most = (r.target - 1) / kv.cache().piece_tokens();
        return kv.cache().present({r.asked.blocks.data(), std::min<std::size_t>(most, r.asked.blocks.size())}, kept);
    }

    /// The prompt of `s` is computed; it decodes from the next step on.
    void begin_decoding(slot s) {
        in_flight& r = (*pool_)[s];
        share_pieces(r, r.target);
        joined.push_back(r.last_token);
        decoding_.add(s);
    }

    /// Takes this step's blocks for every decode.
    void grow() {
        if (reserves_) return;
        if (const std::uint64_t n = blocks_needed(); n > 0) kv.take(n);
        decoding_.grow();
    }
    /// Every decode has its tokens of the step; the number of tokens beyond one each.
    std::uint64_t step_done() { return decoding_.step_done(padding); }
    /// The next decode whose last token the step just done made; `no_slot` when there is none.
    slot pop_ended() {
        const slot s = decoding_.pop_ended();
        if (s != no_slot) ++departures;
        return s;
    }
    /// Frees the blocks of `s`, which has `stored` tokens of KV; those of whole pieces stay in the prefix cache.
    void free(slot s, std::uint64_t stored, bool finished) {
        in_flight& r = (*pool_)[s];
        if (finished) share_pieces(r, stored);
        if (r.pieces > 0) kv.cache().release({r.asked.blocks.data(), r.pieces});
        kv.give(own_blocks(r, stored));
        r.pieces = 0;
        kv.make_room();
    }
    /// Tokens of KV of a decoding request.
    std::uint64_t stored(const in_flight& r) const { return decoding_.stored(r); }

    /// Preempts the latest admitted request of the lowest priority, which goes to the front of the line; admitted by
    /// estimates, the decode of the lowest priority with the fewest tokens made, which goes to the end. Its prompt and
    /// what it generated are computed again. False when nothing runs.
    bool preempt() {
        std::size_t latest = decoding_.size();
        slot who = fewest_first_ && has_decodes() ? no_slot : partial;
        for (std::size_t i = 0; i < decoding_.size(); ++i)
            if (who == no_slot || gives_way(decoding_.at(i), who)) {
                latest = i;
                who = decoding_.at(i);
            }
        if (who == no_slot) return false;
        in_flight& r = (*pool_)[who];
        std::uint64_t kept = r.computed, held = takes_prompt_ ? r.target : kept;
        if (latest < decoding_.size()) {
            kept = held = stored(r);
            ++departures;
            if (r.start == steps()) joined.erase(std::find(joined.begin(), joined.end(), r.last_token));
            else r.last_token = last_decode_end;
            decoding_.erase(latest);
            r.generated += static_cast<std::uint32_t>(decoding_.made(r));
        } else {
            partial = no_slot;
        }
        free(who, held, false);
        r.made = r.reserved = 0;
        recomputed += kept - r.cached;
        r.target = r.asked.prompt + r.generated;
        r.computed = r.cached = 0;
        r.transferred = false;
        ++r.preemptions;
        ++preemptions;
        if (fewest_first_) waiting.push_back(who, r.asked.priority);
        else waiting.push_front(who, r.asked.priority);
        return true;
    }

    /// The last of a static batch has ended.
    void end_batch() {
        done.clear();
        padding = 0;
        decoding_.clear_context();
    }

    waiting_line waiting{};
    slot partial = no_slot;        ///< the prompt that is under way in chunks
    std::vector<chunk> chunks{};   ///< prompts of the present pass
    bool decodes_run = false;      ///< whether the decodes take part in the present pass
    std::vector<slot> done{};      ///< ended requests of a static batch that is not over
    std::uint64_t padding = 0;     ///< ended sequences of a static batch, computed all the same
    std::uint64_t parked = 0;      ///< requests that keep their blocks while their KV is sent elsewhere
    double last_decode_end = 0;    ///< seconds: end of the last pass with decodes
    std::vector<double> joined{};  ///< seconds of the last token of each decode that was not in that pass
    std::uint64_t preemptions = 0, recomputed = 0;  ///< recomputed: tokens dropped by preemptions
    std::uint64_t departures = 0;                   ///< decodes that ended or were preempted

private:
    /// Whether `a` is preempted before `b`.
    bool gives_way(slot a, slot b) const {
        const in_flight &x = (*pool_)[a], &y = (*pool_)[b];
        if (x.asked.priority != y.asked.priority) return x.asked.priority > y.asked.priority;
        if (fewest_first_) {
            const std::uint64_t made_x = x.generated + decoding_.made(x), made_y = y.generated + decoding_.made(y);
            if (made_x != made_y) return made_x < made_y;
            if (x.asked.prompt != y.asked.prompt) return x.asked.prompt > y.asked.prompt;
        }
        return x.admitted > y.admitted;
    }
    std::uint64_t own_blocks(const in_flight& r, std::uint64_t stored) const {
        const std::uint64_t all =
            kv.blocks_of(reserves_ ? most_stored(r) : std::max<std::uint64_t>(stored, r.reserved));
        return all - std::min(all, r.pieces * kv.cache().blocks_per_piece());
    }
    /// Whole pieces among the first `tokens` of `r` may be found by others from now on.
    void share_pieces(in_flight& r, std::uint64_t tokens) {
        if (!caches_ || r.asked.blocks.empty()) return;
        const std::uint64_t whole = std::min<std::uint64_t>(tokens / kv.cache().piece_tokens(), r.asked.blocks.size());
        if (whole <= r.pieces) return;
        const std::uint64_t more = whole - r.pieces;
        kv.give(more * kv.cache().blocks_per_piece());
        kv.cache().hold({r.asked.blocks.data() + r.pieces, static_cast<std::size_t>(more)});
        r.pieces = static_cast<std::uint32_t>(whole);
    }

    bool reserves_;                     ///< KV of prompt and whole output at admission
    bool takes_prompt_, fewest_first_;  ///< KV of the whole prompt at admission; who has made the fewest gives way
    double spare_blocks_;               ///< free blocks that each decode needs
    bool caches_, prefill_only_;
    request_pool* pool_;

public:
    kv_blocks& kv;

private:
    decode_set decoding_;
    std::uint64_t checked_;    ///< tokens of a decode in a pass
    std::uint64_t stamp_ = 0;  ///< admissions
};
}  // namespace gambrel::simulation
