// SPDX-License-Identifier: Apache-2.0
#pragma once
/// From a quantisation recipe to one storage format per part.
///
/// A recipe converts the linear layers of attention, MLP, experts and state layers; head, embedding and router stay
/// in the checkpoint's own 16 (or 32) bit unless the recipe names them, as does everything that its ignore list
/// names. Scales are counted as they are stored: see docs/models/weight-formats.md.
/// Evidence: tests/model/io/quantization_config_test.cpp.

#include <gambrel/model/io/module_names.hpp>
#include <gambrel/model/io/quantization_formats.hpp>

namespace gambrel::hugging_face {

/// The format of what is not converted: torch_dtype.
inline storage_format unconverted_format(const config_reader& text, const config_reader& root) {
    const std::string type = text.text({"torch_dtype", "dtype"}, root.text({"torch_dtype", "dtype"}, "bfloat16"));
    if (type == "float32" || type == "torch.float32") return formats::fp32;
    if (type == "float16" || type == "torch.float16" || type == "half") return formats::fp16;
    return formats::bf16;
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
    } else {
        convert_linear(single_format(q, method));
    }
    for (const char* list : {"ignore", "exclude_modules", "modules_to_not_convert", "llm_int8_skip_modules"})
        for (const std::string& name : q.texts(list))
            modules.for_each_match(module_pattern(name), [&](weight_part p) { format_of(w, p) = plain; });
    return w;
}

/// Fills `stored` and `kv_cache` of `d` from the recipe that the files carry, if any.
inline void read_quantization(const config_reader& text, const config_reader& root, draft& d) {
    const storage_format plain = unconverted_format(text, root);
    d.model.kv_cache = plain.bits > 16.0 ? formats::bf16 : plain;
    d.model.stored = linear_layers_in(plain);
    for (const config_reader* c : {&root, &text})
        for (const char* name : {"quantization_config", "compression_config"})
            if (c->has(name)) {
                const config_reader q = c->child(name);
                d.model.stored = recipe_formats(q, d, plain);
                d.model.kv_cache = cache_format(q, d.model.kv_cache);
                return;
            }
}
}  // namespace gambrel::hugging_face
