# SPDX-License-Identifier: Apache-2.0
"""Pictures of answers, by matplotlib, which is imported only when one is drawn.

Each function takes ``ax``, draws on it, and returns it; without one it makes a figure of its own. Nothing global is
changed. Colours are those of Okabe and Ito, which the colour-blind can tell apart (docs/python-plots.md).
"""

from __future__ import annotations

from ._before_after import before_after
from ._breakdown import breakdown
from ._distribution import ttft_distribution
from ._fit import fit_speeds
from ._latency import latency_throughput
from ._memory import memory
from ._pareto import pareto, pareto_front
from ._roofline import roofline
from ._tornado import tornado
from ._training import training_memory, training_time
from ._validation import predicted_vs_measured
from ._waterfall import waterfall

__all__ = [
    "before_after",
    "breakdown",
    "fit_speeds",
    "latency_throughput",
    "memory",
    "pareto",
    "pareto_front",
    "predicted_vs_measured",
    "roofline",
    "tornado",
    "training_memory",
    "training_time",
    "ttft_distribution",
    "waterfall",
]


def __dir__() -> list[str]:
    return __all__
