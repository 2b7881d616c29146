// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <filesystem>
#include <gambrel/gambrel.hpp>
#include <gambrel/model/io/hugging_face.hpp>

namespace {
using namespace gambrel;
using pages::number, pages::worked;

void config_loader(worked& w) {
    w.text(
        "examples/models/qwen3-30b-a3b.json. Its model_type qwen3_moe is of the dialect mixture.hpp, which knows what\n"
        "the file leaves out: norms of queries and keys, no biases, gated experts.\n");
    const architecture m = read_config(std::filesystem::path("examples/models/qwen3-30b-a3b.json"));
    const number layers = w.given("layers", 48, "", "num_hidden_layers");
    const number H = w.given("H", 2048, "", "hidden_size");
    const number a = w.given("a", 32, "", "num_attention_heads");
    const number g = w.given("g", 4, "", "num_key_value_heads");
    const number d = w.given("d", 128, "", "head_dim: not hidden_size / num_attention_heads, which is 64");
    const number E = w.given("E", 128, "", "num_experts, in every layer: decoder_sparse_step 1, mlp_only_layers empty");
    const number k = w.given("top_k", 8, "", "num_experts_per_tok");
    const number I = w.given("I", 768, "", "moe_intermediate_size; intermediate_size belongs to no layer here");
    const number V = w.given("V", 151936, "", "vocab_size; tie_word_embeddings false: the head is another table");
    const number attention =
        w.step("attention", H * (a + 2 * g) * d + a * d * H + 2 * d, "", "2 d: query and key norm");
    const number expert = w.step("an expert", 3 * H * I, "");
    const number rest = w.step("router, norms", E * H + 2 * H, "");
    const number tables = w.step("tables", 2 * (V * H), "");
    const number all = w.step("parameters", layers * (attention + E * expert + rest) + tables + H, "");
    w.library("parameter_count", all, static_cast<double>(parameter_count(m)), "");
    const number active = w.step("active", layers * (attention + k * expert + rest) + tables + H, "");
    w.library("active_parameters", active, static_cast<double>(active_parameters(m)), "");
    const number cache = w.step("cache", layers * (g * (d + d)) * 2, "bytes per token", "torch_dtype bfloat16");
    w.library("kv_bytes_per_token", cache, kv_bytes_per_token(m).value(), "bytes");
}
const pages::page config_page("config-loader", config_loader);
}  // namespace
