// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which model_type is read by which dialect. A new family that is a known one under another name is one line here.

#include <gambrel/model/io/dialects/classic.hpp>
#include <gambrel/model/io/dialects/gemma4.hpp>
#include <gambrel/model/io/dialects/hybrid.hpp>
#include <gambrel/model/io/dialects/latent.hpp>
#include <gambrel/model/io/dialects/llama_like.hpp>
#include <gambrel/model/io/dialects/mixture.hpp>
#include <gambrel/model/io/dialects/recurrent.hpp>
#include <gambrel/names.hpp>

namespace gambrel::hugging_face {

struct dialect {
    std::string_view model_type;
    void (*read)(const config_reader&, draft&);
};

// clang-format off
inline constexpr std::array dialects{
    dialect{"llama", read_llama}, dialect{"yi", read_llama},
    dialect{"internlm", read_llama}, dialect{"internlm2", read_llama},
    dialect{"baichuan", read_llama}, dialect{"granite", read_llama}, dialect{"smollm3", read_smollm3},
    dialect{"mistral", read_mistral}, dialect{"ministral3", read_mistral}, dialect{"orion", read_orion},
    dialect{"qwen", read_qwen}, dialect{"qwen2", read_qwen2}, dialect{"qwen2_vl_text", read_qwen2},
    dialect{"qwen2_5_vl_text", read_qwen2}, dialect{"qwen3", read_qwen3}, dialect{"qwen3_vl_text", read_qwen3},
    dialect{"mimo", read_mimo}, dialect{"phi3", read_phi3}, dialect{"phi3_v", read_phi3},
    dialect{"olmo", read_olmo}, dialect{"olmo2", read_olmo2}, dialect{"olmo3", read_olmo3},
    dialect{"cohere", read_cohere}, dialect{"cohere2", read_cohere2}, dialect{"stablelm", read_stablelm},
    dialect{"gemma", read_gemma}, dialect{"gemma2", read_gemma2}, dialect{"gemma3_text", read_gemma3}, dialect{"gemma4_text", read_gemma4},
    dialect{"chatglm", read_chatglm}, dialect{"minicpm", read_minicpm}, dialect{"exaone", read_llama},
    dialect{"exaone4", read_exaone4}, dialect{"seed_oss", read_seed_oss}, dialect{"glm", read_glm},
    dialect{"glm4", read_glm}, dialect{"ernie4_5", read_ernie}, dialect{"hunyuan_v1_dense", read_hunyuan},

    dialect{"gpt2", read_gpt2}, dialect{"gpt_bigcode", read_gpt_bigcode}, dialect{"gptj", read_gptj},
    dialect{"gpt_neox", read_gpt_neox}, dialect{"phi", read_phi}, dialect{"phi-msft", read_phi},
    dialect{"opt", read_opt}, dialect{"bloom", read_bloom}, dialect{"mpt", read_mpt},
    dialect{"falcon", read_falcon}, dialect{"RefinedWeb", read_falcon}, dialect{"RefinedWebModel", read_falcon},
    dialect{"starcoder2", read_starcoder2},

    dialect{"mixtral", read_mixtral}, dialect{"granitemoe", read_granitemoe}, dialect{"olmoe", read_olmoe},
    dialect{"phimoe", read_phimoe}, dialect{"dbrx", read_dbrx}, dialect{"qwen2_moe", read_qwen2_moe},
    dialect{"qwen3_moe", read_qwen3_moe}, dialect{"qwen3_vl_moe_text", read_qwen3_moe},
    dialect{"deepseek", read_deepseek}, dialect{"glm4_moe", read_glm4_moe}, dialect{"minimax_m2", read_minimax_m2},
    dialect{"ernie4_5_moe", read_ernie_moe}, dialect{"mimo_v2_flash", read_mimo_v2},
    dialect{"gpt_oss", read_gpt_oss}, dialect{"llama4_text", read_llama4},

    dialect{"deepseek_v2", read_deepseek_latent}, dialect{"deepseek_v3", read_deepseek_latent},
    dialect{"deepseek_v32", read_deepseek_latent}, dialect{"kimi_k2", read_deepseek_latent},
    dialect{"glm_moe_dsa", read_deepseek_latent}, dialect{"glm4_moe_lite", read_deepseek_latent},
    dialect{"minicpm3", read_minicpm3},

    dialect{"mamba", read_mamba}, dialect{"falcon_mamba", read_mamba}, dialect{"mamba2", read_mamba2},
    dialect{"mamba_ssm", read_mamba_ssm}, dialect{"rwkv5", read_rwkv5}, dialect{"rwkv6", read_rwkv6},
    dialect{"rwkv7", read_rwkv7}, dialect{"retnet", read_retnet},

    dialect{"jamba", read_jamba}, dialect{"nemotron_h", read_nemotron_h},
    dialect{"granitemoehybrid", read_granitemoehybrid}, dialect{"falcon_h1", read_falcon_h1},
    dialect{"bamba", read_bamba}, dialect{"lfm2_moe", read_lfm2},
    dialect{"lfm2", read_lfm2}, dialect{"qwen3_next", read_qwen3_next}, dialect{"qwen3_5_text", read_qwen3_next},
    dialect{"qwen3_5_moe_text", read_qwen3_next},
};
// clang-format on

/// Class names for files that have no model_type, and model types under which a language part appears without its own.
struct other_name {
    std::string_view name;
    std::string_view model_type;
};
inline constexpr std::array other_names{
    other_name{"LlamaForCausalLM", "llama"},
    other_name{"MistralForCausalLM", "mistral"},
    other_name{"MixtralForCausalLM", "mixtral"},
    other_name{"Qwen2ForCausalLM", "qwen2"},
    other_name{"Qwen3ForCausalLM", "qwen3"},
    other_name{"Qwen3MoeForCausalLM", "qwen3_moe"},
    other_name{"GemmaForCausalLM", "gemma"},
    other_name{"Gemma2ForCausalLM", "gemma2"},
    other_name{"Gemma3ForCausalLM", "gemma3_text"},
    other_name{"Phi3ForCausalLM", "phi3"},
    other_name{"GPT2LMHeadModel", "gpt2"},
    other_name{"GPTNeoXForCausalLM", "gpt_neox"},
    other_name{"DeepseekV3ForCausalLM", "deepseek_v3"},
    other_name{"GptOssForCausalLM", "gpt_oss"},
    other_name{"gemma3", "gemma3_text"},
    other_name{"gemma4", "gemma4_text"},
    other_name{"Gemma4ForCausalLM", "gemma4_text"},
    other_name{"Gemma4ForConditionalGeneration", "gemma4_text"},
    other_name{"llama4", "llama4_text"},
    other_name{"llava", "llama"},
    other_name{"mistral3", "mistral"},
    other_name{"qwen3_vl", "qwen3_vl_text"},
    other_name{"qwen2_vl", "qwen2"},
    other_name{"qwen2_5_vl", "qwen2"},
    other_name{"qwen3_vl_moe", "qwen3_vl_moe_text"},
    other_name{"qwen3_5", "qwen3_5_text"},
    other_name{"qwen3_5_moe", "qwen3_5_moe_text"},
    other_name{"kimi_k25", "kimi_k2"},
    other_name{"kimi_vl", "deepseek_v3"},
};

/// The model_type that decides, from the language part, else from the file around it, else from `architectures`.
inline std::string family_of(const config_reader& c) {
    if (c.has("ssm_cfg") && !c.has("model_type")) return "mamba_ssm";
    std::string name = c.text("model_type", c.outermost().text("model_type", ""));
    if (name.empty()) {
        const auto classes = c.outermost().texts("architectures");
        if (classes.empty()) fail(c.path("model_type") + " is missing; it must name the model's family");
        name = classes.front();
    }
    for (const other_name& each : other_names)
        if (name == each.name) return std::string(each.model_type);
    return name;
}

/// The dialect of `family`; an error naming the nearest ones when there is none.
inline const dialect& dialect_of(std::string_view family) {
    for (const dialect& each : dialects)
        if (each.model_type == family) return each;
    std::vector<std::string_view> names;
    for (const dialect& each : dialects) names.push_back(each.model_type);
    fail_unknown("model_type", family, names);
}
}  // namespace gambrel::hugging_face
