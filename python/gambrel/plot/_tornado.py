# SPDX-License-Identifier: Apache-2.0
"""A tornado: how far a figure moves when each input is ten per cent less and more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._error import Error
from ..show._colours import BLACK
from ._axes import SMALL, MaybeAxes, new_axes, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..answers._prediction import Prediction

_FIGURES = {
    "ttft": "TTFT",
    "tpot": "TPOT",
    "latency": "latency",
    "request_throughput": "requests per second",
    "output_throughput": "output tokens per second",
}
_NAMES = {
    "bandwidth": "memory bandwidth",
    "peak": "peak rates",
    "link": "scale-up link",
    "power": "power limit",
    "host": "host times",
    "prompt": "prompt length",
    "output": "output length",
    "load": "clients or rate",
}


def tornado(prediction: Prediction, figure: str = "tpot", *, by: float = 0.1, ax: MaybeAxes = None) -> Axes:
    """How far ``figure`` moves with each input ``by`` less and more, the greatest first.

    Parameters
    ----------
    prediction
        Of one pool and no static batch.
    figure
        ttft, tpot, latency, request_throughput or output_throughput.
    by
        The change of the inputs, 0.1 for ten per cent.
    ax
        Where to draw; else a figure of its own.

    Returns
    -------
    Axes
        Bars by the elasticities at this point: a straight line in logarithms, which a change of regime ends.

    Raises
    ------
    Error
        For an unknown figure, a change that is not between 0 and 1, and a prediction without elasticities.
    """
    if figure not in _FIGURES:
        raise Error(f'the figure is "{figure}"; it must be one of {", ".join(_FIGURES)}')
    if not 0.0 < by < 1.0:
        raise Error(f"the change of the inputs is {by}; it must be between 0 and 1")
    rows: list[dict[str, Any]] | None = prediction.explain()["elasticities"]
    if rows is None:
        raise Error("elasticities are of one pool and of no static batch: predict clients or a rate")
    moved = sorted(((_NAMES[r["input"]], r[figure]) for r in rows), key=lambda x: abs(float(x[1])))
    axes = new_axes(ax, 26.0 * len(moved) + 110.0)
    less = [100.0 * ((1.0 - by) ** e - 1.0) for _, e in moved]
    more = [100.0 * ((1.0 + by) ** e - 1.0) for _, e in moved]
    at = range(len(moved))
    axes.barh(at, less, color="#0072B2", label=f"{100 * by:.0f} % less")
    axes.barh(at, more, color="#E69F00", label=f"{100 * by:.0f} % more")
    axes.axvline(0.0, color=BLACK, linewidth=0.8)
    axes.set_yticks(list(at))
    axes.set_yticklabels([name for name, _ in moved], fontsize=SMALL)
    axes.set_xlabel(f"change of {_FIGURES[figure]}, %")
    axes.legend(fontsize=SMALL, frameon=False, loc="lower right")
    told = prediction.to_dict()["inputs"]
    title(axes, f"{told['model'].split('/')[-1]} on {told['devices']} x {told['device']}")
    return axes
