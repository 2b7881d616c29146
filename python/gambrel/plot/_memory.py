# SPDX-License-Identifier: Apache-2.0
"""What of one device's memory goes where, and what is free or missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._error import Error
from ..answers._prediction import Prediction
from ..show import _asked
from ..show._colours import BLACK, VERMILION
from ._axes import MaybeAxes, grid, new_axes, several, title
from ._bars import Bar, heading, height_for, names, stack

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GIB = 2.0**30
_BUFFERS = ("activations", "logits", "graphs", "communication", "reserve")
_TOLD = {
    "weights": "weights",
    "activations": "activations",
    "logits": "logits",
    "graphs": "graphs",
    "communication": "communication",
    "reserve": "runtime's reserve",
    "kv": "KV cache in use",
    "kv_free": "KV cache, free",
    "left": "not the runtime's to take",
}
_USABLE: dict[str, Any] = {"linewidth": 0.9, "linestyle": (0, (2, 1.5))}
_CAPACITY: dict[str, Any] = {"linewidth": 2.0, "solid_capstyle": "butt"}


def memory(predictions: Prediction | Sequence[Prediction], ax: MaybeAxes = None) -> Axes:
    """Draws the memory of one device of each prediction against its capacity, in GiB.

    The KV cache in use is that of the sequences that run on average. Of a deployment that does not fit, what it needs
    is drawn past the mark of what the runtime may take, and how much is missing is said.

    Parameters
    ----------
    predictions : Prediction or sequence of them
        Also of deployments that do not fit.
    ax : Axes, optional
        Where to draw.

    Raises
    ------
    Error
        Where something else than memory is in the way, with the reason.
    """
    given = several(predictions, Prediction, "memory")
    told = [p.to_dict() for p in given]
    for answer in told:
        if not answer["memory"]:
            raise Error(f"memory was not worked out: {answer['reason']}")
    ax = new_axes(ax, height_for(len(given), 10))
    inputs = [answer["inputs"] for answer in told]
    bars = [_bar(answer, name) for answer, name in zip(told, names(inputs))]
    ax.set_xlabel("memory of one device (GiB)")
    grid(ax, "x")
    title(ax, *heading(inputs))
    stack(ax, bars, _told(bars, told), _lines(told))
    for y, answer in enumerate(told):
        _marks(ax, y, answer["memory"])
    return ax


def parts(answer: dict[str, Any]) -> dict[str, float]:
    """Bytes of one device by part, in the order drawn; they add up to the capacity, or to what is needed."""
    m = {key: f["value"] for key, f in answer["memory"].items()}
    cut = answer["inputs"]["parallelism"]
    found = {"weights": m["weights"], **{key: m[key] for key in _BUFFERS}}
    if m["shortfall"] > 0.0:
        found["kv"] = max(0.0, m["usable"] + m["shortfall"] - sum(found.values()))
        return found
    running = answer["running"]["value"] if answer["feasible"] else 0.0
    resident = min(running / (cut["replicas"] * cut["dp"]), m["most_sequences"])
    found["kv"] = min(m["for_kv"], resident * m["kv_per_request"])
    found["kv_free"] = m["for_kv"] - found["kv"]
    found["left"] = max(0.0, m["capacity"] - sum(found.values()))
    return found


def _bar(answer: dict[str, Any], name: str) -> Bar:
    gib = {part: value / _GIB for part, value in parts(answer).items()}
    inscribed = {part: _asked.number(value) for part, value in gib.items()}
    m = answer["memory"]
    short = m["shortfall"]["value"] / _GIB
    end = f"{_asked.number(short)} GiB short" if short > 0.0 else f"{_asked.number(gib['kv_free'])} GiB free"
    reaches = m["capacity"]["value"] / _GIB
    return Bar(name, gib, inscribed, end, VERMILION if short > 0.0 else BLACK, reaches)


def _told(bars: Sequence[Bar], answers: Sequence[dict[str, Any]]) -> dict[str, str]:
    """What each part is called; of a single bar, with its size."""
    missing = [a["memory"]["shortfall"]["value"] > 0.0 for a in answers]
    told = dict(_TOLD)
    if any(missing):
        told["kv"] = "KV cache needed" if all(missing) else "KV cache in use, or needed"
    if len(bars) > 1:
        return told
    return {p: f"{words}: {_asked.number(bars[0].parts[p])} GiB" for p, words in told.items() if p in bars[0].parts}


def _lines(answers: Sequence[dict[str, Any]]) -> list[Any]:
    """The marks of `_marks`, for the legend."""
    from matplotlib.lines import Line2D

    def size(key: str) -> str:
        return f": {_asked.number(answers[0]['memory'][key]['value'] / _GIB)} GiB" if len(answers) == 1 else ""

    return [
        Line2D([], [], color=BLACK, label=f"the runtime may take{size('usable')}", **_USABLE),
        Line2D([], [], color=BLACK, label=f"capacity{size('capacity')}", **_CAPACITY),
    ]


def _marks(ax: Axes, y: int, m: dict[str, Any]) -> None:
    """Marks the capacity and what the runtime may take; what is past that is hatched."""
    capacity, usable, short = (m[key]["value"] / _GIB for key in ("capacity", "usable", "shortfall"))
    if short > 0.0:
        ax.barh(
            [y], [short], left=[usable], height=0.62, facecolor="none", edgecolor=VERMILION, hatch="////", linewidth=0.0
        )
    ax.plot([usable, usable], [y - 0.36, y + 0.36], color=BLACK, **_USABLE)
    ax.plot([capacity, capacity], [y - 0.4, y + 0.4], color=BLACK, **_CAPACITY)
