// SPDX-License-Identifier: Apache-2.0
#include "hardware/csv_rows.hpp"
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <map>

using namespace gambrel;
using namespace gambrel::literals;

namespace {

/// The count that someone published for a model, and the config.json fields that decide it.
struct published {
    const char* model;
    const char* source;
    count parameters;
    count active;
    count kv_bytes;  ///< per token at 16 bit
    const char* config;
};

const published vectors[] = {
    {"Meta-Llama-3-8B", "Hugging Face API safetensors.total", 8030261248, 8030261248, 131072,
     R"({"model_type":"llama","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,
         "num_attention_heads":32,"num_key_value_heads":8,"vocab_size":128256,"tie_word_embeddings":false})"},
    {"Mixtral-8x7B-v0.1", "keras-hub presets", 46702792704, 12879925248, 131072,
     R"({"model_type":"mixtral","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,
         "num_attention_heads":32,"num_key_value_heads":8,"num_local_experts":8,"num_experts_per_tok":2,
         "sliding_window":null,"vocab_size":32000})"},
    {"Qwen2.5-7B-Instruct", "Hugging Face API safetensors.total", 7615616512, 7615616512, 57344,
     R"({"model_type":"qwen2","hidden_size":3584,"intermediate_size":18944,"num_hidden_layers":28,
         "num_attention_heads":28,"num_key_value_heads":4,"use_sliding_window":false,"sliding_window":131072,
         "max_position_embeddings":32768,"vocab_size":152064})"},
    {"Qwen3-30B-A3B", "Hugging Face API safetensors.total", 30532122624, 3353032704, 98304,
     R"({"model_type":"qwen3_moe","hidden_size":2048,"intermediate_size":6144,"moe_intermediate_size":768,
         "num_hidden_layers":48,"num_attention_heads":32,"num_key_value_heads":4,"head_dim":128,"num_experts":128,
         "num_experts_per_tok":8,"decoder_sparse_step":1,"mlp_only_layers":[],"vocab_size":151936})"},
    {"DeepSeek-V3 (main model)", "MAI-DS-R1 BF16, Hugging Face API", 671026419200, 37552297472, 70272,
     R"({"model_type":"deepseek_v3","hidden_size":7168,"intermediate_size":18432,"moe_intermediate_size":2048,
         "num_hidden_layers":61,"num_attention_heads":128,"num_key_value_heads":128,"q_lora_rank":1536,
         "kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"n_routed_experts":256,
         "n_shared_experts":1,"num_experts_per_tok":8,"first_k_dense_replace":3,"topk_method":"noaux_tc",
         "num_nextn_predict_layers":1,"vocab_size":129280})"},
    {"DeepSeek-V2-Lite", "Hugging Face totals", 15706484224, 2661150208, 31104,
     R"({"model_type":"deepseek_v2","hidden_size":2048,"intermediate_size":10944,"moe_intermediate_size":1408,
         "num_hidden_layers":27,"num_attention_heads":16,"q_lora_rank":null,"kv_lora_rank":512,"qk_nope_head_dim":128,
         "qk_rope_head_dim":64,"v_head_dim":128,"n_routed_experts":64,"n_shared_experts":2,"num_experts_per_tok":6,
         "first_k_dense_replace":1,"topk_method":"greedy","vocab_size":102400})"},
    {"gpt-oss-20b", "Hugging Face API safetensors.total", 20914757184, 4187440704, 49152,
     R"({"model_type":"gpt_oss","hidden_size":2880,"intermediate_size":2880,"num_hidden_layers":24,
         "num_attention_heads":64,"num_key_value_heads":8,"head_dim":64,"attention_bias":true,"num_local_experts":32,
         "num_experts_per_tok":4,"sliding_window":128,"max_position_embeddings":131072,"vocab_size":201088})"},
    {"gemma-2-9b", "Hugging Face API safetensors.total", 9241705984, 9241705984, 344064,
     R"({"model_type":"gemma2","hidden_size":3584,"intermediate_size":14336,"num_hidden_layers":42,
         "num_attention_heads":16,"num_key_value_heads":8,"head_dim":256,"sliding_window":4096,
         "max_position_embeddings":8192,"vocab_size":256000})"},
    {"phi-2", "exact integer in public source", 2779683840, 2779683840, 327680,
     R"({"model_type":"phi-msft","n_embd":2560,"n_layer":32,"n_head":32,"n_head_kv":null,"n_inner":null,
         "n_positions":2048,"rotary_dim":32,"vocab_size":51200,"tie_word_embeddings":false})"},
    {"falcon-7b (unique)", "exact integer in public source", 6921720704, 6921720704, 8192,
     R"({"model_type":"falcon","hidden_size":4544,"num_attention_heads":71,"num_hidden_layers":32,"multi_query":true,
         "new_decoder_architecture":false,"parallel_attn":true,"bias":false,"vocab_size":65024})"},
    {"gpt2", "keras-hub presets", 124439808, 124439808, 36864,
     R"({"model_type":"gpt2","n_embd":768,"n_layer":12,"n_head":12,"n_positions":1024,"n_ctx":1024,
         "vocab_size":50257})"},
    {"bloom-560m", "keras-hub presets", 559214592, 559214592, 98304,
     R"({"model_type":"bloom","n_embed":1024,"n_layer":24,"num_attention_heads":16,"vocab_size":250880})"},
    {"pythia-1b", "Pythia paper, table 1", 1011781632, 1011781632, 131072,
     R"({"model_type":"gpt_neox","hidden_size":2048,"num_hidden_layers":16,"num_attention_heads":8,
         "intermediate_size":8192,"vocab_size":50304,"max_position_embeddings":2048,"rotary_pct":0.25,
         "tie_word_embeddings":false})"},
    {"mamba-2.8b", "exact integer in public source", 2768345600, 2768345600, 0,
     R"({"model_type":"mamba","hidden_size":2560,"intermediate_size":5120,"num_hidden_layers":64,"state_size":16,
         "conv_kernel":4,"time_step_rank":160,"use_bias":false,"use_conv_bias":true,"vocab_size":50280})"},
    {"GLM-4.5-Air (main model)", "INTELLECT-3, Hugging Face API", 106852251264, 13424129664, 188416,
     R"({"model_type":"glm4_moe","hidden_size":4096,"intermediate_size":10944,"moe_intermediate_size":1408,
         "num_hidden_layers":46,"num_attention_heads":96,"num_key_value_heads":8,"head_dim":128,
         "n_routed_experts":128,"n_shared_experts":1,"num_experts_per_tok":8,"first_k_dense_replace":1,
         "attention_bias":true,"use_qk_norm":false,"num_nextn_predict_layers":1,"vocab_size":151552})"},
    {"OLMo-7B", "exact integer in public source", 6888095744, 6888095744, 524288,
     R"({"model_type":"olmo","hidden_size":4096,"intermediate_size":11008,"num_hidden_layers":32,
         "num_attention_heads":32,"vocab_size":50304,"tie_word_embeddings":false})"},
    {"Qwen3-Next-80B-A3B (main model)", "Hugging Face API safetensors.total", 79674391296, 3874929408, 24576,
     R"({"model_type":"qwen3_next","hidden_size":2048,"intermediate_size":5120,"moe_intermediate_size":512,
         "shared_expert_intermediate_size":512,"num_hidden_layers":48,"full_attention_interval":4,
         "num_attention_heads":16,"num_key_value_heads":2,"head_dim":256,"linear_num_key_heads":16,
         "linear_num_value_heads":32,"linear_key_head_dim":128,"linear_value_head_dim":128,
         "linear_conv_kernel_dim":4,"num_experts":512,"num_experts_per_tok":10,"decoder_sparse_step":1,
         "vocab_size":151936,"tie_word_embeddings":false})"},
    {"Nemotron-3-Nano-30B-A3B", "Hugging Face totals", 31577937344, 3580073408, 6144,
     R"({"model_type":"nemotron_h","hidden_size":2688,"num_hidden_layers":52,"intermediate_size":1856,
         "hybrid_override_pattern":"MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME","num_attention_heads":32,
         "num_key_value_heads":2,"head_dim":128,"mamba_num_heads":64,"mamba_head_dim":64,"n_groups":8,
         "ssm_state_size":128,"conv_kernel":4,"use_bias":false,"mlp_hidden_act":"relu2","n_routed_experts":128,
         "n_shared_experts":1,"moe_intermediate_size":1856,"moe_shared_expert_intermediate_size":3712,
         "num_experts_per_tok":6,"vocab_size":131072,"tie_word_embeddings":false})"},
    {"Llama-4-Maverick (language model)", "exact integer in public source", 400711848960, 17184691200, 196608,
     R"({"model_type":"llama4","text_config":{"model_type":"llama4_text","hidden_size":5120,"intermediate_size":8192,
         "intermediate_size_mlp":16384,"interleave_moe_layer_step":2,"num_hidden_layers":48,"num_attention_heads":40,
         "num_key_value_heads":8,"head_dim":128,"num_local_experts":128,"num_experts_per_tok":1,
         "attention_chunk_size":8192,"max_position_embeddings":1048576,"vocab_size":202048}})"},
};

architecture vector_named(std::string_view name) {
    for (const published& v : vectors)
        if (std::string_view(v.model).find(name) != std::string_view::npos) return parse_config(v.config);
    fail("no such vector");
}

/// Rows whose file does not give the computed count, why, and the change to the file that does.
struct known_difference {
    std::string reason;
    count count_as_read;
    const char* with;  ///< added to the object, the count is the computed one
};
const std::map<std::string, known_difference> known_differences = {
    {"LFM2-2.6B",
     {"the file is an extract without block_auto_adjust_ff_dim; the class's default, true, makes the MLP 7168 wide, "
      "the "
      "count is of 10752",
      1908669440, R"("block_auto_adjust_ff_dim":false,)"}},
};

count scales(const architecture& m) {
    weight_formats without = m.stored;
    for (storage_format* f : {&without.attention, &without.feed_forward, &without.experts, &without.shared_experts})
        f->scale_bits = 0.0;
    const auto a = weight_bytes_by_part(m, m.stored), b = weight_bytes_by_part(m, without);
    return static_cast<count>((a.language_model() + a.mtp - b.language_model() - b.mtp).value() / 4.0);
}

constexpr architecture small_model() {
    architecture m;
    m.hidden = 64;
    m.vocabulary = 100;
    m.tied_embedding = true;
    m.final_norm_parameters = 64;
    layer l;
    l.attention = {.query_heads = 4, .kv_heads = 2, .head_dim = 16};
    l.experts = {.experts = 8, .top_k = 2, .width = 32, .shared_width = 48};
    l.norm_parameters = 128;
    m.add(3, l);
    return m;
}

}  // namespace

TEST_CASE("published counts are reproduced from the fields that decide them") {
    for (const published& v : vectors) {
        CAPTURE(v.model);
        CAPTURE(v.source);
        const architecture m = parse_config(v.config);
        CHECK(parameter_count(m) == v.parameters);
        CHECK(active_parameters(m) == v.active);
        CHECK(kv_bytes_per_token(m).value() == static_cast<double>(v.kv_bytes));
    }
}

TEST_CASE("prediction modules are counted beside the model") {
    // Published totals minus main model, minus copies of embedding and head: notes of the model cards.
    CHECK(parameters_by_part(vector_named("DeepSeek-V3")).mtp == 11610068224);
    CHECK(parameters_by_part(vector_named("GLM-4.5-Air")).mtp == 2375059584);
    CHECK(parameters_by_part(vector_named("Qwen3-Next")).mtp == 1650471424);
    CHECK(parameters_by_part(vector_named("Llama-3-8B")).mtp == 0);
}

TEST_CASE("parts of a small model by hand, at compile time") {
    constexpr architecture m = small_model();
    constexpr parameter_parts p = parameters_by_part(m);
    static_assert(p.embedding == 100 * 64);
    static_assert(p.head == 0);
    static_assert(p.attention == 3 * ((4 + 2 * 2) * 16 * 64 + 64 * 4 * 16));
    static_assert(p.router == 3 * 8 * 64);
    static_assert(p.experts == 3 * 8 * 3 * 64 * 32);
    static_assert(p.shared_experts == 3 * 3 * 64 * 48);
    static_assert(p.norms == 3 * 128 + 64);
    static_assert(p.language_model() == parameter_count(m));
    static_assert(active_parameters(m) == parameter_count(m) - 3 * (8 - 2) * 3 * 64 * 32);
    static_assert(active_parameters_without_embedding(m) == active_parameters(m));  // tied: still the head
    static_assert(linear_parameters_per_token(m) == active_parameters(m) - p.norms);
    static_assert(weight_bytes(m, linear_layers_in(formats::bf16)).value() ==
                  2.0 * static_cast<double>(parameter_count(m)));
    CHECK(p.all() == p.language_model());
}

TEST_CASE("an untied embedding is looked up, a tied one is multiplied by") {
    const architecture untied = vector_named("Llama-3-8B"), tied = vector_named("gemma-2-9b");
    CHECK(active_parameters_without_embedding(untied) == 8030261248 - 128256 * 4096);
    CHECK(active_parameters_without_embedding(tied) == 9241705984);
    // The gpt-oss model card states 3.61 B active parameters without the input embedding.
    CHECK(active_parameters_without_embedding(vector_named("gpt-oss-20b")) == 4187440704 - 201088L * 2880);
}

TEST_CASE("weight bytes of gpt-oss match the published sizes of the files") {
    // Model card: 12.8 GiB for the 20b with its experts in MXFP4.
    architecture m = vector_named("gpt-oss-20b");
    weight_formats f;
    f.experts = formats::mxfp4;
    CHECK(weight_bytes(m, f) / 1_GiB == approx(12.8).epsilon(0.002));
    const weight_byte_parts parts = weight_bytes_by_part(m, f);
    CHECK(parts.experts.value() == 24.0 * 32.0 * 3.0 * 2880.0 * 2880.0 * 17.0 / 32.0);
    CHECK(parts.embedding.value() == 2.0 * 201088.0 * 2880.0);
}

TEST_CASE("every row of the table of published counts") {
    const auto rows = shared_data::rows("models/model_facts.csv");
    if (rows.empty()) {
        MESSAGE("skipped: models/model_facts.csv is not here (set GAMBREL_DATA)");
        return;
    }
    CHECK(rows.size() == 150);
    int equal = 0, exact_equal = 0;
    std::size_t different = 0;
    for (const auto& r : rows) {
        const std::string model = r.at("model");
        CAPTURE(model);
        const auto whole = [&](const char* column) { return std::stoll(r.at(column)); };
        const auto file = shared_data::folder() / "models" / "configs" / r.at("config_file");
        architecture m = read_config(file);
        if (const auto known = known_differences.find(model); known != known_differences.end()) {
            CHECK(r.at("match") != "yes");
            CHECK(parameter_count(m) == known->second.count_as_read);
            MESSAGE(model << " differs: " << known->second.reason);
            std::ifstream in(file);
            std::string text(std::istreambuf_iterator<char>(in), {});
            m = parse_config(text.insert(text.find('{') + 1, known->second.with));
            ++different;
        } else {
            ++equal;
            exact_equal += r.at("match") == "yes" ? 1 : 0;
        }
        CHECK(parameter_count(m) == whole("total_params_computed"));
        CHECK(active_parameters(m) == whole("active_params"));
        if (!r.at("active_params_excl_input_embed").empty() && model != "chatglm3-6b")
            CHECK(active_parameters_without_embedding(m) == whole("active_params_excl_input_embed"));
        CHECK(kv_bytes_per_token(m).value() == static_cast<double>(whole("kv_bytes_per_token_fp16")));
        CHECK(kv_bytes_per_token_unbounded(m).value() ==
              static_cast<double>(whole("kv_bytes_per_token_fp16_unbounded")));
        if (!r.at("state_elems_per_seq").empty()) CHECK(state_elements(m) == whole("state_elems_per_seq"));
        if (!r.at("mtp_params_unique").empty()) CHECK(parameters_by_part(m).mtp == whole("mtp_params_unique"));
        if (!r.at("vision_params").empty() && m.vision.present())
            CHECK(parameter_count(m.vision) == whole("vision_params"));
    }
    CHECK(exact_equal == 97);
    CHECK(different == known_differences.size());
    MESSAGE(equal << " of " << rows.size() << " rows equal, " << exact_equal << " of them against a published count");
}

TEST_CASE("block scales, prediction modules and vision towers explain what repositories store besides") {
    const auto folder = shared_data::folder() / "models" / "configs";
    if (!std::filesystem::exists(folder)) {
        MESSAGE("skipped: models/configs is not here (set GAMBREL_DATA)");
        return;
    }
    const auto read = [&](const char* file) { return read_config(folder / (std::string(file) + "_config.json")); };
    // Differences of published totals with and without the fp32 scales of 128 x 128 blocks.
    CHECK(scales(read("deepseek-ai--DeepSeek-V3")) == 41540496);
    CHECK(scales(read("deepseek-ai--DeepSeek-V3.2")) == 41591584);
    CHECK(scales(read("moonshotai--Kimi-K2-Instruct")) == 62495192);
    CHECK(scales(read("MiniMaxAI--MiniMax-M2.5")) == 13880064);
    CHECK(scales(read("zai-org--GLM-5-FP8")) == 45885024);
    // Published totals minus the language model.
    CHECK(parameter_count(read("Qwen--Qwen3.5-27B").vision) == 27356728560 - 26895998464);
    CHECK(parameter_count(read("Qwen--Qwen3.5-35B-A3B").vision) == 35107181936 - 34660610688);
    CHECK(parameter_count(read("RedHatAI--Llama-4-Scout-17B-16E-Instruct-FP8-dynamic").vision) == 871932416);
    CHECK(parameter_count(read("google--medgemma-27b-it").vision) == 423060336);
    // 60.8 GiB as published, experts alone in MXFP4.
    const architecture oss = read("openai--gpt-oss-120b");
    CHECK(weight_bytes(oss, oss.stored) / 1_GiB == approx(60.8).epsilon(0.001));
}

TEST_CASE("a description that leaves something out has none of it") {
    architecture m;  // not constexpr: as a description is filled in at run time
    CHECK(parameter_count(m) == 0);
    CHECK(weight_bytes(m, weight_formats{}).value() == 0.0);
    m.hidden = 64;
    m.vocabulary = 100;
    m.tied_embedding = true;
    CHECK(parameter_count(m) == 100 * 64);
    layer l;
    l.latent = {.heads = 2, .rope_dim = 16};  // no latent: only the rotary key is kept
    m.add(3, l);
    CHECK(kv_bytes_per_token(m).value() == 3.0 * 16 * 2);
}

// OPT-350m embeds 512 wide, projects to its hidden width of 1024 and back, and learns 2050 positions.
TEST_CASE("an embedding narrower than the model is projected, and its projections weigh") {
    architecture m;
    m.hidden = 1024;
    m.embedding_width = 512;
    m.vocabulary = 50272;
    m.position_rows = 2050;
    m.tied_embedding = true;
    const double table = 50272.0 * 512, positions = 2050.0 * 1024, projections = 2.0 * 512 * 1024;
    CHECK(static_cast<double>(parameter_count(m)) == table + positions + projections);
    CHECK(weight_bytes(m, linear_layers_in(formats::bf16)).value() == 2.0 * (table + positions + projections));
}

// docs/calibration/software.md: of the values tried on served DeepSeek-R1 and gpt-oss, 0.8 has the least median error.
TEST_CASE("routers whose balance is not stated pick as unevenly as the served ones that were measured") {
    experts_block e;
    CHECK(e.routing_variation == 0.8);
}

// Each matrix is outputs x inputs, hidden 64; what a block does not state, it has not. At run time, as from a file.
TEST_CASE("every kind of block by hand, at run time") {
    const auto of = [](auto layer::*block, const auto& b) {
        layer l;
        l.*block = b;
        return parameter_count(l, 64);
    };
    attention_block a{.query_heads = 4, .kv_heads = 2, .head_dim = 16};
    const count grouped = (4 + 2 * 2) * 16 * 64 + 64 * 4 * 16;
    CHECK(of(&layer::attention, a) == grouped);
    a.qkv_bias = a.output_bias = true;
    CHECK(of(&layer::attention, a) == grouped + (4 + 2 * 2) * 16 + 64);
    a = {.query_heads = 4, .kv_heads = 2, .head_dim = 16, .output_gate = true, .sinks = true};
    CHECK(of(&layer::attention, a) == grouped + 4 * 16 * 64 + 4);
    a = {.query_heads = 4, .kv_heads = 2, .head_dim = 16, .qk_norm = query_key_norm::per_head};
    CHECK(of(&layer::attention, a) == grouped + 2 * 16);
    a.qk_norm = query_key_norm::full_width;
    CHECK(of(&layer::attention, a) == grouped + (4 + 2) * 16);
    a = {.query_heads = 4, .kv_heads = 2, .head_dim = 16, .value_head_dim = 8};
    CHECK(of(&layer::attention, a) == (4 * 16 + 2 * (16 + 8)) * 64 + 64 * 4 * 8);

    latent_attention_block latent{.heads = 2, .kv_rank = 32, .nope_dim = 8, .rope_dim = 4, .value_dim = 6};
    const count rebuilt = 2 * (8 + 6) * 32 + 64 * 2 * 6;
    CHECK(of(&layer::latent, latent) == (32 + 4) * 64 + 2 * (8 + 4) * 64 + rebuilt + 32);
    latent.query_rank = 24;
    const count ranked = (24 + 32 + 4) * 64 + 2 * (8 + 4) * 24 + rebuilt + 24 + 32;
    CHECK(of(&layer::latent, latent) == ranked);
    latent.indexer_heads = 3;
    latent.indexer_dim = 4;
    CHECK(of(&layer::latent, latent) == ranked + 3 * 4 * 24 + 4 * 64 + 3 * 64 + 2 * 4);
    latent.indexer_shared = true;
    CHECK(of(&layer::latent, latent) == ranked);

    CHECK(of(&layer::convolution, convolution_block{.width = 48}) == 3 * 48 * 64 + 64 * 48 + 48 * 3);
    CHECK(of(&layer::feed_forward, feed_forward_block{.width = 96}) == 3 * 64 * 96);
    CHECK(of(&layer::feed_forward, feed_forward_block{.width = 96, .gated = false, .bias = true}) ==
          2 * 64 * 96 + 96 + 64);
    CHECK(of(&layer::feed_forward, feed_forward_block{.width = 96, .receptance = true}) == 3 * 64 * 96 + 64 * 64);

    experts_block e{.experts = 8, .top_k = 2, .width = 32};
    CHECK(of(&layer::experts, e) == 8 * 64 + 8 * 3 * 64 * 32);
    e.bias = e.router_bias = true;
    CHECK(of(&layer::experts, e) == 8 * 64 + 8 + 8 * (3 * 64 * 32 + 2 * 32 + 64));
    e = {.experts = 8, .top_k = 2, .width = 32, .shared_width = 48, .shared_gate = true};
    CHECK(of(&layer::experts, e) == 8 * 64 + 8 * 3 * 64 * 32 + 3 * 64 * 48 + 64);
    e = {.experts = 8, .top_k = 2, .width = 32, .gated = false, .latent = 16};
    CHECK(of(&layer::experts, e) == 8 * 64 + 8 * 2 * 16 * 32 + 2 * 16 * 64);

    vision_tower v{.layers = 3, .hidden = 8, .width = 20};
    CHECK(parameter_count(v) == 3 * (4 * 8 * 8 + 2 * 8 * 20 + (4 * 8 + 20 + 8) + 2 * 2 * 8));
    v.gated = true;
    v.bias = false;
    v.embedding_parameters = 100;
    v.projector_parameters = 1000;
    CHECK(parameter_count(v) == 3 * (4 * 8 * 8 + 3 * 8 * 20 + 2 * 8) + 1100);
    prediction_head p;
    CHECK(parameter_count(p, 64) == 0);
    p.modules = 2;
    p.layer.feed_forward.width = 96;
    CHECK(parameter_count(p, 64) == 2 * (3 * 64 * 96 + 2 * 64 * 64));
}

TEST_CASE("the small model once more, at run time") {
    const architecture m = small_model();
    const parameter_parts p = parameters_by_part(m);
    CHECK(p.embedding == 100 * 64);
    CHECK(p.head == 0);
    CHECK(p.norms == 3 * 128 + 64);
    CHECK(p.position == 0);
    CHECK(p.other == 0);
    CHECK(p.mtp == 0);
    CHECK(p.vision == 0);
    CHECK(parameter_count(m) == 100 * 64 + 3 * (4 + 2 * 2) * 16 * 64 + 3 * 64 * 4 * 16 + 3 * 8 * 64 +
                                    3 * 8 * 3 * 64 * 32 + 3 * 3 * 64 * 48 + 3 * 128 + 64);
    CHECK(active_parameters(m) == parameter_count(m) - 3 * (8 - 2) * 3 * 64 * 32);
    CHECK(linear_parameters_per_token(m) == active_parameters(m) - p.norms);
    CHECK(weight_bytes(m, linear_layers_in(formats::bf16)).value() == 2.0 * static_cast<double>(parameter_count(m)));
}
