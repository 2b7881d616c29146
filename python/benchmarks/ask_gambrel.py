# SPDX-License-Identifier: Apache-2.0
"""Gambrel, by names: nothing is kept from one call to the next."""

from __future__ import annotations

import time
from typing import Any

from timing import QUESTION, Ask, report

MODEL, DEVICE = "meta-llama/Llama-3.1-70B-Instruct", "h100-sxm"
COMMON: dict[str, Any] = {"runtime": "vllm", "tp": QUESTION["tp"], "output": QUESTION["output"]}


def prepare() -> tuple[dict[str, Any], dict[str, Ask]]:
    import gambrel as gb

    def figures(p: gb.Prediction) -> dict[str, Any]:
        """Read on every timed call, as a caller would."""
        found = {"ttft_s": p.ttft, "tpot_s": p.tpot, "output_tok_s": p.output_throughput}
        return {name: [f.value, f.low, f.high] for name, f in found.items()}

    def static(prompt: int) -> dict[str, Any]:
        return figures(gb.predict(MODEL, DEVICE, prompt=prompt, batch=QUESTION["batch"], **COMMON))

    def serving(prompt: int) -> dict[str, Any]:
        return figures(gb.predict(MODEL, DEVICE, prompt=prompt, concurrency=QUESTION["batch"], **COMMON))

    ways: dict[str, Ask] = {"predict, one batch": static, "predict, clients that each wait": serving}
    tool: dict[str, Any] = {"name": "gambrel", "version": gb.__version__}
    if hasattr(gb, "sweep"):
        tool["sweep"] = sweep_times(gb)
    return tool, ways


def sweep_times(gb: Any) -> dict[str, float]:
    """One sweep of 100,000 configurations, prompt lengths by numbers of clients, after a small one."""
    axes = {"prompt": range(256, 4256, 8), "concurrency": range(1, 201)}
    gb.sweep(MODEL, DEVICE, concurrency=[1, 2], **COMMON)
    begun, cpu = time.perf_counter(), time.process_time()
    rows = len(gb.sweep(MODEL, DEVICE, **axes, **COMMON))
    return {"rows": rows, "wall_s": time.perf_counter() - begun, "cpu_s": time.process_time() - cpu}


if __name__ == "__main__":
    report(prepare)
