# SPDX-License-Identifier: Apache-2.0
"""Flags and option files of a server in the words of data/README.md: {setting: value}."""
import json
import re

import yaml


def _number(value):
    try:
        x = float(value)
    except (TypeError, ValueError):
        return None
    return int(x) if x == int(x) else x


def _options(texts):
    """The option files as one flat dict, `a: {b: c}` as a.b; what is not YAML (a value that is unknown) is left out."""
    flat = {}

    def put(prefix, value):
        if isinstance(value, dict):
            for k, v in value.items():
                put(prefix + [str(k)], v)
        else:
            flat[".".join(prefix)] = value

    for text in texts:
        lines = [line for line in text.split("\n") if "\x00" not in line]
        try:
            got = yaml.safe_load("\n".join(lines))
        except yaml.YAMLError:
            continue
        if isinstance(got, dict):
            put([], got)
    return flat


def _kv(word):
    word = str(word)
    if word.startswith("fp8"):
        return "fp8"
    return "bf16" if word in ("auto", "bf16", "bfloat16") else None


def _graphs(flags, got):
    said = flags.get("compilation-config", "")
    m = re.search(r"cudagraph_mode\"?\s*:\s*\"?([A-Z_]+)", said)
    if m:
        got["graph_mode"] = {"FULL_AND_PIECEWISE": "full_and_piecewise", "PIECEWISE": "piecewise", "FULL": "full",
                             "FULL_DECODE_ONLY": "full_decode", "NONE": "none"}.get(m.group(1))
    mode = flags.get("compilation-config.cudagraph-mode", flags.get("cudagraph-mode"))
    if mode:
        got["graph_mode"] = {"PIECEWISE": "piecewise", "FULL_AND_PIECEWISE": "full_and_piecewise"}.get(mode)
    if "full_cuda_graph\": true" in said or flags.get("full-cuda-graph") == "true":
        got["graph_mode"] = "full"
    if "enforce-eager" in flags:
        got["graph_mode"] = "none"
    for name in ("max-cudagraph-capture-size", "cuda-graph-sizes"):
        if name in flags:
            got["graph_tokens"] = _number(flags[name])
    # Steps with a prompt run from pieces up to the largest captured size, where pieces are captured at all.
    if got.get("graph_mode") in ("none", "full_decode"):
        got["prompt_graph_tokens"] = 0
    elif got.get("graph_tokens") is not None:
        got["prompt_graph_tokens"] = got["graph_tokens"] if got["graph_tokens"] >= 1024 else 0
    if flags.get("async-scheduling") in ("true", "True"):
        got["async_scheduling"] = True
    if "no-async-scheduling" in flags:
        got["async_scheduling"] = False


def _vllm(flags, options):
    # A file given by --config holds the same names.
    written = {k.replace("_", "-"): str(v).lower() if isinstance(v, bool) else str(v) for k, v in options.items()}
    flags = {**written, **flags}
    got = {"max_num_seqs": _number(flags.get("max-num-seqs")),
           "max_num_batched_tokens": _number(flags.get("max-num-batched-tokens")),
           "memory_fraction": _number(flags.get("gpu-memory-utilization")),
           "stream_interval": _number(flags.get("stream-interval")),
           "kv": _kv(flags.get("kv-cache-dtype"))}
    copies = _number(flags.get("data-parallel-size")) or 1
    if copies > 1:
        got["attention_data_parallel"] = True
    if flags.get("enable-expert-parallel") in ("true", "True"):
        got["expert_ranks"] = "all"
    _graphs(flags, got)
    said = flags.get("speculative-config", "")
    m = re.search(r"num_speculative_tokens\"?\s*:\s*(\d+)", said)
    if m:
        got["drafts"] = int(m.group(1))
    return got


def _sglang(flags, _):
    chunk = _number(flags.get("chunked-prefill-size"))
    prefill = _number(flags.get("max-prefill-tokens"))
    budget = [b for b in (chunk, prefill) if b and b > 0]
    got = {"max_num_seqs": _number(flags.get("max-running-requests", flags.get("max-running-request"))),
           "max_num_batched_tokens": min(budget) if budget else None,
           "memory_fraction": _number(flags.get("mem-fraction-static")),
           "stream_interval": _number(flags.get("stream-interval")),
           "poll_interval_steps": _number(flags.get("scheduler-recv-interval")),
           "frontend_processes": _number(flags.get("tokenizer-worker-num")),
           "graph_sequences": _number(flags.get("cuda-graph-max-bs")),
           "kv": _kv(flags.get("kv-cache-dtype"))}
    if "disable-cuda-graph" in flags:
        got["graph_mode"] = "none"
    if "disable-piecewise-cuda-graph" in flags:
        got["prompt_graph_tokens"] = 0
    if "enable-mixed-chunk" in flags:
        got["mixed_steps"] = True
    if flags.get("enable-dp-attention") == "true":
        got["attention_data_parallel"] = True
    experts = _number(flags.get("ep-size", flags.get("expert-parallel-size")))
    ranks = _number(flags.get("tensor-parallel-size", flags.get("tp-size", flags.get("tp"))))
    if experts and experts > 1 and experts == ranks or "enable-ep-moe" in flags:
        got["expert_ranks"] = "tp"
    if "speculative-algorithm" in flags:
        drafts = _number(flags.get("speculative-num-steps"))
        got["drafts"] = drafts if drafts else (_number(flags.get("speculative-num-draft-tokens")) or 2) - 1
    return got


def _tensorrt_llm(flags, options):
    budget = _number(flags.get("max-num-tokens", options.get("max_num_tokens")))
    got = {"max_num_seqs": _number(flags.get("max-batch-size")),
           "max_num_batched_tokens": budget,
           "memory_fraction": _number(options.get("kv_cache_config.free_gpu_memory_fraction",
                                                  flags.get("kv-cache-free-gpu-memory-fraction"))),
           "stream_interval": _number(options.get("stream_interval")),
           "graph_sequences": _number(options.get("cuda_graph_config.max_batch_size")),
           "kv": _kv(options.get("kv_cache_config.dtype")),
           "batch_wait_steps": _number(options.get("batch_wait_timeout_iters")),
           "batch_wait_share": _number(options.get("batch_wait_max_tokens_ratio"))}
    if options.get("torch_compile_config.enable_piecewise_cuda_graph") is True:
        # The sizes are listed by a loop, which is not run; none of its lists ends below this.
        got["prompt_graph_tokens"] = 8192
    experts, ranks = _number(flags.get("ep-size")), _number(flags.get("tp-size"))
    if experts and experts > 1 and experts == ranks:
        got["expert_ranks"] = "tp"
    if options.get("enable_attention_dp") is True:
        got["attention_data_parallel"] = True
        if options.get("attention_dp_config.enable_balance") is True:
            got["batch_wait_steps"] = _number(options.get("attention_dp_config.timeout_iters", 50))
            got["batch_wait_share"] = None
            got["prompts_per_step"] = 1
    if options.get("enable_chunked_prefill") is True:
        got["chunked_prefill"] = True
    drafts = options.get("speculative_config.num_nextn_predict_layers", options.get("speculative_config.max_draft_len"))
    if drafts:
        got["drafts"] = _number(drafts)
    return got


def _atom(flags, options):
    got = _vllm(flags, options)
    got["drafts"] = _number(flags.get("num-speculative-tokens")) if "method" in flags else None
    return got


def runtime_of(server):
    return ("tensorrt-llm" if "trtllm" in server else "sglang" if "sglang" in server or "launch_server" in server
            else "atom" if "atom" in server else "vllm")


def settings_of(shell):
    """(runtime, settings) of the server that `shell` started, or (None, {})."""
    import shell_settings
    if not shell.servers:
        return None, {}
    name, arguments = shell.servers[-1]
    flags = shell_settings.flags([a for a in arguments if "\x00" not in a or a.startswith("-")])
    flags = {k: v for k, v in flags.items() if "\x00" not in v}
    runtime = runtime_of(name)
    how = {"tensorrt-llm": _tensorrt_llm, "sglang": _sglang, "atom": _atom, "vllm": _vllm}[runtime]
    got = how(flags, _options(shell.files))
    m = shell_settings.flags(shell.client)
    prompts, clients = _number(m.get("num-prompts")), _number(shell.values.get("CONC"))
    if prompts and clients and prompts % clients == 0:
        got["requests_per_client"] = prompts // clients
    return runtime, {k: v for k, v in got.items() if v is not None}
