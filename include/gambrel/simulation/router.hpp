// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which replica a request goes to, decided when it arrives.
///
///     round robin           one after the other, whatever they do
///     random                equally likely
///     join shortest queue   fewest requests under way; the first of equals
///     least kv              fewest KV blocks held, then fewest under way
///     by client             always the same for one client or session: its prefix is there
///
/// Evidence: tests/simulation/cluster_test.cpp.

#include <array>
#include <cstddef>
#include <cstdint>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/workload/random_stream.hpp>

namespace gambrel::simulation {

enum class routing : unsigned char { round_robin, random, join_shortest_queue, least_kv, by_client };
}  // namespace gambrel::simulation

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<simulation::routing>, 5> enum_table<simulation::routing>{{
    {simulation::routing::round_robin, "round_robin", "round-robin"},
    {simulation::routing::random, "random", "random"},
    {simulation::routing::join_shortest_queue, "shortest_queue", "shortest-queue"},
    {simulation::routing::least_kv, "least_kv", "least-kv"},
    {simulation::routing::by_client, "by_client", "by-client"},
}};
// clang-format on
}  // namespace gambrel

namespace gambrel::simulation {

class router {
public:
    router(routing how, std::uint64_t seed) : how_(how), random_(seed, 5) {}  // 5: a random stream of its own

    /// The index of one of `replicas`, which tell `under_way()` and `blocks_held()`.
    template <class Replicas> std::size_t choose(const Replicas& replicas, std::uint32_t client) {
        const std::size_t n = replicas.size();
        if (n == 1) return 0;
        switch (how_) {
            case routing::round_robin: return next_++ % n;
            case routing::random: return random_.below(n);
            case routing::by_client: return client % n;
            case routing::join_shortest_queue:
            case routing::least_kv: break;
        }
        std::size_t best = 0;
        for (std::size_t i = 1; i < n; ++i)
            if (load(replicas[i]) < load(replicas[best])) best = i;
        return best;
    }

private:
    struct burden {
        std::uint64_t blocks, requests;
        auto operator<=>(const burden&) const = default;
    };
    template <class Replica> burden load(const Replica& r) const {
        return {how_ == routing::least_kv ? r.blocks_held() : 0, r.under_way()};
    }
    routing how_;
    random_stream random_;
    std::uint64_t next_ = 0;
};
}  // namespace gambrel::simulation
