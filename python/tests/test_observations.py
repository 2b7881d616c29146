# SPDX-License-Identifier: Apache-2.0
"""Files of tools as observations in Python: the samples that tests/measurement/io has, their types, their frames."""

from __future__ import annotations

from pathlib import Path

import pytest

import gambrel as gb
from gambrel._error import Error

DATA = Path(__file__).resolve().parents[2] / "tests" / "measurement" / "io" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the samples are in the tree only")

KINDS = {
    "vllm-serve.txt": "vllm bench serve",
    "vllm-sweep.csv": "vllm bench serve",
    "vllm-throughput.json": "vllm bench throughput",
    "vllm-latency.json": "vllm bench latency",
    "sglang-serving.jsonl": "SGLang bench_serving",
    "sglang-one-batch.jsonl": "SGLang bench_one_batch",
    "aiperf.json": "AIPerf",
    "aiperf-requests.jsonl": "AIPerf requests",
    "genai-perf.csv": "GenAI-Perf",
    "trtllm-bench.json": "trtllm-bench",
    "inference-perf.json": "inference-perf",
    "inference-perf-server.json": "inference-perf, server's side",
    "llmperf.json": "LLMPerf",
    "evalscope.json": "evalscope",
    "per-gpu-rows.json": "rows of throughput per GPU",
    "vllm-metrics.txt": "vLLM /metrics",
    "nvidia-smi.csv": "nvidia-smi",
    "dcgmi-dmon.txt": "dcgmi dmon",
    "dcgm.csv": "DCGM",
    "nsys-kernels.csv": "nsys stats",
    "ncu.csv": "ncu",
    "torch-trace.json": "PyTorch profiler",
}


def test_every_kind_is_told_by_its_content() -> None:
    for name, tool in KINDS.items():
        assert {o.tool for o in gb.read_observations(DATA / name)} == {tool}, name
    assert {p.name for p in DATA.iterdir()} - {"README.md"} <= set(KINDS) | {"evalscope-2026.json"}


def test_members_and_frames() -> None:
    (run,) = gb.read_observations(DATA / "vllm-serve.txt", device="h100-sxm", model="llama-3.1-8b")
    assert (run.clients, run.device, run.completed) == (16.0, "h100-sxm", 160.0)
    assert run.figures["ttft_p99"] == pytest.approx(0.143)
    frame = run.frame()
    assert frame[(frame.metric == "ttft") & (frame.statistic == "p99")].value.item() == pytest.approx(0.143)
    assert frame[frame.metric == "output_throughput"].unit.item() == "tok/s"

    (profile,) = gb.read_observations(DATA / "torch-trace.json")
    assert profile.kernels is not None
    assert profile.kernels.kernels[1].kind == "collective"
    assert profile.kernels.frame().share.sum() == pytest.approx(1.0)

    sweep = gb.read_observations([DATA / "vllm-sweep.csv", DATA / "vllm-metrics.txt"])
    assert [o.clients for o in sweep] == [16.0, 32.0, None]
    assert sweep[2].server is not None and sweep[2].server.waiting_for_capacity == 38.0
    assert list(sweep.frame().waiting.dropna()) == [40.0]


def test_what_is_read_by_read_measured_too() -> None:
    rows = gb.read_measured(DATA / "aiperf.json", device="h100-sxm")
    assert rows.where(metric="ttft_mean")[0]["value"] == 55
    assert len(gb.read_measured(DATA / "trtllm-bench.json", device="h100-sxm", concurrency=512)) > 0
    none = gb.read_measured(DATA / "nsys-kernels.csv")
    assert len(none) == 0 and "no load and no lengths" in next(iter(none.skipped))


def test_bad_input_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "cut.csv").write_text((DATA / "nvidia-smi.csv").read_text()[:-60])
    with pytest.raises(Error, match="line 4"):
        gb.read_observations(tmp_path / "cut.csv")
    with pytest.raises(Error, match="paths or a parsed"):
        gb.read_observations(3)  # type: ignore[arg-type]
    with pytest.raises(Error, match="none of what is read"):
        gb.read_observations({"a": 1})


def test_a_start_up_log(tmp_path: Path) -> None:
    log = tmp_path / "startup.log"
    log.write_text("INFO Model loading took 14.25 GiB\nINFO GPU KV cache size: 245,360 tokens\nINFO max_num_seqs=64\n")
    (o,) = gb.read_observations(log)
    assert o.start is not None
    assert (o.start.server, o.start.kv_tokens, o.start.weights_gib) == ("vllm", 245360, 14.25)
    assert o.start.started is None
    assert o.settings["max_num_seqs"] == "64"
    assert "start" in repr(o)
    assert len(gb.read_observations(log).frame()) == 1
