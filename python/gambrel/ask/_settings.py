# SPDX-License-Identifier: Apache-2.0
"""A name and the keywords that go with it: what a `Runtime` and a `Workload` are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Settings:
    """A name and keywords that go with it; it cannot be changed."""

    __slots__ = ("_items", "name")
    name: str
    _items: tuple[tuple[str, Any], ...]

    def __init__(self, name: str, items: Mapping[str, Any]) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "_items", tuple((k, _kept(v)) for k, v in items.items()))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, dict(self._items))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        """What is equal of equals: the order of keywords is not, nor whether lengths are a list or an array."""
        return type(self), self.name, frozenset((k, _hashed(v)) for k, v in self._items)

    def __repr__(self) -> str:
        given = [repr(self.name)] if self.name else []
        given += [f"{k}={v!r}" for k, v in self._items]
        return f"gambrel.{type(self).__name__.lower()}({', '.join(given)})"


def _kept(value: Any) -> Any:
    """A copy of measured lengths, which their owner may change; anything else as it is."""
    if isinstance(value, (str, tuple)) or hasattr(value, "magnitude") or not hasattr(value, "__len__"):
        return value
    return value.copy() if hasattr(value, "tolist") and hasattr(value, "copy") else list(value)


def _hashed(value: Any) -> Any:
    """Measured lengths by their elements, for lists and arrays have no hash."""
    if hasattr(value, "tolist") and not hasattr(value, "magnitude"):
        value = value.tolist()
    return (list, *value) if isinstance(value, list) else value
