// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/model/io/hugging_face.hpp>
#include <gambrel/model/parameters.hpp>

using namespace gambrel;

// A config.json may leave out what its class has by default. Gemma's heads are 256 wide whatever the hidden size
// (transformers, GemmaConfig.head_dim): gemma-2b of 8 heads over 2048, gemma-7b of 16 over 3072.
TEST_CASE("Gemma's heads are 256 wide where the file does not say") {
    const architecture two = parse_config(R"({"model_type":"gemma","hidden_size":2048,"intermediate_size":16384,
        "num_attention_heads":8,"num_key_value_heads":1,"num_hidden_layers":18,"vocab_size":256000})");
    CHECK(two.begin()->layer.attention.head_dim == 256);
    CHECK(parameter_count(two) == 2'506'172'416);  // of its safetensors
    const architecture seven = parse_config(R"({"model_type":"gemma","hidden_size":3072,"intermediate_size":24576,
        "num_attention_heads":16,"num_key_value_heads":16,"num_hidden_layers":28,"vocab_size":256000})");
    CHECK(seven.begin()->layer.attention.head_dim == 256);
    CHECK(parameter_count(seven) == 8'537'680'896);  // of its safetensors
}
