# SPDX-License-Identifier: Apache-2.0
"""What a type checker is to accept, and what it is to refuse. Read by mypy, in tests/test_typing.py; never run.

A line that must be refused says so by its `type: ignore`: where mypy does not refuse it, the remark is an error.
"""

from __future__ import annotations

from pathlib import Path

import gambrel as gb

MODEL = "meta-llama/Llama-3.1-8B-Instruct"

p = gb.predict(MODEL, "h100-sxm", tp=2, weights="fp8", concurrency=64, prompt=(100, 900))
ttft: gb.Figure = p.ttft
value: float = p.tpot.value + p.tpot.low + p.tpot.high
unit: str = p.tpot.unit
fast: bool = p.tpot < "25 ms" and p.ttft <= 0.5 and p.tpot < p.ttft
milliseconds: float = p.tpot.to("ms")
running: float = p.running
devices: int = p.devices
answer: dict[str, object] = p.to_dict()
metrics: dict[str, float] = p.to_metrics()
if p.cost is not None:
    print(p.cost.output)

gb.predict(MODEL, "h100-sxm", tpp=2)  # type: ignore[call-arg]
gb.predict(MODEL, "h100-sxm", tp="two")  # type: ignore[arg-type]
gb.predict(MODEL, "h100-sxm", sp="yes")  # type: ignore[arg-type]
gb.predict(MODEL, "h100-sxm", rate_per_s=5, arrivals="even")  # type: ignore[call-arg]
gb.predict(MODEL)  # type: ignore[call-arg]
p.tpot.value = 3  # type: ignore[misc]
p.tpott  # type: ignore[attr-defined]  # noqa: B018
text: str = p.tpot  # type: ignore[assignment]
p.cost.output  # type: ignore[union-attr]  # noqa: B018

terms: gb.Terms = {"tp": 2, "memory_gib": "80 GiB", "runtime": gb.runtime("vllm", max_sequences=64)}
gb.predict(gb.model(Path("config.json")), gb.device({"name": "own"}), **terms)
wrong: gb.Terms = {"tensor": 2}  # type: ignore

load = gb.serve(MODEL, "h100-sxm", rate_per_s="5 req/s", ttft_p99_ms=500)
if load.ttft is not None:
    p99: gb.Figure = load.ttft["p99"]
load.ttft["p99"]  # type: ignore[index]
limit: gb.Figure | None = load.limit
gb.serve(MODEL, "h100-sxm", seed=5)  # type: ignore[call-arg]

run = gb.simulate(MODEL, "h100-sxm", requests=100, seed=5, requests_kept=True, progress=lambda done, total: None)
took: float = run.took_s
stable: bool = run.stable
rate: gb.Figure = run.request_throughput
gb.simulate(MODEL, "h100-sxm", progress=5)  # type: ignore[arg-type]

score = gb.validate("rows.csv", by=["metric", "runtime"])
records: list[dict[str, str]] = score.records()
fit: gb.Calibration = gb.calibrate([{"metric": "tpot"}], device="h100-sxm", moves="host")
gb.predict(MODEL, "h100-sxm", calibration=fit, workload=gb.workload(prompt=[1, 2, 3], concurrency=5))
names: list[str] = gb.models() + gb.devices() + gb.runtimes() + gb.workloads()
