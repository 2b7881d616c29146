// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The sources the runtime catalog cites. Most host times are still guesses made before any comparison with
/// measurements, the same for every GPU engine, and say so: nothing here was tuned to serving results. Settings
/// (budgets, slots, policies) are the projects' documented defaults or the public benchmarks' published scripts,
/// named in each file; those recalled only are marked there.

#include <gambrel/numeric/sourced.hpp>
#include <string_view>

namespace gambrel::catalog::cited_runtime {

inline constexpr std::string_view read_on = "2026-11-20";

/// 1 ms per step and 8 us per layer, chosen before looking. Against 1,042 measured rows they left a median TPOT error
/// of 6 to 17 % where the precision was known, with 4 us per product and 5 us per all-reduce beside them.
inline constexpr source a_priori{"a-priori guess of the first check (1 ms per step, 8 us per layer); not fitted",
                                 read_on, evidence::recalled};
/// Two fits of GuideLLM runs on vLLM found 7.0 and 11.9 ms before the first step, BLIS 15.6 ms: 10 ms lies between.
inline constexpr source vllm_frontend{"between fits of TTFT on vLLM: 7.0 and 11.9 ms (GuideLLM runs, "
                                      "llm-inferno/model-trainer), 15.6 ms (BLIS)",
                                      read_on, evidence::derived};
inline constexpr source like_vllm{"a-priori guess: as vLLM's, not measured for this engine", read_on,
                                  evidence::recalled};

/// A kernel launched from C++ on a stream: 2.5 to 2.7 us (1.3 to 1.4 us inside a graph), A100 and H200.
inline constexpr source streamed_launch{
    "te42kyfo/gpu-benches @1c36d50: launch and 64 kB kernel, streamed, A100 and H200", "2024", evidence::measured};
/// A kernel that Python starts, by our count of kernels: views and allocations between them included. Inherited by
/// runtimes without rows of their own.
inline constexpr source python_launch{
    "between the fits of vLLM, TensorRT-LLM and SGLang, 37 to 47 us (docs/calibration/software.md)", "2026-11",
    evidence::derived};
/// One process and one token a message: SGLang's 19.6 k tokens/s (Llama-3.1-8B, eight H200) are the most of any server in
/// serving_measured.csv, 13.5 k of energy_measured.csv (vLLM). So a message takes 1 / 19.6 k at most, on those hosts.
inline constexpr source fastest_stream{"AIConfigurator run, SGLang 0.5.6.post2, 512 clients: 19.6 k tokens/s", "2026-11",
                                       evidence::derived};

/// tools/fit_memory; what it leaves of each log: docs/calibration/memory.md.
inline constexpr source memory_fit{"fitted to start-up logs of servers (data/memory)", "2026-11", evidence::measured};
/// What SGLang prints as free before it loads weights, beside the whole memory that other logs print: H100 78.8 of
/// 79.2, RTX 4090 23.1 of 23.55; on 8 ranks 77.4.
inline constexpr source sglang_free{"free memory before weights in SGLang's start-up logs (data/memory)", "2026-11",
                                    evidence::measured};

/// Everything besides weights, activations, KV and collectives: context, libraries, workspaces, captured graphs.
inline constexpr source other_memory{"ai-dynamo/aiconfigurator systems yaml @095f58a: other_mem 3.5 GB, every GPU",
                                     read_on, evidence::recalled};
/// 342 MB on 2 ranks, 392 MB on 4 and 8.
inline constexpr source nccl_memory{"ai-dynamo/aiconfigurator systems yaml @095f58a: nccl_mem 342/392/392 MB on 2/4/8",
                                    read_on, evidence::recalled};

/// Outside of llama.cpp's own figures; of a board with a memory of its own.
inline constexpr source cuda_context{"context of the CUDA driver, 300 to 500 MiB a process and device, recalled", "2026-11",
                                     evidence::recalled};
}  // namespace gambrel::catalog::cited_runtime
