# SPDX-License-Identifier: Apache-2.0
"""What runs on a machine: size of a file against its speed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._error import Error
from ..answers._fit import Fit
from ..show._colours import BLUE, ORANGE
from ._axes import MaybeAxes, grid, new_axes, plain_ticks, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def fit_speeds(fit: Fit, ax: MaybeAxes = None) -> Axes:
    """Draws every file that runs by its size and its tokens per second with the 80 % range, by where it lies.

    Parameters
    ----------
    fit : Fit
        Of one machine or several.
    ax : Axes, optional
        Where to draw.

    Raises
    ------
    Error
        Where nothing runs.
    """
    if not isinstance(fit, Fit):
        raise Error(f"fit_speeds draws a Fit, not a {type(fit).__name__}; give what gambrel.fit returns")
    rows: list[dict[str, Any]] = fit.to_dict()["rows"]
    if not rows:
        machines = ", ".join(fit.to_dict()["inputs"]["machines"][:3])
        raise Error(f"nothing runs on {machines}, so there is nothing to draw; print the Fit, which says what is missing")
    ax = new_axes(ax, 320.0)
    ax.set_xlabel("file (GiB)")
    ax.set_ylabel("tokens per second")
    ax.set_xscale("log")
    ax.set_yscale("log")
    grid(ax, "both")
    for there, colour, label in ((True, BLUE, "on the device"), (False, ORANGE, "partly on the host")):
        some = [r for r in rows if (r["gpu_layers"] > r["layers"] and r["experts_on_host"] == 0) == there]
        if not some:
            continue
        speeds = [r["speed"]["value"] for r in some]
        low = [r["speed"]["value"] - r["speed"]["low"] for r in some]
        high = [r["speed"]["high"] - r["speed"]["value"] for r in some]
        sizes = [r["file_gib"] for r in some]
        ax.errorbar(sizes, speeds, [low, high], fmt="o", ms=3, lw=0.8, color=colour, label=label)
    for axis in (ax.xaxis, ax.yaxis):
        plain_ticks(axis)
    ax.legend(frameon=False)
    asked = fit.to_dict()["inputs"]
    machines = ", ".join(asked["machines"][:3]) + (" ..." if len(asked["machines"]) > 3 else "")
    title(ax, f"{asked['model'] or 'models of the catalog'} on {machines}")
    return ax
