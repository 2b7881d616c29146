// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog/deepseek.hpp>
#include <gambrel/model/catalog/glm.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <operators/collected.hpp>

using namespace gambrel;

namespace {
/// Query-key pairs counted one by one: query i of s stands at position past + i and sees itself and what is before it.
double pairs_one_by_one(int s, int past, int window) {
    double pairs = 0;
    for (int query = past; query < past + s; ++query)
        for (int key = 0; key <= query; ++key) pairs += window == 0 || query - key < window ? 1 : 0;
    return pairs;
}
const precision bf16{};
}  // namespace

TEST_CASE("causal pairs are those counted one by one") {
    for (const int s : {1, 2, 3, 7, 16, 40})
        for (const int past : {0, 1, 5, 16, 33})
            for (const int window : {0, 1, 2, 5, 16, 17, 100}) {
                CAPTURE(s);
                CAPTURE(past);
                CAPTURE(window);
                CHECK(causal_pairs(s, past, window) == pairs_one_by_one(s, past, window));
            }
}

TEST_CASE("a decode sees its context, or the window") {
    CHECK(keys_seen(1000, 0) == 1000);
    CHECK(keys_seen(1000, 128) == 128);
    CHECK(keys_seen(100, 128) == 100);
}

TEST_CASE("a prompt cut into pieces has the pairs of the whole") {
    CHECK(causal_pairs(512, 0, 0) + causal_pairs(512, 512, 0) + causal_pairs(1024, 1024, 0) ==
          causal_pairs(2048, 0, 0));
    CHECK(causal_pairs(512, 0, 300) + causal_pairs(1536, 512, 300) == causal_pairs(2048, 0, 300));
}

TEST_CASE("grouped-query attention by hand") {
    // 32 query heads, 8 key-value heads of 128; 3 decodes at 1000: 2 x 32 x 256 flop per key, 8 x 256 x 2 bytes per
    // key.
    const attention_block a{.query_heads = 32, .kv_heads = 8, .head_dim = 128};
    const operation op = decode_attention(heads_on_rank(a, 1), 0, step_shape::decode(3, 1000), formats::bf16);
    CHECK(op.work == flop_of(3 * 1000.0 * 2 * 32 * 256));
    CHECK(op.cache == bytes_of(3 * 1000.0 * 8 * 256 * 2));
    CHECK(op.streams == 3 * 8);
    const operation fp8 = decode_attention(heads_on_rank(a, 1), 0, step_shape::decode(3, 1000), formats::fp8);
    CHECK(fp8.cache == bytes_of(3 * 1000.0 * 8 * 256));
    CHECK(fp8.work == op.work);

    const operation prefill =
        prefill_attention(heads_on_rank(a, 1), 0, step_shape::prefill(2, 500, 100), formats::bf16);
    CHECK(prefill.work == flop_of(2 * (500.0 * 100 + 500 * 501 / 2) * 2 * 32 * 256));
    CHECK(prefill.cache == bytes_of(2 * 600.0 * 8 * 256 * 2));  // keys and values once, cached ones included
}

TEST_CASE("query heads are cut over the ranks, a key-value head at most one per rank") {
    const attention_block a{.query_heads = 64, .kv_heads = 8, .head_dim = 128};
    for (const int ranks : {1, 2, 4, 8, 16, 32}) {
        const attention_heads h = heads_on_rank(a, ranks);
        CHECK(h.query == 64.0 / ranks);
        CHECK(h.kv == (ranks <= 8 ? 8.0 / ranks : 1.0));
    }
}

TEST_CASE("a window bounds what a piece of a prompt reads") {
    // 100 new tokens after 10,000 see at most the 128 before them: 228 keys are read, not 10,100.
    const attention_block a{.query_heads = 8, .kv_heads = 8, .head_dim = 64, .window = 128};
    const operation op = prefill_attention(heads_on_rank(a, 1), 128, step_shape::prefill(1, 100, 10000), formats::bf16);
    CHECK(op.work == flop_of(100 * 128.0 * 2 * 8 * 128));
    CHECK(op.cache == bytes_of(228.0 * 8 * 128 * 2));
}

TEST_CASE("speculation multiplies the work of a decode, not the cache it reads") {
    const attention_block a{.query_heads = 32, .kv_heads = 8, .head_dim = 128};
    step_shape plain = step_shape::decode(4, 2000), drafted = plain;
    drafted.tokens_per_decode = 4;
    const operation one = decode_attention(heads_on_rank(a, 1), 0, plain, formats::bf16);
    const operation four = decode_attention(heads_on_rank(a, 1), 0, drafted, formats::bf16);
    CHECK(four.work.value() == 4 * one.work.value());
    CHECK(four.cache == one.cache);
    CHECK(drafted.tokens() == 16);
    CHECK(drafted.logit_rows() == 16);
}

// DeepSeek-V3: 128 heads, nope 128, rope 64, values 128, latent 512. Expanded 2 x 128 x (192 + 128) flop per pair;
// on the latent 2 x 128 x (576 + 512). Source: arXiv 2405.04434 and 2412.19437.
TEST_CASE("latent attention: DeepSeek-V3 per pair and per token") {
    const latent_attention_block a = catalog::deepseek_attention(128, 1536);
    const double pairs = causal_pairs(100, 0, 0);
    CHECK(latent_prefill(a, 1, step_shape::prefill(1, 100), formats::bf16).work.value() / pairs == 81920);
    const operation decode = latent_decode(a, 1, step_shape::decode(1, 1000), formats::bf16);
    CHECK(decode.work.value() / 1000 == 278528);
    CHECK(decode.cache.value() / 1000 * 61 == 70272);
}

TEST_CASE("every tensor rank reads the whole latent, but only its heads' share of the work") {
    const latent_attention_block a = catalog::deepseek_attention(128, 1536);
    const operation one = latent_decode(a, 1, step_shape::decode(8, 3000), formats::bf16);
    const operation eight = latent_decode(a, 8, step_shape::decode(8, 3000), formats::bf16);
    CHECK(eight.cache == one.cache);
    CHECK(eight.work.value() == one.work.value() / 8);
}

// One latent serves all heads; a block of a decode kernel takes up to 64 of them (FlashMLA): 128 heads are two blocks a
// sequence, 64 and fewer are one.
TEST_CASE("a decode on the latent starts one block for each sequence and 64 heads") {
    const latent_attention_block a = catalog::deepseek_attention(128, 1536);
    const auto blocks = [&](double ranks) {
        return latent_decode(a, ranks, step_shape::decode(8, 3000), formats::bf16).streams;
    };
    CHECK(blocks(1) == 8 * 2);
    CHECK(blocks(2) == 8);
    CHECK(blocks(8) == 8);
}

TEST_CASE("the sparse indexer scores everything, attention sees the best 2048") {
    const latent_attention_block a = catalog::with_indexer(catalog::deepseek_attention(128, 1536), 64);
    const operation scores = sparse_indexer(a, step_shape::decode(1, 10000));
    CHECK(scores.work == flop_of(10000 * 2.0 * 64 * 128));
    CHECK(scores.cache == bytes_of(10000 * 132.0));
    CHECK(scores.scores == 0);  // a ReLU, no exponential
    const operation attention = latent_decode(a, 1, step_shape::decode(1, 10000), formats::bf16);
    CHECK(attention.work == flop_of(2048 * 278528.0));
    CHECK(attention.cache == bytes_of(2048 * 576 * 2.0));
    CHECK(latent_decode(a, 1, step_shape::decode(1, 500), formats::bf16).work == flop_of(500 * 278528.0));
}

TEST_CASE("a layer that shares an indexer does not score again") {
    const architecture& m = catalog::glm_5_2;
    double own = 0;
    for (const layer_group& g : m)
        if (g.layer.latent.indexer_heads > 0 && !g.layer.latent.indexer_shared) own += static_cast<double>(g.layers);
    REQUIRE(own < static_cast<double>(m.layers()));
    const auto pass = collected(m, {}, bf16, step_shape::decode(1, 4000));
    CHECK(sum_of(pass, named("indexer scores")).count == own);
    CHECK(sum_of(pass, named("indexer scores")).cache == indexer_bytes_per_token(m).value() * 4000);
}

TEST_CASE("fixed chunks: a query sees its own chunk's past only") {
    const attention_reach chunks{8, true};
    for (const int past : {0, 3, 8, 13})
        for (const int s : {1, 5, 8, 30}) {
            double pairs = 0;
            for (int i = past; i < past + s; ++i) pairs += i % 8 + 1;
            CHECK(causal_pairs(s, past, chunks) == (past + s <= 8 ? causal_pairs(s, past, 0) : pairs));
        }
    // Over a whole chunk of places a decode sees 1, 2, ... 8 keys: 4.5 on average.
    CHECK(keys_seen(1000, chunks) == 4.5);
    CHECK(keys_seen(6, chunks) == 6);
}

TEST_CASE("what an attention kernel meets besides flop and bytes: scores, chains of keys, streams") {
    // 2 prompts of 300 new tokens after 50, 8 heads: 300 x 50 + 300 x 301 / 2 pairs each; the last query sees 350 keys.
    const attention_heads h{8, 2, 64, 64};
    const operation prefill = prefill_attention(h, 0, step_shape::prefill(2, 300, 50), formats::bf16);
    CHECK(prefill.scores == 2 * 8 * (300 * 50 + 300 * 301 / 2));
    CHECK(prefill.depth == 350);
    CHECK(prefill_attention(h, 128, step_shape::prefill(2, 300, 50), formats::bf16).depth == 128);
    step_shape drafted = step_shape::decode(5, 1000);
    drafted.tokens_per_decode = 3;
    const operation decode = decode_attention(h, 0, drafted, formats::bf16);
    CHECK(decode.scores == 5 * 8 * 1000 * 3);
    CHECK(decode.depth == 1000);
    CHECK(decode.streams == 5 * 2);
    // Streams in units of a head of 128: one of 64 is root 1/2 of it.
    CHECK(decode.stream_units() == approx(10 * std::sqrt(0.5)));
}

TEST_CASE("8-bit floats are multiplied as they are stored, integers and 4-bit caches widened") {
    const attention_heads h{8, 2, 128, 128};
    const auto issue = [&](const storage_format& kv) {
        return decode_attention(h, 0, step_shape::decode(1, 100), kv).issue;
    };
    CHECK(issue(formats::bf16) == multiply::as_16_bit);
    CHECK(issue(formats::fp8) == multiply::as_8_bit_float);
    CHECK(issue(formats::int8) == multiply::as_16_bit);
    CHECK(issue(formats::nvfp4) == multiply::as_16_bit);
}

TEST_CASE("decodes absorb the up-projection of latents, prompts expand them") {
    const latent_attention_block a = catalog::deepseek_attention(128, 1536);
    // 128 heads, latent 512, nope and values 128: together the flop and elements of the up-projection, 512 x 128 x 256.
    const operation in = absorbed_product(a, 8, step_shape::decode(10, 100), true),
                    out = absorbed_product(a, 8, step_shape::decode(10, 100), false);
    CHECK(in.work + out.work == flop_of(2 * 10 * 512.0 * 16 * 256));
    CHECK(in.weights + out.weights == bytes_of(2 * 512.0 * 16 * 256));
    CHECK(in.activations == bytes_of(2 * 10 * 16.0 * (128 + 512)));
    CHECK(in.inputs == 128);
    CHECK(out.inputs == 512);
    const architecture& m = catalog::deepseek_v3;
    const auto count = [&](const char* name, const step_shape& s) {
        return sum_of(collected(m, {}, bf16, s), named(name));
    };
    CHECK(count("kv up", step_shape::decode(10, 100)).count == 0);
    CHECK(count("absorbed values", step_shape::decode(10, 100)).count == 61);
    CHECK(count("absorbed values", step_shape::decode(0.5, 100)).count == 30.5);
    CHECK(count("absorbed queries", step_shape::prefill(1, 100)).count == 0);
    // 100 new tokens after 400 expand 500 latents.
    CHECK(count("kv up", step_shape::prefill(1, 100, 400)).work == 61 * 2 * 500.0 * 512 * 128 * 256);
}
