// SPDX-License-Identifier: Apache-2.0
// Families whose operators are those of others, by the parameter counts that their makers print. The dimensions are
// those of the published config.json files, as far as they decide the count.
#include <approx.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/parameters.hpp>

using namespace gambrel;

namespace {
double billions(count n) { return static_cast<double>(n) / 1e9; }
double to_two_digits(double x) { return std::round(x * 100.0) / 100.0; }
}  // namespace

TEST_CASE("the printed counts of families that differ from known ones in names and biases") {
    struct row {
        const char* config;
        double printed;  ///< billions
    };
    const row rows[] = {
        {R"({"model_type":"bamba","hidden_size":4096,"intermediate_size":14336,
            "num_hidden_layers":32,"attn_layer_indices":[9,18,27],
            "num_attention_heads":32,"num_key_value_heads":8,"mamba_n_heads":128,"mamba_d_head":64,
            "mamba_d_state":128,"mamba_n_groups":1,"mamba_d_conv":4,"mamba_expand":2,
            "vocab_size":128256,"tie_word_embeddings":false})",
         9.78},
        {R"({"model_type":"ernie4_5_moe","hidden_size":2560,"intermediate_size":12288,"moe_intermediate_size":1536,
            "num_hidden_layers":28,
            "num_attention_heads":20,"num_key_value_heads":4,"moe_num_experts":64,
            "moe_num_shared_experts":2,"moe_k":6,"moe_layer_start_index":1,"moe_layer_end_index":27,"moe_layer_interval":1,
            "vocab_size":103424,"tie_word_embeddings":true})",
         21.83},
        {R"({"model_type":"exaone4","head_dim":128,"hidden_size":5120,"intermediate_size":27392,
            "num_attention_heads":40,
            "num_hidden_layers":64,"num_key_value_heads":8,"sliding_window":4096,"sliding_window_pattern":"LLLG","tie_word_embeddings":false,
            "vocab_size":102400})",
         32.00},
        {R"({"model_type":"glm","hidden_size":4096,"intermediate_size":13696,
            "num_hidden_layers":40,
            "num_attention_heads":32,"num_key_value_heads":2,"head_dim":128,
            "vocab_size":151552,"tie_word_embeddings":false,"attention_bias":true})",
         9.40},
        {R"({"model_type":"hunyuan_v1_dense","hidden_size":4096,"intermediate_size":14336,
            "num_hidden_layers":32,
            "num_attention_heads":32,"num_key_value_heads":8,"head_dim":128,
            "vocab_size":128167,"tie_word_embeddings":true})",
         7.50},
        {R"({"model_type":"lfm2_moe","hidden_size":2048,"intermediate_size":7168,"moe_intermediate_size":1792,
            "num_hidden_layers":24,
            "num_attention_heads":32,"num_key_value_heads":8,"num_experts":32,"num_experts_per_tok":4,"num_dense_layers":2,"conv_L_cache":3,
            "layer_types":["conv","conv","full_attention","conv","conv","conv","full_attention","conv","conv","conv",
            "full_attention","conv","conv","conv","full_attention","conv","conv","conv","full_attention","conv","conv","full_attention","conv","conv"],
            "vocab_size":65536})",
         8.34},
        {R"({"model_type":"minicpm3","hidden_size":2560,"intermediate_size":6400,
            "num_hidden_layers":62,
            "num_attention_heads":40,"num_key_value_heads":40,"q_lora_rank":768,"kv_lora_rank":256,"qk_nope_head_dim":64,"qk_rope_head_dim":32,
            "vocab_size":73448})",
         4.07},
        {R"({"model_type":"seed_oss","hidden_size":5120,
            "num_hidden_layers":64,"intermediate_size":27648,
            "num_attention_heads":80,"num_key_value_heads":8,"head_dim":128,
            "vocab_size":155136,"tie_word_embeddings":false,"attention_bias":true,"attention_out_bias":false})",
         36.15},
    };
    for (const row& r : rows) {
        CAPTURE(r.config);
        CHECK(to_two_digits(billions(parameter_count(parse_config(r.config)))) == approx(r.printed).epsilon(1e-9));
    }
}

// 31.2 B are published; that these hold one prediction module and its copies of both tables follows from the sum alone.
TEST_CASE("GLM-4.7-Flash: 31.2 B with the prediction module and its copies of both tables") {
    const architecture m = parse_config(
        R"({"model_type":"glm4_moe_lite","num_hidden_layers":47,"hidden_size":2048,"num_attention_heads":20,"num_key_value_heads":20,"head_dim":64,
        "intermediate_size":10240,"vocab_size":154880,"n_routed_experts":64,"n_shared_experts":1,"num_experts_per_tok":4,"moe_intermediate_size":1536,
        "first_k_dense_replace":1,"kv_lora_rank":512,"q_lora_rank":768,"qk_nope_head_dim":192,"qk_rope_head_dim":64,"v_head_dim":256,"tie_word_embeddings":false})");
    const parameter_parts parts = parameters_by_part(m);
    CHECK(billions(parts.language_model() + parts.mtp + 2 * m.vocabulary * m.hidden) == approx(31.2).epsilon(1e-3));
    CHECK(billions(parts.language_model()) == approx(29.94).epsilon(1e-3));
}

TEST_CASE("EXAONE 4 and MiMo-V2: windows on the layers that have them, with heads of their own") {
    const architecture e = parse_config(R"({"model_type":"exaone4","hidden_size":5120,"intermediate_size":27392,
        "num_hidden_layers":64,"num_attention_heads":40,"num_key_value_heads":8,"head_dim":128,"vocab_size":102400,
        "sliding_window":4096,"sliding_window_pattern":"LLLG","max_position_embeddings":131072})");
    CHECK(e.group_count == 2);
    CHECK(e.groups[0].layers == 48);
    CHECK(e.groups[0].layer.attention.window == 4096);
    const architecture x = parse_config(R"({"model_type":"mimo_v2_flash","hidden_size":4096,"intermediate_size":16384,
        "num_hidden_layers":4,"num_attention_heads":64,"num_key_value_heads":4,"head_dim":192,"v_head_dim":128,
        "swa_num_key_value_heads":8,"sliding_window":128,"hybrid_layer_pattern":[0,1,1,0],"moe_layer_freq":[0,1,1,1],
        "moe_intermediate_size":2048,"n_routed_experts":256,"num_experts_per_tok":8,"vocab_size":152576,
        "max_position_embeddings":262144,"add_swa_attention_sink_bias":true})");
    CHECK(x.group_count == 3);
    CHECK(x.groups[1].layer.attention.kv_heads == 8);
    CHECK(x.groups[1].layer.attention.window == 128);
    CHECK(x.groups[1].layer.attention.sinks);
    CHECK(x.groups[2].layer.attention.kv_heads == 4);
    CHECK(x.groups[2].layer.attention.value_dim() == 128);
}

TEST_CASE("experts in groups: a token's come from the chosen ones; more groups than experts are refused") {
    const auto config = [](int groups, int chosen) {
        return R"({"model_type":"deepseek_v3","hidden_size":7168,"intermediate_size":18432,"num_hidden_layers":4,
            "num_attention_heads":128,"num_key_value_heads":128,"vocab_size":129280,"n_routed_experts":256,"n_shared_experts":1,
            "num_experts_per_tok":8,"moe_intermediate_size":2048,"first_k_dense_replace":3,"kv_lora_rank":512,"q_lora_rank":1536,
            "qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"n_group":)" +
               std::to_string(groups) + R"(,"topk_group":)" + std::to_string(chosen) + "}";
    };
    const auto last = [](const architecture& m) {
        experts_block e;
        for (const layer_group& g : m)
            if (g.layer.experts.present()) e = g.layer.experts;
        return e;
    };
    CHECK(last(parse_config(config(8, 4))).groups == 8);
    CHECK(last(parse_config(config(8, 4))).top_groups == 4);
    CHECK(last(parse_config(config(1, 1))).groups == 0);  // from anywhere
    CHECK_THROWS_WITH(parse_config(config(512, 4)), doctest::Contains("n_group 512"));
    CHECK_THROWS_WITH(parse_config(config(4, 8)), doctest::Contains("topk_group 8"));
}
