# SPDX-License-Identifier: Apache-2.0
"""Many threads at once, threads that run meanwhile, and Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

import gambrel as gb


def test_many_threads_have_the_answers_of_one(rows: list[dict[str, Any]]) -> None:
    questions: list[Callable[[], Any]] = []
    for n in (1, 3, 9, 27):
        questions += [
            lambda n=n: gb.predict(MODEL, DEVICE, concurrency=n).to_dict(),  # type: ignore[misc]
            lambda n=n: gb.predict(LARGE_MODEL, DEVICE, concurrency=n).to_dict(),  # type: ignore[misc]
            lambda n=n: gb.serve(MODEL, DEVICE, concurrency=n).to_dict(),  # type: ignore[misc]
            lambda n=n: gb.simulate(MODEL, DEVICE, concurrency=n, requests=300),  # type: ignore[misc]
            lambda n=n: gb.validate(rows[: n % 6 + 1]),  # type: ignore[misc]
            lambda n=n: gb.calibrate(rows[: n % 6 + 1], device=DEVICE),  # type: ignore[misc]
            lambda n=n: gb.explain(MODEL, DEVICE, concurrency=n),  # type: ignore[misc]
        ]
    alone = [ask() for ask in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda ask: ask(), questions * 4))
    assert together == alone * 4


def longest_silence(work: Callable[[], object]) -> tuple[float, float]:
    """How long `work` takes, and the longest time in which a thread beside it did not get to run."""
    ticks: list[float] = []
    over = threading.Event()

    def tick() -> None:
        while not over.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        while not ticks:
            time.sleep(0.001)
        began = time.perf_counter()
        work()
        ended = time.perf_counter()
    finally:
        over.set()
        ticker.join()
    inside = [began, *(t for t in ticks if began < t < ended), ended]
    return ended - began, max(b - a for a, b in zip(inside, inside[1:]))


LONG: dict[str, Callable[[], object]] = {
    "simulate": lambda: gb.simulate(MODEL, DEVICE, rate_per_s=10, prompt=64, output=200, requests=200_000),
    "validate": lambda: gb.validate([row(n) for n in range(1, 4001)]),
    "serve": lambda: gb.serve(
        MODEL, DEVICE, rate_per_s=9, replicas=2, prompt="lognormal:1000:1", output="lognormal:300:1"
    ),
}


def row(n: int) -> dict[str, Any]:
    return {
        "hardware": "H100-SXM-80GB",
        "model": MODEL,
        "framework": "vllm",
        "weight_format": "bf16",
        "tp": 1,
        "input_len": 100 + n,
        "output_len": 128,
        "concurrency": 16,
        "metric": "tpot",
        "value": 10,
        "unit": "ms",
    }


@pytest.mark.parametrize("work", LONG)
def test_other_threads_run_meanwhile(work: str) -> None:
    took, silent = min((longest_silence(LONG[work]) for _ in range(3)), key=lambda x: x[1] / x[0])
    if took < 0.05:
        pytest.skip(f"{work} took {took * 1e3:.0f} ms, too short to tell")
    assert silent < 0.5 * took


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("shown", ["False", "lambda done, total: None"])
def test_ctrl_c_ends_a_simulation(shown: str) -> None:
    program = f"""
import sys, time, gambrel as gb
print("ready", flush=True)
try:
    gb.simulate({MODEL!r}, {DEVICE!r}, rate_per_s=10, requests=900_000_000, progress={shown})
except KeyboardInterrupt:
    print("interrupted", time.time(), flush=True)
    sys.exit(7)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            assert running.stdout.readline() == "ready\n"
            time.sleep(0.5)
            assert running.poll() is None
            sent = time.time()
            running.send_signal(signal.SIGINT)
            word, ended = running.stdout.readline().split()
            assert running.wait(timeout=20) == 7
        finally:
            running.kill()
    assert word == "interrupted"
    assert float(ended) - sent < 10.0  # of hours; a busy machine takes seconds to stop it
