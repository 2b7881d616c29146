# SPDX-License-Identifier: Apache-2.0
"""Latency against throughput, as the load grows."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any

from .._error import Error
from ..answers._load import Load
from ..answers._prediction import Prediction
from ..show import _asked
from ..show._colours import BLACK, FAINT, GREY, PALETTE, VERMILION
from ._axes import SMALL, MaybeAxes, choice, columns, new_axes, several, text_size, title
from ._bars import heading
from ._curves import Curve, draw, ends, not_too_many, put
from ._labels import Box, Label, point_of, settle
from ._pareto import said

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_TIMES = {"ttft": "time to first token", "tpot": "time per output token", "latency": "time to the last token"}
_LOADED = {**_TIMES, "itl": "time between tokens"}
_SETUP = ("model", "device", "runtime", "tp", "pp", "dp", "ep", "replicas", "weights", "kv", "prompt", "output")


def latency_throughput(
    what: Load | Prediction | Sequence[Prediction] | pd.DataFrame,
    ax: MaybeAxes = None,
    *,
    time: str | None = None,
    statistics: Sequence[str] = ("p50", "p99"),
) -> Axes:
    """Draws latency against throughput with the 80 % range.

    Of a `Load`: its curve over the request rate, a line a statistic, the rate that is the limit, the rate asked about,
    and the objective if there is one. Where a machine at the slow end of its range does not keep up, the range is open
    above. Of predictions, or of the rows of a sweep: mean latency over the output rate, a point a load, a line a
    deployment.

    Parameters
    ----------
    what : Load, sequence of Prediction, or DataFrame of `sweep`
        Infeasible predictions and rows are left out.
    ax : Axes, optional
        Where to draw.
    time : str, optional
        ``"ttft"`` (the default of a `Load`), ``"tpot"`` (of the others), ``"latency"``; of a `Load` also ``"itl"``.
    statistics : sequence of str
        Of a `Load`: ``mean``, ``p50``, ``p90``, ``p95``, ``p99``.

    Raises
    ------
    Error
        Where there is nothing to draw, saying why; for a missing column, naming it.
    """
    if isinstance(what, Load):
        return _of_load(what, ax, choice(time or "ttft", _LOADED, "time"), statistics)
    which = choice(time or "tpot", _TIMES, "time")
    if hasattr(what, "columns"):
        return _of_frame(what, ax, which)
    return _of_predictions(several(what, Prediction, "latency_throughput"), ax, which)


def _of_load(load: Load, ax: MaybeAxes, time: str, statistics: Sequence[str]) -> Axes:
    told = load.to_dict()
    points = [p for p in told.get("curve") or [] if p.get(time)]
    if not points:
        why = told.get("reason") or told.get("means_only") or f"no {_LOADED[time]} has a distribution"
        raise Error(f"there is no curve to draw: {why}")
    chosen = [
        choice(s, points[0][time], "a statistic") for s in ([statistics] if isinstance(statistics, str) else statistics)
    ]
    if not chosen:
        raise Error("latency_throughput has nothing to draw: no statistic is given")
    ax = new_axes(ax)
    curves = [_curve_of(points, time, s) for s in chosen]
    draw(ax, curves)
    ax.set_xlabel("requests (req/s)")
    ax.set_ylabel(f"{_LOADED[time]} (ms)")
    inputs = told["inputs"]
    title(ax, _asked.deployment(inputs), _asked.workload(inputs))
    labels = [*ends(ax, curves), *_asked_point(ax, told, time, chosen)]
    _objective(ax, told, time)
    put(ax, curves, labels, _limit(ax, told))
    return ax


def _curve_of(points: Sequence[dict[str, Any]], time: str, statistic: str) -> Curve:
    figures = [p[time][statistic] for p in points]
    return Curve(
        statistic,
        [p["request_throughput"]["value"] for p in points],
        [f["value"] * 1e3 for f in figures],
        [f["low"] * 1e3 for f in figures],
        [inf if f["high"] is None else f["high"] * 1e3 for f in figures],
        ["" for _ in figures],
    )


def _of_predictions(given: Sequence[Prediction], ax: MaybeAxes, time: str) -> Axes:
    answers = [p.to_dict() for p in given]
    possible = [a for a in answers if a["feasible"]]
    if not possible:
        raise Error(f"none of the predictions is feasible; the first is not, as {answers[0]['reason']}")
    by_setup: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for a in possible:
        lengths = _asked.workload(a["inputs"]).split(";", 1)[0]
        by_setup.setdefault((_asked.deployment(a["inputs"]), lengths), []).append(a)
    not_too_many(len(by_setup))
    several_lengths = len({lengths for _, lengths in by_setup}) > 1
    curves = []
    for (setup, lengths), mine in by_setup.items():
        mine.sort(key=_load)
        curves.append(
            Curve(
                setup + (f"; {lengths}" if several_lengths else "") if len(by_setup) > 1 else "",
                [a["output_throughput"]["value"] for a in mine],
                [1e3 * a[time]["value"] for a in mine],
                [1e3 * a[time]["low"] for a in mine],
                [1e3 * a[time]["high"] for a in mine],
                [_asked.load(a["inputs"]["workload"]) for a in mine],
            )
        )
    top = heading([a["inputs"] for a in possible])
    return _means(ax, curves, time, top)


def _of_frame(frame: Any, ax: MaybeAxes, time: str) -> Axes:
    needed = ["output_tokens_per_s", *(f"{time}{end}_s" for end in ("", "_low", "_high"))]
    columns(frame, needed, "latency_throughput")
    possible = frame.dropna(subset=needed)
    if len(possible) == 0:
        raise Error("latency_throughput has nothing to draw: no row of the frame is feasible")
    setup = [c for c in _SETUP if c in possible.columns]
    varying = [c for c in setup if possible[c].nunique(dropna=False) > 1]
    groups = (
        list(possible.groupby(varying[0] if len(varying) == 1 else varying, dropna=False, sort=False))
        if varying
        else []
    )
    not_too_many(len(groups))
    curves = []
    for key, rows in groups or [((), possible)]:
        mine = rows.sort_values("concurrency" if "concurrency" in rows.columns else "output_tokens_per_s")
        values = key if isinstance(key, tuple) else (key,)
        name = ", ".join(said(c, v) for c, v in zip(varying, values))
        y, low, high = ((mine[c] * 1e3).tolist() for c in needed[1:])
        curves.append(Curve(name, mine["output_tokens_per_s"].tolist(), y, low, high, _clients(mine)))
    fixed = ", ".join(
        said(c, possible[c].iloc[0]) for c in setup if c not in varying and possible[c].iloc[0] not in (1, "stored")
    )
    return _means(ax, curves, time, (fixed,))


def _load(answer: dict[str, Any]) -> tuple[float, float]:
    """What answers are put in order by: the load asked about, then what comes out."""
    w = answer["inputs"]["workload"]
    asked = next((w[k] for k in ("concurrency", "rate", "batch") if w.get(k) is not None), 0.0)
    return float(asked["value"] if isinstance(asked, dict) else asked), float(answer["output_throughput"]["value"])


def _clients(rows: Any) -> list[str]:
    if "concurrency" not in rows.columns:
        return [""] * len(rows)
    return [said("concurrency", x) for x in rows["concurrency"]]


def _means(ax: MaybeAxes, curves: Sequence[Curve], time: str, top: Sequence[str]) -> Axes:
    ax = new_axes(ax)
    draw(ax, curves, "o")
    ax.set_xlabel("output of the deployment (tok/s)")
    ax.set_ylabel(f"mean {_TIMES[time]} (ms)")
    title(ax, *top)
    names = ends(ax, curves) if len(curves) > 1 else []
    first = curves[0]
    loads = [Label(x, y, at, PALETTE[0]) for x, y, at in zip(first.x, first.y, first.at) if at and len(curves) == 1]
    put(ax, curves, [*names, *loads])
    return ax


def _limit(ax: Axes, told: dict[str, Any]) -> list[Box]:
    """Marks the limit with its range; returns the place that its name takes."""
    limit = told.get("limit")
    if not limit:
        return []
    low, value, high = (limit[k] for k in ("low", "value", "high"))
    right = max(ax.get_xlim()[1], 1.12 * (high or value))
    ax.set_xlim(0.0, right)
    if low is not None and high is not None:
        ax.axvspan(low, high, color=FAINT, alpha=0.45, linewidth=0.0, zorder=0.5)
    ax.axvline(value, color=BLACK, linewidth=1.0, linestyle="--", zorder=1.0)
    why = _asked.words(told.get("limit_bound") or "")
    text = f"limit {_asked.number(value)} req/s" + (f": {why}" if why else "")
    ax.annotate(
        text,
        (value, 1.0),
        xycoords=ax.get_xaxis_transform(),
        xytext=(3, -3),
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize=SMALL,
        rotation=90,
    ).set_in_layout(False)
    settle(ax)
    length, thickness = text_size(text, SMALL)
    x, y = point_of(ax, value, ax.get_ylim()[1])
    return [Box(x, y - length - 3.0, x + thickness + 3.0, y)]


def _asked_point(ax: Axes, told: dict[str, Any], time: str, statistics: Sequence[str]) -> list[Label]:
    """Marks the load that was asked about; returns its labels."""
    x = told["request_throughput"]["value"]
    times = told.get(time)
    if not told.get("stable") or not times:
        _beyond(ax, told)
        return []
    found = []
    for colour, statistic in zip(PALETTE, statistics):
        y = times[statistic]["value"] * 1e3
        ax.plot([x], [y], "D", color=colour, markersize=7, markeredgecolor="white", zorder=3)
        found.append(Label(x, y, f"{statistic} {_asked.number(y)} ms", colour, 4.0))
    ax.axvline(x, color=GREY, linewidth=0.8, linestyle=":", zorder=1.0)
    asked = _asked.load(told["inputs"]["workload"])
    given = f"{_asked.number(x)} req/s"
    left = x < 0.5 * ax.get_xlim()[1]
    ax.annotate(
        f"asked: {asked}" + ("" if asked == given else f" = {given}"),
        (x, 0.0),
        xycoords=ax.get_xaxis_transform(),
        xytext=(3 if left else -3, 3),
        textcoords="offset points",
        ha="left" if left else "right",
        fontsize=SMALL,
        color=GREY,
    ).set_in_layout(False)
    return found


def _beyond(ax: Axes, told: dict[str, Any]) -> None:
    ax.annotate(
        f"asked: {_asked.number(told['request_throughput']['value'])} req/s, past the limit; the queue grows",
        (1.0, 0.0),
        xycoords="axes fraction",
        xytext=(-4, 4),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=VERMILION,
    ).set_in_layout(False)


def _objective(ax: Axes, told: dict[str, Any], time: str) -> None:
    wanted = (told.get("objective") or {}).get(time)
    if not wanted:
        return
    y = wanted["at_most"]["value"] * 1e3
    bottom, top = ax.get_ylim()
    ax.set_ylim(bottom, max(top, 1.25 * y))
    ax.axhline(y, color=BLACK, linewidth=0.9, zorder=1.0)
    ax.annotate(
        f"objective: p{100.0 * wanted['share']:g} up to {_asked.number(y)} ms",
        (0.0, y),
        xycoords=ax.get_yaxis_transform(),
        xytext=(4, 2),
        textcoords="offset points",
        fontsize=SMALL,
        color=BLACK,
    ).set_in_layout(False)
