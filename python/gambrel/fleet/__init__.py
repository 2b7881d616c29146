# SPDX-License-Identifier: Apache-2.0
"""Fleets: how many machines, of which kinds, for how many people and at what time.

>>> from gambrel import fleet
>>> fleet.servers_for(11, up=0.95, target=0.999).servers
15
"""

from __future__ import annotations

from ._mixed import MixedFleet, mixed_fleet
from ._over_time import ReplicasOverTime, ScaledReplicas, replicas_over_time, request_rates
from ._spare import SparedServers, servers_for, share_up, time_between_failures
from ._use_case import UseCase, use_case, use_cases

__all__ = [
    "MixedFleet",
    "ReplicasOverTime",
    "ScaledReplicas",
    "SparedServers",
    "UseCase",
    "mixed_fleet",
    "replicas_over_time",
    "request_rates",
    "servers_for",
    "share_up",
    "time_between_failures",
    "use_case",
    "use_cases",
]
