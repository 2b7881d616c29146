# SPDX-License-Identifier: Apache-2.0
"""The runtime: serving software and its settings."""

from __future__ import annotations

from typing import Any

from .. import _core
from .._error import Error
from ._checks import text
from ._keywords import canonical
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
    **settings: Any,
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
    **settings
        Other keywords of `Terms` that are settings of a runtime, by its names or a server's: ``enforce_eager=True``,
        ``max_model_len=8192``.

    Raises
    ------
    Error
        For a name that is none, with the nearest; for a setting that is none of a runtime, or of another kind.
    """
    stated = {"token_budget": token_budget, "max_sequences": max_sequences, "memory_fraction": memory_fraction}
    chosen = canonical({k: v for k, v in {**stated, **settings}.items() if v is not None})
    known = [k["name"] for k in _core.keywords["predict"] if k["axis"] == "settings"]
    for name_of in chosen:
        if name_of not in known:
            raise Error(f"{name_of} is no setting of a runtime: it has {', '.join(known)}")
    _core.check_options(chosen)
    return Runtime(_core.runtime_name(text(name, "a runtime")), chosen)


def runtimes() -> list[str]:
    """The names of the runtime catalog."""
    return _core.runtime_names()
