// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The vision encoder, run once per image; what it makes of it is prompt tokens, counted with the prompt.
///
///     patches = (image / patch)^2
///     flop    = 2 patches (layers (4 h^2 + mats h f) + 3 patch^2 h) + layers 4 h patches^2 + 2 tokens projector
///     bytes   = the encoder's weights in 16 bit, once, and a residual stream of patches h per layer
///
/// Attention is bidirectional: no causal half. Cut evenly over the tensor ranks. One operation for the whole encoder;
/// assumption: images at the encoder's default size. Sources: ViT (arXiv 2010.11929), LLaVA (2304.08485).
/// Evidence: tests/operators/vision_test.cpp.

#include <gambrel/model/parameters.hpp>
#include <gambrel/operators/gemm.hpp>

namespace gambrel {

/// Patches one image is cut into; 0 without an encoder or without a stated size.
constexpr double patches_per_image(const vision_tower& v) {
    if (!v.present() || v.patch <= 0) return 0.0;
    const auto side = static_cast<double>(v.image / v.patch);  // NOLINT(bugprone-integer-division): whole patches
    return side * side;
}

/// Arithmetic of one image, on all ranks together.
constexpr flop<> encoder_work(const vision_tower& v) {
    const double n = patches_per_image(v);
    const auto h = static_cast<double>(v.hidden), f = static_cast<double>(v.width), p = static_cast<double>(v.patch);
    const auto layers = static_cast<double>(v.layers);
    const double matrices = layers * (4.0 * h * h + (v.gated ? 3.0 : 2.0) * h * f) + 3.0 * p * p * h;
    const double projector = static_cast<double>(v.tokens_per_image * v.projector_parameters);
    return flop_of(2.0 * n * matrices + 4.0 * layers * h * n * n + 2.0 * projector);
}

constexpr operation vision_encoder(const vision_tower& v, double images, double ranks) {
    const double rows = images * patches_per_image(v);
    const auto h = static_cast<double>(v.hidden), layers = static_cast<double>(v.layers);
    return {.name = "vision encoder",
            .kind = operator_class::gemm,
            .work = flop_of(images * encoder_work(v).value() / ranks),
            .weights = bytes_of(static_cast<double>(parameter_count(v)) * activation_bytes / ranks),
            .activations = bytes_of(2.0 * layers * rows * h * activation_bytes / ranks),
            .rows = rows,
            .kernels = 6.0 * layers};
}
}  // namespace gambrel
