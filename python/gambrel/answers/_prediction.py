# SPDX-License-Identifier: Apache-2.0
"""One prediction."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from .. import _core
from .._error import Error
from ..ask._device import Device, DeviceLike, raw_device
from ..ask._model import Model, ModelLike, raw_model
from ..ask._terms import Terms, plain, takes
from ._groups import Cost, Energy, Memory, Start, group_of
from ..show._figure import Figure, figure_of

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

# What `to_metrics` calls the units, as Prometheus does.
_METRIC_UNITS = {
    "s": "seconds",
    "B": "bytes",
    "tok/s": "tokens_per_second",
    "req/s": "requests_per_second",
    "$/Mtok": "dollars_per_million_tokens",
    "$/h": "dollars_per_hour",
    "J/tok": "joules_per_token",
    "W": "watts",
    "tok": "tokens",
    "B/tok": "bytes_per_token",
}
_TIMES_AND_RATES = (
    "ttft",
    "tpot",
    "latency",
    "request_throughput",
    "output_throughput",
    "prompt_throughput",
    "total_throughput",
    "output_per_device",
    "output_per_user",
)


class Prediction:
    """What is predicted for a model on a device: figures with ranges, cost, energy, memory, bounds, evidence.

    An infeasible deployment is an answer too: ``feasible`` is False, ``reason`` says why and by how much, and asking
    for a figure raises `Error` with that reason. It is pickled by its question, and answered again.
    """

    __slots__ = ("_dict", "_raw", "_terms")

    def __init__(self, model: Any, device: Any, terms: dict[str, Any]) -> None:
        self._terms = terms
        self._raw = _core.predict(model, device, terms)
        self._dict: dict[str, Any] | None = None

    @property
    def model(self) -> Model:
        """The model asked about."""
        return Model(self._raw.model)

    @property
    def device(self) -> Device:
        """The device asked about."""
        return Device(self._raw.device)

    @property
    def runtime(self) -> str:
        """The runtime's catalog name."""
        return self._raw.runtime

    @property
    def feasible(self) -> bool:
        """Whether it fits, is supported and keeps up."""
        return self._raw.feasible

    @property
    def reason(self) -> str:
        """Why it is not feasible, and by how much; else empty."""
        return self._raw.reason

    @property
    def suggestion(self) -> str:
        """What would work instead, where that is known; else empty."""
        return self._raw.suggestion

    @property
    def ttft(self) -> Figure:
        """Time to first token, in s: from sending the request."""
        return Figure(*self._raw.ttft)

    @property
    def tpot(self) -> Figure:
        """Mean time of each output token after the first, in s. An `Error` where the output is one token: there is none."""
        return Figure(*self._raw.tpot)

    @property
    def latency(self) -> Figure:
        """Time to the last token, in s."""
        return Figure(*self._raw.latency)

    @property
    def request_throughput(self) -> Figure:
        """Requests answered, in req/s, by the whole deployment."""
        return Figure(*self._raw.request_throughput)

    @property
    def output_throughput(self) -> Figure:
        """Output tokens, in tok/s, of the whole deployment."""
        return Figure(*self._raw.output_throughput)

    @property
    def prompt_throughput(self) -> Figure:
        """Prompt tokens, in tok/s, of the whole deployment."""
        return Figure(*self._raw.prompt_throughput)

    @property
    def total_throughput(self) -> Figure:
        """Prompt and output tokens, in tok/s."""
        return Figure(*self._raw.total_throughput)

    @property
    def output_per_device(self) -> Figure:
        """Output tokens of one device, in tok/s."""
        return Figure(*self._raw.output_per_device)

    @property
    def output_per_user(self) -> Figure:
        """Output tokens that one user sees, in tok/s: 1 / TPOT, and likewise an `Error` without it."""
        return Figure(*self._raw.output_per_user)

    @property
    def devices(self) -> int:
        """Devices of the whole deployment."""
        return self._raw.devices

    @property
    def running(self) -> float:
        """Sequences in the deployment at once."""
        return self._raw.running

    @property
    def queued(self) -> float:
        """Of those running, prompts that wait for a pass with room."""
        return self._raw.queued

    @property
    def waiting(self) -> float:
        """Requests held back for a slot or for KV memory."""
        return self._raw.waiting

    @property
    def batch(self) -> float:
        """Sequences in one pass of one rank group."""
        return self._raw.batch

    @property
    def mfu(self) -> float:
        """Model flop / (time x dense peak), 0 to 1."""
        return self._raw.mfu

    @property
    def mbu(self) -> float:
        """Bytes moved / (time x bandwidth), 0 to 1."""
        return self._raw.mbu

    @property
    def utilisation(self) -> float:
        """Share of time in which a pass runs."""
        return self._raw.utilisation

    @property
    def prompt_share(self) -> float:
        """Share of pass time that prompts cost: what splits the bill."""
        return self._raw.prompt_share

    @property
    def cost(self) -> Cost | None:
        """Figures ``output``, ``input``, ``blended``, ``output_only`` in $/Mtok, ``rent_per_device`` in $/h.

        None where no price is known: give ``price_usd_per_hour``.
        """
        return group_of(Cost, self._raw.cost)

    @property
    def energy(self) -> Energy | None:
        """Figures ``per_output_token`` (J/tok), ``cost_per_output_token`` ($/Mtok), ``board_power`` (W).

        None where the device's power limit is not known.
        """
        return group_of(Energy, self._raw.energy)

    @property
    def memory(self) -> Memory | None:
        """Figures in bytes of one device: ``capacity``, ``weights``, ``for_kv`` ...; the keys are in docs/json.md.

        None where something else than memory is in the way.
        """
        return group_of(Memory, self._all()["memory"])

    @property
    def start(self) -> Start | None:
        """Whether the server starts: ``verdict`` ("fits", "may_not_fit", "does_not_fit"), ``probability``,
        ``decided_by`` and, where it may not, a ``suggestion``.

        None where something else than memory is in the way.
        """
        told = self._all()["start"]
        if told is None:
            return None
        return Start(**{**told, "probability": told["probability"]["value"]})

    @property
    def bound(self) -> dict[str, Any]:
        """What bounds ``tpot`` and ``ttft``: the first and second bound and their shares."""
        return copy.deepcopy(dict(self._feasible()["bound"]))

    @property
    def breakdown(self) -> dict[str, Any]:
        """Where ``tpot`` and ``ttft`` go, ``by_class`` of operator and ``by_bound``, in s."""
        return copy.deepcopy(dict(self._feasible()["breakdown"]))

    @property
    def passes(self) -> dict[str, Any]:
        """A ``decode`` and a ``prefill`` pass, ``by_class`` and ``by_bound``, in s; how many ``of_a_prompt``."""
        return copy.deepcopy(dict(self._feasible()["passes"]))

    @property
    def notes(self) -> list[str]:
        """What is to be said of the settings: those without effect, those that override others."""
        return list(self.to_dict().get("notes", []))

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """What each part rests on: ``of``, ``from``, ``recalled``."""
        return copy.deepcopy(list(self._feasible()["evidence"]))

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, equal to the JSON of ``gambrel predict --json`` (docs/json.md)."""
        return self._raw.to_dict()

    def to_frame(self) -> pd.DataFrame:
        """A row a figure: index the figure's name, columns ``value``, ``low``, ``high``, ``unit``. Needs pandas."""
        import pandas as pd

        rows = self._flat()
        frame = pd.DataFrame([f.to_dict() for f in rows.values()], index=list(rows))
        frame.index.name = "figure"
        return frame

    def to_metrics(self) -> dict[str, float]:
        """Figures by flat names with their units, such as ``gambrel_ttft_seconds``; ``_low``, ``_high`` beside."""
        metrics: dict[str, float] = {"gambrel_feasible": float(self.feasible)}
        for name, f in self._flat().items():
            unit = _METRIC_UNITS.get(f.unit, "")
            base = f"gambrel_{name.replace('.', '_')}" + (f"_{unit}" if unit else "")
            metrics[base] = f.value
            if f.low != f.high:
                metrics[base + "_low"] = f.low
                metrics[base + "_high"] = f.high
        return metrics

    def explain(self) -> dict[str, Any]:
        """The operators of a decode and of a prefill pass, and the roofs: as ``gambrel explain --json``."""
        return self._raw.explain()

    def __getitem__(self, name: str) -> Figure:
        """A figure by its name, as `to_frame` has it: ``p["tpot"]``, ``p["cost.output"]``."""
        _ = self._raw.ttft  # raises the reason
        found = self._flat()
        if name not in found:
            from difflib import get_close_matches

            near = get_close_matches(str(name), found, 3, 0.3) or list(found)[:3]
            raise Error(f'a prediction has no figure "{str(name)[:40]}"; the nearest are {", ".join(near)}')
        return found[name]

    def _all(self) -> dict[str, Any]:
        if self._dict is None:
            self._dict = self._raw.to_dict()
        return self._dict

    def _feasible(self) -> dict[str, Any]:
        _ = self._raw.ttft  # raises the reason
        return self._all()

    def _flat(self) -> dict[str, Figure]:
        """Every figure of the answer by its name, those of groups as ``memory.weights``."""
        if not self.feasible:
            return {}
        answer = self._all()
        found = {name: figure_of(answer[name]) for name in _TIMES_AND_RATES if answer[name] is not None}
        for group in ("cost", "energy", "memory"):
            for name, f in (answer[group] or {}).items():
                found[f"{group}.{name}"] = figure_of(f)
        for name in ("running", "waiting", "batch", "mfu", "mbu", "utilisation", "prompt_share"):
            found[name] = figure_of(answer[name])
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.model, self.device, self._terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prediction) and self._all() == other._all()

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._raw.text().rstrip("\n")

    def __repr__(self) -> str:
        times = f"{self.devices} x " if self.feasible and self.devices > 1 else ""
        what = f"{self._raw.model.name} on {times}{self._raw.device.name}, {self.runtime}"
        if not self.feasible:
            return f"<Prediction: {what}: not possible: {self.reason}>"
        cost = self._raw.cost
        price = "" if cost is None else f", {Figure(*cost['output'])}"
        answer = self._all()
        first = answer["bound"]["tpot"] or answer["bound"]["ttft"]
        tpot = "" if answer["tpot"] is None else f", TPOT {self.tpot}"
        return (
            f"<Prediction: {what}: TTFT {self.ttft}{tpot}, {self.output_throughput}"
            f"{price}; bound by {first['first'].replace('_', ' ')} ({first['first_share']['value']:.0%})>"
        )

    def _repr_html_(self) -> str:
        from ..show._html import prediction_html

        return prediction_html(self.to_dict())


@takes(Terms)
def predict(model: ModelLike, device: DeviceLike, **terms: Unpack[Terms]) -> Prediction:
    """Predicts how fast, how responsive, how large and how expensive ``model`` is on ``device``.

    Parameters
    ----------
    model : str, path, mapping or Model
        A catalog name, a ``config.json``, a model directory, a configuration; see `gambrel.model`.
    device : str, path, mapping or Device
        A catalog name, a ``.json`` file, a datasheet; see `gambrel.device`.
    **terms
        See `gambrel.Terms`. Numbers are in the unit that the name says; text may carry a unit of its own.

    Returns
    -------
    Prediction
        Also where the deployment is not possible: then ``feasible`` is False and ``reason`` says why.

    Raises
    ------
    Error
        For a name that is none, with the nearest; for a value out of its range, with the range.

    Examples
    --------
    >>> import gambrel as gb
    >>> p = gb.predict("meta-llama/Llama-3.1-8B-Instruct", "h100-sxm", concurrency=64, prompt=2048)
    >>> p.tpot < "25 ms"
    True
    """
    return Prediction(raw_model(model), raw_device(device), plain(terms))


@takes(Terms)
def explain(model: ModelLike, device: DeviceLike, **terms: Unpack[Terms]) -> dict[str, Any]:
    """The operators of a decode and of a prefill pass, their work, traffic and time, and the roofs over them.

    Takes what `predict` takes; the keys are those of ``gambrel explain --json`` (docs/json.md).
    """
    return predict(model, device, **terms).explain()


def _again(model: ModelLike, device: DeviceLike, terms: dict[str, Any]) -> Prediction:
    return Prediction(raw_model(model), raw_device(device), terms)
