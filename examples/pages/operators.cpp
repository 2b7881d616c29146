// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/qwen.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::exp, pages::ln, pages::pow, pages::sqrt;

operation found(std::string_view name, const architecture& model, const parallelism& cut, const step_shape& shape) {
    const precision formats{.weights = as_served(model.stored), .kv = model.kv_cache};
    operation result;
    for_each_operation({model, cut, formats}, shape, [&](const operation& op) {
        if (op.name == name && !(result.work > flop<>{})) result = op;
    });
    if (!(result.work > flop<>{})) fail("no operation is called " + std::string(name));
    return result;
}

void operators(worked& w) {
    w.text(
        "Llama-3.1-70B in bf16 on 4 tensor ranks, what each rank does in one layer. A step carries 32 decodes at\n"
        "context 2000 and one piece of 480 tokens of a prompt, 1024 of which are cached already.\n");
    constexpr parallelism cut{.tensor = 4};
    constexpr step_shape shape{.decodes = 32, .context = 2000, .prompts = 1, .prompt_tokens = 480, .prompt_past = 1024};
    const auto library = [&](std::string_view name) { return found(name, catalog::llama_3_1_70b, cut, shape); };
    const number ranks = w.given("ranks", 4, "");
    const number hidden = w.given("H", 8192, "", "hidden");
    const number heads = w.step("heads", 64 / ranks, "", "of queries, on one rank");
    const number kv_heads = w.step("kv_heads", 8 / ranks, "", "on one rank");
    const number d = w.given("d", 128, "", "width of a head, d_qk = d_v");

    w.text("\nGEMM of query, key and value: all tokens of the step go through the matrix together.");
    const number M = w.step("M", number(32) + 480, "tokens");
    const number N = w.step("N", (heads + 2 * kv_heads) * d, "outputs");
    const number flop = w.step("flop", 2 * M * N * hidden / 1e9, "GFLOP");
    w.library("query, key and value", flop, library("qkv").work / 1_GFLOP, "GFLOP");
    const number moved = w.step("bytes", (2 * N * hidden + 2 * M * hidden + 2 * M * N) / 1e6, "MB");
    w.library("query, key and value", moved, library("qkv").traffic() / 1_MB, "MB");

    w.text("\nAttention of the decodes: each reads its keys and values once.");
    const number S = 2000;
    const number decode_flop = w.step("flop", 32 * (2 * heads * (d + d) * S) / 1e9, "GFLOP");
    w.library("decode attention", decode_flop, library("decode attention").work / 1_GFLOP, "GFLOP");
    const number cache = w.step("bytes", 32 * (S * kv_heads * (d + d) * 2) / 1e6, "MB", "2 bytes an element");
    w.library("decode attention", cache, library("decode attention").cache / 1_MB, "MB");

    w.text("\nAttention of the prompt's piece: its s tokens see the p before them, and each other causally.");
    const number s = 480, past = 1024;
    const number pairs = w.step("causal_pairs", s * past + s * (s + 1) / 2, "");
    const number prompt_flop = w.step("flop", 2 * heads * (d + d) * pairs / 1e9, "GFLOP");
    w.library("prefill attention", prompt_flop, library("prefill attention").work / 1_GFLOP, "GFLOP");

    w.text("\nQwen3-30B-A3B, 16 decodes: how many of a layer's experts are read, and what they weigh.");
    const number E = w.given("E", 128, "", "experts");
    const number k = w.given("k", 8, "", "of them for each token");
    const number T = w.given("T", 16, "", "tokens");
    const number v =
        w.given("v", experts_block{}.routing_variation, "", "routing_variation, the default of all models");
    const number f = w.given("f", least_share, "", "least_share");
    const number lambda = w.step("lambda", -T * ln(1 - k / E), "");
    const number none =
        w.step("untouched", exp(-f * lambda) * pow(1 + lambda * pow(v, 2) / (1 - f), -pow(1 - f, 2) / pow(v, 2)), "");
    const number distinct = w.step("distinct", E * (1 - none), "experts");
    w.library("distinct_experts", distinct, distinct_experts(128, 8, 16, v.value), "experts");
    const number weights = w.step("weights", distinct * 3 * 2048 * 768 * 2 / 1e6, "MB", "3 matrices of 2048 x 768");
    w.library("experts", weights,
              found("experts", catalog::qwen3_30b_a3b, {}, step_shape::decode(16, 2000)).weights / 1_MB, "MB");

    w.text(
        "\nThe same with the experts shared out over 8 ranks that send 16 tokens each: how much the busiest has to "
        "do.");
    const number groups = w.given("groups", 8, "", "ranks");
    const number tokens = w.step("T", groups * T, "tokens");
    const number z =
        w.given("z", normal_quantile(1.0 - 0.5614594835668851 / 8), "", "normal_quantile(1 - 0.561 / groups)");
    const number spread = w.step("s", (pow(v, 2) * groups / E + groups / (tokens * k)) * (1 - 1 / groups), "");
    const number busiest = w.step("busiest", pow(1 - spread / 9 + z * sqrt(spread) / 3, 3), "times the mean");
    const number rows = w.step("rows", busiest * tokens * k / groups, "token copies");
    w.library("busiest_load", rows, busiest_load(128, 8, 128, 8, v.value).rows, "token copies");
}
const pages::page operators_page("operators", operators);
}  // namespace
