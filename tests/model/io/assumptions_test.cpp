// SPDX-License-Identifier: Apache-2.0
// What a configuration leaves out is written down with what was taken for it. Values: the classes of the Transformers
// library, docs/models/config-loader.md.
#include <doctest/doctest.h>
#include <gambrel/model/io/hugging_face.hpp>
#include <set>

using namespace gambrel;

namespace {
std::vector<hugging_face::assumption> assumed_in(const char* text) {
    std::vector<hugging_face::assumption> assumed;
    hugging_face::architecture_of(hugging_face::bounded_json(text, "config.json"), &assumed);
    return assumed;
}
std::string of(const std::vector<hugging_face::assumption>& all, std::string_view key) {
    for (const auto& a : all)
        if (a.key == key) return a.value + ": " + a.why;
    return "";
}
constexpr const char* bare = R"({"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32,
    "num_attention_heads": 32, "intermediate_size": 14336, "vocab_size": 128256})";
}  // namespace

TEST_CASE("keys that are absent, what is taken for them, and why") {
    const auto all = assumed_in(bare);
    CHECK(of(all, "num_key_value_heads") == "32: as many as num_attention_heads");
    CHECK(of(all, "head_dim") == "128: hidden_size / num_attention_heads");
    CHECK(of(all, "tie_word_embeddings") == "false: the family's default");
    CHECK(of(all, "max_position_embeddings") == "0: no longest context");
    CHECK(of(all, "torch_dtype") == "bfloat16: what servers load where nothing is said");
    CHECK(of(all, "attention_bias") == "false: the family's default");
    CHECK(of(all, "hidden_size").empty());
}

TEST_CASE("a key that is written is not assumed, an explicit null is") {
    const auto all = assumed_in(R"({"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32,
        "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": null, "intermediate_size": 14336,
        "vocab_size": 128256, "tie_word_embeddings": false, "max_position_embeddings": 8192, "dtype": "float16"})");
    CHECK(of(all, "num_key_value_heads").empty());
    CHECK(of(all, "tie_word_embeddings").empty());
    CHECK(of(all, "max_position_embeddings").empty());
    CHECK(of(all, "torch_dtype").empty());  // its other spelling is there
    CHECK(of(all, "head_dim") == "128: hidden_size / num_attention_heads");
}

TEST_CASE("keys of parts have their path, and none is listed twice") {
    const auto all = assumed_in(R"({"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32,
        "num_attention_heads": 32, "intermediate_size": 14336, "vocab_size": 128256,
        "quantization_config": {"quant_method": "gptq", "bits": 4}})");
    CHECK(of(all, "quantization_config.group_size") == "128: the family's default");
    std::set<std::string> keys;
    for (const auto& a : all) CHECK(keys.insert(a.key).second);
    const auto nested = assumed_in(R"({"model_type": "llava", "text_config": {"model_type": "llama"}})");
    CHECK(of(nested, "text_config.hidden_size") == "4096: the class's default in a nested part");
}

TEST_CASE("without a list nothing is written, and the model is the same") {
    std::vector<hugging_face::assumption> assumed;
    const auto object = hugging_face::bounded_json(bare, "config.json");
    const architecture silent = hugging_face::architecture_of(object);
    const architecture told = hugging_face::architecture_of(object, &assumed);
    REQUIRE(silent.group_count == told.group_count);
    CHECK(silent.groups[0].layer == told.groups[0].layer);
    CHECK(silent.stored.feed_forward.name == told.stored.feed_forward.name);
    CHECK_FALSE(assumed.empty());
}
