# SPDX-License-Identifier: Apache-2.0
"""From people to requests."""

from __future__ import annotations

from dataclasses import dataclass

from .. import _core


@dataclass(frozen=True)
class UseCase:
    """How often people ask, with which lengths, and between which limits a planner would set an objective.

    Defaults of llm-d's planner, no measurements.
    """

    name: str
    active_share: float
    requests_per_minute: float
    peak_factor: float
    prompt: float
    output: float
    ttft_ms: tuple[float, float]
    tpot_ms: tuple[float, float]
    latency_ms: tuple[float, float]

    def rate(self, users: float) -> float:
        """Requests per second that so many users make on average."""
        return _core.rate_of_users(self.name, users, False)

    def peak_rate(self, users: float) -> float:
        """Requests per second at the busiest time."""
        return _core.rate_of_users(self.name, users, True)


def use_case(name: str) -> UseCase:
    """The use case of that name; `Error` names the nearest where there is none."""
    found = _core.use_case(name)
    limits = {key: (found[key][0], found[key][1]) for key in ("ttft_ms", "tpot_ms", "latency_ms")}
    return UseCase(**{**found, **limits})


def use_cases() -> list[str]:
    """Names of all."""
    return _core.use_case_names()
