# SPDX-License-Identifier: Apache-2.0
"""How a time is distributed over requests, in closed form and as simulated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._error import Error
from ..answers._load import Load
from ..answers._simulation import Simulation
from ..show import _asked
from ..show._colours import FAINT, PALETTE
from ._axes import SMALL, MaybeAxes, choice, grid, new_axes, plain_ticks, title
from ._labels import Label, along, place, settle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TIMES = {
    "ttft": "time to first token",
    "tpot": "time per output token",
    "itl": "time between tokens",
    "latency": "time to the last token",
}
_MARKED = (0.5, 0.9, 0.99)

#: What a line is called, shares of requests, and the seconds that so many do not exceed.
_Line = tuple[str, list[float], list[float]]


def ttft_distribution(
    what: Load | Simulation | Sequence[Load | Simulation],
    ax: MaybeAxes = None,
    *,
    time: str = "ttft",
    survival: bool = False,
    names: Sequence[str] | None = None,
) -> Axes:
    """Draws the share of requests by their time to first token, or another time, with p50, p90 and p99 marked.

    Parameters
    ----------
    what : Load, Simulation, or several of them
        A simulation must have kept its requests; those of the warm-up, which no figure counts, are left out.
    ax : Axes, optional
        Where to draw.
    time : str
        ``"ttft"``, ``"tpot"`` or ``"latency"``; of a `Load` also ``"itl"``.
    survival : bool
        Draw the share above each time instead, on a logarithmic axis, which shows the tail.
    names : sequence of str, optional
        What to call the lines.

    Raises
    ------
    Error
        Where there are only means, or the requests were not kept.
    """
    given = [what] if isinstance(what, (Load, Simulation)) else list(what)
    if not given:
        raise Error("ttft_distribution has nothing to draw: the list is empty")
    if names is not None and len(names) != len(given):
        raise Error(f"{len(given)} lines have {len(names)} names: give one each")
    if len(given) > len(PALETTE):
        raise Error(f"{len(given)} lines are too many to tell apart: choose up to {len(PALETTE)} of them")
    choice(time, _TIMES, "time")
    lines = [_line(each, time, len(given)) for each in given]
    if names is not None:
        lines = [(str(name), shares, times) for name, (_, shares, times) in zip(names, lines)]
    ax = new_axes(ax)
    labels = []
    lines_drawn: list[tuple[list[float], list[float]]] = []
    for colour, each, (name, shares, times) in zip(PALETTE, given, lines):
        drawn = _heights(shares, survival)
        lines_drawn.append(([1e3 * t for t in times][: len(drawn)], drawn))
        steps = {"drawstyle": "steps-post"} if isinstance(each, Simulation) else {}
        ax.plot(*lines_drawn[-1], color=colour, linewidth=1.5, **steps)
        labels += _marks(ax, colour, (name, shares, times), survival)
    _axes(ax, lines, survival)
    ax.set_xlabel(f"{_TIMES[time]} (ms)")
    ax.set_ylabel("share of requests above it" if survival else "share of requests up to it (%)")
    loads = [each.to_dict()["inputs"] for each in given if isinstance(each, Load)]
    if loads:
        title(ax, _asked.deployment(loads[0]), _asked.workload(loads[0]) if len(loads) == 1 else "")
    settle(ax)
    place(ax, labels, SMALL, [box for xs, ys in lines_drawn for box in along(ax, *_thinned(xs, ys))])
    return ax


def _heights(shares: Sequence[float], survival: bool) -> list[float]:
    """What is drawn for each share: in %, or the share above while there is one."""
    return [1.0 - s for s in shares if s < 1.0 - 1e-12] if survival else [100.0 * s for s in shares]


def _thinned(xs: list[float], ys: list[float]) -> tuple[list[float], list[float]]:
    """At most some hundred points of a line, its ends among them."""
    step = max(1, len(xs) // 200)
    return [*xs[::step], xs[-1]], [*ys[::step], ys[-1]]


def _line(what: Any, time: str, lines: int) -> _Line:
    if isinstance(what, Load):
        known = what.distribution(time)
        if known is None:
            told = what.to_dict()
            why = told.get("reason") or told.get("means_only") or "the queue grows without end"
            raise Error(f"there is no distribution: {why}")
        asked = _asked.load(what.to_dict()["inputs"]["workload"])
        return ("closed form" if lines == 1 else f"closed form, {asked}"), known["share"], known["s"]
    if isinstance(what, Simulation):
        return _simulated(what, time)
    raise Error(f"ttft_distribution draws a Load or a Simulation, not of type {type(what).__name__}")


def _simulated(what: Simulation, time: str) -> _Line:
    """The times of the requests that figures count: the last ``count`` sent, without those rejected."""
    column = f"{time}_s"
    frame = what.requests
    if column not in frame.columns:
        raise Error(f"a simulation keeps ttft, tpot and latency of each request: choose one of them, not {time}")
    if not what.feasible or not what.to_dict().get(time):
        raise Error(f"the simulation counted no {_TIMES[time]}: ask for more requests")
    answered = frame[~frame["rejected"]].sort_values("id")
    if time == "tpot":
        answered = answered[answered["output"] > 1]
    times = sorted(answered[column].tail(what.to_dict()[time]["count"]))
    count = len(times)
    return f"simulated, {count:,} requests", [(i + 1) / count for i in range(count)], times


def _marks(ax: Axes, colour: str, line: _Line, survival: bool) -> list[Label]:
    """Points at the percentiles; the labels for them and for the line."""
    name, shares, times = line
    found = []
    for share in _MARKED:
        t = next((t for s, t in zip(shares, times) if s >= share - 1e-9), times[-1]) * 1e3
        y = 1.0 - share if survival else 100.0 * share
        ax.plot([t], [y], "o", color=colour, markersize=4.5)
        text = f"p{100 * share:g} {_asked.number(t)} ms"
        found.append(Label(t, y, f"{name}\n{text}" if share == _MARKED[0] else text, colour, 2.5))
    return found


def _axes(ax: Axes, lines: Sequence[_Line], survival: bool) -> None:
    least = min(times[0] for _, _, times in lines) * 1e3
    most = max(times[-1] for _, _, times in lines) * 1e3
    if most == least:
        ax.set_xlim(0.5 * least, 1.5 * least)
    elif least > 0.0 and most > 20.0 * least:
        ax.set_xscale("log")
        ax.set_xlim(least / 1.2, most * 2.0)
        plain_ticks(ax.xaxis)
    else:
        ax.set_xlim(least - 0.12 * (most - least), most + 0.25 * (most - least))
        ax.xaxis.set_major_formatter(lambda v, _: f"{v:,.6g}")
    if survival:
        ax.set_yscale("log")
        ax.set_ylim(min(0.0009, *(1.0 / len(shares) for _, shares, _ in lines)), 1.3)
        plain_ticks(ax.yaxis)
    else:
        ax.set_ylim(0.0, 104.0)
    for share in _MARKED:
        ax.axhline(1.0 - share if survival else 100.0 * share, color=FAINT, linewidth=0.8, zorder=0.5)
    grid(ax, "x")
