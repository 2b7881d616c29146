#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two engines set against each other: `make differential`.

The closed form (predict, serve) and the simulator are independent implementations of one machine. Random deployments go
through both. Where they differ by more than a stated tolerance, the closed form must have said so (a flag); where it
prints a figure, the figure must be possible. What fails is shrunk to the shortest command line that still fails.

    closed     predict --concurrency N against simulate --concurrency N: throughput and TPOT within 10 %, or a flag. Runs are
               long enough for a mean (20,000 requests of varying lengths, 60,000 of heavy tails); a benchmark's are its own
               ten requests per client, so that several seeds are averaged
    pressure   the same of equal, long requests and few devices, so that KV memory is full and requests are preempted
    open       serve at 30 to 99 % of its limit: every figure possible; means against simulate within 10 %, or a flag
    promise    serve's greatest rate under an objective against simulate: the percentile met within 10 %, or a flag
    relations  what must hold whatever the figures: more memory, bandwidth or links are never slower in a closed loop; one
               client is the same under every protocol; one more token changes little

    tools/differential/differential.py [closed|pressure|open|promise|relations ...] [--deployments 60] [--seed 1] [--most 3]
        --possible exit status 1 where a figure is impossible or a relation is broken, whatever the tolerances
        --strict   exit status 1 where a group has more than --most per cent of unflagged differences, an impossible
                   figure, or more flags than --flags per cent
The command is $GAMBREL (build/gambrel when unset).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = os.environ.get("GAMBREL", str(ROOT / "build" / "gambrel"))

MODELS = ["llama-3.1-8b", "llama-3.1-70b", "qwen2.5-32b", "mixtral-8x7b", "qwen3-30b-a3b", "gpt-oss-120b", "deepseek-v3",
          "gemma-3-27b-it", "qwen3-235b-a22b", "mistral-7b-v0.1", "phi-4", "mamba2-2.7b", "qwen3-next-80b-a3b-instruct",
          "llama-3.2-1b"]
DEVICES = ["h100-sxm", "h200-sxm", "a100-sxm-80", "b200-sxm", "l40s", "mi300x", "rtx-4090", "l4", "h20", "gb200"]
CONTINUOUS = ["vllm", "vllm-0.14", "tensorrt-llm", "sglang", "lmdeploy", "llama.cpp", "mlc-llm"]
HELD = ["tensorrt-llm-batch-wait", "tensorrt-llm-engine", "sglang-interval-30", "tgi"]
PREEMPTING = ["vllm", "sglang", "lmdeploy", "mlc-llm"]
STATIC = ["transformers", "onnx-runtime", "deepspeed-inference"]
LOADS = (0.3, 0.6, 0.8, 0.9, 0.95, 0.97, 0.99)

Words = dict[str, Optional[str]]  # option: value, or None for a bare flag


def line(subcommand: str, words: Words) -> list[str]:
    return [subcommand] + [part for option, value in words.items() for part in ([option] if value is None else [option, value])]


def ask(subcommand: str, words: Words) -> tuple[int, Any]:
    run = subprocess.run([COMMAND, *line(subcommand, words), "--json"], capture_output=True, text=True, timeout=600)
    try:
        return run.returncode, json.loads(run.stdout)
    except json.JSONDecodeError:
        return run.returncode, (run.stderr or run.stdout)[:300]


# --- Drawing -------------------------------------------------------------------------------------------------------------
def length(kind: str, mean: int, variation: float) -> str:
    if kind == "uniform":
        return f"uniform:{max(1, mean // 2)}:{mean + mean // 2 + 1}"
    return str(mean) if kind == "fixed" else f"lognormal:{mean}:{variation:g}"


def spread(draw: random.Random, low: float, high: float) -> int:
    return round(math.exp(draw.uniform(math.log(low), math.log(high))))


def deployment(draw: random.Random, ranks: bool = False) -> tuple[str, Words]:
    """A deployment with its lengths, and the group that its results are counted in."""
    kind = draw.choice(["fixed", "uniform", "lognormal", "lognormal", "heavy"])
    runtime = draw.choice(CONTINUOUS * 2 + HELD + STATIC)
    prompt, output = spread(draw, 16, 12000), spread(draw, 8, 1500)
    shape, variation = ("lognormal", 3.0) if kind == "heavy" else (kind, draw.choice([0.3, 0.5, 1.0]))
    words: Words = {
        "--model": draw.choice(MODELS), "--device": draw.choice(DEVICES), "--runtime": runtime,
        "--tp": str(draw.choice([1, 1, 2, 4, 8])), "--prompt": length(shape, prompt, variation),
        "--output": length(shape, output, variation),
    }
    if ranks:
        words["--pp"] = str(draw.choice([1, 1, 2, 4]))
        words["--dp"] = str(draw.choice([1, 1, 2, 4]))
        words["--ep"] = str(draw.choice([1, int(words["--tp"] or 1) * int(words["--dp"] or 1)]))
    for option, values, chance in (("--weights", ["fp8", "int4"], 0.4), ("--kv", ["fp8"], 0.2),
                                   ("--token-budget", ["1024", "4096", "16384"], 0.2), ("--max-sequences", ["16", "64"], 0.15),
                                   ("--memory-fraction", ["0.6"], 0.1)):
        if draw.random() < chance:
            words[option] = draw.choice(values)
    software = "static" if runtime in STATIC else "held prompts" if runtime in HELD else "continuous"
    lengths = "fixed" if kind == "fixed" else "heavy tails" if kind == "heavy" else "varying"
    return f"{software}, {lengths}", words


# --- Figures that can be -------------------------------------------------------------------------------------------------
def impossible(answer: Any, subcommand: str) -> list[str]:
    """What in an answer cannot be; empty where everything can."""
    wrong: list[str] = []

    def walk(x: Any, at: str) -> None:
        if isinstance(x, dict):
            if {"value", "low", "high"} <= x.keys():
                value, low, high = x["value"], x["low"], x["high"]
                if value is None or low is None:
                    wrong.append(f"{at} is no number")
                elif value < -1e-9 and "backlog" not in at:
                    wrong.append(f"{at} is negative")
                elif low > value + 1e-9 * abs(value) + 1e-12 or (high is not None and value > high + 1e-9 * abs(high) + 1e-12):
                    wrong.append(f"{at}: {low} <= {value} <= {high} does not hold")
                return
            for k, v in x.items():
                if k != "inputs":
                    walk(v, f"{at}/{k}")
            if {"mean", "p50", "p90", "p95", "p99"} <= x.keys():
                points = [x[s]["value"] if isinstance(x[s], dict) else x[s] for s in ("p50", "p90", "p95", "p99")]
                if all(p is not None for p in points) and any(a > b * (1 + 1e-9) for a, b in zip(points, points[1:])):
                    wrong.append(f"{at}: percentiles fall")
                if any(p == 0 for p in points) and "queued" not in at and "until" not in at:
                    wrong.append(f"{at}: a percentile is zero")
        elif isinstance(x, list):
            for i, v in enumerate(x):
                walk(v, f"{at}/{i}")

    if isinstance(answer, dict) and answer.get("feasible", True):
        walk(answer, subcommand)
    return wrong


def flag(answer: dict[str, Any]) -> Optional[str]:
    return answer.get("not_known") or answer.get("ask_simulator")


def value(x: Any) -> float:
    return float(x["value"] if isinstance(x, dict) else x)


# --- Results -------------------------------------------------------------------------------------------------------------
@dataclass
class Group:
    errors: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    unflagged: Counter = field(default_factory=Counter)
    flagged: int = 0
    unknown: int = 0
    tried: int = 0
    failures: int = 0


@dataclass
class Found:
    what: str
    group: str
    subcommand: str
    words: Words


class Report:
    def __init__(self, title: str) -> None:
        self.title = title
        self.groups: dict[str, Group] = defaultdict(Group)
        self.found: list[Found] = []

    def print(self) -> None:
        print(f"\n{self.title}\n{'group':<28}{'tried':>6}{'flag':>7}{'unknown':>9}  differences: median, p90, unflagged beyond tolerance")
        for name, g in sorted(self.groups.items()):
            parts = []
            for what, errors in sorted(g.errors.items()):
                e = sorted(abs(x) for x in errors)
                share = 100 * g.unflagged[what] / max(1, g.tried)
                parts.append(f"{what} {100 * e[len(e) // 2]:.1f} %, {100 * e[int(0.9 * (len(e) - 1))]:.0f} %, {share:.0f} %")
            if g.failures:
                parts.append(f"IMPOSSIBLE in {g.failures}")
            print(f"{name:<28}{g.tried:>6}{100 * g.flagged / max(1, g.tried):>6.0f}%{100 * g.unknown / max(1, g.tried):>8.1f}%"
                  f"  {'; '.join(parts)}")

    def verdict(self, most: float, flags: float) -> bool:
        good = True
        for name, g in self.groups.items():
            if g.failures or 100 * g.flagged > flags * g.tried or any(100 * n > most * g.tried for n in g.unflagged.values()):
                print(f"beyond what is allowed: {self.title}, {name}")
                good = False
        return good


# --- The four comparisons ------------------------------------------------------------------------------------------------
Compared = tuple[dict[str, float], Optional[str], list[str]]  # relative errors, flag, what is impossible


def compare_closed(words: Words, clients: str, requests: int) -> Optional[Compared]:
    load = {**words, "--concurrency": clients}
    status, p = ask("predict", load)
    if status != 0:
        return None
    wrong = impossible(p, "predict")
    runs = [{**load, "--requests": str(requests)}]
    if "--protocol" in words:  # ten requests a client: a mean over seeds
        runs = [{**load, "--seed": str(seed)} for seed in range(1, 1 + max(1, min(40, 400 // int(clients))))]
    answered, seconds, ttft, tpot = 0.0, 0.0, 0.0, 0.0
    for run in runs:
        status, s = ask("simulate", run)
        if status not in (0, 3) or not isinstance(s, dict) or not s.get("ttft") or s["requests"]["answered"] < 0.5 * s["requests"]["sent"]:
            return {"nothing answered": math.inf}, flag(p), wrong
        wrong += impossible(s, "simulate")
        answered += s["requests"]["answered"]
        seconds += s["requests"]["answered"] / value(s["request_throughput"])
        ttft += value(s["ttft"]["mean"]) / len(runs)
        tpot += value(s["tpot"]["mean"]) / len(runs) if s.get("tpot") else 0.0
    errors = {"throughput": value(p["request_throughput"]) * seconds / answered - 1}
    if tpot > 0.0 and p.get("tpot"):
        errors["TPOT"] = value(p["tpot"]) / tpot - 1
    errors["TTFT"] = value(p["ttft"]) / ttft - 1
    return errors, flag(p), wrong


def closed(draw: random.Random, report: Report, tolerance: float, ranks: bool) -> None:
    group, words = deployment(draw, ranks)
    clients = str(spread(draw, 1, 400))
    if draw.random() < 0.3:
        words["--protocol"] = "benchmark"
    requests = 60000 if "heavy" in group else max(1000, min(6000, 20 * int(clients))) if "fixed" in group else 20000
    result = compare_closed(words, clients, requests)
    if result is None:
        return
    if words.get("--protocol"):
        group += ", benchmark"
    count(report, group, result, tolerance, "predict", {**words, "--concurrency": clients}, judged=("throughput", "TPOT", "nothing answered"))


def pressure(draw: random.Random, report: Report, tolerance: float, ranks: bool) -> None:
    runtime = draw.choice(PREEMPTING)
    words: Words = {
        "--model": draw.choice(["llama-3.1-8b", "phi-4", "qwen2.5-32b", "llama-3.1-70b", "gemma-3-27b-it", "qwen3-30b-a3b"]),
        "--device": draw.choice(["h100-sxm", "a100-sxm-80", "h200-sxm", "l40s", "rtx-4090", "b200-sxm"]),
        "--runtime": runtime, "--tp": str(draw.choice([1, 1, 2, 4])),
        "--prompt": str(spread(draw, 200, 30000)), "--output": str(spread(draw, 50, 3000)),
    }
    clients = spread(draw, 16, 400)
    result = compare_closed(words, str(clients), max(2000, 20 * clients))
    if result is not None:
        count(report, runtime, result, tolerance, "predict", {**words, "--concurrency": str(clients)},
              judged=("throughput", "TPOT", "nothing answered"))


def count(report: Report, group: str, result: Compared, tolerance: float, subcommand: str, words: Words,
          judged: tuple[str, ...]) -> None:
    errors, why, wrong = result
    g = report.groups[group]
    g.tried += 1
    g.flagged += bool(why)
    for what, e in errors.items():
        if math.isfinite(e):
            g.errors[what].append(e)
        if abs(e) > tolerance and not why and what in judged:
            g.unflagged[what] += 1
            report.found.append(Found(f"{what} {100 * e:+.0f} %", group, subcommand, words))
    if wrong:
        g.failures += 1
        report.found.append(Found("; ".join(wrong[:3]), group, subcommand, words))


def open_loop(draw: random.Random, report: Report, tolerance: float, ranks: bool) -> None:
    group, words = deployment(draw, ranks)
    status, lone = ask("serve", {**words, "--rate": "0"})
    if status != 0 or not lone.get("limit"):
        return
    limit = value(lone["limit"])
    for share in LOADS:
        load = {**words, "--rate": f"{limit * share:.6g}"}
        status, s = ask("serve", load)
        if not isinstance(s, dict):
            count(report, group, ({}, None, [f"serve: {s[:80]}"]), tolerance, "serve", load, ())
            continue
        if s.get("not_known"):
            report.groups[group].unknown += 1
        errors: dict[str, float] = {}
        wrong = impossible(s, "serve")
        if share in (0.3, 0.8) and s.get("stable") and s.get("ttft") and not s.get("not_known"):
            status, sim = ask("simulate", {**load, "--requests": "6000"})
            if status in (0, 3) and sim.get("ttft") and sim["stable"]:
                wrong += impossible(sim, "simulate")
                errors["TTFT"] = value(s["ttft"]["mean"]) / value(sim["ttft"]["mean"]) - 1
                if sim.get("tpot") and s.get("tpot"):
                    errors["TPOT"] = value(s["tpot"]["mean"]) / value(sim["tpot"]["mean"]) - 1
        count(report, group, (errors, flag(s), wrong), tolerance, "serve", load, ("TPOT",))
    clients = {**words, "--concurrency": str(spread(draw, 1, 64))}
    status, s = ask("serve", clients)
    if isinstance(s, dict) and s.get("feasible", True):
        count(report, group + ", clients", ({}, flag(s), impossible(s, "serve")), tolerance, "serve", clients, ())
    elif status == 2:
        count(report, group + ", clients", ({}, None, [f"serve: {str(s)[:80]}"]), tolerance, "serve", clients, ())


def promise(draw: random.Random, report: Report, tolerance: float, ranks: bool) -> None:
    group, words = deployment(draw, ranks)
    objective: Words = {"--ttft-p99": draw.choice(["500 ms", "1 s", "3 s"]), "--tpot-p99": draw.choice(["40 ms", "100 ms"])}
    status, s = ask("serve", {**words, **objective, "--rate": "0.001"})
    if status != 0 or not s.get("objective") or not s["objective"].get("most_rate"):
        return
    most = value(s["objective"]["most_rate"])
    if most <= 0:
        return
    at: Words = {**words, "--rate": f"{most:.6g}"}
    status, there = ask("serve", {**at, **objective})
    why = flag(there) if isinstance(there, dict) else None
    status, sim = ask("simulate", {**at, "--requests": "100000"})
    if status not in (0, 3) or not sim.get("ttft"):
        return
    limits = {"ttft": objective["--ttft-p99"], "tpot": objective["--tpot-p99"]}
    errors = {}
    for name, text in limits.items():
        number, unit = str(text).split()
        seconds = float(number) * (1e-3 if unit == "ms" else 1.0)
        if sim.get(name):
            errors[f"p99 {name} over its limit"] = max(0.0, value(sim[name]["p99"]) / seconds - 1)
    count(report, group, (errors, why, []), tolerance, "serve", {**at, **objective}, tuple(errors))


def relations(draw: random.Random, report: Report, tolerance: float, ranks: bool) -> None:
    group, words = deployment(draw, ranks)
    load = {**words, "--concurrency": str(spread(draw, 1, 400))}
    status, p = ask("predict", load)
    if status != 0:
        return
    rate = value(p["request_throughput"])

    def relation(name: str, changed: Words, holds: Callable[[Any], bool]) -> None:
        status, q = ask("predict", changed)
        if status != 0:
            return
        g = report.groups[name]
        g.tried += 1
        why = flag(p) or flag(q)
        g.flagged += bool(why)
        if not holds(q) and not why:
            g.unflagged["broken"] += 1
            report.found.append(Found(name, name, "predict", changed))

    def never_slower(q: Any) -> bool:
        return value(q["request_throughput"]) >= 0.99 * rate

    status, device = ask("device", {str(words["--device"]): None})
    if isinstance(device, dict) and isinstance(device.get("memory"), dict):
        pass
    relation("more memory is never slower", {**load, "--memory": f"{draw.choice([200, 400])} GiB"}, never_slower)
    lone = {**words, "--concurrency": "1"}
    status, one = ask("predict", lone)
    if status == 0:
        def same(q: Any) -> bool:
            return all(abs(value(q[k]) / value(one[k]) - 1) < 0.02 for k in ("tpot", "ttft") if one.get(k) and q.get(k))
        relation("one client, either protocol", {**lone, "--protocol": "benchmark"}, same)
    for option in ("--prompt", "--output"):
        tokens = words[option]
        if tokens and tokens.isdigit() and int(tokens) >= 32:
            def close(q: Any) -> bool:
                return abs(value(q["request_throughput"]) / rate - 1) < 0.1
            relation(f"one more token of {option[2:]}", {**load, option: str(int(tokens) + 1)}, close)


# --- Shrinking -----------------------------------------------------------------------------------------------------------
def shrunk(found: Found, fails: Callable[[Words], bool]) -> Words:
    """The shortest line that still fails: options dropped, then values made usual, as long as it does."""
    words = dict(found.words)
    usual = {"--model": "llama-3.1-8b", "--device": "h100-sxm", "--runtime": "vllm", "--tp": "1"}
    changed = True
    while changed:
        changed = False
        for option in list(words):
            if option in ("--model", "--device", "--rate", "--concurrency"):
                continue
            fewer = {k: v for k, v in words.items() if k != option}
            if fails(fewer):
                words, changed = fewer, True
        for option, plain in usual.items():
            if option in words and words[option] != plain and fails({**words, option: plain}):
                words[option], changed = plain, True
    return words


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = {"closed": closed, "pressure": pressure, "open": open_loop, "promise": promise, "relations": relations}
    p.add_argument("kinds", nargs="*", choices=[[], *kinds], default=[])
    p.add_argument("--deployments", type=int, default=60)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--tolerance", type=float, default=0.1)
    p.add_argument("--ranks", action="store_true", help="draw pp, dp and ep too")
    p.add_argument("--strict", action="store_true")
    p.add_argument("--possible", action="store_true")
    p.add_argument("--most", type=float, default=3.0, help="per cent unflagged in a group")
    p.add_argument("--flags", type=float, default=15.0, help="per cent flagged in a group")
    p.add_argument("--show", type=int, default=5, help="failures to shrink and print, of each kind")
    p.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    o = p.parse_args()
    good, broken = True, False
    for kind in o.kinds or list(kinds):
        report = Report(f"{kind}, {o.deployments} deployments, seed {o.seed}")
        with ThreadPoolExecutor(o.jobs) as pool:
            list(pool.map(lambda i: kinds[kind](random.Random(f"{o.seed}/{kind}/{i}"), report, o.tolerance, o.ranks),
                          range(o.deployments)))
        report.print()
        for f in report.found[: o.show]:
            words = f.words
            if not f.what.endswith("%"):  # an impossible figure; a difference would need the simulator at each try
                words = shrunk(f, lambda w: bool(impossible(ask(f.subcommand, w)[1], f.subcommand)) or ask(f.subcommand, w)[0] == 2)
            print(f"  {f.what}  [{f.group}]\n    gambrel {' '.join(line(f.subcommand, words))}")
        good = report.verdict(o.most, o.flags) and good
        broken = broken or any(g.failures or g.unflagged["broken"] for g in report.groups.values())
    return 1 if (o.strict and not good) or (o.possible and broken) else 0


if __name__ == "__main__":
    sys.exit(main())
