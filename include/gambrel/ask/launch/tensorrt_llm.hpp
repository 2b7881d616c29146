// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The flags of `trtllm-serve`, 0.18 to 1.2, and what they mean here; '_' and '-' are one. Source:
/// tensorrt_llm/commands/serve.py. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/flag.hpp>

namespace gambrel::ask {

// clang-format off
inline constexpr launch_flag tensorrt_llm_flags[]{
    {"--model,--model-path", follows::value, flag_effect::sets, "", "model"},
    {"--tp-size,--tensor-parallel-size,--tp", follows::value, flag_effect::sets, "tp"},
    {"--pp-size,--pipeline-parallel-size", follows::value, flag_effect::sets, "pp"},
    {"--ep-size,--moe-expert-parallel-size", follows::value, flag_effect::sets, "ep"},
    {"--max-batch-size", follows::value, flag_effect::sets, "max_sequences"},
    {"--max-num-tokens", follows::value, flag_effect::sets, "token_budget"},
    {"--max-seq-len", follows::value, flag_effect::sets, "max_context"},
    {"--kv-cache-free-gpu-memory-fraction,--kv-cache-free-gpu-mem-fraction,--free-gpu-memory-fraction", follows::value,
     flag_effect::sets, "memory_fraction"},
    {"--kv-cache-dtype", follows::value, flag_effect::sets, "kv"},
    {"--tokens-per-block", follows::value, flag_effect::sets, "block_tokens"},
    {"--num-postprocess-workers", follows::value, flag_effect::sets, "frontend_processes"},
    {"--stream-interval", follows::value, flag_effect::sets, "stream_interval"},
    {"--enable-chunked-prefill", follows::nothing, flag_effect::sets, "chunked_prefill"},
    {"--disable-chunked-prefill", follows::nothing, flag_effect::clears, "chunked_prefill"},
    {"--enable-attention-dp", follows::nothing, flag_effect::sets, "", "copies of the attention"},
    {"--disable-kv-cache-reuse", follows::nothing, flag_effect::clears, "prefix_cache"},
    {"--disable-overlap-scheduler", follows::nothing, flag_effect::clears, "async_scheduling"},
    {"--backend", follows::value, flag_effect::sets, "", "backend"},
    {"--max-beam-width", follows::value, flag_effect::refused, launch_reason::beams, "unless one"},
    {"--config,--extra-llm-api-options", follows::value, flag_effect::refused, "the file is not read: give its flags"},
    {"--cp-size", follows::value, flag_effect::refused, "context parallelism is not modelled", "unless one"},
    {"--server-role", follows::value, flag_effect::refused, launch_reason::one_pool},
    {"--metadata-server-config-file", follows::value, flag_effect::refused, launch_reason::one_pool},
    {"--moe-backend,--attn-backend", follows::value, flag_effect::not_counted, launch_reason::kernels},
    {"--moe-cluster-parallel-size,--cluster-size", follows::value, flag_effect::not_counted, launch_reason::messages},
    {"--host,--port,--tokenizer,--custom-tokenizer,--served-model-name,--reasoning-parser,--tool-parser,--chat-template,"
     "--log-level,--gpus-per-node,--revision,--hf-revision,--media-io-kwargs,--otlp-traces-endpoint,--video-pruning-rate",
     follows::value},
    {"--trust-remote-code,--fail-fast-on-attention-window-too-large,--enable-build-cache,--grpc,--telemetry,--no-telemetry",
     follows::nothing},
};
// clang-format on
}  // namespace gambrel::ask
