# SPDX-License-Identifier: Apache-2.0
"""Values that somebody will pass sooner or later, by name."""

from __future__ import annotations

import collections
import decimal
import fractions
import math
import pathlib
from typing import Any


class _NoNumber:
    def __float__(self) -> float:
        raise ValueError("not a number after all")


class _NoIndex:
    def __index__(self) -> int:
        raise ValueError("not an index after all")


class _Text(str):
    __slots__ = ()


def _deep(n: int = 5000) -> list[Any]:
    nested: list[Any] = []
    for _ in range(n):
        nested = [nested]
    return nested


VALUES: dict[str, Any] = {
    "nan": math.nan,
    "inf": math.inf,
    "-inf": -math.inf,
    "-1": -1,
    "-0.5": -0.5,
    "0": 0,
    "huge": 1e308,
    "a long whole number": 10**400,
    "2**63": 2**63,
    "True": True,
    "None": None,
    "bytes": b"12",
    "bytearray": bytearray(b"1"),
    "memoryview": memoryview(b"abc"),
    "complex": 1 + 2j,
    "dict": {},
    "filled dict": {"a": 1},
    "list": [],
    "list of lists": [[1, 2], [3, 4]],
    "ragged list": [[1], [2, 3]],
    "list of text": ["a"],
    "list with nan": [1.0, math.nan],
    "list with inf": [math.inf, 1],
    "tuple": (),
    "falling pair": (5, 1),
    "pair with nan": (math.nan, 1),
    "pair of text": ("a", "b"),
    "set": {1, 2},
    "deque": collections.deque([1, 2]),
    "UserDict": collections.UserDict(a=1),
    "deep list": _deep(),
    "empty text": "",
    "blank": " ",
    "word": "abc",
    "zero character": "a\0b",
    "half a character": "\ud800",
    "emoji": "🙂",
    "long text": "x" * 100_000,
    "many digits": "9" * 5000,
    "too large text": "1e400 s",
    "unknown unit": "5 parsecs",
    "uniform": "uniform:1",
    "uniform of nan": "uniform:nan:inf",
    "negative lognormal": "lognormal:-1:5",
    "subclass of str": _Text("fp8"),
    "Decimal": decimal.Decimal("1.5"),
    "signalling nan": decimal.Decimal("sNaN"),
    "Fraction": fractions.Fraction(1, 3),
    "object": object(),
    "type": int,
    "function": len,
    "range": range(5),
    "path": pathlib.Path("/nonexistent/x"),
    "...": ...,
    "NotImplemented": NotImplemented,
    "float() raises": _NoNumber(),
    "index() raises": _NoIndex(),
}

try:
    import numpy as np
except ImportError:
    pass
else:
    _frozen = np.arange(1.0, 5.0)
    _frozen.flags.writeable = False
    VALUES |= {
        "np.int64": np.int64(3),
        "np.float32": np.float32(2.5),
        "np.bool_": np.bool_(True),
        "np nan": np.float64("nan"),
        "np.complex64": np.complex64(1j),
        "np.datetime64": np.datetime64("2026-01-01"),
        "np.timedelta64": np.timedelta64(3, "s"),
        "np.str_": np.str_("8"),
        "np.void": np.void(b"abc"),
        "array 0-d": np.array(3.0),
        "array 0-d of int": np.array(3),
        "array": np.array([4.0, 5.0]),
        "array of one": np.array([4]),
        "array 2-d": np.ones((2, 2)),
        "array 3-d empty": np.ones((0, 2, 2)),
        "array of objects": np.array([1, "a", None], dtype=object),
        "array of dicts": np.array([{}, {}], dtype=object),
        "frozen array": _frozen,
        "array in steps": np.arange(1.0, 10.0)[::2],
        "array backwards": np.arange(1.0, 10.0)[::-1],
        "empty array": np.array([]),
        "array of complex": np.array([1j]),
        "array of text": np.array(["a"]),
        "array of dates": np.array(["2020-01-01"], dtype="M8[D]"),
        "array of records": np.zeros(3, dtype=[("a", int)]),
        "big-endian array": np.arange(1, 5, dtype=">i4"),
        "array of bool": np.array([True]),
        "masked array": np.ma.array([1.0, 2.0], mask=[0, 1]),
        "array of bytes": np.array([1, 200], dtype=np.uint8),
        "array with nan": np.array([1.0, np.nan]),
        "array with negative": np.array([1.0, -5.0]),
    }
