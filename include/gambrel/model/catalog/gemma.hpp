// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Gemma 1, 2 and 3: tied embeddings, wide heads, GeGLU. Gemma 2 has four norms a layer and a window in every other
/// layer; Gemma 3 a window in five layers of six, and norms on query and key heads. Gemma 3 from 4B sees images.
///
/// Source: config.json of the repositories named (gemma-7b rebuilt from its essential fields). Context of Gemma 3:
/// its model card. Vocabulary of Gemma 3: 262144 rows as in the text config; the multimodal repositories store
/// 262208. Published totals of the language models: gemma-2-9b 9,241,705,984, gemma-3-27b 27,009,002,240; of the
/// vision tower with its projector: 423,060,336 (27B).

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture gemma(decoder_shape s) {
    s.family = "gemma";
    s.vocabulary = 256000;
    s.most_context = 8192;
    s.tied = true;
    return decoder(s, gated_layer(s));
}

constexpr layer gemma_layer_of_four_norms(const decoder_shape& s) {
    layer l = gated_layer(s);
    l.norms = 4;
    l.norm_parameters = 4 * s.hidden;
    return l;
}

constexpr architecture gemma_2(decoder_shape s) {
    s.family = "gemma2";
    s.vocabulary = 256000;
    s.most_context = 8192;
    s.tied = true;
    const layer l = gemma_layer_of_four_norms(s);
    architecture m = without_layers(s);
    m.add(s.layers - s.layers / 2, with_window(l, 4096));
    m.add(s.layers / 2, l);
    return m;
}

constexpr architecture gemma_3_text(decoder_shape s, count window) {
    if (*s.family == '\0') s.family = "gemma3";
    s.vocabulary = 262144;
    s.tied = true;
    layer l = gemma_layer_of_four_norms(s);
    l.attention.qk_norm = query_key_norm::per_head;
    architecture m = without_layers(s);
    m.add(s.layers - s.layers / 6, with_window(l, window));
    m.add(s.layers / 6, l);
    return m;
}

constexpr architecture gemma_3(decoder_shape s) {
    s.most_context = 131072;
    architecture m = gemma_3_text(s, 1024);
    m.vision = {.layers = 27, .hidden = 1152, .width = 4304, .patch = 14, .image = 896, .tokens_per_image = 256,
                .embedding_parameters = (3 * 14 * 14 + 1 + 64 * 64 + 2) * 1152,  // patches, positions, norm
                .projector_parameters = 1152 * s.hidden + 1152};
    return m;
}

inline constexpr architecture gemma_2b = gemma({.name = "google/gemma-2b", .layers = 18, .hidden = 2048, .heads = 8,
    .kv_heads = 1, .head_dim = 256, .width = 16384});
inline constexpr architecture gemma_7b = gemma({.name = "google/gemma-7b", .layers = 28, .hidden = 3072, .heads = 16,
    .head_dim = 256, .width = 24576});
inline constexpr architecture gemma_2_2b = gemma_2({.name = "google/gemma-2-2b", .layers = 26, .hidden = 2304,
    .heads = 8, .kv_heads = 4, .head_dim = 256, .width = 9216});
inline constexpr architecture gemma_2_9b = gemma_2({.name = "google/gemma-2-9b", .layers = 42, .hidden = 3584,
    .heads = 16, .kv_heads = 8, .head_dim = 256, .width = 14336});
inline constexpr architecture gemma_2_27b = gemma_2({.name = "google/gemma-2-27b", .layers = 46, .hidden = 4608,
    .heads = 32, .kv_heads = 16, .head_dim = 128, .width = 36864});
inline constexpr architecture gemma_3_1b = gemma_3_text({.name = "google/gemma-3-1b-it", .family = "gemma3_text",
    .layers = 26, .hidden = 1152, .heads = 4, .kv_heads = 1, .head_dim = 256, .width = 6912, .most_context = 32768},
    512);
inline constexpr architecture gemma_3_4b = gemma_3({.name = "google/gemma-3-4b-it", .layers = 34, .hidden = 2560,
    .heads = 8, .kv_heads = 4, .head_dim = 256, .width = 10240});
inline constexpr architecture gemma_3_12b = gemma_3({.name = "google/gemma-3-12b-it", .layers = 48, .hidden = 3840,
    .heads = 16, .kv_heads = 8, .head_dim = 256, .width = 15360});
inline constexpr architecture gemma_3_27b = gemma_3({.name = "google/gemma-3-27b-it", .layers = 62, .hidden = 5376,
    .heads = 32, .kv_heads = 16, .head_dim = 128, .width = 21504});

/// Gemma 4: window layers of 1024 tokens, every sixth layer full with `global_kv` heads of 512 whose keys are its values;
/// the vision tower is not counted.
constexpr architecture gemma_4(decoder_shape s, count global_kv, const experts_block& e = {}) {
    s.family = "gemma4";
    s.vocabulary = 262144;
    s.head_dim = 256;
    s.most_context = 262144;
    s.tied = true;
    layer window = gated_layer(s);
    window.attention.qk_norm = query_key_norm::per_head;
    window.norms = e.present() ? 7 : 4;
    window.norm_parameters = window.norms * s.hidden + 1 + (e.present() ? s.hidden + e.experts : 0);
    if (e.present()) window = with_experts(window, e);
    layer full = window;
    full.attention.head_dim = full.attention.rotary_dim = 512;
    full.attention.kv_heads = global_kv;
    full.attention.keys_as_values = true;
    architecture m = without_layers(s);
    m.add(s.layers / 6 * 5, with_window(window, 1024));
    m.add(s.layers / 6, full);
    return m;
}
inline constexpr architecture gemma_4_31b = gemma_4({.name = "google/gemma-4-31B-it", .layers = 60, .hidden = 5376,
    .heads = 32, .kv_heads = 16, .width = 21504}, 4);
inline constexpr architecture gemma_4_26b_a4b = gemma_4({.name = "google/gemma-4-26B-A4B-it", .layers = 30,
    .hidden = 2816, .heads = 16, .kv_heads = 8}, 2,
    {.experts = 128, .top_k = 8, .width = 704, .shared_width = 2112});

}  // namespace gambrel::catalog
