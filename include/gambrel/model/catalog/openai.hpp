// SPDX-License-Identifier: Apache-2.0
#pragma once
/// gpt-oss: every other layer sees the last 128 tokens, a learned sink per head, biases on every matrix, four experts
/// run of 32 or 128. Published with the experts in mxfp4 and the rest in bf16 (modules_to_not_convert).
///
/// Source: config.json of openai/gpt-oss-20b and gpt-oss-120b. Published totals (elements, not packed bytes):
/// 20,914,757,184 and 116,829,156,672.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture gpt_oss(const char* name, count layers, count experts) {
    const decoder_shape s{.name = name, .family = "gpt_oss", .layers = layers, .hidden = 2880, .heads = 64,
        .kv_heads = 8, .head_dim = 64, .width = 2880, .vocabulary = 201088, .most_context = 131072};
    layer l = with_experts(gated_layer(s), {.experts = experts, .top_k = 4, .width = s.width, .bias = true,
                                            .router_bias = true});
    l.attention.qkv_bias = l.attention.output_bias = l.attention.sinks = true;
    architecture m = without_layers(s);
    m.add(layers / 2, with_window(l, 128));
    m.add(layers / 2, l);
    m.stored.experts = formats::mxfp4;
    return m;
}

inline constexpr architecture gpt_oss_20b = gpt_oss("openai/gpt-oss-20b", 24, 32);
inline constexpr architecture gpt_oss_120b = gpt_oss("openai/gpt-oss-120b", 36, 128);

}  // namespace gambrel::catalog
