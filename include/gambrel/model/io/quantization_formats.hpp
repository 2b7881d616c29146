// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The storage format that a quantisation method of a config.json names: bits, scales as they are stored, and the
/// arithmetic that multiplies it. Which parts of a model it applies to: quantization_config.hpp.
/// See docs/models/weight-formats.md. Evidence: tests/model/io/quantization_config_test.cpp.

#include <gambrel/model/io/config_reader.hpp>
#include <gambrel/model/weight_format.hpp>
#include <gambrel/names.hpp>

namespace gambrel::hugging_face {

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
        } else if (bits == 8 && size > 0 && size != 32) {
            f.block_rows = 1.0;
            f.block_columns = static_cast<double>(size);
            f.scale_bits = 16.0;
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
    fail_unknown("quant_algo", algorithm, known);
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

/// A format from the name of its type, as torchao, Quanto and Quark write it; the name says the width.
inline storage_format named_format(std::string_view name, count group) {
    const auto says = [&](std::string_view part) { return contains_name(name, part); };
    storage_format f = formats::fp8;
    if (says("nvfp4")) f = formats::nvfp4;
    else if (says("float4") || says("fp4")) f = formats::mxfp4;
    else if (says("mxdynamic") || says("mxfp8")) f = formats::mxfp8;
    else if (says("int4")) f = grouped_integers(4, group, 4);
    else if (says("float8") || says("fp8") || says("fp8_e4m3")) f = formats::fp8;
    else if (says("int8_dynamic") || says("int8_weight_int8") || says("int8dynamic")) f = formats::int8;
    else if (says("int8")) f = formats::w8a16;
    else fail("the quantisation type " + shown(name) + " is not supported; int4, int8, float8, nvfp4 and MX are");
    if (says("weightonly") || says("weight_only")) f.issue = multiply::as_16_bit;
    return f;
}

/// torchao: quant_type is a name, or {"default": {"_type": name, "_data": {"group_size": ...}}}.
inline storage_format torchao_format(const config_reader& q) {
    const json* type = q.find("quant_type");
    if (!type) fail(q.path("quant_type") + " is missing; it must name torchao's type");
    if (type->is_string())
        return named_format(type->get<std::string>(), group_size(q.child("quant_type_kwargs"), group_size(q, 128)));
    const config_reader types = q.child("quant_type");
    for (const std::string& module : types.members())
        if (module != "default" && module != "_type" && module != "_version" && module != "_data")
            fail(types.path(module.c_str()) + " gives one module a type of its own, which is not supported");
    const config_reader one = types.has("default") ? types.child("default") : types;
    std::string name = one.text("_type", "");
    const config_reader data = one.child("_data");
    if (const json* weight = data.find("weight_dtype")) name += " " + weight->dump();
    return named_format(name, group_size(data, 128));
}

/// HQQ: a 16-bit scale and zero point per group; the widths are nested where HQQ itself wrote the file.
inline storage_format hqq_format(const config_reader& q) {
    const config_reader nested = q.child("quant_config");
    const config_reader w = nested.empty() ? q : nested.child("weight_quant_params");
    if (!nested.empty() && w.empty())
        fail(nested.path("weight_quant_params") + " is missing; a width for each module is not supported");
    return grouped_integers(w.whole({"nbits", "bits"}, bit_counts), group_size(w, 64), 16);
}

/// QuIP#: codebooks of 2, 3 and 4 bits (arXiv 2402.04396); its scales are vectors, too few to count.
inline storage_format quip_format(const config_reader& q) {
    const std::string codebook = q.text("codebook", "");
    for (const auto& [name, bits] : {std::pair{"E8P12", 2.0}, {"E8P12RVQ3B", 3.0}, {"E8P12RVQ4B", 4.0}})
        if (codebook == name) return {.name = "quip", .bits = bits};
    fail(q.path("codebook") + " is " + shown(codebook) + "; E8P12, E8P12RVQ3B and E8P12RVQ4B are known");
}

/// Methods whose stored size a config.json does not tell.
inline void refuse_unsized(const config_reader& q, std::string_view method) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> unsized{
        {{"vptq", "a codebook for each layer"},
         {"spqr", "outliers stored beside the weights"},
         {"gguf", "a type for each tensor; name the file type with --weights"}}};
    for (const auto& [name, what] : unsized)
        if (method == name)
            fail(q.path("quant_method") + " is " + shown(method) + ": " + std::string(what) + "; it is not supported");
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
    if (method == "auto-round" || method == "intel/auto-round") {
        if (const std::string type = q.text("data_type", "int"); type != "int") return named_format(type, 32);
        const count bits = q.whole("bits", bit_counts, 4);
        return grouped_integers(bits, group_size(q, 128), bits);
    }
    if (method == "hqq") return hqq_format(q);
    if (method == "quip") return quip_format(q);
    if (method == "higgs")  // FLUTE's tables: a 16-bit scale per group
        return grouped_integers(q.whole("bits", bit_counts, 4), group_size(q, 256), 0);
    if (method == "fp_quant") return q.text("forward_dtype", "mxfp4") == "nvfp4" ? formats::nvfp4 : formats::mxfp4;
    if (method == "exl2" || method == "exl3") {  // an average width, scales included
        const double bits = q.number("bits", 1.0, 16.0, 0.0);
        if (bits == 0.0) fail(q.path("bits") + " is missing; it must be the average width");
        return {.name = std::string_view(method), .bits = bits};
    }
    if (method == "bitnet") {  // three values packed into 2 bits, multiplied by 8-bit integers
        if (q.text("quantization_mode", "offline") != "offline")
            fail(q.path("quantization_mode") +
                 " is online: the weights are stored in 16 bit and packed when loaded; "
                 "it is not supported");
        return {.name = "bitnet", .bits = 2.0, .issue = multiply::as_8_bit_integer};
    }
    if (method == "mxfp4") return formats::mxfp4;
    if (method == "bitsandbytes") return bitsandbytes_format(q);
    if (method == "fbgemm_fp8") return formats::fp8;
    if (method == "eetq") return formats::w8a16;
    if (method == "quanto") return named_format(q.text("weights", "int8"), 128);
    if (method == "torchao") return torchao_format(q);
    if (method == "aqlm") {
        const count codebooks = q.whole("num_codebooks", {1, 16}, 1);
        const double bits = static_cast<double>(codebooks * q.whole("nbits_per_codebook", {1, 32}, 16)) /
                            static_cast<double>(q.whole("in_group_size", {1, 1024}, 8));
        return {.name = "aqlm", .bits = bits};
    }
    if (method == "quark") {
        const config_reader w = q.child("global_quant_config").child("weight");
        return named_format(w.text("dtype", "fp8_e4m3"), group_size(w, 128));
    }
    refuse_unsized(q, method);
    constexpr std::array<std::string_view, 21> known{"fp8",        "gptq",     "awq",          "compressed-tensors",
                                                     "mxfp4",      "modelopt", "bitsandbytes", "fbgemm_fp8",
                                                     "eetq",       "hqq",      "quanto",       "torchao",
                                                     "auto-round", "aqlm",     "quark",        "quip",
                                                     "higgs",      "fp_quant", "exl2",         "exl3",
                                                     "bitnet"};
    fail_unknown("quant_method", method, known);
}
}  // namespace gambrel::hugging_face
