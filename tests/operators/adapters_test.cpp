// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
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
    CHECK(work - plain_work == approx(2 * n * 8));
    CHECK(weights - plain_weights == approx(4 * 2 * n));
    CHECK(sums(four, 2).second - sums({}, 2).second == approx(2 * 2 * n));  // two tokens use two at most
}

// Beside a matrix of 6144 outputs and 4096 inputs, for 10 tokens and rank 16: the first product reads 4096 inputs and
// writes 16, the second reads these 16 and writes 6144 outputs, 2 bytes each.
TEST_CASE("the products of an adapter read and write what lies between them") {
    const matrix x{matrix_role::query_key_value, weight_part::attention, split::outputs, 6144, 4096};
    const operation op = adapter_products({.rank = 16}, x, 10, 1, 8);
    CHECK(op.activations == bytes_of(10.0 * (4096 + 16 + 16 + 6144) * 2));
    CHECK(op.work == flop_of(2.0 * 10 * 16 * (6144 + 4096)));
    CHECK(op.weights == bytes_of(16.0 * (6144 + 4096) * 2));
    CHECK(op.kernels == 2);
}
