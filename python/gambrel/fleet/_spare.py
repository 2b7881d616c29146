# SPDX-License-Identifier: Apache-2.0
"""Spare servers for an availability."""

from __future__ import annotations

from dataclasses import dataclass

from .. import _core


@dataclass(frozen=True)
class SparedServers:
    """The least servers of which enough are up, and the share of time in which too few are."""

    servers: int
    spare: int
    too_few: float


def servers_for(need: int, *, up: float, target: float) -> SparedServers:
    """The least servers, each up for a share ``up`` of the time, of which ``need`` are up for a share ``target`` of it.

    Servers fail independently of each other; a rack or a cloud that takes many at once breaks that.
    """
    return SparedServers(*_core.servers_for(need, up, target))


def share_up(mtbf_h: float, repair_h: float) -> float:
    """The share of time that something is up which fails every ``mtbf_h`` hours and is back after ``repair_h``."""
    return _core.share_up(mtbf_h, repair_h)


def time_between_failures(failures_per_device_hour: float, devices: int) -> float:
    """Hours between failures of a server that stops where one of its devices does."""
    return _core.time_between_failures_h(failures_per_device_hour, devices)
