// SPDX-License-Identifier: Apache-2.0
#pragma once
/// From a quantisation recipe to one storage format per part.
///
/// A recipe converts the linear layers of attention, MLP, experts and state layers; head, embedding and router stay
/// in the checkpoint's own 16 (or 32) bit unless the recipe names them, as does everything that its ignore list
/// names. A recipe that is not known is an error that names the key, never 16 bit. Scales are counted as they are stored: see docs/models/weight-formats.md.
/// Evidence: tests/model/io/quantization_config_test.cpp.

#include <algorithm>
#include <gambrel/model/io/module_names.hpp>
#include <gambrel/model/io/quantization_formats.hpp>

namespace gambrel::hugging_face {

/// The format of what is not converted: torch_dtype.
inline storage_format unconverted_format(const config_reader& text, const config_reader& root) {
    const key dtype{"torch_dtype", "dtype"};
    const std::string type = text.has(dtype) ? text.text(dtype, "")
                                             : root.text(dtype, "bfloat16", "what servers load where nothing is said");
    if (type == "float32" || type == "torch.float32") return formats::fp32;
    if (type == "float16" || type == "torch.float16" || type == "half") return formats::fp16;
    if (type == "bfloat16" || type == "torch.bfloat16" || type == "auto") return formats::bf16;
    fail("torch_dtype is " + shown(type) + "; it must be bfloat16, float16 or float32");
}

inline storage_format& format_of(weight_formats& w, weight_part p) {
    switch (p) {
        case weight_part::attention: return w.attention;
        case weight_part::feed_forward: return w.feed_forward;
        case weight_part::experts: return w.experts;
        case weight_part::shared_experts: return w.shared_experts;
        case weight_part::router: return w.router;
        case weight_part::head: return w.head;
        case weight_part::embedding: return w.embedding;
        case weight_part::state: return w.state;
        case weight_part::other: return w.other;
    }
    return w.other;
}

/// What the cache is to be kept in: kv_cache_scheme or kv_cache_quant_algo.
inline storage_format cache_format(const config_reader& q, const storage_format& otherwise) {
    std::string named = q.text("kv_cache_quant_algo", "");
    if (const json* scheme = q.find("kv_cache_scheme"); scheme && scheme->is_string()) {
        named = scheme->get<std::string>();
    } else if (scheme) {
        const config_reader s = q.child("kv_cache_scheme");
        const count bits = s.whole("num_bits", bit_counts, 8);
        named = s.text("type", "float") == "float" ? (bits == 4 ? "NVFP4" : "FP8") : "INT8";
    }
    if (named.empty()) return otherwise;
    if (named == "FP8") return formats::fp8;
    if (named == "NVFP4") return formats::nvfp4;
    if (named == "INT8") return formats::int8;
    fail(q.path("kv_cache_scheme") + " asks for " + shown(named) + "; FP8, NVFP4 and INT8 are known");
}

/// 2:4 sparse weights (compressed-tensors' sparse-24-bitmask and marlin-24): of each 4 values 2 are stored, and one bit
/// for each of the 4. The multiply is taken to be as long as that of the dense matrix.
inline storage_format half_of_the_values(storage_format f) {
    f.name = (f.name.str().substr(0, 11) + "_2of4").c_str();
    f.bits = f.bits / 2.0 + 1.0;
    return f;
}

/// Applies the sparsity_config of `q`, or the 2:4 layout that its format names, to what `modules` names.
inline void apply_sparsity(const config_reader& q, recipe_modules& modules, weight_formats& w,
                           const weight_formats& dense) {
    const std::string packing = q.text("format", "");
    const config_reader s = q.child("sparsity_config");
    const std::string format =
        s.text("format", packing == "marlin-24" || packing == "sparse-24-bitmask" ? packing : "dense");
    if (format == "dense") return;
    if (format != "sparse-24-bitmask" && format != "marlin-24")
        fail(s.path("format") + " is " + shown(format) +
             "; dense, sparse-24-bitmask and marlin-24 are known: the size of others depends on the values");
    const auto halve = [&](weight_part p) { format_of(w, p) = half_of_the_values(dense.of(p)); };
    const auto targets = s.texts("targets");
    for (const std::string& target : targets)
        if (target != "Linear") modules.for_each_match(module_pattern(target), halve);
    if (targets.empty() || std::find(targets.begin(), targets.end(), "Linear") != targets.end())
        for (weight_part p : {weight_part::attention, weight_part::feed_forward, weight_part::experts,
                              weight_part::shared_experts, weight_part::state})
            halve(p);
    for (const std::string& name : s.texts("ignore"))
        modules.for_each_match(module_pattern(name), [&](weight_part p) { format_of(w, p) = dense.of(p); });
}

/// MLX: integers of `bits` with a 16-bit scale and a 16-bit bias per group (mode "affine"), or an MX mode; embedding,
/// head and routers too. A module under its own name has its own widths, or is false and stays in `plain`.
inline weight_formats mlx_formats(const config_reader& q, const draft& d, const storage_format& plain) {
    const auto format = [](const config_reader& c, const config_reader& whole) {
        const std::string mode = c.text("mode", whole.text("mode", "affine"));
        for (const storage_format* f : {&formats::mxfp4, &formats::mxfp8, &formats::nvfp4})
            if (mode == f->name.view()) {
                storage_format g = *f;
                g.issue = multiply::as_16_bit;
                return g;
            }
        if (mode != "affine")
            fail(c.path("mode") + " is " + shown(mode) + "; affine, mxfp4, mxfp8 and nvfp4 are known");
        return grouped_integers(c.whole("bits", bit_counts), group_size(c, group_size(whole, 64)), 16);
    };
    weight_formats w;
    w.attention = w.feed_forward = w.experts = w.shared_experts = w.router = w.head = w.embedding = w.state =
        format(q, q);
    w.other = plain;
    recipe_modules modules(d);
    for (const std::string& name : q.members()) {
        if (name == "bits" || name == "group_size" || name == "mode" || name == "quant_method") continue;
        const json& v = *q.find(name.c_str());
        if (!v.is_object() && v != false)
            fail(q.path(name.c_str()) + " is " + described(v) + "; a module of MLX has an object, or false");
        const storage_format own = v.is_object() ? format(q.child(name.c_str()), q) : plain;
        modules.for_each_match(module_pattern(name), [&](weight_part p) { format_of(w, p) = own; });
    }
    return w;
}

/// Whether `q` is what MLX writes: widths without a method.
inline bool written_by_mlx(const config_reader& q) {
    return q.has("group_size") && q.has("bits") && !q.has("quant_algo") && !q.has("config_groups") &&
           (!q.has("quant_method") || q.text("quant_method", "") == "mlx");
}

/// GPTQModel's exceptions: "-:pattern" stays as it was; "+:pattern" with widths of its own is refused.
inline void apply_exceptions(const config_reader& q, recipe_modules& modules, weight_formats& w,
                             const storage_format& plain) {
    const config_reader dynamic = q.child("dynamic");
    for (const std::string& name : dynamic.members()) {
        if (name.substr(0, 2) != "-:")
            fail(dynamic.path(name.c_str()) + " gives modules widths of their own, which is not supported");
        modules.for_each_match(module_pattern("re:" + name.substr(2)), [&](weight_part p) { format_of(w, p) = plain; });
    }
    if (q.find("lm_head") && q.flag("lm_head", false)) w.head = w.attention;
}

/// Quark's layers with a format of their own.
inline void apply_quark_layers(const config_reader& q, recipe_modules& modules, weight_formats& w) {
    const config_reader layers = q.child("layer_quant_config");
    for (const std::string& name : layers.members()) {
        const config_reader weight = layers.child(name.c_str()).child("weight");
        if (weight.empty()) continue;
        const storage_format f = named_format(weight.text("dtype", "fp8_e4m3"), group_size(weight, 128));
        modules.for_each_match(module_pattern(name), [&](weight_part p) { format_of(w, p) = f; });
    }
}

/// Formats of every part of `d` under the recipe `q`; `plain` is the format of what is not converted.
inline weight_formats recipe_formats(const config_reader& q, const draft& d, const storage_format& plain) {
    weight_formats w;
    w.attention = w.feed_forward = w.experts = w.shared_experts = w.router = w.head = w.embedding = w.state = w.other =
        plain;
    recipe_modules modules(d);
    const auto convert_linear = [&](const storage_format& f) {
        w.attention = w.feed_forward = w.experts = w.shared_experts = w.state = f;
    };
    std::string method = q.text("quant_method", "");
    const std::string algorithm = q.text("quant_algo", "");
    if (method.empty() && !algorithm.empty()) method = "modelopt";
    if (method.empty() && q.has("config_groups")) method = "compressed-tensors";
    if (method.empty()) fail(q.path("quant_method") + " is missing; it must name the quantisation");

    if (const config_reader layers = q.child("quantized_layers"); !layers.empty()) {
        for (const std::string& name : layers.members()) {
            const config_reader one = layers.child(name.c_str());
            const storage_format f = modelopt_format(one.text("quant_algo", ""), group_size(one, 128));
            modules.for_each_match(module_pattern(name), [&](weight_part p) { format_of(w, p) = f; });
        }
    } else if (!algorithm.empty() && algorithm != "MIXED_PRECISION") {
        convert_linear(modelopt_format(algorithm, group_size(q, 128)));
    } else if (const config_reader groups = q.child("config_groups"); !groups.empty()) {
        for (const std::string& name : groups.members()) {
            const config_reader group = groups.child(name.c_str());
            const storage_format f = scheme_format(group);
            const auto targets = group.texts("targets");
            for (const std::string& target : targets) {
                if (target == "Linear") convert_linear(f);
                else modules.for_each_match(module_pattern(target), [&](weight_part p) { format_of(w, p) = f; });
            }
            if (targets.empty()) convert_linear(f);
        }
    } else if (method == "mxfp4") {
        w.experts = formats::mxfp4;
    } else if (method == "compressed-tensors" && q.has("sparsity_config")) {
        // sparse 16-bit values: nothing else is converted
    } else {
        convert_linear(single_format(q, method));
    }
    if (method == "exl2" || method == "exl3") w.head.bits = q.number({"lm_head_bits", "head_bits"}, 1.0, 16.0, 16.0);
    if (method == "gptq") apply_exceptions(q, modules, w, plain);
    if (method == "quark") apply_quark_layers(q, modules, w);
    if (method == "compressed-tensors") {
        const std::string packing = q.text("format", "dense");
        if (packing.find("quantized") == std::string::npos && packing != "dense" && packing != "mixed-precision" &&
            packing != "marlin-24" && packing != "sparse-24-bitmask" && packing != "sparse-bitmask")
            fail(q.path("format") + " is " + shown(packing) + ", which is not known");
        const weight_formats dense = w;
        apply_sparsity(q, modules, w, dense);
    }
    for (const char* list :
         {"ignore", "exclude", "exclude_modules", "modules_to_not_convert", "llm_int8_skip_modules", "skip_modules"})
        for (const std::string& name : q.texts(list))
            modules.for_each_match(module_pattern(name), [&](weight_part p) { format_of(w, p) = plain; });
    return w;
}

/// The keys of `c` that say how the weights are stored: those that are read, else an error that names the key.
inline const char* recipe_key(const config_reader& c) {
    const char* found = nullptr;
    for (const std::string& name : c.members()) {
        const json* v = c.find(name.c_str());
        if (!v || !contains_name(name, "quant") || v->is_boolean() || v->is_number()) continue;
        if (name == "quantization_config") found = "quantization_config";
        else if (name == "quantization") found = found ? found : "quantization";
        else if (!v->empty() && !contains_name(name, "kv"))
            fail(c.path(name.c_str()) + " may hold a quantisation recipe, which is not read; quantization_config, " +
                 "compression_config, quantization (MLX) and quip_params are");
    }
    if (!found && c.has("compression_config")) found = "compression_config";
    return found;
}

/// Fills `stored` and `kv_cache` of `d` from the recipe that the files carry, if any.
inline void read_quantization(const config_reader& text, const config_reader& root, draft& d) {
    const storage_format plain = unconverted_format(text, root);
    d.model.kv_cache = plain.bits > 16.0 ? formats::bf16 : plain;
    d.model.stored = linear_layers_in(plain);
    for (const config_reader* c : {&root, &text}) {
        if (c->has("quip_params")) {
            d.model.stored.attention = d.model.stored.feed_forward = d.model.stored.experts =
                quip_format(c->child("quip_params"));
            return;
        }
        const char* key = recipe_key(*c);
        if (!key) continue;
        const config_reader q = c->child(key);
        if (q.empty()) fail(c->path(key) + " is empty; it must name the quantisation");
        if (written_by_mlx(q)) {
            d.model.stored = mlx_formats(q, d, plain);
            return;
        }
        d.model.stored = recipe_formats(q, d, plain);
        d.model.kv_cache = cache_format(q, d.model.kv_cache);
        return;
    }
}
}  // namespace gambrel::hugging_face
