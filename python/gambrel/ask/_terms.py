# SPDX-License-Identifier: Apache-2.0
"""The keywords of a deployment and what is asked of it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Callable, Protocol, TypedDict, TypeVar

from .. import _core
from ._keywords import canonical
from ._quantities import Length, Quantity
from ._runtime import Runtime
from ._workload import Workload, as_workload

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike


class Refined(Protocol):
    """Constants refined from measurements, which `calibrate` returns: known here by the file it is kept in."""

    def to_file(self) -> dict[str, Any]:
        """What the file holds."""


def refined(calibration: Refined | str | PathLike[str] | Mapping[str, Any] | None) -> Any:
    """A calibration as the compiled part takes it: a file, what one holds, or nothing."""
    made = getattr(calibration, "to_file", None)
    return calibration if made is None else made()


class Terms(TypedDict, total=False):
    """The keywords of `predict`, which `serve`, `simulate`, `explain` and `sweep` take too."""

    runtime: str | Runtime | None  # serving software; vLLM, or the usual one of the device
    tp: int  # tensor parallel ranks [1]
    pp: int  # pipeline stages [1]
    dp: int  # attention copies that share the experts [1]
    ep: int  # expert parallel ranks [1]
    replicas: int  # independent copies of all this [1]
    sp: bool  # activations cut over the tensor ranks too [False]
    balanced_experts: bool  # hot experts are replicated until all ranks are equally busy [False]
    weights: str  # storage format of the linear layers, or a GGUF file type: "q4_k_m" ["stored"]
    kv: str  # storage format of the KV cache: "fp8", "fp8_e5m2"; of llama.cpp "q8_0", "q4_0" ["stored"]
    exchange: str  # how tokens come to their experts: "gather", "per_rank", "per_expert", "by_pass" ["gather"]
    two_batches: bool  # a pass in two halves, of which one exchanges while the other computes [False]
    memory_gib: Quantity | None  # of one device, where the catalog has none or another
    calibration: str | PathLike[str] | Mapping[str, Any] | Refined | None  # of `calibrate`
    lora_rank: int  # of unmerged adapters on every linear layer [0: none]
    lora_adapters: int  # different adapters in a batch [1]
    draft_method: str  # speculative decoding by "ngram", "medusa", "eagle", "eagle3", "mtp" ["none"]
    draft_model: str  # smaller model that drafts: catalog name, config.json or directory
    drafts: float | None  # tokens guessed per step; else the method's own
    acceptance: float | None  # share of guesses accepted where all before them were; else the method's, with its range
    accepted_tokens: float | None  # or: mean tokens of a step, as servers print it
    prefill_replicas: int  # of a pool that computes prompts only [0]
    decode_replicas: int  # of the pool that does the rest, each cut as tp, pp, dp, ep say [0]
    prefill_tp: int  # tensor parallel ranks of a prefill replica [0: those of a decode replica]
    prefill_pp: int  # likewise pipeline stages
    prefill_dp: int  # likewise attention copies
    prefill_ep: int  # likewise expert parallel ranks
    transfer_gb_per_s: Quantity | None  # between the pools; else the devices' network
    workload: str | Workload | Mapping[str, Any] | None  # lengths and load, which the keywords below override
    prompt: Length  # tokens [1024]
    output: Length  # tokens [256]
    concurrency: float | None  # clients that each wait for their answer [1]
    rate_per_s: Quantity | None  # requests per second instead
    batch: float | None  # sequences of one static batch instead
    images: float  # per request, before the text [0]
    prefix_hit: float  # share of prompt tokens found in the prefix cache [0]
    protocol: str  # "steady", or "benchmark": all clients at once, ten prompts each
    price_usd_per_hour: Quantity | None  # of one device; else the median over providers of their newest quotes
    prices: str  # a file of quotes in the place of those shipped
    electricity_usd_per_kwh: Quantity | None  # [0.12]
    pue: float | None  # building power / IT power [1; of tco 1.2]
    server_power: float | None  # IT power / board power [1; of tco 1.33]
    token_budget: float | None  # most tokens of one step; else the runtime's
    max_sequences: float | None  # slots; else the runtime's
    memory_fraction: float | None  # share of the memory it may take; else the runtime's
    max_context: float | None  # longest prompt and answer of a request in tokens; else the model's
    chunked_prefill: bool | None  # cut long prompts over several steps; else as the runtime does
    async_scheduling: bool | None  # plan a step while the one before it runs; else as the runtime does
    prefix_cache: bool | None  # keep the KV of finished prompts: `simulate` finds what hits; prefix_hit says it elsewhere
    graphs: str  # "none", "piecewise", "full", "full_decode_only", "full_and_piecewise" ["runtime"]
    graph_tokens: float | None  # most tokens of a step with a prompt that runs from a graph
    frontend_processes: float | None  # that take in prompts and stream tokens
    stream_interval: float | None  # tokens of one message to a client
    block_tokens: float | None  # tokens of one block of KV
    batch_wait_steps: float | None  # steps prompts are held back while anything decodes
    batch_wait_share: float | None  # of the token budget, which ends that
    poll_interval_steps: float | None  # decode steps between readings of new requests
    prompts_per_step: float | None  # most new prompts of one step; 0: as many as fit
    micro_batch: float | None  # tokens computed at once, of llama.cpp
    enforce_eager: bool  # no graphs: the host launches every kernel of every pass [False]

    isl: Length  # prompt, as benchmarks call it; so the following
    input: Length  # prompt
    input_len: Length  # prompt
    random_input_len: Length  # prompt
    osl: Length  # output
    output_len: Length  # output
    random_output_len: Length  # output
    max_concurrency: float | None  # concurrency
    clients: float | None  # concurrency
    request_rate: Quantity | None  # rate_per_s
    qps: Quantity | None  # rate_per_s
    tensor_parallel_size: int  # tp, as vLLM calls it; so the following
    pipeline_parallel_size: int  # pp
    data_parallel_size: int  # dp
    tp_size: int  # tp, as SGLang and TensorRT-LLM call it; so the following
    pp_size: int  # pp
    ep_size: int  # ep
    expert_parallel_size: int  # ep
    enable_eplb: bool  # balanced_experts
    enable_dbo: bool  # two_batches
    num_speculative_tokens: float | None  # drafts
    draft_max: float | None  # drafts, as llama.cpp calls it
    model_draft: str  # draft_model, as llama.cpp calls it
    enable_two_batch_overlap: bool  # two_batches
    kv_cache_dtype: str  # kv
    cache_type_k: str  # kv, as llama.cpp calls it
    max_num_batched_tokens: float | None  # token_budget
    chunked_prefill_size: float | None  # token_budget
    max_num_tokens: float | None  # token_budget
    batch_size: float | None  # token_budget
    max_num_seqs: float | None  # max_sequences
    max_running_requests: float | None  # max_sequences
    max_batch_size: float | None  # max_sequences
    parallel: float | None  # max_sequences
    gpu_memory_utilization: float | None  # memory_fraction
    mem_fraction_static: float | None  # memory_fraction
    kv_cache_free_gpu_memory_fraction: float | None  # memory_fraction
    max_model_len: float | None  # max_context
    context_length: float | None  # max_context
    max_seq_len: float | None  # max_context
    enable_chunked_prefill: bool | None  # chunked_prefill
    no_chunked_prefill: bool | None  # not chunked_prefill
    no_enable_chunked_prefill: bool | None  # not chunked_prefill
    no_async_scheduling: bool | None  # not async_scheduling
    disable_overlap_schedule: bool | None  # not async_scheduling
    enable_prefix_caching: bool | None  # prefix_cache
    no_prefix_cache: bool | None  # not prefix_cache
    no_enable_prefix_caching: bool | None  # not prefix_cache
    disable_radix_cache: bool | None  # not prefix_cache
    cudagraph_mode: str  # graphs
    max_cudagraph_capture_size: float | None  # graph_tokens
    piecewise_cuda_graph_max_tokens: float | None  # graph_tokens
    api_server_count: float | None  # frontend_processes
    tokenizer_worker_num: float | None  # frontend_processes
    num_postprocess_workers: float | None  # frontend_processes
    block_size: float | None  # block_tokens
    page_size: float | None  # block_tokens
    tokens_per_block: float | None  # block_tokens
    batch_wait_timeout_iters: float | None  # batch_wait_steps
    batch_wait_max_tokens_ratio: float | None  # batch_wait_share
    scheduler_recv_interval: float | None  # poll_interval_steps
    prefill_max_requests: float | None  # prompts_per_step
    ubatch_size: float | None  # micro_batch
    disable_cuda_graph: bool  # enforce_eager


class LoadTerms(Terms, total=False):
    """The keywords of `serve`."""

    arrival_variation: float  # coefficient of variation of the gaps [1: Poisson]
    routing: str  # of requests to replicas: "random" or "in-turn"
    ttft_p99_ms: Quantity | None  # longest TTFT of 99 % of requests
    tpot_p99_ms: Quantity | None  # likewise TPOT
    latency_p99_ms: Quantity | None  # likewise a whole answer
    replicas_for_per_s: Quantity | None  # a rate: how many replicas give it the limits


class PlanTerms(TypedDict, total=False):
    """The keywords of `plan`. A list may be a list or a text with commas."""

    devices: str | list[Any]  # names; "priced": all with a known price, or "all" ["priced"]
    runtimes: str | list[str]  # serving software ["vllm"]
    tp: str | int | list[int]  # tensor parallel ranks to try [1, 2, 4, 8]
    pp: str | int | list[int]  # pipeline stages [1]
    dp: str | int | list[int]  # attention copies that share the experts [1]
    ep: str | int | list[Any]  # expert parallel ranks; "tp": all ranks of a copy [1]
    weights: str | list[str]  # storage formats of the linear layers ["stored"]
    kv: str | list[str]  # of the KV cache ["stored"]
    have: str | Mapping[str, int]  # devices there are by name; those named are tried too
    per_server: float | None  # devices of a server; else what its link joins
    users: float | None  # of the use case: its peak rate in place of rate_per_s
    use_case: str  # "chat", "code-completion", "code-generation" ...: lengths, and the rate of users
    availability: float  # share of time in which enough replicas are up: 0.999 [0: no spares]
    failures_per_device_hour: float | None  # [1.97e-5]
    repair_hours: float  # until what failed serves again [24]
    whole_servers: bool  # servers are paid for, not devices [False]
    price_usd_per_hour: str | Mapping[str, float]  # of one device by name; else the median of known quotes
    prices: str  # file of quotes in the place of those shipped
    objective: str  # what is to be least: "rent", "devices", "power" ["rent"]
    decides: str  # the end of the range that must keep the limits: "high" or "value" ["high"]
    most_devices: float | None  # in all
    budget_usd_per_hour: Quantity | None  # in all
    most_power_kw: Quantity | None  # of all boards, their servers and the building
    alternatives: float  # listed beside the best [5]
    not_simulated: bool  # the best is not checked by the simulator [False]

    workload: str | Workload | Mapping[str, Any] | None  # its lengths
    prompt: Length  # tokens [1024]
    output: Length  # tokens [256]
    rate_per_s: Quantity  # requests per second
    prefix_hit: float  # share of prompt tokens found in the prefix cache [0]
    arrival_variation: float  # coefficient of variation of the gaps [1: Poisson]
    routing: str  # of requests to replicas: "random" or "in-turn"
    ttft_p99_ms: Quantity | None  # longest TTFT of 99 % of requests
    tpot_p99_ms: Quantity | None  # likewise TPOT
    latency_p99_ms: Quantity | None  # likewise a whole answer
    sp: bool  # activations cut over the tensor ranks too [False]
    balanced_experts: bool  # hot experts are replicated until all ranks are equally busy [False]
    exchange: str  # how tokens come to their experts ["gather"]
    two_batches: bool  # a pass in two halves, of which one exchanges while the other computes [False]
    pue: float  # building power / IT power [1]
    server_power: float  # IT power / board power [1]
    token_budget: float | None  # most tokens of one step; else the runtime's
    max_sequences: float | None  # slots; else the runtime's
    memory_fraction: float | None  # share of the memory it may take; else the runtime's
    max_context: float | None  # longest prompt and answer of a request in tokens; else the model's
    chunked_prefill: bool | None  # cut long prompts over several steps; else as the runtime does
    async_scheduling: bool | None  # plan a step while the one before it runs; else as the runtime does
    prefix_cache: bool | None  # keep the KV of finished prompts: `simulate` finds what hits; prefix_hit says it elsewhere
    graphs: str  # "none", "piecewise", "full", "full_decode_only", "full_and_piecewise" ["runtime"]
    graph_tokens: float | None  # most tokens of a step with a prompt that runs from a graph
    frontend_processes: float | None  # that take in prompts and stream tokens
    stream_interval: float | None  # tokens of one message to a client
    block_tokens: float | None  # tokens of one block of KV
    batch_wait_steps: float | None  # steps prompts are held back while anything decodes
    batch_wait_share: float | None  # of the token budget, which ends that
    poll_interval_steps: float | None  # decode steps between readings of new requests
    prompts_per_step: float | None  # most new prompts of one step; 0: as many as fit
    micro_batch: float | None  # tokens computed at once, of llama.cpp
    enforce_eager: bool  # no graphs: the host launches every kernel of every pass [False]
class TcoTerms(Terms, total=False):
    """The keywords of `tco`; ``rate_per_s`` is the present load."""

    planned_per_s: Quantity | None  # load planned for, in requests per second
    ttft_p99_ms: Quantity | None  # longest TTFT of 99 % of requests
    tpot_p99_ms: Quantity | None  # likewise TPOT
    latency_p99_ms: Quantity | None  # likewise a whole answer
    most_use: float | None  # of what a replica takes, that a load may use [0.8; 1 with an objective]
    capital_usd: float | None  # of a device with its share of server and network; else what is known of it x 1.33
    residual_usd: float | None  # what it sells for when its life ends [0]
    interest: float | None  # cost of capital a year [0.08]
    life_years: float | None  # of use [4]
    availability: float | None  # share of that time it can be used [0.9962]
    it_power_w: Quantity | None  # of a device with its share of a server; else 1.82 x its limit
    draw: float | None  # mean power / IT power [0.75]
    colocation_usd_per_kw_month: float | None  # of IT power [150]
    operations_usd_per_hour: Quantity | None  # staff, spares, software, of a device [0.10]
    devices_per_server: float | None  # bought and rented whole; else 8 of data centre boards, 1 of others
    reserved_usd_per_hour: Quantity | None  # under contract; else the median of reserved quotes
    upfront_usd: float | None  # of a device when the contract is signed [0]
    term_years: float | None  # of the contract [3]
    spot_usd_per_hour: Quantity | None  # on the spot market; else the median of spot quotes
    interruptions_per_hour: float | None  # of a spot device; without it spot is not costed
    recovery_h: float | None  # from losing a device to serving on another [0.083]
    api_input_usd_per_mtok: Quantity | None  # what an API asks for input
    api_cached_usd_per_mtok: Quantity | None  # likewise for cached input; else as input
    api_output_usd_per_mtok: Quantity | None  # likewise for output
    cached_weight: float | None  # what a cached token costs beside one that is computed [0]
    grid_g_per_kwh: float | None  # CO2e [429]
    embodied_kg: float | None  # CO2e of making a device and its share of a server [318]
    water_l_per_kwh: float | None  # of IT, on site [0.38]
    start: str  # month of the purchase, "2026-12"; else the present one


class TrainingTerms(TypedDict, total=False):
    """The keywords of `train` and `finetune`."""

    stack: str  # training software (docs); megatron-core, torchtune for finetune
    method: str  # full, lora or qlora [full]
    devices: int | None  # devices in all (finetune: 1) [8]
    tp: int | None  # tensor ranks; layouts are searched where no degree is given
    pp: int | None  # pipeline stages
    vp: int | None  # pieces of the model on each stage
    cp: int | None  # context ranks
    ep: int | None  # expert ranks
    etp: int | None  # tensor ranks of an expert [1]
    zero: str  # what data ranks share out: 0, 1, 2 or 3 (FSDP)
    shard: int | None  # ranks that share one copy out (hybrid sharding); all
    schedule: str  # 1f1b, zero_bubble or dual_pipe [1f1b]
    sequence_parallel: bool | None  # activations between products cut over tensor ranks; on with several
    format: str  # that products multiply in: bf16, fp8, mxfp8, nvfp4 [bf16]
    optimizer: str  # adam (fp32 master), adam_bf16, adam_8bit, sgd; the software's
    recompute: str  # none, selective, alternate or full; none (finetune: full)
    chunked_loss: bool  # logits a part of the tokens at a time [False]
    optimizer_in_backward: bool  # gradients are used at once [False]
    offload: str  # to the host's memory: none, optimizer or states [none]
    offload_activations: bool  # likewise activations [False]
    rank: int  # of adapters [16]
    sequence: float  # tokens of a sequence [4096]
    batch: float | None  # sequences of a step, over all devices; 128 (finetune: 8)
    micro_batch: float | None  # sequences that a rank computes at a time; searched
    padding: float  # share of tokens that are padding [0]
    tokens: float | None  # of the run; 20 of each parameter (finetune: 10 million)
    epochs: float  # times that they are seen [1]
    loader_tokens_per_s: float | None  # tokens a second that data loading delivers; as many as asked
    failure_hours: float | None  # between failures of one device [50,700]; 0: none
    checkpoint_s: float  # seconds that a checkpoint stops the run [30]
    restart_s: float  # seconds from a failure until the run goes on [600]
    interval_s: float | None  # seconds between checkpoints; the best
    price_usd_per_hour: float | None  # $ per device and hour; the median of known quotes
    server: float  # power of all the server over that of its boards [1]
    pue: float  # building power over IT power [1.2]
    grid_g_per_kwh: float | None  # carbon of electricity [429]
    layouts: int  # others to list [3]
    search: bool  # list ten layouts, whatever degrees are given [False]


class FitTerms(TypedDict, total=False):
    """The keywords of `fit`."""

    ram_gib: Quantity | None  # memory of the host, or of a processor that is the device: "64 GiB"; 64 GiB assumed
    cpu: str  # the host's processor; ryzen-7950x assumed
    runtime: str  # a llama.cpp of the catalog; the device's usual one
    types: str  # GGUF file types, with commas; twelve usual ones
    part: str  # only models whose name holds this
    gpu_layers: int  # layers on the devices, the output among them; as llama.cpp finds it
    cpu_experts: int  # first layers whose experts lie on the host; as llama.cpp finds it
    shares: str  # layers of several devices, as shares with commas
    kv: str  # type of keys and values: f16, q8_0, q4_0 [f16]
    draft: str  # a small model that guesses on the first device
    drafts: int  # its guesses of a round [5]
    acceptance: float  # probability that a guess is right if those before it were [0.7]
    disk_gb_per_s: Quantity | None  # GB/s of a disk that holds what the host cannot; else such models do not run
    context: float | None  # tokens to hold; the model's, down to 4,096 where that does not fit
    prompt: float  # tokens, whose time the time to first token is [512]
    output: float  # tokens after it, whose mean speed is given [128]
    tokens_per_s: Quantity | None  # only what makes at least this: "20 tok/s"
    all: bool  # every file type of every model [False]


class SimulationTerms(Terms, total=False):
    """The keywords of `simulate`."""

    arrivals: str  # with a rate: "poisson", "even", "gamma:CV", "weibull:CV", "mmpp:RATE:STAY:RATE:STAY ..."
    routing: str  # "round-robin", "random", "shortest-queue", "least-kv", "by-client"
    trace: Any  # a CSV file (Azure, Mooncake, BurstGPT columns) or a frame with sent_s, prompt, output
    trace_scale: float  # times the rate of the trace [1]
    trace_tick_s: float  # seconds over which times recorded in ticks are spread [0]
    turns: Length | None  # conversations of so many turns; the rate counts conversations
    think_s: float  # between an answer and the client's next request [0]
    shared_tokens: float  # that all conversations begin with [0]
    benchmark_lengths: bool  # with protocol "benchmark": the InferenceX client's own lengths [False]
    requests: float | None  # in all [20000; with protocol "benchmark" 10 per client]
    warm_up: float | None  # requests at the start that no figure counts [a tenth; benchmark, trace: 0]
    kv_blocks: float | None  # of each rank; else what memory holds
    balance_wait_steps: float  # steps prompts wait until every attention rank has one [0]
    seed: int  # of everything drawn [1]


F = TypeVar("F", bound=Callable[..., Any])


def _tables(terms: type) -> list[dict[str, Any]]:
    """The tables that the keywords of ``terms`` are of, those that hold first."""
    own = {"LoadTerms": "serve", "SimulationTerms": "simulate", "TcoTerms": "tco"}.get(terms.__name__)
    if terms.__name__ == "TrainingTerms":
        return list(_core.training_keywords)
    if terms.__name__ == "PlanTerms":
        return [*_core.plan_keywords, *_core.keywords["serve"], *_core.keywords["predict"]]
    return [*(_core.keywords[own] if own else []), *_core.keywords["predict"]]


def _default_of(k: Mapping[str, Any] | None) -> Any:
    """What a keyword is where it is not given; None where that depends on the rest."""
    if k is None or not k["default"]:
        return False if k is not None and k["kind"] == "flag" else None
    for kind in (int, float):
        try:
            return kind(k["default"])
        except ValueError:
            pass
    return k["default"]


def takes(terms: type) -> Callable[[F], F]:
    """Shows the keywords of ``terms`` in the signature of a function that takes ``**terms``, with types and defaults.

    Servers' own names of keywords are taken and not shown.
    """

    def shown(function: F) -> F:
        signature = inspect.signature(function)
        rows = {k["name"]: k for k in reversed(_tables(terms))}
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        keywords = [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=_default_of(rows.get(name)),
                annotation=getattr(kind, "__forward_arg__", kind),
            )
            for name, kind in terms.__annotations__.items()
            if canonical({name: None}) == {name: None}
        ]
        function.__signature__ = signature.replace(parameters=own + keywords)  # type: ignore[attr-defined]
        return function

    return shown


def plain(terms: Mapping[str, Any]) -> dict[str, Any]:
    """``terms`` as the compiled part takes them: descriptors taken apart."""
    given = canonical(terms)
    if not ("workload" in given or "runtime" in given or "calibration" in given):
        return given
    load = given.pop("workload", None)
    software = given.get("runtime")
    if isinstance(software, Runtime):
        given = {**software.settings, **given, "runtime": software.asked}
    if given.get("calibration") is not None:
        given["calibration"] = refined(given["calibration"])
    if load is not None:
        asked = as_workload(load).terms
        loads = ("concurrency", "rate_per_s", "batch")
        if any(given.get(k) is not None for k in loads):
            asked = {k: v for k, v in asked.items() if k not in loads}
        given = {**asked, **given}
    return given
