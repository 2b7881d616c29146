// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Checkpoints whose layers are those of another model of the catalog: distilled into it, trained on, or published again.
/// Only the name, the longest context and what the line says differ.
///
/// Source: config.json of each, as copied in ai-dynamo/aiconfigurator (GLM-4.7, Kimi-K2-Thinking, Kimi-K2.7-Code,
/// MiniMax-M2.7, Qwen3.6-35B-A3B, read 2026-11), or the model card's layers, heads and context (Qwen3 of 2507,
/// Qwen3-Coder-30B; DeepSeek-R1-Distill: the base model it names; Qwen3.6-27B: layers, heads and vocabulary of its
/// config.json as quoted in public, its MLP taken as Qwen3.5's). Lines marked "recalled" were not looked up again.
/// Qwen3-Coder-Next is published with 79.7 billion, so without Qwen3-Next's prediction module.

#include <gambrel/model/catalog/deepseek.hpp>
#include <gambrel/model/catalog/glm.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/minimax.hpp>
#include <gambrel/model/catalog/mistral.hpp>
#include <gambrel/model/catalog/moonshot.hpp>
#include <gambrel/model/catalog/openai.hpp>
#include <gambrel/model/catalog/qwen.hpp>

namespace gambrel::catalog {

constexpr architecture sister(architecture m, const char* name, count most_context) {
    m.name = name;
    m.most_context = most_context;
    return m;
}

// clang-format off
inline constexpr architecture deepseek_v3_0324 = sister(deepseek_v3, "deepseek-ai/DeepSeek-V3-0324", 163840);
inline constexpr architecture deepseek_r1_0528 = sister(deepseek_r1, "deepseek-ai/DeepSeek-R1-0528", 163840);
inline constexpr architecture deepseek_v3_1_terminus = sister(deepseek_v3_1, "deepseek-ai/DeepSeek-V3.1-Terminus", 163840);
/// Of Qwen2.5-Math-1.5B, with a head of its own (recalled: 1,777,088,000).
inline constexpr architecture r1_distill_qwen_1_5b = [] {
    architecture m = sister(qwen2_5_1_5b, "deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", 131072);
    m.tied_embedding = false;
    return m;
}();
inline constexpr architecture r1_distill_qwen_7b = sister(qwen2_5_7b, "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", 131072);
inline constexpr architecture r1_distill_qwen_14b = sister(qwen2_5_14b, "deepseek-ai/DeepSeek-R1-Distill-Qwen-14B", 131072);
inline constexpr architecture r1_distill_qwen_32b = sister(qwen2_5_32b, "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", 131072);
inline constexpr architecture r1_distill_llama_8b = sister(llama_3_1_8b, "deepseek-ai/DeepSeek-R1-Distill-Llama-8B", 131072);
inline constexpr architecture r1_distill_llama_70b = sister(llama_3_3_70b, "deepseek-ai/DeepSeek-R1-Distill-Llama-70B", 131072);
inline constexpr architecture r1_0528_qwen3_8b = sister(qwen3_8b, "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B", 131072);  // recalled
inline constexpr architecture qwq_32b = sister(qwen2_5_32b, "Qwen/QwQ-32B", 40960);                                  // recalled
inline constexpr architecture qwen2_5_coder_7b = sister(qwen2_5_7b, "Qwen/Qwen2.5-Coder-7B-Instruct", 32768);        // recalled
inline constexpr architecture qwen2_5_coder_14b = sister(qwen2_5_14b, "Qwen/Qwen2.5-Coder-14B-Instruct", 32768);     // recalled
inline constexpr architecture qwen2_5_coder_32b = sister(qwen2_5_32b, "Qwen/Qwen2.5-Coder-32B-Instruct", 32768);
inline constexpr architecture qwen3_4b_instruct_2507 = sister(qwen3_4b, "Qwen/Qwen3-4B-Instruct-2507", 262144);
inline constexpr architecture qwen3_4b_thinking_2507 = sister(qwen3_4b, "Qwen/Qwen3-4B-Thinking-2507", 262144);
inline constexpr architecture qwen3_30b_a3b_instruct_2507 = sister(qwen3_30b_a3b, "Qwen/Qwen3-30B-A3B-Instruct-2507", 262144);
inline constexpr architecture qwen3_30b_a3b_thinking_2507 = sister(qwen3_30b_a3b, "Qwen/Qwen3-30B-A3B-Thinking-2507", 262144);
inline constexpr architecture qwen3_235b_a22b_instruct_2507 = sister(qwen3_235b_a22b, "Qwen/Qwen3-235B-A22B-Instruct-2507", 262144);
inline constexpr architecture qwen3_235b_a22b_thinking_2507 = sister(qwen3_235b_a22b, "Qwen/Qwen3-235B-A22B-Thinking-2507", 262144);
inline constexpr architecture qwen3_coder_30b_a3b = sister(qwen3_30b_a3b, "Qwen/Qwen3-Coder-30B-A3B-Instruct", 262144);
inline constexpr architecture qwen3_next_80b_a3b_thinking = sister(qwen3_next_80b_a3b, "Qwen/Qwen3-Next-80B-A3B-Thinking", 262144);
inline constexpr architecture qwen3_coder_next = [] {
    architecture m = sister(qwen3_next_80b_a3b, "Qwen/Qwen3-Coder-Next", 262144);
    m.mtp = {};
    return m;
}();
inline constexpr architecture qwen3_6_27b = sister(qwen3_5_27b, "Qwen/Qwen3.6-27B", 262144);
inline constexpr architecture qwen3_6_35b_a3b = sister(qwen3_5_35b_a3b, "Qwen/Qwen3.6-35B-A3B", 262144);
inline constexpr architecture glm_4_6 = sister(glm_4_5, "zai-org/GLM-4.6", 202752);  // recalled
inline constexpr architecture glm_4_7 = sister(glm_4_5, "zai-org/GLM-4.7", 202752);
inline constexpr architecture kimi_k2_0905 = sister(kimi_k2, "moonshotai/Kimi-K2-Instruct-0905", 262144);  // recalled
/// As K2, its routed experts in 4-bit integers as K2.5's.
inline constexpr architecture kimi_k2_thinking = [] {
    architecture m = sister(kimi_k2, "moonshotai/Kimi-K2-Thinking", 262144);
    m.stored = kimi_k2_5.stored;
    return m;
}();
inline constexpr architecture kimi_k2_7_code = sister(kimi_k2_5, "moonshotai/Kimi-K2.7-Code", 262144);
inline constexpr architecture minimax_m2 = sister(minimax_m2_5, "MiniMaxAI/MiniMax-M2", 196608);      // recalled
inline constexpr architecture minimax_m2_1 = sister(minimax_m2_5, "MiniMaxAI/MiniMax-M2.1", 196608);  // recalled
inline constexpr architecture minimax_m2_7 = sister(minimax_m2_5, "MiniMaxAI/MiniMax-M2.7", 204800);
inline constexpr architecture devstral_small_2507 = sister(mistral_small_24b, "mistralai/Devstral-Small-2507", 131072);
inline constexpr architecture mistral_7b_v0_2 = mistral({.name = "mistralai/Mistral-7B-Instruct-v0.2", .layers = 32,
    .hidden = 4096, .heads = 32, .kv_heads = 8, .width = 14336, .vocabulary = 32000, .most_context = 32768});  // recalled
inline constexpr architecture gpt_oss_safeguard_20b = sister(gpt_oss_20b, "openai/gpt-oss-safeguard-20b", 131072);     // recalled
inline constexpr architecture gpt_oss_safeguard_120b = sister(gpt_oss_120b, "openai/gpt-oss-safeguard-120b", 131072);  // recalled
inline constexpr architecture nemotron_70b = sister(llama_3_1_70b, "nvidia/Llama-3.1-Nemotron-70B-Instruct-HF", 131072);  // recalled
inline constexpr architecture hermes_3_8b = sister(llama_3_1_8b, "NousResearch/Hermes-3-Llama-3.1-8B", 131072);        // recalled
inline constexpr architecture hermes_3_70b = sister(llama_3_1_70b, "NousResearch/Hermes-3-Llama-3.1-70B", 131072);     // recalled
// clang-format on
}  // namespace gambrel::catalog
