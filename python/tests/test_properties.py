# SPDX-License-Identifier: Apache-2.0
"""What must hold of any machine, any model and any load."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import DEVICE, MODEL
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import gambrel as gb

MODELS = [
    "Qwen/Qwen3-0.6B",
    MODEL,
    "mistralai/Mixtral-8x7B-v0.1",
    "deepseek-ai/DeepSeek-V2-Lite",
    "google/gemma-3-4b-it",
]
# Not TTFT: clients whose answers come sooner are back in the line sooner, where they may wait longer for a first token.
TIMES = ("tpot", "latency")
ROUNDING = 1 + 1e-9

models = st.sampled_from(MODELS)
prompts = st.sampled_from([37, 512, 3000, 16000])
# Below some tens of tokens nearly all is prompts, and the closed loop's latency is good to some per cent only.
outputs = st.sampled_from([65, 300, 2000])
clients = st.sampled_from([1, 2, 5, 16, 60, 200])
runtimes = st.sampled_from(["vllm", "tensorrt-llm", "tgi", "llama.cpp"])
loads = st.fixed_dictionaries({"prompt": prompts, "output": outputs, "concurrency": clients, "runtime": runtimes})


def machine(bandwidth: float = 2000, peak: float = 400, capacity: float = 192) -> dict[str, Any]:
    return {
        "name": "own",
        "class": "datacenter_gpu",
        "memory": {"capacity_gb": capacity, "bandwidth_gb_per_s": bandwidth},
        "peak": {"bf16_tflop_per_s": peak},
        "power": {"limit_w": 700},
    }


def possible(model: str, device: Any, **terms: Any) -> gb.Prediction:
    p = gb.predict(model, device, **terms)
    assume(p.feasible)
    return p


@settings(max_examples=150)
@given(models, loads, st.floats(1, 10), st.floats(100, 8000), st.floats(20, 2000))
def test_more_bandwidth_is_never_slower(
    m: str, load: dict[str, Any], more: float, bandwidth: float, peak: float
) -> None:
    slow = possible(m, machine(bandwidth, peak), **load)
    fast = possible(m, machine(bandwidth * more, peak), **load)
    for name in TIMES:
        assert getattr(fast, name).value <= getattr(slow, name).value * ROUNDING
    assert fast.output_throughput.value * ROUNDING >= slow.output_throughput.value


@settings(max_examples=150)
@given(models, loads, st.floats(1, 10), st.floats(100, 8000), st.floats(20, 2000))
def test_more_arithmetic_is_never_slower(
    m: str, load: dict[str, Any], more: float, bandwidth: float, peak: float
) -> None:
    slow = possible(m, machine(bandwidth, peak), **load)
    fast = possible(m, machine(bandwidth, peak * more), **load)
    for name in TIMES:
        assert getattr(fast, name).value <= getattr(slow, name).value * ROUNDING
    assert fast.output_throughput.value * ROUNDING >= slow.output_throughput.value


@settings(max_examples=100)
@given(models, prompts, outputs, runtimes, st.integers(1, 100), st.integers(1, 100))
def test_more_clients_never_lower_the_throughput_before_the_cap(
    m: str, prompt: int, output: int, runtime: str, few: int, more: int
) -> None:
    a = possible(m, machine(), prompt=prompt, output=output, runtime=runtime, concurrency=few)
    b = possible(m, machine(), prompt=prompt, output=output, runtime=runtime, concurrency=few + more)
    assume(b.waiting == 0)
    # Where prompts fill every pass, each sequence that decodes takes one place of the token budget from them, and time
    # for its own cache: less than as much again.
    displaced = 2 * more / gb.runtime(runtime).to_dict()["scheduling"]["token_budget"]
    assert b.output_throughput.value * ROUNDING >= a.output_throughput.value * (1 - displaced)


@settings(max_examples=150)
@given(models, loads)
def test_littles_law_of_closed_loops(m: str, load: dict[str, Any]) -> None:
    p = possible(m, machine(), **load)
    assert p.running + p.waiting == pytest.approx(load["concurrency"])
    assert p.request_throughput.value * p.latency.value == pytest.approx(load["concurrency"], rel=1e-6)


@settings(max_examples=150)
@given(models, loads, st.sampled_from(["a100-sxm-80", DEVICE, "mi300x", "l40s", "rtx-4090"]))
def test_ranges_contain_values_and_shares_are_shares(m: str, load: dict[str, Any], device: str) -> None:
    p = possible(m, device, **load)
    for f in p._flat().values():
        assert f.low <= f.value <= f.high
    for share in (p.mfu, p.mbu, p.utilisation, p.prompt_share):
        assert 0 <= share <= ROUNDING


@settings(max_examples=60)
@given(models, loads, st.floats(0.01, 100), st.floats(0.1, 10))
def test_cost_is_linear_in_the_price(m: str, load: dict[str, Any], price: float, factor: float) -> None:
    one = possible(m, machine(), **load, price_usd_per_hour=price).cost
    other = possible(m, machine(), **load, price_usd_per_hour=price * factor).cost
    assert one is not None
    assert other is not None
    for name, f in vars(one).items():
        g = getattr(other, name)
        assert (g.value, g.low, g.high) == pytest.approx((f.value * factor, f.low * factor, f.high * factor))


@settings(max_examples=60)
@given(models, loads, st.integers(2, 6))
def test_replicas_multiply(m: str, load: dict[str, Any], n: int) -> None:
    one = possible(m, machine(), **load)
    all_of_them = possible(m, machine(), **{**load, "concurrency": n * load["concurrency"]}, replicas=n)
    assert all_of_them.devices == n * one.devices
    assert all_of_them.output_throughput.value == pytest.approx(n * one.output_throughput.value)
    assert all_of_them.tpot.value == pytest.approx(one.tpot.value)


@settings(max_examples=60)
@given(models, loads, st.floats(0, 1), st.floats(0, 1))
def test_more_of_the_prompt_in_the_cache_is_never_slower(m: str, load: dict[str, Any], a: float, b: float) -> None:
    less = possible(m, machine(), **load, prefix_hit=min(a, b))
    more = possible(m, machine(), **load, prefix_hit=max(a, b))
    assert more.latency.value <= less.latency.value * (1 + 1e-6)


@settings(max_examples=100)
@given(
    models,
    loads,
    st.sampled_from(["memory_gib", "price_usd_per_hour", "electricity_usd_per_kwh"]),
    st.integers(1, 999),
)
def test_text_with_the_unit_is_the_number(m: str, load: dict[str, Any], keyword: str, tenths: int) -> None:
    unit = {"memory_gib": "GiB", "price_usd_per_hour": "$/h", "electricity_usd_per_kwh": "$/kWh"}[keyword]
    value = 80.0 if keyword == "memory_gib" else tenths / 10  # a size that boards have
    number = gb.predict(m, DEVICE, **load, **{keyword: value})
    assert number == gb.predict(m, DEVICE, **load, **{keyword: f"{value} {unit}"})


@settings(max_examples=40)
@given(models, st.floats(0.05, 0.95), prompts, outputs)
def test_percentiles_of_a_load_rise_and_more_load_is_never_quicker(
    m: str, share: float, prompt: int, output: int
) -> None:
    terms: dict[str, Any] = {"prompt": prompt, "output": output}
    first = gb.serve(m, machine(), rate_per_s=1e-3, **terms)
    assume(first.feasible and first.limit is not None)
    assert first.limit is not None
    load = gb.serve(m, machine(), rate_per_s=share * first.limit.value, **terms)
    assert load.feasible
    for name in ("ttft", "tpot", "itl", "latency"):
        times, alone = getattr(load, name), getattr(first, name)
        values = [times[k].value for k in ("p50", "p90", "p95", "p99")]
        assert values == sorted(values)
        assert times["mean"].value * (1 + 1e-6) >= alone["mean"].value
        for f in times.values():
            assert f.low <= f.value
            assert f.high is None or f.value <= f.high


@settings(max_examples=30)
@given(
    st.sampled_from(MODELS[:2]),
    st.integers(0, 10**9),
    st.sampled_from(["poisson", "even", "gamma:2"]),
    st.integers(10, 400),
)
def test_simulations_count_every_request(m: str, seed: int, arrivals: str, requests: int) -> None:
    run = gb.simulate(m, machine(), rate_per_s=5, prompt=(10, 500), output=20, arrivals=arrivals, requests=requests,
                      seed=seed, warm_up=0)  # fmt: skip
    counts = run.to_dict()["requests"]
    assert counts["sent"] == requests == counts["answered"] + counts["rejected"] + counts["left"]
    t = run.ttft
    assert t is not None
    assert t["p50"] <= t["p90"] <= t["p95"] <= t["p99"] <= t["most"]


@settings(max_examples=200)
@given(
    st.floats(1e-12, 1e12),
    st.floats(0, 0.99),
    st.floats(1.01, 5),
    st.sampled_from(["s", "B", "tok/s", "$/Mtok", "1", "W"]),
)
def test_a_figure_is_shown_and_read_back(value: float, low: float, high: float, unit: str) -> None:
    f = gb.Figure(value, value * low, value * high, unit)
    assert gb.Figure(**f.to_dict()) == f
    assert repr(f)
    assert f.within(f)
    for other in ("ms", "us", "min", "h") if unit == "s" else ():
        assert f.within(f"{f.to(other)!r} {other}")
