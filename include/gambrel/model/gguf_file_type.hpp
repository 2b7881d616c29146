// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The file types of llama.cpp ("Q4_K_M"), and the block type of every tensor that no rule of the mix picks out
/// (gguf_mix.hpp). Source: llama.cpp's src/llama-quant.cpp, 2025-02 and 2026-03.
/// Evidence: tests/model/gguf_test.cpp.

#include <array>
#include <gambrel/model/gguf_block.hpp>
#include <gambrel/names.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <optional>
#include <string_view>

namespace gambrel {

// clang-format off
enum class gguf_file_type : unsigned char {
    f16, bf16, q4_0, q4_1, q5_0, q5_1, q8_0, q2_k, q2_k_s, q3_k_s, q3_k_m, q3_k_l, q4_k_s, q4_k_m, q5_k_s, q5_k_m,
    q6_k, iq1_s, iq1_m, iq2_xxs, iq2_xs, iq2_s, iq2_m, iq3_xxs, iq3_xs, iq3_s, iq3_m, iq4_nl, iq4_xs, mxfp4_moe,
};
// clang-format on

struct gguf_file_type_row {
    std::string_view name;  ///< lower case; names compare without regard to case
    gguf_type base;         ///< of every tensor that no rule picks out
};

/// In the order of `gguf_file_type`.
// clang-format off
inline constexpr std::array<gguf_file_type_row, 30> gguf_file_types{{
    {"f16", gguf_type::f16},         {"bf16", gguf_type::bf16},     {"q4_0", gguf_type::q4_0},
    {"q4_1", gguf_type::q4_1},       {"q5_0", gguf_type::q5_0},     {"q5_1", gguf_type::q5_1},
    {"q8_0", gguf_type::q8_0},       {"q2_k", gguf_type::q2_k},     {"q2_k_s", gguf_type::q2_k},
    {"q3_k_s", gguf_type::q3_k},     {"q3_k_m", gguf_type::q3_k},   {"q3_k_l", gguf_type::q3_k},
    {"q4_k_s", gguf_type::q4_k},     {"q4_k_m", gguf_type::q4_k},   {"q5_k_s", gguf_type::q5_k},
    {"q5_k_m", gguf_type::q5_k},     {"q6_k", gguf_type::q6_k},     {"iq1_s", gguf_type::iq1_s},
    {"iq1_m", gguf_type::iq1_m},     {"iq2_xxs", gguf_type::iq2_xxs}, {"iq2_xs", gguf_type::iq2_xs},
    {"iq2_s", gguf_type::iq2_xs},    {"iq2_m", gguf_type::iq2_s},   {"iq3_xxs", gguf_type::iq3_xxs},
    {"iq3_xs", gguf_type::iq3_s},    {"iq3_s", gguf_type::iq3_s},   {"iq3_m", gguf_type::iq3_s},
    {"iq4_nl", gguf_type::iq4_nl},   {"iq4_xs", gguf_type::iq4_xs}, {"mxfp4_moe", gguf_type::q8_0},
}};
// clang-format on

static_assert(!detail::is_enumerator<gguf_file_type, static_cast<gguf_file_type>(gguf_file_types.size())>(),
              "gguf_file_type has a value without a name");

constexpr std::string_view name_of(gguf_file_type t) { return gguf_file_types[static_cast<std::size_t>(t)].name; }
constexpr gguf_type base_of(gguf_file_type t) { return gguf_file_types[static_cast<std::size_t>(t)].base; }

/// The file type of that name ("q4_k_m", "Q4_K_M"), or nothing. Evidence: tests/model/gguf_test.cpp.
constexpr std::optional<gguf_file_type> find_gguf_file_type(std::string_view name) {
    for (std::size_t i = 0; i < gguf_file_types.size(); ++i)
        if (same_name(gguf_file_types[i].name, name)) return static_cast<gguf_file_type>(i);
    return std::nullopt;
}
}  // namespace gambrel
