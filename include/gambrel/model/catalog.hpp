// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every model of the catalog, and finding one by name. A program that needs one family includes its file alone.
///
/// Names compare without regard to case, and '_' or ' ' stand for '-'. A model answers to its Hugging Face id, to the
/// part after '/', to that part without the words that do not tell models apart (Meta-, -Instruct, -hf, -it ...),
/// and to any beginning of it, up to a '-', that only longer names of the same share: "llama-3.1-70b", "deepseek-r1",
/// "llama-4-scout", "qwen3-235b" (of Qwen3-235B-A22B and its -Instruct-2507).

#include <array>
#include <gambrel/names.hpp>
#include <gambrel/names/kin.hpp>
#include <gambrel/model/catalog/bloom_mpt_opt.hpp>
#include <gambrel/model/catalog/cohere.hpp>
#include <gambrel/model/catalog/deepseek.hpp>
#include <gambrel/model/catalog/falcon.hpp>
#include <gambrel/model/catalog/gemma.hpp>
#include <gambrel/model/catalog/glm.hpp>
#include <gambrel/model/catalog/gpt.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/minimax.hpp>
#include <gambrel/model/catalog/mistral.hpp>
#include <gambrel/model/catalog/moonshot.hpp>
#include <gambrel/model/catalog/nvidia.hpp>
#include <gambrel/model/catalog/olmo.hpp>
#include <gambrel/model/catalog/openai.hpp>
#include <gambrel/model/catalog/others_moe.hpp>
#include <gambrel/model/catalog/phi.hpp>
#include <gambrel/model/catalog/qwen.hpp>
#include <gambrel/model/catalog/sisters.hpp>
#include <gambrel/model/catalog/starcoder_dbrx.hpp>
#include <gambrel/model/catalog/state_space.hpp>
#include <string_view>

namespace gambrel {

inline constexpr std::array all_models{
    // llama
    &catalog::llama_2_7b, &catalog::llama_2_13b, &catalog::llama_2_70b, &catalog::llama_30b, &catalog::llama_65b, &catalog::code_llama_34b,
    &catalog::llama_3_8b,
    &catalog::llama_3_70b, &catalog::llama_3_1_8b, &catalog::llama_3_1_70b, &catalog::llama_3_1_405b,
    &catalog::llama_3_2_1b, &catalog::llama_3_2_3b, &catalog::llama_3_3_70b, &catalog::yi_34b,
    &catalog::tinyllama_1_1b, &catalog::granite_3_1_8b, &catalog::smollm3_3b, &catalog::llama_4_scout,
    &catalog::llama_4_maverick,
    // mistral
    &catalog::mistral_7b, &catalog::mistral_7b_v0_3, &catalog::mistral_nemo, &catalog::mistral_small_24b,
    &catalog::mistral_large, &catalog::devstral_2, &catalog::ministral_3_8b, &catalog::ministral_3_14b,
    &catalog::mixtral_8x7b, &catalog::mixtral_8x22b,
    // qwen
    &catalog::qwen2_7b, &catalog::qwen2_5_0_5b, &catalog::qwen2_5_1_5b, &catalog::qwen2_5_3b, &catalog::qwen2_5_7b,
    &catalog::qwen2_5_14b, &catalog::qwen2_5_32b, &catalog::qwen2_5_72b, &catalog::qwen3_0_6b, &catalog::qwen3_1_7b,
    &catalog::qwen3_4b, &catalog::qwen3_8b, &catalog::qwen3_14b, &catalog::qwen3_32b, &catalog::qwen3_30b_a3b,
    &catalog::qwen3_235b_a22b, &catalog::qwen3_coder_480b_a35b, &catalog::qwen3_next_80b_a3b, &catalog::qwen3_5_27b,
    &catalog::qwen3_5_35b_a3b, &catalog::qwen3_5_122b_a10b, &catalog::qwen3_5_397b_a17b,
    // gemma
    &catalog::gemma_2b, &catalog::gemma_7b, &catalog::gemma_2_2b, &catalog::gemma_2_9b, &catalog::gemma_2_27b,
    &catalog::gemma_3_1b, &catalog::gemma_3_4b, &catalog::gemma_3_12b, &catalog::gemma_3_27b,
    &catalog::gemma_4_31b, &catalog::gemma_4_26b_a4b,
    // phi
    &catalog::phi_1_5, &catalog::phi_2, &catalog::phi_3_mini_4k, &catalog::phi_3_medium_4k, &catalog::phi_3_5_mini,
    &catalog::phi_4, &catalog::phi_4_mini, &catalog::phi_3_5_moe,
    // deepseek
    &catalog::deepseek_v2_lite, &catalog::deepseek_v2, &catalog::deepseek_v3, &catalog::deepseek_r1,
    &catalog::deepseek_v3_1, &catalog::deepseek_v3_2, &catalog::deepseek_moe_16b,
    // moonshot
    &catalog::kimi_k2, &catalog::kimi_k2_5, &catalog::kimi_k2_6,
    // glm
    &catalog::glm_4_5, &catalog::glm_4_5_air, &catalog::glm_4_7_flash, &catalog::glm_5, &catalog::glm_5_1, &catalog::glm_5_2,
    // openai
    &catalog::gpt_oss_20b, &catalog::gpt_oss_120b,
    // minimax
    &catalog::minimax_m2_5,
    // others_moe
    &catalog::dots_llm1, &catalog::hunyuan_a13b,
    // nvidia
    &catalog::nemotron_h_8b, &catalog::nemotron_h_56b, &catalog::nemotron_3_nano, &catalog::nemotron_3_super,
    &catalog::nemotron_3_ultra,
    // cohere
    &catalog::command_r, &catalog::command_r_plus, &catalog::aya_23_8b,
    // falcon
    &catalog::falcon_7b, &catalog::falcon_40b, &catalog::falcon_180b,
    // gpt
    &catalog::gpt2, &catalog::gpt2_medium, &catalog::gpt2_xl, &catalog::gpt_3_6_7b, &catalog::gpt_3_89b,
    &catalog::gpt_3_175b, &catalog::mt_530b, &catalog::gpt_j_6b, &catalog::gpt_neox_20b, &catalog::pythia_1b,
    &catalog::pythia_1_4b, &catalog::pythia_2_8b, &catalog::pythia_6_9b, &catalog::pythia_12b,
    // bloom_mpt_opt
    &catalog::bloom_7b1, &catalog::bloom, &catalog::mpt_7b, &catalog::mpt_30b, &catalog::opt_1_3b, &catalog::opt_6_7b,
    &catalog::opt_13b, &catalog::opt_30b, &catalog::opt_66b,
    // olmo
    &catalog::olmo_2_7b, &catalog::olmo_2_13b, &catalog::olmo_2_32b, &catalog::olmo_3_7b, &catalog::olmoe_7b,
    // starcoder_dbrx
    &catalog::starcoder2_7b, &catalog::starcoder2_15b, &catalog::dbrx,
    // state_space
    &catalog::mamba_2_8b, &catalog::mamba2_2_7b, &catalog::codestral_mamba_7b, &catalog::falcon_mamba_7b,
    &catalog::jamba_1_5_mini, &catalog::granite_4_h_tiny, &catalog::falcon_h1_7b, &catalog::lfm2_2_6b,
    &catalog::rwkv_6_7b, &catalog::rwkv_7_1_5b, &catalog::rwkv_7_2_9b, &catalog::retnet_6_7b,
    // sisters
    &catalog::deepseek_v3_0324, &catalog::deepseek_r1_0528, &catalog::deepseek_v3_1_terminus,
    &catalog::r1_distill_qwen_1_5b, &catalog::r1_distill_qwen_7b, &catalog::r1_distill_qwen_14b,
    &catalog::r1_distill_qwen_32b, &catalog::r1_distill_llama_8b, &catalog::r1_distill_llama_70b,
    &catalog::r1_0528_qwen3_8b, &catalog::qwq_32b, &catalog::qwen2_5_coder_7b, &catalog::qwen2_5_coder_14b,
    &catalog::qwen2_5_coder_32b, &catalog::qwen3_4b_instruct_2507, &catalog::qwen3_4b_thinking_2507,
    &catalog::qwen3_30b_a3b_instruct_2507, &catalog::qwen3_30b_a3b_thinking_2507,
    &catalog::qwen3_235b_a22b_instruct_2507, &catalog::qwen3_235b_a22b_thinking_2507, &catalog::qwen3_coder_30b_a3b,
    &catalog::qwen3_next_80b_a3b_thinking, &catalog::qwen3_coder_next, &catalog::qwen3_6_27b,
    &catalog::qwen3_6_35b_a3b, &catalog::glm_4_6, &catalog::glm_4_7, &catalog::kimi_k2_0905,
    &catalog::kimi_k2_thinking, &catalog::kimi_k2_7_code, &catalog::minimax_m2, &catalog::minimax_m2_1,
    &catalog::minimax_m2_7, &catalog::devstral_small_2507, &catalog::mistral_7b_v0_2,
    &catalog::gpt_oss_safeguard_20b, &catalog::gpt_oss_safeguard_120b, &catalog::nemotron_70b, &catalog::hermes_3_8b,
    &catalog::hermes_3_70b,
};

/// The names of all models, in the order of `all_models`.
inline constexpr std::array model_names = names_of_entries(all_models);

namespace detail {
constexpr std::string_view without_owner(std::string_view id) { return id.substr(id.rfind('/') + 1); }

/// "meta-llama/Llama-3.1-70B-Instruct" is "Llama-3.1-70B".
constexpr std::string_view short_model_name(std::string_view name) {
    name = without_owner(name);
    for (std::string_view word : {"meta-", "nvidia-", "c4ai-", "ai21-"})
        if (same_name(name.substr(0, word.size()), word)) name.remove_prefix(word.size());
    constexpr std::array<std::string_view, 12> endings{"-instruct", "-hf", "-it", "-chat", "-base", "-bf16",
                                                       "-v0.1", "-v01", "-2407", "-2501", "-2512", "-0924"};
    for (std::size_t i = 0; i < endings.size();) {
        const std::size_t length = endings[i].size();
        const bool ends = name.size() > length && same_name(name.substr(name.size() - length), endings[i]);
        if (ends) name.remove_suffix(length);
        i = ends ? 0 : i + 1;
    }
    return name;
}

/// Whether `part` is the beginning of `whole`, up to a '-'.
constexpr bool begins_name(std::string_view whole, std::string_view part) {
    return whole.size() > part.size() && whole[part.size()] == '-' && same_name(whole.substr(0, part.size()), part);
}
}  // namespace detail

/// The names of all models without owner, and as short as they are told apart, in the order of `all_models`.
inline constexpr std::array bare_model_names = [] {
    auto names = model_names;
    for (std::string_view& each : names) each = detail::without_owner(each);
    return names;
}();
inline constexpr std::array short_model_names = [] {
    auto names = model_names;
    for (std::string_view& each : names) each = detail::short_model_name(each);
    return names;
}();

namespace detail {
/// Place in `all_models`, or its size. (An index, because GCC's sanitizers make a compare with null not constant.)
constexpr std::size_t place_of_model(std::string_view name) {
    for (std::size_t i = 0; i < all_models.size(); ++i)
        if (same_name(name, model_names[i]) || same_name(name, bare_model_names[i])) return i;

    name = short_model_name(name);
    std::size_t begun = 0, beginnings = 0;
    for (std::size_t i = 0; i < all_models.size(); ++i) {
        if (same_name(name, short_model_names[i])) return i;
        if (!begins_name(short_model_names[i], name)) continue;
        if (beginnings > 0 && begins_name(short_model_names[i], short_model_names[begun])) continue;
        if (beginnings == 0 || !begins_name(short_model_names[begun], short_model_names[i])) ++beginnings;
        begun = i;
    }
    return beginnings == 1 ? begun : all_models.size();
}
}  // namespace detail

/// The model of that name; null when there is none, or when a beginning fits several.
/// Evidence: tests/model/catalog_test.cpp.
constexpr const architecture* find_model(std::string_view name) {
    const std::size_t place = detail::place_of_model(name);
    return place < all_models.size() ? all_models[place] : nullptr;
}

/// The nearest models by kind, with owners only if `name` has one. Evidence: tests/model/catalog_test.cpp.
inline std::array<std::string_view, 3> nearest_models(std::string_view name) {
    const bool owned = name.find('/') != std::string_view::npos;
    return nearest_kin(name, owned ? model_names : short_model_names, bare_model_names);
}

/// The model of that name; an unknown one is an error naming the nearest.
/// Evidence: tests/model/catalog_test.cpp.
constexpr const architecture& model_named(std::string_view name) {
    const std::size_t place = detail::place_of_model(name);
    if (place < all_models.size()) return *all_models[place];
    fail_with_nearest("model", name, nearest_models(name));
}
}  // namespace gambrel
