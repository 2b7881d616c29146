// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <cmath>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/memory_fit.hpp>

using namespace gambrel;
using namespace gambrel::literals;

TEST_CASE("the normal probability is that of the error function") {
    for (double z = -7.9; z < 8.0; z += 0.1)
        CHECK(std::abs(normal_probability(z) - 0.5 * std::erfc(-z / std::sqrt(2.0))) < 1.5e-4);
    CHECK(normal_probability(20) == 1.0);
    CHECK(normal_probability(-20) == 0.0);
}

TEST_CASE("three values: one in ten either way is not sure") {
    const auto of = [](double room) {
        return start_verdict_of(gibibytes(room), gibibytes(10), gibibytes(1), room_doubt::board);
    };
    CHECK(of(11.3).what == starts::fits);  // z 1.2816 is 0.9
    CHECK(of(11.2).what == starts::may_not);
    CHECK(of(8.8).what == starts::may_not);
    CHECK(of(8.7).what == starts::does_not);
    CHECK(of(10).probability == approx(0.5));
    CHECK(of(10).decided_by == room_doubt::board);
    // Without a deviation there is no doubt.
    CHECK(start_verdict_of(bytes<>(10_GiB), bytes<>(10_GiB), {}, room_doubt::board).what == starts::fits);
    CHECK(start_verdict_of(bytes<>(9_GiB), bytes<>(10_GiB), {}, room_doubt::board).what == starts::does_not);
}

TEST_CASE("the deviation adds its parts in squares, and names the largest") {
    const room_deviation_shares shares{.of_weights = 0.01, .of_besides = 0.1, .of_visible = 0.001, .of_unified = 0.01};
    CHECK(room_deviation(300_GB, 40_GB, board_deviation(2000_GB, false, shares), shares) / 1_GB ==
          approx(std::sqrt(9.0 + 16.0 + 4.0)));
    CHECK(board_deviation(2000_GB, true, shares) == 20_GB);
    CHECK(largest_doubt(300_GB, 40_GB, 2_GB, shares) == room_doubt::besides);
    CHECK(largest_doubt(500_GB, 40_GB, 2_GB, shares) == room_doubt::weights);
    CHECK(largest_doubt(10_GB, 1_GB, 2_GB, shares) == room_doubt::board);
}

// Public logs (data/memory): Llama-3.1-8B at 20,000 tokens on an RTX 3090 held 31,232 tokens (vllm-project/vllm issue
// 10517); gpt-oss-120b on one H100 missed 2.14 GiB (issue 23278).
TEST_CASE("two starts that were once told wrong") {
    runtime<> server = catalog::vllm;
    server.scheduling.token_budget = 20000;
    server.scheduling.most_sequences = 256;
    const precision stored{.weights = catalog::llama_3_1_8b.stored, .kv = formats::bf16};
    const memory_fit m = fit_memory(catalog::llama_3_1_8b, catalog::rtx_3090, server, {}, stored, 20000);
    CHECK(m.start.what != starts::does_not);
    CHECK(m.longest_context == approx(31232).epsilon(0.08));
    const memory_fit none = fit_memory(catalog::gpt_oss_120b, catalog::h100_sxm, catalog::vllm, {},
                                       {.weights = as_served(catalog::gpt_oss_120b.stored)}, 131072);
    CHECK(none.start.what == starts::does_not);
    CHECK(none.shortfall > bytes<>{});
}

TEST_CASE("where a server may start, it has room for the request without which it would not") {
    device<> board = catalog::h100_sxm;
    const precision bf16{.weights = linear_layers_in(formats::bf16)};
    const auto at = [&](double size) {
        board.memory.visible = gibibytes(size);
        return fit_memory(catalog::qwen3_32b, board, catalog::vllm, {}, bf16, 16000);
    };
    const memory_fit certain = at(90), doubtful = at(79.2 - 1.0), none = at(70);
    CHECK(certain.start.what == starts::fits);
    REQUIRE(doubtful.start.what == starts::may_not);
    CHECK(doubtful.most_sequences >= 1.0);
    CHECK(doubtful.shortfall == bytes<>{});
    CHECK(none.start.what == starts::does_not);
    CHECK(none.start.probability < 0.1);
    CHECK(certain.for_kv_low < certain.for_kv);
    CHECK(certain.for_kv < certain.for_kv_high);
}
