# SPDX-License-Identifier: Apache-2.0
"""Serving under load, in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from .._checks import text
from ..ask._device import Device, DeviceLike, raw_device
from ..ask._model import Model, ModelLike, raw_model
from ..ask._terms import LoadTerms, plain, takes
from ._groups import LoadCost, group_of
from ..show._figure import Figure, figure_of

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

_TIMES = ("ttft", "tpot", "itl", "latency")


class Load:
    """What a deployment does under a rate, or under so many clients: percentiles, limits, replicas, the curve.

    ``load.ttft["p99"]`` is a `Figure`. It is pickled by its question, and answered again.
    """

    __slots__ = ("_dict", "_raw", "_terms")

    def __init__(self, model: Any, device: Any, terms: dict[str, Any]) -> None:
        self._terms = terms
        self._raw = _core.serve(model, device, terms)
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
        """Whether it fits and keeps up with the load."""
        return self._raw.feasible

    @property
    def ttft(self) -> dict[str, Figure] | None:
        """Time to first token by statistic, in s; None where the queue is unstable.

        ``mean``, ``p50``, ``p90``, ``p95`` and ``p99``; only ``mean`` where the answer is of means.
        """
        return self._times("ttft")

    @property
    def tpot(self) -> dict[str, Figure] | None:
        """Mean time per output token of a request, in s; None for single-token outputs."""
        return self._times("tpot")

    @property
    def itl(self) -> dict[str, Figure] | None:
        """Gaps between tokens, in s."""
        return self._times("itl")

    @property
    def latency(self) -> dict[str, Figure] | None:
        """Time to the last token, in s."""
        return self._times("latency")

    @property
    def limit(self) -> Figure | None:
        """The rate from which on the queue grows, in req/s; None where only means are known."""
        found = self._dict.get("limit")
        return None if found is None else figure_of(found)

    @property
    def most_rate(self) -> Figure | None:
        """The greatest rate at which the asked-for percentiles are met, in req/s; None where no limit was asked for."""
        found = (self._dict.get("objective") or {}).get("most_rate")
        return None if found is None else figure_of(found)

    @property
    def meets_limits(self) -> bool | None:
        """Whether the asked-for percentiles are met; None where no limit was asked for."""
        return (self._dict.get("objective") or {}).get("met")

    @property
    def replicas(self) -> Figure | None:
        """The fewest replicas that meet the limits at the rate; None where they were not counted, or none do."""
        found = (self._dict.get("replicas") or {}).get("replicas")
        return None if found is None or found["value"] is None else figure_of(found)

    @property
    def devices(self) -> int:
        """Devices of the whole deployment as answered, with the replicas found."""
        return int(self._dict["inputs"]["devices"])

    @property
    def cost(self) -> LoadCost | None:
        """Figures ``output_only`` and ``blended`` in $/Mtok, ``rent_per_device`` in $/h; None where none is known."""
        return group_of(LoadCost, self._dict.get("cost"))

    def distribution(self, which: str = "ttft") -> dict[str, list[float]] | None:
        """The distribution of a time: ``s[i]`` seconds are not exceeded by ``share[i]`` of requests.

        ``which`` is ttft, tpot, itl or latency. None where there is only a mean, or the queue is unstable.
        """
        return self._raw.distribution(text(which, "which"))

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as ``gambrel serve --json`` (docs/json.md), but for its command line."""
        return self._raw.to_dict()

    def to_frame(self) -> pd.DataFrame:
        """A row a statistic, with value and range of each time in s. Needs pandas."""
        import pandas as pd

        columns: dict[str, dict[str, float]] = {}
        for name in _TIMES:
            for statistic, f in (self._times(name) or {}).items():
                columns.setdefault(f"{name}_s", {})[statistic] = f.value
                columns.setdefault(f"{name}_low_s", {})[statistic] = f.low
                columns.setdefault(f"{name}_high_s", {})[statistic] = f.high
        return pd.DataFrame(columns)

    def curve(self) -> pd.DataFrame:
        """The latency-throughput curve, a row a point, times in s. Needs pandas."""
        import pandas as pd

        rows = []
        for point in self._dict.get("curve") or []:
            row: dict[str, Any] = {}
            for key, value in point.items():
                if isinstance(value, dict) and "value" in value:
                    row[key], row[key + "_low"], row[key + "_high"] = value["value"], value["low"], value["high"]
                elif isinstance(value, dict):
                    for statistic, f in value.items():
                        row[f"{key}_{statistic}"] = f["value"]
                        row[f"{key}_{statistic}_low"], row[f"{key}_{statistic}_high"] = f["low"], f["high"]
                else:
                    row[key] = value
            rows.append(row)
        return pd.DataFrame(rows)

    def curve_svg(self) -> str:
        """The curve as an SVG picture, as ``gambrel serve --svg`` draws it."""
        return self._raw.curve_svg()

    def _times(self, name: str) -> dict[str, Figure] | None:
        found = (self._dict.get("load") or self._dict).get(name)
        if found is None or not self._dict["feasible"]:
            return None
        return {"mean": figure_of(found)} if "value" in found else {k: figure_of(f) for k, f in found.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.model, self.device, self._terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Load) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._raw.text().rstrip("\n")

    def __repr__(self) -> str:
        what = f"{self._raw.model.name} on {self._raw.device.name}"
        ttft, tpot = self.ttft, self.tpot
        if not self.feasible or ttft is None:
            return f"<Load: {what}: {self._dict.get('reason') or 'does not keep up'}>"
        times = f"TTFT p99 {ttft['p99']}" if "p99" in ttft else f"TTFT {ttft['mean']}"
        if tpot:
            times += f", TPOT p99 {tpot['p99']}" if "p99" in tpot else f", TPOT {tpot['mean']}"
        limit = "means only" if self.limit is None else f"at most {self.limit}"
        return f"<Load: {what}: {times}; {limit}>"

    def _repr_html_(self) -> str:
        from ..show._html import load_html

        return load_html(self.to_dict())


@takes(LoadTerms)
def serve(model: ModelLike, device: DeviceLike, **terms: Unpack[LoadTerms]) -> Load:
    """Percentiles at ``rate_per_s`` or for ``concurrency`` clients, the greatest rate, and how many replicas it takes.

    Parameters
    ----------
    model, device
        As for `predict`.
    **terms
        See `gambrel.LoadTerms`; one of ``rate_per_s``, ``concurrency`` and ``replicas_for_per_s`` is needed.

    Returns
    -------
    Load
        Also where the queue is unstable: then ``feasible`` is False and ``limit`` says from which rate on.

    Raises
    ------
    Error
        For a value out of its range, for a static batch and for the benchmark protocol, which have no steady state.
    """
    return Load(raw_model(model), raw_device(device), plain(terms))


def _again(model: ModelLike, device: DeviceLike, terms: dict[str, Any]) -> Load:
    return Load(raw_model(model), raw_device(device), terms)
