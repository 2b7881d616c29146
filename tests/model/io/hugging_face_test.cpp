// SPDX-License-Identifier: Apache-2.0
#include "hardware/csv_rows.hpp"
#include <approx.hpp>
#include <chrono>
#include <doctest/doctest.h>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <set>
#include <sstream>

using namespace gambrel;

namespace {

const std::string llama = R"({"model_type":"llama","hidden_size":4096,"intermediate_size":14336,"num_hidden_layers":32,
    "num_attention_heads":32,"num_key_value_heads":8,"vocab_size":128256,"max_position_embeddings":8192})";

/// The Llama file with `added` at its end (of two equal keys the last wins).
std::string with(const std::string& added) { return llama.substr(0, llama.size() - 1) + "," + added + "}"; }

std::string refusal(const std::string& text) {
    try {
        parse_config(text);
    } catch (const error& e) {
        return e.what();
    }
    return "accepted";
}
bool refused_naming(const std::string& text, std::initializer_list<const char*> words) {
    const std::string sentence = refusal(text);
    if (sentence == "accepted") return false;
    for (const char* word : words)
        if (sentence.find(word) == std::string::npos) {
            MESSAGE(sentence);
            return false;
        }
    return true;
}

/// A folder of its own that goes away with the test.
struct temporary_folder {
    std::filesystem::path path;
    explicit temporary_folder(const char* name) : path(std::filesystem::temp_directory_path() / name) {
        std::filesystem::remove_all(path);
        std::filesystem::create_directories(path);
    }
    ~temporary_folder() { std::filesystem::remove_all(path); }
    void write(const char* file, const std::string& text) const { std::ofstream(path / file) << text; }
};

count layers_where(const architecture& m, bool (*is)(const layer&)) {
    count n = 0;
    for (const layer_group& g : m) n += is(g.layer) ? g.layers : 0;
    return n;
}

}  // namespace

TEST_CASE("text, stream, file and directory give the same model") {
    const architecture m = parse_config(llama);
    CHECK(m.family.view() == "llama");
    CHECK(m.hidden == 4096);
    CHECK(m.most_context == 8192);
    CHECK(m.layers() == 32);
    std::istringstream stream(llama);
    CHECK(parameter_count(read_config(stream)) == parameter_count(m));
    const temporary_folder folder("gambrel_config_test");
    folder.write("config.json", llama);
    CHECK(parameter_count(read_config(folder.path)) == parameter_count(m));
    CHECK(parameter_count(read_config(folder.path / "config.json")) == parameter_count(m));
    CHECK_THROWS_WITH_AS(read_config(folder.path / "absent.json"), doctest::Contains("absent.json"), error);
}

TEST_CASE("a directory's separate recipe is read") {
    const temporary_folder folder("gambrel_recipe_test");
    folder.write("config.json", llama);
    folder.write("hf_quant_config.json", R"({"producer":{"name":"modelopt"},"quantization":{"quant_algo":"FP8",
        "kv_cache_quant_algo":"FP8","exclude_modules":["lm_head"]}})");
    const architecture m = read_config(folder.path);
    CHECK(m.stored.attention.name.view() == "fp8");
    CHECK(m.stored.head.name.view() == "bf16");
    CHECK(m.kv_cache.name.view() == "fp8");
    std::filesystem::remove(folder.path / "hf_quant_config.json");
    folder.write("quantize_config.json", R"({"bits":4,"group_size":64,"desc_act":false})");
    CHECK(read_config(folder.path).stored.feed_forward.name.view() == "int4_g64");
}

TEST_CASE("the language part of a multimodal file is found, and takes its class's defaults, not the root's") {
    // LLaVA-1.5 writes only the vocabulary: a 7B Llama otherwise (6,738,939,904 with 32064 rows).
    const architecture llava =
        parse_config(R"({"model_type":"llava","hidden_size":1,"text_config":{"model_type":"llama",
        "vocab_size":32064},"vision_config":{"model_type":"clip_vision_model","hidden_size":1024,"image_size":336,
        "intermediate_size":4096,"num_hidden_layers":24,"patch_size":14}})");
    CHECK(parameter_count(llava) == 6738415616 + 2 * 64 * 4096);
    CHECK(llava.vision.tokens_per_image == 576);
    // Gemma 3 leaves heads and vocabulary to the class.
    const architecture gemma = parse_config(R"({"model_type":"gemma3","text_config":{"model_type":"gemma3_text",
        "hidden_size":2560,"intermediate_size":10240,"num_hidden_layers":34,"sliding_window":1024}})");
    CHECK(gemma.vocabulary == 262208);
    CHECK(parameter_count(gemma) == 3880099328 + 64 * 2560);
    CHECK(gemma.tied_embedding);
    const architecture tied = parse_config(R"({"model_type":"mistral3","tie_word_embeddings":true,"text_config":{
        "model_type":"mistral"}})");
    CHECK(tied.tied_embedding);
    const architecture omni = parse_config(R"({"model_type":"omni","thinker_config":{"text_config":)" + llama + "}}");
    CHECK(omni.layers() == 32);
    CHECK(refused_naming(R"({"model_type":"llama","vocab_size":32000})", {"hidden_size", "missing"}));
}

// Qwen-7B's config.json (2023); its checkpoint holds 7,721,324,544 parameters (the count of its safetensors). Its
// intermediate_size is twice the width of an MLP matrix.
TEST_CASE("the first Qwen states the width of two MLP matrices together") {
    const architecture m = parse_config(R"({"model_type":"qwen","hidden_size":4096,"intermediate_size":22016,
        "num_hidden_layers":32,"num_attention_heads":32,"vocab_size":151936,"seq_length":8192,"kv_channels":128,
        "no_bias":true,"tie_word_embeddings":false})");
    CHECK(m.groups[0].layer.feed_forward.width == 11008);
    CHECK(parameter_count(m) == 7'721'324'544);
}

TEST_CASE("an explicit null is the default") {
    const architecture m =
        parse_config(with(R"("head_dim":null,"num_key_value_heads":null,"quantization_config":null)"));
    CHECK(m.groups[0].layer.attention.kv_heads == 32);
    CHECK(m.groups[0].layer.attention.head_dim == 128);
}

TEST_CASE("windows: off, inert, by layer, by rule") {
    const auto windows = [](const architecture& m) {
        return layers_where(m, [](const layer& l) { return l.attention.window > 0; });
    };
    const auto family = [](const char* name, const std::string& more) {
        std::string text = with(more);
        return parse_config(text.replace(text.find("llama"), 5, name));
    };
    CHECK(windows(family("mistral", R"("sliding_window":4096)")) == 32);
    CHECK(windows(family("mistral", R"("sliding_window":8192)")) == 0);  // as long as the context
    CHECK(windows(family("mistral", R"("sliding_window":null)")) == 0);
    CHECK(windows(family("qwen2", R"("sliding_window":4096,"use_sliding_window":false)")) == 0);
    CHECK(windows(family("qwen2", R"("sliding_window":4096,"use_sliding_window":true,"max_window_layers":20)")) == 12);
    CHECK(windows(family("gemma2", R"("sliding_window":4096)")) == 16);
    CHECK(windows(family("gemma3_text", R"("sliding_window":1024)")) == 27);
    CHECK(windows(family("olmo3", R"("sliding_window":4096)")) == 24);
    CHECK(windows(family("cohere2", R"("sliding_window":4096,"sliding_window_pattern":2)")) == 16);
    std::string kinds = R"("sliding_window":1024,"layer_types":["sliding_attention")";
    for (int i = 1; i < 32; ++i) kinds += R"(,"full_attention")";
    CHECK(windows(family("gemma3_text", kinds + "]")) == 1);
}

TEST_CASE("the original mamba_ssm file has no model_type") {
    // state-spaces/mamba2-2.7b; 2,702,599,680 with the vocabulary padded to 50288.
    const architecture m = parse_config(R"({"d_model":2560,"d_intermediate":0,"n_layer":64,"vocab_size":50277,
        "ssm_cfg":{"layer":"Mamba2"},"attn_layer_idx":[],"attn_cfg":{},"pad_vocab_size_multiple":16,
        "tie_embeddings":true})");
    CHECK(m.vocabulary == 50288);
    CHECK(parameter_count(m) == 2702599680);
    CHECK(refused_naming(R"({"d_model":2560,"n_layer":64,"vocab_size":50277,"ssm_cfg":{},"attn_layer_idx":[3]})",
                         {"attn_layer_idx"}));
}

TEST_CASE("RetNet: 8 H^2 of retention and 4 H^2 of MLP per layer") {
    const architecture m = parse_config(R"({"model_type":"retnet","decoder_embed_dim":2048,"decoder_layers":24,
        "decoder_retention_heads":8,"vocab_size":50000})");
    CHECK(parameters_by_part(m).state == 24L * 8 * 2048 * 2048);
    CHECK(parameters_by_part(m).feed_forward == 24L * 4 * 2048 * 2048);
    CHECK(kv_bytes_per_token(m).value() == 0.0);
}

TEST_CASE("numbers out of range, of the wrong type, or not numbers, are named with their key") {
    CHECK(refused_naming(with(R"("hidden_size":-1)"), {"hidden_size", "-1", "1 to 4194304"}));
    CHECK(refused_naming(with(R"("hidden_size":0)"), {"hidden_size"}));
    CHECK(refused_naming(with(R"("hidden_size":"4096")"), {"hidden_size", "\"4096\""}));
    CHECK(refused_naming(with(R"("hidden_size":[4096])"), {"hidden_size", "a list"}));
    CHECK(refused_naming(with(R"("hidden_size":4096.5)"), {"hidden_size", "4096.5"}));
    CHECK(refused_naming(with(R"("hidden_size":true)"), {"hidden_size", "true"}));
    CHECK(refused_naming(with(R"("hidden_size":NaN)"), {"hidden_size", "NaN"}));
    CHECK(refused_naming(with(R"("hidden_size":-Infinity)"), {"hidden_size", "-Infinity"}));
    CHECK(refused_naming(with(R"("hidden_size":1e308)"), {"hidden_size"}));
    CHECK(refused_naming(with(R"("hidden_size":99999999999999999999999999)"), {"hidden_size"}));
    CHECK(refused_naming(with(R"("num_hidden_layers":1000000000)"), {"num_hidden_layers", "1 to 1000"}));
    CHECK(refused_naming(with(R"("vocab_size":9223372036854775807)"), {"vocab_size"}));
    CHECK(refused_naming(with(R"("tie_word_embeddings":"yes")"), {"tie_word_embeddings", "true or false"}));
    CHECK(refused_naming(with(R"("model_type":7)"), {"model_type", "a text"}));
    CHECK(refused_naming(with(R"("text_config":[])"), {"text_config", "a list"}));
    CHECK(refused_naming(with(R"("rope_parameters":3)"), {"rope_parameters", "an object"}));
    CHECK(parse_config(with(R"("hidden_size":4096.0)")).hidden == 4096);
    CHECK(parse_config(with(R"("time_step_limit":[0.0,Infinity],"x":NaN)")).hidden == 4096);
}

TEST_CASE("a shape that does not fit together is refused") {
    CHECK(refused_naming(with(R"("num_key_value_heads":7)"), {"num_key_value_heads 7"}));
    CHECK(refused_naming(with(R"("num_attention_heads":33)"), {"num_attention_heads 33"}));
    CHECK(refused_naming(with(R"("model_type":"gemma3_text","layer_types":["full_attention"])"),
                         {"layer_types", "1 entries", "32 layers"}));
    CHECK(refused_naming(with(R"("model_type":"mistral","layer_types":["hybrid"],"num_hidden_layers":1)"),
                         {"layer_types", "hybrid"}));
    CHECK(refused_naming(with(R"("model_type":"mixtral","num_local_experts":8,"num_experts_per_tok":9)"),
                         {"num_experts_per_tok 9", "8"}));
    CHECK(refused_naming(with(R"("model_type":"mixtral")"), {"num_experts"}));
    CHECK(refused_naming(with(R"("model_type":"mistral","sliding_window":-4)"), {"sliding_window"}));
    CHECK(refused_naming(with(R"("model_type":"mixtral","hidden_size":4194304,"intermediate_size":4194304,
        "num_local_experts":16384,"num_experts_per_tok":1,"num_hidden_layers":1000)"),
                         {"parameters"}));
}

TEST_CASE("what is not JSON, or too much of it, is refused quickly") {
    CHECK(refused_naming("", {"not JSON"}));
    CHECK(refused_naming("[]", {"no JSON object"}));
    CHECK(refused_naming("3", {"no JSON object"}));
    for (std::size_t n = 1; n < llama.size(); n += 7) CHECK(refusal(llama.substr(0, n)) != "accepted");
    CHECK(refused_naming(std::string("{\"a\":\xff\xfe}"), {"not JSON"}));
    CHECK(refused_naming(std::string(100000, '['), {"32 levels"}));
    CHECK(refused_naming("{\"a\":" + std::string(100000, '{'), {"32 levels"}));
    CHECK(refused_naming("{\"a\":[" + std::string(300000, ',') + "]}", {"200000"}));
    CHECK(refused_naming(std::string(5u << 20, ' '), {"4 MiB"}));
    std::string many = R"("model_type":"gemma3_text","layer_types":["")";
    for (int i = 0; i < 20000; ++i) many += R"(,"")";
    CHECK(refused_naming(with(many + "]"), {"layer_types", "16384"}));
}

TEST_CASE("a file of 100 MB is not read") {
    const temporary_folder folder("gambrel_huge_test");
    folder.write("config.json", "{");
    std::filesystem::resize_file(folder.path / "config.json", 100'000'000);
    const auto start = std::chrono::steady_clock::now();
    CHECK_THROWS_WITH_AS(read_config(folder.path), doctest::Contains("4 MiB"), error);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
}

TEST_CASE("families and keys with other operators are refused by name") {
    for (const auto& each : hugging_face::unsupported_families) {
        CAPTURE(each.model_type);
        const std::string family(each.model_type), model(each.model);
        CHECK(refused_naming(with("\"model_type\":\"" + family + "\""), {family.c_str(), model.c_str()}));
    }
    for (const auto& each : hugging_face::unsupported_keys) {
        CAPTURE(each.name);
        const std::string name = each.name;
        CHECK(refused_naming(with("\"" + name + "\":[1]"), {each.name, "not supported"}));
        CHECK(parse_config(with("\"" + name + "\":null")).hidden == 4096);
        CHECK(parse_config(with("\"" + name + "\":0")).hidden == 4096);
    }
    CHECK(refused_naming(R"({"model_type":"other","text_config":{"model_type":"gemma3n_text"}})", {"gemma3n_text"}));
}

TEST_CASE("an unknown family is answered with the nearest ones") {
    CHECK(refused_naming(with(R"("model_type":"qwen3_mo")"), {"qwen3_mo", "qwen3_moe"}));
    CHECK(refused_naming(with(R"("model_type":"lama")"), {"llama"}));
    CHECK(refused_naming(R"({"hidden_size":1})", {"model_type", "missing"}));
    CHECK(parse_config(R"({"architectures":["LlamaForCausalLM"],)" + llama.substr(llama.find("\"hidden"))).layers() ==
          32);
}

TEST_CASE("of the collected config files every one loads, but the named families") {
    const auto folder = shared_data::folder() / "models" / "configs";
    if (!std::filesystem::exists(folder)) {
        MESSAGE("skipped: models/configs is not here (set GAMBREL_DATA)");
        return;
    }
    std::set<std::string> refused;
    int loaded = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != ".json") continue;
        const std::string file = entry.path().filename().string();
        CAPTURE(file);
        try {
            const architecture m = read_config(entry.path());
            CHECK(parameter_count(m) > 10'000'000);
            CHECK(m.layers() > 0);
            ++loaded;
        } catch (const error& e) {
            CHECK(std::string(e.what()).find("is not supported; it has") != std::string::npos);
            refused.insert(file.substr(0, file.find("_config.json")));
        }
    }
    const std::set<std::string> expected = {"MiniMaxAI--MiniMax-M3",
                                            "deepseek-ai--DeepSeek-V4-Flash",
                                            "deepseek-ai--DeepSeek-V4-Pro",
                                            "google--gemma-4-E2B",
                                            "moonshotai--Kimi-K3",
                                            "nvidia--DeepSeek-V4-Flash-NVFP4",
                                            "nvidia--DeepSeek-V4-Pro-NVFP4",
                                            "nvidia--Llama-3_3-Nemotron-Super-49B-v1",
                                            "sgl-project--DeepSeek-V4-Flash-FP8",
                                            "sgl-project--DeepSeek-V4-Pro-FP8",
                                            "stepfun-ai--Step-3.7-Flash",
                                            "stepfun-ai--Step-3.7-Flash-FP8"};
    CHECK(refused == expected);
    CHECK(loaded == 228 - 12);
}

TEST_CASE("a vision tower with other keys is counted, or refused by name; never nothing") {
    const auto tower = [](const char* type, const char* vision) {
        return parameters_by_part(parse_config(R"({"model_type":")" + std::string(type) +
                                               R"(","hidden_size":3584,"intermediate_size":18944,"num_hidden_layers":28,
            "num_attention_heads":28,"num_key_value_heads":4,"vocab_size":152064,"vision_config":)" +
                                               vision + "}"))
            .vision;
    };
    // 675 M: arXiv 2409.12191, Table 1.
    CHECK(static_cast<double>(tower("qwen2_vl", R"({"depth":32,"embed_dim":1280,"num_heads":16,"hidden_size":3584,
        "patch_size":14,"mlp_ratio":4})")) == approx(675e6).epsilon(2e-3));
    CHECK(tower("qwen2_5_vl", R"({"depth":32,"hidden_size":1280,"intermediate_size":3420,"out_hidden_size":3584})") >
          600'000'000);
    CHECK_THROWS_WITH_AS(tower("qwen2", R"({"model_type":"tower_of_tomorrow","width":7})"),
                         doctest::Contains("vision_config"), error);
}
