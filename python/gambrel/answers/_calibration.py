# SPDX-License-Identifier: Apache-2.0
"""Constants refined from measurements."""

from __future__ import annotations

import copy
import json
import os
from typing import TYPE_CHECKING, Any

from .. import _core
from .._error import Error
from .._checks import file_name, text
from ..ask._device import DeviceLike, raw_device
from ..ask._runtime import Runtime
from ..ask._tables import Rows, conventions, tables_of

if TYPE_CHECKING:
    import pandas as pd


class Calibration:
    """A device's own laws, fitted to its timed kernels, and factors on constants, fitted to measured rows.

    Pass it as ``calibration=`` to `predict`, `serve`, `sweep`, `validate` ...
    """

    __slots__ = ("_dict",)

    def __init__(self, outcome: dict[str, Any]) -> None:
        self._dict = outcome

    @property
    def converged(self) -> bool:
        """Whether the fit of the rows ended; if not, there is nothing to apply. True without rows."""
        return bool(self._dict.get("converged", True))

    @property
    def factors(self) -> dict[str, float]:
        """The factors by name; 1 leaves a constant as shipped."""
        return {f["name"]: f["factor"] for f in self._dict.get("factors", [])}

    @property
    def held_by_prior(self) -> bool:
        """Whether the rows decide fewer constants than may move; the rest stays near what is shipped."""
        return bool(self._dict.get("held_by_prior", False))

    @property
    def rows_used(self) -> int:
        """Measured rows the fit is on."""
        return int(self._dict.get("rows_used", 0))

    @property
    def refused(self) -> dict[str, int]:
        """Measured rows and timed kernels it is not on, by reason."""
        return {**self._dict.get("kernels", {}).get("refused", {}), **self._dict.get("refused", {})}

    @property
    def laws(self) -> list[dict[str, Any]]:
        """The laws fitted to timed kernels: kind, format, library, rows, error and sigma before and after."""
        return copy.deepcopy(list(self._dict.get("kernels", {}).get("laws", [])))

    @property
    def laws_frame(self) -> pd.DataFrame:
        """The same, a row a law. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(self.laws)

    @property
    def remarks(self) -> list[str]:
        """What is to be said of the timed kernels, as sentences: times that contradict each other."""
        return list(self._dict.get("kernels", {}).get("remarks", []))

    def median_error(self, *, before: bool = False) -> float:
        """Median absolute error of the rows used, after the fit or before it."""
        errors = sorted(abs(float(r["error_before" if before else "error_after"])) for r in self._dict.get("rows", []))
        return errors[len(errors) // 2] if errors else 0.0

    def to_file(self) -> dict[str, Any]:
        """What the file holds (docs/command.md). Raises `Error` where the fit did not converge."""
        if self._dict["file"] is None:
            raise Error("the fit did not converge: there is no calibration to keep")
        return copy.deepcopy(dict(self._dict["file"]))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the file for ``gambrel predict --calibration`` and for ``calibration=``."""
        kept = json.dumps(self.to_file(), indent=2) + "\n"
        name = file_name(path, "the file of a calibration")
        try:
            with open(name, "w", encoding="utf-8") as file:
                file.write(kept)
        except OSError as e:
            raise Error(f"cannot write {name}: {e.strerror}") from None

    def to_dict(self) -> dict[str, Any]:
        """Everything known about the fit."""
        return copy.deepcopy(self._dict)

    def to_frame(self) -> pd.DataFrame:
        """A row a measurement: its error before and after. Needs pandas."""
        import pandas as pd

        return pd.DataFrame(self._dict.get("rows", []))

    def __reduce__(self) -> tuple[Any, ...]:
        return Calibration, (self._dict,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calibration) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        if not self.converged:
            return f"<Calibration: did not converge in {self._dict['steps']} steps; nothing is changed>"
        parts = []
        if "kernels" in self._dict:
            parts.append(f"of {len(self.laws)} laws on {self._dict['kernels']['timed']}")
        if self.rows_used:
            factors = ", ".join(
                f"{f['name']} {f['factor']:.3f} ({f['low']:.2f} to {f['high']:.2f})" for f in self._dict["factors"]
            )
            parts.append(
                f"on {self.rows_used} rows: median error {self.median_error(before=True):.1%} -> "
                f"{self.median_error():.1%}; {factors}"
            )
        return f"<Calibration {'; '.join(parts)}>"


def calibrate(
    rows: Rows | None = None,
    *,
    device: DeviceLike,
    runtime: str | Runtime | None = None,
    moves: str = "both",
    kernels: str | os.PathLike[str] | None = None,
) -> Calibration:
    """Puts what you measured in the place of what is shipped: laws from timed kernels, then factors from measured rows.

    The shipped constants are the prior of both: three rows move them a little, thirty decide them.

    Parameters
    ----------
    rows : path, frame, sequence of dicts, optional
        As for `validate`; rows of other hardware, or of other runtimes than ``runtime``, are left aside.
    device : str, path, mapping or Device
        Whose rows they are.
    runtime : str or Runtime, optional
        Only rows of this runtime.
    moves : str
        What the rows may move: ``"device"``, ``"host"`` or ``"both"``.
    kernels : path, optional
        A table of kernels timed on the device, as ``python -m gambrel.measure_kernels`` writes it.

    Raises
    ------
    Error
        Where neither rows nor kernels are given, no row is of the device, the kernels are of another device, or a name is none.
    """
    if rows is None and kernels is None:
        raise Error("calibrate needs measured rows or kernels=, a table of timed kernels; give one or both")
    software = runtime.name if isinstance(runtime, Runtime) else "" if runtime is None else text(runtime, "a runtime")
    tables = [] if rows is None else tables_of(rows)
    timed = "" if kernels is None else file_name(kernels, "the table of kernels")
    return Calibration(
        _core.calibrate(tables, conventions(), raw_device(device), software, text(moves, "moves"), timed)
    )
