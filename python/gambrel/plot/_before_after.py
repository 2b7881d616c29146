# SPDX-License-Identifier: Apache-2.0
"""Runs before and after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._error import Error
from ..answers._comparison import Comparison
from ..show._colours import BLUE, GREEN, GREY, ORANGE, VERMILION
from ..show._comparison_html import percent
from ._axes import SMALL, MaybeAxes, grid, new_axes, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = {"same": GREY, "better": GREEN, "worse": VERMILION, "cannot_tell": ORANGE}
_ROW = 26.0  # points a figure


def before_after(comparison: Comparison, ax: MaybeAxes = None, *, gated: bool = True) -> Axes:
    """Draws the ratio B / A of each figure with its range over the margin, and every run over the mean of A.

    Parameters
    ----------
    comparison : Comparison
        Of `compare`, with two sides.
    ax : Axes, optional
        Where to draw.
    gated : bool
        Only the figures that decide.

    Raises
    ------
    Error
        For a comparison with a prediction, and where there is no figure to draw.
    """
    if not isinstance(comparison, Comparison):
        raise Error(f"before_after draws a Comparison, not of type {type(comparison).__name__}")
    told = comparison.to_dict()
    if "loads" not in told:
        raise Error("before_after draws two sides; this comparison is of one with its prediction")
    rows = [(load, m) for load in told["loads"] for m in load["metrics"] if m["a"] and (m["gated"] or not gated)]
    if not rows:
        raise Error("no figure is gated; draw all with gated=False")
    ax = new_axes(ax, height=_ROW * len(rows) + 100)
    margin = 100 * told["margin"]
    ax.axvspan(100 / (1 + told["margin"]) - 100, margin, color=GREY, alpha=0.15, lw=0)
    ax.axvline(0.0, color=GREY, lw=0.8)
    for at, (_, m) in enumerate(rows):
        _draw(ax, at, m)
    several = len(told["loads"]) > 1
    ax.set_yticks(range(len(rows)))
    ax.set_yticklabels([f"{m['metric']}\n{load['load']}" if several else m["metric"] for load, m in rows], fontsize=SMALL)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(f"change from A in % (grey: within the margin of {margin:g} %)")
    grid(ax, "x")
    title(ax, f"B is {told['verdict'].replace('_', ' ')}", *(told["differs"][:2]))
    return ax


def _draw(ax: Axes, at: int, m: dict[str, Any]) -> None:
    from math import exp, log

    base = exp(sum(log(v) for v in m["a"]) / len(m["a"]))
    for values, shift, colour in ((m["a"], 0.2, GREY), (m["b"], -0.2, BLUE)):
        ax.plot([100 * (v / base - 1) for v in values], [at + shift] * len(values), "o", ms=3, color=colour, alpha=0.7)
    colour = _COLOURS[m["verdict"]]
    middle, low, high = (m["ratio"][key] for key in ("value", "low", "high"))
    if low is not None:
        ax.plot([100 * (low - 1), 100 * (high - 1)], [at, at], color=colour, lw=2.5, solid_capstyle="butt")
    ax.plot([100 * (middle - 1)], [at], "D", ms=5, color=colour)
    ax.annotate(
        f"{percent(middle)}  {m['verdict'].replace('_', ' ')}",
        (100 * ((high if high is not None else middle) - 1), at),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL,
        color=colour,
    )
