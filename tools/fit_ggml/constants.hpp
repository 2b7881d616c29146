// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The constants of ggml's law as a fit moves them: in two stages, decodes first, then prompts with those held.
///
/// Each constant has a value known before the rows and a deviation of its logarithm. Kinds of boards share all constants but
/// three (bandwidth, start of a layer, share of the unit), of which each kind has a factor about 1: a kind without rows has
/// what the others share.

#include <cmath>
#include <gambrel/calibration/least_squares.hpp>
#include <gambrel/roofline/calibration/fitted_ggml.hpp>
#include <gambrel/validation/measured.hpp>
#include <map>
#include <set>
#include <span>
#include <vector>

namespace fit_ggml {
using namespace gambrel;

using rows_type = std::vector<measured_row>;

/// One constant: where it goes in a law, for which boards (empty: all), and what is known before.
struct constant {
    std::string name;
    std::set<ggml_board> boards{};
    prior before{};
    void (*put)(ggml_law<>&, double, block_type){};
    block_type type = block_type::none;
};

inline ggml_board board_of(const measured_row& m) { return board_kind_of(*m.device); }
inline block_type type_of(const measured_row& m) {
    const auto& w = m.formats.weights;
    return block_type_of(is_dense(*m.model) ? w.feed_forward : w.experts);
}
inline bool is_decode(const measured_row& m) { return m.load_kind == load_kind::decode; }

/// What is known before of block types: decode bandwidth relative to F16 (CPU: bytes unpacked for each fp32 flop), from the
/// one-device fits of llama.cpp tables; prompts relative to each other are taken as equal.
struct type_prior {
    block_type type;
    double relative, bytes_per_flop;
};
inline constexpr std::array type_priors{
    type_prior{block_type::bits_16, 1.0, 0.24}, type_prior{block_type::bf16, 1.0, 0.36},
    type_prior{block_type::q8, 0.97, 0.15},     type_prior{block_type::k6, 0.93, 0.19},
    type_prior{block_type::k5, 0.93, 0.15},     type_prior{block_type::q5, 0.93, 0.10},
    type_prior{block_type::k4, 0.92, 0.17},     type_prior{block_type::q4, 0.92, 0.11},
    type_prior{block_type::iq4_xs, 0.90, 0.12}, type_prior{block_type::iq4_nl, 0.90, 0.09},
    type_prior{block_type::mxfp4, 0.90, 0.12},  type_prior{block_type::k3, 0.75, 0.11},
    type_prior{block_type::k2, 0.65, 0.12},     type_prior{block_type::iq3, 0.65, 0.042},
    type_prior{block_type::iq2, 0.50, 0.045}};

/// A backend and its era: what its kernels do, and values before any row. Rows of the vector kernel and of a tile: CUDA
/// mul_mat_vec_q to 8 columns and tiles of 8; Metal mul_mv to 16 as its batches show, mul_mm tiles of 32.
struct backend {
    kernel_library library{};
    bool unfused = false, widens = false;
    double share_16 = 0.4, share_blocks = 0.35, start_us = 80, prompt_start_us = 100, vector_rows = 8, tile_rows = 8;
    std::set<ggml_board>
        boards{};  ///< fitted by themselves (the first of a backend stands for kinds without rows), apart from the others of this backend; none: all together
};
inline const std::vector<backend> backends{
    {kernel_library::ggml_cuda_2023, true, true, 0.5, 0.5, 80, 1000},
    {kernel_library::ggml_cuda_2024, true, true, 0.5, 0.5, 75, 370},
    {kernel_library::ggml_cuda, false, false, 0.4, 0.25, 40, 50},
    {kernel_library::ggml_metal_2024, true, false, 0.65, 0.65, 150, 1000, 16, 32},
    {kernel_library::ggml_metal, false, false, 0.65, 0.65, 120, 500, 16, 32},
    {kernel_library::ggml_rocm_2025, false, false, 0.2, 0.2, 100, 100},
    {kernel_library::ggml_rocm_2025_rocblas, false, false, 0.1, 0.1, 100, 100},
    {kernel_library::ggml_rocm, false, false, 0.3, 0.3, 100, 100},
    {kernel_library::ggml_vulkan_2025, false, false, 0.2, 0.2, 80, 100, 8, 8, {ggml_board::radeon_unified}},
    {kernel_library::ggml_vulkan_2025, false, false, 0.2, 0.2, 80, 100, 8, 8, {ggml_board::geforce}},
    {kernel_library::ggml_vulkan_2025, false, false, 0.2, 0.2, 80, 100, 8, 8, {ggml_board::intel}},
    {kernel_library::ggml_vulkan, false, false, 0.25, 0.25, 80, 100, 8, 8, {ggml_board::radeon}},
    {kernel_library::ggml_vulkan, false, false, 0.25, 0.25, 80, 100, 8, 8, {ggml_board::radeon_unified}},
    {kernel_library::ggml_vulkan, false, false, 0.25, 0.25, 80, 100, 8, 8, {ggml_board::intel}},
    {kernel_library::ggml_vulkan_amdvlk, false, false, 0.25, 0.25, 80, 100},
    {kernel_library::ggml_sycl, true, false, 0.2, 0.2, 150, 500},
    {kernel_library::ggml_cpu, false, false, 0.6, 0.7, 5, 5, 1, 1},
    {kernel_library::ik_cpu, false, false, 1.0, 1.5, 5, 5, 1, 1}};
inline bool on_cpu(const backend& b) {
    return b.library == kernel_library::ggml_cpu || b.library == kernel_library::ik_cpu;
}

/// Bytes that a GPU unpacks for each fp32 flop, before any row: M1 Max, Q4_K, 168 GB/s at 10.4 TFLOP/s.
inline constexpr double gpu_rate = 0.02;

/// The law of `b` before any row.
inline ggml_law<> law_before(const backend& b) {
    ggml_law<> l{.present = true};
    for (const type_prior& t : type_priors) {
        const auto i = static_cast<std::size_t>(t.type);
        l.memory[i] = on_cpu(b) ? 0.8 : 0.9 * t.relative;
        const bool wide = t.type == block_type::bits_16 || t.type == block_type::bf16;
        l.rate[i] = on_cpu(b) ? t.bytes_per_flop : wide ? 0.0 : gpu_rate;
        l.share[i] = t.type == block_type::bits_16 || t.type == block_type::bf16 ? b.share_16 : b.share_blocks;
    }
    l.memory[0] = l.memory[1];
    l.rate[0] = l.rate[1];
    l.share[0] = l.share[1];
    l.vector_rows = b.vector_rows;
    l.tile_rows = b.tile_rows;
    l.fused_rows = on_cpu(b) || b.unfused ? 0.0 : 64.0;
    l.per_row = 0.3;
    l.widens = b.widens;
    l.widening = 0.85;
    l.score_passes = b.unfused ? 6.0 : 0.0;
    l.fused = on_cpu(b) ? 0.5 : b.unfused ? 1.0 : 0.25;
    l.cache = on_cpu(b) ? 0.8 : 0.55;
    l.cache_rate = 0.3;
    l.experts = 0.9;
    l.expert_rows = 32.0;
    l.elementwise = 0.8;
    l.decode_start = microseconds(b.start_us);
    l.prompt_start = microseconds(b.prompt_start_us);
    l.expert_start = microseconds(on_cpu(b) ? 1.0 : 20.0);
    return l;
}

namespace put {
inline void memory(ggml_law<>& l, double x, block_type) {
    for (double& m : l.memory) m *= x;
}
inline void type_memory(ggml_law<>& l, double x, block_type t) { l.memory[static_cast<std::size_t>(t)] *= x; }
inline void rates(ggml_law<>& l, double x, block_type) {
    for (double& r : l.rate) r *= x;
}
inline void type_rate(ggml_law<>& l, double x, block_type t) { l.rate[static_cast<std::size_t>(t)] *= x; }
inline void cache(ggml_law<>& l, double x, block_type) { l.cache *= x; }
inline void cache_rate(ggml_law<>& l, double x, block_type) { l.cache_rate *= x; }
inline void decode_start(ggml_law<>& l, double x, block_type) { l.decode_start = l.decode_start * x; }
inline void per_row(ggml_law<>& l, double x, block_type) { l.per_row *= x; }
inline void expert_start(ggml_law<>& l, double x, block_type) { l.expert_start = l.expert_start * x; }
inline void share_blocks(ggml_law<>& l, double x, block_type) {
    for (std::size_t i = 3; i < block_type_count; ++i) l.share[i] *= x;
}
inline void share_16(ggml_law<>& l, double x, block_type) {
    for (std::size_t i = 0; i < 3; ++i) l.share[i] *= x;
}
inline void share(ggml_law<>& l, double x, block_type) {
    for (double& s : l.share) s *= x;
}
inline void type_share(ggml_law<>& l, double x, block_type t) { l.share[static_cast<std::size_t>(t)] *= x; }
inline void fused(ggml_law<>& l, double x, block_type) { l.fused *= x; }
inline void fused_rows(ggml_law<>& l, double x, block_type) { l.fused_rows *= x; }
inline void score_passes(ggml_law<>& l, double x, block_type) { l.score_passes *= x; }
inline void experts(ggml_law<>& l, double x, block_type) { l.experts *= x; }
inline void expert_rows(ggml_law<>& l, double x, block_type) { l.expert_rows *= x; }
inline void elementwise(ggml_law<>& l, double x, block_type) { l.elementwise *= x; }
inline void prompt_start(ggml_law<>& l, double x, block_type) { l.prompt_start = l.prompt_start * x; }
}  // namespace put

/// What `rows` (of decodes or of prompts) may move of the law of `b`.
inline std::vector<constant> constants_for(const backend& b, const rows_type& rows, bool decodes) {
    std::set<ggml_board> boards;
    std::set<block_type> types;
    bool mixtures = false, batches = false;
    for (const measured_row& m : rows) {
        boards.insert(board_of(m));
        types.insert(type_of(m));
        mixtures = mixtures || !is_dense(*m.model);
        batches = batches || (m.load_kind == load_kind::decode && m.workload.concurrency > 1.0);
    }
    std::vector<constant> all;
    const auto add = [&](const char* name, double deviation, auto* where, block_type type = block_type::none) {
        all.push_back({name, {}, {1.0, deviation}, where, type});
    };
    if (decodes) {
        add("memory", 0.1, put::memory);
        add("cache", 0.5, put::cache);
        add("cache_rate", 0.7, put::cache_rate);
        add("rates", 0.7, put::rates);
        add("decode_start", 0.5, put::decode_start);
        if (mixtures) add("expert_start", 0.7, put::expert_start);
        if (batches) add("per_row", 1.0, put::per_row);
        for (const block_type t : types)
            if (on_cpu(b)) add("type_rate", 0.3, put::type_rate, t);
            else if (t != block_type::bits_16) {
                add("type_memory", t == block_type::bf16 ? 0.5 : 0.05, put::type_memory, t);
                if (t != block_type::bf16) add("type_rate", 0.3, put::type_rate, t);
            }
    } else {
        add("share_16", 0.5, put::share_16);
        add("share_blocks", 0.7, put::share_blocks);
        if (b.unfused) add("score_passes", 0.5, put::score_passes);
        else add("fused", 0.7, put::fused);
        if (!b.unfused && !on_cpu(b)) add("fused_rows", 1.0, put::fused_rows);
        if (mixtures) {
            add("experts", 0.4, put::experts);
            add("expert_rows", 0.7, put::expert_rows);
        }
        if (!on_cpu(b)) add("elementwise", 0.3, put::elementwise);
        if (!on_cpu(b)) add("prompt_start", 0.7, put::prompt_start);
        for (const block_type t : types)
            if (t != block_type::bits_16)
                add("type_share", on_cpu(b) || t == block_type::bf16 ? 0.5 : 0.15, put::type_share, t);
    }
    if (boards.size() > 1)
        for (const ggml_board board : boards) {
            all.push_back({"board", {board}, {1.0, decodes ? 0.15 : 0.4}, decodes ? put::memory : put::share});
            if (decodes) {
                all.push_back({"board_start", {board}, {1.0, 0.4}, put::decode_start});
                all.push_back({"board_cache", {board}, {1.0, 0.3}, put::cache});
                if (on_cpu(b)) all.push_back({"board_rates", {board}, {1.0, 0.4}, put::rates});
            } else if (!b.unfused) {
                all.push_back({"board_fused", {board}, {1.0, 0.4}, put::fused_rows});
            }
        }
    return all;
}

/// `l` with the constants moved by `x`, for `board`.
inline ggml_law<> moved(ggml_law<> l, const std::vector<constant>& c, std::span<const double> x, ggml_board board) {
    for (std::size_t i = 0; i < c.size(); ++i)
        if (c[i].boards.empty() || c[i].boards.contains(board)) c[i].put(l, x[i], c[i].type);
    l.memory[0] = l.memory[1];
    l.rate[0] = l.rate[1];
    l.share[0] = l.share[1];
    return l;
}
}  // namespace fit_ggml
