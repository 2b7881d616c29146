# SPDX-License-Identifier: Apache-2.0
"""What a type checker is to accept, and what it is to refuse. Read by mypy, in tests/test_typing.py; never run.

A line that must be refused says so by its `type: ignore`: where mypy does not refuse it, the remark is an error.
"""

from __future__ import annotations

from pathlib import Path

import ridgepoint as rp

MODEL = "meta-llama/Llama-3.1-8B-Instruct"

p = rp.predict(MODEL, "h100-sxm", tp=2, weights="fp8", concurrency=64, prompt=(100, 900))
ttft: rp.Figure = p.ttft
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

rp.predict(MODEL, "h100-sxm", tpp=2)  # type: ignore[call-arg]
rp.predict(MODEL, "h100-sxm", tp="two")  # type: ignore[arg-type]
rp.predict(MODEL, "h100-sxm", sp="yes")  # type: ignore[arg-type]
rp.predict(MODEL, "h100-sxm", rate_per_s=5, arrivals="even")  # type: ignore[call-arg]
rp.predict(MODEL)  # type: ignore[call-arg]
p.tpot.value = 3  # type: ignore[misc]
p.tpott  # type: ignore[attr-defined]  # noqa: B018
text: str = p.tpot  # type: ignore[assignment]
p.cost.output  # type: ignore[union-attr]  # noqa: B018

terms: rp.Terms = {"tp": 2, "memory_gib": "80 GiB", "runtime": rp.runtime("vllm", max_sequences=64)}
rp.predict(rp.model(Path("config.json")), rp.device({"name": "own"}), **terms)
wrong: rp.Terms = {"tensor": 2}  # type: ignore

load = rp.serve(MODEL, "h100-sxm", rate_per_s="5 req/s", ttft_p99_ms=500)
if load.ttft is not None:
    p99: rp.Figure = load.ttft["p99"]
load.ttft["p99"]  # type: ignore[index]
limit: rp.Figure | None = load.limit
rp.serve(MODEL, "h100-sxm", seed=5)  # type: ignore[call-arg]

run = rp.simulate(MODEL, "h100-sxm", requests=100, seed=5, requests_kept=True, progress=lambda done, total: None)
took: float = run.took_s
stable: bool = run.stable
rp.simulate(MODEL, "h100-sxm", progress=5)  # type: ignore[arg-type]

score = rp.validate("rows.csv", by=["metric", "runtime"])
records: list[dict[str, str]] = score.records()
fit: rp.Calibration = rp.calibrate([{"metric": "tpot"}], device="h100-sxm", moves="host")
rp.predict(MODEL, "h100-sxm", calibration=fit, workload=rp.workload(prompt=[1, 2, 3], concurrency=5))
names: list[str] = rp.models() + rp.devices() + rp.runtimes() + rp.workloads()
