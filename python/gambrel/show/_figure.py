# SPDX-License-Identifier: Apache-2.0
"""A predicted figure: its value, its 80 % range and its unit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Union

from .._error import Error

#: What may be compared with a figure: a number in the figure's unit, text with a unit, a pint quantity, a figure.
Comparable = Union[float, str, "Figure", Any]

# Every unit a figure may be written in, by the unit its value is in: symbol -> size.
_TIME = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0}
_BYTES = {
    "B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
    "KiB": 2.0**10, "MiB": 2.0**20, "GiB": 2.0**30, "TiB": 2.0**40,
}  # fmt: skip
_UNITS: dict[str, dict[str, float]] = {
    "s": _TIME,
    "B": _BYTES,
    "tok/s": {"tok/s": 1.0, "ktok/s": 1e3},
    "req/s": {"req/s": 1.0, "req/min": 1.0 / 60.0},
    "$/Mtok": {"$/Mtok": 1.0, "$/ktok": 1e3},
    "$/h": {"$/h": 1.0},
    "J/tok": {"J/tok": 1.0, "mJ/tok": 1e-3},
    "W": {"W": 1.0, "kW": 1e3},
    "1": {"1": 1.0, "%": 1e-2},
}
# What a figure is shown in: the largest of these in which it is at least one.
_SHOWN = {
    "s": ("s", "ms", "us"),
    "B": ("TiB", "GiB", "MiB", "KiB", "B"),
}
# How pint calls them, where it does.
_PINT = {"s": "second", "B": "byte", "W": "watt", "1": "", "req/s": "1/second"}


def _digits(x: float) -> str:
    """``x`` to three digits, with thousands apart."""
    if math.isinf(x):
        return "no end"
    if x == 0 or not math.isfinite(x):
        return f"{x:g}"
    places = max(0, 2 - math.floor(math.log10(abs(x))))
    return f"{x:,.{min(places, 12)}f}"


@dataclass(frozen=True)
class Figure:
    """A figure with its 80 % range.

    ``value``, ``low`` and ``high`` are in ``unit``. A figure is compared by its value, with a number in its unit, with
    text that carries one (``p.tpot < "25 ms"``) or with a pint quantity; ``float(figure)`` is its value.

    Attributes
    ----------
    value, low, high : float
        The prediction, and the ends of the range that holds eight of ten measurements; ``high`` is infinite where the
        slow end of the range does not keep up with a load.
    unit : str
        ``s``, ``B``, ``tok/s``, ``req/s``, ``$/Mtok``, ``$/h``, ``J/tok``, ``W``, or ``1`` for shares and counts.
    """

    value: float
    low: float
    high: float
    unit: str

    def __float__(self) -> float:
        return float(self.value)

    def to(self, unit: str) -> float:
        """The value in another unit of the same kind.

        Raises
        ------
        Error
            Where ``unit`` is of another kind; the sentence lists those there are.
        """
        return self.value / self._size(unit)

    def within(self, other: Comparable) -> bool:
        """Whether ``other`` lies in the range, both ends included."""
        x = self._number(other)
        return self.low <= x <= self.high

    def to_dict(self) -> dict[str, Any]:
        """``{"value", "low", "high", "unit"}``, as in the JSON of the command."""
        high = self.high if math.isfinite(self.high) else None
        return {"value": self.value, "low": self.low, "high": high, "unit": self.unit}

    def _size(self, unit: str) -> float:
        sizes = _UNITS.get(self.unit, {self.unit: 1.0})
        if not isinstance(unit, str) or unit not in sizes:
            asked = f'"{unit[:40]}"' if isinstance(unit, str) else f"a {type(unit).__name__}"
            raise Error(f"a figure in {self.unit} is not one in {asked}; it can be in {', '.join(sizes)}")
        return sizes[unit]

    def _number(self, other: Comparable) -> float:
        """``other`` in this figure's unit."""
        if isinstance(other, Figure):
            if other.unit != self.unit:
                raise Error(f"a figure in {self.unit} is not comparable with one in {other.unit}")
            return other.value
        if isinstance(other, str):
            number, _, unit = other.strip().partition(" ")
            try:
                return float(number) * self._size(unit.strip())
            except ValueError as e:
                if isinstance(e, Error):
                    raise
                raise Error(f'"{other[:40]}" is no number and unit, such as "25 {self.unit}"') from None
        if hasattr(other, "magnitude") and hasattr(other, "to"):
            if self.unit not in _PINT:
                raise Error(f"pint has no unit {self.unit}: compare with a number or text")
            try:
                return float(other.to(_PINT[self.unit]).magnitude)
            except Exception as e:
                raise Error(f"{str(other)[:40]} is not comparable with a figure in {self.unit}: {e}") from None
        try:
            if hasattr(other, "__float__") and getattr(getattr(other, "dtype", None), "kind", "") != "c":
                return float(other)
        except (TypeError, ValueError, OverflowError):
            pass
        raise Error(f"a figure in {self.unit} is not comparable with a {type(other).__name__}")

    def __lt__(self, other: Comparable) -> bool:
        return self.value < self._number(other)

    def __le__(self, other: Comparable) -> bool:
        return self.value <= self._number(other)

    def __gt__(self, other: Comparable) -> bool:
        return self.value > self._number(other)

    def __ge__(self, other: Comparable) -> bool:
        return self.value >= self._number(other)

    def __str__(self) -> str:
        unit, size = self._shown_unit()
        shown = (self.value / size, self.low / size, self.high / size)
        counted = self.unit == "1" and all(x == round(x) for x in shown if math.isfinite(x))
        value, low, high = (f"{x:,.0f}" if counted and math.isfinite(x) else _digits(x) for x in shown)
        symbol = "" if unit == "1" else f" {unit}"
        return f"{value}{symbol}" if self.low == self.high else f"{value}{symbol} ({low} to {high})"

    __repr__ = __str__

    def _shown_unit(self) -> tuple[str, float]:
        sizes = _UNITS.get(self.unit, {self.unit: 1.0})
        for unit in _SHOWN.get(self.unit, (self.unit,)):
            if abs(self.value) >= sizes[unit]:
                return unit, sizes[unit]
        unit = _SHOWN.get(self.unit, (self.unit,))[-1]
        return unit, sizes[unit]


def figure_of(given: Mapping[str, Any] | tuple[Any, ...]) -> Figure:
    """A figure of the JSON, or of the compiled part's tuple. A range without an end is null there."""
    value, low, high, unit = given.values() if isinstance(given, Mapping) else given
    return Figure(value, low, math.inf if high is None else high, unit)


def figures_of(given: Mapping[str, Any] | None) -> SimpleNamespace | None:
    """Several of them by name; None for none."""
    return None if given is None else SimpleNamespace(**{name: figure_of(f) for name, f in given.items()})
