#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the layout that is predicted to be best is the best that was measured.

A question is a group of measured rows (source, hardware, model, runtime, formats, lengths) with two layouts or more, and a limit
on TPOT. Layout and clients are chosen by prediction for the most tokens/s of a device, clients / TPOT / devices, within the limit:

    same      the layout chosen is that of the best measured point within the limit
    regret    best measured / best measured of the layout chosen - 1
    broken    measured TPOT of the point chosen / limit - 1, where that is above a tenth

    judge_layouts.py TABLE.csv        with the Python package on the path
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict

import gambrel as gb

LIMITS_MS = (10, 15, 25, 40, 60)
GROUP = ("source_id", "hardware", "model", "framework", "framework_version", "weight_format", "kv_format", "input_len", "output_len")
LAYOUT = ("num_devices", "tp", "pp", "ep", "dp")


def points(table: str) -> dict[tuple[str, ...], list[tuple[tuple[str, ...], float, float, float, float, float]]]:
    """Of each group: layout, clients, devices, and TPOT as measured, as predicted and at the high end, in seconds."""
    with open(table, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    groups = defaultdict(list)
    for r in gb.validate(table).records():
        if not r["metric"].startswith("TPOT") or r["reason"] or not r["predicted"]:
            continue
        row = rows[int(r["line"]) - 2]
        try:
            clients, devices = float(row["concurrency"]), float(row["num_devices"])
        except ValueError:
            continue
        scale = {"s": 1.0, "ms": 1e-3}[r["unit"]]
        times = (float(r[k]) * scale for k in ("measured", "predicted", "high"))
        groups[tuple(row[k] for k in GROUP)].append((tuple(row[k] for k in LAYOUT), clients, devices, *times))
    return {k: p for k, p in groups.items() if len({x[0] for x in p}) > 1}


def judged(groups: dict, end: int) -> dict[str, float]:
    """Shares over all questions; `end` is the column that the choice is made by."""
    questions = same = broken = 0
    regrets: list[float] = []
    for p in groups.values():
        for limit in (ms / 1e3 for ms in LIMITS_MS):
            measured = [(x[1] / x[3] / x[2], x) for x in p if x[3] <= limit]
            chosen = [(x[1] / x[end] / x[2], x) for x in p if x[end] <= limit]
            if not measured or not chosen:
                continue
            best, point = max(measured), max(chosen)[1]
            questions += 1
            same += best[1][0] == point[0]
            broken += point[3] > 1.1 * limit
            of_layout = [rate for rate, x in measured if x[0] == point[0]]
            if of_layout:
                regrets.append(best[0] / max(of_layout) - 1.0)
    regrets.sort()
    return {
        "questions": questions,
        "same": same / questions,
        "regret p50": regrets[len(regrets) // 2],
        "regret p90": regrets[int(0.9 * len(regrets))],
        "broken": broken / questions,
    }


def main() -> int:
    """Prints a line for the prediction and one for the high end of its range."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    groups = points(sys.argv[1])
    for name, end in (("as predicted", 4), ("high end", 5)):
        told = judged(groups, end)
        print(f"{name:14}" + ", ".join(f"{k} {v if k == 'questions' else f'{100 * v:.1f} %'}" for k, v in told.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
