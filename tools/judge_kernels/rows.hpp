// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The rows of the kernel tables as one's own device would have timed them, by chip: cold operands only, and without the
/// kernels that no server runs (tools/fit_kernels says which and why).

#include <fstream>
#include <gambrel/calibration/io/kernel_rows.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/calibration/chip.hpp>
#include <sstream>

namespace judged {
using namespace gambrel;

struct system_name {
    gambrel::chip chip;
    const char* system;
};
inline constexpr system_name systems[] = {{chip::a100, "a100_sxm"},
                                          {chip::h100, "h100_sxm"},
                                          {chip::h200, "h200_sxm"},
                                          {chip::b200, "b200_sxm"},
                                          {chip::gb200, "gb200"},
                                          {chip::l40s, "l40s"},
                                          {chip::rtx_pro_6000, "rtx_pro_6000_server"}};

/// Kernels that were timed otherwise than servers run them.
inline bool left_aside(const std::string& file, const std::string& line, chip c) {
    const auto has = [&](const char* text) { return line.find(text) != std::string::npos; };
    const bool blackwell = c == chip::b200 || c == chip::gb200, hopper = c == chip::h100 || c == chip::h200;
    if (file == "gemm") return has(",vllm,") && has(",fp8_block,");
    // Which arithmetic stands for an 8-bit cache: the kernels that the runtimes take by themselves.
    if (file == "context_attention" && !has(",vllm,"))
        return has(",fp8,bfloat16,") || (has(",bfloat16,fp8,") && family_of(c) == chip_family::hbm) ||
               (has(",fp8,fp8,") && family_of(c) != chip_family::hbm);
    if (file == "moe")
        return has("_as_") || (blackwell && has("sglang_fused_moe_triton")) ||
               (hopper && has(",vllm,") && has(",fp8,")) || has("sglang_flashinfer_cutlass_moe,bfloat16") ||
               has("w4a8_mxfp4");
    return false;
}

/// Attention shapes that the law stands for: heads of 128 that 2 to 16 queries share in decode, of at most 256 in prefill.
inline bool plain(const kernel_row& r) {
    if (r.kind == timed_kind::prefill) return r.op.inputs <= 256.0;
    if (r.kind != timed_kind::decode) return true;
    const double queries = r.op.scores / (r.op.streams * r.op.depth);
    return r.op.inputs == 128.0 && queries >= 2.0 && queries <= 16.0;
}

/// The rows of one table of `c` that are cold.
inline std::vector<kernel_row> rows_of(const std::string& data, const std::string& file, chip c) {
    std::ifstream in(data + "/kernels/" + file + ".csv", std::ios::binary);
    if (!in)
        fail("the table " + data + "/kernels/" + file + ".csv cannot be read; give the folder that holds kernels/");
    std::string header, line, system;
    for (const system_name& s : systems)
        if (s.chip == c) system = std::string(s.system) + ",";
    std::getline(in, header);
    std::ostringstream own;
    own << header << "\n";
    while (std::getline(in, line))
        if (line.rfind(system, 0) == 0 && !left_aside(file, line, c)) own << line << "\n";
    std::istringstream text(own.str());
    const bytes<> cache = device_named(board_of(c)).cache.capacity.value;
    std::vector<kernel_row> cold;
    for (kernel_row& r : read_kernel_rows(text, file).rows) {
        const bool beyond = r.op.traffic() > 1.2 * cache;
        const bool rotated = r.kind == timed_kind::gemm && 5.0 * r.op.weights > 1.5 * cache && c != chip::l40s;
        const bool large = r.kind != timed_kind::gemm || (r.op.outputs >= 512 && r.op.inputs >= 512);
        const bool prompt = r.kind == timed_kind::prefill && r.op.rows >= 128;
        const bool tiny = r.kind == timed_kind::decode && r.op.cache.value() < 1e5;
        if (large && plain(r) && (beyond || rotated || prompt || tiny)) cold.push_back(std::move(r));
    }
    return cold;
}

/// The `shapes` nearest in logarithm to those wanted: rows, outputs and inputs of products and experts; streams and keys
/// of attention.
using wanted_shape = std::array<double, 3>;
inline std::array<double, 3> shape_of(const kernel_row& r) {
    if (r.kind == timed_kind::decode || r.kind == timed_kind::prefill)
        return {r.op.streams, r.kind == timed_kind::decode ? r.op.depth : r.op.rows, 1.0};
    if (r.kind == timed_kind::experts)  // the weights it reads, the copies it multiplies
        return {r.op.work.value() / r.op.outputs / r.op.inputs, r.op.outputs, r.op.inputs};
    return {r.op.rows, r.op.outputs, r.op.inputs};
}
inline std::vector<kernel_row> nearest(const std::vector<kernel_row>& all, const std::vector<wanted_shape>& wanted) {
    std::vector<kernel_row> found;
    for (const wanted_shape& w : wanted) {
        const kernel_row* best = nullptr;
        double least = 1e9;
        for (const kernel_row& r : all) {
            const auto s = shape_of(r);
            double d = 0;
            for (std::size_t i = 0; i < 3; ++i) d += std::abs(std::log(s[i] / w[i]));
            if (d < least) least = d, best = &r;
        }
        if (best != nullptr) found.push_back(*best);
    }
    return found;
}
}  // namespace judged
