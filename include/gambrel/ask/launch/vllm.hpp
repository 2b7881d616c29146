// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The flags of `vllm serve`, 0.6 to 0.20, and what they mean here. Source: vllm/engine/arg_utils.py and
/// vllm/entrypoints/openai/cli_args.py. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/flag.hpp>

namespace gambrel::ask {

// clang-format off
inline constexpr launch_flag vllm_flags[]{
    {"--model", follows::value, flag_effect::sets, "", "model"},
    {"--tensor-parallel-size,-tp", follows::value, flag_effect::sets, "tp"},
    {"--pipeline-parallel-size,-pp", follows::value, flag_effect::sets, "pp"},
    {"--data-parallel-size,-dp", follows::value, flag_effect::sets, "dp"},
    {"--enable-expert-parallel,-ep", follows::perhaps, flag_effect::sets, "", "experts on all ranks"},
    {"--no-enable-expert-parallel", follows::nothing, flag_effect::none},
    {"--enable-eplb", follows::perhaps, flag_effect::sets, "balanced_experts"},
    {"--enable-dbo", follows::perhaps, flag_effect::sets, "two_batches"},
    {"--max-model-len", follows::value, flag_effect::sets, "max_context", "tokens"},
    {"--max-num-seqs,--max-num-seq", follows::value, flag_effect::sets, "max_sequences"},
    {"--max-num-batched-tokens,--max-num-batched-token", follows::value, flag_effect::sets, "token_budget", "tokens"},
    {"--gpu-memory-utilization", follows::value, flag_effect::sets, "memory_fraction"},
    {"--kv-cache-dtype", follows::value, flag_effect::sets, "kv"},
    {"--block-size", follows::value, flag_effect::sets, "block_tokens"},
    {"--stream-interval", follows::value, flag_effect::sets, "stream_interval"},
    {"--api-server-count,-asc", follows::value, flag_effect::sets, "frontend_processes"},
    {"--enforce-eager", follows::perhaps, flag_effect::sets, "enforce_eager"},
    {"--no-enforce-eager", follows::nothing, flag_effect::none},
    {"--enable-chunked-prefill", follows::perhaps, flag_effect::sets, "chunked_prefill"},
    {"--no-enable-chunked-prefill", follows::nothing, flag_effect::clears, "chunked_prefill"},
    {"--enable-prefix-caching", follows::perhaps, flag_effect::sets, "prefix_cache"},
    {"--no-enable-prefix-caching", follows::nothing, flag_effect::clears, "prefix_cache"},
    {"--async-scheduling", follows::perhaps, flag_effect::sets, "async_scheduling"},
    {"--no-async-scheduling", follows::nothing, flag_effect::clears, "async_scheduling"},
    {"--max-cudagraph-capture-size", follows::value, flag_effect::sets, "graph_tokens"},
    {"--cuda-graph-sizes,--cudagraph-capture-sizes", follows::values, flag_effect::sets, "graph_tokens", "largest"},
    {"--compilation-config,-cc,-O", follows::value, flag_effect::sets, "", "compilation"},
    {"--quantization,-q", follows::value, flag_effect::sets, "", "quantization"},
    {"--dtype", follows::value, flag_effect::sets, "", "dtype"},
    {"--enable-lora", follows::perhaps, flag_effect::sets, "", "lora"},
    {"--max-lora-rank", follows::value, flag_effect::sets, "", "lora rank"},
    {"--max-loras", follows::value, flag_effect::sets, "", "loras"},
    {"--speculative-config,-sc", follows::value, flag_effect::sets, "", "speculation"},
    {"--speculative-model", follows::value, flag_effect::sets, "", "guess model"},
    {"--num-speculative-tokens", follows::value, flag_effect::sets, "", "guess drafts"},
    {"--speculative-draft-tensor-parallel-size,--ngram-prompt-lookup-max,--ngram-prompt-lookup-min", follows::value,
     flag_effect::not_counted, launch_reason::guesses},
    {"--config", follows::value, flag_effect::refused, "the file is not read: give its flags"},
    {"--cpu-offload-gb", follows::value, flag_effect::refused, launch_reason::host_weights, "unless zero"},
    {"--kv-offloading-size,--kv-offloading-backend", follows::value, flag_effect::refused, launch_reason::host_cache},
    {"--kv-transfer-config", follows::value, flag_effect::refused, launch_reason::one_pool},
    {"--decode-context-parallel-size,-dcp,--prefill-context-parallel-size,-pcp", follows::value, flag_effect::refused,
     "context parallelism is not modelled", "unless one"},
    {"--num-scheduler-steps", follows::value, flag_effect::refused, "several steps per plan are not modelled", "unless one"},
    {"--num-gpu-blocks-override", follows::value, flag_effect::not_counted, launch_reason::kv_blocks},
    {"--kv-cache-memory-bytes,--kv-cache-memory", follows::value, flag_effect::not_counted, launch_reason::kv_blocks},
    {"--attention-backend,--moe-backend,--mm-encoder-attn-backend,--mamba-backend,--linear-backend,--kernel-config,"
     "--attention-config", follows::value, flag_effect::not_counted, launch_reason::kernels},
    {"--disable-cascade-attn,--disable-sliding-window,--disable-hybrid-kv-cache-manager,--no-disable-hybrid-kv-cache-manager",
     follows::nothing, flag_effect::not_counted, launch_reason::kernels},
    {"--mamba-ssm-cache-dtype,--mamba-cache-dtype,--mamba-cache-mode,--mamba-block-size", follows::value,
     flag_effect::not_counted, "recurrent states are counted in fp32"},
    {"--all2all-backend", follows::value, flag_effect::sets, "", "exchange"},
    {"--expert-placement-strategy,--eplb-config", follows::value, flag_effect::not_counted,
     launch_reason::messages},
    {"--disable-custom-all-reduce,--disable-nccl-for-dp-synchronization", follows::nothing,
     flag_effect::not_counted, launch_reason::messages},
    {"--optimization-level,--performance-mode", follows::value, flag_effect::not_counted, launch_reason::compiler},
    {"--scheduling-policy,--long-prefill-token-threshold,--max-num-partial-prefills,--max-long-partial-prefills,"
     "--scheduler-cls", follows::value, flag_effect::not_counted, launch_reason::order},
    {"--scheduler-reserve-full-isl,--no-scheduler-reserve-full-isl", follows::nothing, flag_effect::not_counted,
     "admission is the runtime's own"},
    {"--mm-encoder-tp-mode,--mm-processor-kwargs,--mm-processor-cache-gb,--mm-processor-cache-type,--limit-mm-per-prompt,"
     "--media-io-kwargs,--video-pruning-rate", follows::value, flag_effect::not_counted, launch_reason::vision},
    {"--language-model-only,--skip-mm-profiling,--disable-mm-preprocessor-cache,--enable-mm-embeds", follows::nothing,
     flag_effect::not_counted, launch_reason::vision},
    {"--max-seq-len-to-capture", follows::value, flag_effect::not_counted, launch_reason::captures},
    {"--hf-overrides,--model-impl,--rope-scaling,--rope-theta", follows::value, flag_effect::not_counted,
     "the model is counted as its configuration says"},
    {"--task,--runner,--convert", follows::value, flag_effect::refused, launch_reason::no_text, "unless it generates"},
    {"--host,--port,--tokenizer,--tokenizer-mode,--revision,--tokenizer-revision,--code-revision,--download-dir,"
     "--chat-template,--chat-template-content-format,--default-chat-template-kwargs,--tool-call-parser,--reasoning-parser,"
     "--reasoning-config,--tool-parser-plugin,--reasoning-parser-plugin,--tool-server,--response-role,--ssl-keyfile,"
     "--ssl-certfile,--ssl-ca-certs,--root-path,--uvicorn-log-level,--allowed-origins,--allowed-methods,--allowed-headers,"
     "--seed,--generation-config,--override-generation-config,--load-format,--guided-decoding-backend,"
     "--structured-outputs-config,--max-log-len,--max-logprobs,--logprobs-mode,--otlp-traces-endpoint,"
     "--allowed-local-media-path,--hf-token,--hf-config-path,--config-format,--model-loader-extra-config,"
     "--safetensors-load-strategy,--distributed-executor-backend,--swap-space,--max-parallel-loading-workers,"
     "--data-parallel-size-local,-dpl,--data-parallel-address,-dpa,--data-parallel-rpc-port,-dpp,--data-parallel-rank,-dpn,"
     "--data-parallel-start-rank,-dpr,--data-parallel-backend,-dpb,--nnodes,-n,--node-rank,-r,--master-addr,--master-port,"
     "--device,--prefix-caching-hash-algo,--worker-cls,--worker-extension-cls,--logits-processors,--middleware,"
     "--shutdown-timeout,--log-config-file,--additional-config,--io-processor-plugin,--renderer-num-workers,--disable-log-stats-interval",
     follows::value},
    {"--served-model-name,--api-key,--lora-modules,--prompt-adapters", follows::values},
    {"--trust-remote-code,--enable-auto-tool-choice,--disable-log-requests,--disable-log-stats,--enable-log-requests,"
     "--no-enable-log-requests,--enable-reasoning,--disable-uvicorn-access-log,--enable-request-id-headers,"
     "--enable-server-load-tracking,--enable-prompt-tokens-details,--return-tokens-as-token-ids,--headless,"
     "--use-tqdm-on-load,--skip-tokenizer-init,--enable-prompt-embeds,--disable-fastapi-docs,--enable-sleep-mode,"
     "--exclude-tools-when-tool-choice-none,--enable-force-include-usage,--disable-frontend-multiprocessing,"
     "--calculate-kv-scales,--use-v2-block-manager,--enable-log-outputs,--data-parallel-hybrid-lb,-dph,"
     "--data-parallel-external-lb,-dpe,--fully-sharded-loras,--ray-workers-use-nsight,--allow-credentials,"
     "--enable-ssl-refresh,--show-hidden-metrics-for-version,--collect-detailed-traces,--aggregate-engine-logging",
     follows::nothing},
};
// clang-format on
}  // namespace gambrel::ask
