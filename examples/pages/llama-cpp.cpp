// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_geforce.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/runtime/catalog/llama_cpp.hpp>
#include <gambrel/step/ggml_memory.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::max;

void llama_cpp_page(worked& w) {
    const device<>& d = catalog::rtx_4090;
    const ggml_law<> l = default_calibration(d, kernel_library::ggml_cuda).ggml;
    const auto q4 = static_cast<std::size_t>(block_type::k4);

    w.text(
        "Llama-3-8B as Q4_K_M on an RTX 4090 under CUDA: its product up, 14,336 x 4096 in Q4_K, 18 / 32 bytes a "
        "weight.\n"
        "One row is a vector, which streams the weights; unpacking them runs beside it.");
    const number bandwidth = w.given("bandwidth", d.memory.bandwidth.value / 1_GB_per_s, "GB/s");
    const number fp32 = w.given("fp32", d.peak.fp32.value / 1_TFLOP_per_s, "TFLOP/s");
    const number share = w.given("memory", l.memory[q4], "", "share of the bandwidth, fitted");
    const number rate = w.given("rate", l.rate[q4], "B/FLOP", "fitted");
    const number weights = w.step("weights", number(14336) * 4096 * 18 / 32 / 1e6, "MB");
    const number streamed = w.step("streamed", 1000 * weights / (bandwidth * share), "us");
    const number unpacked = w.step("unpacked", weights / (fp32 * rate), "us");
    operation op = gemm({matrix_role::gate_up, weight_part::feed_forward, split::outputs, 14336, 4096}, 1.0, 1.0, 1.0,
                        gguf_formats(catalog::llama_3_8b, gguf_file_type::q4_k_s).feed_forward);
    op.weights = bytes_of(weights.value * 1e6);
    const calibration<> c = default_calibration(d, kernel_library::ggml_cuda);
    const roof<> r(d, c);
    w.text("Both blended by a cube: the longer one nearly.");
    w.library(
        "at least the longer one", max(streamed, unpacked),
        r.time(op).memory / 1_us > r.time(op).compute / 1_us ? r.time(op).memory / 1_us : r.time(op).compute / 1_us,
        "us", 1e-9);

    w.text("\n512 rows are a matrix, multiplied as integers: INT8 at four times the 16-bit peak of this board.");
    const number peak = w.given("int8", d.peak.int8.value / 1_TFLOP_per_s, "TFLOP/s");
    const number reached = w.given("share", l.share[q4], "", "of it, fitted");
    const number work = w.step("work", 2 * number(512) * 14336 * 4096 / 1e9, "GFLOP");
    const number multiplied = w.step("multiplied", 1000 * work / (peak * reached), "us");
    const number both = w.step("product", multiplied + streamed, "us");
    op = gemm({matrix_role::gate_up, weight_part::feed_forward, split::outputs, 14336, 4096}, 512.0, 1.0, 1.0,
              gguf_formats(catalog::llama_3_8b, gguf_file_type::q4_k_s).feed_forward);
    op.weights = bytes_of(weights.value * 1e6);
    w.library("roof::time", both, r.time(op).total / 1_us, "us", 1e-9);

    w.text("\nMemory for 8192 tokens, computed 512 at a time, without flash attention, by a build of 2024.");
    const number kv = w.step("KV", 32 * number(8192) * 8 * (2 * 128) * 2 / 1048576, "MiB");
    w.library("ggml_kv_buffer", kv, ggml_kv_buffer(catalog::llama_3_8b, {.kv = formats::fp16}, 8192) / 1_MiB, "MiB");
    const number outputs = w.step("outputs", (4 * number(128256) * 512 + 4 * number(4096) * 512) / 1048576, "MiB");
    const number scores =
        w.step("scores", (16 * number(4096) * 512 + (4 * number(32) + 4) * 8192 * 512) / 1048576, "MiB");
    w.library("ggml_compute_buffer", max(outputs, scores),
              ggml_compute_buffer(catalog::llama_3_8b, ggml_outputs::every_2024, false, 512, 8192) / 1_MiB, "MiB");
}
const pages::page llama_cpp_example("llama-cpp", llama_cpp_page);
}  // namespace
