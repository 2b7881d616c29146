// SPDX-License-Identifier: Apache-2.0
// Gemma 4: counts by hand from the widths of config.json, and what llama.cpp counts in its files of the language model
// (30.70 and 25.23 billion: tests/reference/data/llamacpp_measured.csv).
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/model/catalog/gemma.hpp>
#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>

using namespace gambrel;

namespace {
const std::string dense = R"("model_type": "gemma4_text", "hidden_size": 5376, "num_hidden_layers": 60,
    "num_attention_heads": 32, "num_key_value_heads": 16, "head_dim": 256, "global_head_dim": 512,
    "num_global_key_value_heads": 4, "attention_k_eq_v": true, "intermediate_size": 21504, "vocab_size": 262144,
    "max_position_embeddings": 262144, "sliding_window": 1024, "tie_word_embeddings": true)";
architecture read(const std::string& text) { return parse_config("{" + text + "}"); }
}  // namespace

TEST_CASE("the dense model: window and full layers by hand") {
    const architecture m = read(dense + R"(, "hidden_size_per_layer_input": 0, "num_kv_shared_layers": 0)");
    constexpr count H = 5376, mlp = 3 * H * 21504, norms = 4 * H + 1;
    constexpr count window = H * (32 + 2 * 16) * 256 + 32 * 256 * H + 2 * 256;
    constexpr count full = H * (32 + 4) * 512 + 32 * 512 * H + 2 * 512;  // no matrix for the values
    CHECK(parameter_count(m) == 262144 * H + H + 60 * (mlp + norms) + 50 * window + 10 * full);
    CHECK(static_cast<double>(parameter_count(m)) / 1e9 == approx(30.70).epsilon(0.0002));
    CHECK(kv_bytes_per_token(m).value() == 50 * 16 * 256 * 4.0 + 10 * 4 * 512 * 4.0);  // keys and values in 16 bit
    CHECK(parameter_count(m) == parameter_count(catalog::gemma_4_31b));
    CHECK(m.groups[1].layer == catalog::gemma_4_31b.groups[1].layer);
}

TEST_CASE("the mixture: an MLP that always runs beside the experts") {
    const architecture m = read(R"("model_type": "gemma4_text", "hidden_size": 2816, "num_hidden_layers": 30,
        "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 256, "global_head_dim": 512,
        "num_global_key_value_heads": 2, "attention_k_eq_v": true, "intermediate_size": 2112, "vocab_size": 262144,
        "max_position_embeddings": 262144, "sliding_window": 1024, "tie_word_embeddings": true,
        "enable_moe_block": true, "num_experts": 128, "top_k_experts": 8, "moe_intermediate_size": 704,
        "hidden_size_per_layer_input": 0, "num_kv_shared_layers": 0)");
    constexpr count H = 2816, experts = 128 * 3 * H * 704, mlp = 3 * H * 2112, router = H * 128;
    constexpr count norms = 7 * H + 1 + H + 128;
    constexpr count window = H * (16 + 2 * 8) * 256 + 16 * 256 * H + 2 * 256;
    constexpr count full = H * (16 + 2) * 512 + 16 * 512 * H + 2 * 512;
    CHECK(parameter_count(m) == 262144 * H + H + 30 * (experts + mlp + router + norms) + 25 * window + 5 * full);
    CHECK(static_cast<double>(parameter_count(m)) / 1e9 == approx(25.23).epsilon(0.0002));
    CHECK(static_cast<double>(active_parameters(m)) / 1e9 ==
          approx(3.8).epsilon(0.02));  // the card's, with the embedding
    CHECK(parameter_count(m) == parameter_count(catalog::gemma_4_26b_a4b));
}

TEST_CASE("what is not supported is refused by its key") {
    CHECK_THROWS_WITH_AS(read(dense), doctest::Contains("hidden_size_per_layer_input is missing"), error);
    CHECK_THROWS_WITH_AS(read(dense + R"(, "hidden_size_per_layer_input": 256, "num_kv_shared_layers": 18)"),
                         doctest::Contains("hidden_size_per_layer_input is not 0"), error);
    CHECK_THROWS_WITH_AS(read(dense + R"(, "hidden_size_per_layer_input": 0, "num_kv_shared_layers": 18)"),
                         doctest::Contains("num_kv_shared_layers is not 0"), error);
}
