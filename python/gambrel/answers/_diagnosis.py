# SPDX-License-Identifier: Apache-2.0
"""Why a server is slow: what its files show against what is predicted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Union

from .. import _core
from .._error import Error
from ..ask._device import DeviceLike, raw_device
from ..ask._model import ModelLike, raw_model
from ..ask._terms import Terms, plain, takes

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

PathLike = Union[str, "os.PathLike[str]"]


class Diagnosis:
    """What files of a server show, number by number, and which one cause explains it.

    ``d.conclusion`` is ``"cause"``, ``"either"``, ``"within_range"``, ``"cannot_be_said"``, ``"unexplained"``,
    ``"contradictory"``, ``"nothing_to_compare"``, ``"impossible"``, ``"beyond_limit"`` or ``"no_run"`` (a start-up log
    alone).
    """

    __slots__ = ("_dict", "_text")

    def __init__(self, answer: dict[str, Any], text: str) -> None:
        self._dict = answer
        self._text = text

    @property
    def conclusion(self) -> str:
        """What is concluded, in one word."""
        return str(self._dict["conclusion"])

    @property
    def says(self) -> str:
        """The conclusion as a sentence."""
        return " ".join(self._dict["says"].split())

    @property
    def suspects(self) -> list[dict[str, Any]]:
        """Every suspect, heaviest first: ``suspect``, ``weight`` (0 to 1), ``factor`` with its range, ``evidence``."""
        return list(self._dict["suspects"])

    @property
    def numbers(self) -> list[dict[str, Any]]:
        """Every number compared: measured, predicted with its 80 % range, and by how many deviations they differ."""
        return list(self._dict["numbers"])

    @property
    def inconsistencies(self) -> list[dict[str, Any]]:
        """What does not agree within the files."""
        return list(self._dict["inconsistencies"])

    @property
    def start_logs(self) -> list[dict[str, Any]]:
        """What start-up logs print beside what is predicted, and their ``findings``: first what ``contradicts``."""
        return list(self._dict["start_logs"])

    @property
    def next(self) -> dict[str, Any] | None:
        """The measurement that tells the first two suspects apart, with its ``command``; None where none is needed."""
        found: dict[str, Any] | None = self._dict["next"]
        return found

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as ``gambrel diagnose --json`` (docs/json.md)."""
        return self._dict

    def to_frame(self) -> pd.DataFrame:
        """A row a number: run, load, number, measured, predicted, low, high, deviations. Needs pandas."""
        import pandas as pd

        rows = []
        for n in self.numbers:
            run = self._dict["runs"][n["run"]]
            predicted = n["predicted"]
            rows.append(
                {
                    "run": n["run"],
                    "file": run["file"],
                    "before": run["before"],
                    "clients": run["clients"],
                    "rate_per_s": run["rate_per_s"],
                    "number": n.get("kernels", n["number"]) + (f" p{100 * n['share']:g}" if "share" in n else ""),
                    "unit": predicted["unit"],
                    "measured": n["measured"],
                    "predicted": predicted["value"],
                    "low": predicted["low"],
                    "high": predicted["high"],
                    "deviations": n["deviations"],
                    "within": n["within"],
                }
            )
        return pd.DataFrame(rows)

    def waterfall(self, run: int = -1) -> pd.DataFrame:
        """TPOT of a run in ms, by class: ``predicted``, ``with_cause`` (of the heaviest suspect). Needs pandas.

        Both as the runs before correct them (``tpot_corrected_by``), where there are any.
        """
        import pandas as pd

        of = self._dict["runs"][run]
        frame = pd.DataFrame(
            {"predicted": of["tpot_predicted_s"], "with_cause": of["tpot_with_cause_s"]}, dtype=float
        ).fillna(0.0)
        return frame * (1e3 * of["tpot_corrected_by"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Diagnosis) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Diagnosis, (self._dict, self._text)

    def __str__(self) -> str:
        return self._text.rstrip("\n")

    def __repr__(self) -> str:
        return f"<Diagnosis: {self.says}>"


@takes(Terms)
def diagnose(
    files: PathLike | Sequence[PathLike],
    model: ModelLike | None = None,
    device: DeviceLike | None = None,
    *,
    before: PathLike | Sequence[PathLike] = (),
    noise: float = 0.05,
    **terms: Unpack[Terms],
) -> Diagnosis:
    """Why a server is as slow as `files` of it show.

    Parameters
    ----------
    files : path or sequence of paths
        What a benchmark, a server (two scrapes of /metrics, its start-up log), a profiler or nvidia-smi wrote, or
        folders of it. Several runs are one sweep; parts without a load (counters, profiles, the board) belong to the
        run that has one, a start-up log to all. A log alone says what was loaded, and not why a run is slow.
    model, device : optional
        As for `predict`; by default as the files say.
    before : path or sequence of paths, optional
        Files of the same server while it was well: what the prediction is wrong by there is then known.
    noise : float, default 0.05
        By which two runs of one server differ, as a share.
    **terms
        See `gambrel.Terms`: what the files do not say. What is given holds over what a file says.

    Returns
    -------
    Diagnosis
        Also where nothing is wrong, and where it cannot be said.

    Raises
    ------
    Error
        For a file that is none of what is read, naming what is; for what a file does not say and nobody else did; for
        a file of another model or device.
    """
    raw = _core.diagnose(
        _paths(files),
        _paths(before),
        None if model is None else raw_model(model),
        None if device is None else raw_device(device),
        plain(terms),
        float(noise),
    )
    return Diagnosis(raw.to_dict(), raw.text())


def _paths(given: PathLike | Sequence[PathLike]) -> list[str]:
    many = [given] if isinstance(given, (str, os.PathLike)) else list(given)
    paths = [os.fspath(each) for each in many]
    for each in paths:
        if not isinstance(each, str) or "\0" in each:
            raise Error(f"{each!r} is not the path of a file: it must be text without a null character")
    return paths
