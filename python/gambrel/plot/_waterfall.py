# SPDX-License-Identifier: Apache-2.0
"""From the predicted time per token to the measured one: by class, what the cause adds, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._error import Error
from ..show._colours import BLACK, COLOURS, GREY, VERMILION
from ._axes import SMALL, MaybeAxes, new_axes, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..answers._diagnosis import Diagnosis


def waterfall(diagnosis: Diagnosis, run: int = -1, *, ax: MaybeAxes = None) -> Axes:
    """TPOT of one run, class by class as predicted, then what the heaviest suspect adds, then what is left.

    Parameters
    ----------
    diagnosis
        Of a file that states the time per token.
    run
        Which of its runs; the last by default.
    ax
        Where to draw; else a figure of its own.

    Returns
    -------
    Axes
        Bars in ms, each from where the one before ends.

    Raises
    ------
    Error
        For a run that states no time per token.
    """
    use = diagnosis.to_dict()["runs"][run]["use"]
    if use is None:
        raise Error("the run has no time per output token: give one that states it")
    parts = diagnosis.waterfall(run)
    named = diagnosis.conclusion in ("cause", "either")
    bars = [(name.replace("_", " "), float(ms), COLOURS.get(name, BLACK)) for name, ms in parts["predicted"].items()]
    end = sum(ms for _, ms, _ in bars)
    if named:
        added = float((parts["with_cause"] - parts["predicted"]).sum())
        bars.append((f"+ {diagnosis.suspects[0]['suspect'].replace('_', ' ')}", added, VERMILION))
        end += added
    left = 1e3 * use["tpot_s"] - end
    bars.append(("not explained", left, GREY))
    axes = new_axes(ax, 24.0 * (len(bars) + 1) + 90.0)
    at = 0.0
    for row, (_, ms, colour) in enumerate(bars):
        axes.barh(row, ms, left=at, color=colour, height=0.7)
        at += ms
    axes.barh(len(bars), at, color=BLACK, height=0.7)
    axes.set_yticks(range(len(bars) + 1), [name for name, _, _ in bars] + ["measured"], fontsize=SMALL)
    axes.invert_yaxis()
    axes.set_xlabel("time per output token (ms)")
    title(axes, "From the predicted to the measured time per token")
    return axes
