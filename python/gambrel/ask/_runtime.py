# SPDX-License-Identifier: Apache-2.0
"""The runtime: serving software and its settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any

from .. import _core
from .._error import Error
from .._checks import text
from ._json_text import json_text
from ._keywords import canonical
from ._settings import Settings


class Runtime(Settings):
    """Serving software and the settings that differ from its own. Made by `runtime`; it cannot be changed."""

    __slots__ = ("_file",)
    _file: str  #: what its file says, where it is none of the catalog

    def __init__(self, name: str, items: Mapping[str, Any], file: str = "") -> None:
        super().__init__(name, items)
        object.__setattr__(self, "_file", file)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, dict(self._items), self._file)

    def _key(self) -> tuple[Any, ...]:
        return (*super()._key(), self._file)

    def __repr__(self) -> str:
        return super().__repr__().replace(repr(self.name), self._file, 1) if self._file else super().__repr__()

    @property
    def asked(self) -> str:
        """What the compiled part finds it by: its catalog name, or what its file says."""
        return self._file or self.name

    @property
    def settings(self) -> dict[str, Any]:
        """The keywords of `predict` that it stands for."""
        return dict(self._items)

    def to_dict(self) -> dict[str, Any]:
        """Its scheduling, host times with sources and memory policy, as shipped: ``gambrel runtime --json``."""
        return _core.runtime_dict(self.asked)

    def _repr_html_(self) -> str:
        from ..show._descriptor_html import runtime_html

        return runtime_html(self.to_dict())


def runtime(
    name: str | PathLike[str] | Mapping[str, Any],
    *,
    token_budget: float | None = None,
    max_sequences: float | None = None,
    memory_fraction: float | None = None,
    **settings: Any,
) -> Runtime:
    """Serving software by its catalog name, with settings of its own.

    Parameters
    ----------
    name : str, path or mapping
        A catalog name (`runtimes` lists them), a ``.json`` file, or what such a file holds: ``{"name": "ours", "like":
        "vllm", "host": {"per_step": "700 us"}}``. Its keys are those of `Runtime.to_dict`.
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
    asked = {k["name"] for table in _core.keywords.values() for k in table}
    for name_of in chosen:
        if name_of not in asked:
            raise TypeError(f"runtime() got an unexpected keyword argument {name_of!r}: it takes {', '.join(known)}")
        if name_of not in known:
            raise Error(f"{name_of} is no setting of a runtime: it has {', '.join(known)}")
    _core.check_options(chosen)
    if isinstance(name, str) and not name.endswith(".json"):
        return Runtime(_core.runtime_name(text(name, "a runtime")), chosen)
    if not isinstance(name, (str, PathLike, Mapping)):
        raise Error(f"a runtime is a catalog name, a file or a mapping, not of type {type(name).__name__}")
    file = json_text(name, "a runtime") if isinstance(name, Mapping) else _said(name)
    return Runtime(_core.runtime_name(file), chosen, file)


def _said(path: str | PathLike[str]) -> str:
    """What a file says, so that it can be asked about elsewhere."""
    try:
        with open(path, encoding="utf-8") as file:
            return json_text(json.load(file), "a runtime")
    except (OSError, ValueError) as wrong:
        raise Error(f"the runtime file {fspath(path)} cannot be read: {wrong}") from None


def runtimes() -> list[str]:
    """The names of the runtime catalog."""
    return _core.runtime_names()
