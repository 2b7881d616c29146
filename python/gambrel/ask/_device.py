# SPDX-License-Identifier: Apache-2.0
"""The device: its memory, peak rates, links and power."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Union

from .. import _core
from .._error import Error
from .._checks import file_name, text
from ._json_text import json_text

#: What `device` takes: a catalog name, a .json file, a datasheet, or a `Device`.
DeviceLike = Union[str, "os.PathLike[str]", Mapping[str, Any], "Device"]


class Device:
    """A device: its memory, peak rates, links and power, each with its source. Made by `device`; it cannot be changed.

    It pickles by its recipe: the catalog name, or its datasheet.
    """

    __slots__ = ("_raw",)
    _raw: _core.Device

    def __init__(self, raw: _core.Device) -> None:
        object.__setattr__(self, "_raw", raw)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    @property
    def name(self) -> str:
        """As in the catalog, ``"h100-sxm"``."""
        return self._raw.name

    @property
    def title(self) -> str:
        """As the vendor writes it."""
        return self._raw.title

    @property
    def count(self) -> int:
        """How many of it the name says (8 of ``"p5.48xlarge"``); 0 where it says none."""
        return self._raw.count

    def to_dict(self) -> dict[str, Any]:
        """Every figure with its unit, source and date, ridge points and quotes: as ``gambrel device --json``."""
        return self._raw.to_dict()

    def check(self) -> dict[str, Any]:
        """What physics and its relatives say of its figures, and what is not stated: as ``gambrel check-device --json``.

        ``sound`` is whether nothing speaks against them; each of ``doubts`` says what does.
        """
        return self._raw.check()

    def __reduce__(self) -> tuple[Any, ...]:
        if self._raw.catalog:
            return device, (self._raw.catalog,)
        return _device_again, (self._raw.datasheet,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and self._raw.datasheet == other._raw.datasheet

    def __hash__(self) -> int:
        return hash(self._raw.datasheet)

    def __repr__(self) -> str:
        if self._raw.catalog:
            return f"gambrel.device({self._raw.catalog!r})"
        return f"<gambrel.Device {self.name!r}, from a datasheet>"

    def _repr_html_(self) -> str:
        from ..show._descriptor_html import device_html

        return device_html(self.to_dict())


def device(what: DeviceLike) -> Device:
    """The device that ``what`` names or describes.

    Parameters
    ----------
    what : str, path or mapping
        A name (of the catalog, which `devices` lists, as a driver prints it, or a machine of a cloud), a ``.json`` file, or a datasheet as a dict, whose figures are text with a
        unit (``"bandwidth": "4 TB/s"``) or numbers under keys that end in it (``"bandwidth_gb_per_s": 4000``).

    Raises
    ------
    Error
        For a name that is none, with the nearest; for a datasheet with a wrong key, unit or figure, by its name.
    """
    if isinstance(what, Device):
        return what
    if isinstance(what, str):
        return Device(_core.device(text(what, "a device")))
    if isinstance(what, os.PathLike):
        path = file_name(what, "the file of a device")
        if not path.endswith(".json"):
            raise Error(f"the file of a device ends in .json, not {os.path.basename(path)[:40]!r}")
        return Device(_core.device(path))
    if isinstance(what, Mapping):
        return _device_again(json_text(what, "a datasheet"))
    raise Error(f"a device is a catalog name, a file or a datasheet, not of type {type(what).__name__}")


def devices() -> list[str]:
    """The names of the device catalog."""
    return _core.device_names()


def raw_device(what: DeviceLike) -> Any:
    """``what`` as the compiled part takes it."""
    return what if type(what) is str and what.isprintable() else device(what)._raw


def _device_again(datasheet: str) -> Device:
    return Device(_core.device_from_json(datasheet))
