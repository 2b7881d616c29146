# SPDX-License-Identifier: Apache-2.0
"""Runs of a server before and after a change: worse, better, the same, or cannot tell."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .. import _core
from .._error import Error
from .._checks import flag, real, text
from ..ask._tables import Rows, conventions, tables_of

if TYPE_CHECKING:
    import pandas as pd


class Comparison:
    """What runs say of a change, figure by figure; of one side alone: what they say beside their prediction."""

    __slots__ = ("_dict", "_junit", "_text")

    def __init__(self, answer: dict[str, Any], text: str, junit: str) -> None:
        self._dict, self._text, self._junit = answer, text, junit

    @property
    def verdict(self) -> str:
        """``"same"``, ``"better"``, ``"worse"`` or ``"cannot_tell"``, of all gated figures together."""
        return str(self._dict["verdict"])

    @property
    def worse(self) -> bool:
        """Whether a gated figure is worse: what a guard asks."""
        return self.verdict == "worse"

    @property
    def differs(self) -> list[str]:
        """The settings in which the sides differ; of one side alone none."""
        return list(self._dict.get("differs", []))

    @property
    def remarks(self) -> list[str]:
        """What could not be compared, and why."""
        return list(self._dict.get("remarks", [])) + [r for load in self._dict.get("loads", []) for r in load["remarks"]]

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as ``gambrel compare --json`` (docs/json.md)."""
        return copy.deepcopy(self._dict)

    def to_frame(self) -> pd.DataFrame:
        """A row a figure and load: geometric means, ratio B / A with its range, p, verdict. Needs pandas."""
        import pandas as pd

        if "figures" in self._dict:
            return pd.DataFrame([_guarded(f) for f in self._dict["figures"]])
        return pd.DataFrame([_changed(load["load"], m) for load in self._dict["loads"] for m in load["metrics"]])

    def junit(self) -> str:
        """The verdicts as JUnit's XML, as ``gambrel compare --junit FILE`` writes it."""
        return self._junit

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Comparison) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Comparison, (self._dict, self._text, self._junit)

    def __str__(self) -> str:
        return self._text.rstrip("\n")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from ..show._comparison_html import comparison_html

        return comparison_html(self._dict)


def compare(
    a: Rows | Iterable[Rows],
    b: Rows | Iterable[Rows] | None = None,
    *,
    margin: float = 0.05,
    level: float = 0.05,
    metrics: Iterable[str] = (),
    paired: bool = False,
    probes: tuple[Rows | Iterable[Rows], Rows | Iterable[Rows]] | None = None,
    drift: bool = False,
    **stated: Any,
) -> Comparison:
    """Whether runs ``b``, after a change, are worse than runs ``a``; without ``b``: whether ``a`` is as predicted.

    Parameters
    ----------
    a, b : path, frame, sequence of dicts, or several of them
        Files or folders of benchmark results, or what `read_measured` gives; each result is a run of a fresh server.
    margin : float
        A change up to this share is nobody's concern.
    level : float
        Share of false alarms over all gated figures together.
    metrics : iterable of str
        The figures that decide, as ``"tpot_mean"``; else means of times and one throughput.
    paired : bool
        Run i of ``a`` and run i of ``b`` shared machine and hour.
    probes : pair of rows, optional
        Of ``a`` and ``b``: a probe before each run, as one client, in the same order.
    drift : bool
        ``a`` is how it was, ``b`` every run since, in order: does it creep away?
    **stated
        What files do not say of their deployment: ``device``, ``model``, ``tp`` ... as for `read_measured`.

    Raises
    ------
    Error
        Where the sides have no load in common, for a file that is none, and for an option out of its range.

    >>> runs = [{"hardware": "h100-sxm", "model": "m", "framework": "vllm", "weight_format": "bf16", "tp": 1,
    ...          "input_len": 512, "output_len": 128, "concurrency": 8, "metric": "tpot_mean", "unit": "ms",
    ...          "source": f"run {i}", "value": v} for i, v in enumerate((10.0, 10.1, 9.9, 10.05))]
    >>> compare(runs, [{**run, "value": 1.2 * run["value"]} for run in runs]).verdict
    'worse'
    """
    given = {name: _stated(name, value) for name, value in stated.items() if value is not None}
    if b is None:
        if paired or drift or probes is not None or given or list(metrics):
            raise Error("against a prediction there is one side and no choice; state settings by read_measured")
        return Comparison(*_core.compare_predicted(tables_of(a), conventions()))
    before: list[list[Any]] = [[], []]
    if probes is not None:
        if not isinstance(probes, (tuple, list)) or len(probes) != 2:
            raise Error("probes are two: those of a and those of b")
        before = [tables_of(each) for each in probes]
    names = [metrics] if isinstance(metrics, str) else list(metrics)
    return Comparison(
        *_core.compare(
            [tables_of(a), tables_of(b)],
            before,
            conventions(),
            given,
            real(margin, "margin"),
            real(level, "level"),
            flag(paired, "paired"),
            [text(name, "metrics") for name in names],
            flag(drift, "drift"),
        )
    )


def _stated(name: str, value: Any) -> str:
    said = repr(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else text(value, name)
    if not said:
        raise Error(f"{name} is empty; give it a value, or leave it out")
    return said


def _mean(values: list[float]) -> float | None:
    from math import exp, log

    return None if not values else exp(sum(log(v) for v in values) / len(values))


def _changed(load: str, m: dict[str, Any]) -> dict[str, Any]:
    return {
        "load": load,
        "metric": m["metric"],
        "a": _mean(m["a"]),
        "b": _mean(m["b"]),
        "runs_a": len(m["a"]),
        "runs_b": len(m["b"]),
        "ratio": m["ratio"]["value"],
        "ratio_low": m["ratio"]["low"],
        "ratio_high": m["ratio"]["high"],
        **{key: m[key] for key in ("p_changed", "p_adjusted", "p_same", "variation", "least_change", "runs_to_tell")},
        "gated": m["gated"],
        "verdict": m["verdict"],
    }


def _guarded(f: dict[str, Any]) -> dict[str, Any]:
    range_ = f["predicted"] or {"value": None, "low": None, "high": None}
    return {
        **{key: f[key] for key in ("hardware", "model", "runtime", "clients", "rate", "metric", "statistic", "unit")},
        "measured": _mean(f["measured"]),
        "runs": len(f["measured"]),
        "predicted": range_["value"],
        "predicted_low": range_["low"],
        "predicted_high": range_["high"],
        "verdict": f["verdict"],
        "refused": f["refused"],
    }
