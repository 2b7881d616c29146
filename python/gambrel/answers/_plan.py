# SPDX-License-Identifier: Apache-2.0
"""The least fleet that keeps the limits at a rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import _core
from .._error import Error
from ..ask._device import Device
from ..ask._model import Model, ModelLike, raw_model
from ..ask._terms import PlanTerms, takes
from ..show._figure import Figure

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

#: Keywords whose values are lists, which the compiled part takes as one text with commas.
_LISTS = ("devices", "runtimes", "tp", "pp", "dp", "ep", "weights", "kv")
#: Keywords whose values are numbers by name.
_BY_NAME = ("have", "price_usd_per_hour")


class Plan:
    """The least fleet of all candidates that keeps the limits, and what became of the others.

    It is pickled by its question, and planned again.
    """

    __slots__ = ("_dict", "_raw", "_terms")

    def __init__(self, model: Any, terms: dict[str, Any]) -> None:
        self._terms = terms
        self._raw = _core.plan(model, terms)
        self._dict: dict[str, Any] = self._raw.to_dict()

    @property
    def model(self) -> Model:
        """The model planned for."""
        return Model(self._raw.model)

    @property
    def feasible(self) -> bool:
        """Whether any candidate keeps all limits."""
        return self._raw.feasible

    @property
    def device(self) -> str | None:
        """The kind of device of the best fleet; None where there is no plan."""
        found: str | None = self._best("device")
        return found

    @property
    def devices(self) -> int | None:
        """Devices in use; None where there is no plan."""
        size = self._best("size")
        return None if size is None else int(size["devices"])

    @property
    def replicas(self) -> Figure | None:
        """Replicas as predicted, and at the ends of the range; None where there is no plan, or an end has none."""
        found = self._best("replicas")
        if found is None or None in (found["value"], found["low"], found["high"]):
            return None
        return Figure(found["value"], found["low"], found["high"], "1")

    @property
    def rent_usd_per_hour(self) -> float | None:
        """What the fleet costs in $/h; None where there is no plan, or no price."""
        found = self._best("rent")
        return None if found is None else float(found["value"])

    @property
    def power_kw(self) -> float | None:
        """What the fleet draws at the planned load in kW; None where there is no plan, or a power is not known."""
        found = self._best("power")
        return None if found is None else float(found["value"]) / 1000.0

    @property
    def headroom(self) -> float | None:
        """Share of requests more that it would take, as predicted; None where there is no plan."""
        found = self._dict["headroom"]
        return None if found is None else float(found["more"])

    @property
    def closest(self) -> dict[str, Any] | None:
        """Where there is no plan: the candidate that breaks a limit by least, with `over`, or one that failed."""
        found: dict[str, Any] | None = self._dict["closest"]
        return found

    def _best(self, key: str) -> Any:
        best = self._dict["plan"]
        return None if best is None else best[key]

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as ``gambrel plan --json`` (docs/json.md)."""
        return self._raw.to_dict()

    def to_frame(self) -> pd.DataFrame:
        """A row a fleet, the best first: device, cut, formats, replicas with their range, $/h, kW. Needs pandas."""
        import pandas as pd

        rows = []
        fleets = [self._dict["plan"], *self._dict["alternatives"]] if self.feasible else []
        for f in fleets:
            rows.append(
                {
                    "device": f["device"],
                    "runtime": f["runtime"],
                    **f["parallelism"],
                    "formats": f["formats"],
                    "replicas": f["size"]["replicas"],
                    "replicas_value": f["replicas"]["value"],
                    "replicas_low": f["replicas"]["low"],
                    "replicas_high": f["replicas"]["high"],
                    "devices": f["size"]["devices"],
                    "servers": f["size"]["servers"],
                    "rent_usd_per_hour": None if f["rent"] is None else f["rent"]["value"],
                    "power_kw": None if f["power"] is None else f["power"]["value"] / 1000.0,
                    "least_by_means": f.get("least_by_means"),
                }
            )
        return pd.DataFrame(rows)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.model, self._terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._raw.text().rstrip("\n")

    def __repr__(self) -> str:
        what = self._raw.model.name
        if not self.feasible:
            return f"<Plan: {what}: no candidate keeps all limits>"
        cut = self._best("parallelism")
        rent = "" if self.rent_usd_per_hour is None else f", {self.rent_usd_per_hour:.4g} $/h"
        replicas = int(self._best("size")["replicas"])
        return f"<Plan: {what}: {self.devices} {self.device} = {replicas} x tp {cut['tp']}{rent}>"

    def _repr_html_(self) -> str:
        from ..show._plan_html import plan_html

        return plan_html(self.to_dict())


@takes(PlanTerms)
def plan(model: ModelLike, **terms: Unpack[PlanTerms]) -> Plan:
    """The least fleet of all ``devices``, cuts and formats that keeps the limits at ``rate_per_s``.

    Parameters
    ----------
    model
        As for `predict`.
    **terms
        See `gambrel.PlanTerms`; ``rate_per_s`` is needed. Lists may be lists or texts with commas, ``price_usd_per_hour``
        and ``have`` dictionaries.

    Returns
    -------
    Plan
        Also where nothing keeps the limits: then ``feasible`` is False and ``closest`` says what is nearest.

    Raises
    ------
    Error
        For a value out of its range, and where no rate is given.
    """
    return Plan(raw_model(model), _plain(terms))


def _again(model: ModelLike, terms: dict[str, Any]) -> Plan:
    return Plan(raw_model(model), terms)


def _name(value: Any, keyword: str) -> str:
    if isinstance(value, Device):
        return value.name
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Error(f"{keyword} holds {value!r}; it must hold names or whole numbers")
    return str(value)


def _plain(terms: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(terms)
    for key in _LISTS:
        value = given.get(key)
        if value is None:
            given.pop(key, None)
        elif not isinstance(value, str):
            parts = value if isinstance(value, (list, tuple)) else [value]
            given[key] = ",".join(_name(part, key) for part in parts)
    for key in _BY_NAME:
        value = given.get(key)
        if value is None:
            given.pop(key, None)
        elif isinstance(value, Mapping):
            given[key] = ",".join(f"{_name(name, key)}={number!r}" for name, number in value.items())
    load = given.pop("workload", None)
    if load is not None:
        from ..ask._workload import as_workload

        lengths = {k: v for k, v in as_workload(load).terms.items() if k in ("prompt", "output", "prefix_hit")}
        given = {**lengths, **given}
    return given
