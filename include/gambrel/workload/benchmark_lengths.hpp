// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The exact lengths that the InferenceX (and vLLM `random`) benchmark client draws, so that a run of a published row
/// can be repeated request by request.
///
///     all prompt lengths, then all output lengths: whole numbers in [floor(ratio nominal), nominal], both included
///     from numpy's legacy generator with seed 0: MT19937, 32 bits masked to the range, larger ones drawn again
///
/// Source: bench_serving and numpy's legacy randint; checked against numpy 1 and 2 outputs.
/// Evidence: tests/workload/arrivals_test.cpp.

#include <bit>
#include <cstdint>
#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>
#include <random>
#include <vector>

namespace gambrel {

struct request_lengths {
    std::uint32_t prompt = 0, output = 0;  ///< tokens
};

/// The lengths of `n` requests of nominally `prompt` and `output` tokens. Throws `error` for a ratio outside
/// 0 to 1 or lengths outside 1 to 1e8.
inline std::vector<request_lengths> benchmark_lengths(double prompt, double output, std::size_t n, double ratio = 0.8,
                                                      std::uint32_t seed = 0) {
    checked(ratio, 0.0, 1.0, "the ratio of the shortest length to the nominal one");
    checked(prompt, 1.0, 1e8, "the nominal prompt length in tokens");
    checked(output, 1.0, 1e8, "the nominal output length in tokens");
    std::mt19937 bits(seed);  // the one generator of the standard library whose output is fixed, and numpy's
    const auto draw = [&](double nominal) {
        const auto high = static_cast<std::uint32_t>(nominal),
                   low = static_cast<std::uint32_t>(math::floor(ratio * nominal));
        const std::uint32_t range = high - low, mask = range == 0 ? 0 : std::bit_ceil(range + 1) - 1;
        std::uint32_t x = 0;
        if (range > 0) do
                x = static_cast<std::uint32_t>(bits()) & mask;
            while (x > range);
        return low + x;
    };
    std::vector<request_lengths> all(n);
    for (request_lengths& each : all) each.prompt = draw(prompt);
    for (request_lengths& each : all) each.output = draw(output);
    return all;
}
}  // namespace gambrel
