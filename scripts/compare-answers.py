#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether two builds of the command give the same answers.

    scripts/compare-answers.py OLD NEW [--questions 10000] [--seed 1] [--tolerance 0]

Draws questions of every subcommand from a seed, asks both programs for JSON, and compares exit status, keys and values:
numbers to the relative tolerance (0: to the last bit as printed), the rest exactly. Prints what differs, at most ten
questions, and ends with a count; exit status 1 where anything does. Used when code moves: answers must not.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import random
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = {"took_s", "took"}  # the computer's own time, different on every run


def names(program: str, what: str) -> list[str]:
    listed = json.loads(subprocess.run([program, what, "--json"], capture_output=True, text=True, check=True).stdout)
    rows = listed if isinstance(listed, list) else next(v for v in listed.values() if isinstance(v, list))
    return [row["name"] for row in rows]


class Questions:
    """Draws command lines. Most are possible; what does not fit or is refused is an answer to compare as well."""

    def __init__(self, program: str, seed: int) -> None:
        self.draw = random.Random(seed)
        self.devices, self.models = names(program, "devices"), names(program, "models")
        self.runtimes, self.workloads = names(program, "runtimes"), names(program, "workloads")
        self.small = [m for m in self.models if any(s in m.lower() for s in ("7b", "8b", "3b", "1b", "14b", "oss-20"))]
        self.large = ["h100-sxm", "h200-sxm", "b200-sxm", "a100-sxm-80", "mi300x", "l40s", "rtx-4090"]

    def length(self, low: int, high: int) -> str:
        mean = round(math.exp(self.draw.uniform(math.log(low), math.log(high))))
        kind = self.draw.random()
        if kind < 0.7:
            return str(mean)
        if kind < 0.85:
            return f"uniform:{max(1, mean // 2)}:{mean * 3 // 2}"
        return f"lognormal:{mean}:{self.draw.choice([0.5, 1, 2])}"

    def deployment(self) -> list[str]:
        d = self.draw
        usual = d.random() < 0.8
        words = ["--model", d.choice(self.small if usual else self.models)]
        words += ["--device", d.choice(self.large if usual else self.devices)]
        if d.random() < 0.7:
            words += ["--runtime", d.choice(self.runtimes if d.random() < 0.5 else ["vllm", "sglang", "tensorrt-llm"])]
        for option, values, chance in (
            ("--tp", [2, 4, 8], 0.4), ("--pp", [2, 4], 0.1), ("--dp", [2], 0.05), ("--ep", [2, 8], 0.05),
            ("--replicas", [2, 3], 0.1), ("--weights", ["fp8", "int4", "q4_k_m", "nvfp4"], 0.3),
            ("--kv", ["fp8", "bf16"], 0.2), ("--token-budget", [1024, 2048, 16384], 0.1),
            ("--max-sequences", [8, 64, 512], 0.1), ("--memory-fraction", [0.5, 0.8], 0.05),
            ("--lora-rank", [16], 0.05), ("--prefix-hit", [0.3, 0.9], 0.1), ("--price", [1.5], 0.1),
            ("--price-kwh", [0.2], 0.05), ("--pue", [1.2], 0.05), ("--memory", ["40 GiB"], 0.03),
        ):
            if d.random() < chance:
                words += [option, str(d.choice(values))]
        if d.random() < 0.1:
            words += ["--workload", d.choice(self.workloads)]
        else:
            words += ["--prompt", self.length(16, 16384), "--output", self.length(4, 2048)]
        return words

    def next(self) -> list[str]:
        d, kind = self.draw, self.draw.random()
        if kind < 0.45:
            load = d.choice([["--concurrency", str(d.choice([1, 4, 17, 64, 256, 1000]))], ["--rate", str(d.choice([0.1, 1, 5, 50]))],
                             ["--batch", str(d.choice([1, 16]))]])
            extra = ["--protocol", "benchmark"] if load[0] == "--concurrency" and d.random() < 0.3 else []
            return ["predict", *self.deployment(), *load, *extra]
        if kind < 0.6:
            load = d.choice([["--concurrency", str(d.choice([1, 8, 64]))], ["--rate", str(d.choice([0, 0.1, 0.7, 4]))],
                             ["--replicas-for", str(d.choice([2, 20]))]])
            limits = ["--ttft-p99", "2 s", "--tpot-p99", "60 ms"] if d.random() < 0.5 else []
            return ["serve", *self.deployment(), *load, *limits]
        if kind < 0.7:
            load = d.choice([["--concurrency", str(d.choice([1, 8, 32]))], ["--rate", str(d.choice([0.1, 0.7, 4]))]])
            return ["simulate", *self.deployment(), *load, "--requests", "300", "--seed", str(d.randrange(1000))]
        if kind < 0.8:
            return ["explain", *self.deployment(), "--concurrency", str(d.choice([1, 16, 128]))]
        if kind < 0.87:
            return ["model", d.choice(self.models)]
        if kind < 0.94:
            return ["device", d.choice(self.devices)]
        if kind < 0.97:
            return ["runtime", d.choice(self.runtimes)]
        return [d.choice(["devices", "models", "runtimes", "workloads"])]


@functools.lru_cache
def called(program: str) -> str:
    """What a program calls itself: the first key of what it answers, beside its version."""
    asked = [program, "predict", "--model", "llama-3.1-8b", "--device", "h100-sxm", "--json"]
    run = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, check=True)
    return re.search(r'"(\w+)": "\d+\.\d+', run.stdout)[1]


def answer(program: str, words: list[str]) -> tuple[int, object]:
    run = subprocess.run([program, *words, "--json"], capture_output=True, text=True, cwd=ROOT)
    text = (run.stdout or run.stderr).replace(called(program), "PROGRAM").replace(Path(program).name, "PROGRAM")
    try:
        return run.returncode, json.loads(text) if run.stdout else text
    except json.JSONDecodeError:
        return run.returncode, text


def differences(a: object, b: object, tolerance: float, at: str = "") -> list[str]:
    if isinstance(a, dict) and isinstance(b, dict):
        found = [f"{at}/{k}: only in one" for k in a.keys() ^ b.keys() if k not in LOGS]
        for k in a.keys() & b.keys() - LOGS:
            found += differences(a[k], b[k], tolerance, f"{at}/{k}")
        return found
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [d for i, (x, y) in enumerate(zip(a, b)) for d in differences(x, y, tolerance, f"{at}/{i}")]
    number = (int, float)
    if isinstance(a, number) and isinstance(b, number) and not isinstance(a, bool) and not isinstance(b, bool):
        if a == b or abs(a - b) <= tolerance * max(abs(a), abs(b)):
            return []
    elif a == b:
        return []
    return [f"{at}: {str(a)[:120]} -> {str(b)[:120]}"]


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("old")
    p.add_argument("new")
    p.add_argument("--questions", type=int, default=10_000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--tolerance", type=float, default=0.0)
    o = p.parse_args()
    questions = Questions(o.old, o.seed)
    asked = [questions.next() for _ in range(o.questions)]
    kinds: Counter[str] = Counter()
    differ = 0

    def compare(words: list[str]) -> list[str]:
        before, after = answer(o.old, words), answer(o.new, words)
        kinds[f"{words[0]} (exit status {before[0]})"] += 1
        return differences(list(before), list(after), o.tolerance)

    with ThreadPoolExecutor(2) as pool:
        for words, found in zip(asked, pool.map(compare, asked)):
            if found:
                differ += 1
                if differ <= 10:
                    print(" ".join(words), *found[:8], sep="\n    ")
    print("\n".join(f"{n:6} {kind}" for kind, n in sorted(kinds.items())))
    print(f"{o.questions - differ} of {o.questions} questions have the same answer")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
