// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Start-up logs of servers, for the rooms that read them.

#include <gambrel/measurement/io/start_log.hpp>
#include <sstream>
#include <string>

namespace start_logs {
inline gambrel::start_log read(const std::string& text) {
    std::istringstream in(text);
    return gambrel::read_start_log(in);
}

// Lines in the servers' forms, with figures of public logs (data/memory): M02a, L01, L53, L41, B03.
inline const std::string vllm_0_6 =
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
inline const std::string vllm_0_18 =
    "INFO [utils.py:233] non-default args: {'dtype': 'float16', 'gpu_memory_utilization': 0.85, 'enforce_eager': "
    "True}\n"
    "INFO [scheduler.py:231] Chunked prefill is enabled with max_num_batched_tokens=8192.\n"
    "(EngineCore pid=9011) INFO [core.py:103] Initializing a V1 LLM engine (v0.18.0) with config: model='Qwen2.5-7B', "
    "max_seq_len=32768, tensor_parallel_size=1, pipeline_parallel_size=1, enforce_eager=True, kv_cache_dtype=auto\n"
    "(EngineCore pid=9011) INFO [gpu_model_runner.py:4566] Model loading took 14.25 GiB memory and 345.277135 seconds\n"
    "(EngineCore pid=9011) INFO [gpu_worker.py:456] Available KV cache memory: 13.1 GiB\n"
    "(EngineCore pid=9011) INFO [kv_cache_utils.py:1316] GPU KV cache size: 245,360 tokens\n";
inline const std::string sglang =
    "[2025-06-01 10:00:00] server_args=ServerArgs(model_path='Qwen3-14B', mem_fraction_static=0.8, tp_size=4)\n"
    "[2025-06-01 10:00:05 TP0] Load weight begin. avail mem=23.08 GB\n"
    "[2025-06-01 10:00:09 TP0] Load weight end. type=Qwen3ForCausalLM, dtype=torch.bfloat16, avail mem=16.00 GB, mem "
    "usage=7.08 GB.\n"
    "[2025-06-01 10:00:09 TP0] KV Cache is allocated. #tokens: 298447, K size: 5.69 GB, V size: 5.69 GB\n"
    "[2025-06-01 10:00:20 TP0] max_total_num_tokens=298447, chunked_prefill_size=2048, max_prefill_tokens=16384, "
    "max_running_requests=3730, context_len=40960, available_gpu_mem=2.82 GB\n"
    "[2025-06-01 10:00:21] The server is fired up and ready to roll!\n";
inline const std::string tensorrt =
    "[TensorRT-LLM] TensorRT-LLM version: 0.17.0\n"
    "[TensorRT-LLM][INFO] Loaded engine size: 8674 MiB\n"
    "[TensorRT-LLM][INFO] Memory usage when calculating max tokens in paged kv cache: total: 31.84 GiB, available: "
    "17.83 "
    "GiB\n"
    "[TensorRT-LLM][INFO] [MemUsageChange] Allocated 16.05 GiB for max tokens in paged KV cache (263008).\n"
    "[02/14/2025] [TRT-LLM] [I] max_seq_len=131072, max_num_requests=2048, max_num_tokens=8192\n";
inline const std::string llama =
    "build: 3780 (abc1234) with cc (GCC) for x86_64-linux-gnu\n"
    "llm_load_tensors: offloaded 33/33 layers to GPU\n"
    "llm_load_tensors:        CPU model buffer size =    84.43 MiB\n"
    "llm_load_tensors:      CUDA0 model buffer size =  1754.83 MiB\n"
    "llama_new_context_with_model: n_ctx      = 2048\n"
    "llama_kv_cache_init:      CUDA0 KV buffer size =   640.00 MiB\n"
    "llama_new_context_with_model:      CUDA0 compute buffer size =   162.00 MiB\n"
    "llama_new_context_with_model:  CUDA_Host compute buffer size =     9.01 MiB\n";
}  // namespace start_logs
