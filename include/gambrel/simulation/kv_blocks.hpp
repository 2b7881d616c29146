// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The KV blocks of one rank: `held` by requests (alone, or shared through the prefix cache), `kept` in the prefix
/// cache for later ones, or free.
///
///     held + kept + free = total        kept blocks are evicted, least recently used first, when free ones run out
///     available(n): held + n <= total   what is kept counts as free

#include <cassert>
#include <gambrel/simulation/prefix_cache.hpp>
#include <gambrel/simulation/server.hpp>

namespace gambrel::simulation {

class kv_blocks {
public:
    explicit kv_blocks(const server& s)
        : total_(s.blocks < 1e15 ? static_cast<std::uint64_t>(s.blocks) : std::uint64_t{1} << 50),  // 2^50: unlimited
          size_(static_cast<std::uint64_t>(s.block_tokens)),
          cache_(s.piece_tokens > 0.0 ? static_cast<std::uint64_t>(s.piece_tokens) : size_, size_) {}

    std::uint64_t size() const { return size_; }
    std::uint64_t total() const { return total_; }
    std::uint64_t held() const { return held_ + cache_.held_blocks(); }
    std::uint64_t most_held() const { return most_; }
    bool available(std::uint64_t n) const { return held() + n <= total_; }
    std::uint64_t blocks_of(std::uint64_t tokens) const { return (tokens + size_ - 1) / size_; }

    void take(std::uint64_t n) {
        assert(available(n));
        held_ += n;
        make_room();
    }
    void give(std::uint64_t n) {
        assert(n <= held_);
        held_ -= n;
    }

    prefix_cache& cache() { return cache_; }
    const prefix_cache& cache() const { return cache_; }
    void make_room() {
        const std::uint64_t all = held();
        most_ = all > most_ ? all : most_;
        if (const std::uint64_t kept = cache_.kept_blocks(); all + kept > total_) cache_.give_up(all + kept - total_);
    }

private:
    std::uint64_t total_, size_;
    std::uint64_t held_ = 0, most_ = 0;
    prefix_cache cache_;
};
}  // namespace gambrel::simulation
