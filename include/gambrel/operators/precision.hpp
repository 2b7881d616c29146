// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The storage formats of a deployment: weights per part, and the key-value cache. Activations are 16 bit and are
/// quantised on the way into a narrow multiply.

#include <gambrel/model/weight_format.hpp>

namespace gambrel {

struct precision {
    weight_formats weights{};
    storage_format kv = formats::bf16;
    double state_bytes = 4.0;  ///< of one state element (recurrent states are kept in fp32)
};

/// Throws `error` naming the first number of `f` that no format has; returns `f` otherwise.
constexpr const storage_format& checked(const storage_format& f) {
    if (!(f.bits >= 0.5 && f.bits <= 64.0)) out_of_range(f.bits, 0.5, 64.0, "the bits of a storage format");
    if (!(f.scale_bits >= 0.0 && f.scale_bits <= 1e4))
        out_of_range(f.scale_bits, 0.0, 1e4, "the scale bits of a block");
    if (f.scale_bits > 0.0 && !(f.block_rows >= 1.0 && f.block_columns >= 1.0))
        fail("the storage format " + std::string(f.name.view()) + " has scales but no block");
    return f;
}
constexpr const precision& checked(const precision& p) {
    for (const weight_part part : all_weight_parts) checked(p.weights.of(part));
    checked(p.kv);
    checked(p.state_bytes, 0.125, 64.0, "the bytes of a state element");
    return p;
}

/// Linear layers in `weights`, the cache in `kv`: precision_in(formats::fp8, formats::fp8).
constexpr precision precision_in(const storage_format& weights, const storage_format& kv = formats::bf16) {
    return {.weights = linear_layers_in(weights), .kv = kv};
}

inline constexpr double activation_bytes = 2.0;

/// Bytes of an input element as the multiply reads it. 4-bit floats carry a scale per 16.
constexpr double multiplied_bytes(multiply issue) {
    switch (issue) {
        case multiply::as_8_bit_float:
        case multiply::as_8_bit_integer: return 1.0;
        case multiply::as_4_bit_float: return formats::nvfp4.bytes_per_element();
        case multiply::as_fp32: return 4.0;
        case multiply::as_16_bit: break;
    }
    return activation_bytes;
}

/// Bytes moved per input element before a narrow multiply: read in 16 bit, written in the multiply's format.
constexpr double conversion_bytes(multiply issue) {
    switch (issue) {
        case multiply::as_8_bit_float:
        case multiply::as_8_bit_integer:
        case multiply::as_4_bit_float: return activation_bytes + multiplied_bytes(issue);
        case multiply::as_fp32:
        case multiply::as_16_bit: break;
    }
    return 0.0;
}

/// Bytes moved per input element of a multiply, conversion included.
constexpr double input_bytes(multiply issue) { return conversion_bytes(issue) + multiplied_bytes(issue); }
}  // namespace gambrel
