// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>
#include <sstream>

#include <gambrel/measurement/io/observations.hpp>
#include <start_logs.hpp>

using namespace gambrel;
using namespace start_logs;

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
    CHECK_THROWS_WITH_AS(read(std::string("a\0b", 3)), "the log line 1: holds zero bytes; save it as UTF-8 text",
                         error);
    CHECK_THROWS_AS(read(std::string(gambrel::detail::longest_line + 1, 'x')), error);
}

TEST_CASE("names and formats as printed; a word that is part of another is not it") {
    const start_log l = read(vllm_0_18);
    CHECK(l.model == "Qwen2.5-7B");
    CHECK(l.dtype == "float16");
    CHECK(l.kv_dtype == "auto");
    CHECK(l.quantization.empty());
    CHECK_FALSE(l.captured);
    CHECK(read(vllm_0_6).captured);
    const start_log s = read(sglang);
    CHECK(s.model == "Qwen3-14B");
    CHECK(s.dtype == "bfloat16");
    // "kv_cache_dtype=" is no "dtype=", and None is no format.
    const start_log v = read(
        "Initializing a V1 LLM engine (v0.9.1) with config: kv_cache_dtype=fp8, dtype=torch.half, "
        "quantization=None, model='a b', x\n");
    CHECK(v.kv_dtype == "fp8");
    CHECK(v.dtype == "half");
    CHECK(v.quantization.empty());
    CHECK(v.model == "a b");
    CHECK(read("LLM engine (v0.9.1) model='cut o").model.empty());
}

TEST_CASE("of several starts the last; ranks and engines of one start are one") {
    const std::string again = vllm_0_6 + "INFO: 127.0.0.1 POST /v1/completions 200 OK\n" + vllm_0_18;
    const start_log l = read(again);
    CHECK(l.starts == 2);
    CHECK(*l.weights == 14.25);
    CHECK(*l.kv_tokens == 245360);
    CHECK_FALSE(l.visible);  // of the first
    CHECK(read(vllm_0_6 + sglang).server == "sglang");
    CHECK(read(sglang + sglang + sglang).starts == 3);
    const std::string engine = "Initializing a V1 LLM engine (v0.9.1) with config: model='m', x\n";
    CHECK(read(engine + "Model loading took 8 GiB\n" + engine + "Model loading took 8 GiB\n").starts == 1);
    CHECK(read("vLLM API server version 0.9.1\nModel loading took 8 GiB\nvLLM API server version 0.9.1\n").starts == 2);
    // What requests print after the start is no fact of it.
    CHECK(*read(vllm_0_6 + "GPU KV cache size: 9 tokens\n").kv_tokens == 31232);
}

TEST_CASE("half a number at the end of a cut log is none") {
    const std::string whole = "Available KV cache memory: 13.1 GiB\nGPU KV cache size: 245,360 tokens\n";
    for (std::size_t n = 0; n < whole.size(); ++n) {
        const start_log l = read(whole.substr(0, n));
        if (l.kv) CHECK(*l.kv == 13.1);
        if (l.kv_tokens) CHECK(*l.kv_tokens == 245360);
    }
}

TEST_CASE("a start-up log is told by its content, and is an observation") {
    for (const std::string* text : {&vllm_0_6, &vllm_0_18, &sglang, &tensorrt, &llama}) {
        const auto all = read_observations(*text, "startup.log", stated{});
        REQUIRE(all.size() == 1);
        CHECK(all.front().tool == "start-up log");
        REQUIRE(all.front().start);
        CHECK(all.front().start->weights);
    }
    const observation o = read_observations(sglang, "s.log", stated{}).front();  // begins with '[' as JSON may
    CHECK(o.runtime == "sglang");
    CHECK(o.ranks.at("tp") == 4.0);
    CHECK(o.settings.at("max_running_requests") == "3730");
    CHECK(o.settings.at("mem_fraction_static") == "0.8");
    const observation v = read_observations(vllm_0_18, "v.log", stated{}).front();
    CHECK(v.settings.at("enforce_eager") == "True");
    CHECK(v.settings.at("kv_cache_dtype") == "auto");
    const auto twice = read_observations(vllm_0_6 + vllm_0_18, "t.log", stated{});
    CHECK(twice.front().notes.front() == "t.log holds 2 starts: the last is taken");
    // JSON that quotes a log is what its keys say; text of others is none of it.
    CHECK_THROWS_AS(
        read_observations("{\"log\": \"" + std::string("GPU KV cache size: 1,000 tokens") + "\"}", "j", stated{}),
        error);
    CHECK_THROWS_AS(read_observations("nginx: worker started\n", "n.log", stated{}), error);
    CHECK_FALSE(gambrel::detail::is_start_log("TensorRT-LLM is faster than nothing\n"));
    const std::string table =
        "hardware,model,framework,weight_format,tp,input_len,output_len,concurrency,metric,value,unit\n"
        "h100-sxm,m,TensorRT-LLM max_num_requests=4,bf16,1,10,10,1,tpot,9,ms\n";
    CHECK_FALSE(gambrel::detail::is_start_log(table));
    CHECK_THROWS_AS(read_observations(std::string("\x7f\x00\xff GPU KV cache size: 1 tokens", 40), "b", stated{}),
                    error);
}
