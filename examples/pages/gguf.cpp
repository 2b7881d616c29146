// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/gguf.hpp>

namespace {
using namespace gambrel;
using pages::number, pages::worked;

void gguf(worked& w) {
    w.text(
        "Llama-3-8B as Q4_K_M: 32 layers, hidden 4096, MLP of 14,336, 8 of 32 heads for keys and values, 128,256\n"
        "rows of the vocabulary. Rows of all matrices are multiples of 256 and so of both block types.\n");
    const number q4 = w.step("Q4_K", number(144) / 256, "bytes of an element");
    const number q6 = w.step("Q6_K", number(210) / 256, "bytes of an element");

    w.text(
        "\nFavoured layers have value and down matrices in Q6_K: the first and last eighth, 0 to 3 and 28 to 31,\n"
        "and where (layer - 4) mod 3 = 2: 6, 9, 12, 15, 18, 21, 24 and 27.");
    const number favoured = w.step("favoured", number(4) + 4 + 8, "layers");
    const number plain = w.step("others", 32 - favoured, "layers");

    w.text("\nBytes.");
    const number same = w.step("q, k, o", 32 * (2 * number(4096) * 4096 + number(1024) * 4096) * q4, "");
    const number gates = w.step("gate, up", 32 * (2 * number(14336) * 4096) * q4, "");
    const number halves = number(1024) * 4096 + number(4096) * 14336;
    const number mixed = w.step("v, down", halves * (favoured * q6 + plain * q4), "");
    const number table = w.step("embedding", number(128256) * 4096 * q4, "");
    const number head = w.step("logits", number(128256) * 4096 * q6, "");
    const number norms = w.step("norms", (2 * number(32) + 1) * 4096 * 4, "", "F32");
    const number file = w.step("file", same + gates + mixed + table + head + norms, "");
    const double library = gguf_size(catalog::llama_3_8b, gguf_file_type::q4_k_m).value();
    w.library("gguf_size", file, library, "bytes");
    const number bits = w.step("bits", 8 * file / 8030261248.0, "of a parameter", "8,030,261,248 of them");
    w.library("bits of a parameter", bits, 8.0 * library / static_cast<double>(parameter_count(catalog::llama_3_8b)),
              "");
}
const pages::page gguf_page("gguf", gguf);
}  // namespace
