// SPDX-License-Identifier: Apache-2.0
#include "hardware/csv_rows.hpp"
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/parameters.hpp>

using namespace gambrel;
using hugging_face::module_pattern;

namespace {

const std::string mixture = R"({"model_type":"deepseek","hidden_size":2048,"intermediate_size":10944,
    "moe_intermediate_size":1408,"num_hidden_layers":28,"num_attention_heads":16,"n_routed_experts":64,
    "n_shared_experts":2,"num_experts_per_tok":6,"first_k_dense_replace":1,"vocab_size":102400,"quantization_config":)";

architecture quantized(const std::string& recipe) { return parse_config(mixture + recipe + "}"); }
std::string refusal(const std::string& recipe) {
    try {
        quantized(recipe);
    } catch (const error& e) {
        return e.what();
    }
    return "accepted";
}
std::string names(const architecture& m) {
    const weight_formats& w = m.stored;
    std::string all;
    for (const storage_format* f :
         {&w.attention, &w.feed_forward, &w.experts, &w.shared_experts, &w.router, &w.head, &w.embedding})
        all += f->name.str() + " ";
    return all;
}

}  // namespace

TEST_CASE("each recipe: bytes per element and what is multiplied") {
    struct row {
        const char* recipe;
        double bytes_per_element;
        multiply issue;
    };
    // bits / 8 + scale and zero-point bytes per group, as each format stores them (docs/models/weight-formats.md).
    const row rows[] = {
        {R"({"quant_method":"fp8","weight_block_size":[128,128]})", 1.0 + 4.0 / 16384, multiply::as_8_bit_float},
        {R"({"quant_method":"fp8","weight_block_size":null})", 1.0, multiply::as_8_bit_float},
        {R"({"quant_method":"gptq","bits":4,"group_size":128})", 0.5 + 2.5 / 128, multiply::as_16_bit},
        {R"({"quant_method":"gptq","bits":8,"group_size":-1})", 1.0, multiply::as_16_bit},
        {R"({"quant_method":"gptq","bits":3,"group_size":64})", 0.375 + 2.375 / 64, multiply::as_16_bit},
        {R"({"quant_method":"awq","bits":4,"group_size":64})", 0.5 + 2.5 / 64, multiply::as_16_bit},
        {R"({"quant_method":"awq","w_bit":4,"q_group_size":128,"zero_point":false})", 0.5 + 2.0 / 128,
         multiply::as_16_bit},
        {R"({"quant_method":"bitsandbytes","load_in_4bit":true})", 0.5625, multiply::as_16_bit},
        {R"({"quant_method":"bitsandbytes","load_in_4bit":true,"bnb_4bit_use_double_quant":true})", 4.126953125 / 8,
         multiply::as_16_bit},
        {R"({"quant_method":"bitsandbytes","load_in_8bit":true})", 1.0, multiply::as_16_bit},
        {R"({"quant_algo":"NVFP4"})", 0.5625, multiply::as_4_bit_float},
        {R"({"quant_method":"modelopt","quant_algo":"W4A16_NVFP4"})", 0.5625, multiply::as_16_bit},
        {R"({"quant_method":"modelopt","quant_algo":"FP8"})", 1.0, multiply::as_8_bit_float},
        {R"({"quant_method":"modelopt","quant_algo":"W4A8_AWQ","group_size":128})", 0.5 + 2.0 / 128,
         multiply::as_8_bit_float},
        {R"({"quant_method":"fbgemm_fp8"})", 1.0, multiply::as_8_bit_float},
        {R"({"quant_method":"eetq"})", 1.0, multiply::as_16_bit},
        {R"({"quant_method":"hqq","nbits":4,"group_size":64})", 0.5 + 4.0 / 64, multiply::as_16_bit},
        {R"({"quant_method":"hqq","quant_config":{"weight_quant_params":{"nbits":2,"group_size":16}},"skip_modules":["lm_head"]})",
         0.25 + 4.0 / 16, multiply::as_16_bit},
        {R"({"quant_method":"higgs","bits":4,"group_size":256})", 0.5 + 2.0 / 256, multiply::as_16_bit},
        {R"({"quant_method":"fp_quant","forward_dtype":"nvfp4"})", 0.5625, multiply::as_4_bit_float},
        {R"({"quant_method":"quip","codebook":"E8P12RVQ3B"})", 0.375, multiply::as_16_bit},
        {R"({"quant_method":"bitnet","linear_class":"bitlinear"})", 0.25, multiply::as_8_bit_integer},
        {R"({"quant_method":"torchao","quant_type":{"default":{"_type":"Int4WeightOnlyConfig","_data":{"group_size":64}}}})",
         0.5 + 2.5 / 64, multiply::as_16_bit},
        {R"({"quant_method":"torchao","quant_type":{"default":{"_type":"Float8DynamicActivationFloat8WeightConfig"}}})",
         1.0, multiply::as_8_bit_float},
        {R"({"quant_method":"torchao","quant_type":{"default":{"_type":"Int8DynamicActivationInt8WeightConfig"}}})",
         1.0, multiply::as_8_bit_integer},
        {R"({"quant_method":"auto-round","bits":4,"data_type":"mx_fp4","group_size":32})", 0.53125,
         multiply::as_4_bit_float},
        {R"({"quant_method":"gptq","bits":4,"group_size":128,"dynamic":{"-:.*lm_head.*":{}}})", 0.5 + 2.5 / 128,
         multiply::as_16_bit},
        {R"({"quant_method":"quark","exclude":["lm_head"],"global_quant_config":{"weight":{"dtype":"fp4","group_size":32}},
             "layer_quant_config":{}})",
         0.53125, multiply::as_4_bit_float},
        {R"({"quant_method":"quanto","weights":"int8"})", 1.0, multiply::as_16_bit},
        {R"({"quant_method":"torchao","quant_type":"float8_weight_only"})", 1.0, multiply::as_16_bit},
        {R"({"quant_method":"torchao","quant_type":"int4_weight_only","group_size":32})", 0.5 + 2.5 / 32,
         multiply::as_16_bit},
        {R"({"quant_method":"auto-round","bits":4,"group_size":128})", 0.5 + 2.5 / 128, multiply::as_16_bit},
        {R"({"quant_method":"aqlm","num_codebooks":1,"nbits_per_codebook":16,"in_group_size":8})", 0.25,
         multiply::as_16_bit},
        {R"({"quant_method":"quark","global_quant_config":{"weight":{"dtype":"fp8_e4m3"}}})", 1.0,
         multiply::as_8_bit_float},
        {R"({"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"group_0":{"targets":["Linear"],
             "weights":{"num_bits":4,"type":"int","group_size":32,"strategy":"group","symmetric":true},
             "input_activations":null}}})",
         0.5 + 2.0 / 32, multiply::as_16_bit},
        {R"({"quant_method":"compressed-tensors","format":"float-quantized","config_groups":{"group_0":{"targets":["Linear"],
             "weights":{"num_bits":8,"type":"float","strategy":"channel"},
             "input_activations":{"num_bits":8,"type":"float","dynamic":true}}}})",
         1.0, multiply::as_8_bit_float},
        {R"({"quant_method":"compressed-tensors","format":"int-quantized","config_groups":{"group_0":{"targets":["Linear"],
             "weights":{"num_bits":8,"type":"int","strategy":"channel"},
             "input_activations":{"num_bits":8,"type":"int"}}}})",
         1.0, multiply::as_8_bit_integer},
        {R"({"quant_method":"compressed-tensors","format":"nvfp4-pack-quantized","config_groups":{"group_0":{
             "targets":["Linear"],"weights":{"num_bits":4,"type":"float","group_size":16},
             "input_activations":{"num_bits":4,"type":"float","group_size":16}}}})",
         0.5625, multiply::as_4_bit_float},
        {R"({"quant_method":"compressed-tensors","format":"mxfp4-pack-quantized","config_groups":{"group_0":{
             "targets":["Linear"],"weights":{"num_bits":4,"type":"float","group_size":32},"input_activations":null}}})",
         0.53125, multiply::as_16_bit},
        {R"({"quant_method":"compressed-tensors","format":"float-quantized","config_groups":{"group_0":{
             "targets":["Linear"],"weights":{"num_bits":8,"type":"float","strategy":"block","block_structure":[128,128]},
             "input_activations":{"num_bits":8,"type":"float","group_size":128}}}})",
         1.0 + 4.0 / 16384, multiply::as_8_bit_float},
    };
    for (const row& r : rows) {
        CAPTURE(r.recipe);
        const architecture m = quantized(r.recipe);
        CHECK(m.stored.attention.bytes_per_element() == approx(r.bytes_per_element).epsilon(1e-12));
        CHECK(m.stored.experts.bytes_per_element() == approx(r.bytes_per_element).epsilon(1e-12));
        CHECK(m.stored.attention.issue == r.issue);
        CHECK(m.stored.head.name.view() == "bf16");
        CHECK(m.stored.embedding.name.view() == "bf16");
        CHECK(m.stored.router.name.view() == "bf16");
    }
}

TEST_CASE("mxfp4 converts the experts alone") {
    CHECK(names(quantized(R"({"quant_method":"mxfp4"})")) == "bf16 bf16 mxfp4 bf16 bf16 bf16 bf16 ");
}

TEST_CASE("ignore lists decide part by part") {
    const auto ignoring = [](const char* list) {
        return names(quantized(R"({"quant_algo":"NVFP4","ignore":)" + std::string(list) + "}"));
    };
    CHECK(ignoring(R"(["lm_head"])") == "nvfp4 nvfp4 nvfp4 nvfp4 bf16 bf16 bf16 ");
    CHECK(ignoring(R"(["*.self_attn.*"])") == "bf16 nvfp4 nvfp4 nvfp4 bf16 bf16 bf16 ");
    CHECK(ignoring(R"(["re:.*self_attn.*","re:.*shared_experts.*","re:.*mlp\\.(gate|up|gate_up|down)_proj.*"])") ==
          "bf16 bf16 nvfp4 bf16 bf16 bf16 bf16 ");
    CHECK(ignoring(R"(["model.layers.0*"])") == "nvfp4 bf16 nvfp4 nvfp4 bf16 bf16 bf16 ");  // the dense layer
    CHECK(ignoring(R"(["language_model.model.layers.14.self_attn*"])") == "bf16 nvfp4 nvfp4 nvfp4 bf16 bf16 bf16 ");
    CHECK(ignoring(R"(["vision_model.model.layers.14.self_attn.q_proj","mtp*"])") ==
          "nvfp4 nvfp4 nvfp4 nvfp4 bf16 bf16 bf16 ");
    CHECK(ignoring(R"(["gate"])") == "nvfp4 nvfp4 nvfp4 nvfp4 bf16 bf16 bf16 ");  // the router, not gate_proj
}

TEST_CASE("mixed precision names its layers") {
    CHECK(names(quantized(R"({"quant_method":"modelopt","quant_algo":"MIXED_PRECISION","quantized_layers":{
        "model.layers.14.self_attn.q_proj":{"quant_algo":"FP8"},"model.layers.14.mlp.experts":{"quant_algo":"NVFP4"},
        "lm_head":{"quant_algo":"FP8"}}})")) == "fp8 bf16 nvfp4 bf16 bf16 fp8 bf16 ");
    CHECK(names(quantized(R"({"quant_method":"compressed-tensors","config_groups":{
        "a":{"targets":["Linear"],"weights":{"num_bits":8,"type":"float"},"input_activations":{"num_bits":8,"type":"float"}},
        "b":{"targets":["re:.*experts\\.\\d+\\.gate_proj$"],"weights":{"num_bits":4,"type":"float","group_size":16}}}})")) ==
          "fp8 fp8 nvfp4 fp8 bf16 bf16 bf16 ");
}

TEST_CASE("the cache's format is what the recipe says, else that of the activations") {
    CHECK(quantized(R"({"quant_algo":"NVFP4","kv_cache_quant_algo":"FP8"})").kv_cache.name.view() == "fp8");
    CHECK(quantized(R"({"quant_algo":"NVFP4","kv_cache_scheme":{"num_bits":8,"type":"float"}})").kv_cache.name.view() ==
          "fp8");
    CHECK(quantized(R"({"quant_algo":"FP8","kv_cache_scheme":"FP8"})").kv_cache.name.view() == "fp8");
    CHECK(quantized(R"({"quant_algo":"NVFP4"})").kv_cache.name.view() == "bf16");
    CHECK(parse_config(mixture + R"(null,"torch_dtype":"float16"})").kv_cache.name.view() == "fp16");
    CHECK(parse_config(mixture + R"(null,"torch_dtype":"float32"})").stored.attention.name.view() == "fp32");
}

TEST_CASE("unknown recipes are errors that name the known ones") {
    CHECK(refusal(R"({"quant_method":"gtpq"})").find("gptq") != std::string::npos);
    CHECK(refusal(R"({"quant_algo":"NVFP5"})").find("NVFP4") != std::string::npos);
    CHECK(refusal(R"({"bits":4})").find("quant_method") != std::string::npos);
    CHECK(refusal(R"({"quant_method":"gptq","bits":0})").find("bits") != std::string::npos);
    CHECK(refusal(R"({"quant_method":"gptq","bits":"4"})").find("bits") != std::string::npos);
    CHECK(refusal(R"([])").find("an object") != std::string::npos);
    CHECK(
        refusal(
            R"({"quant_method":"compressed-tensors","config_groups":{"g":{"weights":{"num_bits":5,"type":"float"}}}})")
            .find("num_bits") != std::string::npos);
    CHECK(refusal(R"({"quant_algo":"FP8","ignore":["re:(?!gate).*"]})").find("regular expression") !=
          std::string::npos);
}

TEST_CASE("module patterns") {
    CHECK(module_pattern("lm_head").matches("lm_head"));
    CHECK(module_pattern("language_model.lm_head").matches("lm_head"));
    CHECK(module_pattern("gate").matches("model.layers.3.mlp.gate"));
    CHECK_FALSE(module_pattern("gate").matches("model.layers.3.mlp.gate_proj"));
    CHECK(module_pattern("model.layers.*.self_attn").matches("model.layers.3.self_attn.q_proj"));
    CHECK_FALSE(module_pattern("model.layers.3.self_attn").matches("model.layers.33.self_attn.q_proj"));
    CHECK(module_pattern("re:^model\\.layers\\.\\d+\\.mlp\\..*_proj$").matches("model.layers.12.mlp.up_proj"));
    CHECK_FALSE(module_pattern("re:.*mlp\\.(gate|up)_proj$").matches("model.layers.1.mlp.experts.0.up_proj"));
    CHECK_FALSE(module_pattern("re:mlp").matches("model.layers.1.mlp"));
    std::string stars;
    for (int i = 0; i < 200; ++i) stars += "*a";
    CHECK_FALSE(module_pattern(stars).matches(std::string(80, 'a')));
    CHECK_THROWS_AS(module_pattern(std::string(600, 'x')), error);
}

TEST_CASE("recipes of published repositories") {
    const auto folder = shared_data::folder() / "models" / "configs";
    if (!std::filesystem::exists(folder)) {
        MESSAGE("skipped: models/configs is not here (set GAMBREL_DATA)");
        return;
    }
    const auto of = [&](const char* file) { return names(read_config(folder / (std::string(file) + "_config.json"))); };
    //                                            attention  MLP  experts  shared  router  head  embedding
    CHECK(of("deepseek-ai--DeepSeek-V3") == "fp8_block fp8_block fp8_block fp8_block bf16 bf16 bf16 ");
    CHECK(of("nvidia--GLM-5.1-NVFP4") == "bf16 bf16 nvfp4 bf16 bf16 bf16 bf16 ");
    CHECK(of("nvidia--Kimi-K2.5-NVFP4") == "bf16 nvfp4 nvfp4 nvfp4 bf16 bf16 bf16 ");
    CHECK(of("nvidia--Kimi-K2.6-NVFP4") == "bf16 bf16 nvfp4 bf16 bf16 bf16 bf16 ");
    CHECK(of("moonshotai--Kimi-K2.5") == "bf16 bf16 int4_g32 bf16 bf16 bf16 bf16 ");
    CHECK(of("nvidia--Qwen3.6-35B-A3B-NVFP4") == "fp8 bf16 nvfp4 nvfp4 bf16 nvfp4 bf16 ");
    CHECK(of("openai--gpt-oss-120b") == "bf16 bf16 mxfp4 bf16 bf16 bf16 bf16 ");
    CHECK(of("RedHatAI--Llama-4-Scout-17B-16E-Instruct-FP8-dynamic") == "bf16 fp8 fp8 fp8 bf16 bf16 bf16 ");
    CHECK(of("Qwen--Qwen3-32B-FP8-Static-PerTensor") == "fp8 fp8 fp8 fp8 bf16 bf16 bf16 ");
    CHECK(of("Llama-2-13B_fine-tune__4-bit_save") == "nf4_double nf4_double nf4_double nf4_double fp16 fp16 fp16 ");
}

TEST_CASE("MLX: 16-bit scale and bias per group, embedding and head too, modules with widths of their own") {
    const std::string llama = R"({"model_type":"llama","hidden_size":4096,"intermediate_size":14336,
        "num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"vocab_size":128256,)";
    const architecture m = parse_config(llama + R"("quantization":{"group_size":64,"bits":4}})");
    CHECK(weight_bytes(m, m.stored) / bytes_of(1e9) == approx(4.52).epsilon(1e-3));  // 8.03 G x 4.5 bits
    CHECK(m.stored.embedding.bytes_per_element() == approx(0.5625).epsilon(1e-12));
    CHECK(m.stored.other.name.view() == "bf16");
    CHECK(names(parse_config(mixture + R"(null,"quantization":{"group_size":32,"bits":4,"mode":"mxfp4",
        "model.layers.14.mlp.gate":{"group_size":64,"bits":8,"mode":"affine"},"lm_head":false}})")) ==
          "mxfp4 mxfp4 mxfp4 mxfp4 int8_g64 bf16 mxfp4 ");
    CHECK(parse_config(mixture + R"({"group_size":64,"bits":8}})").stored.head.bits == 8.0);  // as newer versions write
    CHECK_THROWS_WITH_AS(parse_config(llama + R"("quantization":{"group_size":64,"bits":4,"mode":"cubic"}})"),
                         doctest::Contains("quantization.mode"), error);
    CHECK_THROWS_WITH_AS(parse_config(llama + R"("quantization":{"group_size":64,"bits":4,"lm_head":3}})"),
                         doctest::Contains("quantization.lm_head"), error);
}

TEST_CASE("2:4 sparse weights: half of the values and a bit for each") {
    const auto sparse = [](const char* format, const char* targets) {
        return R"({"quant_method":"compressed-tensors","format":"float-quantized","sparsity_config":{"format":")" +
               std::string(format) + R"(","targets":)" + targets +
               R"(},"config_groups":{"group_0":{"targets":["Linear"],
               "weights":{"num_bits":8,"type":"float","strategy":"channel"}}}})";
    };
    const weight_formats w = quantized(sparse("sparse-24-bitmask", R"(["Linear"])")).stored;
    CHECK(w.attention.bytes_per_element() == approx((4.0 + 1.0) / 8.0).epsilon(1e-12));
    CHECK(w.head.name.view() == "bf16");
    CHECK(quantized(sparse("dense", "[]")).stored.attention.bits == 8.0);
    const weight_formats part = quantized(sparse("sparse-24-bitmask", R"(["re:.*self_attn.*"])")).stored;
    CHECK(part.attention.bits == 5.0);
    CHECK(part.experts.bits == 8.0);
    CHECK(refusal(sparse("sparse-bitmask", "[]")).find("sparsity_config.format") != std::string::npos);
    CHECK(quantized(R"({"quant_method":"compressed-tensors","format":"sparse-24-bitmask","sparsity_config":{
        "format":"sparse-24-bitmask","targets":["Linear"]}})")
              .stored.attention.bits == 9.0);
}

TEST_CASE("a recipe that is not known is refused by its key, never read as 16 bit") {
    const auto says = [](const std::string& recipe, const char* key) {
        const std::string sentence = refusal(recipe);
        CAPTURE(sentence);
        CHECK(sentence.find(key) != std::string::npos);
    };
    says(R"({"quant_method":"vptq"})", "quant_method");
    says(R"({"quant_method":"spqr","bits":3})", "quant_method");
    says(R"({"quant_method":"tomorrow"})", "quant_method");
    says("{}", "quantization_config");
    says(R"("int4")", "quantization_config");
    says(R"({"quant_method":"bitnet","quantization_mode":"online"})", "quantization_mode");
    says(R"({"quant_method":"gptq","bits":4,"dynamic":{"+:.*up_proj.*":{"bits":8}}})", "dynamic");
    says(
        R"({"quant_method":"compressed-tensors","format":"tomorrow","config_groups":{"a":{"weights":{"num_bits":4}}}})",
        "quantization_config.format");
    says(R"({"quant_method":"torchao","quant_type":{"default":{"_type":"IntxWeightOnlyConfig"}}})", "not supported");
    says(R"(null,"quantisation_of_tomorrow":{"bits":3})", "quantisation_of_tomorrow");
    says(R"(null,"weight_quant":"fp2")", "weight_quant");
    says(R"(null,"torch_dtype":"float8_e4m3fn")", "torch_dtype");
    CHECK(quantized(R"(null,"use_cache_quantization":false)").stored.attention.name.view() == "bf16");
}
