// SPDX-License-Identifier: Apache-2.0
// Names of models as people type them. The names of the case file and of public launch lines; what they stand for is
// read off the hub's pages.
#include <doctest/doctest.h>
#include <gambrel/ask/names.hpp>

using namespace gambrel;

namespace {
std::string served(const char* text) {
    const ask::asked_model m = ask::asked_model_of(text);
    return m.model.name.str() + (m.weights.empty() ? "" : " " + m.weights);
}
}  // namespace

TEST_CASE("checkpoints by their suffixes") {
    CHECK(served("Qwen/Qwen3-8B") == "Qwen/Qwen3-8B");
    CHECK(served("Qwen/Qwen3-8B-AWQ") == "Qwen/Qwen3-8B int4");
    CHECK(served("Qwen/Qwen3-8B-GPTQ-Int4") == "Qwen/Qwen3-8B int4");
    CHECK(served("Qwen/Qwen3-8B-GPTQ-Int8") == "Qwen/Qwen3-8B w8a16");
    CHECK(served("nvidia/DeepSeek-R1-FP4") == "deepseek-ai/DeepSeek-R1 nvfp4");
    CHECK(served("nvidia/Llama-3.1-405B-Instruct-NVFP4") == "meta-llama/Llama-3.1-405B nvfp4");
    CHECK(served("RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic") == "meta-llama/Llama-3.3-70B-Instruct fp8");
    CHECK(served("RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w8a8") == "meta-llama/Llama-3.1-8B-Instruct int8");
    CHECK(served("unsloth/Qwen3-8B-unsloth-bnb-4bit") == "Qwen/Qwen3-8B nf4");
    CHECK(served("someone/Qwen3-8B_AWQ") == "Qwen/Qwen3-8B int4");
}

TEST_CASE("a suffix that says what is published changes nothing, another does") {
    CHECK(served("deepseek-ai/DeepSeek-R1-FP8") == "deepseek-ai/DeepSeek-R1");  // fp8 in blocks is published
    CHECK(served("unsloth/DeepSeek-R1-BF16") == "deepseek-ai/DeepSeek-R1 bf16");
    CHECK(served("meta-llama/Llama-3.1-8B-Instruct-bf16") == "meta-llama/Llama-3.1-8B-Instruct");
    CHECK(served("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16") == "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16");
    CHECK(served("openai/gpt-oss-120b-MXFP4") == "openai/gpt-oss-120b");
    CHECK(ask::model_of("Qwen/Qwen3-8B-AWQ").stored.feed_forward.name == "int4");
    CHECK(ask::model_of("Qwen/Qwen3-8B-AWQ").stored.head.name == "bf16");
}

TEST_CASE("GGUF names and addresses") {
    CHECK(served("unsloth/Qwen3-8B-GGUF:Q8_0") == "Qwen/Qwen3-8B Q8_0");
    CHECK(served("unsloth/Qwen3-8B-GGUF") == "Qwen/Qwen3-8B q4_k_m");
    CHECK(served("Meta-Llama-3-8B-Instruct-Q4_0.gguf") == "meta-llama/Meta-Llama-3-8B Q4_0");
    CHECK(served("https://huggingface.co/Qwen/Qwen3-8B") == "Qwen/Qwen3-8B");
    CHECK(served("https://huggingface.co/Qwen/Qwen3-8B-AWQ/tree/main") == "Qwen/Qwen3-8B int4");
    CHECK(served("https://huggingface.co/Qwen/Qwen3-8B?library=vllm") == "Qwen/Qwen3-8B");
    CHECK(served("hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M") == "Qwen/Qwen3-8B Q4_K_M");
    CHECK(served("https://huggingface.co/unsloth/Qwen3-8B-GGUF/blob/main/Qwen3-8B-Q6_K.gguf") == "Qwen/Qwen3-8B Q6_K");
    CHECK(served("models--Qwen--Qwen3-8B") == "Qwen/Qwen3-8B");
    CHECK(ask::model_of("unsloth/Qwen3-8B-GGUF:Q8_0").stored.head.name == "q8_0");
}

TEST_CASE("Ollama's tags") {
    CHECK(served("llama3.1:8b") == "meta-llama/Llama-3.1-8B-Instruct q4_k_m");
    CHECK(served("llama3.1:8b-instruct-q4_K_M") == "meta-llama/Llama-3.1-8B-Instruct q4_K_M");
    CHECK(served("llama3.1:8b-instruct-q8_0") == "meta-llama/Llama-3.1-8B-Instruct q8_0");
    CHECK(served("llama3.1:8b-instruct-fp16") == "meta-llama/Llama-3.1-8B-Instruct f16");
    CHECK(served("deepseek-r1:32b") == "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B q4_k_m");
    CHECK(served("gpt-oss:20b") == "openai/gpt-oss-20b");  // as stored
    CHECK(served("https://ollama.com/library/qwen3:8b") == "Qwen/Qwen3-8B q4_k_m");
    CHECK_THROWS_WITH_AS(ask::model_of("llama3.1:9b"), doctest::Contains("Llama-3.1-8B"), error);
}

TEST_CASE("names that leave open what is stored, and names that are none") {
    CHECK_THROWS_WITH_AS(ask::model_of("ISTA-DASLab/Meta-Llama-3-8B-Instruct-AQLM-2Bit-1x16"),
                         doctest::Contains("codebooks"), error);
    CHECK_THROWS_WITH_AS(ask::model_of("mlx-community/Qwen3-8B-4bit"), doctest::Contains("config.json"), error);
    CHECK_THROWS_WITH_AS(ask::model_of("Qwen/Qwen3-9B"), doctest::Contains("nearest are Qwen/Qwen3-8B"), error);
    CHECK_THROWS_WITH_AS(ask::model_of("Qwen3-8B-W3A3"), doctest::Contains("unknown model"), error);
    for (const char* hostile : {"", ":", "::", "/", "-", "https://", "hf.co/", "models--", ".gguf", "a:b:c", "-GGUF:"})
        CHECK_THROWS_AS(ask::model_of(hostile), error);
}

TEST_CASE("files that are not there and directories that hold no model") {
    CHECK_THROWS_WITH_AS(ask::asked_model_of("nope.gguf"),
                         "there is no file nope.gguf, and no model of the catalog has such a name", error);
    const auto folder = std::filesystem::temp_directory_path() / "gambrel-no-model";
    std::filesystem::create_directories(folder);
    CHECK_THROWS_WITH_AS(ask::asked_model_of(folder.string()), doctest::Contains("holds no config.json, and no GGUF"),
                         error);
    std::ofstream(folder / "a.gguf") << "GGUF";
    CHECK_THROWS_WITH_AS(ask::asked_model_of(folder.string()), doctest::Contains("give one of its GGUF files: "),
                         error);
    std::filesystem::remove_all(folder);
}

TEST_CASE("what is said of a name") {
    CHECK(ask::asked_model_of("Qwen/Qwen3-8B").remark.empty());
    CHECK(ask::asked_model_of("qwen3-8b").remark.empty());
    CHECK(ask::asked_model_of("Qwen/Qwen3-8B-AWQ").remark ==
          "\"Qwen/Qwen3-8B-AWQ\" is Qwen/Qwen3-8B with weights in int4");
    CHECK(ask::asked_model_of("llama3.1:8b").remark.ends_with("no type is named, so Ollama takes Q4_K_M"));
}

TEST_CASE("every alias names a model, and measured rows read none of them") {
    for (const name_alias& a : model_aliases) {
        CAPTURE(a.alias);
        REQUIRE(find_model(a.name) != nullptr);
        CHECK(find_model(a.name)->name.view() == a.name);
        CHECK(find_model(a.alias) != find_model(a.name));  // else the row is not needed
    }
}

TEST_CASE("no two models are spelled alike") {
    for (const architecture* a : all_models)
        for (const architecture* b : all_models)
            if (a != b) CHECK_FALSE(same_letters(a->name.view(), b->name.view()));
}
