// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the names of a GGUF file's tensors say: the layer, the part of the model; and the formats of the parts.
/// Evidence: tests/model/io/gguf_header_test.cpp.

#include <gambrel/model/io/gguf_header.hpp>
#include <gambrel/numeric/read_number.hpp>

namespace gambrel::detail::gguf {

/// "blk.12.ffn_down_exps.weight" as 12 and "ffn_down_exps.weight"; -1 outside of layers.
struct tensor_place {
    long layer = -1;
    std::string_view what{};
};
inline tensor_place place_of(std::string_view name) {
    if (!name.starts_with("blk.")) return {-1, name};
    const std::size_t dot = name.find('.', 4);
    double n = -1.0;
    if (dot == std::string_view::npos || dot > 9)
        fail("the tensor " + printable(name) + " of the GGUF file is of no layer");
    const auto [end, problem] = read_number(name.data() + 4, name.data() + dot, n);
    if (problem != std::errc{} || end != name.data() + dot || n < 0.0)
        fail("the tensor " + printable(name) + " of the GGUF file is of no layer");
    return {static_cast<long>(n), name.substr(dot + 1)};
}
inline weight_part part_of(const tensor_place& p) {
    const auto has = [&](std::string_view word) { return p.what.find(word) != std::string_view::npos; };
    if (p.layer < 0)
        return p.what == "token_embd.weight" ? weight_part::embedding
               : p.what == "output.weight"   ? weight_part::head
                                             : weight_part::other;
    if (!has(".weight") || has("norm")) return weight_part::other;
    if (has("_exps")) return weight_part::experts;
    if (has("_shexp")) return weight_part::shared_experts;
    if (has("ffn_gate_inp")) return weight_part::router;
    if (has("ffn_")) return weight_part::feed_forward;
    return has("attn_") ? weight_part::attention : weight_part::other;
}

/// Formats of all parts, each at the average bits of its tensors.
inline weight_formats formats_of(const gguf_header& h) {
    struct sum {
        double bytes = 0, elements = 0, largest = 0;
        gguf_type type = gguf_type::f16;
    };
    per_part<sum> sums;
    for (const gguf_tensor_info& t : h.tensors) {
        sum& s = sums.of(part_of(place_of(t.name)));
        s.bytes += t.bytes();
        s.elements += t.elements();
        if (t.elements() > s.largest) s.largest = t.elements(), s.type = t.type;
    }
    weight_formats formats;
    for (const weight_part p : all_weight_parts) {
        const sum& s = sums.of(p);
        storage_format f{.name = block_of(s.type).name, .bits = s.elements > 0.0 ? 8.0 * s.bytes / s.elements : 16.0};
        f.gguf = true;
        formats.of(p) = f;
    }
    return formats;
}
}  // namespace gambrel::detail::gguf
