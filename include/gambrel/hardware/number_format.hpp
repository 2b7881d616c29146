// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The formats a device can multiply in. How weights are stored is a different question: model/weight_format.hpp.

#include <array>
#include <string_view>

namespace gambrel {

enum class number_format : unsigned char { fp64, fp32, tf32, bf16, fp16, fp8, fp6, fp4, int8, int4 };

inline constexpr std::array all_number_formats{
    number_format::fp64, number_format::fp32, number_format::tf32, number_format::bf16, number_format::fp16,
    number_format::fp8,  number_format::fp6,  number_format::fp4,  number_format::int8, number_format::int4};

constexpr std::string_view name_of(number_format f) {
    constexpr std::array<std::string_view, 10> names{"fp64", "fp32", "tf32", "bf16", "fp16",
                                                     "fp8",  "fp6",  "fp4",  "int8", "int4"};
    return names[static_cast<std::size_t>(f)];
}
/// Bits of one element, without scales (tf32 is stored in 32).
constexpr double bits_of(number_format f) {
    constexpr std::array<double, 10> bits{64, 32, 32, 16, 16, 8, 6, 4, 8, 4};
    return bits[static_cast<std::size_t>(f)];
}
}  // namespace gambrel
