# SPDX-License-Identifier: Apache-2.0
"""Gambrel predicts the speed, memory and cost of LLM inference without running it.

>>> import gambrel as gb
>>> p = gb.predict("meta-llama/Llama-3.1-70B-Instruct", "h100-sxm", tp=4, weights="fp8", concurrency=64)
>>> p.feasible
True
"""

from __future__ import annotations

from importlib import import_module

from . import fleet
from ._core import version as __version__
from ._error import Error
from .answers._advice import Advice, Report, advise, report
from .answers._calibration import Calibration, calibrate
from .answers._diagnosis import Diagnosis, diagnose
from .answers._comparison import Comparison, compare
from .answers._fit import Fit, fit
from .answers._load import Load, serve
from .answers._plan import Plan, plan
from .answers._prediction import Prediction, explain, predict
from .answers._simulation import Simulation, simulate
from .answers._tco import Tco, tco
from .answers._training import Training, finetune, train
from .answers._validation import Validation, validate
from .ask._device import Device, device, devices
from .ask._launch import Launch, launch
from .ask._launch_write import WrittenLaunch, write_launch
from .ask._model import Model, model, models
from .ask._runtime import Runtime, runtime, runtimes
from .ask._terms import FitTerms, LoadTerms, PlanTerms, SimulationTerms, TcoTerms, Terms, TrainingTerms
from .ask._workload import Workload, workload, workloads
from .measured import (
    Measured,
    Observation,
    Observations,
    read_guidellm,
    read_llama_bench,
    read_measured,
    read_observations,
    read_vllm,
)
from .show._figure import Figure
from .sweep._sweep import sweep, sweep_chunks

__all__ = [
    "Advice",
    "Calibration",
    "Comparison",
    "Device",
    "Diagnosis",
    "Error",
    "Figure",
    "Fit",
    "FitTerms",
    "Launch",
    "Load",
    "LoadTerms",
    "Measured",
    "Model",
    "Observation",
    "Observations",
    "Plan",
    "PlanTerms",
    "Prediction",
    "Report",
    "Runtime",
    "Simulation",
    "SimulationTerms",
    "Tco",
    "TcoTerms",
    "Terms",
    "Training",
    "TrainingTerms",
    "Validation",
    "Workload",
    "WrittenLaunch",
    "__version__",
    "advise",
    "calibrate",
    "compare",
    "device",
    "devices",
    "diagnose",
    "explain",
    "finetune",
    "fit",
    "fleet",
    "launch",
    "model",
    "models",
    "plan",
    "plot",
    "predict",
    "read_guidellm",
    "read_llama_bench",
    "read_measured",
    "read_observations",
    "read_vllm",
    "report",
    "runtime",
    "runtimes",
    "serve",
    "simulate",
    "sweep",
    "sweep_chunks",
    "tco",
    "train",
    "validate",
    "workload",
    "workloads",
    "write_launch",
]


def __getattr__(name: str) -> object:
    """`gambrel.plot` needs matplotlib, so it is imported when it is asked for."""
    if name == "plot":
        return import_module(".plot", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
