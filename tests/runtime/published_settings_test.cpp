// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

// Tokens of a KV block as each engine documents its default: vLLM `block_size` 16 (on GPUs), SGLang `page_size` 1,
// TensorRT-LLM `tokens_per_block` 32 under the PyTorch backend and 64 of compiled engines to 0.20, LMDeploy
// `cache_block_seq_len` 64, MLC `page_size` 16. llama.cpp and Transformers keep one cell per token.
TEST_CASE("KV blocks are as long as the engines' documentation says") {
    CHECK(catalog::vllm.memory.block_tokens == 16);
    CHECK(catalog::sglang.memory.block_tokens == 1);
    CHECK(catalog::tensorrt_llm.memory.block_tokens == 32);
    CHECK(runtime_named("tensorrt-llm-engine").memory.block_tokens == 64);
    CHECK(catalog::lmdeploy.memory.block_tokens == 64);
    CHECK(runtime_named("mlc-llm").memory.block_tokens == 16);
    CHECK(catalog::llama_cpp.memory.block_tokens == 1);
}
