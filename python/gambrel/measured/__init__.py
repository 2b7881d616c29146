# SPDX-License-Identifier: Apache-2.0
"""Other people's benchmark output as measured rows that `validate` and `calibrate` take."""

from __future__ import annotations

from ._observation import (
    BoardReadings,
    KernelProfile,
    KernelTime,
    Observation,
    Observations,
    ServerCounters,
    StartLog,
    read_observations,
)
from ._readers import read_guidellm, read_llama_bench, read_measured, read_vllm
from ._table import Measured

__all__ = [
    "BoardReadings",
    "KernelProfile",
    "KernelTime",
    "Measured",
    "Observation",
    "Observations",
    "ServerCounters",
    "StartLog",
    "read_guidellm",
    "read_llama_bench",
    "read_measured",
    "read_observations",
    "read_vllm",
]
