// SPDX-License-Identifier: Apache-2.0
// Broken files: whatever the bytes, the answer is a model or a gambrel::error, in bounded time.
#include <chrono>
#include <doctest/doctest.h>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <random>

using namespace gambrel;

namespace {

const std::string seeds[] = {
    R"({"model_type":"qwen3_5_moe","text_config":{"model_type":"qwen3_5_moe_text","hidden_size":3072,"head_dim":256,
"num_attention_heads":32,"num_key_value_heads":2,"num_hidden_layers":4,"layer_types":["linear_attention",
"linear_attention","linear_attention","full_attention"],"linear_num_key_heads":16,"linear_num_value_heads":64,
"linear_key_head_dim":128,"linear_value_head_dim":128,"linear_conv_kernel_dim":4,"num_experts":256,
"num_experts_per_tok":8,"moe_intermediate_size":1024,"shared_expert_intermediate_size":1024,"mtp_num_hidden_layers":1,
"vocab_size":248320,"max_position_embeddings":262144,"attn_output_gate":true},"vision_config":{"depth":27,
"hidden_size":1152,"intermediate_size":4304,"patch_size":16,"num_position_embeddings":2304},"quantization_config":{
"quant_method":"modelopt","quant_algo":"NVFP4","config_groups":{"group_0":{"weights":{"num_bits":4,"type":"float",
"group_size":16},"targets":["Linear"]}},"ignore":["lm_head","*.mlp.shared_expert.*","re:.*self_attn.*"],
"kv_cache_scheme":{"num_bits":8,"type":"float"}}})",
    R"({"model_type":"deepseek_v32","hidden_size":7168,"intermediate_size":18432,"moe_intermediate_size":2048,
"num_hidden_layers":6,"num_attention_heads":128,"q_lora_rank":1536,"kv_lora_rank":512,"qk_nope_head_dim":128,
"qk_rope_head_dim":64,"v_head_dim":128,"index_n_heads":64,"index_head_dim":128,"index_topk":2048,
"indexer_types":["full","full","shared","shared","full","shared"],"n_routed_experts":256,"n_shared_experts":1,
"num_experts_per_tok":8,"first_k_dense_replace":3,"moe_layer_freq":1,"topk_method":"noaux_tc",
"num_nextn_predict_layers":1,"vocab_size":129280,"time_step_limit":[0.0,Infinity],"tie_word_embeddings":false,
"quantization_config":{"quant_method":"fp8","weight_block_size":[128,128],"modules_to_not_convert":["gate","lm_head"]}})",
};

/// One of: a byte changed, a run cut out, a run doubled, a value replaced, a piece of the other file put in.
std::string mutated(std::string text, std::mt19937_64& random) {
    static const char* const values[] = {
        "null", "-1",   "0",         "1e309",     "NaN",     "-Infinity", "18446744073709551616", "[]", "{}",
        "\"\"", "true", "[[[[1]]]]", "\"re:((\"", "4194304", "1.5",       "\"\\ud800\""};
    const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    for (std::size_t round = 1 + below(3); round > 0 && !text.empty(); --round) {
        const std::size_t at = below(text.size()), length = 1 + below(24);
        switch (below(5)) {
            case 0: text[at] = static_cast<char>(random() & 255); break;
            case 1: text.erase(at, length); break;
            case 2: text.insert(at, text.substr(at, length * 8)); break;
            case 3: {
                const std::size_t colon = text.find(':', at);
                if (colon == std::string::npos) break;
                const std::size_t end = text.find_first_of(",}", colon);
                text.replace(colon + 1, (end == std::string::npos ? text.size() : end) - colon - 1,
                             values[below(std::size(values))]);
                break;
            }
            default: {
                const std::string& other = seeds[below(2)];
                text.insert(at, other.substr(below(other.size()), length * 4));
            }
        }
    }
    return text;
}

}  // namespace

TEST_CASE("the seeds themselves load") {
    for (const std::string& seed : seeds) CHECK(parameter_count(parse_config(seed)) > 1'000'000'000);
}

TEST_CASE("6000 broken files are loaded whole or refused") {
    std::mt19937_64 random(20261121);
    int loaded = 0, refused = 0;
    std::chrono::steady_clock::duration slowest{};
    for (int i = 0; i < 6000; ++i) {
        const std::string text = mutated(seeds[i % 2], random);
        const auto start = std::chrono::steady_clock::now();
        try {
            const architecture m = parse_config(text);
            REQUIRE(m.layers() >= 1);
            REQUIRE(parameter_count(m) > 0);
            REQUIRE(active_parameters(m) <= parameter_count(m));
            REQUIRE(weight_bytes(m, m.stored).value() > 0.0);
            REQUIRE(kv_bytes(m, 4096.0).value() >= 0.0);
            ++loaded;
        } catch (const error&) {
            ++refused;
        }
        slowest = std::max(slowest, std::chrono::steady_clock::now() - start);
    }
    CHECK(loaded > 100);
    CHECK(refused > 1000);
    CHECK(slowest < std::chrono::seconds(1));
    MESSAGE(loaded << " loaded, " << refused << " refused, slowest "
                   << std::chrono::duration<double, std::milli>(slowest).count() << " ms");
}
