// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A model as its GGUF file describes it, whatever the file is called: widths from the keys of its architecture,
/// formats from the types of its tensors (general.file_type and the name of a file lie about hand-made mixes).
///
///     A = general.architecture        A.block_count, A.embedding_length, A.attention.head_count ...: a number, or one a layer
///     kv heads absent: as heads       key_length absent: embedding / heads
///     no output.weight: tied          blk.N.: layer N; _exps: experts, _shexp: shared experts
///
/// Of files without tensors (vocabulary only) the widths alone are known: gates and tied heads are those of the family
/// (`without_tensors`), biases and norms of heads are left out; an architecture that is not among those is refused.
/// Validity: layers of softmax attention or latent attention with dense feed-forward parts or experts. Others
/// (recurrent, convolutional, encoders) are refused by the key or the tensor that says so, and so is a file whose
/// matrices are not those that its keys make (gguf_shapes.hpp), whatever its architecture is called. Split files are
/// read with all parts.
/// Evidence: tests/model/io/gguf_header_test.cpp.

#include <algorithm>
#include <gambrel/model/architecture.hpp>
#include <gambrel/model/io/gguf_families.hpp>
#include <gambrel/model/io/gguf_shapes.hpp>

namespace gambrel {

namespace detail::gguf {

/// Keys of one architecture.
class key_reader {
public:
    explicit key_reader(const gguf_header& h) : header_(h) {
        const gguf_value* a = h.find("general.architecture");
        if (!a || a->text.empty()) fail("the GGUF file has no general.architecture");
        prefix_ = a->text;
        if (prefix_.size() > 60 || !is_printable(prefix_)) fail("general.architecture of the GGUF file is no name");
    }
    const std::string& architecture() const { return prefix_; }
    const gguf_value* find(const std::string& key) const { return header_.find(prefix_ + "." + key); }
    bool has(const std::string& key) const { return find(key) != nullptr; }
    /// The number under `key`, of layer `layer` where there is one for each.
    count number(const std::string& key, std::size_t layer, count otherwise) const {
        const gguf_value* v = find(key);
        if (!v) return otherwise;
        if (!v->array && v->number) return whole(*v->number, key);
        if (v->array && layer < v->numbers.size()) return whole(v->numbers[layer], key);
        fail("the key " + prefix_ + "." + key + " of the GGUF file is neither a number nor one for each layer");
    }
    count number(const std::string& key) const {
        if (!has(key)) fail("the GGUF file has no " + prefix_ + "." + key);
        return number(key, 0, 0);
    }

private:
    count whole(double n, const std::string& key) const {
        if (!(n >= 0.0 && n <= 1e8) || n != std::floor(n))
            fail("the key " + prefix_ + "." + key + " of the GGUF file is " + std::to_string(n) +
                 ", which no count is");
        return static_cast<count>(n);
    }
    const gguf_header& header_;
    std::string prefix_;
};

/// Elements of each tensor, by its name.
using tensor_sizes = std::map<std::string, double, std::less<>>;

inline layer layer_of(const key_reader& k, const tensor_sizes& sizes, bool tensors, std::size_t i) {
    const auto elements = [&](const char* what) {
        const auto at = sizes.find("blk." + std::to_string(i) + "." + what);
        return at == sizes.end() ? 0.0 : at->second;
    };
    const auto in_layer = [&](const char* what) { return elements(what) > 0.0; };
    const count h = k.number("embedding_length");
    layer l;
    l.norm_parameters = 2 * h;
    if (k.has("attention.kv_lora_rank")) {
        latent_attention_block& a = l.latent;
        a.heads = k.number("attention.head_count", i, 0);
        a.query_rank = k.number("attention.q_lora_rank", i, 0);
        a.kv_rank = k.number("attention.kv_lora_rank");
        a.rope_dim = k.number("rope.dimension_count");
        const count key = k.number("attention.key_length_mla", i, k.number("attention.key_length", i, 0));
        a.nope_dim = key - a.rope_dim;
        a.value_dim = k.number("attention.value_length_mla", i, k.number("attention.value_length", i, 0));
        if (a.nope_dim < 1) fail("the GGUF file states latent attention without the width of a key");
    } else {
        attention_block& a = l.attention;
        a.query_heads = k.number("attention.head_count", i, 0);
        if (a.query_heads < 1)
            fail("the GGUF file states no attention heads in layer " + std::to_string(i) +
                 ": recurrent layers are not read");
        a.kv_heads = k.number("attention.head_count_kv", i, a.query_heads);
        a.head_dim = k.number("attention.key_length", i, h / a.query_heads);
        const count value = k.number("attention.value_length", i, a.head_dim);
        a.value_head_dim = value == a.head_dim ? 0 : value;
        a.rotary_dim = k.number("rope.dimension_count", i, a.head_dim);
        a.qkv_bias = in_layer("attn_q.bias") || in_layer("attn_qkv.bias");
        a.output_bias = in_layer("attn_output.bias");
        a.sinks = in_layer("attn_sinks.weight");
        if (in_layer("attn_q_norm.weight")) a.qk_norm = query_key_norm::per_head;
        if (const count window = k.number("attention.sliding_window", 0, 0); window > 0) {
            const gguf_value* pattern = k.find("attention.sliding_window_pattern");
            const bool every = !pattern || !pattern->array;
            const auto period =
                pattern && !pattern->array ? static_cast<std::size_t>(pattern->number.value_or(0.0)) : 0U;
            const bool slides = every ? period == 0 || (i + 1) % period != 0
                                      : i < pattern->numbers.size() && pattern->numbers[i] != 0.0;
            if (slides) {
                a.window = window;
                a.head_dim = k.number("attention.key_length_swa", i, a.head_dim);
                const count v = k.number("attention.value_length_swa", i, a.head_dim);
                a.value_head_dim = v == a.head_dim ? 0 : v;
                a.rotary_dim = k.number("rope.dimension_count_swa", i, a.rotary_dim);
            }
        }
    }
    const count experts = k.number("expert_count", i, 0), dense = k.number("leading_dense_block_count", 0, 0);
    const count width = k.number("feed_forward_length", i, 0);
    const bool gate_in_up = elements("ffn_up.weight") == 2.0 * static_cast<double>(h * width);
    const bool gated = !tensors ? facts_of(k.architecture()).gated
                                : in_layer("ffn_gate.weight") || in_layer("ffn_gate_exps.weight") ||
                                      in_layer("ffn_gate_up_exps.weight") || gate_in_up;
    if (experts > 0 && (tensors ? in_layer("ffn_down_exps.weight") : static_cast<count>(i) >= dense)) {
        experts_block& e = l.experts;
        e.experts = experts;
        e.top_k = k.number("expert_used_count");
        e.width = k.number("expert_feed_forward_length", i, width);
        e.gated = gated;
        e.bias = in_layer("ffn_down_exps.bias");
        e.router_bias = in_layer("exp_probs_b.bias") || in_layer("ffn_gate_inp.bias");
        e.shared_width =
            k.number("expert_shared_feed_forward_length", i, k.number("expert_shared_count", i, 0) * e.width);
        if (e.shared_width == 0) e.shared_width = static_cast<count>(elements("ffn_down_shexp.weight")) / h;
        e.shared_gate = in_layer("ffn_gate_inp_shexp.weight");
    } else {
        l.feed_forward = {.width = width, .gated = gated, .bias = in_layer("ffn_down.bias")};
    }
    return l;
}
}  // namespace detail::gguf

/// The model that `h` describes; `named`: what it is called where the file has no name.
inline architecture architecture_of(const gguf_header& h, const std::string& named = "gguf") {
    namespace g = detail::gguf;
    const g::key_reader k(h);
    for (const char* other :
         {"ssm.state_size", "ssm.conv_kernel", "wkv.head_size", "shortconv.l_cache", "attention.causal"})
        if (k.has(other))
            fail("the GGUF file is of the architecture " + k.architecture() + ", whose " + other + " is not read");
    architecture m;
    const gguf_value* name = h.find("general.name");
    const bool usable = name && !name->text.empty() && name->text.size() <= 80 && is_printable(name->text);
    m.name = std::string_view(usable ? name->text : named).substr(0, 80);
    m.family = std::string_view(k.architecture());
    m.hidden = k.number("embedding_length");
    const gguf_value* tokens = h.find("tokenizer.ggml.tokens");
    m.vocabulary = k.number("vocab_size", 0,
                            tokens ? static_cast<count>(std::min<std::uint64_t>(tokens->length, 100'000'000)) : 0);
    m.most_context = k.number("context_length", 0, 0);
    m.final_norm_parameters = m.hidden;
    const count layers = k.number("block_count") - k.number("nextn_predict_layers", 0, 0);
    if (layers < 1 || layers > 100'000) fail("the GGUF file states " + std::to_string(layers) + " layers");
    g::tensor_sizes sizes;
    std::set<long> seen;
    for (const gguf_tensor_info& t : h.tensors) {
        sizes[t.name] = t.elements();
        const g::tensor_place p = g::place_of(t.name);
        if (p.layer >= 0) seen.insert(p.layer);
        if (p.what.starts_with("ssm_") || p.what.starts_with("shortconv") || p.what.starts_with("time_mix"))
            fail("the tensor " + printable(t.name) + " of the GGUF file is of a recurrent layer, which is not read");
        if (t.name == "token_embd.weight" && t.dims.size() == 2) m.vocabulary = static_cast<count>(t.dims[1]);
    }
    const bool tensors = !h.tensors.empty();
    if (!tensors && !g::is_read(k.architecture()))
        fail("the GGUF file is of the architecture " + k.architecture() +
             ", which is not known, and has no tensors that would say what it is made of");
    if (tensors)
        for (long i = 0; i < layers; ++i)
            if (!seen.contains(i))
                fail("the GGUF file states " + std::to_string(layers) + " layers, but has no tensor of layer " +
                     std::to_string(i));
    m.tied_embedding = tensors ? !sizes.contains("output.weight") : g::facts_of(k.architecture()).tied;
    std::vector<layer_group> groups;
    std::vector<layer> all;
    for (std::size_t i = 0; i < static_cast<std::size_t>(layers); ++i) {
        const layer& l = all.emplace_back(g::layer_of(k, sizes, tensors, i));
        const auto same =
            std::find_if(groups.begin(), groups.end(), [&](const layer_group& x) { return x.layer == l; });
        if (same != groups.end()) ++same->layers;
        else groups.push_back({1, l});
        if (groups.size() > most_layer_groups) fail("the GGUF file has more than 12 kinds of layers");
    }
    if (tensors) g::check_tensors(h, all, m.hidden, m.vocabulary);
    for (const layer_group& x : groups) m.add(x.layers, x.layer);
    m.stored = g::formats_of(h);
    return checked(m);
}

namespace detail::gguf {
/// The header of the file at `path`, with the tensors of its other parts where it is split.
inline gguf_header whole_header(const std::filesystem::path& path) {
    gguf_header h = read_gguf_header(path);
    const gguf_value* parts = h.find("split.count");
    const double n = parts ? parts->number.value_or(0.0) : 0.0;
    const std::string own_name = path.filename().string();
    if (n > 1.0) {
        const std::size_t at = own_name.rfind("-of-");
        if (n > 1000.0 || at == std::string::npos || at < 6)
            fail(printable(path.string()) + ": the GGUF file is one of " + std::to_string(n) +
                 " parts, and is not called ...-00001-of-0000N.gguf");
        const double own = h.find("split.no") ? h.find("split.no")->number.value_or(0.0) : 0.0;
        if (own != 0.0)
            fail(printable(path.string()) +
                 ": the GGUF file is not the first of its parts, which holds the keys: take ...-00001" +
                 own_name.substr(at));
        for (int i = 2; i <= static_cast<int>(n); ++i) {
            const std::string digits = std::to_string(i);
            const std::string part = own_name.substr(0, at - 5) +
                                     std::string(5 - std::min<std::size_t>(5, digits.size()), '0') + digits +
                                     own_name.substr(at);
            std::error_code none;
            if (!std::filesystem::exists(path.parent_path() / part, none))
                fail(printable(path.string()) + ": the GGUF file is one of " + std::to_string(static_cast<int>(n)) +
                     " parts, and " + part + " is not beside it");
            gguf_header more = read_gguf_header(path.parent_path() / part);
            std::move(more.tensors.begin(), more.tensors.end(), std::back_inserter(h.tensors));
        }
    }
    return h;
}
}  // namespace detail::gguf

/// The model of the file at `path`; of a split one, with the tensors of its other parts, which must lie beside it.
/// Throws `error` naming the file.
inline architecture read_gguf(const std::filesystem::path& path) {
    const gguf_header h = detail::gguf::whole_header(path);
    try {
        return architecture_of(h, path.stem().string());
    } catch (const error& e) {
        fail(printable(path.string()) + ": " + e.what());
    }
}
}  // namespace gambrel
