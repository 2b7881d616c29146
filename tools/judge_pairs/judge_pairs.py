#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How far the ratio of two predictions is off, of two measured rows that differ in one thing.

Two rows are a pair where source, hardware, model, server and its version, formats, metric and statistic are the same, and of
clients, layout, lengths and the format of the weights just one differs. Every two such rows are a pair, so that long sweeps count
most; and the laws were fitted on many of these rows, so that what is printed is how far off pairs within the sample are.

    d      = ln(measured ratio / predicted ratio)            sigma = (90 % quantile of d - 10 % quantile) / (2 x 1.2816)

    gambrel validate TABLE.csv --out scored.csv
    judge_pairs.py TABLE.csv scored.csv

Prints by metric and by what differs: pairs, median and sigma of d, and sigma of ln(measured / predicted) of the rows themselves. What
pairs of clients, layout and lengths show whose predictions are less than twice each other are the constants of
include/gambrel/ask/advice/ratio.hpp.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import defaultdict
from itertools import combinations
from typing import Any

Row = dict[str, Any]
Pair = tuple[Row, Row]

SERVER = ("source_id", "hardware", "model", "framework", "framework_version", "kv_format")
AXES = {
    "clients": ("concurrency", "request_rate"),
    "layout": ("num_devices", "tp", "pp", "ep", "dp"),
    "lengths": ("input_len", "output_len"),
    "weights": ("weight_format",),
}


def rows_of(table: str, scored: str) -> list[Row]:
    """The rows that are predicted, with their error and their prediction."""
    with open(table, encoding="utf-8", newline="") as f:
        measured = list(csv.DictReader(f))
    rows = []
    with open(scored, encoding="utf-8", newline="") as f:
        for s in csv.DictReader(f):
            if s["predicted"] and s["metric"] in ("TPOT", "TTFT"):
                error = math.log(float(s["measured"]) / float(s["predicted"]))
                rows.append({**measured[int(s["line"]) - 2], "error": error, "of": s["metric"], "at": float(s["predicted"])})
    return rows


def pairs_of(rows: list[Row], axis: str) -> list[Pair]:
    """Every two rows that differ along `axis` alone."""
    fixed = [c for a, columns in AXES.items() if a != axis for c in columns]
    groups = defaultdict(list)
    for r in rows:
        groups[tuple(r[c] for c in (*SERVER, *fixed, "metric"))].append(r)
    return [pair for group in groups.values() for pair in combinations(group, 2)]


def quantile(values: list[float], share: float) -> float:
    """By the rank below and above, in proportion."""
    v = sorted(values)
    at = share * (len(v) - 1)
    below = math.floor(at)
    return v[below] + (at - below) * (v[min(below + 1, len(v) - 1)] - v[below])


def sigma(values: list[float]) -> float:
    """As above."""
    return (quantile(values, 0.9) - quantile(values, 0.1)) / (2 * 1.2816)


def line(name: str, pairs: list[Pair]) -> None:
    """Prints pairs, median and sigma."""
    d = [b["error"] - a["error"] for a, b in pairs]
    if len(d) < 20:
        print(f"  {name:26}{len(d):6} pairs")
        return
    print(f"  {name:26}{len(d):6} pairs   median {100 * quantile(d, 0.5):+6.1f} %   sigma {sigma(d):.3f}")


def main() -> int:
    """Prints what is said above."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    rows = rows_of(sys.argv[1], sys.argv[2])
    for metric in ("TPOT", "TTFT"):
        of = [r for r in rows if r["of"] == metric]
        print(f"{metric}: {len(of)} rows, sigma {sigma([r['error'] for r in of]):.3f} of a single one")
        shared: list[Pair] = []
        for axis in AXES:
            pairs = pairs_of(of, axis)
            line(axis, pairs)
            if axis != "weights":
                shared += pairs
        line("clients, layout, lengths", shared)
        near: list[Pair] = []
        far: list[Pair] = []
        for a, b in shared:
            (near if max(a["at"], b["at"]) < 2 * min(a["at"], b["at"]) else far).append((a, b))
        line("  less than twice apart", near)
        line("  twice or more apart", far)
    return 0


if __name__ == "__main__":
    sys.exit(main())
