# SPDX-License-Identifier: Apache-2.0
"""Ridgepoint predicts the speed, memory and cost of LLM inference without running it.

>>> import ridgepoint as rp
>>> p = rp.predict("meta-llama/Llama-3.1-70B-Instruct", "h100-sxm", tp=4, weights="fp8", concurrency=64)
>>> p.feasible
True
"""

from __future__ import annotations

from ._calibration import Calibration, calibrate
from ._core import version as __version__
from ._descriptors import (
    Device,
    Model,
    Runtime,
    Workload,
    device,
    devices,
    model,
    models,
    runtime,
    runtimes,
    workload,
    workloads,
)
from ._error import Error
from ._figure import Figure
from ._load import Load, serve
from ._prediction import Prediction, explain, predict
from ._simulation import Simulation, simulate
from ._terms import LoadTerms, SimulationTerms, Terms
from ._validation import Validation, validate

__all__ = [
    "Calibration",
    "Device",
    "Error",
    "Figure",
    "Load",
    "LoadTerms",
    "Model",
    "Prediction",
    "Runtime",
    "Simulation",
    "SimulationTerms",
    "Terms",
    "Validation",
    "Workload",
    "__version__",
    "calibrate",
    "device",
    "devices",
    "explain",
    "model",
    "models",
    "predict",
    "runtime",
    "runtimes",
    "serve",
    "simulate",
    "validate",
    "workload",
    "workloads",
]


def __dir__() -> list[str]:
    return __all__
