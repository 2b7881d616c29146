// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Random numbers that are the same on every compiler, from an explicit seed: the standard's distributions are not.
///
///     state   = four outputs of splitmix64 (seed, stream)       streams of one seed are independent
///     next    = xoshiro256++                                    period 2^256 - 1
///     uniform = the upper 53 bits / 2^53
///
/// Only `log` of the C library enters, in `exponential`. Source: Blackman and Vigna, "Scrambled linear pseudorandom
/// number generators", 2021; Steele, Lea and Flood, 2014 (splitmix); constants recalled.
/// Evidence: tests/workload/arrivals_test.cpp (published outputs of both generators).

#include <array>
#include <bit>
#include <cstdint>
#include <gambrel/numeric/math.hpp>

namespace gambrel {

/// One step of splitmix64; also a good mixing of `state` into 64 bits.
constexpr std::uint64_t splitmix64(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

class random_stream {
public:
    constexpr explicit random_stream(std::uint64_t seed, std::uint64_t stream = 0) {
        std::uint64_t mixed = stream, state = seed ^ splitmix64(mixed);
        for (std::uint64_t& word : state_) word = splitmix64(state);
    }
    /// From a state of the caller's, not all zero.
    constexpr explicit random_stream(const std::array<std::uint64_t, 4>& state) : state_(state) {}

    constexpr std::uint64_t next() {
        const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0], t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = std::rotl(state_[3], 45);
        return result;
    }
    /// In [0, 1).
    constexpr double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    /// In (0, 1): fit for inverse distribution functions.
    constexpr double inside() { return (static_cast<double>(next() >> 12) + 0.5) * 0x1p-52; }
    /// A whole number in [0, n), n at least 1; not biased by more than n / 2^53. `uniform` is at most 1 - 2^-53, so the
    /// product is never rounded up to n.
    constexpr std::uint64_t below(std::uint64_t n) {
        return static_cast<std::uint64_t>(uniform() * static_cast<double>(n));
    }
    /// Mean 1.
    constexpr double exponential() { return -math::log(inside()); }

private:
    std::array<std::uint64_t, 4> state_{};
};
}  // namespace gambrel
