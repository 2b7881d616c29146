# SPDX-License-Identifier: Apache-2.0
"""The workload: lengths and load."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _core
from .._error import Error
from .._checks import text
from ._quantities import Length, Quantity
from ._settings import Settings


class Workload(Settings):
    """Lengths and load. Made by `workload`; it cannot be changed."""

    __slots__ = ()

    @property
    def terms(self) -> dict[str, Any]:
        """The keywords of `predict` that it stands for."""
        return {**({"workload": self.name} if self.name else {}), **dict(self._items)}


def workload(
    name: str = "",
    *,
    prompt: Length | None = None,
    output: Length | None = None,
    concurrency: float | None = None,
    rate_per_s: Quantity | None = None,
    batch: float | None = None,
    images: float | None = None,
    prefix_hit: float | None = None,
    protocol: str | None = None,
) -> Workload:
    """Lengths and load, from the catalog or given, to be passed as ``workload=``.

    Parameters
    ----------
    name : str, optional
        A catalog name (`workloads` lists them), whose lengths and protocol the keywords override.
    prompt, output : float, str, tuple or array, optional
        Tokens; ``"uniform:LOW:HIGH"``; ``"lognormal:MEAN:VARIATION"``; ``(low, high)``; or measured lengths.
    concurrency, rate_per_s, batch : float, optional
        Clients that each wait for their answer, or requests per second, or the sequences of one static batch.
    images, prefix_hit : float, optional
        Images per request; share of prompt tokens found in the prefix cache.
    protocol : str, optional
        ``"steady"`` or ``"benchmark"``.

    Raises
    ------
    Error
        For a name that is none, with the nearest; for a value out of its range, or two loads at once.
    """
    given = {
        "prompt": prompt,
        "output": output,
        "concurrency": concurrency,
        "rate_per_s": rate_per_s,
        "batch": batch,
        "images": images,
        "prefix_hit": prefix_hit,
        "protocol": protocol,
    }
    chosen = {k: v for k, v in given.items() if v is not None}
    known = text(name, "a workload")
    found = Workload(_core.workload_name(known) if known else "", chosen)
    _core.check_options(found.terms)
    return found


def as_workload(what: str | Workload | Mapping[str, Any]) -> Workload:
    """A workload by name, as a dict of keywords, or as it is."""
    if isinstance(what, Workload):
        return what
    if isinstance(what, str):
        return workload(what)
    if isinstance(what, Mapping):
        try:
            return workload(**what)
        except TypeError as e:
            raise Error(f"a workload has no such keyword: {e}") from None
    raise Error(f"a workload is a catalog name, a dict or a Workload, not of type {type(what).__name__}")


def workloads() -> list[str]:
    """The names of the workload catalog."""
    return _core.workload_names()
