// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <gambrel/model/kv_cache.hpp>

using namespace gambrel;

namespace {
constexpr architecture one_kind(count layers, const layer& l, count hidden = 4096) {
    architecture m;
    m.hidden = hidden;
    m.vocabulary = 32000;
    m.add(layers, l);
    return m;
}
constexpr layer grouped(count window = 0) {
    layer l;
    l.attention = {.query_heads = 32, .kv_heads = 8, .head_dim = 128, .window = window};
    return l;
}
constexpr layer latent() {
    layer l;
    l.latent = {.heads = 128,
                .query_rank = 1536,
                .kv_rank = 512,
                .nope_dim = 128,
                .rope_dim = 64,
                .value_dim = 128,
                .indexer_heads = 64,
                .indexer_dim = 128,
                .indexer_top_k = 2048};
    return l;
}
}  // namespace

TEST_CASE("grouped attention keeps kv_heads keys and values per token and layer") {
    constexpr architecture m = one_kind(32, grouped());
    static_assert(kv_bytes_per_token(m).value() == 2.0 * 8 * 128 * 2 * 32);
    static_assert(kv_bytes_per_token(m, formats::fp8).value() == 2.0 * 8 * 128 * 32);
    static_assert(kv_bytes(m, 1000.0).value() == 131072.0 * 1000.0);
    static_assert(state_elements(m) == 0);
    CHECK(sequence_bytes(m, 1000.0).value() == 131072000.0);
}

TEST_CASE("values may be narrower than keys, and a layer may read another's cache") {
    layer l;
    l.attention = {.query_heads = 64, .kv_heads = 4, .head_dim = 192, .value_head_dim = 128};
    CHECK(kv_bytes_per_token(one_kind(1, l)).value() == 4.0 * (192 + 128) * 2);
    l.attention.shares_kv = true;
    CHECK(kv_bytes_per_token(one_kind(1, l)).value() == 0.0);
}

TEST_CASE("window layers stop growing at the window") {
    architecture m = one_kind(5, grouped(1024));
    m.add(1, grouped());
    const double layer_bytes = 2.0 * 8 * 128 * 2;
    CHECK(kv_bytes_per_token(m).value() == 6 * layer_bytes);
    CHECK(kv_bytes_per_token_unbounded(m).value() == layer_bytes);
    CHECK(kv_bytes(m, 512.0).value() == 6 * layer_bytes * 512);
    CHECK(kv_bytes(m, 8192.0).value() == layer_bytes * (5 * 1024 + 8192));
}

TEST_CASE("latent attention keeps rank + rope for all heads; its indexer is counted apart") {
    constexpr architecture m = one_kind(61, latent(), 7168);
    static_assert(kv_bytes_per_token(m).value() == 70272.0);          // DeepSeek-V3, arXiv 2412.19437: 576 x 2 x 61
    static_assert(indexer_bytes_per_token(m).value() == 132.0 * 61);  // DeepSeek-V3.2: 128 in 8 bit and a 4-byte scale
    CHECK(kv_bytes(m, 10.0).value() == 10.0 * (70272.0 + 132.0 * 61));
    layer shared = latent();
    shared.latent.indexer_shared = true;
    CHECK(indexer_bytes_per_token(one_kind(3, shared)).value() == 0.0);
}

TEST_CASE("recurrent state does not depend on the length") {
    layer mamba;
    mamba.state_space = {.inner = 5120, .state = 16, .conv = 4, .time_rank = 160};
    CHECK(state_elements(one_kind(64, mamba, 2560)) == 6225920);  // mamba-2.8b
    layer mamba2;
    mamba2.state_space = {.inner = 5120, .kind = state_space_kind::mamba2, .state = 128, .conv = 4, .heads = 80};
    CHECK(state_elements(one_kind(64, mamba2, 2560)) == 42975232);  // mamba2-2.7b
    layer delta;
    delta.linear = {.value_heads = 32, .key_heads = 16, .key_dim = 128, .value_dim = 128, .conv = 4};
    const architecture next = one_kind(36, delta, 2048);  // Qwen3-Next
    CHECK(state_elements(next) == 19759104);
    CHECK(state_bytes(next).value() == 4.0 * 19759104);
    CHECK(state_bytes(next, formats::bf16).value() == 2.0 * 19759104);
    CHECK(sequence_bytes(next, 1.0).value() == sequence_bytes(next, 1e6).value());
    layer rwkv;
    rwkv.linear = {
        .value_heads = 40, .kind = linear_attention_kind::rwkv7, .key_heads = 40, .key_dim = 64, .value_dim = 64};
    CHECK(state_elements(one_kind(32, rwkv, 2560)) == 5406720);  // rwkv-7-world-2.9b
    layer convolution;
    convolution.convolution = {.width = 2048, .taps = 3};
    CHECK(state_elements(one_kind(22, convolution, 2048)) == 90112);  // LFM2-2.6B
    layer retention;                                                  // heads x d x 2 d: arXiv 2307.08621
    retention.linear = {
        .value_heads = 8, .kind = linear_attention_kind::retention, .key_heads = 8, .key_dim = 256, .value_dim = 512};
    CHECK(state_elements(one_kind(1, retention, 2048)) == 2048 * 512);
}

TEST_CASE("states of recurrent blocks by hand, at run time") {
    layer l;
    l.state_space = {.inner = 128, .state = 16, .time_rank = 4};  // Mamba: a convolution of 4 taps keeps 3
    CHECK(state_elements(l, 64) == 128 * 16 + 128 * 3);
    l.state_space = {.inner = 128, .kind = state_space_kind::mamba2, .state = 16, .heads = 4};  // one group of B and C
    CHECK(state_elements(l, 64) == 128 * 16 + (128 + 2 * 16) * 3);
    l = {};
    l.linear = {.value_heads = 4, .key_heads = 2, .key_dim = 8, .value_dim = 16, .conv = 4};
    CHECK(state_elements(l, 64) == 4 * 8 * 16 + (2 * 2 * 8 + 4 * 16) * 3);
    l.linear.kind = linear_attention_kind::retention;
    CHECK(state_elements(l, 64) == 4 * 8 * 16);
    l.linear.kind = linear_attention_kind::rwkv7;
    CHECK(state_elements(l, 64) == 4 * 8 * 16 + 2 * 64);
    l = {};
    l.convolution = {.width = 48};
    CHECK(state_elements(l, 64) == 48 * 2);
    CHECK(kv_elements_per_token(l) == 0);
}

TEST_CASE("what a sequence keeps, at run time") {
    const architecture windowed = one_kind(5, grouped(1024)), sparse = one_kind(61, latent());
    CHECK(kv_bytes_per_token(windowed).value() == 5 * 2.0 * 8 * 128 * 2);
    CHECK(kv_bytes(windowed, 8192.0).value() == 5 * 2.0 * 8 * 128 * 2 * 1024);
    CHECK(sequence_bytes(windowed, 10.0).value() == 5 * 2.0 * 8 * 128 * 2 * 10);
    CHECK(kv_bytes(sparse, 100.0).value() == 61 * 100 * ((512 + 64) * 2.0 + 128 + 4));
}
