// SPDX-License-Identifier: Apache-2.0
#pragma once
/// BLOOM and MPT (ALiBi instead of position embeddings), OPT (learned positions, two rows more than its context).
/// BLOOM has a norm behind its embedding; MPT has no biases at all. All tie their tables.
///
/// Source: config.json of the repositories named (bloom-7b1, OPT and mpt-30b rebuilt from their essential fields),
/// context of BLOOM recalled. Published total of BLOOM: 176,247,271,424; the OPT and MPT totals in
/// tests/model/catalog_test.cpp are recalled.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture bloom_like(decoder_shape s) {
    s.family = "bloom";
    s.width = 4 * s.hidden;
    s.vocabulary = 250880;
    s.most_context = 2048;
    s.tied = true;
    architecture m = decoder(s, biased_layer(s));
    m.embedding_norm_parameters = m.final_norm_parameters = 2 * s.hidden;
    return m;
}

constexpr architecture mpt(decoder_shape s) {
    s.family = "mpt";
    s.width = 4 * s.hidden;
    s.vocabulary = 50432;
    s.tied = true;
    layer l = gated_layer(s);
    l.attention.rotary_dim = 0;
    l.feed_forward.gated = false;
    return decoder(s, l);
}

constexpr architecture opt(decoder_shape s) {
    s.family = "opt";
    s.width = 4 * s.hidden;
    s.vocabulary = 50272;
    s.most_context = 2048;
    s.tied = true;
    s.format = formats::fp16;
    architecture m = decoder(s, biased_layer(s));
    m.final_norm_parameters = 2 * s.hidden;
    m.position_rows = 2048 + 2;
    return m;
}

inline constexpr architecture bloom_7b1 =
    bloom_like({.name = "bigscience/bloom-7b1", .layers = 30, .hidden = 4096, .heads = 32, .format = formats::fp16});
inline constexpr architecture bloom =
    bloom_like({.name = "bigscience/bloom", .layers = 70, .hidden = 14336, .heads = 112});

inline constexpr architecture mpt_7b =
    mpt({.name = "mosaicml/mpt-7b", .layers = 32, .hidden = 4096, .heads = 32, .most_context = 2048});
inline constexpr architecture mpt_30b =
    mpt({.name = "mosaicml/mpt-30b", .layers = 48, .hidden = 7168, .heads = 64, .most_context = 8192});

inline constexpr architecture opt_1_3b = opt({.name = "facebook/opt-1.3b", .layers = 24, .hidden = 2048, .heads = 32});
inline constexpr architecture opt_6_7b = opt({.name = "facebook/opt-6.7b", .layers = 32, .hidden = 4096, .heads = 32});
inline constexpr architecture opt_13b = opt({.name = "facebook/opt-13b", .layers = 40, .hidden = 5120, .heads = 40});
inline constexpr architecture opt_30b = opt({.name = "facebook/opt-30b", .layers = 48, .hidden = 7168, .heads = 56});
inline constexpr architecture opt_66b = opt({.name = "facebook/opt-66b", .layers = 64, .hidden = 9216, .heads = 72});

}  // namespace gambrel::catalog
