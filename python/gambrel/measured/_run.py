# SPDX-License-Identifier: Apache-2.0
"""One run of a serving benchmark as rows: what the caller stated, what the file says, and whether they agree.

A file that contradicts what the caller states is an error that names both. A figure that is missing, impossible or at
odds with another one of its run is left out and counted; so is a run whose load or lengths are not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .._error import Error
from ._fields import devices_differ, models_differ, text, tidy
from ._stated import Stated, contradiction
from ._table import Row

#: Runs that lost more of their requests than this are not the load they say.
most_failed = 0.1
#: An open-loop run that served less than this share of what was sent has no steady state.
least_served = 0.8
#: A closed loop needs some requests per client to have a steady state.
least_rounds = 3
#: Everything queued at once is read as saturated from so many requests on: `vllm bench serve` sends 1000 by default.
least_saturating = 1000
#: A run that seldom held its clients is not a closed loop of so many.
least_held = 0.7

units = {
    "ttft": "ms",
    "tpot": "ms",
    "itl": "ms",
    "e2e_latency": "ms",
    "output_throughput": "tok/s",
    "total_throughput": "tok/s",
    "request_throughput": "req/s",
}


def unit_of(metric: str) -> str:
    """The unit of a metric of `units`, with or without the statistic after it ("ttft_mean")."""
    return next(unit for name, unit in units.items() if metric.startswith(name))


@dataclass
class Run:
    """One run: what its file says of it. Times in ms, rates in tok/s and req/s."""

    where: str
    source: str = ""  #: the rows' source_id where the caller states none
    model: str = ""
    device: str = ""
    runtime: str = ""
    assumed_runtime: str = ""  #: where neither the file nor the caller says
    runtime_version: str = ""
    weights: str = ""
    ranks: dict[str, str] = field(default_factory=dict)
    date: str = ""
    prompt: float | None = None
    output: float | None = None
    concurrency: Any = ""  #: clients, "max", or nothing
    request_rate: Any = ""
    figures: dict[str, float | None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Refused(Exception):
    """Why a run has no rows; it never leaves this package."""


def rows_of(run: Run, stated: Stated, skipped: Counter[str]) -> Iterator[Row]:
    """The rows of `run`; whatever is left out is counted in `skipped`."""
    shared = _shared_cells(run, stated)
    prompt = stated.length("prompt", run.prompt, run.where)
    output = stated.length("output", run.output, run.where)
    if prompt is None or output is None or prompt < 1 or output < 1:
        skipped["run: lengths not stated (pass prompt= and output=)"] += 1
        return
    if run.concurrency == "" and run.request_rate == "":
        skipped["run: neither concurrency nor request rate stated"] += 1
        return
    for metric, value in _kept(run, prompt, output, skipped).items():
        yield {
            **shared,
            "input_len": tidy(round(prompt, 2)),
            "output_len": tidy(round(output, 2)),
            "concurrency": run.concurrency,
            "request_rate": run.request_rate,
            "metric": metric,
            "value": tidy(value),
            "unit": unit_of(metric),
            "notes": "; ".join(filter(None, [*run.notes, text(stated.notes)])),
        }


def _shared_cells(run: Run, stated: Stated) -> Row:
    device = stated.agreed("device", run.device, run.where, devices_differ)
    if not device:
        raise Error(f"{run.where} does not say on which hardware it ran: pass device=")
    model = stated.agreed("model", run.model, run.where, models_differ)
    if not model:
        raise Error(f"{run.where} does not say which model it ran: pass model=")
    runtime = stated.agreed("runtime", run.runtime, run.where)
    if not runtime:
        runtime = run.assumed_runtime
        run.notes.append(f"runtime assumed: {runtime}")
    weights = stated.agreed("weights", run.weights, run.where) or "unstated"
    if stated.kv is not None and weights == "unstated":
        raise Error("kv= needs weights=: tables read the formats of an unstated row as published")
    ranks = {
        what: int(stated.agreed(what, run.ranks.get(what, ""), run.where) or 1) for what in ("tp", "pp", "ep", "dp")
    }
    return {
        "source_id": stated.source or run.source,
        "source": run.where,
        "date": stated.agreed("date", "", run.where) or run.date,
        "hardware": device,
        "num_devices": ranks["tp"] * ranks["pp"] * ranks["dp"],
        "model": model,
        "framework": runtime,
        "framework_version": stated.agreed("runtime_version", run.runtime_version, run.where),
        "weight_format": weights,
        "kv_format": stated.kv or "",
        **ranks,
    }


def _kept(run: Run, prompt: float, output: float, skipped: Counter[str]) -> dict[str, float]:
    """The figures that are possible, agree with each other, and say something that the others do not."""
    kept: dict[str, float] = {}
    for metric, value in run.figures.items():
        if value is None:
            continue
        if not value > 0.0:
            skipped[f"figure: {metric} is not positive"] += 1
        elif run.concurrency == "max" and metric.startswith(("ttft", "e2e")):
            skipped["figure: time in a queue of all requests at once, whose length tables do not state"] += 1
        elif output < 2 and metric.startswith(("tpot", "itl")):
            skipped["figure: time per output token of one token"] += 1
        else:
            kept[metric] = value
    for statistic in ("mean", "median"):
        _drop_contradictions(kept, statistic, output, skipped)
        if f"tpot_{statistic}" in kept:  # predicted as the same figure: not twice
            kept.pop(f"itl_{statistic}", None)
    if "output_throughput" in kept:  # the others are it times a constant
        kept.pop("request_throughput", None)
        kept.pop("total_throughput", None)
    if not kept:
        skipped["run: no figure that is predicted"] += 1
    return kept


def _drop_contradictions(kept: dict[str, float], statistic: str, output: float, skipped: Counter[str]) -> None:
    """TTFT + TPOT (output - 1) is the latency, up to the weights of long and short answers."""
    first, whole = kept.get(f"ttft_{statistic}"), kept.get(f"e2e_latency_{statistic}")
    step = kept.get(f"tpot_{statistic}", kept.get(f"itl_{statistic}"))
    if first is None or whole is None:
        return
    wrong = first > whole * 1.001
    if step is not None and statistic == "mean" and output >= 2:
        sum_of_parts = first + step * (output - 1.0)
        wrong = wrong or max(sum_of_parts / whole, whole / sum_of_parts) > contradiction
    if wrong:
        for metric in (f"ttft_{statistic}", f"e2e_latency_{statistic}", f"tpot_{statistic}", f"itl_{statistic}"):
            if kept.pop(metric, None) is not None:
                skipped["figure: contradictory: TTFT and the time per token do not add up to the latency"] += 1


def open_loop(rate: float, served: float | None) -> float:
    """The rate of a run that was sent `rate` requests per second, unless it served far fewer."""
    if served is not None and served < least_served * rate:
        raise Refused(
            f"fewer than {least_served:.0%} of the requests per second that were sent were served: no steady state"
        )
    return tidy(rate)


def closed_loop(clients: int, requests: int | None) -> int:
    """The clients of a closed loop, unless they sent too few requests for a steady state."""
    if requests is not None and clients > 1 and requests < least_rounds * clients:
        raise Refused(f"fewer than {least_rounds} requests per client: no steady state")
    return clients
