// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The flags of `python -m sglang.launch_server`, 0.4 to 0.5, and what they mean here. Source:
/// sglang/srt/server_args.py and docs.sglang.io, server arguments. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/flag.hpp>

namespace gambrel::ask {

// clang-format off
inline constexpr launch_flag sglang_flags[]{
    {"--model-path,--model", follows::value, flag_effect::sets, "", "model"},
    {"--tensor-parallel-size,--tp-size,--tp", follows::value, flag_effect::sets, "tp"},
    {"--pipeline-parallel-size,--pp-size,--pp", follows::value, flag_effect::sets, "pp"},
    {"--data-parallel-size,--dp-size,--dp", follows::value, flag_effect::sets, "", "copies"},
    {"--expert-parallel-size,--ep-size,--ep", follows::value, flag_effect::sets, "ep"},
    {"--enable-dp-attention", follows::nothing, flag_effect::sets, "", "copies of the attention"},
    {"--enable-ep-moe", follows::nothing, flag_effect::sets, "", "experts on all ranks"},
    {"--enable-deepep-moe", follows::nothing, flag_effect::sets, "", "messages of experts"},
    {"--moe-a2a-backend", follows::value, flag_effect::sets, "", "messages of experts"},
    {"--enable-eplb", follows::nothing, flag_effect::sets, "balanced_experts"},
    {"--enable-two-batch-overlap", follows::nothing, flag_effect::sets, "two_batches"},
    {"--mem-fraction-static", follows::value, flag_effect::sets, "memory_fraction"},
    {"--max-running-requests", follows::value, flag_effect::sets, "max_sequences"},
    {"--chunked-prefill-size", follows::value, flag_effect::sets, "token_budget", "chunk"},
    {"--max-prefill-tokens", follows::value, flag_effect::sets, "token_budget", "prefill tokens"},
    {"--context-length", follows::value, flag_effect::sets, "max_context"},
    {"--kv-cache-dtype", follows::value, flag_effect::sets, "kv"},
    {"--page-size", follows::value, flag_effect::sets, "block_tokens"},
    {"--disable-cuda-graph", follows::nothing, flag_effect::sets, "enforce_eager"},
    {"--disable-radix-cache", follows::nothing, flag_effect::clears, "prefix_cache"},
    {"--disable-overlap-schedule", follows::nothing, flag_effect::clears, "async_scheduling"},
    {"--stream-interval", follows::value, flag_effect::sets, "stream_interval"},
    {"--tokenizer-worker-num", follows::value, flag_effect::sets, "frontend_processes"},
    {"--scheduler-recv-interval", follows::value, flag_effect::sets, "poll_interval_steps"},
    {"--prefill-max-requests", follows::value, flag_effect::sets, "prompts_per_step"},
    {"--piecewise-cuda-graph-max-tokens", follows::value, flag_effect::sets, "graph_tokens"},
    {"--enable-piecewise-cuda-graph,--enable-breakable-cuda-graph", follows::nothing, flag_effect::sets, "", "pieces"},
    {"--disable-piecewise-cuda-graph", follows::nothing, flag_effect::sets, "", "no pieces"},
    {"--quantization", follows::value, flag_effect::sets, "", "quantization"},
    {"--dtype", follows::value, flag_effect::sets, "", "dtype"},
    {"--enable-lora", follows::nothing, flag_effect::sets, "", "lora"},
    {"--max-lora-rank", follows::value, flag_effect::sets, "", "lora rank"},
    {"--max-loras-per-batch", follows::value, flag_effect::sets, "", "loras"},
    {"--speculative-algorithm,--speculative-algo", follows::value, flag_effect::sets, "", "guess method"},
    {"--speculative-draft-model-path,--speculative-draft", follows::value, flag_effect::sets, "", "guess model"},
    {"--speculative-num-steps", follows::value, flag_effect::sets, "", "guess drafts"},
    {"--speculative-eagle-topk", follows::value, flag_effect::sets, "", "guess topk"},
    {"--speculative-num-draft-tokens", follows::value, flag_effect::not_counted, "a chain of --speculative-num-steps is counted"},
    {"--speculative-attention-mode,--speculative-accept-threshold-single,--speculative-accept-threshold-acc,"
     "--speculative-token-map,--speculative-draft-attention-backend,--speculative-draft-model-quantization,"
     "--speculative-moe-runner-backend", follows::value, flag_effect::not_counted, launch_reason::kernels},
    {"--config", follows::value, flag_effect::refused, "the file is not read: give its flags"},
    {"--cpu-offload-gb", follows::value, flag_effect::refused, launch_reason::host_weights, "unless zero"},
    {"--moe-expert-offload,--offload-group-size,--offload-num-in-group,--offload-mode", follows::value,
     flag_effect::refused, launch_reason::host_weights},
    {"--enable-hierarchical-cache,--enable-lmcache", follows::nothing, flag_effect::refused, launch_reason::host_cache},
    {"--hicache-ratio,--hicache-size,--hicache-write-policy,--hicache-io-backend,--hicache-mem-layout,"
     "--hicache-storage-backend", follows::value, flag_effect::refused, launch_reason::host_cache},
    {"--disaggregation-mode", follows::value, flag_effect::refused, launch_reason::one_pool, "unless null"},
    {"--disaggregation-ib-device,--disaggregation-transfer-backend,--disaggregation-bootstrap-port", follows::value,
     flag_effect::none},
    {"--attn-cp-size,--attention-context-parallel-size", follows::value, flag_effect::refused,
     "context parallelism is not modelled", "unless one"},
    {"--is-embedding", follows::nothing, flag_effect::refused, launch_reason::no_text},
    {"--enable-mixed-chunk", follows::nothing, flag_effect::not_counted, "prompts run in steps of their own"},
    {"--cuda-graph-max-bs,--torch-compile-max-bs", follows::value, flag_effect::not_counted, launch_reason::captures},
    {"--cuda-graph-bs", follows::values, flag_effect::not_counted, launch_reason::captures},
    {"--disable-cuda-graph-padding,--enable-torch-compile,--enable-profile-cuda-graph", follows::nothing,
     flag_effect::not_counted, launch_reason::compiler},
    {"--max-total-tokens", follows::value, flag_effect::not_counted, launch_reason::kv_blocks},
    {"--num-continuous-decode-steps", follows::value, flag_effect::not_counted, "prompts may follow any step of decodes"},
    {"--schedule-policy,--schedule-conservativeness,--load-balance-method,--prefill-delayer-max-delay-passes", follows::value,
     flag_effect::not_counted, launch_reason::order},
    {"--attention-backend,--prefill-attention-backend,--decode-attention-backend,--sampling-backend,--moe-runner-backend,"
     "--fp8-gemm-backend,--fp4-gemm-backend,--mm-attention-backend,--linear-attn-backend,--nsa-prefill-backend,"
     "--nsa-decode-backend,--mamba-ssm-dtype,--mamba-backend,--grammar-backend,--model-impl,--max-mamba-cache-size,"
     "--mamba-scheduler-strategy", follows::value, flag_effect::not_counted, launch_reason::kernels},
    {"--enable-flashinfer-mla,--enable-flashmla,--enable-flashinfer-moe,--enable-flashinfer-trtllm-moe,"
     "--enable-flashinfer-cutlass-moe,--disable-mla,--disable-shared-experts-fusion,--disable-chunked-prefix-cache,"
     "--enable-deterministic-inference,--triton-attention-reduce-in-fp32,--enable-fused-moe-sum-all-reduce",
     follows::nothing, flag_effect::not_counted, launch_reason::kernels},
    {"--disable-custom-all-reduce,--enable-flashinfer-allreduce-fusion,--enable-nccl-nvls,"
     "--enable-symm-mem,--enable-torch-symm-mem,--enable-mscclpp,--enable-dp-lm-head,--enable-single-batch-overlap,"
     "--enable-aiter-allreduce-fusion,--enable-p2p-check", follows::nothing, flag_effect::not_counted, launch_reason::messages},
    {"--deepep-mode", follows::value, flag_effect::sets, "", "exchange"},
    {"--deepep-config,--moe-dense-tp-size,--ep-num-redundant-experts,--ep-dispatch-algorithm,"
     "--init-expert-location,--eplb-algorithm,--eplb-rebalance-num-iterations,--expert-distribution-recorder-mode",
     follows::value, flag_effect::not_counted, launch_reason::messages},
    {"--json-model-override-args,--rope-scaling,--hf-overrides", follows::value, flag_effect::not_counted,
     "the model is counted as its configuration says"},
    {"--mm-max-concurrent-calls,--keep-mm-feature-on-device", follows::value, flag_effect::not_counted, launch_reason::vision},
    {"--enable-multimodal,--mm-enable-dp-encoder", follows::nothing, flag_effect::not_counted, launch_reason::vision},
    {"--host,--port,--served-model-name,--api-key,--tokenizer-path,--tokenizer-mode,--revision,--load-format,--download-dir,"
     "--chat-template,--completion-template,--tool-call-parser,--reasoning-parser,--tool-server,--log-level,--log-level-http,"
     "--random-seed,--watchdog-timeout,--dist-timeout,--dist-init-addr,--nccl-init-addr,--nnodes,--node-rank,--device,"
     "--base-gpu-id,--gpu-id-step,--file-storage-path,--crash-dump-folder,--model-loader-extra-config,--quantization-param-path,"
     "--constrained-json-whitespace-pattern,--decode-log-interval,--log-requests-level,--sleep-on-idle,--preferred-sampling-params,"
     "--weight-loader-prefetch-num-threads,--default-chat-template-kwargs,--soft-watchdog-timeout", follows::value},
    {"--lora-paths", follows::values},
    {"--trust-remote-code,--skip-server-warmup,--skip-tokenizer-init,--enable-metrics,--log-requests,--show-time-cost,"
     "--enable-cache-report,--enable-request-time-stats-logging,--allow-auto-truncate,--enable-nan-detection,"
     "--disable-outlines-disk-cache,--disable-fast-image-processor,--enable-custom-logit-processor,--delete-ckpt-after-loading,"
     "--enable-memory-saver,--disable-log-stats,--grpc-mode,--enable-trace,--weight-loader-disable-mmap,--enable-mfu-metrics",
     follows::nothing},
};
// clang-format on
}  // namespace gambrel::ask
