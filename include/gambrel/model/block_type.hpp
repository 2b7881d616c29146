// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Weights of GGUF files by how much work it is to unpack a block: types that share the kernels' inner loop share a class.
/// A file type (Q4_K_M) counts as the type of its main tensors.
///
///     none        no GGUF weights                    k2 .. k6   Q2_K .. Q6_K
///     bits_16     F16, F32, BF16                     iq4_nl     IQ4_NL, a table of 16 values; iq4_xs, IQ4_XS and IQ4_K
///     q8          Q8_0                               iq3, iq2   tables of vectors, IQ1 with iq2
///     q5, q4      Q5_0, Q5_1, Q4_0, Q4_1             mxfp4      MXFP4
///
/// Evidence: tests/roofline/ggml_law_test.cpp.

#include <gambrel/model/weight_format.hpp>

namespace gambrel {

enum class block_type : unsigned char {
    none,
    bits_16,
    bf16,
    q8,
    k6,
    k5,
    q5,
    k4,
    q4,
    iq4_xs,
    iq4_nl,
    mxfp4,
    k3,
    k2,
    iq3,
    iq2
};
inline constexpr std::size_t block_type_count = 16;
inline constexpr std::array<std::string_view, block_type_count> block_type_names{
    "none", "f16",    "bf16",   "q8_0",  "q6_k", "q5_k", "q5_0", "q4_k",
    "q4_0", "iq4_xs", "iq4_nl", "mxfp4", "q3_k", "q2_k", "iq3",  "iq2"};

namespace detail {
struct block_name {
    std::string_view begins;
    block_type type;
};
inline constexpr std::array block_names{
    block_name{"bf16", block_type::bf16},   block_name{"f16", block_type::bits_16},
    block_name{"f32", block_type::bits_16}, block_name{"q8", block_type::q8},
    block_name{"q6", block_type::k6},       block_name{"q5_k", block_type::k5},
    block_name{"q5", block_type::q5},       block_name{"q4_k", block_type::k4},
    block_name{"q4", block_type::q4},       block_name{"iq4_nl", block_type::iq4_nl},
    block_name{"iq6", block_type::k6},      block_name{"iq5", block_type::k5},
    block_name{"iq4", block_type::iq4_xs},  block_name{"mxfp4", block_type::mxfp4},
    block_name{"nvfp4", block_type::mxfp4}, block_name{"q3", block_type::k3},
    block_name{"q2", block_type::k2},       block_name{"iq3", block_type::iq3},
    block_name{"iq2", block_type::iq2},     block_name{"iq1", block_type::iq2},
    block_name{"q1", block_type::iq2},      block_name{"tq", block_type::k2}};
constexpr bool begins_with(std::string_view name, std::string_view word) {
    if (name.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        const char c = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
        if (c != word[i]) return false;
    }
    return true;
}
}  // namespace detail

/// The class of weights stored as `f`; hand-made mixes ("UD-Q4_K_XL") by the type they are called after, unknown names
/// by their bits.
constexpr block_type block_type_of(const storage_format& f) {
    std::string_view name = f.name.view();
    if (!f.gguf)
        return f.bits < 16.0 ? block_type::q8 : f.name == formats::bf16.name ? block_type::bf16 : block_type::bits_16;
    if (detail::begins_with(name, "ud-")) name.remove_prefix(3);
    for (const detail::block_name& b : detail::block_names)
        if (detail::begins_with(name, b.begins)) return b.type;
    return f.bits > 12.0  ? block_type::bits_16
           : f.bits > 7.0 ? block_type::q8
           : f.bits > 5.2 ? block_type::k5
           : f.bits > 3.7 ? block_type::k4
           : f.bits > 2.9 ? block_type::k3
                          : block_type::k2;
}
}  // namespace gambrel
