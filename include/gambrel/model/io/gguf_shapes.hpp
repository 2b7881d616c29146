// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether the tensors of a GGUF file bear out what its keys say: in every layer each matrix has the elements that the
/// layer gives it, none is missing, and none is there that the layer has no part for.
///
///     attn_q  h x H d       attn_k  h x Hkv d       attn_v  h x Hkv dv       attn_output  H dv x h       attn_qkv  all three
///     ffn_gate, ffn_up  h x f      ffn_down  f x h      ffn_up of gate and up in one  h x 2 f
///     ..._exps  as these, of each expert                ..._shexp  of the shared ones         ffn_gate_inp  h x experts
///     latent attention: attn_q_a, attn_q_b, attn_kv_a_mqa, attn_kv_b or attn_k_b and attn_v_b
///
/// Elements are compared, for tools turn some matrices about; vectors (norms, biases, sinks) are not. A matrix without
/// a part is that of an architecture that is not read: its bytes and its time would be missed in silence.
/// Evidence: tests/model/io/gguf_header_test.cpp.

#include <gambrel/model/architecture.hpp>
#include <gambrel/model/io/gguf_tensors.hpp>

namespace gambrel::detail::gguf {

/// Elements of each matrix that a layer may have, by its name without ".weight".
inline std::map<std::string_view, double> matrices_of(const layer& l, count hidden) {
    const auto n = [](count x) { return static_cast<double>(x); };
    const double h = n(hidden);
    std::map<std::string_view, double> all;
    if (const latent_attention_block& a = l.latent; a.present()) {
        const double heads = n(a.heads), key = n(a.nope_dim + a.rope_dim), rank = n(a.kv_rank);
        if (a.query_rank > 0) {
            all["attn_q_a"] = h * n(a.query_rank);
            all["attn_q_b"] = n(a.query_rank) * heads * key;
        } else {
            all["attn_q"] = h * heads * key;
        }
        all["attn_kv_a_mqa"] = h * (rank + n(a.rope_dim));
        all["attn_kv_b"] = rank * heads * n(a.nope_dim + a.value_dim);
        all["attn_k_b"] = rank * heads * n(a.nope_dim);
        all["attn_v_b"] = rank * heads * n(a.value_dim);
        all["attn_output"] = heads * n(a.value_dim) * h;
    } else {
        const attention_block& b = l.attention;
        const double q = n(b.query_heads * b.head_dim), k = n(b.kv_heads * b.head_dim),
                     v = n(b.kv_heads * b.value_dim());
        all["attn_q"] = h * q;
        all["attn_k"] = h * k;
        all["attn_v"] = h * v;
        all["attn_qkv"] = h * (q + k + v);
        all["attn_output"] = n(b.query_heads * b.value_dim()) * h;
    }
    if (const experts_block& e = l.experts; e.present()) {
        const double each = h * n(e.width), shared = h * n(e.shared_width);
        all["ffn_gate_inp"] = h * n(e.experts);
        for (const char* name : {"ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"}) all[name] = n(e.experts) * each;
        all["ffn_gate_up_exps"] = 2.0 * n(e.experts) * each;
        if (shared > 0.0)
            for (const char* name : {"ffn_gate_shexp", "ffn_up_shexp", "ffn_down_shexp"}) all[name] = shared;
    } else {
        const double each = h * n(l.feed_forward.width);
        for (const char* name : {"ffn_gate", "ffn_up", "ffn_down"}) all[name] = each;
    }
    return all;
}

/// Matrices that a layer must have; of the names in a row one is enough.
inline std::vector<std::vector<std::string_view>> needed_matrices(const layer& l) {
    std::vector<std::vector<std::string_view>> all;
    if (l.latent.present()) all = {{"attn_q", "attn_q_b"}, {"attn_kv_a_mqa"}, {"attn_kv_b", "attn_k_b"}};
    else all = {{"attn_q", "attn_qkv"}, {"attn_k", "attn_qkv"}};
    all.push_back({"attn_output"});
    if (l.experts.present()) {
        all.push_back({"ffn_up_exps", "ffn_gate_up_exps"});
        all.push_back({"ffn_down_exps"});
    } else {
        all.push_back({"ffn_up"});
        all.push_back({"ffn_down"});
    }
    return all;
}

inline std::string shape_of(const gguf_tensor_info& t) {
    std::string text;
    for (const std::uint64_t d : t.dims) text += (text.empty() ? "" : " x ") + std::to_string(d);
    return text;
}
inline bool is_matrix(const gguf_tensor_info& t) {
    return t.elements() > static_cast<double>(t.dims[0]) && t.name.ends_with(".weight");
}

/// Throws `error` naming the first tensor of `h` that `layers`, which its keys describe, do not bear out.
inline void check_tensors(const gguf_header& h, const std::vector<layer>& layers, count hidden, count vocabulary) {
    std::vector<std::map<std::string_view, double>> expected;
    std::vector<std::set<std::string_view>> found(layers.size());
    for (const layer& l : layers) expected.push_back(matrices_of(l, hidden));
    const auto contradicts = [&](const gguf_tensor_info& t, double elements) {
        fail("the tensor " + printable(t.name) + " of the GGUF file is " + shape_of(t) + ", " +
             std::to_string(static_cast<std::uint64_t>(t.elements())) + " elements, where its keys say " +
             std::to_string(static_cast<std::uint64_t>(elements)));
    };
    std::set<std::size_t> gates;  // layers whose gate is a matrix of its own
    for (const gguf_tensor_info& t : h.tensors)
        if (const tensor_place p = place_of(t.name); p.layer >= 0 && p.what == "ffn_gate.weight")
            gates.insert(static_cast<std::size_t>(p.layer));
    for (const gguf_tensor_info& t : h.tensors) {
        const tensor_place p = place_of(t.name);
        if (p.layer < 0) {
            const double table = static_cast<double>(hidden) * static_cast<double>(vocabulary);
            if ((p.what == "token_embd.weight" || p.what == "output.weight") && t.elements() != table)
                contradicts(t, table);
            continue;
        }
        const auto at = static_cast<std::size_t>(p.layer);
        if (at >= layers.size() || !is_matrix(t) || p.what.find("norm") != std::string_view::npos) continue;  // of MTP
        const std::string_view what = p.what.substr(0, p.what.size() - std::string_view(".weight").size());
        const auto e = expected[at].find(what);
        if (e == expected[at].end())
            fail("the tensor " + printable(t.name) + " of the GGUF file is of a part that is not read");
        const bool with_gate = what == "ffn_up" && layers[at].feed_forward.gated && !gates.contains(at);
        const double elements = e->second * (with_gate ? 2.0 : 1.0);
        if (t.elements() != elements) contradicts(t, elements);
        found[at].insert(what);
    }
    for (std::size_t i = 0; i < layers.size(); ++i)
        for (const auto& names : needed_matrices(layers[i]))
            if (std::none_of(names.begin(), names.end(), [&](std::string_view n) { return found[i].contains(n); }))
                fail("the GGUF file has no blk." + std::to_string(i) + "." + std::string(names.front()) + ".weight");
}
}  // namespace gambrel::detail::gguf
