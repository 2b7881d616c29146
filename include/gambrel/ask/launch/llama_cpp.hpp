// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The flags of `llama-server`, builds of 2024 to 2026, and what they mean here. Source: tools/server/README.md of
/// llama.cpp. Evidence: tests/ask/launch_test.cpp.

#include <gambrel/ask/launch/flag.hpp>

namespace gambrel::ask {

// clang-format off
inline constexpr launch_flag llama_cpp_flags[]{
    {"--model,-m", follows::value, flag_effect::sets, "", "gguf"},
    {"--hf-repo,-hf,-hfr", follows::value, flag_effect::sets, "", "gguf"},
    {"--hf-file,-hff", follows::value, flag_effect::sets, "", "gguf file"},
    {"--ctx-size,-c", follows::value, flag_effect::sets, "", "context"},
    {"--parallel,-np", follows::value, flag_effect::sets, "", "slots"},
    {"--kv-unified,-kvu", follows::nothing, flag_effect::sets, "", "unified"},
    {"--batch-size,-b", follows::value, flag_effect::sets, "token_budget"},
    {"--ubatch-size,-ub", follows::value, flag_effect::sets, "micro_batch"},
    {"--cache-type-k,-ctk", follows::value, flag_effect::sets, "", "keys"},
    {"--cache-type-v,-ctv", follows::value, flag_effect::sets, "", "values"},
    {"--n-gpu-layers,--gpu-layers,-ngl", follows::perhaps, flag_effect::sets, "", "layers"},
    {"--flash-attn,-fa", follows::perhaps, flag_effect::none, "", "flash attention"},
    {"--split-mode,-sm", follows::value, flag_effect::sets, "", "split"},
    {"--n-cpu-moe,-ncmoe", follows::value, flag_effect::refused, launch_reason::host_weights, "unless zero"},
    {"--cpu-moe,-cmoe", follows::nothing, flag_effect::refused, launch_reason::host_weights},
    {"--override-tensor,-ot", follows::value, flag_effect::refused, launch_reason::host_weights},
    {"--no-kv-offload,-nkvo", follows::nothing, flag_effect::refused, launch_reason::host_cache},
    {"--rpc", follows::value, flag_effect::refused, "devices of other machines are not modelled"},
    {"--model-draft,-md,--hf-repo-draft,-hfd", follows::value, flag_effect::sets, "", "guess model"},
    {"--spec-type", follows::value, flag_effect::sets, "", "guess method"},
    {"--draft-max,--draft,--draft-n,--spec-draft-n-max", follows::value, flag_effect::sets, "", "guess drafts"},
    {"--draft-min,--draft-n-min,--draft-p-min,--gpu-layers-draft,-ngld,--ctx-size-draft,-cd,--device-draft,-devd,"
     "--spec-draft-n-min,--spec-draft-p-min,--spec-ngram-size-n,--spec-ngram-size-m", follows::value, flag_effect::not_counted,
     launch_reason::guesses},
    {"--embedding,--embeddings,--rerank,--reranking", follows::nothing, flag_effect::refused, launch_reason::no_text},
    {"--no-cont-batching,-nocb", follows::nothing, flag_effect::refused, "only continuous batching is modelled"},
    {"--models-dir,--models-preset", follows::value, flag_effect::refused, "which model is served is not said"},
    {"--threads,-t,--threads-batch,-tb", follows::value, flag_effect::not_counted, "a processor is counted with all its cores"},
    {"--tensor-split,-ts", follows::value, flag_effect::not_counted, "devices share the layers evenly"},
    {"--lora,--lora-scaled,--control-vector", follows::value, flag_effect::not_counted, "merged adapters cost nothing"},
    {"--mmproj,-mm,--mmproj-url,--image-min-tokens,--image-max-tokens", follows::value, flag_effect::not_counted,
     launch_reason::vision},
    {"--swa-full,--no-op-offload,-nopo,--no-repack,-nr", follows::nothing, flag_effect::not_counted, launch_reason::kernels},
    {"--cache-reuse,--cache-ram,-cram,--ctx-checkpoints,-cms,--slot-prompt-similarity,-sps,--keep", follows::value,
     flag_effect::not_counted, "state --prefix-hit, or simulate"},
    {"--cache-prompt,--context-shift,--no-context-shift,--no-cache-prompt", follows::nothing, flag_effect::not_counted,
     "state --prefix-hit, or simulate"},
    {"--rope-scaling,--rope-scale,--rope-freq-base,--rope-freq-scale,--yarn-orig-ctx,--yarn-ext-factor,--yarn-attn-factor,"
     "--yarn-beta-slow,--yarn-beta-fast,--override-kv", follows::value, flag_effect::none},
    {"--host,--port,--alias,-a,--api-key,--api-key-file,--api-prefix,--path,--chat-template,--chat-template-file,"
     "--chat-template-kwargs,--reasoning-format,--reasoning-budget,--reasoning,--seed,-s,--temp,--temperature,--top-k,--top-p,"
     "--min-p,--typical,--repeat-penalty,--repeat-last-n,--presence-penalty,--frequency-penalty,--dry-multiplier,--samplers,"
     "--mirostat,--mirostat-lr,--mirostat-ent,--predict,--n-predict,-n,--timeout,-to,--threads-http,--log-file,--slot-save-path,"
     "--model-url,-mu,--docker-repo,-dr,--hf-token,-hft,--main-gpu,-mg,--device,-dev,--numa,--prio,--prio-batch,--poll,"
     "--cpu-mask,-C,--cpu-range,-Cr,--cpu-strict,--defrag-thold,-dt,--fit,-fit,--fit-target,-fitt,--fit-ctx,-fitc,--grammar,"
     "--json-schema,-j,--ssl-key-file,--ssl-cert-file,--verbosity,-lv,--pooling,--tags,--load-mode,--sleep-idle-seconds,"
     "--models-max,--tools,--image-path", follows::value},
    {"--cont-batching,-cb,--mlock,--no-mmap,--mmap,--jinja,--no-jinja,--no-webui,--webui,--no-ui,--metrics,--slots,--no-slots,"
     "--props,--verbose,-v,--log-disable,--offline,--no-warmup,--warmup,--no-mmproj,--special,--direct-io,-dio,--check-tensors,"
     "--ignore-eos,--no-perf,--log-timestamps,--reasoning-preserve,--ui-mcp-proxy,--conversation,-cnv", follows::nothing},
};
// clang-format on
}  // namespace gambrel::ask
