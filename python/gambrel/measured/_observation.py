# SPDX-License-Identifier: Apache-2.0
"""What one file says of one run of a server, whole: the members of `gambrel::observation`, and frames of them."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Union

from .. import _core
from .._error import Error
from ..ask._tables import conventions
from ._readers import _name_of

PathLike = Union[str, "os.PathLike[str]"]
#: Suffixes of figures that are no times.
_rates = {"output_throughput": "tok/s", "total_throughput": "tok/s", "request_throughput": "req/s", "sent_rate": "req/s"}


@dataclass(frozen=True)
class KernelTime:
    """All launches of one kernel in what was profiled: its name, what work it does, its launches and their seconds."""

    name: str
    kind: str
    launches: float
    seconds: float


@dataclass(frozen=True)
class KernelProfile:
    """A profile of kernels, the longest first. Times in seconds; throughputs (of `ncu`) as shares of the peak."""

    kernels: tuple[KernelTime, ...]
    wall: float | None = None
    busy: float | None = None
    steps: float | None = None
    memory_throughput: float | None = None
    compute_throughput: float | None = None

    def frame(self) -> Any:
        """The kernels as a pandas DataFrame, with their share of the sum."""
        total = sum(k.seconds for k in self.kernels)
        rows = [{**asdict(k), "share": k.seconds / total if total > 0 else 0.0} for k in self.kernels]
        return _pandas().DataFrame(rows, columns=["name", "kind", "launches", "seconds", "share"])


@dataclass(frozen=True)
class ServerCounters:
    """What a server's own counters say between two scrapes; gauges are those of the later one."""

    seconds: float | None = None
    running: float | None = None
    waiting: float | None = None
    kv_usage: float | None = None
    waiting_for_capacity: float | None = None
    preemptions: float | None = None
    prefix_queries: float | None = None
    prefix_hits: float | None = None
    prompt_tokens: float | None = None
    output_tokens: float | None = None
    requests: float | None = None
    queue_time_mean: float | None = None
    drafted_tokens: float | None = None
    accepted_tokens: float | None = None


@dataclass(frozen=True)
class BoardReadings:
    """What the board's driver says during a run: watts, hertz, bytes, shares of 1."""

    samples: int = 0
    power_mean: float | None = None
    power_most: float | None = None
    power_limit: float | None = None
    sm_clock_mean: float | None = None
    sm_clock_least: float | None = None
    sm_clock_most: float | None = None
    utilisation: float | None = None
    memory_used: float | None = None
    sm_active: float | None = None
    tensor_active: float | None = None
    dram_active: float | None = None


@dataclass(frozen=True)
class StartLog:
    """What a server printed while it started; None, or empty text, is what it did not. GiB are of one rank.

    Of several starts in a file it is the last; ``starts`` counts them.
    """

    server: str = ""
    version: str = ""
    model: str = ""
    dtype: str = ""
    quantization: str = ""
    kv_dtype: str = ""
    visible_gib: float | None = None
    free_before_gib: float | None = None
    weights_gib: float | None = None
    activations_gib: float | None = None
    outside_gib: float | None = None
    graphs_gib: float | None = None
    kv_gib: float | None = None
    kv_tokens: float | None = None
    fraction: float | None = None
    max_context: float | None = None
    token_budget: float | None = None
    slots: float | None = None
    tensor: float | None = None
    pipeline: float | None = None
    data: float | None = None
    eager: bool = False
    captured: bool = False
    started: bool | None = None
    starts: int = 1


@dataclass(frozen=True)
class Observation:
    """One run as its file tells it, in base units; None is what the file does not say.

    ``figures`` holds metric and statistic, such as ``figures["ttft_p99"]`` in seconds.
    """

    where: str
    tool: str
    model: str = ""
    device: str = ""
    runtime: str = ""
    runtime_version: str = ""
    weights: str = ""
    kv: str = ""
    date: str = ""
    ranks: dict[str, float] = field(default_factory=dict)
    prompt: float | None = None
    output: float | None = None
    clients: float | None = None
    offered_rate: float | None = None
    all_at_once: bool = False
    duration: float | None = None
    completed: float | None = None
    failed: float | None = None
    mean_concurrency: float | None = None
    most_concurrency: float | None = None
    accepted_per_step: float | None = None
    figures: dict[str, float] = field(default_factory=dict)
    server: ServerCounters | None = None
    kernels: KernelProfile | None = None
    board: BoardReadings | None = None
    start: StartLog | None = None
    settings: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def frame(self) -> Any:
        """The figures as a pandas DataFrame: metric, statistic, value, unit."""
        rows: list[dict[str, Any]] = []
        for name, value in self.figures.items():
            metric, _, statistic = name.rpartition("_")
            if name in _rates or name.endswith("throughput"):
                metric, statistic = name, "mean"
            rows.append({"metric": metric, "statistic": statistic, "value": value, "unit": _unit(name)})
        return _pandas().DataFrame(rows, columns=["metric", "statistic", "value", "unit"])

    def __repr__(self) -> str:
        parts = [f"{k} {v}" for k, v in (("model", self.model), ("device", self.device), ("clients", self.clients)) if v]
        held = [k for k in ("figures", "server", "kernels", "board", "start") if getattr(self, k)]
        return _core.printable(f"Observation: {self.tool}, {self.where} ({', '.join(parts + held)})")


class Observations(list[Observation]):
    """Observations in the order of their files; a list with a frame."""

    def frame(self) -> Any:
        """One row a run: what it was, its load, then every figure that any run has."""
        flat = [f.name for f in fields(Observation) if f.name not in _nested]
        rows: list[dict[str, Any]] = []
        for o in self:
            row: dict[str, Any] = {name: getattr(o, name) for name in flat}
            row.update(o.ranks)
            row.update(o.figures)
            for part in (o.server, o.board):
                row.update({} if part is None else asdict(part))
            rows.append(row)
        return _pandas().DataFrame(rows)


_nested = frozenset({"ranks", "figures", "server", "kernels", "board", "start", "settings", "notes"})


def read_observations(
    source: PathLike | Iterable[PathLike] | dict[str, Any] | list[Any],
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
    concurrency: int | None = None,
    date: str | None = None,
) -> Observations:
    """What benchmark tools, servers, profilers and boards wrote, whole: every statistic, counter and kernel.

    Parameters
    ----------
    source : path, paths, dict or list
        A file, a folder, several of them (two scrapes of ``/metrics`` become one observation), or what json.load gave.
        Told by content; docs/how-to-your-files.md lists the kinds.
    device, model, runtime, runtime_version, weights, kv, tp, pp, dp, ep, prompt, output, concurrency, date
        What the file does not say. A file that contradicts one is an error.

    Returns
    -------
    Observations
        A list of `Observation`, one a run.

    Raises
    ------
    Error
        Naming the line, for a file that breaks off or holds something else than its kind does; naming what was tried,
        for a file that no reader knows.
    """
    given = {k: v for k, v in locals().items() if k != "source" and v is not None}
    stated = {k: _name_of(v, k) if k in ("device", "model") else v for k, v in given.items()}
    found = _core.read_observations(_paths_or_value(source), stated, conventions())
    return Observations(_observation(each) for each in found)


def _paths_or_value(source: Any) -> Any:
    if isinstance(source, (str, os.PathLike)):
        source = (source,)
    many = isinstance(source, (tuple, list)) and len(source) > 0
    if many and all(isinstance(s, (str, os.PathLike)) for s in source):
        paths = tuple(os.fspath(s) for s in source)
        for path in paths:
            if not isinstance(path, str) or "\0" in path:
                raise Error(f"{path!r} is not the path of a file")
        return paths
    if not isinstance(source, (dict, list)):
        raise Error(f"paths or a parsed JSON value are read, not {type(source).__name__}")
    return source


def _observation(told: dict[str, Any]) -> Observation:
    rest = dict(told)
    server, kernels, board, start = (rest.pop(part) for part in ("server", "kernels", "board", "start"))
    if kernels is not None:
        times = tuple(KernelTime(**k) for k in kernels.pop("kernels"))
        kernels = KernelProfile(kernels=times, **kernels)
    rest["notes"] = tuple(rest["notes"])
    return Observation(
        **rest,
        server=None if server is None else ServerCounters(**server),
        kernels=kernels,
        board=None if board is None else BoardReadings(**board),
        start=None if start is None else StartLog(**start),
    )


def _unit(figure: str) -> str:
    if figure in _rates:
        return _rates[figure]
    return "tok/s" if "throughput" in figure else "s"


def _pandas() -> Any:
    try:
        return importlib.import_module("pandas")
    except ImportError:
        raise Error("frame() needs pandas, which is not installed") from None
