// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The vision tower of a multimodal file, counted beside the language model.
///
///     blocks = L (4 h^2 + 2 h f + biases and norms)      embedding = 3 p^2 h + positions + norms
///
/// Exact with projector for SigLIP in Gemma 3, CLIP in LLaVA, Llama 4, Pixtral in Mistral 3, Qwen2-VL, Qwen2.5-VL,
/// Qwen3-VL and Qwen3.5; any other tower has its blocks and patch embedding counted, no projector. A tower without the
/// keys for that is an error: it is never counted as nothing. Evidence: tests/model/io/hugging_face_test.cpp.

#include <gambrel/model/io/config_reader.hpp>

namespace gambrel::hugging_face {

inline vision_tower vision_blocks(const config_reader& v, count layers, count hidden, count width, count patch,
                                  count image) {
    vision_tower t;
    const bool nested = layers > 0;  // class defaults exist
    const auto read = [&](const key& k, whole_range r, count by_class) {
        return nested ? v.whole(k, r, by_class) : v.whole(k, r);
    };
    t.layers = read({"num_hidden_layers", "depth", "vt_num_hidden_layers"}, layer_counts, layers);
    t.hidden = read({"hidden_size", "vt_hidden_size"}, head_counts, hidden);
    t.width = read({"intermediate_size", "vt_intermediate_size"}, head_counts, width);
    t.patch = read("patch_size", {1, 4096}, patch);
    t.image = v.whole("image_size", {1, 1 << 16}, image);
    t.embedding_parameters = 3 * t.patch * t.patch * t.hidden;
    return t;
}

inline count patches_of(const vision_tower& t) { return (t.image / t.patch) * (t.image / t.patch); }

/// The tower of `root`; none when there is no vision_config.
inline vision_tower read_vision(const config_reader& root, count language_hidden) {
    if (!root.has("vision_config")) return {};
    const config_reader v = root.child("vision_config");
    const std::string kind = v.text("model_type", ""), outer = root.text("model_type", "");
    const count H = language_hidden;
    if (kind == "siglip_vision_model") {
        vision_tower t = vision_blocks(v, 12, 768, 3072, 16, 224);
        const count h = t.hidden;
        t.embedding_parameters += h + patches_of(t) * h + 2 * h;  // patch bias, positions, last norm
        t.projector_parameters = h * H + h;                       // one matrix and a norm
        t.tokens_per_image = root.whole("mm_tokens_per_image", {1, 1 << 20}, patches_of(t));
        return t;
    }
    if (kind == "clip_vision_model") {
        vision_tower t = vision_blocks(v, 12, 768, 3072, 32, 224);
        const count h = t.hidden;
        t.embedding_parameters += h + (patches_of(t) + 1) * h + 4 * h;  // class token, positions, two norms
        t.projector_parameters = h * H + H + H * H + H;
        t.tokens_per_image = patches_of(t);
        return t;
    }
    if (kind == "llama4_vision_model") {
        vision_tower t = vision_blocks(v, 34, 768, 5632, 14, 448);
        const count h = t.hidden;
        t.embedding_parameters += h + (patches_of(t) + 1) * h + 4 * h;
        const count in = v.whole("projector_input_dim", widths, 4096),
                    out = v.whole("projector_output_dim", widths, 4096);
        t.projector_parameters = t.width * in + in * out + v.whole("vision_output_dim", widths, out) * H;
        const double ratio = v.number("pixel_shuffle_ratio", 0.01, 1.0, 0.5);
        t.tokens_per_image = static_cast<count>(static_cast<double>(patches_of(t)) * ratio * ratio);
        return t;
    }
    if (kind == "pixtral") {
        vision_tower t = vision_blocks(v, 24, 1024, 4096, 16, 1024);
        const count h = t.hidden, merge = root.whole("spatial_merge_size", {1, 8}, 2);
        t.gated = true;
        t.bias = false;
        t.embedding_parameters += h;  // norm before the blocks
        t.projector_parameters = merge * merge * h * h + h + h * H + H * H;
        t.tokens_per_image = patches_of(t) / (merge * merge);
        return t;
    }
    if (outer == "qwen3_vl" || outer == "qwen3_vl_moe" || outer == "qwen3_5" || outer == "qwen3_5_moe") {
        vision_tower t = vision_blocks(v, 0, 0, 0, 0, 0);
        const count h = t.hidden, merge = v.whole("spatial_merge_size", {1, 8}, 2), wide = merge * merge * h;
        const count positions = v.whole("num_position_embeddings", {1, 1 << 24}, 2304);
        t.embedding_parameters *= v.whole("temporal_patch_size", {1, 16}, 2);
        t.embedding_parameters += h + positions * h;
        const count merger = wide * wide + wide + wide * H + H;
        const auto deep = static_cast<count>(v.wholes("deepstack_visual_indexes", {0, layer_counts.high}).size());
        t.projector_parameters = merger + 2 * h + deep * (merger + 2 * wide);
        t.tokens_per_image = positions / (merge * merge);  // of an image that fills the position table
        return t;
    }
    if (outer == "qwen2_vl" || outer == "qwen2_5_vl") {
        // Qwen2-VL: hidden_size is the width behind the merger. Qwen2.5-VL: RMSNorm and a gated MLP with biases; the
        // second elements of its norms, 2 h per block, are counted too many.
        const bool gated = outer == "qwen2_5_vl";
        vision_tower t;
        t.layers = v.whole("depth", layer_counts, 32);
        t.hidden = v.whole(gated ? key{"hidden_size"} : key{"embed_dim"}, head_counts, 1280);
        t.width = gated ? v.whole("intermediate_size", head_counts, 3420)
                        : static_cast<count>(v.number("mlp_ratio", 0.1, 64.0, 4.0) * static_cast<double>(t.hidden));
        t.gated = gated;
        t.patch = v.whole({"patch_size", "spatial_patch_size"}, {1, 4096}, 14);
        const count channels = v.whole({"in_channels", "in_chans"}, {1, 64}, 3);
        t.embedding_parameters = channels * v.whole("temporal_patch_size", {1, 16}, 2) * t.patch * t.patch * t.hidden;
        const count merge = v.whole("spatial_merge_size", {1, 8}, 2), wide = merge * merge * t.hidden;
        t.projector_parameters = (gated ? 1 : 2) * t.hidden + wide * wide + wide + wide * H + H;
        return t;
    }
    const bool plain = v.has({"num_hidden_layers", "depth", "vt_num_hidden_layers"}) &&
                       v.has({"hidden_size", "vt_hidden_size"}) &&
                       v.has({"intermediate_size", "vt_intermediate_size"}) && v.has("patch_size");
    if (!plain)
        fail(
            "vision_config lacks num_hidden_layers, hidden_size, intermediate_size or patch_size, and its model_type " +
            shown(kind) + " is not known; without vision_config the language model alone is read");
    return vision_blocks(v, 0, 0, 0, 0, 0);
}
}  // namespace gambrel::hugging_face
