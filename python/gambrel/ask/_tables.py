# SPDX-License-Identifier: Apache-2.0
"""Measured rows, in whatever form they come, as the CSV text that the readers take."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from .._error import Error
from ._checks import file_name

if TYPE_CHECKING:
    import pandas as pd

#: Measured rows: a CSV file, a frame, dicts, `Measured` rows, or several of them.
Rows = Union[str, "os.PathLike[str]", "pd.DataFrame", Sequence[Mapping[str, Any]], Any]
_LARGEST = 1 << 30  # bytes of a table
_DEEPEST = 4  # lists in lists


def tables_of(rows: Any, depth: int = 0) -> list[str]:
    """One CSV text for each table among ``rows``: a path, a frame, dicts, rows with ``to_csv``, or several of them."""
    if isinstance(rows, (str, os.PathLike)):
        return [_text_of(file_name(rows, "a table"))]
    if hasattr(rows, "to_csv"):
        return [_csv_of_frame(rows)]
    if isinstance(rows, Mapping):
        raise Error("measured rows are a table: a file, a frame, or a list of dicts")
    if not isinstance(rows, Iterable):
        raise Error(f"measured rows are a file, a frame or dicts, not of type {type(rows).__name__}")
    try:
        given = list(rows)
    except TypeError:  # an array without dimensions
        raise Error(f"measured rows are a file, a frame or dicts, not of type {type(rows).__name__}") from None
    if all(isinstance(r, Mapping) for r in given):
        return [_csv_of(given)]
    if depth > _DEEPEST:
        raise Error("measured rows are a file, a frame or dicts, or a list of these")
    return [table for each in given for table in tables_of(each, depth + 1)]


def _text_of(path: str) -> str:
    try:
        if os.path.getsize(path) > _LARGEST:
            raise Error(f"{path} is longer than a table can be (1 GiB)")
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except OSError as e:
        raise Error(f"cannot open {path[:200]}: {e.strerror}") from None


def _csv_of_frame(frame: Any) -> str:
    if hasattr(frame, "columns") and hasattr(frame, "index"):
        return str(frame.to_csv(index=False))
    return str(frame.to_csv())


def _csv_of(rows: list[Mapping[str, Any]]) -> str:
    columns = list(dict.fromkeys(str(k) for r in rows for k in r))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for r in rows:
        writer.writerow({str(k): "" if _absent(v) else v for k, v in r.items()})
    return out.getvalue()


def _absent(value: Any) -> bool:
    """None, or the NaN by which frames say the same."""
    return value is None or (isinstance(value, float) and math.isnan(value))
