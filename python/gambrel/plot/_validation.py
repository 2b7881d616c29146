# SPDX-License-Identifier: Apache-2.0
"""Predicted against measured."""

from __future__ import annotations

from math import isfinite
from statistics import median
from typing import TYPE_CHECKING, Any

from .._error import Error
from ..answers._validation import Validation
from ..show import _asked
from ..show._colours import BLACK, FAINT, GREY, PALETTE
from ._axes import SMALL, MaybeAxes, choice, grid, new_axes, plain_ticks, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BAND = 0.2
_GROUPS = ("hardware", "model", "framework", "weights", "version", "source_id", "metric")
# How the units of measured rows are drawn: the unit shown, and what it takes.
_SHOWN = {"s": ("ms", 1e3)}


def predicted_vs_measured(
    validation: Validation, ax: MaybeAxes = None, *, metric: str = "", by: str = "hardware", ranges: bool = False
) -> Axes:
    """Draws each prediction over what was measured, with the diagonal and a band of 20 % about it.

    Parameters
    ----------
    validation : Validation
        Of `validate`.
    ax : Axes, optional
        Where to draw.
    metric : str
        The one to draw, where there are several: ``"TPOT"``, ``"TTFT"`` ...
    by : str
        The column whose values have a colour each: ``hardware``, ``model``, ``framework``, ``weights`` ... The six
        with the most rows do, the rest is grey together.
    ranges : bool
        Draw the 80 % range of each prediction too.

    Raises
    ------
    Error
        Where no row was predicted; where there are several metrics and none is chosen.
    """
    if not isinstance(validation, Validation):
        raise Error(f"predicted_vs_measured draws a Validation, not of type {type(validation).__name__}")
    choice(by, _GROUPS, "by")
    rows = _rows(validation, metric)
    ax = new_axes(ax)
    unit, scale = _SHOWN.get(rows[0]["unit"], (rows[0]["unit"], 1.0))
    values = [v * scale for r in rows for v in (r["measured"], r["predicted"])]
    _frame(ax, min(values) / 1.6, max(values) * 1.6)
    for (name, mine), colour in zip(_groups(rows, by).items(), (*PALETTE[:6], GREY)):
        _draw(ax, mine, (colour, scale), _told(name, mine), ranges)
    ax.set_xlabel(f"measured {rows[0]['metric']} ({unit})")
    ax.set_ylabel(f"predicted {rows[0]['metric']} ({unit})")
    ax.legend(loc="upper left", frameon=False, fontsize=SMALL, handletextpad=0.2, labelspacing=0.3)
    title(ax, _told(f"{rows[0]['metric']}, all", rows))
    return ax


def _rows(validation: Validation, metric: str) -> list[dict[str, Any]]:
    """Rows of one metric that were predicted, their figures as numbers."""
    found: list[dict[str, Any]] = []
    for row in validation.records():
        try:
            numbers = {k: float(row[k]) for k in ("measured", "predicted", "low", "high")}
        except (KeyError, ValueError):
            continue
        if all(isfinite(v) and v > 0.0 for v in numbers.values()):
            found.append({**dict(row), **numbers})
    metrics = sorted({r["metric"] for r in found})
    if not found:
        raise Error("predicted_vs_measured has nothing to draw: no row was predicted")
    if metric:
        choice(metric, metrics, "metric")
        return [r for r in found if r["metric"] == metric]
    if len(metrics) > 1:
        raise Error(f"the rows are of several metrics, each in its unit: choose metric= one of {', '.join(metrics)}")
    return found


def _groups(rows: list[dict[str, Any]], by: str) -> dict[str, list[dict[str, Any]]]:
    """Rows by group, the largest first; what is beyond six groups is one more."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row.get(by) or "not stated", []).append(row)
    ranked = sorted(groups.items(), key=lambda g: -len(g[1]))
    if len(ranked) <= 7:
        return dict(ranked)
    rest = [row for _, mine in ranked[6:] for row in mine]
    return {**dict(ranked[:6]), f"{len(ranked) - 6} others": rest}


def _told(name: str, rows: list[dict[str, Any]]) -> str:
    error = median(abs(r["predicted"] / r["measured"] - 1.0) for r in rows)
    return f"{_asked.short(name)}: n = {len(rows):,}, median error {_asked.number(100.0 * error, 2)} %"


def _frame(ax: Axes, low: float, high: float) -> None:
    """Equal logarithmic axes, the diagonal and the band."""
    ends = [low, high]
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.fill_between(
        ends,
        [(1.0 - _BAND) * e for e in ends],
        [(1.0 + _BAND) * e for e in ends],
        color=FAINT,
        alpha=0.5,
        linewidth=0.0,
    )
    ax.plot(ends, ends, color=BLACK, linewidth=0.9)
    ax.set_xlim(low, high)
    ax.set_ylim(low, high)
    plain_ticks(ax.xaxis)
    plain_ticks(ax.yaxis)
    grid(ax)
    ax.annotate(
        f"grey: within {_BAND:.0%}",
        (1.0, 0.0),
        xycoords="axes fraction",
        xytext=(-4, 4),
        textcoords="offset points",
        ha="right",
        fontsize=SMALL,
        color=GREY,
    ).set_in_layout(False)


def _draw(ax: Axes, rows: list[dict[str, Any]], look: tuple[str, float], label: str, ranges: bool) -> None:
    """The points of one group in their colour, times the scale, and their ranges if wanted."""
    colour, scale = look
    x = [r["measured"] * scale for r in rows]
    y = [r["predicted"] * scale for r in rows]
    if ranges:
        ax.vlines(
            x,
            [r["low"] * scale for r in rows],
            [r["high"] * scale for r in rows],
            color=colour,
            alpha=0.25,
            linewidth=0.8,
        )
    ax.plot(x, y, "o", markersize=3.5, color=colour, alpha=0.6, markeredgewidth=0.0, linestyle="", label=label)
