# SPDX-License-Identifier: Apache-2.0
"""What the pictures share: axes, colours, titles, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Optional

from .._error import Error
from ..show._colours import FAINT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Where to draw, or nowhere yet.
MaybeAxes = Optional["Axes"]

SMALL, NORMAL = 8.0, 10.0  # points


def new_axes(ax: MaybeAxes, height: float | None = None) -> Axes:
    """``ax``, or that of a new figure, of so many points' height if given. Raises `Error` without matplotlib."""
    try:
        import matplotlib.axes
    except ImportError:
        raise Error("pictures need matplotlib: pip install matplotlib") from None
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(constrained_layout=True)[1]
        if height is not None:
            ax.figure.set_figheight(height / 72.0)
    if not isinstance(ax, matplotlib.axes.Axes):
        raise Error(f"ax is the matplotlib Axes to draw on, not of type {type(ax).__name__}")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.tick_params(labelsize=SMALL + 1)
    return ax


def title(ax: Axes, *lines: str) -> None:
    """Says at the upper left what is asked, broken where the axes end."""
    room = 1.05 * ax.get_window_extent().width * 72.0 / ax.figure.dpi
    broken = [part for line in lines if line for part in _broken(line, room)]
    ax.set_title("\n".join(broken), loc="left", fontsize=NORMAL)


def _broken(line: str, room: float) -> list[str]:
    """``line`` in as many as fit into so many points."""
    done: list[str] = []
    for word in line.split():
        longer = f"{done[-1]} {word}" if done else word
        if done and text_size(longer, NORMAL)[0] <= room:
            done[-1] = longer
        else:
            done.append(word)
    return done


def text_size(text: str, size: float) -> tuple[float, float]:
    """Width and height of ``text`` in points, by its glyphs."""
    from matplotlib.textpath import TextPath

    lines = text.split("\n")
    written = [line for line in lines if line.strip()]  # a path of no glyphs is an error in matplotlib 3.11
    widths = [TextPath((0, 0), line, size=size, usetex=False).get_extents().width for line in written]
    return max(widths, default=0.0) + 2.0, 1.25 * size * len(lines)


def grid(ax: Axes, axis: str = "both") -> None:
    """Faint lines behind everything."""
    ax.grid(True, axis=axis, color=FAINT, linewidth=0.6)
    ax.set_axisbelow(True)


def plain_ticks(axis: Any) -> None:
    """Ticks of a logarithmic axis as plain numbers: 0.5, 20, 3,000; 1, 2 and 5 where there is room for them."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    low, high = axis.get_view_interval()
    decades = 0.0 if low <= 0 else _log10(high / low)
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if decades < 2.5 else (1.0,), numticks=30))
    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.6g}"))
    axis.set_minor_formatter(NullFormatter())


def several(what: Any, kind: type, name: str) -> list[Any]:
    """``what`` as a list of ``kind``, not empty."""
    given = [what] if isinstance(what, kind) else what
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise Error(f"{name} draws a {kind.__name__} or several, not of type {type(what).__name__}")
    found = list(given)
    for each in found:
        if not isinstance(each, kind):
            raise Error(f"{name} draws a {kind.__name__} or several, not of type {type(each).__name__}")
    if not found:
        raise Error(f"{name} has nothing to draw: the list is empty")
    return found


def columns(frame: Any, needed: Sequence[str], name: str) -> None:
    """Raises `Error` where ``frame`` is no frame, is empty, or lacks a column."""
    if not (hasattr(frame, "columns") and hasattr(frame, "iloc")):
        raise Error(f"{name} draws a pandas DataFrame, not of type {type(frame).__name__}")
    if len(frame) == 0:
        raise Error(f"{name} has nothing to draw: the frame has no rows")
    for column in needed:
        if column not in frame.columns:
            raise Error(f'{name}: the frame has no column "{column}"; it has {_listed(frame.columns)}')


def choice(value: Any, among: Iterable[str], what: str) -> str:
    """``value``, which must be one of ``among``."""
    known = list(among)
    if value not in known:
        raise Error(f'{what} is "{value}"; it must be one of {", ".join(known)}')
    return str(value)


def _listed(names: Iterable[Any], most: int = 12) -> str:
    all_names = [str(n) for n in names]
    return ", ".join(all_names[:most]) + (" ..." if len(all_names) > most else "")


def _log10(x: float) -> float:
    from math import log10

    return log10(x) if x > 0 else 0.0
