# SPDX-License-Identifier: Apache-2.0
"""What runs on a machine under llama.cpp, where a model runs, and where its layers lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .. import _core
from ..ask._device import DeviceLike, raw_device
from ..ask._model import ModelLike, raw_model
from ..ask._terms import FitTerms, takes

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack


class Fit:
    """What runs, a row for each file on each machine, and what the closest lack that do not.

    It is pickled by its question, and answered again.
    """

    __slots__ = ("_dict", "_question", "_raw")

    def __init__(self, model: Any, devices: list[Any], terms: dict[str, Any]) -> None:
        self._question = (model, devices, terms)
        raw = None if model is None else raw_model(model)
        self._raw = _core.fit(raw, [raw_device(each) for each in devices], terms)
        self._dict: dict[str, Any] = self._raw.to_dict()

    @property
    def feasible(self) -> bool:
        """Whether anything runs."""
        return self._raw.feasible

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as ``gambrel fit --json`` (docs/json.md)."""
        return self._raw.to_dict()

    def frame(self) -> pd.DataFrame:
        """A row for each file that runs: memory, where layers lie, speeds with their 80 % range. Needs pandas."""
        return _frame(self._dict["rows"])

    def near(self) -> pd.DataFrame:
        """The closest of each model of which nothing runs, by what it lacks. Needs pandas."""
        return _frame(self._dict["near"])

    def __reduce__(self) -> tuple[Any, ...]:
        return Fit, self._question

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fit) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._raw.text().rstrip("\n")

    def __repr__(self) -> str:
        return f"<Fit: {len(self._dict['rows'])} of {self._dict['files']} files run>"


def _frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    def of(row: dict[str, Any], key: str, part: str) -> float | None:
        found = row.get(key)
        return None if found is None else float(found[part])

    plain = ["model", "machine", "type", "file_gib", "bits_per_weight", "layers", "gpu_layers", "experts_on_host"]
    frame = []
    for row in rows:
        quality = row["published"] or {}
        frame.append(
            {
                **{key: row[key] for key in plain},
                "device_gib": sum(d["total_gib"] for d in row["devices"]),
                "host_gib": row["host"]["total_gib"],
                "context": row["context"],
                "greatest_context": row.get("greatest_context"),
                "tokens_per_s": of(row, "speed", "value"),
                "tokens_per_s_low": of(row, "speed", "low"),
                "tokens_per_s_high": of(row, "speed", "high"),
                "ttft_s": of(row, "first_token", "value"),
                "ttft_s_low": of(row, "first_token", "low"),
                "ttft_s_high": of(row, "first_token", "high"),
                "perplexity_change": quality.get("perplexity_change"),
                "divergence": quality.get("divergence"),
                "lacks": row["lacks"],
                "missing_gib": row["missing_gib"],
                "server_line": row.get("server_line", ""),
                "bench_line": row.get("bench_line", ""),
            }
        )
    return pd.DataFrame(frame)


@takes(FitTerms)
def fit(
    model: ModelLike | None = None,
    device: DeviceLike | Sequence[DeviceLike] | None = None,
    **terms: Unpack[FitTerms],
) -> Fit:
    """What runs on a machine under llama.cpp; of one model where no device is given.

    Parameters
    ----------
    model : optional
        As for `predict`, also a GGUF file; all of the catalog where it is left out.
    device : optional
        As for `predict`; several of one machine as a list, or in one text with commas. Left out: those of the catalog.
    **terms
        The keywords of `FitTerms`: ``ram_gib=64, cpu="ryzen-7950x", context=16384, tokens_per_s=20``.
    """
    asked: list[Any] = []
    if type(device) is str:
        asked = [part.strip() for part in device.split(",")]
    elif isinstance(device, (list, tuple)):
        asked = list(device)
    elif device is not None:
        asked = [device]
    return Fit(model, asked, dict(terms))
