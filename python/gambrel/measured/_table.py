# SPDX-License-Identifier: Apache-2.0
"""Measured rows: a light list of rows with columns, and what was left out and why.

Two kinds of table are known to `validate` and `calibrate`, by their columns: "serving" (one figure of a run of a
serving engine per row) and "llama.cpp" (one test of llama-bench per row). Energy and training tables pass through.
"""

from __future__ import annotations

import csv
import importlib
import io
import math
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Callable, Union, overload

from .. import _core
from .._error import Error

PathLike = Union[str, "os.PathLike[str]"]
Cell = Union[str, int, float]
Row = dict[str, Cell]

_known = _core.table_kinds()
#: What a table must have to be of a kind, in the order in which they are tried.
required_columns: dict[str, tuple[str, ...]] = _known["needed"]
#: The columns of the tables that the readers make, in order.
made_columns: dict[str, tuple[str, ...]] = _known["made"]
_text_columns = frozenset(_known["text"])


def kind_of_columns(columns: Iterable[str]) -> str | None:
    """The kind of table that has these columns, or None."""
    present = set(columns)
    return next((kind for kind, needed in required_columns.items() if present.issuperset(needed)), None)


class Measured:
    """Measured rows of one kind of table.

    Parameters
    ----------
    rows : iterable of dict
        One row each: column to text or number.
    kind : {"serving", "llama.cpp", "energy", "training"}, optional
        By default what the columns say.
    skipped : mapping, optional
        What was left out when the rows were read: reason to count.

    Notes
    -----
    ``a + b`` puts two tables of one kind together, ``rows[2:5]`` and ``rows.where(metric="ttft_mean")`` choose,
    ``rows.to_csv("my.csv")`` writes what ``gambrel validate my.csv`` reads.
    """

    __slots__ = ("_kind", "_rows", "_skipped")

    def __init__(
        self, rows: Iterable[Mapping[str, Cell]], *, kind: str | None = None, skipped: Mapping[str, int] | None = None
    ) -> None:
        self._rows: list[Row] = [dict(row) for row in rows]
        self._skipped: Counter[str] = Counter(skipped or {})
        found = kind or kind_of_columns(c for row in self._rows[:1] for c in row)
        if found is None:
            raise Error("rows of no known table: a serving table has " + ", ".join(required_columns["serving"]))
        if found not in required_columns:
            raise Error(f"unknown kind of table {found!r}; known: {', '.join(required_columns)}")
        self._kind = found

    @property
    def kind(self) -> str:
        """ "serving", "llama.cpp", "energy" or "training"."""
        return self._kind

    @property
    def skipped(self) -> dict[str, int]:
        """What was left out and why: reason to count, the most frequent first."""
        return dict(self._skipped.most_common())

    @property
    def columns(self) -> list[str]:
        """The columns, in the order in which they are written."""
        usual = made_columns.get(self._kind, ())
        present = dict.fromkeys(c for row in self._rows for c in row)
        return [*usual, *(c for c in present if c not in usual)]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Measured: ...

    def __getitem__(self, index: int | slice) -> Row | Measured:
        if isinstance(index, slice):
            return Measured(self._rows[index], kind=self._kind)
        return dict(self._rows[index])

    def __iter__(self) -> Iterator[Row]:
        return (dict(row) for row in self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Measured):
            return NotImplemented
        return self._kind == other._kind and self._rows == other._rows

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Measured) -> Measured:
        if not isinstance(other, Measured):
            return NotImplemented
        if self._kind != other._kind:
            raise Error(
                f"a {self._kind} table and a {other._kind} table have different columns: "
                "keep them apart and hand both over as a list"
            )
        return Measured(self._rows + other._rows, kind=self._kind, skipped=self._skipped + other._skipped)

    def __radd__(self, other: object) -> Measured:
        if other == 0:  # sum([...]) starts there
            return self
        return NotImplemented

    def where(self, keep: Callable[[Row], bool] | None = None, **equal: Any) -> Measured:
        """The rows for which ``keep(row)`` holds and whose columns equal the values given by name."""
        unknown = set(equal) - set(self.columns)
        if unknown:
            raise Error(f"no column {', '.join(sorted(unknown))}; there are {', '.join(self.columns)}")

        def wanted(row: Row) -> bool:
            return all(row.get(c, "") == v for c, v in equal.items()) and (keep is None or bool(keep(dict(row))))

        return Measured((row for row in self._rows if wanted(row)), kind=self._kind)

    @overload
    def to_csv(self, path: None = None) -> str: ...

    @overload
    def to_csv(self, path: PathLike) -> None: ...

    def to_csv(self, path: PathLike | None = None) -> str | None:
        """The table as `gambrel validate` reads it: as text, or written to `path`.

        Text that a spreadsheet would run as a formula gets an apostrophe in front.
        """
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({c: _no_formula(v) for c, v in row.items()} for row in self._rows)
        if path is None:
            return out.getvalue()
        try:
            with open(path, "w", encoding="utf-8", newline="") as file:
                file.write(out.getvalue())
        except OSError as e:
            raise Error(f"cannot write {os.fspath(path)}: {e.strerror or e}") from None
        return None

    def to_frame(self) -> Any:
        """The rows as a pandas DataFrame."""
        try:
            pandas = importlib.import_module("pandas")
        except ImportError:
            raise Error("to_frame() needs pandas, which is not installed") from None
        return pandas.DataFrame(self._rows, columns=self.columns)

    def __repr__(self) -> str:
        figures = Counter(str(r.get("metric", r.get("test", ""))) for r in self._rows)
        return "\n".join(
            [
                f"Measured: {len(self)} rows of a {self._kind} table"
                + (f" ({_some(f'{n} {name}' for name, n in figures.most_common() if name)})" if any(figures) else "")
            ]
            + [f"  {what:<9}{_some(self._distinct(column))}" for what, column in _told if self._distinct(column)]
            + [f"  skipped  {n}: {why}" for why, n in self._skipped.most_common()]
        )

    def _distinct(self, column: str) -> list[str]:
        return list(dict.fromkeys(_core.printable(_whole(str(r[column]))) for r in self._rows if r.get(column, "") != ""))


_told = (("model", "model"), ("hardware", "hardware"), ("runtime", "framework"), ("backend", "backend"))


def _whole(words: str) -> str:
    """Without halves of characters, which no UTF-8 has."""
    return words.encode("utf-8", "replace").decode("utf-8")


def _no_formula(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _core.is_formula(_whole(cell)) else cell


def _some(names: Iterable[str], most: int = 6) -> str:
    every = list(names)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")


def cells_of(row: Mapping[str, Any]) -> Row:
    """A row of text with its numbers as numbers where their column holds numbers."""
    cells: Row = {}
    for column, value in row.items():
        if not isinstance(column, str):
            continue
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            cells[column] = "" if math.isnan(value) else value  # NaN stands for an empty cell of a frame
            continue
        words = "" if value is None else str(value)
        n = None if column in _text_columns else _number(words)
        cells[column] = words if n is None else n
    return cells


def _number(words: str) -> int | float | None:
    """`words` as a finite number, whole ones as integers: tables read 1024 and not 1024.0."""
    if "_" in words or not words.isascii():
        return None  # Python reads "1_000" as a number; other readers of the table do not
    try:
        n = float(words)
    except ValueError:
        return None
    if not math.isfinite(n):
        return None
    return int(n) if n == math.floor(n) and abs(n) < 2.0**53 else n


def table_of_frame(frame: Any) -> Measured:
    """The rows of a frame with the columns of a table."""
    try:
        rows = frame.to_dict("records")
    except (TypeError, ValueError):
        raise Error("a frame of rows is read, with the columns " + ", ".join(required_columns["serving"])) from None
    kind = kind_of_columns(str(c) for c in frame.columns)
    if kind is None:
        raise Error("the frame lacks columns: a serving table has " + ", ".join(required_columns["serving"]))
    return Measured((cells_of(row) for row in rows), kind=kind)
