// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>
#include <sstream>

#include <gambrel/calibration/correct_memory.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

namespace {
start_log read(const std::string& text) {
    std::istringstream in(text);
    return read_start_log(in);
}

// Lines in the servers' forms, with figures of public logs (data/memory): M02a, L01, L53, L41, B03.
const std::string vllm_0_6 =
    "INFO model_runner.py:1077] Loading model weights took 14.9888 GB\n"
    "INFO worker.py:232] the current vLLM instance can use total_gpu_memory (23.58GiB) x gpu_memory_utilization (0.90) "
    "= "
    "21.22GiB\n"
    "INFO worker.py:232] model weights take 14.99GiB; non_torch_memory takes 0.06GiB; PyTorch activation peak memory "
    "takes "
    "2.36GiB; the rest of the memory reserved for KV Cache is 3.81GiB.\n"
    "INFO gpu_executor.py:76] # GPU blocks: 1952, # CPU blocks: 2048\n"
    "INFO model_runner.py:1518] Graph capturing finished in 21 secs, took 0.27 GiB\n"
    "INFO:     Application startup complete.\n";
const std::string vllm_0_18 =
    "INFO [utils.py:233] non-default args: {'dtype': 'float16', 'gpu_memory_utilization': 0.85, 'enforce_eager': "
    "True}\n"
    "INFO [scheduler.py:231] Chunked prefill is enabled with max_num_batched_tokens=8192.\n"
    "(EngineCore pid=9011) INFO [core.py:103] Initializing a V1 LLM engine (v0.18.0) with config: model='Qwen2.5-7B', "
    "max_seq_len=32768, tensor_parallel_size=1, pipeline_parallel_size=1, enforce_eager=True, kv_cache_dtype=auto\n"
    "(EngineCore pid=9011) INFO [gpu_model_runner.py:4566] Model loading took 14.25 GiB memory and 345.277135 seconds\n"
    "(EngineCore pid=9011) INFO [gpu_worker.py:456] Available KV cache memory: 13.1 GiB\n"
    "(EngineCore pid=9011) INFO [kv_cache_utils.py:1316] GPU KV cache size: 245,360 tokens\n";
const std::string sglang =
    "[2025-06-01 10:00:00] server_args=ServerArgs(model_path='Qwen3-14B', mem_fraction_static=0.8, tp_size=4)\n"
    "[2025-06-01 10:00:05 TP0] Load weight begin. avail mem=23.08 GB\n"
    "[2025-06-01 10:00:09 TP0] Load weight end. type=Qwen3ForCausalLM, dtype=torch.bfloat16, avail mem=16.00 GB, mem "
    "usage=7.08 GB.\n"
    "[2025-06-01 10:00:09 TP0] KV Cache is allocated. #tokens: 298447, K size: 5.69 GB, V size: 5.69 GB\n"
    "[2025-06-01 10:00:20 TP0] max_total_num_tokens=298447, chunked_prefill_size=2048, max_prefill_tokens=16384, "
    "max_running_requests=3730, context_len=40960, available_gpu_mem=2.82 GB\n"
    "[2025-06-01 10:00:21] The server is fired up and ready to roll!\n";
const std::string tensorrt =
    "[TensorRT-LLM] TensorRT-LLM version: 0.17.0\n"
    "[TensorRT-LLM][INFO] Loaded engine size: 8674 MiB\n"
    "[TensorRT-LLM][INFO] Memory usage when calculating max tokens in paged kv cache: total: 31.84 GiB, available: "
    "17.83 "
    "GiB\n"
    "[TensorRT-LLM][INFO] [MemUsageChange] Allocated 16.05 GiB for max tokens in paged KV cache (263008).\n"
    "[02/14/2025] [TRT-LLM] [I] max_seq_len=131072, max_num_requests=2048, max_num_tokens=8192\n";
const std::string llama =
    "build: 3780 (abc1234) with cc (GCC) for x86_64-linux-gnu\n"
    "llm_load_tensors: offloaded 33/33 layers to GPU\n"
    "llm_load_tensors:        CPU model buffer size =    84.43 MiB\n"
    "llm_load_tensors:      CUDA0 model buffer size =  1754.83 MiB\n"
    "llama_new_context_with_model: n_ctx      = 2048\n"
    "llama_kv_cache_init:      CUDA0 KV buffer size =   640.00 MiB\n"
    "llama_new_context_with_model:      CUDA0 compute buffer size =   162.00 MiB\n"
    "llama_new_context_with_model:  CUDA_Host compute buffer size =     9.01 MiB\n";
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

TEST_CASE("a correction gives the printed room back") {
    const architecture& m = catalog::llama_3_1_8b;
    const precision stored{.weights = as_served(m.stored)};
    start_log l = read(vllm_0_6);
    l.token_budget = 20000;
    l.slots = 256;
    const memory_correction c = correction_of(l, m, catalog::rtx_3090, catalog::vllm, {}, stored);
    CHECK(*c.visible == 23.58);
    CHECK(c.weights == approx(14.9888 / 14.957).epsilon(0.001));
    CHECK(c.deviation == one_log);
    device<> board = catalog::rtx_3090;
    board.memory.visible = gibibytes(*c.visible);
    const runtime<> server = corrected(with_stated(catalog::vllm, stated_in(l)), c);
    const memory_budget law(m, board, server, {}, stored);
    CHECK(law.room() / gibibytes(1.0) == approx(3.81));
    CHECK(law.fit(1).weights / gibibytes(1.0) == approx(14.9888));
    const memory_budget before(m, board, with_stated(catalog::vllm, stated_in(l)), {}, stored);
    const auto width = [](const memory_fit& f) { return (f.for_kv_high - f.for_kv_low).value(); };
    CHECK(width(law.fit(1)) < 0.6 * width(before.fit(1)));

    // SGLang's share is of what is free before loading.
    const architecture& q = catalog::qwen3_14b;
    const start_log s = read(sglang);
    const precision bf16{.weights = as_served(q.stored)};
    const memory_correction d = correction_of(s, q, catalog::rtx_4090, catalog::sglang, {.tensor = 4}, bf16);
    CHECK(memory_budget(q, catalog::rtx_4090, corrected(with_stated(catalog::sglang, stated_in(s)), d), {.tensor = 4},
                        bf16)
                  .room() /
              gibibytes(1.0) ==
          approx(11.38));
    // A log without figures corrects nothing.
    const memory_correction none = correction_of({}, m, catalog::rtx_3090, catalog::vllm, {}, stored);
    CHECK(none.weights == 1.0);
    CHECK(none.besides == 0.0);
    CHECK(none.deviation == 1.0);
}
