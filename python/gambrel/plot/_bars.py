# SPDX-License-Identifier: Apache-2.0
"""Stacked bars that lie: a bar a deployment, its parts named once below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

from ..show import _asked
from ..show._colours import BLACK, COLOURS
from ._axes import SMALL, text_size
from ._labels import settle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_THICKEST = 46.0  # points that a bar and the gap after it may take
_NAME = 26  # letters of a line of a bar's name
_SHARE = 0.62  # of that, the bar
_LINE = 1.55  # height of a line of the legend, in letters


@dataclass
class Bar:
    """One bar: its name, its parts in the order drawn, what is written in them and behind the last."""

    name: str
    parts: dict[str, float]
    inscribed: dict[str, str] = field(default_factory=dict)
    end: str = ""
    end_colour: str = BLACK
    reaches: float = 0.0  # where the end is written, if behind the last part


def height_for(bars: int, parts: int) -> float:
    """Points of a figure's height that suit so many bars, parts named, title and axis."""
    return bars * _THICKEST + (parts if bars <= 2 else 1 + parts // 2) * _LINE * SMALL + 82.0


def stack(ax: Axes, bars: Sequence[Bar], told: Mapping[str, str], marks: Sequence[Any] = ()) -> None:
    """Draws the bars from top to bottom, and the parts' names, ``told``, and other ``marks``, below them.

    Axis labels and title must stand already. Parts that are zero everywhere are not named.
    """
    longest = max(max(sum(b.parts.values()), b.reaches) for b in bars)
    ax.set_yticks(range(len(bars)))
    ax.set_yticklabels([b.name for b in bars], fontsize=SMALL)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlim(0.0, longest * 1.02)
    handles = [*_patches(bars, told), *marks]
    settle(ax)
    width, height = _size(ax)
    columns = _columns([h.get_label() for h in handles], width, len(bars))
    lines = ceil(len(handles) / columns)
    _make_room(ax, bars, lines, height)
    behind = max(text_size(b.end, SMALL)[0] for b in bars) + 8.0
    ax.set_xlim(0.0, longest * width / max(width - behind, 0.4 * width))
    ax.set_xticks([t for t in ax.get_xticks() if 0.0 <= t <= longest * 1.001])
    scale = width / ax.get_xlim()[1]
    for y, bar in enumerate(bars):
        _draw(ax, y, bar, scale)
    _legend(ax, handles, columns, len(bars))


def names(inputs: Sequence[Mapping[str, Any]]) -> list[str]:
    """A name for each deployment: model, device and load where they differ, and what else tells them apart."""
    always: tuple[Callable[[Mapping[str, Any]], str], ...] = (
        lambda i: _asked.short(i["model"]),
        lambda i: f"{i['devices']} x {i['device']}" if i["devices"] > 1 else str(i["device"]),
    )
    if_needed: tuple[Callable[[Mapping[str, Any]], str], ...] = (
        lambda i: ", ".join(f"{k} {v}" for k, v in i["parallelism"].items() if v is not False and v != 1),
        lambda i: f"{_asked.weights(i)} weights",
        lambda i: f"{i['kv']} KV",
        lambda i: str(i["runtime"]),
    )
    loads = [_load_of(i, inputs) for i in inputs]
    chosen: list[list[str]] = [[] for _ in inputs]
    for look in (*always, *if_needed):
        seen = [look(i) for i in inputs]
        ambiguous = len({(*c, load) for c, load in zip(chosen, loads)}) < len(inputs)
        if len(set(seen)) > 1 and (ambiguous or look in always):
            for c, text in zip(chosen, seen):
                c.append(text)
    return [_lines([*c, load]) for c, load in zip(chosen, loads)]


def _load_of(one: Mapping[str, Any], inputs: Sequence[Mapping[str, Any]]) -> str:
    """The part of the workload in which ``inputs`` differ; empty where they do not."""
    said = {_asked.workload(i) for i in inputs}
    if len(said) == 1:
        return ""
    if len({_asked.load(i["workload"]) for i in inputs}) == len(said):
        return _asked.load(one["workload"])
    return _asked.workload(one)


def _lines(parts: Sequence[str]) -> str:
    """The parts with commas between them, and lines broken there."""
    lines: list[str] = []
    for part in filter(None, parts):
        if lines and len(lines[-1]) + len(part) + 2 <= _NAME:
            lines[-1] += f", {part}"
        else:
            lines.append(part)
    return "\n".join(lines)


def heading(inputs: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The lines of the title: all of what was asked for one deployment, what is common for several."""
    first = inputs[0]
    if len({_asked.deployment(i) for i in inputs}) == 1:
        top = _asked.deployment(first)
    elif len({i["model"] for i in inputs}) == 1:
        top = _asked.short(first["model"])
    else:
        top = first["device"] if len({i["device"] for i in inputs}) == 1 else ""
    loads = {_asked.workload(i) for i in inputs}
    lengths = {load.split(";", 1)[0] for load in loads}
    return top, loads.pop() if len(loads) == 1 else lengths.pop() if len(lengths) == 1 else ""


def _columns(texts: Sequence[str], width: float, bars: int) -> int:
    """Columns of the legend: one for a few bars, which have room below, else as many as there is width for."""
    if bars <= 2:
        return 1
    widest = max((text_size(t, SMALL)[0] for t in texts), default=1.0) + 34.0
    return max(1, min(len(texts), int(width / widest)))


def _make_room(ax: Axes, bars: Sequence[Bar], lines: int, height: float) -> None:
    """Limits of y that leave the legend its place below, and bars no thicker than they should be."""
    legend = (lines * _LINE + 1.5) * SMALL
    named = max(b.name.count("\n") for b in bars) + 1
    wanted = max(_THICKEST, 1.3 * SMALL * named)
    thickness = min(wanted, max(height - legend, 0.3 * height) / len(bars))
    ax.set_ylim(height / thickness - 0.5, -0.5)


def _patches(bars: Sequence[Bar], told: Mapping[str, str]) -> list[Any]:
    from matplotlib.patches import Patch

    present = [p for p in told if any(b.parts.get(p, 0.0) > 0.0 for b in bars)]
    return [Patch(color=COLOURS[p], label=told[p]) for p in present]


def _draw(ax: Axes, y: int, bar: Bar, scale: float) -> None:
    at = 0.0
    for part, value in bar.parts.items():
        if value <= 0.0:
            continue
        colour = COLOURS[part]
        ax.barh([y], [value], left=[at], height=_SHARE, color=colour, edgecolor="white", linewidth=0.6)
        text = bar.inscribed.get(part, "")
        if text and text_size(text, SMALL)[0] + 4.0 < value * scale:
            ax.text(at + value / 2, y, text, ha="center", va="center", fontsize=SMALL, color=on(colour))
        at += value
    if bar.end:
        ax.annotate(
            bar.end,
            (max(at, bar.reaches), y),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=bar.end_colour,
        )


def on(colour: str) -> str:
    """Black or white, whichever reads better on ``colour``."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"


def _legend(ax: Axes, handles: Sequence[Any], columns: int, bars: int) -> None:
    legend = ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0.0, bars - 0.5),
        bbox_transform=ax.get_yaxis_transform(),
        ncol=columns,
        frameon=False,
        fontsize=SMALL,
        handlelength=1.0,
        handleheight=1.0,
        borderaxespad=0.2,
        labelspacing=0.3,
    )
    legend.set_in_layout(False)


def _size(ax: Axes) -> tuple[float, float]:
    """Width and height in points."""
    extent = ax.get_window_extent()
    return extent.width * 72.0 / ax.figure.dpi, extent.height * 72.0 / ax.figure.dpi
