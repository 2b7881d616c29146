# SPDX-License-Identifier: Apache-2.0
"""What of one device's memory a training run takes, and where the time of its steps goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .._error import Error
from ..answers._training import Training
from ..show import _asked
from ..show._colours import BLACK, VERMILION
from ._axes import MaybeAxes, grid, new_axes, several, title
from ._bars import Bar, height_for, stack

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MEMORY = {
    "weights": "weights",
    "gradients": "gradients",
    "optimizer": "optimizer",
    "gathered": "gathered layers",
    "activations": "activations",
    "logits": "logits",
    "workspace": "workspace",
    "reserve": "reserve",
}
_FEWEST = 0.005  # of a step: parts below are drawn together


def training_memory(trainings: Training | Sequence[Training], ax: MaybeAxes = None) -> Axes:
    """Draws the memory of the fullest device of each run by part, and behind it what the device shows.

    Parameters
    ----------
    trainings : Training or sequence of them
        Also of runs that do not fit.
    ax : Axes, optional
        Where to draw.

    Raises
    ------
    Error
        Where a layout does not exist, with the reason.
    """
    told = _answers(trainings, "training_memory")
    ax = new_axes(ax, height_for(len(told), len(_MEMORY)))
    ax.set_xlabel("memory of one device (GiB)")
    grid(ax, "x")
    title(ax, *_heading(told))
    bars = []
    for answer in told:
        memory = answer["memory"]
        over = memory["peak_gib"] - memory["visible_gib"]
        end = f"{_asked.number(abs(over))} GiB {'too much' if over > 0.0 else 'free'}"
        parts = {part: memory["parts_gib"][part] for part in _MEMORY}
        bars.append(Bar(_name(answer), parts, {}, end, VERMILION if over > 0.0 else BLACK, memory["visible_gib"]))
    stack(ax, bars, _MEMORY)
    for y, answer in enumerate(told):
        x = answer["memory"]["visible_gib"]
        ax.plot([x, x], [y - 0.4, y + 0.4], color=BLACK, linewidth=2.0, solid_capstyle="butt")
    return ax


def training_time(trainings: Training | Sequence[Training], ax: MaybeAxes = None) -> Axes:
    """Draws where the time of a step goes in each run, in seconds.

    Parameters
    ----------
    trainings : Training or sequence of them
        Of layouts that exist.
    ax : Axes, optional
        Where to draw.

    Raises
    ------
    Error
        Where a layout does not exist, with the reason.
    """
    from .. import _core

    told = _answers(trainings, "training_time")
    words = {key: name for key, name, _, _ in _core.enum_tables["training_part"]}
    shown = [part for part in words if any(a["where_time_goes"][part] >= _FEWEST for a in told)]
    ax = new_axes(ax, height_for(len(told), len(shown)))
    ax.set_xlabel("time of a step (s)")
    grid(ax, "x")
    title(ax, *_heading(told))
    bars = []
    for answer in told:
        step = answer["step"]["value"]
        parts = {part: answer["where_time_goes"][part] * step for part in shown}
        bars.append(Bar(_name(answer), parts, {}, f"{_asked.number(step)} s"))
    stack(ax, bars, words)
    return ax


def _answers(trainings: Training | Sequence[Training], picture: str) -> list[dict[str, Any]]:
    told = [t.to_dict() for t in several(trainings, Training, picture)]
    for answer in told:
        if "fault" in answer:
            raise Error(f"there is nothing to draw: {answer['fault']['reason']}")
    return told


def _name(answer: dict[str, Any]) -> str:
    at = answer["layout"]
    cut = ", ".join(f"{key} {at[key]}" for key in ("tp", "pp", "vp", "cp", "ep", "dp") if at[key] > 1)
    method = answer["inputs"]["method"]
    words = [_asked.short(answer["inputs"]["model"]), answer["inputs"]["device"], cut, method]
    return ", ".join(word for word in words if word and word != "full")


def _heading(told: Sequence[dict[str, Any]]) -> list[str]:
    first = told[0]["inputs"]
    same = all(a["inputs"] == first for a in told)
    return [f"{_asked.short(first['model'])} on {first['devices']} x {first['device']}"] if same else ["training"]
