// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which type llama.cpp gives each tensor of a file type: "Q4_K_M" is a mix, not a format.
///
///     a few tensors of every layer, or every tensor of a few layers, get more bits than the base type;
///     the table that makes the logits gets Q6_K (Q5_K below 3.1 bits, Q8_0 in 8 bit);
///     a row that is not a multiple of 256 falls back to a type with blocks of 32, else to F16;
///     vectors and routers stay in F32 (gguf.hpp).
///
/// The layers that get more: the first and the last eighth and every third between (`favoured`). An importance matrix
/// changes the rules for a few file types. Hand-tuned files (UD-, _XL, ik_llama.cpp) follow other rules.
/// Source: tensor type selection of llama.cpp's src/llama-quant.cpp, 2025-02 and 2026-03. Evidence:
/// tests/model/gguf_test.cpp, against published file sizes.

#include <gambrel/model/gguf_file_type.hpp>

namespace gambrel {

/// The tensors that the rules tell apart.
// clang-format off
enum class gguf_tensor : unsigned char {
    token_embedding, output, query, key, value, fused_query_key_value, attention_output, gate_or_up, down,
};
// clang-format on

/// What the rules ask about a model and where they are in it.
struct gguf_place {
    int layers = 0;
    int layer = 0;
    int queries_per_kv_head = 1;
    int experts = 0;
    bool importance_matrix = false;
    bool expert_tensor = false;  ///< one tensor holds all experts

    constexpr bool grouped() const { return queries_per_kv_head >= 4; }
    constexpr bool eight_experts() const { return experts == 8; }
    /// 80 layers with grouped queries: the 70B models, whose value matrices are eight times smaller than the query's.
    constexpr bool is_70b() const { return layers == 80 && queries_per_kv_head > 1; }
    constexpr bool in_first(int parts) const { return layer < layers / parts; }
    constexpr bool in_last_eighth() const { return layer >= 7 * layers / 8; }
    constexpr bool favoured() const { return in_first(8) || in_last_eighth() || (layer - layers / 8) % 3 == 2; }
};

namespace detail::gguf {
using file = gguf_file_type;
using block = gguf_type;

/// IQ1 and IQ2, whose rules are their own.
constexpr bool is_smallest(file f) { return f >= file::iq1_s && f <= file::iq2_m; }
constexpr bool is_iq1(file f) { return f == file::iq1_s || f == file::iq1_m; }
/// The larger IQ2: what they raise goes to IQ3_S, where the others go to Q2_K.
constexpr bool is_iq2_s_or_m(file f) { return f == file::iq2_s || f == file::iq2_m; }

constexpr block output_type(file f, block base, long long columns) {
    if (base == block::f16 || base == block::bf16 || base == block::q8_0) return base;
    if (!fills_rows(base, columns)) return block::q8_0;
    return is_smallest(f) || f == file::iq3_xxs ? block::q5_k : block::q6_k;
}

constexpr block embedding_type(file f, block base) {
    if (is_iq2_s_or_m(f) || f == file::iq3_xxs) return block::iq3_s;
    return is_smallest(f) ? block::q2_k : base;
}

constexpr block smallest_type(file f, gguf_tensor t, const gguf_place& at, block base) {
    const block raised = is_iq2_s_or_m(f) ? block::iq3_s : block::q2_k;
    switch (t) {
        case gguf_tensor::value: return at.grouped() || at.experts >= 4 ? block::q4_k : raised;
        case gguf_tensor::key: return at.eight_experts() ? block::q4_k : base;
        case gguf_tensor::down: return at.in_first(8) ? raised : base;
        case gguf_tensor::attention_output:
            if (at.eight_experts()) return block::q5_k;
            return is_iq1(f) ? block::iq2_xxs : is_iq2_s_or_m(f) ? block::iq3_s : base;
        default: return base;
    }
}

constexpr block value_type(file f, const gguf_place& at, block base) {
    switch (f) {
        case file::q2_k: return at.grouped() ? block::q4_k : block::q3_k;
        case file::iq3_xxs: return at.grouped() ? block::q4_k : at.importance_matrix ? base : block::iq3_s;
        case file::q2_k_s:
        case file::iq3_xs:
        case file::iq3_s: return at.grouped() ? block::q4_k : base;
        case file::iq3_m: return block::q4_k;
        case file::q3_k_m: return at.layer < 2 ? block::q5_k : block::q4_k;
        case file::q3_k_l: return block::q5_k;
        case file::iq4_nl:
        case file::iq4_xs: return at.grouped() ? block::q5_k : base;
        case file::q4_k_s: return at.layer < 4 ? block::q5_k : base;
        case file::q4_k_m:
        case file::q5_k_m: return at.favoured() ? block::q6_k : base;
        default: return base;
    }
}

constexpr block query_or_key_type(file f, block base) {
    return f == file::iq3_xs ? block::iq3_xxs : f == file::iq3_xxs ? block::iq2_s : base;
}

constexpr block fused_type(file f, block base) {
    switch (f) {
        case file::q3_k_m:
        case file::q3_k_l:
        case file::iq3_m: return block::q4_k;
        case file::q4_k_m: return block::q5_k;
        case file::q5_k_m: return block::q6_k;
        default: return base;
    }
}

constexpr block attention_output_type(file f, const gguf_place& at, block base) {
    if (at.eight_experts()) {
        const bool small = f == file::q2_k || f == file::q3_k_s || f == file::q3_k_m || f == file::q4_k_s ||
                           f == file::q4_k_m || f >= file::iq3_xxs;
        return small ? block::q5_k : base;
    }
    switch (f) {
        case file::q2_k: return block::q3_k;
        case file::iq3_xxs: return block::iq3_s;
        case file::q3_k_m:
        case file::iq3_m: return block::q4_k;
        case file::q3_k_l: return block::q5_k;
        default: return base;
    }
}

constexpr block down_type(file f, const gguf_place& at, block base) {
    if (at.importance_matrix) {
        if (f == file::q4_0 && at.in_first(8)) return block::q4_1;
        if (f == file::q5_0 && at.in_first(8)) return block::q5_1;
        if (f == file::iq3_xxs || f == file::iq4_nl || f == file::iq4_xs) return base;
    }
    switch (f) {
        case file::q2_k: return block::q3_k;
        case file::q2_k_s: return at.in_first(8) ? block::q4_k : base;
        case file::iq3_xxs: return at.in_first(8) ? block::q4_k : block::q3_k;
        case file::q3_k_m: return at.in_first(16) ? block::q5_k : block::q4_k;
        case file::q3_k_l: return block::q5_k;
        case file::iq3_m: return at.in_first(8) || (at.eight_experts() && at.favoured()) ? block::q4_k : base;
        case file::q4_k_s:
        case file::iq4_nl:
        case file::iq4_xs: return at.in_first(8) ? block::q5_k : base;
        case file::q4_k_m:
        case file::q5_k_m: return at.favoured() ? block::q6_k : base;
        default: return base;
    }
}

/// `t`, or what replaces it where rows of `columns` are not a whole number of its blocks.
constexpr block fitting(block t, long long columns) {
    if (fills_rows(t, columns)) return t;
    const block smaller_blocks = t == block::q4_k   ? block::q5_0
                                 : t == block::q5_k ? block::q5_1
                                 : t == block::q6_k ? block::q8_0
                                                    : block::iq4_nl;
    return fills_rows(smaller_blocks, columns) ? smaller_blocks : block::f16;
}

constexpr block wanted_type(file f, gguf_tensor t, const gguf_place& at, long long columns) {
    const block base = base_of(f);
    if (f == file::mxfp4_moe) return at.expert_tensor ? block::mxfp4 : base;
    if (f <= file::bf16) return base;
    if (t == gguf_tensor::output) return output_type(f, base, columns);
    if (t == gguf_tensor::token_embedding) return embedding_type(f, base);
    if (is_smallest(f)) return smallest_type(f, t, at, base);
    switch (t) {
        case gguf_tensor::value: {
            if (at.eight_experts()) return block::q8_0;
            const block wanted = value_type(f, at, base);
            return at.is_70b() && (wanted == block::q3_k || wanted == block::q4_k) ? block::q5_k : wanted;
        }
        case gguf_tensor::key: return at.eight_experts() ? block::q8_0 : query_or_key_type(f, base);
        case gguf_tensor::query: return query_or_key_type(f, base);
        case gguf_tensor::fused_query_key_value: return fused_type(f, base);
        case gguf_tensor::attention_output: return attention_output_type(f, at, base);
        case gguf_tensor::down: return down_type(f, at, base);
        case gguf_tensor::gate_or_up:
            return f == file::iq3_xs && !at.in_first(8) && !at.in_last_eighth() ? block::iq3_xxs : base;
        default: return base;
    }
}
}  // namespace detail::gguf

/// The type of tensor `t` with rows of `columns`, at its place in a model. Evidence: tests/model/gguf_test.cpp.
constexpr gguf_type tensor_type(gguf_file_type f, gguf_tensor t, const gguf_place& at, long long columns) {
    return detail::gguf::fitting(detail::gguf::wanted_type(f, t, at, columns), columns);
}
}  // namespace gambrel
