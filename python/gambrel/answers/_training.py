# SPDX-License-Identifier: Apache-2.0
"""What a training run takes: time of a step, memory of a device, the best layouts, hours and dollars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ..ask._device import Device, DeviceLike, raw_device
from ..ask._model import Model, ModelLike, raw_model
from ..ask._terms import TrainingTerms, takes
from ..show._figure import Figure, figure_of

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack


class Training:
    """A training run as predicted: the layout asked for, or the best found, with its step, memory and cost.

    It is pickled by its question, and answered again.
    """

    __slots__ = ("_dict", "_raw", "_terms", "_tune")

    def __init__(self, model: Any, device: Any, terms: dict[str, Any], tune: bool) -> None:
        self._terms = terms
        self._tune = tune
        self._raw = _core.train(model, device, terms, tune)
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
        """Whether the layout exists and does not surely exceed the memory."""
        return self._raw.feasible

    @property
    def step(self) -> Figure | None:
        """The time of a step in seconds; None where the layout does not exist."""
        return self._figure("step")

    @property
    def tokens_per_s(self) -> Figure | None:
        """Tokens a second of all devices; None where the layout does not exist."""
        return self._figure("tokens")

    @property
    def mfu(self) -> dict[str, float] | None:
        """Share of the peak: `causal`, `full` (all of attention counted) and `hfu`; None likewise."""
        found = self._dict.get("mfu")
        return None if found is None else {key: float(found[key]) for key in ("causal", "full", "hfu")}

    @property
    def memory_gib(self) -> dict[str, float] | None:
        """Memory of the fullest device by part, in GiB; None likewise."""
        found = self._dict.get("memory")
        return None if found is None else {key: float(value) for key, value in found["parts_gib"].items()}

    @property
    def fits(self) -> str | None:
        """`fits`, `may_not_fit` or `does_not_fit`; None likewise."""
        found = self._dict.get("memory")
        return None if found is None else str(found["fits"])

    @property
    def hours(self) -> float | None:
        """Hours of the run, what failures take included; None likewise."""
        found = self._dict.get("run")
        return None if found is None else float(found["time"]["value"]) / 3600.0

    @property
    def cost_usd(self) -> float | None:
        """Dollars of the run; None where it is not known."""
        found = self._dict.get("run")
        return None if found is None or found["cost_usd"] is None else float(found["cost_usd"]["value"])

    @property
    def layout(self) -> dict[str, Any]:
        """The layout answered for: `tp`, `pp`, `dp`, `zero`, `micro_batch` ..."""
        found: dict[str, Any] = self._dict["layout"]
        return found

    def _figure(self, key: str) -> Figure | None:
        found = self._dict.get(key)
        return None if found is None else figure_of(found)

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as ``gambrel train --json`` (docs/json.md)."""
        return self._raw.to_dict()

    def layouts(self) -> pd.DataFrame:
        """A row a layout, the one answered for first, then the others found, the fastest first. Needs pandas."""
        import pandas as pd

        own = self._dict.get("step")
        rows = []
        if own is not None:
            memory = self._dict["memory"]
            rows.append(
                {**self.layout, "step_s": own["value"], "memory_gib": memory["peak_gib"], "fits": memory["fits"]}
            )
        for found in self._dict["layouts"]:
            rest = {key: value for key, value in found.items() if key != "step"}
            rows.append({**rest, "step_s": found["step"]["value"]})
        return pd.DataFrame(rows)

    def changes(self) -> pd.DataFrame:
        """A row for each single change that saves memory, those that fit first; empty where it fits. Needs pandas."""
        import pandas as pd

        columns = ["change", "words", "fits", "memory_gib", "step_s"]
        rows = [{**c, "step_s": c["step"]["value"]} for c in self._dict.get("changes", [])]
        return pd.DataFrame(rows, columns=columns)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.model, self.device, self._terms, self._tune)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Training) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._raw.text().rstrip("\n")

    def __repr__(self) -> str:
        inputs = self._dict["inputs"]
        what = f"{inputs['model']} on {inputs['devices']} x {inputs['device']}"
        if self.step is None:
            return f"<Training: {what}: {self._dict['fault']['reason']}>"
        return f"<Training: {what}: {self.step} a step, {str(self.fits).replace('_', ' ')}>"


def _again(model: Model, device: Device, terms: dict[str, Any], tune: bool) -> Training:
    return Training(raw_model(model), raw_device(device), terms, tune)


@takes(TrainingTerms)
def train(model: ModelLike, device: DeviceLike, **terms: Unpack[TrainingTerms]) -> Training:
    """Time of a step, memory, layout and cost of a training run; degrees that are not given are searched.

    Parameters
    ----------
    model, device
        As for `predict`.
    **terms
        The keywords of `TrainingTerms`: ``devices=64, format="fp8", sequence=8192``.
    """
    return Training(raw_model(model), raw_device(device), dict(terms), tune=False)


@takes(TrainingTerms)
def finetune(model: ModelLike, device: DeviceLike, **terms: Unpack[TrainingTerms]) -> Training:
    """Fine-tuning on few devices: what fits, what would, hours and dollars.

    Parameters
    ----------
    model, device
        As for `predict`.
    **terms
        The keywords of `TrainingTerms`: ``method="qlora", tokens=1e8``.
    """
    return Training(raw_model(model), raw_device(device), dict(terms), tune=True)
