// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/operators/decoder.hpp>

using namespace gambrel;

TEST_CASE("an adapter has r (N + K) parameters beside each matrix") {
    // Llama-3.1-8B: QKV is 6144 x 4096, the output 4096 x 4096; gate and up 28672 x 4096, down 4096 x 14336.
    const count attention = 32 * 16 * (6144 + 4096 + 4096 + 4096);
    CHECK(parameter_count(adapter{.rank = 16}, catalog::llama_3_1_8b) == attention);
    const count mlp = 32 * 16 * (28672 + 4096 + 4096 + 14336);
    CHECK(parameter_count(adapter{.rank = 16, .on_feed_forward = true}, catalog::llama_3_1_8b) == attention + mlp);
    CHECK(parameter_count(adapter{}, catalog::llama_3_1_8b) == 0);
}

TEST_CASE("unmerged adapters add 2 flop per parameter and token, and the bytes of every distinct one") {
    const parallelism one{};
    const precision bf16{};
    const auto sums = [&](const adapter& a, double sequences) {
        double work = 0, weights = 0;
        for_each_operation({catalog::llama_3_1_8b, one, bf16, a}, step_shape::decode(sequences, 100),
                           [&](const operation& op) {
                               work += op.repeats * op.work.value();
                               weights += op.repeats * op.weights.value();
                           });
        return std::pair(work, weights);
    };
    const auto [plain_work, plain_weights] = sums({}, 8);
    const adapter four{.rank = 16, .on_feed_forward = true, .distinct_in_batch = 4};
    const auto n = static_cast<double>(parameter_count(four, catalog::llama_3_1_8b));
    const auto [work, weights] = sums(four, 8);
    CHECK(work - plain_work == doctest::Approx(2 * n * 8));
    CHECK(weights - plain_weights == doctest::Approx(4 * 2 * n));
    CHECK(sums(four, 2).second - sums({}, 2).second == doctest::Approx(2 * 2 * n));  // two tokens use two at most
}
