// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How numbers are stored: element bits plus the scales and zero points of a block.
///
///     bytes(rows, columns) = (rows columns bits + blocks scale_bits) / 8
///     blocks               = ceil(rows / block_rows) ceil(columns / block_columns)
///
/// `multiply` is the format the matrix unit works in where it has one for it: fp8 weights with 16-bit activations
/// (weight only) multiply in 16 bit. Sources: the formats' definitions in docs/models/weight-formats.md.

#include <array>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/units.hpp>
#include <utility>

namespace gambrel {

/// What the multiply is issued in, seen from the weights: both operands narrow, or only the weights.
enum class multiply : unsigned char { as_16_bit, as_fp32, as_8_bit_float, as_4_bit_float, as_8_bit_integer };

// clang-format off
template <> inline constexpr std::array<enum_row<multiply>, 5> enum_table<multiply>{{
    {multiply::as_16_bit, "16_bit", "16-bit"},
    {multiply::as_fp32, "fp32", "fp32"},
    {multiply::as_8_bit_float, "fp8", "fp8"},
    {multiply::as_4_bit_float, "fp4", "fp4"},
    {multiply::as_8_bit_integer, "int8", "int8"},
}};
// clang-format on

struct storage_format {
    text<16> name = "bf16";
    double bits = 16.0;       ///< of one element
    double block_rows = 0.0;  ///< 0: no block scales
    double block_columns = 0.0;
    double scale_bits = 0.0;  ///< scales, minima and zero points of one block
    multiply issue = multiply::as_16_bit;
    bool gguf = false;  ///< a type of GGUF files (model/gguf.hpp)

    /// Exact bytes of a [rows, columns] matrix; rows are outputs, columns the reduction.
    constexpr bytes<> size(double rows, double columns) const {
        double total = rows * columns * bits;
        if (scale_bits > 0.0)
            total += math::pieces(rows, block_rows) * math::pieces(columns, block_columns) * scale_bits;
        return bytes_of(total / 8.0);
    }
    /// Average bytes of an element of a large matrix.
    constexpr double bytes_per_element() const {
        return (bits + (scale_bits > 0.0 ? scale_bits / (block_rows * block_columns) : 0.0)) / 8.0;
    }
};

namespace formats {
inline constexpr storage_format fp32{.name = "fp32", .bits = 32, .issue = multiply::as_fp32};
inline constexpr storage_format bf16{.name = "bf16", .bits = 16};
inline constexpr storage_format fp16{.name = "fp16", .bits = 16};
/// One scale per tensor or channel, too few to count.
inline constexpr storage_format fp8{.name = "fp8", .bits = 8, .issue = multiply::as_8_bit_float};
/// DeepSeek style: an fp32 scale per 128 x 128 block.
inline constexpr storage_format fp8_block{.name = "fp8_block",
                                          .bits = 8,
                                          .block_rows = 128,
                                          .block_columns = 128,
                                          .scale_bits = 32,
                                          .issue = multiply::as_8_bit_float};
inline constexpr storage_format int8{.name = "int8", .bits = 8, .issue = multiply::as_8_bit_integer};
/// LLM.int8() and other weight-only 8 bit: multiplied in 16 bit.
inline constexpr storage_format w8a16{.name = "w8a16", .bits = 8};
/// GPTQ, AWQ: fp16 scale and 4-bit zero point per 128 of the reduction, multiplied in 16 bit.
inline constexpr storage_format int4_g128{
    .name = "int4", .bits = 4, .block_rows = 1, .block_columns = 128, .scale_bits = 20};
inline constexpr storage_format int4_g32{
    .name = "int4_g32", .bits = 4, .block_rows = 1, .block_columns = 32, .scale_bits = 16};
/// OCP MX: an 8-bit exponent per 32.
inline constexpr storage_format mxfp4{.name = "mxfp4",
                                      .bits = 4,
                                      .block_rows = 1,
                                      .block_columns = 32,
                                      .scale_bits = 8,
                                      .issue = multiply::as_4_bit_float};
inline constexpr storage_format mxfp8{.name = "mxfp8",
                                      .bits = 8,
                                      .block_rows = 1,
                                      .block_columns = 32,
                                      .scale_bits = 8,
                                      .issue = multiply::as_8_bit_float};
/// An e4m3 scale per 16 (and an fp32 per tensor, too few to count).
inline constexpr storage_format nvfp4{.name = "nvfp4",
                                      .bits = 4,
                                      .block_rows = 1,
                                      .block_columns = 16,
                                      .scale_bits = 8,
                                      .issue = multiply::as_4_bit_float};
/// bitsandbytes 4 bit: an fp32 scale per 64.
inline constexpr storage_format nf4{.name = "nf4", .bits = 4, .block_rows = 1, .block_columns = 64, .scale_bits = 32};
}  // namespace formats

/// The parts of a model that quantisation recipes treat differently.
enum class weight_part : unsigned char {
    attention,
    feed_forward,
    experts,
    shared_experts,
    router,
    head,
    embedding,
    state,
    other
};

// clang-format off
inline constexpr std::array all_weight_parts{
    weight_part::attention, weight_part::feed_forward, weight_part::experts,   weight_part::shared_experts,
    weight_part::router,    weight_part::head,         weight_part::embedding, weight_part::state,
    weight_part::other};
// clang-format on

/// One `T` per part.
template <class T> struct per_part {
    T attention{}, feed_forward{}, experts{}, shared_experts{}, router{}, head{}, embedding{};
    T state{};  ///< projections of state-space and linear-attention layers
    T other{};  ///< norms, biases, convolutions

    constexpr const T& of(weight_part p) const {
        switch (p) {
            case weight_part::attention: return attention;
            case weight_part::feed_forward: return feed_forward;
            case weight_part::experts: return experts;
            case weight_part::shared_experts: return shared_experts;
            case weight_part::router: return router;
            case weight_part::head: return head;
            case weight_part::embedding: return embedding;
            case weight_part::state: return state;
            case weight_part::other: return other;
        }
        return other;
    }
    constexpr T& of(weight_part p) { return const_cast<T&>(std::as_const(*this).of(p)); }
};

/// The format of each part, 16 bit where nothing is said. Recipes leave embeddings, head, norms and routers so.
using weight_formats = per_part<storage_format>;

/// Formats as serving engines load them: parts published in fp32 are held in bf16.
constexpr weight_formats as_served(weight_formats w) {
    for (const weight_part part : all_weight_parts)
        if (w.of(part).issue == multiply::as_fp32) w.of(part) = formats::bf16;
    return w;
}

/// Every linear layer in `f`; embedding, head, router and norms stay in 16 bit (32 for fp32).
constexpr weight_formats linear_layers_in(const storage_format& f) {
    weight_formats w;
    w.attention = w.feed_forward = w.experts = w.shared_experts = w.state = f;
    if (f.bits >= 16.0) w.router = w.head = w.embedding = w.other = f;
    return w;
}
}  // namespace gambrel
