// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The GPT line: GPT-2 and GPT-3 (learned positions, tied), GPT-J (parallel behind one norm, no attention bias),
/// GPT-NeoX and Pythia (parallel behind two norms, rotary on a quarter of each head).
///
/// Source: config.json of the repositories named (gpt2-xl, NeoX and Pythia rebuilt from their essential fields).
/// Published totals: GPT-2 124,439,808, GPT-J 6,050,882,784, NeoX 20,554,567,680, Pythia-12b 11,846,072,320.
/// GPT-3 and MT-530B have no repository: layers, heads and the table of 51200 rows are those of the FasterTransformer
/// GPT benchmark (NVIDIA/FasterTransformer, docs/gpt_guide.md, 2022); context and tied table recalled.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture gpt_2(decoder_shape s) {
    if (*s.family == '\0') s.family = "gpt2";
    s.width = 4 * s.hidden;
    s.tied = true;
    architecture m = decoder(s, biased_layer(s));
    m.final_norm_parameters = 2 * s.hidden;
    m.position_rows = s.most_context;
    return m;
}

constexpr architecture gpt_3(decoder_shape s) {
    s.family = "gpt3";
    s.vocabulary = 51200;
    s.most_context = 2048;
    s.format = formats::fp16;
    return gpt_2(s);
}

constexpr architecture gpt_neox(decoder_shape s) {
    s.family = "gpt_neox";
    s.width = 4 * s.hidden;
    s.most_context = 2048;
    s.format = formats::fp16;
    layer l = biased_layer(s);
    l.attention.rotary_dim = l.attention.head_dim / 4;
    l.parallel = true;
    architecture m = decoder(s, l);
    m.final_norm_parameters = 2 * s.hidden;
    return m;
}

inline constexpr architecture gpt2 = gpt_2({.name = "openai-community/gpt2", .layers = 12, .hidden = 768, .heads = 12,
    .vocabulary = 50257, .most_context = 1024, .format = formats::fp32});
inline constexpr architecture gpt2_medium = gpt_2({.name = "openai-community/gpt2-medium", .layers = 24,
    .hidden = 1024, .heads = 16, .vocabulary = 50257, .most_context = 1024, .format = formats::fp32});
inline constexpr architecture gpt2_xl = gpt_2({.name = "openai-community/gpt2-xl", .layers = 48, .hidden = 1600,
    .heads = 25, .vocabulary = 50257, .most_context = 1024, .format = formats::fp32});

inline constexpr architecture gpt_3_6_7b = gpt_3({.name = "GPT-3-6.7B", .layers = 32, .hidden = 4096, .heads = 32});
inline constexpr architecture gpt_3_89b = gpt_3({.name = "GPT-3-89B", .layers = 48, .hidden = 12288, .heads = 96});
inline constexpr architecture gpt_3_175b = gpt_3({.name = "GPT-3-175B", .layers = 96, .hidden = 12288, .heads = 96});
inline constexpr architecture mt_530b = gpt_3({.name = "MT-530B", .layers = 105, .hidden = 20480, .heads = 128});

inline constexpr architecture gpt_j_6b = [] {
    const decoder_shape s{.name = "EleutherAI/gpt-j-6b", .family = "gptj", .layers = 28, .hidden = 4096, .heads = 16,
        .width = 16384, .vocabulary = 50400, .most_context = 2048, .format = formats::fp16};
    layer l = biased_layer(s);
    l.attention.qkv_bias = l.attention.output_bias = false;
    l.attention.rotary_dim = 64;
    l.parallel = true;
    l.norms = 1;
    l.norm_parameters = 2 * s.hidden;
    architecture m = decoder(s, l);
    m.final_norm_parameters = 2 * s.hidden;
    m.head_bias = true;
    return m;
}();

inline constexpr architecture gpt_neox_20b = gpt_neox({.name = "EleutherAI/gpt-neox-20b", .layers = 44,
    .hidden = 6144, .heads = 64, .vocabulary = 50432});
inline constexpr architecture pythia_1b =
    gpt_neox({.name = "EleutherAI/pythia-1b", .layers = 16, .hidden = 2048, .heads = 8, .vocabulary = 50304});
inline constexpr architecture pythia_1_4b =
    gpt_neox({.name = "EleutherAI/pythia-1.4b", .layers = 24, .hidden = 2048, .heads = 16, .vocabulary = 50304});
inline constexpr architecture pythia_2_8b =
    gpt_neox({.name = "EleutherAI/pythia-2.8b", .layers = 32, .hidden = 2560, .heads = 32, .vocabulary = 50304});
inline constexpr architecture pythia_6_9b =
    gpt_neox({.name = "EleutherAI/pythia-6.9b", .layers = 32, .hidden = 4096, .heads = 32, .vocabulary = 50432});
inline constexpr architecture pythia_12b =
    gpt_neox({.name = "EleutherAI/pythia-12b", .layers = 36, .hidden = 5120, .heads = 40, .vocabulary = 50688});

}  // namespace gambrel::catalog
