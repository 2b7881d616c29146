# SPDX-License-Identifier: Apache-2.0
"""Labels beside points, where they cover neither each other nor the points.

Each label tries the places around its point, nearest first, and takes the first that is free; a label that finds none
is left out (what it would say is not lost: the point stands). Sizes are those of the glyphs, so no drawing is needed
beyond one pass for the layout. The first given have the first choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

from ._axes import text_size

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: A place on the figure, in points.
Point = tuple[float, float]

# Angles in the order tried: beside first, then over and under, then askew.
_ANGLES = tuple(pi * a / 180.0 for a in (0, 180, 90, 270, 35, -35, 145, -145, 65, -65, 115, -115))
_DISTANCES = (3.0, 10.0, 20.0, 32.0)  # points between the rim of a marker and a label
_LEADER_FROM = 9.0  # points from which on a thin line shows whose label it is


@dataclass(frozen=True)
class Label:
    """A text for the point (x, y) in data coordinates, whose marker has a radius in points."""

    x: float
    y: float
    text: str
    colour: str
    radius: float = 3.0


@dataclass(frozen=True)
class Box:
    """A rectangle, in points."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Box) -> bool:
        """Whether the two share any area."""
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def inside(self, other: Box) -> bool:
        """Whether it lies within ``other``."""
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.bottom >= other.bottom
            and self.top <= other.top
        )


def place(ax: Axes, labels: Sequence[Label], size: float, avoid: Sequence[Box] = ()) -> list[Box]:
    """Writes the labels on ``ax``; returns the boxes they take. ``avoid`` is taken already."""
    settle(ax)
    labels = [label for label in labels if label.text.strip()]
    frame = frame_of(ax)
    points = [point_of(ax, label.x, label.y) for label in labels]
    markers = [Box(x - p.radius, y - p.radius, x + p.radius, y + p.radius) for (x, y), p in zip(points, labels)]
    taken = [*avoid]
    written: list[Box] = []
    for label, at, own in zip(labels, points, markers):
        width, height = text_size(label.text, size)
        others = [m for m in markers if m is not own]
        for distance, box, centre in _candidates(at, label.radius, width, height):
            if box.inside(frame) and not any(box.overlap(b) for b in (*others, *taken)):
                offset = (centre[0] - at[0], centre[1] - at[1])
                _write(ax, label, offset, size, distance >= _LEADER_FROM)
                taken.append(box)
                written.append(box)
                break
    return written


def along(ax: Axes, xs: Sequence[float], ys: Sequence[float]) -> list[Box]:
    """Small boxes along a line through points of the data, for labels to keep off. Limits must stand already."""
    at = [point_of(ax, x, y) for x, y in zip(xs, ys)]
    boxes = []
    for (x0, y0), (x1, y1) in zip(at, at[1:]):
        steps = max(1, min(400, int(max(abs(x1 - x0), abs(y1 - y0)) / 4.0)))
        for i in range(steps + 1):
            x, y = x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps
            boxes.append(Box(x - 1.0, y - 1.0, x + 1.0, y + 1.0))
    return boxes


def settle(ax: Axes) -> None:
    """Lets the layout take its place, so that data coordinates mean what they will on paper."""
    figure = ax.figure
    if hasattr(figure, "draw_without_rendering"):
        figure.draw_without_rendering()
    else:
        figure.canvas.draw()


def frame_of(ax: Axes) -> Box:
    """The axes on the figure, in points."""
    scale = 72.0 / ax.figure.dpi
    b = ax.get_window_extent()
    return Box(b.x0 * scale, b.y0 * scale, b.x1 * scale, b.y1 * scale)


def point_of(ax: Axes, x: float, y: float) -> Point:
    """Where a point of the data is on the figure, in points."""
    px, py = ax.transData.transform((x, y))
    scale = 72.0 / ax.figure.dpi
    return float(px) * scale, float(py) * scale


def _candidates(
    at: tuple[float, float], radius: float, w: float, h: float
) -> list[tuple[float, Box, tuple[float, float]]]:
    """(distance, box, centre of the box) of every place, nearest first."""
    found = []
    for distance in _DISTANCES:
        reach = radius + distance
        for angle in _ANGLES:
            dx, dy = cos(angle), sin(angle)
            x = at[0] + reach * dx + (w / 2) * _sign(dx)
            y = at[1] + reach * dy + (h / 2) * _sign(dy)
            found.append((distance, Box(x - w / 2, y - h / 2, x + w / 2, y + h / 2), (x, y)))
    return found


def _sign(x: float) -> float:
    return 0.0 if abs(x) < 1e-9 else (1.0 if x > 0 else -1.0)


def _write(ax: Axes, label: Label, offset: Point, size: float, leads: bool) -> None:
    """Writes a label so far from its point, with a thin line to it if wanted."""
    leader = {"arrowstyle": "-", "color": label.colour, "linewidth": 0.5, "shrinkA": 1, "shrinkB": label.radius}
    text = ax.annotate(
        label.text,
        (label.x, label.y),
        xytext=offset,
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=size,
        color=label.colour,
        arrowprops=leader if leads else None,
    )
    text.set_in_layout(False)
