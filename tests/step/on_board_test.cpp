// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/on_board.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
scheduling vllm_on(const char* board) { return on_board(catalog::vllm, device_named(board)).scheduling; }
}  // namespace

// get_batch_defaults, vllm/engine/arg_utils.py, for the API server.
TEST_CASE("vLLM: 8192 and 1024 from 70 GiB on, boards called A100 excepted") {
    for (const char* board : {"h100-sxm", "h200-sxm", "mi300x", "b200-sxm", "gb300", "rtx-pro-6000-ws", "gaudi2"}) {
        CAPTURE(board);
        CHECK(vllm_on(board).token_budget == 8192);
        CHECK(vllm_on(board).most_sequences == 1024);
    }
    for (const char* board :
         {"a100-sxm-80", "a100-pcie-80", "l40s", "t4", "rtx-4090", "rtx-5090", "gb10", "a100-sxm-40"}) {
        CAPTURE(board);
        CHECK(vllm_on(board).token_budget == 2048);
        CHECK(vllm_on(board).most_sequences == 256);
    }
    CHECK(on_board(catalog::vllm, catalog::t4).memory.fraction == catalog::vllm.memory.fraction);
}

// _handle_gpu_memory_settings, sglang/srt/server_args.py: chunk by memory; in MiB, of T4 (14.6 GiB), L4, A100-40, H100,
// H200, B200: (shown - (512 + 1.5 chunk + 2 graph_batch + 128 ranks)) / shown, at least 10 GiB reserved above 60.
TEST_CASE("SGLang: chunk and share by the memory it finds") {
    const auto on = [](const char* board, int ranks) {
        return on_board(catalog::sglang, device_named(board), {.tensor = ranks});
    };
    const auto share = [](double shown, double reserved) { return (shown * 1024 - reserved) / (shown * 1024); };
    CHECK(on("t4", 1).scheduling.token_budget == 2048);
    CHECK(on("a100-sxm-40", 1).scheduling.token_budget == 4096);
    CHECK(on("h100-sxm", 1).scheduling.token_budget == 8192);
    CHECK(on("b200-sxm", 1).scheduling.token_budget == 16384);
    CHECK(on("t4", 1).memory.fraction == approx(share(14.6, 512 + 3072 + 16 + 128)).epsilon(0.001));
    CHECK(on("l4", 4).memory.fraction == approx(share(22.03, 512 + 3072 + 160 + 512)).epsilon(0.001));
    CHECK(on("a100-sxm-40", 2).memory.fraction == approx(share(39.5, 512 + 6144 + 64 + 256)).epsilon(0.001));
    CHECK(on("h100-sxm", 8).memory.fraction == approx(share(79.2, 512 + 12288 + 1024 + 1024)).epsilon(0.001));
    CHECK(on("b200-sxm", 1).memory.fraction == approx(share(178.4, 512 + 24576 + 1024 + 128)).epsilon(0.001));
    CHECK(on("h100-sxm", 1).scheduling.most_sequences == catalog::sglang.scheduling.most_sequences);
}

// server_args.py of 0.4.x: 25,000 MiB divide small boards from large ones.
TEST_CASE("SGLang 0.4: the share by ranks, chunks of two sizes; vLLM's first engine: the same everywhere") {
    const auto on = [](const char* board, int ranks) {
        return on_board(catalog::sglang_0_4, device_named(board), {.tensor = ranks});
    };
    CHECK(on("rtx-4090", 1).scheduling.token_budget == 2048);
    CHECK(on("h100-sxm", 1).scheduling.token_budget == 8192);
    CHECK(on("h100-sxm", 1).memory.fraction == 0.88);
    CHECK(on("h100-sxm", 2).memory.fraction == 0.87);
    CHECK(on("h100-sxm", 4).memory.fraction == 0.85);
    CHECK(on("h100-sxm", 8).memory.fraction == 0.81);
    CHECK(on("h100-sxm", 16).memory.fraction == 0.79);
    for (const char* board : {"h100-sxm", "t4"})
        CHECK(on_board(catalog::vllm_0_6, device_named(board)).scheduling.most_sequences == 256);
}

TEST_CASE("a runtime without such settings, and a device of unknown memory, stay as they are") {
    CHECK(on_board(catalog::tgi, catalog::t4).scheduling.token_budget == catalog::tgi.scheduling.token_budget);
    CHECK(on_board(catalog::vllm, device_named("epyc-9654")).scheduling.token_budget == 8192);
}
