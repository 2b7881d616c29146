# SPDX-License-Identifier: Apache-2.0
"""Figures that belong together: what tokens cost, what energy they take, how memory is used, whether a server starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from .._error import Error
from ..show._figure import Figure, figure_of

G = TypeVar("G", bound="Figures")


@dataclass(frozen=True)
class Figures:
    """Figures by name: attributes, or ``group["name"]``; iterated as pairs of name and figure."""

    def __getitem__(self, name: str) -> Figure:
        names = [f.name for f in fields(self)]
        if name not in names:
            raise Error(f'{type(self).__name__} has no figure "{str(name)[:40]}"; it has {", ".join(names)}')
        found: Figure = getattr(self, name)
        return found

    def items(self) -> list[tuple[str, Figure]]:
        """Name and figure, in order."""
        return [(f.name, getattr(self, f.name)) for f in fields(self)]

    def to_dict(self) -> dict[str, Any]:
        """As in the JSON of the command."""
        return {name: figure.to_dict() for name, figure in self.items()}

    def __str__(self) -> str:
        width = max(len(f.name) for f in fields(self))
        return "\n".join(f"{name:<{width}}  {figure}" for name, figure in self.items())

    def _repr_html_(self) -> str:
        from ..show._html_parts import card, figures, line

        rows = [(name.replace("_", " "), figure.to_dict()) for name, figure in self.items()]
        return card(line(type(self).__name__, strong=True) + figures(rows))


@dataclass(frozen=True)
class Cost(Figures):
    """What tokens cost, in $/Mtok, and the rent of a device, in $/h."""

    output: Figure  #: of output tokens, prompts paid apart
    input: Figure  #: of prompt tokens, by the time that they take
    blended: Figure  #: of all tokens alike
    output_only: Figure  #: everything on the output
    rent_per_device: Figure


@dataclass(frozen=True)
class LoadCost(Figures):
    """What tokens cost under a load, in $/Mtok, and the rent of a device, in $/h."""

    output_only: Figure  #: everything on the output
    blended: Figure  #: of all tokens alike
    rent_per_device: Figure


@dataclass(frozen=True)
class Energy(Figures):
    """What energy tokens take: J/tok, its cost in $/Mtok, and the power of a board in W."""

    per_output_token: Figure
    cost_per_output_token: Figure
    board_power: Figure


@dataclass(frozen=True)
class Memory(Figures):
    """Memory of one device, in bytes; what of it is left for keys and values, and for how much."""

    capacity: Figure  #: as it is sold
    visible: Figure  #: as the driver shows it
    usable: Figure  #: what the server takes of it
    weights: Figure
    activations: Figure
    logits: Figure
    graphs: Figure
    communication: Figure
    reserve: Figure
    for_kv: Figure  #: left for keys and values
    kv_per_token: Figure
    kv_per_request_ideal: Figure  #: without what blocks waste
    kv_per_request: Figure
    most_sequences: Figure  #: such requests at once
    longest_context: Figure  #: tokens of one alone
    shortfall: Figure  #: what is missing


@dataclass(frozen=True)
class OwnedHour(Figures):
    """What an hour of an owned device costs, in $/h."""

    total: Figure
    capital: Figure
    electricity: Figure
    colocation: Figure
    operations: Figure


@dataclass(frozen=True)
class Start:
    """Whether a server starts."""

    verdict: str  #: ``fits``, ``may_not_fit`` or ``does_not_fit``
    probability: float  #: that it starts
    decided_by: str  #: what is least certain of its memory
    suggestion: str | None  #: where it may not: what surely would


def group_of(kind: type[G], given: Mapping[str, Any] | None) -> G | None:
    """A group of the JSON, or of the compiled part's tuples; None for none."""
    return None if given is None else kind(**{f.name: figure_of(given[f.name]) for f in fields(kind)})
