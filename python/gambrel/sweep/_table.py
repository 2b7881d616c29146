# SPDX-License-Identifier: Apache-2.0
"""The rows of a sweep as a table: labels from the numbers of the rows, figures and codes as they were computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from .. import _core
from .._error import Error
from ._axes import AXES, Part

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

# Shown also where they are not given.
_SHOWN = {"tp": 1, "weights": "stored", "kv": "stored", "prompt": 1024, "output": 256, "concurrency": 1}
_ORDER = ("model", "device", "memory_gib", "runtime", *(n for names in AXES.values() for n in names))
_STATUSES = ["ok", *(words for _, words, _, _ in _core.enum_tables["obstacle"][1:])]
_BOUNDS = [words for _, words, _, _ in _core.enum_tables["bound"]]
_CODES = {"devices": None, "feasible": None, "status": _STATUSES, "tpot_bound": _BOUNDS, "ttft_bound": _BOUNDS}

#: The cells of a column: numbers, or codes into the texts beside them (-1: none).
_Cells = tuple[Any, Union[list[str], None]]


class Rows(NamedTuple):
    """Computed rows of a part: their numbers, a row each; what `Part.raw.fill` wrote."""

    numbers: npt.NDArray[np.int64]
    figures: npt.NDArray[np.float64]
    codes: npt.NDArray[np.int32]


class Table:
    """Columns by name: labels and codes; and the matrix of figures."""

    def __init__(self, columns: dict[str, _Cells], figures: Any, names: list[str]) -> None:
        self.columns, self.figures, self.names = columns, figures, names

    @classmethod
    def of(cls, part: Part, rows: Rows, figures: list[str]) -> Table:
        """The table of computed rows of ``part``."""
        import numpy as np

        codes = dict(zip(_core.sweep_codes, rows.codes.T))
        columns = _labels(part, rows.numbers)
        for name, categories in _CODES.items():
            if name == "feasible":
                columns[name] = (codes["status"] == 0, None)
            else:
                columns[name] = (codes[name].astype(np.int8) if categories else codes[name], categories)
        return cls(columns, rows.figures, figures)

    @classmethod
    def joined(cls, tables: Sequence[Table]) -> Table:
        """One below the other."""
        import numpy as np

        first = tables[0]
        if len(tables) == 1:
            return first
        columns = {name: _stacked([t.columns[name] for t in tables]) for name in first.columns}
        return cls(columns, np.concatenate([t.figures for t in tables]), first.names)

    def made(self, kind: str) -> Any:
        """As a frame of pandas, a table of Arrow or a structured array."""
        return {"pandas": self._pandas, "arrow": self._arrow, "numpy": self._numpy}[kind]()

    def _pandas(self) -> Any:
        import pandas as pd

        left = {
            name: cells if categories is None else pd.Categorical.from_codes(cells, categories=categories)
            for name, (cells, categories) in self.columns.items()
        }
        frames = [pd.DataFrame(left, copy=False), pd.DataFrame(self.figures, columns=self.names, copy=False)]
        if int(pd.__version__.split(".")[0]) >= 3:
            return pd.concat(frames, axis=1)
        return pd.concat(frames, axis=1, copy=False)

    def _arrow(self) -> Any:
        import pyarrow as pa

        columns = {}
        for name, (cells, categories) in self.columns.items():
            if categories is None:
                columns[name] = pa.array(cells)
            else:
                codes = pa.array(cells, mask=cells < 0, type=pa.int32())
                columns[name] = pa.DictionaryArray.from_arrays(codes, pa.array(categories))
        for name, values in zip(self.names, self.figures.T):
            columns[name] = pa.array(values)
        return pa.table(columns)

    def _numpy(self) -> Any:
        import numpy as np

        columns: dict[str, Any] = {}
        for name, (cells, categories) in self.columns.items():
            columns[name] = cells if categories is None else np.asarray([*categories, ""])[cells]  # -1 is the last
        columns.update(zip(self.names, self.figures.T))
        table = np.empty(len(self.figures), dtype=[(name, c.dtype) for name, c in columns.items()])
        for name, c in columns.items():
            table[name] = c
        return table


def table_kind(frame: str | None) -> str:
    """``frame``, or what is installed: pandas, else Arrow, else NumPy."""
    try:
        __import__("numpy")
    except ImportError:
        raise Error("a sweep is computed into arrays of NumPy: install numpy") from None
    if frame is not None:
        if frame not in ("pandas", "arrow", "numpy"):
            raise Error(f'frame is {frame!r}; it must be "pandas", "arrow" or "numpy"')
        return frame
    for name, module in (("pandas", "pandas"), ("arrow", "pyarrow")):
        try:
            __import__(module)
        except ImportError:
            continue
        return name
    return "numpy"


def chosen_figures(columns: str | Sequence[str] | None) -> list[str]:
    """The figures among ``columns``; all of them where nothing is chosen. Labels and codes are there in any case."""
    figures = list(_core.sweep_figures)
    if columns is None:
        return figures
    if not isinstance(columns, Iterable):
        raise Error(f"columns is of type {type(columns).__name__}; it must be names of columns")
    asked = list(dict.fromkeys([columns] if isinstance(columns, str) else columns))
    for name in asked:
        if name not in figures and name not in _ORDER and name not in _CODES:
            nearest = get_close_matches(str(name), figures, n=3, cutoff=0.0)
            raise Error(f'unknown column "{str(name)[:40]}"; the nearest are {", ".join(nearest)}')
    return [name for name in asked if name in figures]


def _labels(part: Part, numbers: npt.NDArray[np.int64]) -> dict[str, _Cells]:
    """The label columns of the rows of these numbers."""
    columns: dict[str, _Cells] = {}
    stride = 1
    for points in reversed(part.labels):
        place = None if len(points) == 1 else (numbers // stride if stride > 1 else numbers) % len(points)
        for name in points[0]:
            columns[name] = _column([p[name] for p in points], place, len(numbers))
        stride *= len(points)
    for name, usual in _SHOWN.items():
        if name not in columns and not (name == "concurrency" and "rate_per_s" in columns):
            columns[name] = _column([usual], None, len(numbers))
    return {name: columns[name] for name in dict.fromkeys(_ORDER) if name in columns}


def _column(values: list[Any], place: Any, rows: int) -> _Cells:
    """The value of each row: the one at its place, or the only one."""
    import numpy as np

    cells = [_label(v) for v in values]
    categories = None if all(isinstance(c, (bool, int, float)) for c in cells) else list(dict.fromkeys(map(str, cells)))
    if categories is None:
        choices = np.asarray(cells)
    else:
        code = {text: i for i, text in enumerate(categories)}
        choices = np.asarray([code[str(c)] for c in cells], dtype=_smallest(len(categories)))
    return (np.full(rows, choices[0]) if place is None else choices[place]), categories


def _label(value: Any) -> Any:
    """A value of an axis as a cell: a number, a truth value or text."""
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple) and len(value) == 2:
        return f"uniform:{value[0]}:{value[1]}"
    return str(value) if hasattr(value, "magnitude") or not hasattr(value, "__len__") else f"{len(value)} lengths"


def _stacked(columns: list[_Cells]) -> _Cells:
    """Cells below each other, their texts united."""
    import numpy as np

    if columns[0][1] is None:
        return np.concatenate([cells for cells, _ in columns]), None
    all_texts = list(dict.fromkeys(text for _, texts in columns for text in texts or []))
    if all(texts == all_texts for _, texts in columns):
        return np.concatenate([cells for cells, _ in columns]), all_texts
    code = {text: i for i, text in enumerate(all_texts)}
    kind = _smallest(len(all_texts))
    codes = [np.asarray([*(code[t] for t in texts or []), -1], dtype=kind)[cells] for cells, texts in columns]
    return np.concatenate(codes), all_texts


def _smallest(texts: int) -> str:
    """The smallest kind of number for codes of so many texts, as pandas chooses it."""
    return "int8" if texts < 128 else "int16" if texts < 32768 else "int32"
