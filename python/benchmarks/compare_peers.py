# SPDX-License-Identifier: Apache-2.0
"""Gambrel beside other predictors a notebook could use: one question, one run, time per prediction.

    python benchmarks/compare_peers.py --peers DIR [--install] [--write]

DIR holds a virtual environment per peer (``DIR/genz-llm`` ...), which ``--install`` makes from PyPI (2 GB in all; keep
it out of the repository). A peer that is not there is left out, and said to be. ``--write`` writes
docs/python-benchmark.md.
Gambrel is asked by the Python that runs this script.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import textwrap
import venv
from pathlib import Path
from typing import Any

from timing import QUESTION

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "python-benchmark.md"
#: Script that asks it: its name on PyPI; None for this Python.
TOOLS = {
    "ask_gambrel.py": None,
    "ask_llm_analysis.py": "llm-analysis",
    "ask_aiconfigurator.py": "aiconfigurator",
    "ask_genz.py": "genz-llm",
}
#: What is imported, five times each in a fresh process.
IMPORTS = {
    "ask_gambrel.py": "gambrel",
    "ask_llm_analysis.py": "llm_analysis.analysis",
    "ask_aiconfigurator.py": "aiconfigurator.cli.api",
    "ask_genz.py": "GenZ",
}


def python_of(package: str | None, peers: Path) -> Path:
    return Path(sys.executable) if package is None else peers / package / "bin" / "python"


def install(peers: Path) -> None:
    for package in filter(None, TOOLS.values()):
        if not python_of(package, peers).exists():
            venv.create(peers / package, with_pip=True)
            subprocess.run([peers / package / "bin" / "pip", "-q", "install", package], check=True)


def environment() -> dict[str, str]:
    """That of this process, with this tree's package for the Python that has none installed."""
    return {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH", str(HERE.parent)), "PYTHONDONTWRITEBYTECODE": "1"}


def asked(script: str, python: Path) -> dict[str, Any]:
    """What the tool answered and how long it took; `failed` says why where it did not."""
    here = environment() if TOOLS[script] is None else {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    ran = subprocess.run([python, script], cwd=HERE, env=here, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        return {"failed": (ran.stderr.strip().splitlines() or ["no message"])[-1]}
    found: dict[str, Any] = json.loads(ran.stdout)
    code = (
        "import time; w, c = time.perf_counter(), time.process_time(); "
        f"import {IMPORTS[script]}; print(time.perf_counter() - w, time.process_time() - c)"
    )
    imports = []
    for _ in range(5):
        ran = subprocess.run([python, "-c", code], cwd=HERE, env=here, capture_output=True, text=True, check=True)
        imports.append([float(x) for x in ran.stdout.split()[-2:]])
    found["import_s"], found["import_cpu_s"] = (statistics.median(column) for column in zip(*imports))
    return found


def shown(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} us"


def ratio(x: float) -> str:
    return f"{x:.3g}" if x < 100 else f"{float(f'{x:.2g}'):,.0f}"


def cell(given: float | list[float], size: float, unit: str) -> str:
    """A figure with its range where the tool gives one."""
    value, *ends = (x / size for x in (given if isinstance(given, list) else [given]))
    number = "{:,.0f}" if value >= 100 else "{:.3g}"
    span = " ({} to {})".format(*(number.format(x) for x in ends)) if ends else ""
    return f"{number.format(value)} {unit}{span}"


def machine() -> str:
    model = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    load = os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}; load average {load:.1f} at the start"


def page(tools: dict[str, dict[str, Any]], where: str) -> str:
    """The whole document."""
    ours = next(iter(tools["ask_gambrel.py"]["ways"].values()))["cpu_s"]
    q = QUESTION
    asked_for = (
        f"The question: {q['model']}, bf16 weights and KV cache, {q['tp']} x {q['device']} (tp {q['tp']}), prompt"
        f" {q['prompt']}, output {q['output']} tokens, batch {q['batch']}. Every timed call asks another prompt length,"
        " so that no tool answers from a cache of answers. Each tool runs in its own interpreter, one after the other."
    )
    lines = [
        "# Gambrel beside other predictors, from Python",
        "",
        "Written by `python benchmarks/compare_peers.py --peers DIR --write` in python/; do not edit.",
        f"{datetime.date.today().isoformat()}; {where}.",
        "",
        *textwrap.wrap(asked_for, 120),
        "",
        "| tool | asked by | CPU time a prediction | clock, median | calls | first call | ratio to ours |",
        "|---|---|---|---|---|---|---|",
    ]
    answers = [
        "| tool | asked by | TTFT | TPOT | output |",
        "|---|---|---|---|---|",
    ]
    imports = ["| tool | import, CPU time | import, clock |", "|---|---|---|"]
    failed = []
    for script, found in tools.items():
        if "failed" in found:
            failed.append(f"- {TOOLS[script] or 'gambrel'}: {found['failed']}")
            continue
        name = f"{found['name']} {found['version']}"
        imports.append(f"| {name} | {shown(found['import_cpu_s'])} | {shown(found['import_s'])} |")
        for way, run in found["ways"].items():
            a = run["answer"]
            lines.append(
                f"| {name} | {way} | {shown(run['cpu_s'])} | {shown(statistics.median(run['times_s']))} |"
                f" {len(run['times_s'])} | {shown(run['first_s'])} | {ratio(run['cpu_s'] / ours)} |"
            )
            ttft = a["ttft_s"]
            seconds = (ttft[0] if isinstance(ttft, list) else ttft) >= 1
            answers.append(
                f"| {name} | {way} | {cell(ttft, 1.0 if seconds else 1e-3, 's' if seconds else 'ms')} |"
                f" {cell(a['tpot_s'], 1e-3, 'ms')} | {cell(a['output_tok_s'], 1.0, 'tok/s')} |"
            )
    sweep = tools["ask_gambrel.py"].get("sweep")
    swept = (
        f"`gb.sweep`: {sweep['rows']:,} configurations in {shown(sweep['wall_s'])},"
        f" {shown(sweep['wall_s'] / sweep['rows'])} each by the clock,"
        f" {shown(sweep['cpu_s'] / sweep['rows'])} of CPU time."
        if sweep
        else "`gb.sweep` is not in this build."
    )
    return "\n".join(
        [
            *lines,
            "",
            swept,
            "",
            "CPU time is that of the process, all threads, mean of the calls; it is what the ratio is of, for the",
            "clock also counts what other programs of the machine take. The first call loads what a tool loads late.",
            "",
            "## What they answer",
            "",
            *answers,
            "",
            NOT_COMPARED,
            "",
            "## Import",
            "",
            *imports,
            *(["", "## Not there", "", *failed] if failed else []),
            "",
        ]
    )


#: What the reader must know before comparing the figures.
NOT_COMPARED = """What is and is not compared:

- Accuracy is not: one question decides nothing. docs/accuracy.md has gambrel's against measured runs.
- The ranges are 80 % ranges; the other tools give none. A call of gambrel also answers cost, energy, memory,
  bounds and evidence; what else the others' calls answer is in their time too. Searches over configurations are not
  timed.
- "one batch", `static`, `infer` and GenZ take 64 prompts at once, so TTFT is that of the whole batch. "clients that
  each wait" and `agg` mix prompts into decode steps.
- Output of AIConfigurator and gambrel counts the time of the prompts; that of GenZ and llm-analysis is of decode
  steps alone.
- llm-analysis takes the reached shares of the peaks from its caller (here 0.5 of flop/s, 0.65 of bandwidth) and its
  nearest shipped model is a Llama-2-70B with a wider FFN than the real one. GenZ is asked at its default, all of
  the peaks.
- AIConfigurator interpolates kernel tables measured per GPU; the kept session has them in memory, and is the fair
  way to ask it many questions of one deployment. `cli_estimate` sets it up again for every call. Gambrel is
  asked by names every time; its caller keeps nothing between calls."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, default=Path("peers"), help="folder of the peers' virtual environments")
    parser.add_argument("--install", action="store_true", help="make those that are not there, from PyPI")
    parser.add_argument("--write", action="store_true", help="write docs/python-benchmark.md")
    given = parser.parse_args()
    peers = given.peers.resolve()
    if given.install:
        install(peers)
    where = machine()
    tools = {}
    for script, package in TOOLS.items():
        python = python_of(package, peers)
        print(f"asking {package or 'gambrel'}", file=sys.stderr)
        tools[script] = asked(script, python) if python.exists() else {"failed": "not installed"}
    if "failed" in tools["ask_gambrel.py"]:
        print(tools["ask_gambrel.py"]["failed"], file=sys.stderr)
        return 1
    text = page(tools, where)
    print(text)
    if given.write:
        PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
