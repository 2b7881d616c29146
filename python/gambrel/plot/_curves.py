# SPDX-License-Identifier: Apache-2.0
"""Curves of a latency over a throughput, each with its range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from .._error import Error
from ..show._colours import PALETTE
from ._axes import SMALL, grid, plain_ticks
from ._labels import Box, Label, along, place, settle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STEEP = 12.0  # ratio of the latencies from which on their axis is logarithmic


@dataclass
class Curve:
    """Points by rising load: throughput, latency in ms with its range, and what is written at each point."""

    name: str
    x: list[float]
    y: list[float]
    low: list[float]
    high: list[float]
    at: list[str]


def not_too_many(curves: int) -> None:
    if curves > len(PALETTE):
        raise Error(f"{curves} deployments make too many curves to tell apart: choose up to {len(PALETTE)} of them")


def put(ax: Axes, curves: Sequence[Curve], labels: Sequence[Label], taken: Sequence[Box] = ()) -> None:
    """Writes the labels clear of what is taken and of the lines, those that stand upright among them."""
    settle(ax)
    lines = [(c.x, c.y) for c in curves]
    upright = [
        line.get_xdata()
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_xdata()[0] == line.get_xdata()[1]
    ]
    lines += [(list(xs), list(ax.get_ylim())) for xs in upright]
    place(ax, labels, SMALL, [*taken, *(box for xs, ys in lines for box in along(ax, xs, ys))])


def draw(ax: Axes, curves: Sequence[Curve], marker: str = "") -> None:
    """The lines and their ranges; limits of y that an open range does not move."""
    lows = [v for c in curves for v in c.low if v > 0.0]
    highs = [v for c in curves for v in (*c.y, *c.high) if isfinite(v)]
    steep = max(highs) > _STEEP * min(lows)
    ax.set_yscale("log" if steep else "linear")
    for colour, c in zip(PALETTE, curves):
        ceiling = 100.0 * max(highs)
        ax.fill_between(c.x, c.low, [min(h, ceiling) for h in c.high], color=colour, alpha=0.15, linewidth=0.0)
        ax.plot(c.x, c.y, marker=marker, markersize=4, color=colour, linewidth=1.6)
    ax.set_ylim((min(lows) / 1.4, max(highs) * 1.4) if steep else (0.0, max(highs) * 1.12))
    ax.set_xlim(0.0, max(max(c.x) for c in curves) * 1.15)
    if steep:
        plain_ticks(ax.yaxis)
    else:
        ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.6g}")
    ax.xaxis.set_major_formatter(lambda v, _: f"{v:,.6g}")
    grid(ax)


def ends(ax: Axes, curves: Sequence[Curve]) -> list[Label]:
    """The name of each line at its end."""
    return [Label(c.x[-1], c.y[-1], c.name, colour, 2.0) for colour, c in zip(PALETTE, curves) if c.name]
