# SPDX-License-Identifier: Apache-2.0
"""What to change first, and the write-up of a deployment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import _core
from .._checks import file_name, real, text
from .._error import Error
from ..ask._device import Device, DeviceLike, raw_device
from ..ask._model import Model, ModelLike, raw_model
from ..ask._terms import Terms, plain, takes
from ..show._figure import Figure, figure_of
from ._diagnosis import PathLike, _paths

if TYPE_CHECKING:
    import os

    import pandas as pd
    from typing_extensions import Unpack

_GOALS = ("cost", "latency", "ttft", "tpot", "energy")


class Advice:
    """Every change of the catalogue (docs/advice.md) as a pair of predictions, best first.

    ``advice.gain("fp8_cache")`` is a `Figure`: how many times better, with the range of the ratio.
    """

    __slots__ = ("_asked", "_dict", "_measured", "_raw")

    def __init__(
        self,
        model: Any,
        device: Any,
        asked: tuple[dict[str, Any], str, Any],
        measured: tuple[list[str], list[str], float] | None = None,
    ) -> None:
        self._asked = asked
        self._measured = measured
        if measured is None:
            self._raw = _core.advise(model, device, *asked)
        else:
            self._raw = _core.advise_measured(*measured, model, device, *asked)
        self._dict: dict[str, Any] = self._raw.to_dict()

    @property
    def model(self) -> Model:
        """The model asked about."""
        return Model(self._raw.model)

    @property
    def device(self) -> Device:
        """The device asked about."""
        return Device(self._raw.device)

    @property
    def feasible(self) -> bool:
        """Whether the deployment can be; there is no advice on one that cannot."""
        return self._raw.feasible

    @property
    def goal(self) -> str:
        """What is to be better: ``cost``, ``latency``, ``ttft``, ``tpot`` or ``energy``."""
        return str(self._dict.get("goal", ""))

    @property
    def first(self) -> list[str]:
        """The keys of the changes that surely gain, best first."""
        return [i["change"] for i in self._dict.get("items", []) if i["verdict"] == "gain"]

    @property
    def measure_first(self) -> list[str]:
        """The keys of those whose range holds no gain, or whose gain rests on an assumption."""
        return [i["change"] for i in self._dict.get("items", []) if i["verdict"] == "measure_first"]

    def gain(self, change: str, goal: str = "") -> Figure | None:
        """How many times better a change makes ``goal`` (else the one asked for); None where it was not predicted."""
        item = next((i for i in self._dict.get("items", []) if i["change"] == change), None)
        if item is None or item["gain"] is None:
            return None
        found = item["gain"].get(goal or self.goal)
        return None if found is None else figure_of(found)

    def experiment(self, change: str) -> list[str]:
        """The lines that try a change: both servers, runs, comparison, the way back."""
        return self._raw.experiment(text(change, "change"))

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as ``gambrel advise --json`` (docs/json.md)."""
        return self._raw.to_dict()

    def to_frame(self) -> pd.DataFrame:
        """A row a change: verdict, gain with its range, each goal's gain, work, risk. Needs pandas."""
        import pandas as pd

        rows = []
        for i in self._dict.get("items", []):
            gains = i["gain"] or {}
            wanted = gains.get(self.goal) or {"value": None, "low": None, "high": None}
            rows.append(
                {
                    "change": i["change"],
                    "title": i["title"],
                    "verdict": i["verdict"],
                    "gain": wanted["value"],
                    "low": wanted["low"],
                    "high": wanted["high"],
                    "effort": i["effort"],
                    "term": i["term"],
                    **{f"gain_{g}": (gains.get(g) or {"value": None})["value"] for g in _GOALS},
                    "risk": i["risk"],
                    "quality": i["quality"],
                    "reason": i["reason"],
                }
            )
        return pd.DataFrame(rows)

    def report(self) -> Report:
        """The write-up: baseline, bottleneck, options, actions, checks, cost."""
        return Report(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.model, self.device, self._asked, self._measured)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Advice) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._raw.text().rstrip("\n")

    def __repr__(self) -> str:
        what = f"{self._raw.model.name} on {self._raw.device.name}"
        if not self.feasible:
            return f"<Advice: {what}: not possible>"
        return f"<Advice: {what}: {', '.join(self.first[:3]) or 'nothing surely gains'}>"

    def _repr_html_(self) -> str:
        from ..show._advice_html import advice_html

        return advice_html(self._dict)


class Report:
    """The write-up of a deployment, as Markdown, as a page of its own and as data."""

    __slots__ = ("_advice",)

    def __init__(self, advice: Advice) -> None:
        self._advice = advice

    def markdown(self) -> str:
        """As Markdown."""
        return self._advice._raw.report_markdown()

    def html(self) -> str:
        """As one HTML page that needs nothing else."""
        return self._advice._raw.report_html()

    def to_dict(self) -> dict[str, Any]:
        """As ``gambrel report --json`` (docs/json.md)."""
        return self._advice._raw.report_dict()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes it: a page where the name ends in .html, else Markdown."""
        name = file_name(path, "a report")
        Path(name).write_text(self.html() if name.endswith(".html") else self.markdown(), encoding="utf-8")

    def __str__(self) -> str:
        return self.markdown().rstrip("\n")

    def __repr__(self) -> str:
        return f"<Report: {self._advice._raw.model.name} on {self._advice._raw.device.name}>"


@takes(Terms)
def advise(
    model: ModelLike,
    device: DeviceLike,
    *,
    goal: str = "",
    limit_ttft_ms: float | None = None,
    limit_tpot_ms: float | None = None,
    limit_latency_ms: float | None = None,
    **terms: Unpack[Terms],
) -> Advice:
    """What to change first: every change as a pair of predictions, ranked by what it surely gains for the work.

    Parameters
    ----------
    model, device
        As for `predict`.
    goal : str
        ``cost`` (of a request; the default for clients), ``latency`` (for a rate), ``ttft``, ``tpot`` or ``energy``.
    limit_ttft_ms, limit_tpot_ms, limit_latency_ms : float, optional
        Means that must stay kept: a change that breaks one is no gain.
    **terms
        See `gambrel.Terms`.

    Raises
    ------
    Error
        For a value out of its range.

    >>> import gambrel as gb
    >>> gb.advise("llama-3.1-8b", "h100-sxm", enforce_eager=True, goal="tpot").gain("graphs") > 1.5
    True
    """
    limits = _limits(limit_ttft_ms, limit_tpot_ms, limit_latency_ms)
    return Advice(raw_model(model), raw_device(device), (plain(terms), text(goal, "goal"), limits))


@takes(Terms)
def report(
    model: ModelLike | None = None,
    device: DeviceLike | None = None,
    *,
    measured: PathLike | Sequence[PathLike] = (),
    before: PathLike | Sequence[PathLike] = (),
    noise: float = 0.05,
    goal: str = "",
    limit_ttft_ms: float | None = None,
    limit_tpot_ms: float | None = None,
    limit_latency_ms: float | None = None,
    **terms: Unpack[Terms],
) -> Report:
    """The write-up of a deployment: what `advise` takes, as a document; with files, what was measured too.

    Parameters
    ----------
    model, device
        As for `predict`; with `measured` by default as the files say.
    measured, before, noise
        The files, those of before and the noise of `diagnose`. Their diagnosis is a section of its own, and what it
        names comes first among the actions; the write-up is then of the last run of the files.
    goal, limit_ttft_ms, limit_tpot_ms, limit_latency_ms
        As for `advise`.
    **terms
        See `gambrel.Terms`; what is given holds over what a file says.

    Raises
    ------
    Error
        For a value out of its range; for what neither files nor terms say.

    >>> import gambrel as gb
    >>> gb.report("llama-3.1-8b", "h100-sxm").markdown().splitlines()[0]
    '# Performance of meta-llama/Llama-3.1-8B-Instruct'
    """
    files = _paths(measured)
    if not files:
        if model is None or device is None:
            raise Error("report has no model or no device; give both, or files that say them (measured)")
        if _paths(before):
            raise Error("before has files and measured none; give those of the slow server as measured")
    asked = (plain(terms), text(goal, "goal"), _limits(limit_ttft_ms, limit_tpot_ms, limit_latency_ms))
    return Report(
        Advice(
            None if model is None else raw_model(model),
            None if device is None else raw_device(device),
            asked,
            (files, _paths(before), real(noise, "noise")) if files else None,
        )
    )


def _limits(ttft: float | None, tpot: float | None, latency: float | None) -> tuple[float | None, ...]:
    return tuple(
        None if value is None else real(value, f"limit_{name}_ms")
        for name, value in (("ttft", ttft), ("tpot", tpot), ("latency", latency))
    )


def _again(model: ModelLike, device: DeviceLike, asked: Any, measured: Any = None) -> Advice:
    return Advice(raw_model(model), raw_device(device), asked, measured)
