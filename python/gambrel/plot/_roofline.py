# SPDX-License-Identifier: Apache-2.0
"""The roofline: what the device can do at each intensity, and what each operator does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import sqrt
from typing import TYPE_CHECKING, Any

from .._error import Error
from ..answers._prediction import Prediction
from ..show import _asked
from ..show._colours import BLACK, BLUE, GREY, VERMILION
from ._axes import SMALL, MaybeAxes, choice, grid, new_axes, plain_ticks, text_size, title
from ._labels import Box, Label, along, place, point_of, settle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = {"decode": BLUE, "prefill": VERMILION}
_MARKERS = {"decode": "o", "prefill": "s"}
_GLYPHS = {"decode": "\u25cf", "prefill": "\u25a0"}
_LARGEST = 15.0  # radius, in points, of an operator that takes all the time
_NAMED_FROM = 0.015  # share of a pass from which on an operator is named


def roofline(prediction: Prediction, ax: MaybeAxes = None, *, passes: Iterable[str] = ("decode", "prefill")) -> Axes:
    """Draws the roofs of one device and the operators of a pass under them.

    A point is an operator of one layer on one rank: its work over its traffic, and its work over its time. Its area is
    its share of the pass. Operators without arithmetic have no intensity; what time they take is said below.

    Parameters
    ----------
    prediction : Prediction
        Of a possible deployment.
    ax : Axes, optional
        Where to draw.
    passes : iterable of str
        Of ``"decode"`` and ``"prefill"``.

    Raises
    ------
    Error
        For an infeasible prediction, with its reason; for another pass.
    """
    if not isinstance(prediction, Prediction):
        raise Error(f"roofline draws a Prediction, not of type {type(prediction).__name__}")
    if not prediction.feasible:
        raise Error(f"there is no pass to draw: {prediction.reason}")
    chosen = [choice(p, _COLOURS, "a pass") for p in ([passes] if isinstance(passes, str) else passes)]
    if not chosen:
        raise Error("roofline has nothing to draw: no pass is given")
    told = prediction.explain()
    ax = new_axes(ax)
    operators = [(name, o) for name in chosen for o in _with_intensity(told[name]["operators"])]
    operators.sort(key=lambda each: -_share(each[1]))
    _limits(ax, told["roofline"], [o for _, o in operators])
    for name, o in operators:
        ax.plot(
            [o["intensity"]["value"]],
            [_rate(o)],
            _MARKERS[name],
            markersize=2.0 * _radius(o),
            color=_COLOURS[name],
            alpha=0.55,
            markeredgewidth=0.8,
            markeredgecolor="white",
        )
    ax.set_xlabel(_below(told, chosen))
    ax.set_ylabel("performance of one rank (TFLOP/s)")
    inputs = told["inputs"]
    title(ax, _asked.deployment(inputs), _asked.workload(inputs))
    _legend(ax, told, chosen)
    settle(ax)
    taken = _roofs(ax, told["roofline"])
    place(ax, _labels(operators), SMALL, taken)
    return ax


def _with_intensity(operators: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [o for o in operators if o.get("intensity") and o["work"]["value"] > 0 and o["time"]["value"] > 0]


def _rate(o: Mapping[str, Any]) -> float:
    """TFLOP/s."""
    return float(o["work"]["value"] / o["time"]["value"] / 1e12)


def _share(o: Mapping[str, Any]) -> float:
    return float(o["share"]["value"])


def _radius(o: Mapping[str, Any]) -> float:
    return max(2.0, _LARGEST * sqrt(min(1.0, _share(o))))


def _limits(ax: Axes, roofline: Mapping[str, Any], operators: list[Mapping[str, Any]]) -> None:
    """Room for every ridge point and every operator, and for what is written beside them."""
    xs = [o["intensity"]["value"] for o in operators] + [r["ridge_point"]["value"] for r in roofline["roofs"]]
    ys = [_rate(o) for o in operators] + [r["peak"]["value"] / 1e12 for r in roofline["roofs"]]
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(min(xs) / 4.0, max(xs) * 10.0)
    ax.set_ylim(min(ys) / 3.0, max(ys) * 2.5)
    plain_ticks(ax.xaxis)
    plain_ticks(ax.yaxis)
    grid(ax)


def _roofs(ax: Axes, roofline: Mapping[str, Any]) -> list[Box]:
    """Draws the roofs with their names; returns the places that these take."""
    bandwidth = roofline["bandwidth"]["value"] / 1e12  # TB/s: TFLOP/s at 1 FLOP/B
    left, right = ax.get_xlim()
    bottom = ax.get_ylim()[0]
    taken: list[Box] = []
    highest = max(r["ridge_point"]["value"] for r in roofline["roofs"])
    lines = [([left, highest], [bandwidth * left, bandwidth * highest])]
    ax.plot(*lines[0], color=BLACK, linewidth=1.4, zorder=1.5)
    for roof in roofline["roofs"]:
        ridge, peak = roof["ridge_point"]["value"], roof["peak"]["value"] / 1e12
        ax.plot([ridge, right], [peak, peak], color=BLACK, linewidth=1.4, zorder=1.5)
        ax.plot([ridge, ridge], [bottom, peak], color=GREY, linewidth=0.8, linestyle=":", zorder=1.2)
        lines.append(([ridge, right], [peak, peak]))
        taken.append(_write(ax, (right, peak), f"{roof['format']} {_asked.number(peak)} TFLOP/s", (-2, 2)))
        taken.append(_write(ax, (ridge, bottom), f"ridge {_asked.number(ridge)} FLOP/B", (-2, 3), upright=True))
    start = max(left, bottom / bandwidth) * 1.15
    slope = ax.annotate(
        f"{_asked.number(bandwidth)} TB/s",
        (start, bandwidth * start),
        xytext=(0, 3),
        textcoords="offset points",
        rotation=45.0,
        rotation_mode="anchor",
        transform_rotates_text=True,
        fontsize=SMALL,
    )
    slope.set_in_layout(False)
    return [*taken, *(box for line in lines for box in along(ax, *line))]


def _write(ax: Axes, at: tuple[float, float], text: str, offset: tuple[float, float], upright: bool = False) -> Box:
    """Text whose lower right corner is at a point of the data; returns its box."""
    note = ax.annotate(
        text,
        at,
        xytext=offset,
        textcoords="offset points",
        ha="right",
        va="bottom",
        rotation=90 if upright else 0,
        fontsize=SMALL,
        color=GREY if upright else BLACK,
    )
    note.set_in_layout(False)
    width, height = text_size(text, SMALL)
    if upright:
        width, height = height, width
    px, py = point_of(ax, *at)
    return Box(px + offset[0] - width, py + offset[1], px + offset[0], py + offset[1] + height)


def _labels(operators: list[tuple[str, Mapping[str, Any]]]) -> list[Label]:
    named = [(name, o) for name, o in operators if _share(o) >= _NAMED_FROM]
    return [
        Label(o["intensity"]["value"], _rate(o), f"{o['name']} {_share(o):.0%}", _COLOURS[name], _radius(o))
        for name, o in named
    ]


def _legend(ax: Axes, told: Mapping[str, Any], passes: list[str]) -> None:
    """Says in its colour what each pass is, at the upper left, where no operator can be."""
    for line, name in enumerate(passes):
        ax.annotate(
            f"{_GLYPHS[name]} {name}: {_rounded(told[name]['shape'])}",
            (0, 1),
            xycoords="axes fraction",
            xytext=(6, -4 - line * 1.4 * SMALL),
            textcoords="offset points",
            va="top",
            fontsize=SMALL,
            color=_COLOURS[name],
        )


def _rounded(shape: str) -> str:
    """The numbers of a pass's description to three digits."""
    return re.sub(r"\d+\.\d+", lambda m: _asked.number(float(m.group())), shape)


def _below(told: Mapping[str, Any], passes: list[str]) -> str:
    """The label of the intensity, and the time that it does not show."""
    without = []
    for name in passes:
        rest = sum(_share(o) for o in told[name]["operators"]) - sum(
            _share(o) for o in _with_intensity(told[name]["operators"])
        )
        if rest >= 0.005:
            without.append(f"{rest:.0%} of {name}")
    label = "intensity (FLOP/B)"
    return label + (f"\nnot drawn, as without arithmetic: {', '.join(without)}" if without else "")
