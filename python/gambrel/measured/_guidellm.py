# SPDX-License-Identifier: Apache-2.0
"""Reports of GuideLLM (`benchmarks.json`) as rows.

Three layouts, read from the tool's source (vllm-project/guidellm, neuralmagic/guidellm):

    0.2, 0.3        benchmarks[].args.strategy, .worker.backend_model, .run_stats, .total_count
    0.4 to 0.6      benchmarks[].config.strategy, .config.backend, .scheduler_metrics, .metrics.request_totals;
                    report: args (and metadata.version 1)
    0.7             the same benchmarks; report: config.spec in place of args (metadata.version 2)

Each figure is a distribution per status: metrics.time_to_first_token_ms.successful.mean. request_latency is in seconds,
what ends in _ms is not. time_per_output_token_ms left the first token out up to 0.3 and counts it in later: it is not
read; inter_token_latency_ms always was the time after the first token over the tokens after it.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

from .._error import Error
from ._fields import count, day_of_seconds, mapping, number, positive, text
from ._files import Parsed, PathLike, documents, files_of, flat, named, text_of
from ._run import Refused, Run, least_held, most_failed, open_loop, rows_of
from ._stated import Stated
from ._table import Measured, Row


def is_guidellm(value: Any) -> bool:
    """Whether `value` is a report: a list of benchmarks, each with its metrics, or an early report of such lists."""
    listed = mapping(value).get("benchmarks")
    return isinstance(listed, list) and any("metrics" in mapping(b) or "benchmarks" in mapping(b) for b in listed)


def read_guidellm(
    report: PathLike | dict[str, Any],
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
    """Rows from a GuideLLM report: one run per benchmark of it.

    Parameters
    ----------
    report : path or dict
        The JSON report (`benchmarks.json`), a folder of them, or what json.load gave.
    device : name or Device
        The hardware: GuideLLM does not see it.
    model : name or Model, optional
        By default the model that the report asked the server for.
    runtime, runtime_version, weights, kv, tp, pp, dp, ep, prompt, output, date, source, notes
        As for `read_vllm`. `runtime` is vllm by default, `source` "guidellm".

    Returns
    -------
    Measured
        synchronous is one client, concurrent its streams, throughput its limit on requests in flight (or "max"),
        constant and poisson an open loop of their rate.

    Raises
    ------
    Error
        For what is no such report, and for a keyword that it contradicts.
    """
    stated = Stated(
        device, model, runtime, runtime_version, weights, kv, tp, pp, dp, ep, prompt, output, date,
        source, notes,
    )  # fmt: skip
    skipped: Counter[str] = Counter()
    rows: list[Row] = []
    found = False
    for value, where in _reports(report):
        if not is_guidellm(value):
            skipped["value: not a report of GuideLLM"] += 1
            continue
        found = True
        for index, benchmark in enumerate(value["benchmarks"]):
            try:
                rows.extend(
                    rows_of(_run_of(mapping(benchmark), value, f"{where} benchmark {index + 1}"), stated, skipped)
                )
            except Refused as why:
                skipped[f"run: {why}"] += 1
    if not found:
        raise Error(f"{named(report)} is no report of GuideLLM: it has no list of benchmarks with metrics")
    return Measured(rows, kind="serving", skipped=skipped)


def _reports(report: Any) -> list[tuple[Any, str]]:
    if isinstance(report, Parsed):
        return [(v, report.path.name) for v in flat(report.values)]
    if isinstance(report, (str, os.PathLike)):
        return [(v, f.name) for f in files_of(report) for v in documents(text_of(f), str(f))]
    if isinstance(report, dict):
        return [(report, "the report")]
    raise Error(f"a path or a dict is read, not {type(report).__name__}")


def _run_of(benchmark: dict[str, Any], report: dict[str, Any], where: str) -> Run:
    if "benchmarks" in benchmark and "metrics" not in benchmark:
        raise Refused("a report of GuideLLM 0.1, whose times changed their unit between builds")
    _refuse_shared_prompts(report)
    metrics = mapping(benchmark.get("metrics"))
    done, cut = _requests(benchmark, metrics)
    run = Run(
        where,
        source="guidellm",
        model=_model(benchmark, report),
        assumed_runtime="vllm",
        date=_date(benchmark),
        prompt=_statistic(metrics, "prompt_token_count", "mean"),
        output=_statistic(metrics, "output_token_count", "mean"),
        figures=_figures(metrics, cut),
        notes=[f"{done} requests"] if done else [],
    )
    version = text(mapping(report.get("metadata")).get("guidellm_version"))
    if version:
        run.notes.append(f"GuideLLM {version}")
    _read_load(run, benchmark, metrics)
    return run


def _requests(benchmark: dict[str, Any], metrics: dict[str, Any]) -> tuple[int | None, bool]:
    """Requests that ended well, and whether others were cut off by the end of the run."""
    run_stats, scheduler = mapping(benchmark.get("run_stats")), mapping(benchmark.get("scheduler_metrics"))
    totals: dict[str, Any] = next(
        (
            t
            for t in (
                mapping(metrics.get("request_totals")),
                mapping(benchmark.get("total_count")),
                mapping(scheduler.get("requests_made")),
                mapping(run_stats.get("requests_made")),
                {s: run_stats.get(f"total_{s}") for s in ("successful", "incomplete", "errored")},
            )
            if count(t.get("successful"), 0) is not None
        ),
        {},
    )
    done, errored = count(totals.get("successful"), 0), count(totals.get("errored"), 0) or 0
    if done == 0:
        raise Refused("no request completed")
    if done is not None and errored > most_failed * (done + errored):
        raise Refused(f"more than {most_failed:.0%} of the requests failed")
    return done, bool(count(totals.get("incomplete")))


def _model(benchmark: dict[str, Any], report: dict[str, Any]) -> str:
    args = mapping(report.get("args"))
    backend = mapping(mapping(benchmark.get("config")).get("backend"))
    spec = mapping(mapping(mapping(report.get("config")).get("spec")).get("backend"))
    named = (
        backend.get("model"),
        mapping(benchmark.get("worker")).get("backend_model"),
        spec.get("model"),
        args.get("model"),
        mapping(args.get("backend_kwargs")).get("model"),
    )
    return next((text(name) for name in named if text(name)), "")


def _date(benchmark: dict[str, Any]) -> str:
    places = (mapping(benchmark.get("scheduler_metrics")), mapping(benchmark.get("run_stats")), benchmark)
    return next((d for d in (day_of_seconds(p.get("start_time")) for p in places) if d), "")


def _statistic(metrics: dict[str, Any], name: str, statistic: str, status: str = "successful") -> float | None:
    distribution = mapping(mapping(metrics.get(name)).get(status))
    if count(distribution.get("count"), 0) == 0:
        return None  # zeros stand where no request was of that status
    value = number(distribution.get(statistic))
    if value is None and statistic == "median":
        value = number(mapping(distribution.get("percentiles")).get("p50"))
    return value


def _figures(metrics: dict[str, Any], cut: bool) -> dict[str, float | None]:
    """Times of the requests that ended well. Where others were cut off, their tokens count towards the throughput."""
    figures: dict[str, float | None] = {}
    for statistic in ("mean", "median"):
        for metric, name, to_ms in (
            ("ttft", "time_to_first_token_ms", 1.0),
            ("itl", "inter_token_latency_ms", 1.0),
            ("e2e_latency", "request_latency", 1e3),
        ):
            value = _statistic(metrics, name, statistic)
            figures[f"{metric}_{statistic}"] = None if value is None else value * to_ms
    tokens = _statistic(metrics, "output_tokens_per_second", "mean", "total") if cut else None
    figures["output_throughput"] = (
        tokens if tokens is not None else _statistic(metrics, "output_tokens_per_second", "mean")
    )
    figures["request_throughput"] = _statistic(metrics, "requests_per_second", "mean")
    return figures


def _read_load(run: Run, benchmark: dict[str, Any], metrics: dict[str, Any]) -> None:
    """The strategy as clients or as a rate. Rated strategies carry a limit of their own that seldom matters."""
    places = (mapping(benchmark.get("config")), mapping(benchmark.get("args")))
    strategy: dict[str, Any] = next((s for s in (mapping(p.get("strategy")) for p in places) if s), {})
    kind = text(strategy.get("type_") or strategy.get("kind")).lower()
    if kind == "synchronous":
        run.concurrency = 1
    elif kind in ("concurrent", "throughput"):
        clients = count(strategy.get("streams" if kind == "concurrent" else "max_concurrency"))
        held = _statistic(metrics, "request_concurrency", "mean", "total")
        held = held if held is not None else _statistic(metrics, "request_concurrency", "mean")
        if clients is not None and held is not None and held < least_held * clients:
            raise Refused(f"fewer than {least_held:.0%} of its clients were busy on average: no steady state")
        if kind == "throughput":
            run.notes.append("GuideLLM throughput")
            for metric in [m for m in run.figures if m.startswith(("ttft", "e2e"))]:
                run.figures[metric] = None  # the wait in the burst that opens the run
        run.concurrency = clients if clients is not None else ("max" if kind == "throughput" else "")
    elif kind in ("constant", "poisson"):
        rate = positive(strategy.get("rate"))
        if rate is not None:
            run.request_rate = open_loop(rate, _statistic(metrics, "requests_per_second", "mean"))
        if kind == "constant":
            run.notes.append("evenly spaced, read as Poisson")
    else:
        raise Refused(f"strategy not known: {kind or 'none stated'}")


def _refuse_shared_prompts(report: dict[str, Any]) -> None:
    """Turns of a conversation and shared prefixes find their prompts cached, which tables cannot state."""
    spec = mapping(mapping(report.get("config")).get("spec"))
    for data in (spec.get("data"), mapping(report.get("args")).get("data")):
        for source in data if isinstance(data, list) else []:
            if (count(mapping(source).get("turns")) or 1) > 1:
                raise Refused("conversations of several turns: their cached prompts are not in the table's columns")
            if mapping(source).get("prefix_buckets") or positive(mapping(source).get("prefix_tokens")):
                raise Refused("prompts that share a prefix: cached prompts are not in the table's columns")
