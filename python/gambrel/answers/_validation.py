# SPDX-License-Identifier: Apache-2.0
"""Predicted against measured."""

from __future__ import annotations

import copy
import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import _core
from .._error import Error
from .._checks import flag, text
from ..ask._device import DeviceLike, raw_device
from ..ask._tables import Rows, conventions, tables_of
from ..ask._terms import Refined, refined

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = ("measured", "predicted", "low", "high", "error", "prompt", "output", "concurrency", "devices", "tp", "pp")


class Validation:
    """How far predictions are from measurements, by group, with the rows that could not be predicted and why."""

    __slots__ = ("_csv", "_dict", "_text")

    def __init__(self, answer: dict[str, Any], rows: str, text: str) -> None:
        self._dict, self._csv, self._text = answer, rows, text

    def to_dict(self) -> dict[str, Any]:
        """Groups, totals and refusals, as ``gambrel validate --json``."""
        return copy.deepcopy(self._dict)

    def to_frame(self) -> pd.DataFrame:
        """A row a group: n, median and mean absolute error, bias, coverage and interval score of the 80 % range. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(self._dict["groups"])

    @property
    def totals(self) -> pd.DataFrame:
        """The same by metric and kind of model. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(self._dict["totals"])

    @property
    def rows(self) -> pd.DataFrame:
        """A row a measurement: what was measured and predicted, the range, the error, or why not. Needs pandas."""
        import pandas as pd

        return pd.read_csv(io.StringIO(self._csv))

    def records(self) -> list[dict[str, str]]:
        """The same as text, without pandas."""
        return list(csv.DictReader(io.StringIO(self._csv)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Validation) and (self._dict, self._csv) == (other._dict, other._csv)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Validation, (self._dict, self._csv, self._text)

    def __str__(self) -> str:
        return self._text.rstrip("\n")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from ..show._html import validation_html

        return validation_html(self._dict)


def validate(
    rows: Rows | Iterable[Rows],
    *,
    by: str | Sequence[str] = (),
    device: DeviceLike | None = None,
    dense: bool = False,
    metric: str = "",
    hardware: str = "",
    runtime: str = "",
    model: str = "",
    precision: str = "",
    source: str = "",
    calibration: Refined | str | os.PathLike[str] | Mapping[str, Any] | None = None,
) -> Validation:
    """Predicts every measured row and scores the predictions.

    Parameters
    ----------
    rows : path, frame, sequence of dicts, or several of them
        Tables with the columns of ``gambrel validate`` (docs/command.md), or what `read_measured` gives.
    by : str or sequence of str
        Group by ``metric``, ``kind``, ``device``, ``runtime``, ``model``, ``precision``, ``source``.
    device : str, path, mapping or Device, optional
        Your own device, for rows whose hardware has its name.
    dense : bool
        Only models without experts.
    metric : str
        One metric only: ``"TPOT"``, ``"TTFT"`` ...
    hardware, runtime, model, precision, source : str
        Only rows that have this in that name.
    calibration : Calibration, path or mapping, optional
        What `calibrate` gave, for the rows of its device and its runtime.

    Raises
    ------
    Error
        For a table whose columns are none of the known, an unknown group or metric, a calibration that no row is of.
    """
    if not isinstance(by, (str, Sequence)):
        raise Error(f"by is text or a sequence of it, not of type {type(by).__name__}")
    keys = ",".join(text(key, "by") for key in ([by] if isinstance(by, str) else by))
    own = None if device is None else raw_device(device)
    given = {"metric": metric, "hardware": hardware, "runtime": runtime}
    given |= {"model": model, "precision": precision, "source": source}
    parts = [text(part, name) for name, part in given.items()]
    return Validation(*_core.validate(tables_of(rows), conventions(), own, keys, flag(dense, "dense"), parts, refined(calibration)))
