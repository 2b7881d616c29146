// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The formats a device can multiply in. How weights are stored is a different question: model/weight_format.hpp.

#include <array>
#include <gambrel/numeric/enum_table.hpp>
#include <string_view>

namespace gambrel {

enum class number_format : unsigned char { fp64, fp32, tf32, bf16, fp16, fp8, fp6, fp4, int8, int4 };
// clang-format off
template <> inline constexpr std::array<enum_row<number_format>, 10> enum_table<number_format>{{
    {number_format::fp64, "fp64", "fp64"},
    {number_format::fp32, "fp32", "fp32"},
    {number_format::tf32, "tf32", "tf32"},
    {number_format::bf16, "bf16", "bf16"},
    {number_format::fp16, "fp16", "fp16"},
    {number_format::fp8, "fp8", "fp8"},
    {number_format::fp6, "fp6", "fp6"},
    {number_format::fp4, "fp4", "fp4"},
    {number_format::int8, "int8", "int8"},
    {number_format::int4, "int4", "int4"},
}};
// clang-format on
inline constexpr std::array all_number_formats = all_of<number_format>();
/// Bits of one element, without scales (tf32 is stored in 32).
constexpr double bits_of(number_format f) {
    constexpr std::array<double, 10> bits{64, 32, 32, 16, 16, 8, 6, 4, 8, 4};
    return bits[static_cast<std::size_t>(f)];
}
}  // namespace gambrel
