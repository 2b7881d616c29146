# SPDX-License-Identifier: Apache-2.0
"""Measured rows, in whatever form, as the tables that the readers take: paths, or columns and rows of text."""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from .. import _core
from .._error import Error
from .._checks import file_name

if TYPE_CHECKING:
    import pandas as pd

#: Measured rows: a file, a frame, dicts, `Measured` rows, or several of them.
Rows = Union[str, "os.PathLike[str]", "pd.DataFrame", Sequence[Mapping[str, Any]], Any]
#: A file's path, or the columns of a table and its rows.
Table = Union[str, "tuple[list[str], list[list[str]]]"]
_DEEPEST = 4  # lists in lists


@functools.lru_cache(maxsize=1)
def conventions() -> _core.Conventions:
    """What tables of measurements leave unsaid, as it is shipped with the package (data/README.md)."""
    return _core.read_conventions(str(Path(__file__).resolve().parents[1] / "data"))


def tables_of(rows: Any, depth: int = 0) -> list[Table]:
    """Each table among ``rows``: a path, a frame, dicts, `Measured` rows, or several of them."""
    if isinstance(rows, (str, os.PathLike)):
        return [file_name(rows, "a table")]
    if hasattr(rows, "columns") and hasattr(rows, "to_dict"):
        return [_table_of(rows.to_dict("records"), [str(c) for c in rows.columns])]
    if hasattr(rows, "columns") and hasattr(rows, "kind"):
        return [_table_of(rows, rows.columns)]
    if isinstance(rows, Mapping):
        raise Error("measured rows are a table: a file, a frame, or a list of dicts")
    if not isinstance(rows, Iterable):
        raise Error(f"measured rows are a file, a frame or dicts, not of type {type(rows).__name__}")
    try:
        given = list(rows)
    except TypeError:  # an array without dimensions
        raise Error(f"measured rows are a file, a frame or dicts, not of type {type(rows).__name__}") from None
    if all(isinstance(r, Mapping) for r in given):
        return [_table_of(given, list(dict.fromkeys(str(k) for r in given for k in r)))]
    if depth > _DEEPEST:
        raise Error("measured rows are a file, a frame or dicts, or a list of these")
    return [table for each in given for table in tables_of(each, depth + 1)]


def _table_of(rows: Iterable[Mapping[Any, Any]], columns: list[str]) -> tuple[list[str], list[list[str]]]:
    named = ({str(k): v for k, v in row.items()} for row in rows)
    return [_text(c) for c in columns], [[_text(row.get(c)) for c in columns] for row in named]


def _text(value: Any) -> str:
    """A cell as text. None, and the NaN by which frames say the same, are empty; a day has no time."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    said = str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
    return said.removesuffix("T00:00:00").encode("utf-8", "replace").decode("utf-8")
