# SPDX-License-Identifier: Apache-2.0
"""The four descriptors: what model, on what device, under what runtime, for what workload."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Union

from . import _core
from ._checks import file_name, text
from ._error import Error

if TYPE_CHECKING:
    from ._terms import Length, Quantity

#: What `model` takes: a catalog name, a config.json, a directory that holds one, a configuration, or a `Model`.
ModelLike = Union[str, "os.PathLike[str]", Mapping[str, Any], "Model", Any]
#: What `device` takes: a catalog name, a .json file, a datasheet, or a `Device`.
DeviceLike = Union[str, "os.PathLike[str]", Mapping[str, Any], "Device"]


class Model:
    """A model: its layers and what they store. Made by `model`; it cannot be changed.

    It pickles by its recipe: the catalog name, or the configuration it was read from.
    """

    __slots__ = ("_raw",)
    _raw: _core.Model

    def __init__(self, raw: _core.Model) -> None:
        object.__setattr__(self, "_raw", raw)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    @property
    def name(self) -> str:
        """As published, ``"meta-llama/Llama-3.1-70B-Instruct"``."""
        return self._raw.name

    @property
    def family(self) -> str:
        """The ``model_type`` of its configuration."""
        return self._raw.family

    @property
    def parameters(self) -> int:
        """Parameters of the language model, all experts counted."""
        return self._raw.parameters

    @property
    def active_parameters(self) -> int:
        """Parameters that one token meets."""
        return self._raw.active_parameters

    @property
    def layers(self) -> int:
        """Layers of the language model."""
        return self._raw.layers

    @property
    def most_context(self) -> int:
        """Longest context in tokens; 0 where the configuration does not say."""
        return self._raw.most_context

    def to_dict(self, kv: str = "fp16") -> dict[str, Any]:
        """Parameters, weight bytes in every format, cache and state: as ``ridgepoint model --json``."""
        return self._raw.to_dict(text(kv, "kv"))

    def __reduce__(self) -> tuple[Any, ...]:
        if self._raw.catalog:
            return model, (self._raw.catalog,)
        return _model_again, (self._raw.config, self._raw.name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        mine, its = self._raw, other._raw
        return (mine.name, mine.catalog and "catalog", mine.config) == (its.name, its.catalog and "catalog", its.config)

    def __hash__(self) -> int:
        return hash((self._raw.name, self._raw.config))

    def __repr__(self) -> str:
        if self._raw.catalog:
            return f"ridgepoint.model({self._raw.catalog!r})"
        return f"<ridgepoint.Model {self.name!r}: {self.parameters / 1e9:.3g} B parameters, from a configuration>"


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

    def to_dict(self) -> dict[str, Any]:
        """Every figure with its unit, source and date, ridge points and quotes: as ``ridgepoint device --json``."""
        return self._raw.to_dict()

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
            return f"ridgepoint.device({self._raw.catalog!r})"
        return f"<ridgepoint.Device {self.name!r}, from a datasheet>"


class _Settings:
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
        return isinstance(other, _Settings) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        """What is equal of equals: the order of keywords is not, nor whether lengths are a list or an array."""
        return type(self), self.name, frozenset((k, _hashed(v)) for k, v in self._items)

    def __repr__(self) -> str:
        given = [repr(self.name)] if self.name else []
        given += [f"{k}={v!r}" for k, v in self._items]
        return f"ridgepoint.{type(self).__name__.lower()}({', '.join(given)})"


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


class Runtime(_Settings):
    """Serving software and the settings that differ from its own. Made by `runtime`; it cannot be changed."""

    __slots__ = ()

    @property
    def settings(self) -> dict[str, Any]:
        """The keywords of `predict` that it stands for."""
        return dict(self._items)

    def to_dict(self) -> dict[str, Any]:
        """Its scheduling, host times with sources and memory policy, as shipped: ``ridgepoint runtime --json``."""
        return _core.runtime_dict(self.name)


class Workload(_Settings):
    """Lengths and load. Made by `workload`; it cannot be changed."""

    __slots__ = ()

    @property
    def terms(self) -> dict[str, Any]:
        """The keywords of `predict` that it stands for."""
        return {**({"workload": self.name} if self.name else {}), **dict(self._items)}


def model(what: ModelLike, *, name: str = "") -> Model:
    """The model that ``what`` names or describes.

    Parameters
    ----------
    what : str, path, mapping or object
        A catalog name (`models` lists them), a ``config.json``, a model directory, the configuration itself as a dict,
        or a `transformers` configuration or model.
    name : str, optional
        What to call a model read from a configuration that does not name it.

    Raises
    ------
    Error
        For a name that is none, with the nearest; for a file or a configuration that cannot be read, with the key.
    """
    text(name, "the name of a model")
    if isinstance(what, Model):
        return what
    if isinstance(what, str):
        found = Model(_core.model(text(what, "a model")))
        return found if not (name and found._raw.config) else _model_again(found._raw.config, name)
    if isinstance(what, os.PathLike):
        return model(os.path.join(".", file_name(what, "the file of a model")), name=name)
    if isinstance(what, Mapping):
        return _model_again(_json(what, "a configuration"), name)
    from ._transformers import config_of

    return _model_again(config_of(what), name or str(getattr(getattr(what, "config", what), "name_or_path", "") or ""))


def device(what: DeviceLike) -> Device:
    """The device that ``what`` names or describes.

    Parameters
    ----------
    what : str, path or mapping
        A catalog name (`devices` lists them), a ``.json`` file, or a datasheet as a dict, whose figures are text with a
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
        return _device_again(_json(what, "a datasheet"))
    raise Error(f"a device is a catalog name, a file or a datasheet, not of type {type(what).__name__}")


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
    _core.check_terms(chosen)
    return Runtime(_core.runtime_name(text(name, "a runtime")), chosen)


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
    _core.check_terms(found.terms)
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


def models() -> list[str]:
    """The names of the model catalog."""
    return _core.model_names()


def devices() -> list[str]:
    """The names of the device catalog."""
    return _core.device_names()


def runtimes() -> list[str]:
    """The names of the runtime catalog."""
    return _core.runtime_names()


def workloads() -> list[str]:
    """The names of the workload catalog."""
    return _core.workload_names()


def raw_model(what: ModelLike) -> Any:
    """``what`` as the compiled part takes it."""
    return what if type(what) is str and what.isprintable() else model(what)._raw


def raw_device(what: DeviceLike) -> Any:
    """``what`` as the compiled part takes it."""
    return what if type(what) is str and what.isprintable() else device(what)._raw


def _model_again(config: str, name: str) -> Model:
    return Model(_core.model_from_config(config, name))


def _device_again(datasheet: str) -> Device:
    return Device(_core.device_from_json(datasheet))


def _json(value: Mapping[str, Any], what: str) -> str:
    """``value`` as JSON, quantities of pint as text."""

    def written(x: object) -> object:
        if hasattr(x, "magnitude") and hasattr(x, "units"):
            return f"{x:~P}".replace("flop/s", "FLOP/s")
        if hasattr(x, "item"):
            return x.item()
        raise TypeError(type(x).__name__)

    try:
        return json.dumps(dict(value), default=written, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as e:
        raise Error(f"{what} holds what JSON cannot: {str(e)[:80]}") from None
