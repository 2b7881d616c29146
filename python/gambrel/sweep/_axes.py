# SPDX-License-Identifier: Apache-2.0
"""What a sweep asks: the values of its axes, and the parts that the compiled side goes through.

    rows = models x devices x ... x outputs x loads        the last axis is the fastest

Devices whose usual runtimes differ make parts of their own, one after the other, and then so do models, so that the
order stays that of the product.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Mapping
from typing import Any, Callable

from .. import _core
from .._error import Error
from ..ask._device import Device, device
from ..ask._model import Model, model
from ..ask._runtime import Runtime
from ..ask._keywords import canonical
from ..ask._workload import as_workload

# The axes, slowest first.
_ORDER = (
    *("memory", "settings", "calibration", "cut", "precision", "adapter", "speculation", "pools"),
    *("protocol", "images", "prefix_hit", "prompt", "output", "load"),
)
# The keywords of each axis; those of one axis are multiplied with each other.
AXES = {axis: tuple(k["name"] for k in _core.keywords["predict"] if k["axis"] == axis) or (axis,) for axis in _ORDER}
_OF_LOADS = ("concurrency", "rate_per_s", "batch")
_FOR_ALL = ("price_usd_per_hour", "prices", "pue", "server_power")
# The price of electricity is in no column; it may stand among keywords that `predict` is given too.
_WITHOUT_EFFECT = ("electricity_usd_per_kwh",)
_MOST_VALUES = 1_000_000  # of an axis


class Spec:
    """What a sweep asks, in Python's own values, so that it travels to other processes."""

    def __init__(self, models: Any, devices: Any, terms: Mapping[str, Any], limits: Mapping[str, Any]) -> None:
        self.models = _several("models", models, model)
        self.devices = _several("devices", devices, device)
        self.limits = {f"{k}_p99_ms": _limit(v, f"max_{k}_ms") for k, v in limits.items() if v is not None}
        given = _known(terms)
        #: The name of a catalog workload, whose lengths stand where none are given.
        self.workload: str = given.pop("workload", "")
        self.runtimes: list[Any] = values("runtime", given.pop("runtime", None))
        self.for_all = {k: given.pop(k) for k in _FOR_ALL if k in given}
        _core.check_options({k: given[k] for k in _WITHOUT_EFFECT if k in given})
        self.given = {k: values(k, v) for k, v in given.items() if k not in _WITHOUT_EFFECT}
        if "concurrency" in self.given and "rate_per_s" in self.given:
            raise Error("concurrency and rate_per_s exclude each other: clients, or requests per second")

    def points(self, axis: str) -> list[dict[str, Any]]:
        """The keywords of each point of an axis."""
        names = [n for n in AXES[axis] if n in self.given]
        if self.workload and not names and axis in self._of_workload():
            return [{"workload": self.workload}]
        count = 1
        for name in names:
            count *= len(self.given[name])
        if count > _MOST_VALUES:
            raise Error(f"{' and '.join(names)} make {count:,} combinations; at most {_MOST_VALUES:,}: sweep in turns")
        return [dict(zip(names, point)) for point in itertools.product(*(self.given[n] for n in names))]

    def _of_workload(self) -> tuple[str, ...]:
        """The axes on which a catalog workload stands; a rate has no opening burst, whose protocol it may have."""
        return ("prompt", "output") if "rate_per_s" in self.given else ("prompt", "output", "protocol")

    def parts(self) -> list[Part]:
        """The whole product, or its pieces where devices have different usual runtimes."""
        if self.runtimes != [None]:
            return [Part(self, self.models, self.devices, self.runtimes)]
        asked = [str(w) for w in self.given.get("weights", ["stored"])]
        named = [(_core.model(m) if isinstance(m, str) else m._raw).weights for m in self.models]
        weights = [n if w in ("stored", "auto") and n else w for w in asked for n in named]
        usual = [
            _core.usual_runtime(_core.device(d) if isinstance(d, str) else d._raw, weights) for d in self.devices
        ]
        groups = [
            ([d for d, _ in group], [name])
            for name, group in itertools.groupby(zip(self.devices, usual), key=lambda pair: pair[1])
        ]
        if len(groups) == 1:
            return [Part(self, self.models, *groups[0])]
        return [Part(self, [m], *group) for m in self.models for group in groups]


class Part:
    """The product of some models and devices that share their runtimes."""

    def __init__(self, spec: Spec, models: list[Any], devices: list[Any], runtimes: list[Any]) -> None:
        axes = {axis: spec.points(axis) for axis in AXES}
        settings = [(r.asked, r.settings) if isinstance(r, Runtime) else (r, {}) for r in runtimes]
        if any(own for _, own in settings) and len(settings) > 1:
            raise Error("runtimes with settings of their own are swept one at a time: give the settings as axes")
        axes["settings"] = [{**settings[0][1], **point} for point in axes["settings"]]
        calibrations = axes["calibration"]
        self.raw = _core.Sweep(
            [getattr(m, "_raw", m) for m in models],
            [getattr(d, "_raw", d) for d in devices],
            [name for name, _ in settings],
            {**axes, "calibration": [{k: _plain(v) for k, v in point.items()} for point in calibrations]},
            spec.for_all,
            spec.limits,
        )
        self.rows: int = self.raw.rows
        named = [{"model": Model(_core.model(m)).name if isinstance(m, str) else m.name} for m in models]
        hardware = [Device(_core.device(d)).name if isinstance(d, str) else d.name for d in devices]
        software = [_core.runtime_name(name) for name, _ in settings]
        #: The label columns of each point, axis by axis.
        self.labels: list[list[dict[str, Any]]] = [
            named,
            [{"device": d, **point} for d in hardware for point in axes["memory"]],
            [{"runtime": r, **point} for r in software for point in axes["settings"]],
            [{k: _calibration(v, i) for k, v in point.items()} for i, point in enumerate(calibrations)],
            *(_labelled(axis, axes[axis]) for axis in list(AXES)[3:]),
        ]


def _labelled(axis: str, points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Points as they are called in the table: the lengths of a catalog workload by its name."""
    if points == [{}] or "workload" not in points[0]:
        return points
    return [{} if axis == "protocol" else {axis: point["workload"]} for point in points]


def values(name: str, given: Any) -> list[Any]:
    """The values of an axis: a text, a number, a pair of lengths, a mapping or a descriptor is one."""
    single = isinstance(given, (str, bytes, Mapping, tuple)) or not isinstance(given, Iterable)
    if single or hasattr(given, "magnitude") or getattr(given, "ndim", 1) == 0:
        return [_value(given)]
    found = [_value(v) for v in itertools.islice(given, _MOST_VALUES + 1)]
    if not found:
        raise Error(f"{name} is empty: the sweep would have no rows")
    if len(found) > _MOST_VALUES:
        raise Error(f"{name} has more than {_MOST_VALUES:,} values: sweep in turns")
    return found


def _value(v: Any) -> Any:
    """A number of NumPy as Python's; anything else as it is."""
    return v.item() if hasattr(v, "item") and getattr(v, "ndim", None) == 0 and not hasattr(v, "magnitude") else v


def _known(terms: Mapping[str, Any]) -> dict[str, Any]:
    """``terms`` with a workload taken apart; refuses what is no axis."""
    given = canonical(terms)
    load = given.pop("workload", None)
    if load is not None:
        asked = dict(as_workload(load).terms)
        if any(given.get(k) is not None for k in _OF_LOADS):
            asked = {k: v for k, v in asked.items() if k not in _OF_LOADS}
        given = {**asked, **given}
    known = [name for names in AXES.values() for name in names] + ["runtime", "workload", *_FOR_ALL, *_WITHOUT_EFFECT]
    for name in given:
        if name == "batch":
            raise Error("a static batch is no axis of a sweep: sweep concurrency, or ask predict")
        if name not in known:
            _core.check_options({name: given[name]})  # names the nearest keyword
            raise Error(f"{name} is no axis of a sweep")
    return {k: v for k, v in given.items() if v is not None}


def _several(what: str, given: Any, one: Callable[[Any], Any]) -> list[Any]:
    """A list of catalog names and descriptors, made of one or several."""
    single = isinstance(given, (str, Mapping, os.PathLike)) or not isinstance(given, Iterable)
    found = [given] if single else list(given)
    if not found:
        raise Error(f"{what} is empty: the sweep would have no rows")
    return [_kept(v, one) for v in found]


def _kept(value: Any, one: Callable[[Any], Any]) -> Any:
    """A catalog name stays one; anything else becomes its descriptor, which travels whole."""
    made = one(value)
    return value if isinstance(value, str) and made._raw.catalog else made


def _limit(value: Any, name: str) -> Any:
    """A longest time: a positive number of ms, text with a unit or a pint quantity."""
    if hasattr(value, "magnitude") or isinstance(value, str):
        return value
    try:
        ms = float(value)
    except (TypeError, ValueError):
        kind = type(value).__name__
        raise Error(f"{name} is of type {kind}; it must be a number, text with a unit, or a pint quantity") from None
    if not ms > 0.0:
        raise Error(f"{name} is {ms:g}; it must be more than 0")
    return ms


def _plain(calibration: Any) -> Any:
    return calibration.to_file() if hasattr(calibration, "to_file") else calibration


def _calibration(value: Any, number: int) -> str:
    """What a calibration is called: its file, or its place among those given."""
    if value is None:
        return "shipped"
    return os.fspath(value) if isinstance(value, (str, os.PathLike)) else f"given {number + 1}"
