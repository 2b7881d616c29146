// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The measured mixtures of experts of fit_kernels: kernels/moe.csv by chip, weight format and library, as what each
/// row asks at full peak and bandwidth.

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/roof.hpp>
#include <map>
#include <tuple>

#include "drawn_load.hpp"
#include "report.hpp"

namespace mixtures {

using namespace gambrel;

struct group_key {
    gambrel::chip chip;
    expert_format format;
    kernel_library library;
    auto operator<=>(const group_key&) const = default;
};
/// What one layer asks at full peak and bandwidth, in seconds.
struct demand {
    double compute = 0, weights = 0, activations = 0, routed = 0;
};
struct row {
    demand drawn;   ///< under the loads of the measurement, drawn
    demand closed;  ///< under those that operators/experts.hpp expects
    double measured = 0;
    int fold = 0;
};
using group = std::vector<row>;
using groups = std::map<group_key, group>;
inline constexpr int folds = 4;

struct format_text {
    expert_format format;
    const char *code, *title;
};
inline constexpr format_text format_texts[] = {
    {expert_format::bits_16, "expert_format::bits_16", "16 bit"},
    {expert_format::fp8, "expert_format::fp8", "fp8"},
    {expert_format::fp8_block, "expert_format::fp8_block", "fp8, block scales"},
    {expert_format::int4, "expert_format::int4", "int4 weight-only"},
    {expert_format::mxfp4, "expert_format::mxfp4", "mxfp4"},
    {expert_format::nvfp4, "expert_format::nvfp4", "nvfp4"}};
inline const format_text& text_of(expert_format f) { return format_texts[static_cast<std::size_t>(f)]; }

inline demand demand_of(const operation& op, const device<>& d) {
    const auto& native = native_peak(d, op.issue);
    const flop_rate<> peak = (native.known() ? native : native_peak(d, multiply::as_16_bit)).value;
    const byte_rate<> bandwidth = d.memory.bandwidth.value;
    return {(op.work / peak).value(), (op.weights / bandwidth).value(), (op.activations / bandwidth).value(),
            (op.routed / bandwidth).value()};
}
inline double exponent_of(const std::string& distribution) {
    return distribution == "balanced" ? 0.0 : std::stod(distribution.substr(std::string("power_law_").size()));
}
/// gpt-oss weights are multiplied with 8-bit activations where a library has that (Blackwell), else in 16 bit.
inline bool multiplies_mxfp4_in_8_bit(chip c) { return c == chip::b200 || c == chip::gb200 || c == chip::rtx_pro_6000; }

/// vLLM's per-tensor fp8 on Hopper was timed with kernels that TensorRT-LLM's rows show five times faster on the same
/// chip: an untuned choice of the collector, which vLLM makes at start-up.
inline bool is_untuned(const kernel_table& t) {
    return t.library() == kernel_library::vllm && (t.chip() == chip::h100 || t.chip() == chip::h200);
}

/// SGLang on Blackwell runs FlashInfer's TensorRT-LLM kernels, and Triton for models whose routing these do not have
/// (Mixtral, MiniMax-M2): three times slower at few tokens. One law is of one kernel, and the former serve the models
/// that are deployed there.
inline bool is_fallback(const kernel_table& t) {
    return t.library() == kernel_library::sglang && (t.chip() == chip::b200 || t.chip() == chip::gb200) &&
           t.text("kernel_source") == "sglang_fused_moe_triton";
}

inline groups read(const std::string& data) {
    const std::map<std::string, storage_format> formats{
        {"bfloat16", formats::bf16},     {"fp8", formats::fp8},           {"fp8_block", formats::fp8_block},
        {"int4_wo", formats::int4_g128}, {"w4a16_mxfp4", formats::mxfp4}, {"w4a8_mxfp4_mxfp8", formats::mxfp4},
        {"nvfp4", formats::nvfp4}};
    groups all;
    std::map<std::tuple<int, int, int, int, double>, expert_load> drawn;
    const load_drawer draw;
    kernel_table t(data + "/kernels/moe.csv");
    while (t.next()) {
        const std::string& name = t.text("moe_dtype");
        if ((name == "fp8" && is_untuned(t)) || is_fallback(t)) continue;
        if (t.text("kernel_source").find("_as_") != std::string::npos) continue;  // timed with a stand-in activation
        if (name == "bfloat16" && t.text("kernel_source") == "sglang_flashinfer_cutlass_moe")
            continue;  // ungated, other kernels
        const auto format = formats.find(name);
        if (format == formats.end()) continue;
        const storage_format& f = format->second;
        const bool no_8_bit = t.chip() == chip::rtx_pro_6000 && t.library() != kernel_library::tensorrt_llm;
        if (name == "w4a16_mxfp4" && multiplies_mxfp4_in_8_bit(t.chip()) && !no_8_bit) continue;

        const int tokens = static_cast<int>(t.number("num_tokens")),
                  experts = static_cast<int>(t.number("num_experts")), top_k = static_cast<int>(t.number("topk")),
                  ranks = static_cast<int>(t.number("moe_ep_size"));
        const double hidden = t.number("hidden_size"), width = t.number("inter_size"), cut = t.number("moe_tp_size"),
                     exponent = exponent_of(t.text("distribution"));
        experts_block e{.experts = experts, .top_k = top_k, .width = static_cast<count>(width)};
        e.gated = top_k != 22 && hidden != 2688;  // Nemotron 3 has no gate
        const auto key = std::tuple(tokens, experts, top_k, ranks, exponent);
        if (!drawn.contains(key)) drawn[key] = draw(tokens, experts, top_k, ranks, exponent);
        const expert_load load = drawn[key];
        const expert_load closed =
            exponent == 0.0
                ? load
                : busiest_load(experts, top_k, tokens, ranks, load_drawer::variation(tokens, experts, top_k, exponent));
        const device<>& d = device_named(board_of(t.chip()));
        const operation op = expert_products(e, hidden, load, tokens, cut, f);
        if (!(op.traffic() > 1.2 * d.cache.capacity.value)) continue;  // partly in the last-level cache
        const int fold = (held_out({tokens * 1.0, hidden, width, cut}) ? 2 : 0) +
                         (held_out({ranks * 1.0, width, tokens * 1.0, experts * 1.0, 100 * exponent}) ? 1 : 0);
        all[{t.chip(), expert_format_of(f), t.library()}].push_back(
            {demand_of(op, d), demand_of(expert_products(e, hidden, closed, tokens, cut, f), d), t.latency().value(),
             fold});
    }
    return all;
}
}  // namespace mixtures
