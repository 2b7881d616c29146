# SPDX-License-Identifier: Apache-2.0
"""Cost against latency: which deployments nothing else beats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from .._error import Error
from ..show import _asked
from ..show._colours import FAINT, GREY, PALETTE
from ._axes import SMALL, MaybeAxes, columns, grid, new_axes, plain_ticks, text_size, title
from ._labels import Box, Label, along, frame_of, place, point_of, settle

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# What columns of a sweep are called on an axis, and what they are multiplied by.
_AXES = {
    "usd_per_million_output_tokens": ("cost of output ($/Mtok)", 1.0),
    "usd_per_million_input_tokens": ("cost of input ($/Mtok)", 1.0),
    "usd_per_million_tokens_blended": ("cost of all tokens alike ($/Mtok)", 1.0),
    "joules_per_output_token": ("energy of an output token (J)", 1.0),
    "board_power_w": ("power of a board (W)", 1.0),
    "ttft_s": ("time to first token (ms)", 1e3),
    "tpot_s": ("time per output token (ms)", 1e3),
    "latency_s": ("time to the last token (s)", 1.0),
    "requests_per_s": ("requests (req/s)", 1.0),
    "output_tokens_per_s": ("output of the deployment (tok/s)", 1.0),
    "output_tokens_per_s_per_device": ("output of one device (tok/s)", 1.0),
    "output_tokens_per_s_per_user": ("output that one user sees (tok/s)", 1.0),
    "prompt_tokens_per_s": ("prompt tokens of the deployment (tok/s)", 1.0),
    "total_tokens_per_s": ("all tokens of the deployment (tok/s)", 1.0),
    "devices": ("devices", 1.0),
}
_SETUP = ("model", "device", "runtime", "tp", "pp", "dp", "ep", "replicas", "weights", "kv", "concurrency")
# Right or left, top or bottom; the first that is free.
_CORNERS = ((True, True), (False, False), (False, True), (True, False))
#: Colour, value of `by`, and the points.
_Front = tuple[str, Any, "list[float]", "list[float]"]
_MOST = 8  # deployments named on a front


def pareto_front(
    frame: pd.DataFrame, *, cost: str = "usd_per_million_output_tokens", latency: str = "tpot_s"
) -> pd.DataFrame:
    """The rows that no other row beats, by rising latency.

    A row is beaten by one that is no worse in both columns and better in one. Rates, whose columns have ``per_s`` in
    their names, are better when larger, all else when smaller. Equal rows all stay; rows without a figure in either
    column do not.

    Parameters
    ----------
    frame : DataFrame
        Such as `sweep` gives.
    cost, latency : str
        Columns.

    Raises
    ------
    Error
        For an empty frame or a missing column.
    """
    columns(frame, (cost, latency), "pareto_front")
    known = frame.dropna(subset=[cost, latency])
    figures = [known[column].astype(float).tolist() for column in (latency, cost)]
    return known.iloc[_core.pareto_front(figures, [_larger(latency), _larger(cost)])]


def pareto(
    frame: pd.DataFrame,
    ax: MaybeAxes = None,
    *,
    cost: str = "usd_per_million_output_tokens",
    latency: str = "tpot_s",
    by: str = "device",
) -> Axes:
    """Draws cost against latency, with a front for each value of ``by``; beaten rows are faint.

    The deployments on the front of all are named by what differs between rows.

    Parameters
    ----------
    frame : DataFrame
        Such as `sweep` gives; rows without a figure are left out.
    ax : Axes, optional
        Where to draw.
    cost, latency : str
        Columns, as for `pareto_front`: throughput per device against that per user goes too.
    by : str
        The column whose values have a colour each; up to seven of them.

    Raises
    ------
    Error
        For an empty frame, a missing column, or more values than colours.
    """
    columns(frame, (cost, latency, by), "pareto")
    known = frame.dropna(subset=[cost, latency])
    if len(known) == 0:
        raise Error(f"pareto has nothing to draw: no row has both {cost} and {latency}")
    kinds = list(dict.fromkeys(known[by]))
    kinds.sort(key=lambda k: k if isinstance(k, (int, float)) else 0)
    if len(kinds) > len(PALETTE):
        raise Error(f'"{by}" has {len(kinds)} values, too many to tell apart: choose up to {len(PALETTE)} of them')
    ax = new_axes(ax)
    (x_name, x_scale), (y_name, y_scale) = _axis(latency), _axis(cost)
    ax.plot(known[latency] * x_scale, known[cost] * y_scale, "o", markersize=3, color=FAINT, linestyle="")
    fronts: list[_Front] = []
    for colour, kind in zip(PALETTE, kinds):
        front = pareto_front(known[known[by] == kind], cost=cost, latency=latency)
        xs, ys = (front[latency] * x_scale).tolist(), (front[cost] * y_scale).tolist()
        ax.plot(xs, ys, "o-", markersize=4, linewidth=1.4, color=colour)
        fronts.append((colour, kind, xs, ys))
    _scale(ax, known[latency] * x_scale, known[cost] * y_scale)
    ax.set_xlabel(x_name)
    ax.set_ylabel(y_name)
    grid(ax)
    best = pareto_front(known, cost=cost, latency=latency)
    common, varying = _split(known, by)
    of_best, telling = _split(best[varying], by)
    title(ax, common, f"best of all: {of_best}" if of_best and len(best) > 1 else "")
    named = best.iloc[_spread(len(best))]
    colours = {kind: colour for colour, kind, _, _ in fronts}
    labels = [
        Label(row[latency] * x_scale, row[cost] * y_scale, _name(row, telling), colours[row[by]], 2.5)
        for _, row in named.iterrows()
    ]
    settle(ax)
    taken = _names(ax, fronts, by)
    place(ax, labels, SMALL, [*taken, *(box for _, _, xs, ys in fronts for box in along(ax, xs, ys))])
    return ax


def _larger(column: str) -> bool:
    """Whether more is better."""
    return "per_s" in column


def _axis(column: str) -> tuple[str, float]:
    return _AXES.get(column, (column.replace("_", " "), 1.0))


def _scale(ax: Axes, x: Any, y: Any) -> None:
    """Logarithmic where all is positive and spans more than a factor of ten."""
    for axis, values, scale in ((ax.xaxis, x, ax.set_xscale), (ax.yaxis, y, ax.set_yscale)):
        if values.min() > 0.0 and values.max() > 10.0 * values.min():
            scale("log")
            plain_ticks(axis)
        else:
            axis.set_major_formatter(lambda v, _: f"{v:,.6g}")


def _split(frame: Any, by: str) -> tuple[str, list[str]]:
    """What all rows have in common, in words, and the columns in which they differ."""
    present = [c for c in (*_SETUP, "prompt", "output") if c in frame.columns]
    varying = [c for c in present if c != by and frame[c].nunique(dropna=False) > 1]
    common = [c for c in present if frame[c].nunique(dropna=False) == 1 and frame[c].notna().all()]
    told = [said(c, frame[c].iloc[0]) for c in common if c == "concurrency" or frame[c].iloc[0] not in (1, "stored")]
    return ", ".join(told), varying


def said(column: str, value: Any) -> str:
    """A cell of a set-up in words; names stand for themselves."""
    if column in ("model", "device", "runtime"):
        return _asked.short(str(value))
    shown = f"{value:,.6g}" if isinstance(value, (int, float)) else str(value)
    if column == "concurrency":
        return f"{shown} client{'' if value == 1 else 's'}"
    return f"{shown} {column}" if column in ("weights", "kv") else f"{column} {shown}"


def _name(row: Any, varying: list[str]) -> str:
    return ", ".join(said(c, row[c]) for c in varying if row[c] == row[c])


def _spread(count: int) -> list[int]:
    """Up to so many indices, the ends among them, evenly between; the ends first, as they choose first."""
    if count <= _MOST:
        chosen = list(range(count))
    else:
        chosen = sorted({round(i * (count - 1) / (_MOST - 1)) for i in range(_MOST)})
    return sorted(chosen, key=lambda i: i not in (0, count - 1))


def _names(ax: Axes, fronts: list[_Front], by: str) -> list[Box]:
    """Says in its colour whose front each is, in the corner where the fronts are least; returns the place taken."""
    lines = [(colour, said(by, kind) if by in _SETUP else str(kind)) for colour, kind, _, _ in fronts]
    lines.append((GREY, "faint: beaten"))
    sizes = [text_size(text, SMALL) for _, text in lines]
    wide, high = max(w for w, _ in sizes) + 8.0, 1.15 * sum(h for _, h in sizes) + 8.0
    points = [point_of(ax, x, y) for _, _, xs, ys in fronts for x, y in zip(xs, ys)]
    corners = [(_corner(ax, right, top, wide, high), right, top) for right, top in _CORNERS]
    box, right, top = min(corners, key=lambda c: sum(c[0].overlap(Box(x, y, x + 0.1, y + 0.1)) for x, y in points))
    y = -6.0 if top else high - 6.0
    for (colour, text), (_, height) in zip(lines, sizes):
        ax.annotate(
            text,
            (float(right), float(top)),
            xycoords="axes fraction",
            xytext=(-4.0 if right else 4.0, y),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top",
            fontsize=SMALL,
            color=colour,
        ).set_in_layout(False)
        y -= 1.15 * height
    return [box]


def _corner(ax: Axes, right: bool, top: bool, wide: float, high: float) -> Box:
    """A box of that size in a corner of the axes, in points."""
    frame = frame_of(ax)
    left = frame.right - wide if right else frame.left
    bottom = frame.top - high if top else frame.bottom
    return Box(left, bottom, left + wide, bottom + high)
