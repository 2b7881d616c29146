# SPDX-License-Identifier: Apache-2.0
"""Where TPOT and TTFT go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .._error import Error
from ..answers._prediction import Prediction
from ..show import _asked
from ._axes import MaybeAxes, choice, grid, new_axes, several, title
from ._bars import Bar, heading, height_for, names, stack

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def breakdown(
    predictions: Prediction | Sequence[Prediction],
    ax: MaybeAxes = None,
    *,
    by: str = "class",
    of: str | Iterable[str] = ("tpot", "ttft"),
    unit: str | None = None,
) -> Axes:
    """Draws where the times go, a bar a prediction and time.

    Parameters
    ----------
    predictions : Prediction or sequence of them
        Of possible deployments.
    ax : Axes, optional
        Where to draw.
    by : str
        ``"class"`` of operator, or ``"bound"``: what keeps it from being faster.
    of : str or iterable of str
        Of ``"tpot"`` and ``"ttft"``.
    unit : str, optional
        ``"ms"``, whose bars are labelled in %; or ``"%"``, labelled in ms, the default for both times together.

    Raises
    ------
    Error
        For an infeasible prediction, with its reason; for an unknown word.
    """
    given = several(predictions, Prediction, "breakdown")
    times = [choice(t, ("tpot", "ttft"), "of") for t in ([of] if isinstance(of, str) else of)]
    if not times:
        raise Error("breakdown has nothing to draw: neither tpot nor ttft is asked for")
    key = "by_" + choice(by, ("class", "bound"), "by")
    relative = choice(unit or ("%" if len(times) > 1 else "ms"), ("ms", "%"), "unit") == "%"
    for p in given:
        if not p.feasible:
            raise Error(f"there is no time to draw: {p.reason}")
        if "tpot" in times and p.breakdown["tpot"] is None:
            raise Error("no token comes after the first: the output is one token; draw of='ttft'")
    ax = new_axes(ax, height_for(len(given) * len(times), 7))
    inputs = [p.to_dict()["inputs"] for p in given]
    whose = names(inputs)
    bars = [_bar(p, t, key, relative, _named(w, t, len(times))) for p, w in zip(given, whose) for t in times]
    what = " and ".join(t.upper() for t in times)
    ax.set_xlabel(f"share of {what} (%)" if relative else f"{what} (ms)")
    grid(ax, "x")
    title(ax, *heading(inputs))
    stack(ax, bars, {part: _asked.words(part) for part in bars[0].parts})
    return ax


def _bar(p: Prediction, time: str, key: str, relative: bool, name: str) -> Bar:
    ms = {part: f["value"] * 1e3 for part, f in p.breakdown[time][key].items()}
    total = sum(ms.values())
    shares = {part: 100.0 * value / total if total > 0.0 else 0.0 for part, value in ms.items()}
    inscribed = {part: f"{_asked.number(ms[part], 2)} ms" if relative else f"{shares[part]:.0f} %" for part in ms}
    return Bar(name, shares if relative else ms, inscribed, f"{_asked.number(total)} ms")


def _named(whose: str, time: str, times: int) -> str:
    return f"{whose}\n{time.upper()}".strip() if times > 1 or not whose else whose
