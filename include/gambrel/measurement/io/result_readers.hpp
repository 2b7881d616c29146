// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The readers of tools' files, in the order in which a file is tried. A tool more is a header in tools/ and a line here.
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/guidellm.hpp>
#include <gambrel/measurement/io/llama_bench.hpp>
#include <gambrel/measurement/io/result_reader.hpp>
#include <gambrel/measurement/io/tools/board_log.hpp>
#include <gambrel/measurement/io/tools/evalscope.hpp>
#include <gambrel/measurement/io/tools/guidellm_report.hpp>
#include <gambrel/measurement/io/tools/inference_perf.hpp>
#include <gambrel/measurement/io/tools/llama_observed.hpp>
#include <gambrel/measurement/io/tools/llmperf.hpp>
#include <gambrel/measurement/io/tools/ncu_table.hpp>
#include <gambrel/measurement/io/tools/nsys_sum.hpp>
#include <gambrel/measurement/io/tools/own_table.hpp>
#include <gambrel/measurement/io/tools/per_gpu_row.hpp>
#include <gambrel/measurement/io/tools/request_records.hpp>
#include <gambrel/measurement/io/tools/serve_result.hpp>
#include <gambrel/measurement/io/tools/serve_text.hpp>
#include <gambrel/measurement/io/tools/server_metrics.hpp>
#include <gambrel/measurement/io/tools/start_up.hpp>
#include <gambrel/measurement/io/tools/torch_trace.hpp>
#include <gambrel/measurement/io/tools/trtllm_bench.hpp>
#include <gambrel/measurement/io/tools/vllm_offline.hpp>
#include <gambrel/measurement/io/vllm_bench.hpp>

namespace gambrel {
namespace detail {
inline void add_guidellm_rows(const result_json& v, const std::string& where, const stated& said, const conventions&,
                              measured_table& table) {
    add_guidellm_report(v, where, said, table);
}
inline void add_llama_rows(const result_json& v, const std::string& where, const stated& said, const conventions&,
                           measured_table& table) {
    add_llama_test(v, where, said, table);
}
}  // namespace detail

// clang-format off
inline constexpr std::array result_readers{
    result_reader{.key = "vllm", .name = "vllm bench serve, SGLang bench_serving",
                  .what = "a result of vllm bench serve (output_throughput, mean_ttft_ms, completed; printed, JSON or a sweep's summary.csv)",
                  .none_found = "has no result of vllm bench serve (output_throughput, mean_ttft_ms, completed)",
                  .value = "a result of the serving benchmark", .is_value = detail::is_vllm_result, .is_text = detail::is_serve_text,
                  .values_in = detail::serve_values_in, .observe = detail::observe_serve_result, .add_rows = detail::add_vllm_result},
    result_reader{.key = "guidellm", .name = "GuideLLM", .what = "a report of GuideLLM (benchmarks[].metrics)",
                  .none_found = "is no report of GuideLLM: it has no list of benchmarks with metrics",
                  .value = "a report of GuideLLM", .numbered = false, .is_value = detail::is_guidellm_report,
                  .observe = detail::observe_guidellm, .add_rows = detail::add_guidellm_rows},
    result_reader{.key = "llama-bench", .name = "llama-bench",
                  .what = "output of llama-bench (n_prompt, avg_ts; or a table with test and t/s)",
                  .none_found = "has no test of llama-bench (n_prompt, n_gen, avg_ts, or a table with test and t/s)",
                  .value = "a test of llama-bench", .rows = table_kind::llama_cpp, .numbered = false,
                  .is_value = detail::is_llama_test, .is_text = detail::is_llama_text, .values_in = detail::llama_tests_in,
                  .observe = detail::observe_llama_test, .add_rows = detail::add_llama_rows},
    result_reader{.key = "aiperf-requests", .name = "AIPerf requests", .what = "AIPerf's records of requests (metadata, metrics)",
                  .value = "a record of a request", .is_text = detail::is_request_records,
                  .observe_stream = detail::observe_request_records},
    result_reader{.key = "torch-trace", .name = "PyTorch trace", .what = "a trace of the PyTorch profiler (traceEvents)",
                  .value = "a trace", .no_rows = "a profile of kernels has no load and no lengths: read_observations reads it",
                  .is_value = detail::is_trace_value, .is_text = detail::is_torch_trace, .observe = detail::observe_trace_value,
                  .observe_stream = detail::observe_torch_trace},
    result_reader{.key = "inference-perf", .name = "inference-perf", .what = "a report of inference-perf (load_summary, successes)",
                  .value = "a report of inference-perf", .is_value = detail::is_inference_perf_report,
                  .observe = detail::observe_inference_perf},
    result_reader{.key = "trtllm-bench", .name = "trtllm-bench", .what = "a report of trtllm-bench (engine, world_info, performance)",
                  .value = "a report of trtllm-bench", .is_value = detail::is_trtllm_report, .observe = detail::observe_trtllm},
    result_reader{.key = "llmperf", .name = "LLMPerf", .what = "a summary of LLMPerf (results_ttft_s_mean)",
                  .value = "a summary of LLMPerf", .is_value = detail::is_llmperf_summary, .observe = detail::observe_llmperf},
    result_reader{.key = "evalscope", .name = "evalscope", .what = "a summary of evalscope perf (Concurrency, Average latency (s))",
                  .value = "a summary of evalscope", .is_value = detail::is_evalscope_result, .observe = detail::observe_evalscope},
    result_reader{.key = "per-gpu-rows", .name = "rows of throughput per GPU", .what = "rows of throughput per GPU (hw, conc, tput_per_gpu)",
                  .value = "a row of throughput per GPU", .is_value = detail::is_per_gpu_row, .observe = detail::observe_per_gpu_row},
    result_reader{.key = "sglang-one-batch", .name = "SGLang bench_one_batch",
                  .what = "a result of SGLang's bench_one_batch (batch_size, prefill_latency)", .value = "a result of one batch",
                  .is_value = detail::is_one_batch_result, .observe = detail::observe_one_batch},
    result_reader{.key = "vllm-throughput", .name = "vllm bench throughput",
                  .what = "a result of vllm bench throughput (elapsed_time, tokens_per_second)", .value = "a result of vllm bench throughput",
                  .is_value = detail::is_throughput_result, .observe = detail::observe_throughput},
    result_reader{.key = "vllm-latency", .name = "vllm bench latency", .what = "a result of vllm bench latency (avg_latency, percentiles)",
                  .value = "a result of vllm bench latency", .is_value = detail::is_latency_result, .observe = detail::observe_latency},
    result_reader{.key = "aiperf", .name = "AIPerf, GenAI-Perf",
                  .what = "a summary of AIPerf or GenAI-Perf (time_to_first_token with unit and avg; a table Metric,avg,...)",
                  .value = "a summary of AIPerf", .is_value = detail::is_aiperf_summary, .is_text = detail::is_perf_csv,
                  .values_in = detail::perf_csv_values, .observe = detail::observe_aiperf},
    result_reader{.key = "metrics", .name = "/metrics of vLLM or SGLang", .what = "scrapes of /metrics of vLLM or SGLang",
                  .no_rows = "a server's counters have no load and no lengths: read_observations reads them",
                  .is_text = detail::is_server_metrics, .observe_stream = detail::observe_server_metrics},
    result_reader{.key = "nsys", .name = "nsys stats", .what = "kernel sums of nsys stats (Time (%),Total Time (ns),Instances,...,Name)",
                  .no_rows = "a profile of kernels has no load and no lengths: read_observations reads it",
                  .is_text = detail::is_nsys_sum, .observe_stream = detail::observe_nsys_sum},
    result_reader{.key = "ncu", .name = "ncu --csv", .what = "a table of ncu (Kernel Name, Metric Name, Metric Value)",
                  .no_rows = "a profile of kernels has no load and no lengths: read_observations reads it",
                  .is_text = detail::is_ncu_table, .observe_stream = detail::observe_ncu},
    result_reader{.key = "boards", .name = "nvidia-smi, DCGM", .what = "a log of nvidia-smi or DCGM (power.draw [W], DCGM_FI_..., dcgmi dmon)",
                  .no_rows = "readings of boards have no load and no lengths: read_observations reads them",
                  .is_text = detail::is_board_log, .observe_stream = detail::observe_board_log},
    result_reader{.key = "start-up", .name = "start-up log", .what = "what vLLM, SGLang, TensorRT-LLM or llama.cpp printed while it started",
                  .no_rows = "a start-up log has no load and no lengths: read_observations reads it",
                  .is_text = detail::is_start_log, .observe_stream = detail::observe_start_log}};
// clang-format on

/// The reader that callers call `key`; null: none.
inline const result_reader* reader_named(std::string_view key) {
    for (const result_reader& r : result_readers)
        if (r.key == key) return &r;
    return nullptr;
}

namespace detail {
/// What the table says of itself in a sentence: "a report of GuideLLM (...), ... or a CSV table with the columns ...".
inline std::string what_is_read() {
    std::string all, columns;
    for (const result_reader& r : result_readers) all += (all.empty() ? "" : ", ") + std::string(r.what);
    for (const auto c : serving_needs) columns += (columns.empty() ? "" : ", ") + std::string(c);
    return all + ", or a CSV table with the columns " + columns;
}
}  // namespace detail
}  // namespace gambrel
