# SPDX-License-Identifier: Apache-2.0
"""Results of `vllm bench serve` and of the benchmark_serving.py that it came from, as rows.

Read from the tool's source: vllm/benchmarks/serve.py of 2025 (forks at neuralmagic/vllm 32f5573e and
igor-susic1/vllm-bench-standalone eb0d11ef), benchmarks/benchmark_serving.py (vllm-project/vllm 0049e29c), and SGLang's
descendant of it, whose lines name the latency `e2e_latency` and not `e2el`. Times are in ms, lists per request in s.
"""

from __future__ import annotations

import os
import statistics
from collections import Counter
from collections.abc import Iterable
from typing import Any

from .._error import Error
from ._fields import count, day, number, positive, text
from ._files import Parsed, PathLike, documents, files_of, flat, named, text_of
from ._run import Refused, Run, closed_loop, least_saturating, most_failed, open_loop, rows_of
from ._stated import Stated, weight_formats
from ._table import Measured, Row

#: Keys that `--metadata KEY=VALUE` may have put into the file, by what they state.
stated_by_metadata = {
    "device": ("device", "hardware", "gpu_type", "gpu"),
    "runtime_version": ("runtime_version", "version", "vllm_version"),
    "weights": ("weights", "weight_format", "quantization", "dtype"),
    "tp": ("tp", "tp_size", "tensor_parallel_size"),
    "pp": ("pp", "pp_size", "pipeline_parallel_size"),
    "dp": ("dp", "dp_size", "data_parallel_size"),
    "ep": ("ep", "ep_size", "expert_parallel_size"),
}
#: `--backend` chooses the request format. These name the server as well; "vllm" and "openai" are any server's.
backends = {
    "sglang": "sglang",
    "sglang-oai": "sglang",
    "sglang-oai-chat": "sglang",
    "sglang-native": "sglang",
    "tgi": "tgi",
    "tensorrt-llm": "tensorrt-llm",
    "trt": "tensorrt-llm",
    "lmdeploy": "lmdeploy",
    "deepspeed-mii": "deepspeed-mii",
}


def is_vllm(value: Any) -> bool:
    """Whether `value` is one result of the serving benchmark: its throughputs or times beside its counts."""
    if not isinstance(value, dict):
        return False
    figures = ("output_throughput", "mean_ttft_ms", "median_ttft_ms", "mean_tpot_ms", "request_throughput")
    return any(f in value for f in figures) and ("completed" in value or "num_prompts" in value)


def read_vllm(
    result: PathLike | dict[str, Any] | list[Any],
    *,
    device: Any = None,
    model: Any = None,
    runtime: str | None = None,
    runtime_version: str | None = None,
    weights: str | None = None,
    kv: str | None = None,
    tp: int | None = None,
    pp: int | None = None,
    dp: int | None = None,
    ep: int | None = None,
    prompt: float | None = None,
    output: float | None = None,
    date: str | None = None,
    source: str | None = None,
    notes: str | None = None,
) -> Measured:
    """Rows from what `vllm bench serve --save-result` (or `--append-result`) wrote.

    Parameters
    ----------
    result : path, dict or list of dict
        A result file, a file of several results one after the other, a folder of them, or what json.load gave.
    device : name or Device
        The hardware, which the file does not say unless ``--metadata device=h100-sxm`` told it.
    model : name or Model, optional
        By default the file's ``model_id``; needed where that is a local path.
    runtime, runtime_version : str, optional
        The engine that was measured; by default what ``backend`` names, else vllm.
    weights, kv : str, optional
        Formats as measured tables spell them ("fp8", "awq-int4"); by default the checkpoint as published.
    tp, pp, dp, ep : int, optional
        Ranks; by default the metadata's, else 1.
    prompt, output : float, optional
        Tokens per request, where the file has no totals.
    date, source, notes : str, optional
        Columns of the rows. `source` is "vllm-bench" by default.

    Returns
    -------
    Measured
        TTFT, TPOT and latency (means and medians) and the output throughput of each run, in a serving table.

    Raises
    ------
    Error
        For what is no such result, and for a keyword that the file contradicts.
    """
    stated = Stated(
        device, model, runtime, runtime_version, weights, kv, tp, pp, dp, ep, prompt, output, date,
        source, notes,
    )  # fmt: skip
    skipped: Counter[str] = Counter()
    rows: list[Row] = []
    found = False
    for value, where in _results(result):
        if not is_vllm(value):
            skipped["value: not a result of the serving benchmark"] += 1
            continue
        found = True
        try:
            rows.extend(rows_of(_run_of(value, where), stated, skipped))
        except Refused as why:
            skipped[f"run: {why}"] += 1
    if not found:
        raise Error(f"{named(result)} has no result of vllm bench serve (output_throughput, mean_ttft_ms, completed)")
    return Measured(rows, kind="serving", skipped=skipped)


def _results(result: Any) -> list[tuple[Any, str]]:
    if isinstance(result, Parsed):
        return numbered(flat(result.values), result.path.name)
    if isinstance(result, (str, os.PathLike)):
        return [pair for f in files_of(result) for pair in numbered(flat(documents(text_of(f), str(f))), f.name)]
    if isinstance(result, (dict, list)):
        return numbered(flat([result]), "the result")
    raise Error(f"a path, a dict or a list of dicts is read, not {type(result).__name__}")


def numbered(values: Iterable[Any], where: str) -> list[tuple[Any, str]]:
    """Each value with the words for where it stands: the file, and which of its results."""
    every = list(values)
    return [(v, where if len(every) == 1 else f"{where} result {i + 1}") for i, v in enumerate(every)]


def _run_of(result: dict[str, Any], where: str) -> Run:
    if any(str(key).startswith("spec_decode") for key in result):
        raise Refused("speculative decoding is not predicted")
    if result.get("ramp_up_strategy"):
        raise Refused("a rate that rises during the run is not a steady load")
    completed = _completed(result)
    metadata = {what: _first(result, keys) for what, keys in stated_by_metadata.items()}
    backend = text(result.get("backend") or result.get("endpoint_type")).lower()
    if "embedding" in backend or "rerank" in backend:
        raise Refused("embeddings are not predicted")
    run = Run(
        where,
        source="sglang-bench" if "total_output_tokens_retokenized" in result else "vllm-bench",
        model=text(result.get("model_id")),
        device=metadata["device"],
        runtime=backends.get(backend, ""),
        assumed_runtime="vllm",
        runtime_version=metadata["runtime_version"],
        weights=metadata["weights"].lower() if metadata["weights"].lower() in weight_formats else "",
        ranks={what: metadata[what] for what in ("tp", "pp", "dp", "ep") if count(metadata[what])},
        date=day(result.get("date")),
        prompt=_mean_length(result, "input_lens", "total_input_tokens", completed),
        output=_mean_length(result, "output_lens", "total_output_tokens", completed),
        figures=_figures(result),
        notes=[f"{completed} requests"] if completed else [],
    )
    _read_load(run, result, completed)
    return run


def _first(result: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((text(result[k]) for k in keys if text(result.get(k))), "")


def _completed(result: dict[str, Any]) -> int | None:
    completed, sent = count(result.get("completed"), 0), count(result.get("num_prompts"))
    if completed == 0:
        raise Refused("no request completed")
    if completed is not None and sent is not None and completed > sent:
        raise Refused("contradictory: more requests completed than were sent")
    failed = count(result.get("failed"), 0) or 0
    if completed is not None and max(failed, (sent or 0) - completed) > most_failed * (completed + failed):
        raise Refused(f"more than {most_failed:.0%} of the requests failed")
    return completed if completed is not None else sent


def _mean_length(result: dict[str, Any], lengths: str, total: str, completed: int | None) -> float | None:
    """Mean tokens of a request from the total; from the list of all requests where there is no total."""
    tokens = positive(result.get(total))
    if tokens is not None and completed:
        return tokens / completed
    listed = result.get(lengths)
    known = [n for n in (positive(v) for v in listed) if n is not None] if isinstance(listed, list) else []
    if known:
        return statistics.fmean(known)
    return positive(result.get({"input_lens": "random_input_len", "output_lens": "random_output_len"}[lengths]))


def _figures(result: dict[str, Any]) -> dict[str, float | None]:
    figures: dict[str, float | None] = {}
    for statistic in ("mean", "median"):
        for metric, keys in (
            ("ttft", ("ttft",)),
            ("tpot", ("tpot",)),
            ("itl", ("itl",)),
            ("e2e_latency", ("e2el", "e2e_latency")),
        ):
            values = [number(result.get(f"{statistic}_{key}_ms")) for key in keys]
            figures[f"{metric}_{statistic}"] = next((v for v in values if v is not None), None)
    _add_detailed(figures, result.get("ttfts"))
    figures["output_throughput"] = number(result.get("output_throughput"))
    figures["request_throughput"] = number(result.get("request_throughput"))
    figures["total_throughput"] = next(
        (v for v in (number(result.get(k)) for k in ("total_token_throughput", "total_throughput")) if v is not None),
        None,
    )
    tokens, seconds = positive(result.get("total_output_tokens")), positive(result.get("duration"))
    said = figures["output_throughput"]
    if tokens and seconds and said and not 0.95 < said * seconds / tokens < 1.05:
        raise Refused("contradictory: output_throughput is not total_output_tokens / duration")
    return figures


def _add_detailed(figures: dict[str, float | None], ttfts: Any) -> None:
    """TTFT from the list of all requests (seconds; zero for failed ones) where `--percentile-metrics` left it out."""
    if figures["ttft_mean"] is not None or figures["ttft_median"] is not None or not isinstance(ttfts, list):
        return
    listed = [v for v in map(positive, ttfts) if v is not None]
    if listed:
        figures["ttft_mean"] = 1e3 * statistics.fmean(listed)
        figures["ttft_median"] = 1e3 * statistics.median(listed)


def _read_load(run: Run, result: dict[str, Any], completed: int | None) -> None:
    """A limit on the requests in flight is a closed loop; a rate is an open one; neither is all requests at once."""
    clients, rate = count(result.get("max_concurrency")), positive(result.get("request_rate"))
    at_once = text(result.get("request_rate")).lower() in ("inf", "infinity")
    served = positive(result.get("request_throughput"))
    if rate is not None:
        if clients is not None and served is not None and served < 0.95 * rate:
            raise Refused("a request rate and a limit on the requests in flight, which held the rate back")
        run.request_rate = open_loop(rate, served)
        burstiness = positive(result.get("burstiness"))
        if burstiness is not None and burstiness != 1.0:
            run.notes.append(f"burstiness {burstiness:g}, read as Poisson")
    elif clients is not None:
        run.concurrency, run.request_rate = closed_loop(clients, completed), "inf"
    elif at_once and completed == 1:
        run.concurrency = 1
    elif at_once and completed is not None and completed >= least_saturating:
        run.concurrency, run.request_rate = "max", "inf"
    elif at_once:
        raise Refused(f"fewer than {least_saturating} requests all at once: neither saturated nor a steady load")
