// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>
#include <sstream>

#include <gambrel/measurement/io/start_log.hpp>
#include <start_logs.hpp>

using namespace gambrel;
using namespace start_logs;

namespace {
start_log read(const std::string& text) {
    std::istringstream in(text);
    return read_start_log(in);
}
}  // namespace

TEST_CASE("vLLM, first engine: everything in three lines") {
    const start_log l = read(vllm_0_6);
    CHECK(l.server == "vllm");
    CHECK(*l.weights == 14.9888);
    CHECK(*l.visible == 23.58);
    CHECK(*l.fraction == 0.90);
    CHECK(*l.outside == 0.06);
    CHECK(*l.activations == 2.36);
    CHECK(*l.kv == 3.81);
    CHECK(*l.kv_tokens == 31232);
    CHECK(*l.graphs == 0.27);
    CHECK(*l.started);
    CHECK(l.missing() == std::vector<std::string_view>{"the token budget", "the slots"});
}

TEST_CASE("vLLM, second engine: a number with commas, settings in a dictionary, no end") {
    const start_log l = read(vllm_0_18);
    CHECK(l.server == "vllm");
    CHECK(l.version == "0.18.0");
    CHECK(*l.weights == 14.25);
    CHECK(*l.kv == 13.1);
    CHECK(*l.kv_tokens == 245360);
    CHECK(*l.fraction == 0.85);
    CHECK(*l.token_budget == 8192);
    CHECK(*l.max_context == 32768);
    CHECK(*l.tensor == 1);
    CHECK(l.eager);
    CHECK_FALSE(l.started);
}

TEST_CASE("SGLang, TensorRT-LLM and llama.cpp") {
    const start_log s = read(sglang);
    CHECK(s.server == "sglang");
    CHECK(*s.free_before == 23.08);
    CHECK(*s.weights == 7.08);
    CHECK(*s.kv == approx(11.38));
    CHECK(*s.kv_tokens == 298447);
    CHECK(*s.fraction == 0.8);
    CHECK(*s.tensor == 4);
    CHECK(*s.token_budget == 2048);
    CHECK(*s.slots == 3730);
    CHECK(*s.started);
    const start_log t = read(tensorrt);
    CHECK(t.server == "tensorrt-llm");
    CHECK(t.version == "0.17.0");
    CHECK(*t.weights == approx(8674.0 / 1024));
    CHECK(*t.visible == 31.84);
    CHECK(*t.free_before == 17.83);
    CHECK(*t.kv == 16.05);
    CHECK(*t.kv_tokens == 263008);
    CHECK(*t.slots == 2048);
    const start_log g = read(llama);
    CHECK(g.server == "llama.cpp");
    CHECK(g.version == "3780");
    CHECK(*g.weights == approx(1754.83 / 1024));  // the host's are left aside
    CHECK(*g.kv == approx(640.0 / 1024));
    CHECK(*g.activations == approx(162.0 / 1024));
    CHECK(*g.max_context == 2048);
}

TEST_CASE("servers that did not start say so") {
    CHECK_FALSE(*read(vllm_0_18 + "ValueError: No available memory for the cache blocks.\n").started);
    CHECK_FALSE(
        *read("INFO Available KV cache memory: 3.66 GiB\nValueError: To serve at least one request with the models's "
              "max seq len (32768), (4.50 GiB KV cache is needed, which is larger than the available KV cache memory "
              "(3.66 GiB).\n")
             .started);
    CHECK_FALSE(*read("Load weight begin. avail mem=5 GB\nRuntimeError: Not enough memory. Please try to increase "
                      "--mem-fraction-static.\n")
                     .started);
}

TEST_CASE("a log that is cut off, of another program or in another language: what is certain, and what is missing") {
    for (std::size_t n = 0; n < vllm_0_6.size(); n += 7) {
        const start_log l = read(vllm_0_6.substr(0, n));
        if (l.weights) CHECK(*l.weights <= 14.99);
    }
    const start_log other = read("nginx: worker process started\nDer Speicher reicht nicht: 3 GiB fehlen\n");
    CHECK(other.server.empty());
    CHECK(other.missing().size() == 8);
    CHECK(other.missing().front() == "which server it is");
    CHECK(read("").server.empty());
    // Words without numbers, and numbers that are none, say nothing.
    const start_log broken =
        read("Available KV cache memory: viel GiB\nGPU KV cache size: ,,, tokens\nmodel weights take ...GiB\n");
    CHECK_FALSE(broken.kv);
    CHECK_FALSE(broken.kv_tokens);
    CHECK_FALSE(broken.weights);
    CHECK_THROWS_WITH_AS(read(std::string("a\0b", 3)), doctest::Contains("no text"), error);
    CHECK_THROWS_AS(read(std::string(longest_log_line + 1, 'x')), error);
}
