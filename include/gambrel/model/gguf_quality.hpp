// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a file type was measured to change of a model's text, as published for one model: Llama-3-8B on Wikitext-2.
///
///     perplexity   change against 16 bit, whose own is 6.2332
///     divergence   mean Kullback-Leibler divergence of next tokens from 16 bit
///
/// Without an importance matrix where that was measured, else with one of Wikitext (10 million tokens). Larger models lose
/// less, others differently: no figure of theirs follows from these. Source: tools/perplexity/README.md of llama.cpp
/// (revision f364eb6f, RTX 4090), in llama-cpp-python 0.3.36, read 2026-11. Evidence: tests/ask/fit_test.cpp.

#include <gambrel/model/gguf_file_type.hpp>

namespace gambrel {

/// Of which, and against what.
inline constexpr std::string_view gguf_quality_of = "Llama-3-8B against 16 bit (llama.cpp, tools/perplexity)";

struct gguf_quality {
    gguf_file_type type;
    double perplexity, divergence;
    bool importance_matrix = false;
};

// clang-format off
inline constexpr std::array<gguf_quality, 27> gguf_qualities{{
    {gguf_file_type::f16, 0.001524, 0.000551},          {gguf_file_type::q8_0, 0.002650, 0.001355},
    {gguf_file_type::q6_k, 0.021748, 0.005452},         {gguf_file_type::q5_k_m, 0.056974, 0.010762},
    {gguf_file_type::q5_k_s, 0.104964, 0.016595},       {gguf_file_type::q5_1, 0.106223, 0.018045},
    {gguf_file_type::q5_0, 0.131591, 0.022239},         {gguf_file_type::q4_k_m, 0.175482, 0.031273},
    {gguf_file_type::q4_k_s, 0.268895, 0.043136},       {gguf_file_type::iq4_nl, 0.223959, 0.035742, true},
    {gguf_file_type::iq4_xs, 0.228071, 0.036334, true}, {gguf_file_type::q4_1, 0.451103, 0.071683},
    {gguf_file_type::q4_0, 0.468514, 0.071940},         {gguf_file_type::q3_k_l, 0.556242, 0.087176},
    {gguf_file_type::q3_k_m, 0.656864, 0.101913},       {gguf_file_type::iq3_m, 0.666694, 0.102534, true},
    {gguf_file_type::iq3_s, 0.733867, 0.111278, true},  {gguf_file_type::iq3_xs, 0.931409, 0.138693, true},
    {gguf_file_type::iq3_xxs, 1.226803, 0.183625, true}, {gguf_file_type::q3_k_s, 1.632152, 0.228217},
    {gguf_file_type::iq2_m, 2.369166, 0.325989, true},  {gguf_file_type::q2_k_s, 3.092145, 0.403360, true},
    {gguf_file_type::iq2_s, 3.419148, 0.439197, true},  {gguf_file_type::q2_k, 3.519934, 0.445132},
    {gguf_file_type::iq2_xs, 4.529791, 0.546290, true}, {gguf_file_type::iq2_xxs, 7.860148, 0.812022, true},
    {gguf_file_type::iq1_m, 19.262089, 1.393084, true},
}};
// clang-format on

/// What was published of `t`, or null.
constexpr const gguf_quality* quality_of(gguf_file_type t) {
    for (const gguf_quality& q : gguf_qualities)
        if (q.type == t) return &q;
    return nullptr;
}
}  // namespace gambrel
