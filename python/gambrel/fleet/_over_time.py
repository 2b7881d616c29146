# SPDX-License-Identifier: Apache-2.0
"""Replicas over time: a perfect system, one that reacts, two that foresee."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import _core
from .._error import Error


@dataclass(frozen=True)
class ScaledReplicas:
    """What a policy would have had in each window, how often that was too little, and the spare that never is."""

    had: list[int]
    short_windows: int
    spare: int
    mean_with_spare: float


@dataclass(frozen=True)
class ReplicasOverTime:
    """Replicas that each window needs, and what policies would have had whose starts take ``delay`` windows."""

    needed: list[int]
    peak: int
    mean: float
    fluid: float
    static_over_perfect: float
    dispersion: float | None
    delay: int
    reactive: ScaledReplicas
    trend: ScaledReplicas
    periodic: ScaledReplicas | None


def request_rates(sent_s: Iterable[float], *, window_s: float = 60.0) -> list[float]:
    """Requests per second in whole windows from the first request on, of the times at which requests were sent.

    Raises `Error` with the reason where there is no rate: no or one request, one instant, out of order.
    """
    found = _core.rate_windows([float(s) for s in sent_s], window_s)
    if found["reason"]:
        raise Error(f"there is no rate: {found['reason']}")
    rates: list[float] = found["per_s"]
    return rates


def replicas_over_time(
    rates: Iterable[float],
    *,
    per_replica: float,
    window_s: float = 60.0,
    start_up_s: float = 0.0,
    trend_windows: int = 10,
    period_windows: int = 0,
) -> ReplicasOverTime:
    """Replicas over time for rates in windows.

    Parameters
    ----------
    rates : iterable of float
        Requests per second in each window (`request_rates`).
    per_replica : float
        Requests per second at which a replica keeps its objective.
    window_s : float
        Length of a window in seconds.
    start_up_s : float
        Until a replica that is started serves.
    trend_windows : int
        Rates through which the trend's line is drawn.
    period_windows : int
        Windows of a day, which the periodic policy repeats; 0: none.
    """
    found = _core.replicas_over_time(
        [float(r) for r in rates], window_s, per_replica, start_up_s, trend_windows, period_windows
    )
    policies = {k: found[k] and ScaledReplicas(**found[k]) for k in ("reactive", "trend", "periodic")}
    return ReplicasOverTime(**{**found, **policies})
