// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog/qwen.hpp>
#include <gambrel/model/catalog/state_space.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <operators/collected.hpp>

using namespace gambrel;

TEST_CASE("a decode reads and writes the whole state of every sequence, whatever the context") {
    const precision formats{};
    for (const architecture* m :
         {&catalog::mamba_2_8b, &catalog::mamba2_2_7b, &catalog::rwkv_6_7b, &catalog::rwkv_7_2_9b,
          &catalog::retnet_6_7b, &catalog::lfm2_2_6b, &catalog::qwen3_next_80b_a3b}) {
        INFO(m->name.view());
        const auto state = of_class(operator_class::state);
        const sums near = sum_of(collected(*m, {}, formats, step_shape::decode(5, 100)), state);
        const sums far = sum_of(collected(*m, {}, formats, step_shape::decode(5, 100000)), state);
        CHECK(near.cache == approx(2 * 5 * state_bytes(*m).value()));
        CHECK(far.cache == near.cache);
        CHECK(far.work == near.work);
        const sums prompt = sum_of(collected(*m, {}, formats, step_shape::prefill(5, 1000)), state);
        CHECK(prompt.cache == approx(near.cache));       // once per prompt, not per token
        CHECK(prompt.work == approx(1000 * near.work));  // the scan is per token
    }
}

TEST_CASE("scan flop per token by hand") {
    // Mamba: 2 I K + 9 I N. Mamba-2: 2 (I + 2 G N) K + 6 I N.
    CHECK(scan_flop_per_token(state_space_block{.inner = 5120, .state = 16, .conv = 4}) ==
          2.0 * 5120 * 4 + 9 * 5120 * 16);
    CHECK(scan_flop_per_token(state_space_block{
              .inner = 5120, .kind = state_space_kind::mamba2, .state = 128, .conv = 4, .heads = 80, .groups = 1}) ==
          2.0 * (5120 + 256) * 4 + 6.0 * 5120 * 128);
    CHECK(scan_flop_per_token(convolution_block{.width = 2048, .taps = 3}) == 2.0 * 2048 * 3);
}

TEST_CASE("tensor ranks share the state") {
    const layer& l = catalog::mamba2_2_7b.groups[0].layer;
    const operation whole = state_update(l, catalog::mamba2_2_7b.hidden, 1, step_shape::decode(3, 1), 4);
    const operation half = state_update(l, catalog::mamba2_2_7b.hidden, 2, step_shape::decode(3, 1), 4);
    CHECK(half.cache.value() == whole.cache.value() / 2);
    CHECK(half.work.value() == whole.work.value() / 2);
}
