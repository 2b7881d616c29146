# SPDX-License-Identifier: Apache-2.0
"""What the caller says of runs whose files do not: hardware, ranks, formats, versions; and whether a file agrees."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .._error import Error
from ._fields import mapping, text
from ._files import text_of

#: Lengths stated and measured, and figures of one run, may differ by this ratio: C++'s `contradiction`.
contradiction = 1.5

#: The names of formats that serving tables know (C++: measurement/aliases.hpp); "stored" is a table's "unstated".
_sixteen_bit = ("bf16", "fp16", "float16", "bfloat16", "fp16/bf16")
weight_formats = (
    *("unstated", *_sixteen_bit, "fp8", "fp8_block", "nvfp4", "fp4", "mxfp4"),
    *("int4", "gptq-int4", "awq-int4", "int4-g32-wo", "int8", "int8-wo", "gptq-int8"),
)
kv_formats = (*_sixteen_bit, "fp8", "int8", "auto")


def name_of(thing: Any, what: str) -> str:
    """A name from a name, from a .json file that has one, or from a descriptor of this package."""
    if isinstance(thing, str):
        if what == "device" and thing.endswith(".json"):
            return _name_in(thing)
        return text(thing)
    return text(getattr(thing, "name", "")) or _no_name(thing, what)


def _no_name(thing: Any, what: str) -> str:
    raise Error(f"{what} is a name or has one, not {type(thing).__name__}")


def _name_in(path: str) -> str:
    try:
        name = text(mapping(json.loads(text_of(path))).get("name"))
    except (ValueError, RecursionError):
        name = ""
    if not name:
        raise Error(f"{path} is not a device file: it has no name")
    return name


@dataclass
class Stated:
    """What the caller says of the runs, checked; None is not stated."""

    device: Any = None
    model: Any = None
    runtime: str | None = None
    runtime_version: str | None = None
    weights: str | None = None
    kv: str | None = None
    tp: int | None = None
    pp: int | None = None
    dp: int | None = None
    ep: int | None = None
    prompt: float | None = None
    output: float | None = None
    date: str | None = None
    source: str | None = None
    notes: str | None = None

    def __post_init__(self) -> None:
        for what in ("device", "model"):
            thing = getattr(self, what)
            if thing is not None:
                setattr(self, what, name_of(thing, what))
        self.weights = None if self.weights is None else known(self.weights, "weights", weight_formats)
        self.kv = None if self.kv is None else known(self.kv, "kv", kv_formats)
        for what in ("tp", "pp", "dp", "ep"):
            ranks = getattr(self, what)
            if ranks is not None and (isinstance(ranks, bool) or not isinstance(ranks, int) or not 1 <= ranks <= 65536):
                raise Error(f"{what} must be a whole number from 1 to 65536, not {ranks!r}")
        for what in ("prompt", "output"):
            tokens = getattr(self, what)
            if tokens is None:
                continue
            if isinstance(tokens, bool) or not isinstance(tokens, (int, float)) or not 1 <= tokens <= 1e7:
                raise Error(f"{what} must be a number of tokens, not {tokens!r}")
        for what in ("runtime", "runtime_version", "date", "source", "notes"):
            words = getattr(self, what)
            if words is not None and not isinstance(words, str):
                raise Error(f"{what} must be text, not {words!r}")

    def agreed(self, what: str, file_says: str, where: str, differ: Callable[[str, str], bool] | None = None) -> str:
        """What the caller states or else the file; an error where both do and differ."""
        stated = getattr(self, what)
        if stated is None:
            return file_says
        said = str(stated)
        if file_says and (differ or _unequal)(said, file_says):
            raise Error(f"{what} is stated as {said!r}, but {where} says {file_says!r}")
        return said

    def length(self, what: str, measured: float | None, where: str) -> float | None:
        """The measured mean length, which must be near the stated one; the stated one where none was measured."""
        stated: float | None = getattr(self, what)
        if stated is None or measured is None:
            return stated if measured is None else measured
        if max(stated / measured, measured / stated) > contradiction:
            raise Error(
                f"{what} is stated as {stated:g} tokens, but the requests of {where} have {measured:g} on average"
            )
        return measured


def _unequal(one: str, other: str) -> bool:
    return one.strip().lower() != other.strip().lower()


def known(name: str, what: str, names: Sequence[str]) -> str:
    """`name` if tables know it, "stored" being "unstated"; else an error naming those that are."""
    if not isinstance(name, str):
        raise Error(f"{what} must be text, not {name!r}")
    found = "unstated" if name.lower() == "stored" and "unstated" in names else name.lower()
    if found not in names:
        raise Error(f"{what} {name!r} is not known in measured tables; known: {', '.join(names)}")
    return found
