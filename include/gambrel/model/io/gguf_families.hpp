// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the architecture of a GGUF file says where the file has no tensors to say it (vocabulary only).
/// Evidence: tests/model/io/gguf_header_test.cpp.

#include <algorithm>
#include <array>
#include <string_view>

namespace gambrel::detail::gguf {

/// Families of softmax or latent attention with dense feed-forward parts or experts: llama.cpp's src/llama-arch.cpp at
/// 00395eb, read 2026-11.
// clang-format off
inline constexpr std::array<std::string_view, 67> families_read{
    "apertus", "arcee", "baichuan", "bailingmoe", "bailingmoe2", "bitnet", "bloom", "chatglm", "codeshell", "cohere2",
    "command-r", "dbrx", "deepseek", "deepseek2", "dots1", "ernie4_5", "ernie4_5-moe", "exaone", "exaone-moe",
    "exaone4", "falcon", "gemma", "gemma2", "gemma3", "gemma4", "glm4", "glm4moe", "gpt-oss", "gpt2", "gptj",
    "gptneox", "granite", "granitemoe", "grok", "hunyuan-dense", "hunyuan-moe", "internlm2", "llama", "llama4",
    "minicpm", "minicpm3", "minimax-m2", "mistral3", "mpt", "nemotron", "olmo", "olmo2", "olmoe", "openelm", "orion",
    "phi2", "phi3", "phimoe", "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen3moe", "qwen3vl", "qwen3vlmoe", "refact",
    "seed_oss", "smollm3", "stablelm", "starcoder", "starcoder2", "xverse"};
// clang-format on
constexpr bool is_read(std::string_view family) {
    return std::find(families_read.begin(), families_read.end(), family) != families_read.end();
}

/// Families whose feed-forward parts have no gate, and whose head is the embedding, for files that have no tensors to
/// say.
struct family_facts {
    std::string_view name;
    bool gated, tied;
};
inline constexpr std::array<family_facts, 13> without_tensors{{{"bloom", false, true},
                                                               {"command-r", true, true},
                                                               {"falcon", false, true},
                                                               {"gemma", true, true},
                                                               {"gemma2", true, true},
                                                               {"gemma3", true, true},
                                                               {"gemma4", true, true},
                                                               {"gpt2", false, true},
                                                               {"gptneox", false, false},
                                                               {"mpt", false, true},
                                                               {"phi2", false, false},
                                                               {"starcoder", false, true},
                                                               {"starcoder2", false, true}}};
inline family_facts facts_of(std::string_view family) {
    for (const family_facts& f : without_tensors)
        if (f.name == family) return f;
    return {family, true, false};
}

}  // namespace gambrel::detail::gguf
