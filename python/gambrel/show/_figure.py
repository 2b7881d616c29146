# SPDX-License-Identifier: Apache-2.0
"""A predicted figure: its value, its 80 % range and its unit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Union

from .. import _core
from .._error import Error

#: What may be compared with a figure: a number in the figure's unit, text with a unit, a pint quantity, a figure.
Comparable = Union[float, str, "Figure", Any]

# How pint calls them, where it does.
_PINT = {"s": "second", "B": "byte", "W": "watt", "1": "", "req/s": "1/second"}


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


def figure_of(given: Mapping[str, Any] | tuple[Any, ...]) -> Figure:
    """A figure of the JSON, or of the compiled part's tuple. A range without an end is null there."""
    value, low, high, unit = given.values() if isinstance(given, Mapping) else given
    return Figure(value, low, math.inf if high is None else high, unit)


def figures_of(given: Mapping[str, Any] | None) -> SimpleNamespace | None:
    """Several of them by name; None for none."""
    return None if given is None else SimpleNamespace(**{name: figure_of(f) for name, f in given.items()})
