# SPDX-License-Identifier: Apache-2.0
"""The names of keywords: their own, and those that servers have for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _core
from .._error import Error

#: Servers' own names of keywords: ``max_num_seqs`` is ``max_sequences``.
_ALIASES = {alias: k["name"] for table in _core.keywords.values() for k in table for alias in (*k["aliases"], *k["off"])}
#: Those that say no: ``disable_radix_cache`` is not ``prefix_cache``.
_OFF = {no for table in _core.keywords.values() for k in table for no in k["off"]}


def _negated(value: Any) -> Any:
    """The other of two, of one or of the values of an axis; what is neither is refused by the name it has."""
    if isinstance(value, (list, tuple)):
        return [not v if isinstance(v, bool) else v for v in value]
    return not value if isinstance(value, bool) else value


def canonical(terms: Mapping[str, Any]) -> dict[str, Any]:
    """``terms`` by their own names; one keyword under two names is one value too many."""
    given: dict[str, Any] = {}
    for name, value in terms.items():
        own = _ALIASES.get(name, name)
        if own in given:
            other = next(n for n in terms if n != name and _ALIASES.get(n, n) == own)
            raise Error(f"{other} and {name} are one setting: give it once")
        given[own] = _negated(value) if name in _OFF else value
    return given
