// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The prefix cache: whole pieces of conversations whose KV is kept, found by their identity (a hash). A piece:
/// `piece_tokens` tokens that are found or missed together.
///
///     a prompt hits as many pieces as are present from its start on
///     held: used by some request; kept: by none, evicted least recently used first, a conversation from its end
///
/// A piece may span several blocks (a trace may identify 512 tokens at once). A piece's identity must include what
/// stands before it, as the hashes of vLLM, SGLang and the Mooncake trace do. Evidence:
/// tests/simulation/cluster_test.cpp.

#include <cassert>
#include <cstdint>
#include <list>
#include <span>
#include <unordered_map>

namespace gambrel::simulation {

class prefix_cache {
public:
    prefix_cache(std::uint64_t piece_tokens, std::uint64_t block_tokens)
        : tokens_(piece_tokens), blocks_((piece_tokens + block_tokens - 1) / block_tokens) {}

    std::uint64_t piece_tokens() const { return tokens_; }
    std::uint64_t blocks_per_piece() const { return blocks_; }
    std::uint64_t held_blocks() const { return held_ * blocks_; }
    std::uint64_t kept_blocks() const { return kept_.size() * blocks_; }

    /// How many of `pieces`, from the first on, are present; of them `kept` (no request holds them).
    std::uint32_t present(std::span<const std::uint64_t> pieces, std::uint64_t& kept) const {
        std::uint32_t n = 0;
        kept = 0;
        for (const std::uint64_t id : pieces) {
            const auto at = pieces_.find(id);
            if (at == pieces_.end()) break;
            kept += at->second.users == 0 ? 1 : 0;
            ++n;
        }
        return n;
    }
    /// Holds `pieces`; those that are not present become so. Returns how many were not.
    std::uint32_t hold(std::span<const std::uint64_t> pieces) {
        std::uint32_t added = 0;
        for (const std::uint64_t id : pieces) {
            const auto [at, is_new] = pieces_.try_emplace(id);
            if (at->second.users++ == 0) {
                ++held_;
                if (is_new) ++added;
                else kept_.erase(at->second.place);
            }
        }
        return added;
    }
    /// Releases `pieces`: those that no other request holds are kept, and evicted from the last piece on.
    void release(std::span<const std::uint64_t> pieces) {
        for (std::size_t i = pieces.size(); i-- > 0;) {
            const auto at = pieces_.find(pieces[i]);
            assert(at != pieces_.end() && at->second.users > 0);
            if (--at->second.users > 0) continue;
            --held_;
            at->second.place = kept_.insert(kept_.end(), pieces[i]);
        }
    }
    /// Forgets kept pieces until `blocks` are free.
    void give_up(std::uint64_t blocks) {
        for (std::uint64_t freed = 0; freed < blocks && !kept_.empty(); freed += blocks_) {
            pieces_.erase(kept_.front());
            kept_.pop_front();
        }
    }

private:
    struct piece {
        std::uint32_t users = 0;
        std::list<std::uint64_t>::iterator place{};
    };
    std::uint64_t tokens_, blocks_;
    std::uint64_t held_ = 0;
    std::unordered_map<std::uint64_t, piece> pieces_{};
    std::list<std::uint64_t> kept_{};  ///< least recently used first
};
}  // namespace gambrel::simulation
