// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The rows of kernels/gemm.csv that the GEMM laws are fitted on, by chip, number format and kernel library.
///
/// Left out: vLLM's fp8_block, which was timed eagerly (50 to 350 us of host time), and rows whose weights stay in the
/// last-level cache.

#include <gambrel/calibration/timing_loop.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/operators/gemm.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/roofline/roof.hpp>
#include <map>

#include "report.hpp"

namespace gemm_rows {

using namespace gambrel;

struct group_key {
    gambrel::chip chip;
    multiply_law law;
    kernel_library library;
    auto operator<=>(const group_key&) const = default;
};
/// One measured product and its times at full peak and bandwidth, in seconds.
struct shape {
    double m, n, k, flop, bytes, conversion, measured;
    bool beyond_cache;  ///< weights and activations together exceed 1.2 of the last-level cache
    multiply issue;
    const clock_law* clock;
    double work, traffic;  ///< flop and bytes
};
struct group {
    std::vector<shape> shapes;
    double floor = 1.0;      ///< the fastest row of the table, whatever its shape
    bool in_engine = false;  ///< timed inside a TensorRT engine
};
using groups = std::map<group_key, group>;

struct law_text {
    multiply_law law;
    const char *code, *title;
};
inline constexpr law_text law_texts[] = {{multiply_law::bits_16, "multiply_law::bits_16", "16 bit"},
                                         {multiply_law::fp8, "multiply_law::fp8", "fp8"},
                                         {multiply_law::fp8_block, "multiply_law::fp8_block", "fp8, block scales"},
                                         {multiply_law::fp4, "multiply_law::fp4", "nvfp4"},
                                         {multiply_law::int8, "multiply_law::int8", "int8"},
                                         {multiply_law::weight_only, "multiply_law::weight_only", "weight-only"}};
inline const law_text& text_of(multiply_law l) {
    return *std::find_if(std::begin(law_texts), std::end(law_texts), [&](const law_text& t) { return t.law == l; });
}

/// The timing loops rotate 5 (TensorRT-LLM) or 6 copies of the weights: those are read from memory once the copies
/// exceed the cache, whatever one of them measures. The copies of TensorRT-LLM on the L40S show no such effect.
inline bool weights_from_memory(chip c, kernel_library l, const bytes<>& weights, const bytes<>& cache) {
    const double copies = l != kernel_library::tensorrt_llm ? 6.0 : c == chip::l40s ? 1.0 : 5.0;
    return copies * weights > 1.5 * cache;
}

/// Of every measured chip; without constants where it is held at no clock.
inline std::map<chip, clock_law> clock_laws() {
    std::map<chip, clock_law> laws;
    for (std::size_t i = 1; i < chip_count; ++i) {
        const auto c = static_cast<chip>(i);
        laws[c] = default_calibration(device_named(board_of(c))).clock;
    }
    return laws;
}

inline groups read(const std::string& data) {
    const std::map<std::string, storage_format> formats{
        {"bfloat16", formats::bf16}, {"fp8", formats::fp8},       {"fp8_block", formats::fp8_block},
        {"nvfp4", formats::nvfp4},   {"int8_wo", formats::w8a16}, {"int4_wo", formats::int4_g128},
        {"sq", formats::int8}};
    static const std::map<chip, clock_law> clocks = clock_laws();
    groups all;
    kernel_table t(data + "/kernels/gemm.csv");
    while (t.next()) {
        const auto format = formats.find(t.text("gemm_dtype"));
        if (format == formats.end()) continue;
        const storage_format& f = format->second;
        const multiply_law law = law_of(f.issue, is_weight_only(f), is_block_scaled(f));
        if (t.library() == kernel_library::vllm && law == multiply_law::fp8_block) continue;
        group& g = all[{t.chip(), law, t.library()}];
        g.floor = std::min(g.floor, t.latency().value());
        g.in_engine = t.text("kernel_source").starts_with("trt_flow");
        const double m = t.number("m"), n = t.number("n"), k = t.number("k");
        if (n < 512 || k < 512) continue;
        const device<>& d = device_named(board_of(t.chip()));
        const matrix x{matrix_role::down, weight_part::feed_forward, split::none, static_cast<count>(n),
                       static_cast<count>(k)};
        const operation op = gemm(x, m, 1, 1, f);
        const bytes<> cache = d.cache.capacity.value;
        const bool beyond = op.traffic() > 1.2 * cache;
        if (!beyond && !weights_from_memory(t.chip(), t.library(), op.weights, cache)) continue;
        const byte_rate<> bandwidth = d.memory.bandwidth.value;
        g.shapes.push_back({m, n, k, (op.work / native_peak(d, f.issue).value).value(),
                            (op.streamed() / bandwidth).value(), (op.conversion / bandwidth).value(),
                            t.latency().value(), beyond, f.issue, &clocks.at(t.chip()), op.work.value(),
                            op.streamed().value()});
    }
    return all;
}
}  // namespace gemm_rows
