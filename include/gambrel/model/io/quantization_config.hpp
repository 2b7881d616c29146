// SPDX-License-Identifier: Apache-2.0
#pragma once
/// From a quantisation recipe to one storage format per part.
///
/// A recipe converts the linear layers of attention, MLP, experts and state layers; head, embedding and router stay
/// in the checkpoint's own 16 (or 32) bit unless the recipe names them, as does everything that its ignore list
/// names. Scales are counted as they are stored: see docs/models/weight-formats.md.
/// Evidence: tests/model/io/quantization_config_test.cpp.

#include <gambrel/detail/nearest_names.hpp>
#include <gambrel/model/io/module_names.hpp>

namespace gambrel::hugging_face {

/// The format of what is not converted: torch_dtype.
inline storage_format unconverted_format(const config_reader& text, const config_reader& root) {
    const std::string type = text.text({"torch_dtype", "dtype"}, root.text({"torch_dtype", "dtype"}, "bfloat16"));
    if (type == "float32" || type == "torch.float32") return formats::fp32;
    if (type == "float16" || type == "torch.float16" || type == "half") return formats::fp16;
    return formats::bf16;
}

inline constexpr whole_range bit_counts{1, 16};

/// Columns of the reduction that share a scale; -1 means a whole channel, too few scales to count.
inline count group_size(const config_reader& c, count otherwise) {
    return c.whole({"group_size", "q_group_size"}, {-1, 1 << 16}, otherwise);
}

/// Integers of `bits` with a 16-bit scale per group (and a zero point of `zero_bits`), multiplied in 16 bit.
inline storage_format grouped_integers(count bits, count group, count zero_bits) {
    storage_format f;
    f.name = group > 0 ? ("int" + std::to_string(bits) + "_g" + std::to_string(group)).c_str()
                       : ("int" + std::to_string(bits)).c_str();
    f.bits = static_cast<double>(bits);
    if (group > 0) {
        f.block_rows = 1.0;
        f.block_columns = static_cast<double>(group);
        f.scale_bits = static_cast<double>(16 + zero_bits);
    }
    return f;
}

/// One group of a compressed-tensors or ModelOpt recipe: its weights, and whether activations are narrow too.
inline storage_format scheme_format(const config_reader& group) {
    const config_reader w = group.child("weights"), a = group.child("input_activations");
    const count bits = w.whole("num_bits", bit_counts);
    const std::string type = w.text("type", "int"), strategy = w.text("strategy", "");
    const count size = group_size(w, -1);
    const count input_bits = a.whole("num_bits", bit_counts, 16);
    if (type == "float") {
        storage_format f =
            bits == 4 ? (size == 32 ? formats::mxfp4 : formats::nvfp4) : (size == 32 ? formats::mxfp8 : formats::fp8);
        if (bits != 4 && bits != 8)
            fail(w.path("num_bits") + " is " + std::to_string(bits) + "; a float weight has 4 or 8");
        if (const auto block = w.wholes("block_structure", {1, 1 << 16}); bits == 8 && block.size() == 2) {
            f = formats::fp8_block;
            f.block_rows = static_cast<double>(block[0]);
            f.block_columns = static_cast<double>(block[1]);
        }
        if (input_bits > 8) f.issue = multiply::as_16_bit;
        else if (input_bits == 8) f.issue = multiply::as_8_bit_float;
        return f;
    }
    if (type != "int") fail(w.path("type") + " is " + shown(type) + "; it must be int or float");
    if (bits == 8 && size <= 0) return input_bits <= 8 ? formats::int8 : formats::w8a16;
    storage_format f = grouped_integers(bits, strategy == "channel" || strategy == "tensor" ? -1 : size,
                                        w.flag("symmetric", true) ? 0 : bits);
    if (input_bits <= 8)
        f.issue = a.text("type", "int") == "float" ? multiply::as_8_bit_float : multiply::as_8_bit_integer;
    return f;
}

/// The formats that ModelOpt names.
inline storage_format modelopt_format(std::string_view algorithm, count group) {
    if (algorithm == "FP8" || algorithm == "FP8_PER_CHANNEL_PER_TOKEN") return formats::fp8;
    if (algorithm == "FP8_PB_WO" || algorithm == "FP8_PB_REAL") return formats::fp8_block;
    if (algorithm == "MXFP8") return formats::mxfp8;
    if (algorithm == "NVFP4" || algorithm == "NVFP4_AWQ") return formats::nvfp4;
    if (algorithm == "MXFP4" || algorithm == "W4A8_MXFP4_FP8") {
        storage_format f = formats::mxfp4;
        if (algorithm != "MXFP4") f.issue = multiply::as_8_bit_float;
        return f;
    }
    if (algorithm == "W4A16_NVFP4") {
        storage_format f = formats::nvfp4;
        f.issue = multiply::as_16_bit;
        return f;
    }
    if (algorithm == "W4A16_AWQ" || algorithm == "INT4_AWQ") return grouped_integers(4, group, 4);
    if (algorithm == "W4A8_AWQ") {
        storage_format f = grouped_integers(4, group, 0);
        f.issue = multiply::as_8_bit_float;
        return f;
    }
    if (algorithm == "W8A16") return formats::w8a16;
    if (algorithm == "INT8_SQ" || algorithm == "W8A8_SQ_PER_CHANNEL") return formats::int8;
    constexpr std::array<std::string_view, 9> known{"FP8",       "FP8_PB_WO", "NVFP4", "MXFP4",  "W4A16_NVFP4",
                                                    "W4A16_AWQ", "W4A8_AWQ",  "W8A16", "INT8_SQ"};
    detail::fail_unknown("quant_algo", algorithm, known);
}

/// bitsandbytes: 4 bits with an fp32 scale per 64, or an 8-bit one and an fp32 per 256 of those (double quantisation).
inline storage_format bitsandbytes_format(const config_reader& q) {
    if (!q.flag({"load_in_4bit", "_load_in_4bit"}, false)) return formats::w8a16;
    storage_format f = formats::nf4;
    if (q.flag("bnb_4bit_use_double_quant", false)) {
        f.name = "nf4_double";
        f.scale_bits = 8.0 + 32.0 / 256.0;
    }
    return f;
}

/// torchao names its types in a text or in nested objects; the name says the width.
inline storage_format named_format(std::string_view name, count group) {
    const auto says = [&](std::string_view part) { return detail::contains_name(name, part); };
    if (says("float8") || says("fp8")) return formats::fp8;
    if (says("int4") || says("uint4")) return grouped_integers(4, group, 4);
    if (says("int8_dynamic") || says("int8_weight_int8")) return formats::int8;
    if (says("int8")) return formats::w8a16;
    fail("the quantisation type " + shown(name) + " is not supported; int4, int8 and float8 are");
}

/// The format that the whole recipe uses where it has only one.
inline storage_format single_format(const config_reader& q, std::string_view method) {
    if (method == "fp8") {
        const auto block = q.wholes("weight_block_size", {1, 1 << 16});
        if (block.size() != 2) return formats::fp8;
        storage_format f = formats::fp8_block;
        f.block_rows = static_cast<double>(block[0]);
        f.block_columns = static_cast<double>(block[1]);
        return f;
    }
    if (method == "gptq") {
        const count bits = q.whole({"bits", "w_bit"}, bit_counts, 4);
        return grouped_integers(bits, group_size(q, 128), bits);
    }
    if (method == "awq") {
        const count bits = q.whole({"bits", "w_bit"}, bit_counts, 4);
        return grouped_integers(bits, group_size(q, 128), q.flag("zero_point", true) ? bits : 0);
    }
    if (method == "auto-round" || method == "intel/auto-round" || method == "hqq") {
        const count bits = q.whole({"bits", "nbits"}, bit_counts, 4);
        return grouped_integers(bits, group_size(q, 128), bits);
    }
    if (method == "mxfp4") return formats::mxfp4;
    if (method == "bitsandbytes") return bitsandbytes_format(q);
    if (method == "fbgemm_fp8") return formats::fp8;
    if (method == "eetq") return formats::w8a16;
    if (method == "quanto") return named_format(q.text("weights", "int8"), 128);
    if (method == "torchao") {
        const json* type = q.find("quant_type");
        return named_format(type && type->is_string() ? type->get<std::string>() : (type ? type->dump() : ""),
                            group_size(q, 128));
    }
    if (method == "aqlm") {
        const count codebooks = q.whole("num_codebooks", {1, 16}, 1);
        const double bits = static_cast<double>(codebooks * q.whole("nbits_per_codebook", {1, 32}, 16)) /
                            static_cast<double>(q.whole("in_group_size", {1, 1024}, 8));
        return {.name = "aqlm", .bits = bits};
    }
    if (method == "quark") {
        const config_reader w = q.child("global_quant_config").child("weight");
        const std::string type = w.text("dtype", "fp8_e4m3");
        if (type == "fp4") return formats::mxfp4;
        return named_format(type, group_size(w, 128));
    }
    constexpr std::array<std::string_view, 15> known{
        "fp8", "gptq",   "awq",     "compressed-tensors", "mxfp4", "modelopt", "bitsandbytes", "fbgemm_fp8", "eetq",
        "hqq", "quanto", "torchao", "auto-round",         "aqlm",  "quark"};
    detail::fail_unknown("quant_method", method, known);
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
