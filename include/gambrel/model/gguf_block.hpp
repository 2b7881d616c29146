// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The tensor types of a GGUF file as storage formats: a row of a tensor is cut into blocks of equal bytes.
///
///     bytes of a row = columns / elements x bytes of a block            (columns a multiple of the block)
///     bits of a weight = 8 bytes / elements
///
/// `bits` holds the whole bits of an element, `scale_bits` the rest of the block: scales, minima, signs, grids.
/// Weights are widened on the way into the multiply. Source: block structures of ggml-common.h, llama.cpp of 2025-02
/// and 2026-03 (nvfp4, q1_0 and q2_0: of 2026). Evidence: tests/model/gguf_test.cpp.

#include <array>
#include <gambrel/model/weight_format.hpp>

namespace gambrel {

enum class gguf_type : unsigned char {
    f32,
    f16,
    bf16,
    q4_0,
    q4_1,
    q5_0,
    q5_1,
    q8_0,
    q2_k,
    q3_k,
    q4_k,
    q5_k,
    q6_k,
    iq1_s,
    iq1_m,
    iq2_xxs,
    iq2_xs,
    iq2_s,
    iq3_xxs,
    iq3_s,
    iq4_nl,
    iq4_xs,
    tq1_0,
    tq2_0,
    mxfp4,
    nvfp4,
    q1_0,
    q2_0,
};

struct gguf_block {
    text<16> name;
    int elements;
    int bytes;

    constexpr storage_format format() const {
        const int whole = 8 * bytes / elements, rest = 8 * bytes - whole * elements;
        storage_format f{.name = name, .bits = static_cast<double>(whole)};
        f.gguf = true;
        if (rest == 0) return f;
        f.block_rows = 1.0;
        f.block_columns = static_cast<double>(elements);
        f.scale_bits = static_cast<double>(rest);
        return f;
    }
};

/// In the order of `gguf_type`.
// clang-format off
inline constexpr std::array<gguf_block, 28> gguf_blocks{{
    {"f32", 1, 4},        {"f16", 1, 2},       {"bf16", 1, 2},     {"q4_0", 32, 18},    {"q4_1", 32, 20},
    {"q5_0", 32, 22},     {"q5_1", 32, 24},    {"q8_0", 32, 34},   {"q2_k", 256, 84},   {"q3_k", 256, 110},
    {"q4_k", 256, 144},   {"q5_k", 256, 176},  {"q6_k", 256, 210}, {"iq1_s", 256, 50},  {"iq1_m", 256, 56},
    {"iq2_xxs", 256, 66}, {"iq2_xs", 256, 74}, {"iq2_s", 256, 82}, {"iq3_xxs", 256, 98}, {"iq3_s", 256, 110},
    {"iq4_nl", 32, 18},   {"iq4_xs", 256, 136}, {"tq1_0", 256, 54}, {"tq2_0", 256, 66},  {"mxfp4", 32, 17},
    {"nvfp4", 64, 36},    {"q1_0", 128, 18},   {"q2_0", 64, 18},
}};
// clang-format on

constexpr const gguf_block& block_of(gguf_type t) { return gguf_blocks[static_cast<std::size_t>(t)]; }

/// Bytes of `rows` of `columns`, a whole number of blocks each.
constexpr double bytes_in(gguf_type t, double rows, double columns) {
    const gguf_block& b = block_of(t);
    return rows * columns / b.elements * b.bytes;
}

/// Whether a row of `columns` is a whole number of blocks.
constexpr bool fills_rows(gguf_type t, long long columns) { return columns % block_of(t).elements == 0; }
}  // namespace gambrel
