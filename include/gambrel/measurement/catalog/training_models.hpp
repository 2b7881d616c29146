// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Models of measured training runs: those of the catalog by the names that sources give them, shapes that the name itself
/// states ("GPT-175B h=12288 L=96 a=96"), and families that were trained but never published as a checkpoint.
///
/// Shapes: llm-foundry scripts/train/yamls (MPT: width, heads, layers; learned positions, tied table of 50,368); InternLM-7B
/// and NeMo's GPT-3 and Nemotron by their papers, recalled; MT-NLG 530B (arXiv 2201.11990). A row whose stated parameters are
/// not those of its model is refused. Evidence: tests/measurement/training_row_test.cpp.

#include <gambrel/measurement/fields.hpp>
#include <gambrel/model/catalog.hpp>
#include <optional>

namespace gambrel::detail {

struct trained_shape {
    std::string_view name;
    count layers, hidden, heads, kv_heads, width, vocabulary;
    bool gated, tied;
};
inline constexpr std::array trained_shapes{
    trained_shape{"MPT-125m", 12, 768, 12, 12, 3072, 50368, false, true},
    trained_shape{"MPT-350m", 24, 1024, 16, 16, 4096, 50368, false, true},
    trained_shape{"MPT-760m", 24, 1536, 12, 12, 6144, 50368, false, true},
    trained_shape{"MPT-1b", 24, 2048, 16, 16, 8192, 50368, false, true},
    trained_shape{"MPT-3b", 32, 2560, 20, 20, 10240, 50368, false, true},
    trained_shape{"MPT-7b", 32, 4096, 32, 32, 16384, 50368, false, true},
    trained_shape{"MPT-13b", 40, 5120, 40, 40, 20480, 50368, false, true},
    trained_shape{"MPT-30b", 48, 7168, 56, 56, 28672, 50368, false, true},
    trained_shape{"MPT-70b", 80, 8192, 64, 64, 32768, 50368, false, true},
    trained_shape{"InternLM-7B", 32, 4096, 32, 32, 11008, 103168, true, false},
    trained_shape{"GPT3-5B", 24, 4096, 32, 32, 16384, 51200, false, true},
    trained_shape{"GPT3-20B", 44, 6144, 48, 48, 24576, 51200, false, true},
    trained_shape{"GPT3-175B", 96, 12288, 96, 96, 49152, 51200, false, true},
    trained_shape{"Nemotron-8B", 32, 4096, 32, 32, 16384, 256000, false, false},
    trained_shape{"Nemotron-15B", 32, 6144, 48, 8, 24576, 256000, false, false},
    trained_shape{"Nemotron-22B", 40, 6144, 48, 48, 24576, 256000, false, false},
    trained_shape{"Nemotron-340B", 96, 18432, 96, 8, 73728, 256000, false, false},
    trained_shape{"MT-NLG-530B", 105, 20480, 128, 128, 81920, 51200, false, true},
};
struct trained_name {
    std::string_view theirs, ours;
};
inline constexpr std::array trained_names{
    trained_name{"LLAMA3.1_405B", "llama-3.1-405b"},
    trained_name{"LLAMA3-405B", "llama-3.1-405b"},
    trained_name{"LLAMA3_70B", "meta-llama-3-70b"},
    trained_name{"LLAMA3-70B", "meta-llama-3-70b"},
    trained_name{"LLAMA3_8B", "meta-llama-3-8b"},
    trained_name{"LLAMA3-8B", "meta-llama-3-8b"},
    trained_name{"LLAMA2-7B", "llama-2-7b"},
    trained_name{"LLAMA2-13B", "llama-2-13b"},
    trained_name{"LLAMA2-70B", "llama-2-70b"},
    trained_name{"Qwen3_30B_a3B", "qwen3-30b-a3b"},
    trained_name{"Qwen3_235B_a22B", "qwen3-235b-a22b"},
    trained_name{"DeepSeekV3", "deepseek-v3"},
    trained_name{"GPT OSS 120B", "gpt-oss-120b"},
    trained_name{"Nemotron_3_Nano", "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"},
    trained_name{"Nemotron_3_Super", "NVIDIA-Nemotron-3-Super-120B-A12B-BF16"},
    trained_name{"Nemotron_3_Ultra", "NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16"},
};

inline architecture model_of_shape(const trained_shape& s) {
    architecture m;
    m.name = s.name;
    m.family = "trained";
    m.hidden = s.hidden;
    m.vocabulary = s.vocabulary;
    m.tied_embedding = s.tied;
    m.final_norm_parameters = s.hidden;
    m.add(s.layers, {.attention = {.query_heads = s.heads, .kv_heads = s.kv_heads, .head_dim = s.hidden / s.heads},
                     .feed_forward = {.width = s.width, .gated = s.gated},
                     .norm_parameters = 4 * s.hidden});
    return m;
}

/// The number after `key` in `text`.
inline std::optional<count> stated_count(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at + key.size());
    const auto n = count_in(text.substr(0, text.find(' ')));
    return n ? std::optional<count>(*n) : std::nullopt;
}

/// The model that a training row names; nothing where it is not known. `vocabulary` is what its notes state, or 0.
inline std::optional<architecture> trained_model(std::string_view name, count vocabulary) {
    for (const trained_shape& s : trained_shapes)
        if (same_name(s.name, name)) return model_of_shape(s);
    if (name.starts_with("GPT-") || name.starts_with("BLOOM-")) {
        const auto h = stated_count(name, "h="), l = stated_count(name, "L="), a = stated_count(name, "a=");
        if (!h || !l) return {};
        const count heads = a ? *a : *h / 128;  // where no heads are stated, as wide as the others' are
        if (heads < 1 || *h % heads != 0) return {};
        return model_of_shape({name.substr(0, name.find(' ')), *l, *h, heads, heads, 4 * *h,
                               vocabulary > 0 ? vocabulary : 51200, false, true});
    }
    for (const trained_name& n : trained_names)
        if (same_name(n.theirs, name)) name = n.ours;
    if (const architecture* found = find_model(name)) return *found;
    return {};
}
}  // namespace gambrel::detail
