// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/hardware/catalog/cpu.hpp>
#include <gambrel/hardware/catalog/nvidia_geforce.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/placement/times.hpp>
#include <gambrel/runtime/catalog/llama_cpp.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked;

void placement_page(worked& w) {
    namespace pl = gambrel::placement;
    const architecture& m = catalog::llama_3_3_70b;
    const pl::stored_model s = pl::stored_as(m, gguf_file_type::q8_0);
    const pl::machine pc({catalog::rtx_4090}, catalog::llama_cpp, catalog::ryzen_7950x, 96_GiB);
    const pl::settings with{.context = 4096};
    const pl::layer_split at = pl::split_of(s, 21);

    w.text(
        "Llama-3.3-70B as Q8_0 on an RTX 4090 beside a Ryzen 9 7950X, -ngl 21: the output and the last 20 of 80 "
        "layers.");
    const number q8 = w.given("Q8_0", 34.0 / 32, "B", "34 bytes for 32 weights");
    const number matrices =
        w.step("weights of a layer",
               (8192 * number(8192) * 2 + 8192 * number(1024) * 2 + 8192 * number(28672) * 3) / 1e6, "M");
    const number layer = w.step("layer", matrices * q8 + 2 * number(8192) * 4 / 1e6, "MB");
    w.library("layer_bytes::all", layer, s.layers[5].all() / 1e6, "MB", 1e-9);

    w.text(
        "\nWhat the device holds of 4096 tokens: layers, output, keys and values, and a buffer with a copy of the\n"
        "largest tensor that lies on the host.");
    const number head = w.step("output", (128256 * number(8192) * q8 + 8192 * number(4)) / 1e6, "MB");
    const number weights = w.step("weights", 20 * layer + head, "MB");
    const number kv = w.step("KV", 20 * number(4096) * 8 * 256 * 2 / 1e6, "MB");
    const number copy = w.step("copy", 8192 * number(28672) * q8 / 1e6, "MB");
    const number logits = w.step("logits", (4 * number(128256) * 512 + 4 * number(8192) * 512) / 1e6, "MB");
    const pl::memory_use use = pl::memory_of(m, s, at, with, 1);
    w.library("held::total", weights + kv + copy + logits, use.devices[0].total() / 1e6, "MB", 1e-9);

    w.text("\nA token after 1000 others: 60 layers on the host at 0.445 of its bandwidth, the rest there.");
    const number bandwidth = w.given("bandwidth", 83.2, "GB/s", "of the host");
    const number share = w.given("host_share", pc.law().host_share, "", "fitted");
    const number host = w.step("host", 60 * layer / (bandwidth * share), "ms");
    const double reads = pc.at(0).constants.ggml.memory[static_cast<std::size_t>(block_type::q8)];
    const number there = w.given("memory", reads, "", "share of the device's 1008 GB/s, fitted");
    const number device = w.step("device", weights / (1008 * there), "ms");
    const number token = w.step("both", host + device, "ms");
    w.text("Attention, starts of layers and three crossings are not counted here: 1 %.");
    pl::pass_clock clock(pc, m, s, with);
    w.library("pass_clock::decode", token, clock.decode(at, 1000).seconds * 1e3, "ms", 0.015);

    w.text("\nA prompt of 512 tokens is computed on the device, to which the 60 layers travel.");
    const number link = w.given("link", 32, "GB/s", "PCIe 4.0 x16");
    const number reached = w.given("streamed_share", pc.law().streamed_share, "", "fitted");
    const number travelled = w.step("travelled", 60 * layer / (link * reached), "ms");
    pl::pass_clock prompts(pc, m, s, with);
    const double more = prompts.prompt(at, 512).seconds - prompts.prompt(pl::split_of(s, 99), 512).seconds;
    w.library("pass_clock::prompt, the difference", travelled, more * 1e3, "ms", 1e-9);
}
const pages::page placement_example("placement", placement_page);
}  // namespace
