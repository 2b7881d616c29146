# SPDX-License-Identifier: Apache-2.0
"""The runtime: serving software and its settings."""

from __future__ import annotations

from typing import Any

from .. import _core
from ._checks import text
from ._settings import Settings


class Runtime(Settings):
    """Serving software and the settings that differ from its own. Made by `runtime`; it cannot be changed."""

    __slots__ = ()

    @property
    def settings(self) -> dict[str, Any]:
        """The keywords of `predict` that it stands for."""
        return dict(self._items)

    def to_dict(self) -> dict[str, Any]:
        """Its scheduling, host times with sources and memory policy, as shipped: ``gambrel runtime --json``."""
        return _core.runtime_dict(self.name)


def runtime(
    name: str,
    *,
    token_budget: float | None = None,
    max_sequences: float | None = None,
    memory_fraction: float | None = None,
) -> Runtime:
    """Serving software by its catalog name, with settings of its own.

    Parameters
    ----------
    name : str
        A catalog name: `runtimes` lists them.
    token_budget : float, optional
        Most tokens of one step.
    max_sequences : float, optional
        Slots.
    memory_fraction : float, optional
        Share of the device's memory it may take, 0 to 1.

    Raises
    ------
    Error
        For a name that is none, with the nearest; for a setting that is no number.
    """
    settings = {"token_budget": token_budget, "max_sequences": max_sequences, "memory_fraction": memory_fraction}
    chosen = {k: v for k, v in settings.items() if v is not None}
    _core.check_options(chosen)
    return Runtime(_core.runtime_name(text(name, "a runtime")), chosen)


def runtimes() -> list[str]:
    """The names of the runtime catalog."""
    return _core.runtime_names()
