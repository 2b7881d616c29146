# SPDX-License-Identifier: Apache-2.0
"""How one tool is asked and timed, in its own interpreter: standard library only, for it runs in every peer's.

Every timed call has another prompt length, so that no tool answers from a cache of its answers.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import sys
import time
import warnings
from typing import Any, Callable

#: What is asked of every tool; bf16 weights and KV cache.
QUESTION: dict[str, Any] = {
    "model": "Llama-3.1-70B",
    "device": "H100 SXM",
    "tp": 4,
    "prompt": 1024,
    "output": 256,
    "batch": 64,
}

#: Asked with a prompt length; returns the tool's own figures: ttft_s, tpot_s, output_tok_s.
Ask = Callable[[int], "dict[str, Any]"]


def timed(ask: Ask, *, seconds: float = 1.5, most: int = 3000, least: int = 5) -> dict[str, Any]:
    """The first call's time, the answer to the question, and the times of further calls (wall clock and CPU)."""
    prompt = QUESTION["prompt"]
    begun = time.perf_counter()
    answer = ask(prompt)
    first = time.perf_counter() - begun
    wall: list[float] = []
    begun = time.perf_counter()
    cpu = time.process_time()
    while len(wall) < least or (time.perf_counter() - begun < seconds and len(wall) < most):
        at = time.perf_counter()
        ask(prompt + 1 + len(wall) % 1000)
        wall.append(time.perf_counter() - at)
    return {"answer": answer, "first_s": first, "times_s": wall, "cpu_s": (time.process_time() - cpu) / len(wall)}


def report(prepare: Callable[[], tuple[dict[str, Any], dict[str, Ask]]]) -> None:
    """Prints one JSON line: what `prepare` says of the tool, its import time, and each of its ways of asking, timed.

    What tools print meanwhile is dropped: it is not what is compared.
    """
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    begun = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        tool, ways = prepare()
        imported = time.perf_counter() - begun
        found = {name: timed(ask) for name, ask in ways.items()}
    json.dump({**tool, "import_s": imported, "ways": found}, sys.stdout)
    print()
