# SPDX-License-Identifier: Apache-2.0
"""What a deployment costs, rented, owned or bought as an API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core
from ..ask._device import Device, DeviceLike, raw_device
from ..ask._model import Model, ModelLike, raw_model
from ..ask._terms import TcoTerms, plain, takes
from ._groups import OwnedHour, group_of
from ..show._figure import Figure, figure_of

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

_CONVENTIONS = ("machine_time", "all_tokens", "output_only")


class Tco:
    """The bill of a deployment at the present load, the planned one and full, and from when on owning is cheaper.

    ``tco.loads[0]["rented"]`` is a `Figure` in $/h. It is pickled by its question, and answered again.
    """

    __slots__ = ("_dict", "_raw", "_terms")

    def __init__(self, model: Any, device: Any, terms: dict[str, Any]) -> None:
        self._terms = terms
        self._raw = _core.tco(model, device, terms)
        self._dict: dict[str, Any] = self._raw.to_dict()

    @property
    def model(self) -> Model:
        """The model asked about."""
        return Model(self._raw.model)

    @property
    def device(self) -> Device:
        """The device asked about."""
        return Device(self._raw.device)

    @property
    def feasible(self) -> bool:
        """Whether it fits and the rate that a replica takes is known."""
        return self._raw.feasible

    @property
    def capacity(self) -> Figure | None:
        """The greatest rate of one replica, in req/s: that meets the objective where one is given."""
        found = self._dict.get("capacity")
        return None if found is None else figure_of(found)

    @property
    def loads(self) -> list[dict[str, Any]]:
        """The bill of each load, as `Figure`: present and planned where they are given, then one full replica."""
        return [
            {
                key: figure_of(value) if isinstance(value, dict) and "unit" in value else value
                for key, value in load.items()
            }
            for load in self._dict.get("loads", [])
        ]

    @property
    def owned_device_hour(self) -> OwnedHour | None:
        """What an owned device-hour costs in $/h: total, capital, electricity, colocation and operations."""
        return group_of(OwnedHour, self._dict.get("owned_device_hour"))

    @property
    def contracts(self) -> dict[str, tuple[Figure, float | None]]:
        """By contract its $/h of a device, and from which share of hours in use owning is cheaper; None: never."""
        found = {}
        for c in self._dict.get("contracts", []):
            share = c["owning_cheaper_from"]
            from_share = None if share is None or share["value"] > 1.0 else float(share["value"])
            found[c["contract"]] = (figure_of(c["per_device"]), from_share)
        return found

    @property
    def break_even(self) -> str | None:
        """The month in which rent on demand saved all hours has paid for what was bought; None: not within its life."""
        found = self._dict.get("paid_back")
        return found["break_even"] if found and found["within_life"] else None

    @property
    def constants(self) -> dict[str, dict[str, Any] | None]:
        """Every constant by its keyword: value, unit, evidence, source and date; None where it is not known."""
        return self._dict.get("constants", {})

    def to_dict(self) -> dict[str, Any]:
        """The whole answer, as ``gambrel tco --json`` (docs/json.md)."""
        return self._raw.to_dict()

    def to_frame(self) -> pd.DataFrame:
        """A row a load: rates, devices, bills in $/h, and $/Mtok by each convention, rented and owned. Needs pandas."""
        import pandas as pd

        rows = []
        for load in self._dict.get("loads", []):
            row: dict[str, Any] = {}
            for key, value in load.items():
                if not isinstance(value, dict):
                    row[key] = value
                elif "value" in value:
                    row[key] = value["value"]
                elif key.startswith("per_token_"):
                    for convention in _CONVENTIONS:
                        for kind, price in value[convention].items():
                            name = f"usd_per_mtok_{key.rpartition('_')[2]}_{convention}_{kind}"
                            row[name] = None if price is None else price["value"]
                else:
                    row.update({f"{key}_{name}": f["value"] for name, f in value.items()})
            rows.append(row)
        return pd.DataFrame(rows)

    def svg(self) -> str:
        """What is spent month by month as an SVG picture, as ``gambrel tco --svg`` draws it."""
        return self._raw.svg()

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.model, self.device, self._terms)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tco) and self._dict == other._dict

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._raw.text().rstrip("\n")

    def __repr__(self) -> str:
        what = f"{self._raw.model.name} on {self._raw.device.name}"
        if not self.feasible:
            return f"<Tco: {what}: {self._dict.get('not_known') or self._dict.get('reason') or 'not possible'}>"
        first = self._dict["loads"][0]
        bills = [f"{name} {figure_of(first[name])}" for name in ("rented", "owned") if first[name] is not None]
        when = f"; break-even {self.break_even}" if self.break_even else ""
        return f"<Tco: {what}: {', '.join(bills) or 'no price is known'}{when}>"

    def _repr_svg_(self) -> str | None:
        priced = self.feasible and (self._dict["contracts"] or self._dict["owned_device_hour"])
        return self.svg() if priced else None


@takes(TcoTerms)
def tco(model: ModelLike, device: DeviceLike, **terms: Unpack[TcoTerms]) -> Tco:
    """What a deployment costs at ``rate_per_s`` and ``planned_per_s``: rented, owned, or bought as an API.

    Parameters
    ----------
    model, device
        As for `predict`.
    **terms
        See `gambrel.TcoTerms`. What is not given is an assumption with its source, listed in ``constants``.

    Returns
    -------
    Tco
        Also where nothing is priced: then bills are None.

    Raises
    ------
    Error
        For a value out of its range, and for clients or a static batch, which are no rate.
    """
    return Tco(raw_model(model), raw_device(device), plain(terms))


def _again(model: ModelLike, device: DeviceLike, terms: dict[str, Any]) -> Tco:
    return Tco(raw_model(model), raw_device(device), terms)
