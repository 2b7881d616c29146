// SPDX-License-Identifier: Apache-2.0
// Buffers that llama.cpp printed, in MiB: build 11549 (2026-10) on files of real shapes, and GPU logs of 2024 and 2025
// in public repositories (fedora-copr/logdetective pull request 106 and others), read 2026-11.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/ggml_memory.hpp>
#include <gambrel/step/memory_fit.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
double mib(const bytes<>& b) { return b.value() / 1048576.0; }
storage_format cache(gguf_type t) { return block_of(t).format(); }
struct run {
    const char* model;
    double context;
    bool flash;
    double kv, compute;  // MiB
    double ub = 512;
    gguf_type type = gguf_type::f16;
};
}  // namespace

TEST_CASE("build 11549: keys, values and compute buffer of every measured run") {
    int exact = 0, runs = 0;
    for (const run& r : {run{"llama-3-8b", 4096, true, 512, 128.02},
                         {"llama-3-8b", 4096, false, 512, 316.01},
                         {"llama-3-8b", 5000, true, 640, 129.02},
                         {"llama-3-8b", 8192, true, 1024, 132.02},
                         {"llama-3-8b", 8192, false, 1024, 580.01},
                         {"llama-3-8b", 8192, true, 1024, 528.07, 2048},
                         {"llama-3-8b", 8192, false, 1024, 145.00, 128},
                         {"llama-3-8b", 16384, true, 1088, 140.10, 512, gguf_type::q8_0},
                         {"llama-3-8b", 16384, true, 576, 140.10, 512, gguf_type::q4_0},
                         {"llama-2-7b", 4096, true, 2048, 108.52},
                         {"llama-2-7b", 4096, false, 2048, 328.01},
                         {"llama-2-7b", 512, false, 256, 121.51},
                         {"llama-3.2-1b", 8192, true, 256, 76.02},
                         {"llama-3.2-1b", 8192, false, 256, 554.01},
                         {"llama-3.2-1b", 131072, true, 2176, 196.05, 512, gguf_type::q8_0},
                         {"qwen2.5-7b", 8192, true, 448, 154.02},
                         {"qwen2.5-7b", 8192, false, 448, 508.01},
                         {"qwen3-8b", 8192, true, 1152, 120.02},
                         {"qwen3-8b", 8192, false, 1152, 580.01},
                         {"qwen3-30b-a3b", 8192, true, 768, 96.02},
                         {"qwen3-30b-a3b", 8192, false, 768, 566.01}}) {
        CAPTURE(r.model);
        CAPTURE(r.context);
        CAPTURE(r.flash);
        const architecture& m = model_named(r.model);
        const precision p{.kv = cache(r.type)};
        CHECK(mib(ggml_kv_buffer(m, p, r.context)) == approx(r.kv));
        const double compute = mib(ggml_compute_buffer(m, ggml_outputs::last, r.flash, r.ub, r.context));
        ++runs;
        exact += std::abs(compute - r.compute) < 0.11 ? 1 : 0;  // beside it lie a few KiB of ids and positions
        CHECK(compute == approx(r.compute).epsilon(0.15));
    }
    CHECK(runs == 21);
    CHECK(exact == 20);  // all but a context of one micro-batch
}

TEST_CASE("GPU logs: weights on the device and on the host, keys and values, compute buffers, outputs") {
    const architecture& llama = model_named("llama-3-8b");
    const weight_formats q4 = gguf_formats(llama, *find_gguf_file_type("q4_k_m"));
    const double embedding = mib(ggml_host_embedding(llama, q4.embedding));
    CHECK(embedding == approx(281.81).epsilon(1e-4));
    CHECK(mib(gguf_size(llama, *find_gguf_file_type("q4_k_m"))) - embedding == approx(4403.49).epsilon(1e-5));
    CHECK(mib(ggml_kv_buffer(llama, {.kv = formats::fp16}, 512)) == approx(64));
    CHECK(mib(ggml_output_buffer(llama)) == approx(0.49).epsilon(0.01));
    struct logged {
        const char* model;
        double context;
        bool flash;
        ggml_outputs outputs;
        double compute, host;
    };
    for (const logged& l : {logged{"llama-3-8b", 512, false, ggml_outputs::every_2024, 258.50, 9.01},
                            {"llama-3-8b", 8192, false, ggml_outputs::every_2024, 560.00, 24.01},
                            {"mistral-7b", 2048, false, ggml_outputs::every_2024, 164.00, 12.01},
                            {"mistral-7b", 32768, false, ggml_outputs::every_2024, 2144.00, 72.01},
                            {"qwen3-30b-a3b", 32768, true, ggml_outputs::every_2025, 304.75, 68.01},
                            {"qwen2.5-3b", 4096, true, ggml_outputs::every_2025, 304.75, 0}}) {
        CAPTURE(l.model);
        const architecture& m = model_named(l.model);
        CHECK(mib(ggml_compute_buffer(m, l.outputs, l.flash, 512, l.context)) == approx(l.compute).epsilon(1e-4));
        if (l.host > 0.0) CHECK(mib(ggml_host_buffer(m, 512, l.context)) == approx(l.host).epsilon(2e-3));
    }
    CHECK(mib(ggml_kv_buffer(model_named("mistral-7b"), {.kv = formats::fp16}, 32768)) == approx(4096));
    CHECK(mib(ggml_kv_buffer(model_named("qwen3-30b-a3b"), {.kv = formats::fp16}, 32768)) == approx(3072));
}

TEST_CASE(
    "a prediction under llama.cpp: embedding on the host of a board, driver, context in steps of 256, all of -c at "
    "once") {
    const architecture& m = model_named("llama-3-8b");
    const precision p{.weights = gguf_formats(m, *find_gguf_file_type("q4_k_m")), .kv = formats::fp16};
    const auto fit = [&](const device<>& d, const runtime<>& r, double tokens) {
        return fit_memory(m, d, r, {}, p, tokens);
    };
    const device<>&board = device_named("rtx-4090"), &shared = device_named("apple-m2-ultra");
    CHECK(mib(fit(board, catalog::llama_cpp, 1000).host) == approx(281.81).epsilon(1e-4));
    CHECK(mib(fit(board, catalog::llama_cpp, 1000).weights) == approx(4403.49).epsilon(1e-4));
    CHECK(mib(fit(shared, catalog::llama_cpp_metal, 1000).weights) == approx(4403.49 + 281.81).epsilon(1e-4));
    CHECK(fit(shared, catalog::llama_cpp_metal, 1000).host == 0_B);
    CHECK(mib(fit(board, catalog::llama_cpp, 1000).reserve) == approx(400));
    CHECK(fit(shared, catalog::llama_cpp_metal, 1000).reserve == 0_B);
    CHECK(mib(fit(board, catalog::llama_cpp, 1000).kv_allocated) == approx(128));  // 1,024 tokens of 128 KiB
    // By era, with flash attention, 8,192 tokens: build 11549 prints 132.02; of 2025 4 (V + 2 h) ub, of 2024 4 (V + h)
    // ub
    const auto compute = [&](runtime<> r) {
        r.scheduling.most_sequences = 1;
        const memory_fit f = fit(board, r, 8192);
        return mib(f.activations + f.logits);
    };
    CHECK(compute(catalog::llama_cpp) == approx(132.02).epsilon(1e-3));
    CHECK(compute(catalog::llama_cpp_vulkan_2025) == approx(4 * 512 * (128256 + 8192) / 1048576.0));
    // without flash attention, as GPU logs of 2024: 560.00
    CHECK(compute(catalog::llama_cpp_cuda_2024) == approx(560.00).epsilon(1e-4));
    CHECK(compute(catalog::llama_cpp_sycl) == approx(560.00).epsilon(1e-4));
    // 70B-sized context at start: 4 slots of 65,536 tokens are 32 GiB of keys and values, whatever a request needs
    runtime<> whole = catalog::llama_cpp;
    whole.scheduling.most_context = 65536;
    CHECK(fit(board, whole, 1000).start.what == starts::does_not);
    CHECK(fit(board, catalog::llama_cpp, 1000).fits());
    const runtime<>& vllm = catalog::vllm;
    CHECK(fit(board, vllm, 1000).host == 0_B);
}
