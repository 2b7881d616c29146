# SPDX-License-Identifier: Apache-2.0
"""The C++ command and Python give the same answer, to the last bit, over the whole catalog."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

import gambrel as gb

SMALL_MODEL = "Qwen/Qwen3-0.6B"
NAMES = {
    "rate_per_s": "rate",
    "price_usd_per_hour": "price",
    "electricity_usd_per_kwh": "price-kwh",
    "think_s": "think",
    "transfer_gb_per_s": "transfer",
    "replicas_for_per_s": "replicas-for",
    "shared_tokens": "shared",
    "trace_tick_s": "trace-tick",
    "planned_per_s": "planned",
    "capital_usd": "capital",
    "residual_usd": "residual",
    "life_years": "life",
    "it_power_w": "it-power",
    "colocation_usd_per_kw_month": "colocation",
    "operations_usd_per_hour": "operations",
    "devices_per_server": "per-server",
    "reserved_usd_per_hour": "reserved",
    "upfront_usd": "upfront",
    "term_years": "term",
    "spot_usd_per_hour": "spot",
    "interruptions_per_hour": "interruptions",
    "recovery_h": "recovery",
    "api_input_usd_per_mtok": "api-input",
    "api_cached_usd_per_mtok": "api-cached",
    "api_output_usd_per_mtok": "api-output",
    "grid_g_per_kwh": "grid",
    "embodied_kg": "embodied",
    "water_l_per_kwh": "water",
    "start": "from",
}
# What the command writes with a unit, and Python as a number in it.
UNITS = {"memory_gib": " GiB", "ttft_p99_ms": " ms", "tpot_p99_ms": " ms", "latency_p99_ms": " ms"}


def options(terms: dict[str, Any]) -> list[str]:
    """The keywords of Python as options of the command."""
    words = []
    for name, value in terms.items():
        unit = UNITS.get(name, "")
        option = NAMES.get(name, name.rpartition("_")[0] if unit else name).replace("_", "-")
        if value is True:
            words.append("--" + option)
        elif value is not False:
            words += ["--" + option, f"{value}{unit}"]
    return words


def answered(program: str, subcommand: str, *words: str) -> Any:
    """What the command prints as JSON, with exit status 0 or, for what is not possible, 3."""
    line = [program, subcommand, *words, "--json"]
    ran = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode in (0, 3), ran.stderr
    answer = json.loads(ran.stdout)
    if "requests" in answer:  # a run: whether all that was sent was answered
        assert ran.returncode == (0 if answer["requests"]["answered"] == answer["requests"]["sent"] else 3)
    elif "feasible" in answer:
        assert ran.returncode == (0 if answer["feasible"] and answer.get("stable", True) else 3)
    return answer


def deployment(model: str, device: str, terms: dict[str, Any]) -> list[str]:
    return ["--model", model, "--device", device, *options(terms)]


def same(program: str, model: str, device: str, **terms: Any) -> bool:
    """Compares both predictions, and says whether they are possible."""
    python = gb.predict(model, device, **terms)
    assert python.to_dict() == answered(program, "predict", *deployment(model, device, terms))
    return python.feasible


def test_every_device(command: str) -> None:
    possible = [same(command, SMALL_MODEL, d, concurrency=4) for d in gb.devices()]
    assert sum(possible) > len(possible) / 2
    for d in gb.devices():
        same(command, LARGE_MODEL, d, tp=8, weights="int4", concurrency=32)


def test_every_model(command: str) -> None:
    possible = [same(command, m, "h200-sxm", tp=8, concurrency=16, prompt=512, output=64) for m in gb.models()]
    assert sum(possible) > len(possible) / 2


def test_every_runtime(command: str) -> None:
    for device in (DEVICE, "mi300x", "apple-m4-max-40", "epyc-9654"):
        for runtime in gb.runtimes():
            same(command, MODEL, device, runtime=runtime, concurrency=8)


LOADS: list[dict[str, Any]] = [
    {},
    {"tp": 2, "pp": 2, "replicas": 3, "concurrency": 48},
    {"dp": 2, "tp": 2, "concurrency": 7.5},
    {"tp": 4, "sp": True, "concurrency": 64},
    {"weights": "fp8", "kv": "fp8", "concurrency": 128},
    {"weights": "int4", "concurrency": 8},
    {"rate_per_s": 3.7},
    {"rate_per_s": 1e4},
    {"batch": 16},
    {"protocol": "benchmark", "concurrency": 32},
    {"prompt": "uniform:100:900", "output": "lognormal:200:0.7", "concurrency": 10},
    {"prompt": 100_000, "output": 100, "concurrency": 2},
    {"prompt": 10_000_000},
    {"prefix_hit": 0.75, "concurrency": 16},
    {"price_usd_per_hour": 1.99, "electricity_usd_per_kwh": 0.3, "pue": 1.25, "server_power": 1.4},
    {"token_budget": 2048, "max_sequences": 24, "memory_fraction": 0.7, "concurrency": 100},
    {"lora_rank": 16, "lora_adapters": 8, "concurrency": 16},
    {"memory_gib": 40, "concurrency": 8},
    {"memory_gib": 10},
]


@pytest.mark.parametrize("terms", LOADS, ids=str)
def test_loads(command: str, terms: dict[str, Any]) -> None:
    same(command, MODEL, DEVICE, **terms)
    same(command, LARGE_MODEL, "b200-sxm", **terms)


def test_experts_and_pictures(command: str) -> None:
    same(command, "mistralai/Mixtral-8x7B-v0.1", DEVICE, tp=4, ep=4, concurrency=32)
    same(command, "deepseek-ai/DeepSeek-V3", "h200-sxm", tp=16, concurrency=32)
    same(command, "google/gemma-3-12b-it", DEVICE, images=2, concurrency=4)


def test_files(command: str, config: dict[str, Any], datasheet: dict[str, Any], tmp_path: Path) -> None:
    model, device = tmp_path / "config.json", tmp_path / "own.json"
    model.write_text(json.dumps(config), encoding="utf-8")
    device.write_text(json.dumps(datasheet), encoding="utf-8")
    python = gb.predict(model, device, concurrency=8)
    assert python.to_dict() == answered(command, "predict", *deployment(str(model), str(device), {"concurrency": 8}))
    assert python == gb.predict(config, datasheet, concurrency=8)


@pytest.mark.parametrize(
    "terms",
    [
        {"rate_per_s": 5},
        {"rate_per_s": 500},
        {"rate_per_s": 20, "replicas": 2, "routing": "in-turn"},
        {"concurrency": 24, "tp": 2},
        {"rate_per_s": 5, "arrival_variation": 2.5, "ttft_p99_ms": 400, "tpot_p99_ms": 20},
        {"replicas_for_per_s": 80, "latency_p99_ms": 9000},
        {"rate_per_s": 2, "prompt": "lognormal:2000:1", "output": "uniform:50:500"},
        {"runtime": "sglang", "concurrency": 8},
        {"rate_per_s": 1, "memory_gib": 10},
    ],
    ids=str,
)
def test_serve(command: str, terms: dict[str, Any]) -> None:
    python = gb.serve(MODEL, DEVICE, **terms).to_dict()
    program = answered(command, "serve", *deployment(MODEL, DEVICE, terms))
    for answer in (python, program):
        answer.pop("simulate", None)  # the command line that simulates the same: there is none in Python
    assert python == program


@pytest.mark.parametrize(
    "terms",
    [
        {"rate_per_s": 10, "requests": 2000},
        {"rate_per_s": 10, "requests": 2000, "seed": 7, "arrivals": "gamma:2"},
        {"rate_per_s": 60, "replicas": 2, "requests": 2000, "routing": "shortest-queue"},
        {"concurrency": 30, "think_s": 0.5, "requests": 1000, "warm_up": 100},
        {"concurrency": 16, "protocol": "benchmark"},
        {"rate_per_s": 3, "turns": "uniform:2:6", "prefix_cache": True, "shared_tokens": 500, "requests": 500},
        {"rate_per_s": 5, "prefill_replicas": 1, "decode_replicas": 2, "transfer_gb_per_s": 25, "requests": 500},
        {"rate_per_s": 5, "prompt": "lognormal:1000:1", "output": "uniform:10:400", "requests": 1000},
        {"rate_per_s": 5, "runtime": "sglang", "requests": 500, "kv_blocks": 4000},
        {"rate_per_s": 5, "memory_gib": 10},
    ],
    ids=str,
)
def test_simulate(command: str, terms: dict[str, Any]) -> None:
    python = gb.simulate(MODEL, DEVICE, **terms).to_dict()
    program = answered(command, "simulate", *deployment(MODEL, DEVICE, terms))
    for answer in (python, program):
        answer.pop("took", None)
    assert python == program


def test_explain(command: str) -> None:
    for model, device, terms in (
        (MODEL, DEVICE, {"concurrency": 8}),
        ("deepseek-ai/DeepSeek-V3", "b200-sxm", {"tp": 8, "concurrency": 64}),
        ("Qwen/Qwen3-Next-80B-A3B-Instruct", "h200-sxm", {"tp": 4, "concurrency": 3}),
    ):
        python = gb.explain(model, device, **terms)  # type: ignore[arg-type]
        assert python == answered(command, "explain", *deployment(model, device, terms))


def test_models(command: str) -> None:
    for name in gb.models()[::5]:
        for kv in ("fp16", "fp8"):
            assert gb.model(name).to_dict(kv) == answered(command, "model", name, "--kv", kv)
    assert [m["name"] for m in answered(command, "models")] == gb.models()


def test_devices(command: str) -> None:
    for name in gb.devices()[::5]:
        assert gb.device(name).to_dict() == answered(command, "device", name)
    assert [d["name"] for d in answered(command, "devices")] == gb.devices()


def test_runtimes(command: str) -> None:
    for name in gb.runtimes():
        assert gb.runtime(name).to_dict() == answered(command, "runtime", name)


def test_validate(command: str, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    lines = [",".join(rows[0]), *(",".join(map(str, r.values())) for r in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for words, terms in (
        ([], {}),
        (["--by", "runtime,metric"], {"by": ["runtime", "metric"]}),
        (["--metric", "TTFT"], {"metric": "TTFT"}),
        (["--dense", "--model", "Qwen"], {"dense": True, "model": "Qwen"}),
    ):
        python = gb.validate(file, **terms)  # type: ignore[arg-type]
        assert python.to_dict() == answered(command, "validate", str(file), *words)
        assert gb.validate(rows, **terms) == python  # type: ignore[arg-type]


def test_calibrate(command: str, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    lines = [",".join(rows[0]), *(",".join(map(str, r.values())) for r in rows)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for moves in ("device", "host", "both"):
        python = gb.calibrate(rows, device=DEVICE, runtime="vllm", moves=moves)
        words = [str(file), "--device", DEVICE, "--runtime", "vllm", "--moves", moves]
        assert python.to_file() == answered(command, "calibrate", *words)
