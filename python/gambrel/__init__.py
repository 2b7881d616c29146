# SPDX-License-Identifier: Apache-2.0
"""Gambrel predicts the speed, memory and cost of LLM inference without running it.

>>> import gambrel as gb
>>> p = gb.predict("meta-llama/Llama-3.1-70B-Instruct", "h100-sxm", tp=4, weights="fp8", concurrency=64)
>>> p.feasible
True
"""

from __future__ import annotations

from importlib import import_module

from ._calibration import Calibration, calibrate
from ._core import version as __version__
from ._device import Device, device, devices
from ._error import Error
from ._figure import Figure
from ._load import Load, serve
from ._model import Model, model, models
from ._prediction import Prediction, explain, predict
from ._runtime import Runtime, runtime, runtimes
from ._simulation import Simulation, simulate
from ._sweep import sweep, sweep_chunks
from ._terms import LoadTerms, SimulationTerms, Terms
from ._validation import Validation, validate
from ._workload import Workload, workload, workloads
from .measured import Measured, read_guidellm, read_llama_bench, read_measured, read_vllm

__all__ = [
    "Calibration",
    "Device",
    "Error",
    "Figure",
    "Load",
    "LoadTerms",
    "Measured",
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
    "plot",
    "predict",
    "read_guidellm",
    "read_llama_bench",
    "read_measured",
    "read_vllm",
    "runtime",
    "runtimes",
    "serve",
    "simulate",
    "sweep",
    "sweep_chunks",
    "validate",
    "workload",
    "workloads",
]


def __getattr__(name: str) -> object:
    """`gambrel.plot` needs matplotlib, so it is imported when it is asked for."""
    if name == "plot":
        return import_module(".plot", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
