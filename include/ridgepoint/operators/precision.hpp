// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The storage formats of a deployment: weights per part, and the key-value cache. Activations are 16 bit and are
/// quantised on the way into a narrow multiply.

#include <ridgepoint/model/weight_format.hpp>

namespace ridgepoint {

struct precision {
    weight_formats weights{};
    storage_format kv = formats::bf16;
    double state_bytes = 4.0;  ///< of one state element (recurrent states are kept in fp32)
};

/// Linear layers in `weights`, the cache in `kv`: precision_in(formats::fp8, formats::fp8).
constexpr precision precision_in(const storage_format& weights, const storage_format& kv = formats::bf16) {
    return {.weights = linear_layers_in(weights), .kv = kv};
}

inline constexpr double activation_bytes = 2.0;

/// Bytes moved per input element of a multiply: read in 16 bit, and for a narrow multiply written and read again in
/// that format. Source: the byte counts under which the GEMM constants were fitted (roofline/calibration).
constexpr double input_bytes(multiply issue) {
    switch (issue) {
        case multiply::as_8_bit_float:
        case multiply::as_8_bit_integer: return 4.0;
        case multiply::as_4_bit_float: return 3.6;
        case multiply::as_fp32: return 4.0;
        case multiply::as_16_bit: break;
    }
    return activation_bytes;
}
}  // namespace ridgepoint
