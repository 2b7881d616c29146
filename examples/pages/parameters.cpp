// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/model/catalog/deepseek.hpp>
#include <gambrel/model/catalog/llama.hpp>

namespace {
using namespace gambrel;
using pages::number, pages::worked;

void parameters(worked& w) {
    const architecture& llama = catalog::llama_3_1_8b;
    w.text("Llama-3.1-8B, from its configuration.\n");
    const number layers = w.given("layers", 32, "");
    const number H = w.given("H", 4096, "", "hidden");
    const number a = w.given("a", 32, "", "query heads");
    const number g = w.given("g", 8, "", "key-value heads");
    const number d = w.given("d", 128, "", "width of a head");
    const number F = w.given("F", 14336, "", "width of the MLP, gated");
    const number V = w.given("V", 128256, "", "rows of the vocabulary; the head is not tied");
    const number attention = w.step("attention", H * (a + 2 * g) * d + a * d * H, "");
    const number mlp = w.step("MLP", 3 * H * F, "");
    const number norms = w.step("norms", 2 * H, "", "RMSNorm");
    const number layer = w.step("layer", attention + mlp + norms, "");
    const number all = w.step("parameters", layers * layer + 2 * (V * H) + H, "", "embedding, head, last norm");
    w.library("parameter_count", all, static_cast<double>(parameter_count(llama)), "");
    const number cache = w.step("cache", layers * (g * (d + d)) * 2, "bytes per token in 16 bit");
    w.library("kv_bytes_per_token", cache, kv_bytes_per_token(llama).value(), "bytes");

    const architecture& deepseek = catalog::deepseek_v3;
    w.text(
        "\nDeepSeek-V3, one layer of latent attention: rank r_q of queries, r of keys and values, d_r rotary,\n"
        "d_n without rotary, d_v of values.\n");
    const number h = 7168, heads = 128, r_q = 1536, r = 512, d_r = 64, d_n = 128, d_v = 128;
    const number latent = w.step(
        "attention",
        h * (r_q + r + d_r) + r_q * heads * (d_n + d_r) + r * heads * (d_n + d_v) + heads * d_v * h + r_q + r, "");
    double library = 0;
    for_each_matrix(deepseek.begin()->layer.latent, deepseek.hidden,
                    [&](const matrix& x) { library += static_cast<double>(x.parameters()); });
    w.library("its matrices and two norms", latent, library + 1536 + 512, "");
    const number latent_cache = w.step("cache", 61 * (r + d_r) * 2, "bytes per token in 16 bit");
    w.library("kv_bytes_per_token", latent_cache, kv_bytes_per_token(deepseek).value(), "bytes");
}
const pages::page parameters_page("parameters", parameters);
}  // namespace
