# SPDX-License-Identifier: Apache-2.0
"""A predicted figure: its value, its 80 % range and its unit."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

from .. import _core
from .._error import Error

#: What may be compared with a figure: a number in the figure's unit, text with a unit, a pint quantity, a figure.
Comparable = Union[float, str, "Figure", Any]

_PLACED = re.compile(r"(.?[<>^])?\d*s?")

# How pint calls them, where it does.
_PINT = {"s": "second", "B": "byte", "W": "watt", "1": "", "req/s": "1/second"}


@dataclass(frozen=True)
class Figure:
    """A figure with its 80 % range.

    ``value``, ``low`` and ``high`` are in ``unit``. A figure is compared by its value, with a number in its unit, with
    text that carries one (``p.tpot < "25 ms"``) or with a pint quantity; ``float(figure)`` is its value.

    It formats and computes. ``f"{p.tpot:.1f}"`` is the value in the unit it is printed in, ``"7.1 ms"``, and
    ``f"{p.tpot:.1f us}"`` in another; ``round`` keeps so many decimals of the printed unit. Sums, differences and
    multiples are figures; so are ratios, in unit ``1``. Their ranges are those of intervals: the least and the greatest that
    the ends give, which holds whatever the errors have in common, and is wider than need be where they are one error.

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
        sizes = _core.unit_sizes(self.unit)
        if not isinstance(unit, str) or unit not in sizes:
            asked = f'"{unit[:40]}"' if isinstance(unit, str) else f"a {type(unit).__name__}"
            raise Error(f"a figure in {self.unit} is not one in {asked}; it can be in {', '.join(sizes)}")
        return sizes[unit]

    def _number(self, other: Comparable) -> float:
        """``other`` in this figure's unit."""
        if isinstance(other, Figure):
            if other.unit != self.unit:
                raise Error(f"a figure in {self.unit} is not comparable with one in {other.unit}: use one of its kind")
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
        raise Error(
            f"a figure in {self.unit} is not comparable with a {type(other).__name__}: "
            "use a number, text with a unit or a figure"
        )

    def __lt__(self, other: Comparable) -> bool:
        return self.value < self._number(other)

    def __le__(self, other: Comparable) -> bool:
        return self.value <= self._number(other)

    def __gt__(self, other: Comparable) -> bool:
        return self.value > self._number(other)

    def __ge__(self, other: Comparable) -> bool:
        return self.value >= self._number(other)

    def __str__(self) -> str:
        return _core.figure_text(self.value, self.low, self.high, self.unit)

    __repr__ = __str__

    def _printed_unit(self) -> str:
        """The unit that the value is printed in, where it has one with a name."""
        _, _, unit = _core.figure_text(self.value, self.value, self.value, self.unit).partition(" ")
        return unit if unit in _core.unit_sizes(self.unit) else self.unit

    def __format__(self, spec: str) -> str:
        """As a number is formatted, in the printed unit or in the one that ``spec`` ends with; with that unit.

        A width alone places the whole text: ``f"{p.tpot:>30}"``.
        """
        if not spec:
            return str(self)
        if _PLACED.fullmatch(spec):  # of text: as wide as a column
            return format(str(self), spec)
        number, _, unit = spec.partition(" ")
        if not unit and spec in _core.unit_sizes(self.unit):
            number, unit = ".3g", spec
        unit = unit or self._printed_unit()
        try:
            text = format(self.to(unit), number)
        except Error:
            raise
        except ValueError:
            raise Error(f'"{spec[:40]}" formats no figure in {self.unit}; give a format of numbers and a unit: ".1f {unit}"') from None
        return text if unit == "1" else f"{text} {unit}"

    def __round__(self, digits: int = 0) -> Figure:
        """With so many decimals of the printed unit."""
        size = self._size(self._printed_unit())
        value, low, high = (
            round(x / size, digits) * size if math.isfinite(x) else x for x in (self.value, self.low, self.high)
        )
        return Figure(value, low, high, self.unit)

    def _scaled(self, by: float) -> Figure:
        ends = sorted((self.low * by, self.high * by))
        return Figure(self.value * by, ends[0], ends[1], self.unit)

    def _added(self, other: Comparable, sign: float) -> Figure:
        if isinstance(other, Figure):
            self._number(other)
            o = other._scaled(sign)
        else:
            x = sign * self._number(other)
            o = Figure(x, x, x, self.unit)
        return Figure(self.value + o.value, self.low + o.low, self.high + o.high, self.unit)

    def __add__(self, other: Comparable) -> Figure:
        return self._added(other, 1.0)

    __radd__ = __add__  # sum() begins with 0

    def __sub__(self, other: Comparable) -> Figure:
        return self._added(other, -1.0)

    def __rsub__(self, other: Comparable) -> Figure:
        return self._scaled(-1.0)._added(other, 1.0)

    def __neg__(self) -> Figure:
        return self._scaled(-1.0)

    def __mul__(self, by: Any) -> Figure:
        if isinstance(by, Figure):
            if "1" not in (self.unit, by.unit):
                raise Error(f"{self.unit} times {by.unit} is no figure's unit: use float(figure)")
            corners = [x * y for x in (self.low, self.high) for y in (by.low, by.high)]
            return Figure(self.value * by.value, min(corners), max(corners), by.unit if self.unit == "1" else self.unit)
        return self._scaled(_factor(by, "times"))

    __rmul__ = __mul__

    def __truediv__(self, by: Any) -> Figure:
        if not isinstance(by, Figure):
            factor = _factor(by, "divided by")
            if factor == 0.0:
                raise Error(f"a figure in {self.unit} is not divided by 0: give another number")
            return self._scaled(1.0 / factor)
        if by.unit not in (self.unit, "1"):
            raise Error(f"{self.unit} over {by.unit} is no figure's unit: use float(figure)")
        if by.low <= 0.0 <= by.high:
            raise Error(f"a figure is not divided by one whose range holds 0: {by}")
        corners = [x / y for x in (self.low, self.high) for y in (by.low, by.high)]
        return Figure(self.value / by.value, min(corners), max(corners), "1" if by.unit == self.unit else self.unit)


def _factor(by: Any, word: str) -> float:
    if isinstance(by, (str, bytes)) or not hasattr(by, "__float__"):
        raise Error(f"a figure is not {word} a {type(by).__name__}: use a number or a figure")
    return float(by)


def figure_of(given: Mapping[str, Any] | tuple[Any, ...]) -> Figure:
    """A figure of the JSON, or of the compiled part's tuple. A range without an end is null there."""
    value, low, high, unit = given.values() if isinstance(given, Mapping) else given
    return Figure(value, low, math.inf if high is None else high, unit)
