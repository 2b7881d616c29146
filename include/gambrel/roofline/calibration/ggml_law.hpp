// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency law of ggml's kernels (llama.cpp), which multiply weights as GGUF keeps them: one kernel for a few
/// vectors, which streams the weights, another for matrices.
///
///     vectors    t = ( (W / (bandwidth memory_q))^p + (W / (rate_q flop32))^p )^(1/p) + (rows - 1) flop / (flop32 per_row)
///     matrices   t = flop / (unit share_q) + W / (bandwidth memory_q) + widened / (bandwidth widening), rows rounded up
///                to whole tiles of `tile_rows`
///     experts    the same, share_q by `experts` for (1 + expert_rows / rows) flop: tiles that few rows fill in part;
///                and `expert_start` for each layer
///     attention  prompts   4 H d n s / (unit_16 fused) + n / fused_rows x keys and values / (bandwidth widening)
///                          with a fused kernel over n queries and s keys, which reads these once for fused_rows queries
///                          passes x 4 H n s / (bandwidth widening), scores in fp32 that pass through memory, without
///                decodes   ( (keys and values / (bandwidth cache))^p + (flop / (flop32 cache_rate))^p )^(1/p)
///     layer      decode_start in a pass of decodes, prompt_start in one with prompts: launches, synchronisation
///
/// q: block type of the weights (model/block_type.hpp). W: their bytes. flop32: the device's fp32 rate, on a processor
/// that of the threads in use; rate_q is what unpacking takes of it, 0 where it does not limit. unit: the multiply's
/// rate, as a multiple of the device's 16-bit peak: of fp16 summed in fp16 (`fp16_accumulate`), or of INT8 where blocks
/// are multiplied as integers (MMQ, from 2024-06 on). widened: W + 2 bytes a weight, where quantised weights are first
/// written as fp16 for cuBLAS (before it). Which constants stand for which backend, era and device: ggml_fits.hpp.
/// Sources: ggml-cuda.cu and pull requests 6083, 7676, 7860, 7921, 8062 of ggml-org/llama.cpp.
/// Evidence: tests/roofline/ggml_law_test.cpp; docs/calibration/llama-cpp.md.

#include <gambrel/model/block_type.hpp>
#include <gambrel/roofline/calibration/product_law.hpp>

namespace gambrel {

template <class Y = double> struct ggml_law {
    bool present = false;
    std::array<Y, block_type_count> memory{};  ///< share of the bandwidth at which vectors stream weights
    std::array<Y, block_type_count> rate{};    ///< bytes unpacked for each flop of the fp32 rate; 0: no limit
    std::array<Y, block_type_count> share{};   ///< of the unit that matrices are multiplied on
    double overlap = 3.0;                      ///< p of the two sides of the vector kernel
    double vector_rows = 8.0;                  ///< most rows that the vector kernel serves
    double tile_rows = 1.0;                    ///< rows that the matrix kernel computes at once
    Y per_row{};                               ///< share of the fp32 rate at which it serves further rows
    double unit_16 = 1.0, unit_blocks = 1.0;   ///< over the 16-bit peak: of fp16 weights, of quantised ones
    bool widens = false;                       ///< quantised weights are written in fp16 before a matrix multiply
    Y widening{};                              ///< share of the bandwidth of that, and of scores
    Y score_passes{};                          ///< of scores in fp32 through memory; 0: attention is fused
    Y fused{};                                 ///< share of the fp16 unit that attention over prompts reaches
    Y fused_rows{};                            ///< queries of a prompt that one read of keys and values serves; 0: all
    Y cache{};                                 ///< share of the bandwidth at which decodes read keys and values
    Y cache_rate{};                            ///< share of the fp32 rate at which decodes multiply with them
    Y experts{};                               ///< share of matrix products that experts reach
    Y expert_rows{};                           ///< rows of an expert that a tile computes in vain
    Y elementwise{};                           ///< share of the bandwidth of element-wise kernels of prompts
    seconds<Y> decode_start{}, prompt_start{}, expert_start{};  ///< of a layer
    double decode_sigma = 0.1, prompt_sigma = 0.2, expert_decode_sigma = 0.2, expert_prompt_sigma = 0.3;
    int rows = 0;  ///< measurements the constants were fitted on
};

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const ggml_law<Y>& l) {
    if (!l.present) return;
    for (std::size_t i = 1; i < block_type_count; ++i) {
        detail::check_share(l.memory[i]);
        detail::check_share(l.share[i]);
        checked(math::plain(l.rate[i]), 0.0, 1e3, "the bytes that ggml unpacks for a flop");
    }
    for (const Y* share : {&l.per_row, &l.widening, &l.fused, &l.cache, &l.cache_rate, &l.experts, &l.elementwise})
        detail::check_share(*share);
    checked(math::plain(l.expert_rows), 0.0, 1e4, "the rows that a tile of experts computes in vain");
    checked(math::plain(l.score_passes), 0.0, 100.0, "the passes of ggml over its scores");
    checked(l.overlap, 1.0, 100.0, "the overlap exponent");
    checked(l.vector_rows, 1.0, 1e6, "the rows of ggml's vector kernel");
    checked(l.tile_rows, 1.0, 1e4, "the rows of a tile of ggml's matrix kernel");
    checked(math::plain(l.fused_rows), 0.0, 1e6, "the queries that one read of ggml's attention serves");
    for (const double unit : {l.unit_16, l.unit_blocks}) checked(unit, 1e-3, 1e3, "the rate of a unit over the peak");
    for (const seconds<Y>* t : {&l.decode_start, &l.prompt_start, &l.expert_start}) detail::check_time(*t);
    for (const double s : {l.decode_sigma, l.prompt_sigma, l.expert_decode_sigma, l.expert_prompt_sigma})
        detail::check_sigma(s);
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr ggml_law<Y> as(const ggml_law<X>& l) {
    ggml_law<Y> r{.present = l.present};
    for (std::size_t i = 0; i < block_type_count; ++i) {
        r.memory[i] = Y(l.memory[i]);
        r.rate[i] = Y(l.rate[i]);
        r.share[i] = Y(l.share[i]);
    }
    r.overlap = l.overlap;
    r.vector_rows = l.vector_rows;
    r.tile_rows = l.tile_rows;
    r.unit_16 = l.unit_16;
    r.unit_blocks = l.unit_blocks;
    r.widens = l.widens;
    r.per_row = Y(l.per_row);
    r.widening = Y(l.widening);
    r.score_passes = Y(l.score_passes);
    r.fused = Y(l.fused);
    r.fused_rows = Y(l.fused_rows);
    r.cache = Y(l.cache);
    r.cache_rate = Y(l.cache_rate);
    r.experts = Y(l.experts);
    r.expert_rows = Y(l.expert_rows);
    r.elementwise = Y(l.elementwise);
    r.decode_start = detail::as_time<Y>(l.decode_start);
    r.prompt_start = detail::as_time<Y>(l.prompt_start);
    r.expert_start = detail::as_time<Y>(l.expert_start);
    r.decode_sigma = l.decode_sigma;
    r.prompt_sigma = l.prompt_sigma;
    r.expert_decode_sigma = l.expert_decode_sigma;
    r.expert_prompt_sigma = l.expert_prompt_sigma;
    r.rows = l.rows;
    return r;
}
}  // namespace gambrel
