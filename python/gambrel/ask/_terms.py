# SPDX-License-Identifier: Apache-2.0
"""The keywords of a deployment and what is asked of it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Callable, Protocol, TypedDict, TypeVar

from .. import _core
from .._error import Error
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


class Terms(TypedDict, total=False):
    """The keywords of `predict`, which `serve`, `simulate`, `explain` and `sweep` take too."""

    runtime: str | Runtime | None  # serving software; vLLM, or the usual one of the device
    tp: int  # tensor parallel ranks [1]
    pp: int  # pipeline stages [1]
    dp: int  # attention copies that share the experts [1]
    ep: int  # expert parallel ranks [1]
    replicas: int  # independent copies of all this [1]
    sp: bool  # activations cut over the tensor ranks too [False]
    weights: str  # storage format of the linear layers, or a GGUF file type: "q4_k_m" ["stored"]
    kv: str  # storage format of the KV cache ["stored"]
    memory_gib: Quantity | None  # of one device, where the catalog has none or another
    calibration: str | PathLike[str] | Mapping[str, Any] | Refined | None  # of `calibrate`
    lora_rank: int  # of unmerged adapters on every linear layer [0: none]
    lora_adapters: int  # different adapters in a batch [1]
    workload: str | Workload | Mapping[str, Any] | None  # lengths and load, which the keywords below override
    prompt: Length  # tokens [1024]
    output: Length  # tokens [256]
    concurrency: float | None  # clients that each wait for their answer [1]
    rate_per_s: Quantity | None  # requests per second instead
    batch: float | None  # sequences of one static batch instead
    images: float  # per request, before the text [0]
    prefix_hit: float  # share of prompt tokens found in the prefix cache [0]
    protocol: str  # "steady", or "benchmark": all clients at once, ten prompts each
    price_usd_per_hour: Quantity | None  # of one device; else the median of the catalog's on-demand quotes
    electricity_usd_per_kwh: Quantity | None  # [0.12]
    pue: float  # building power / IT power [1]
    server_power: float  # IT power / board power [1]
    token_budget: float | None  # most tokens of one step; else the runtime's
    max_sequences: float | None  # slots; else the runtime's
    memory_fraction: float | None  # share of the memory it may take; else the runtime's
    enforce_eager: bool  # no graphs: the host launches every kernel of every pass [False]

    tensor_parallel_size: int  # tp, as vLLM calls it; so the following
    pipeline_parallel_size: int  # pp
    data_parallel_size: int  # dp
    kv_cache_dtype: str  # kv
    max_num_batched_tokens: float | None  # token_budget
    max_num_seqs: float | None  # max_sequences
    gpu_memory_utilization: float | None  # memory_fraction


class LoadTerms(Terms, total=False):
    """The keywords of `serve`."""

    arrival_variation: float  # coefficient of variation of the gaps [1: Poisson]
    routing: str  # of requests to replicas: "random" or "in-turn"
    ttft_p99_ms: Quantity | None  # longest TTFT of 99 % of requests
    tpot_p99_ms: Quantity | None  # likewise TPOT
    latency_p99_ms: Quantity | None  # likewise a whole answer
    replicas_for_per_s: Quantity | None  # a rate: how many replicas give it the limits


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
    batch_wait_steps: float | None  # steps prompts are held back while anything decodes
    batch_wait_share: float  # of the token budget, which ends that [1]
    balance_wait_steps: float  # steps prompts wait until every attention rank has one [0]
    poll_interval_steps: float | None  # decode steps between readings of new requests
    prefix_cache: bool  # keep the KV of finished prompts [False]
    prefill_replicas: int  # of a pool that computes prompts only [0]
    decode_replicas: int  # of the pool that does the rest [0]
    transfer_gb_per_s: Quantity  # between the two pools
    seed: int  # of everything drawn [1]


F = TypeVar("F", bound=Callable[..., Any])


def takes(terms: type) -> Callable[[F], F]:
    """Shows the keywords of ``terms`` in the signature of a function that takes ``**terms``."""

    def shown(function: F) -> F:
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        keywords = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=...) for name in terms.__annotations__
        ]
        function.__signature__ = signature.replace(parameters=own + keywords)  # type: ignore[attr-defined]
        return function

    return shown


#: Servers' own names of keywords: ``max_num_seqs`` is ``max_sequences``.
_ALIASES = {alias: k["name"] for table in _core.keywords.values() for k in table for alias in k["aliases"]}


def canonical(terms: Mapping[str, Any]) -> dict[str, Any]:
    """``terms`` by their own names; one keyword under two names is one value too many."""
    given: dict[str, Any] = {}
    for name, value in terms.items():
        own = _ALIASES.get(name, name)
        if own in given:
            other = next(n for n in terms if n != name and _ALIASES.get(n, n) == own)
            raise Error(f"{other} and {name} are one setting: give it once")
        given[own] = value
    return given


def plain(terms: Mapping[str, Any]) -> dict[str, Any]:
    """``terms`` as the compiled part takes them: descriptors taken apart."""
    given = canonical(terms)
    if not ("workload" in given or "runtime" in given or "calibration" in given):
        return given
    load = given.pop("workload", None)
    software = given.get("runtime")
    if isinstance(software, Runtime):
        given = {**software.settings, **given, "runtime": software.name}
    calibration = given.get("calibration")
    if calibration is not None and hasattr(calibration, "to_file"):
        given["calibration"] = calibration.to_file()
    if load is not None:
        asked = as_workload(load).terms
        loads = ("concurrency", "rate_per_s", "batch")
        if any(given.get(k) is not None for k in loads):
            asked = {k: v for k, v in asked.items() if k not in loads}
        given = {**asked, **given}
    return given
