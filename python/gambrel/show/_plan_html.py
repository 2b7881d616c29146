# SPDX-License-Identifier: Apache-2.0
"""A plan as a card: the fleet, its cost and headroom, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._asked import number
from ._html_parts import card, figures, folded, line, table, warning


def _fleet(f: Mapping[str, Any]) -> str:
    cut = ", ".join(f"{k} {v}" for k, v in f["parallelism"].items() if v > 1) or "tp 1"
    weights = "" if f["formats"] == "stored" else f", weights in {f['formats']}"
    return f"{f['size']['replicas']:.0f} x {cut} of {f['device']}{weights}"


def _row(f: Mapping[str, Any]) -> list[str]:
    counted = f["replicas"]
    ends = f"{counted['low'] or 'none'} to {counted['high'] or 'none'}"
    return [
        _fleet(f),
        f"{f['size']['devices']:.0f}",
        ends,
        "-" if f["rent"] is None else number(f["rent"]["value"]),
        "-" if f["power"] is None else number(f["power"]["value"] / 1000.0),
    ]


def plan_html(told: Mapping[str, Any]) -> str:
    """A card of the fleet, its times under the planned load, and the alternatives; or of the limit that none keeps."""
    asked = told["inputs"]
    load = asked["workload"]
    head = line(f"{asked['model']} for {number(load['rate']['value'])} requests/s", strong=True)
    lengths = f"{number(load['prompt']['mean'])} + {number(load['output']['mean'])} tokens"
    head += line(lengths + (", decided at the bad end of the range" if asked["decides"] == "high" else ", as predicted"))
    best = told["plan"]
    if best is None:
        closest = told["closest"]
        why = "No candidate keeps all limits."
        over = None if closest is None else closest.get("over")
        if over is not None:
            why += f" Closest: {closest['device']}, {over['limit']} {number(over['times'])} times its limit."
        elif closest is not None:
            why += f" {closest['device']}: {closest.get('problem', closest['fate'])}."
        return card(head + warning(why) + _left_out(told))
    rows = [(f"{name.upper()} p99", told["load"][name]["p99"]) for name in ("ttft", "tpot") if told["load"].get(name)]
    names = ["fleet", "devices", "replicas", "$/h", "kW"]
    body = table(names, [_row(best)]) + figures(rows)
    body += line(f"takes {100 * told['headroom']['more']:.0f} % more requests as predicted; then {told['headroom']['ends']}")
    if told["launch"]:
        body += line(told["launch"])
    return card(head + body + folded("next best", table(names, map(_row, told["alternatives"]))) + _left_out(told))


def _left_out(told: Mapping[str, Any]) -> str:
    counts = table([], [[d["reason"], str(d["count"])] for d in told["left_out"]])
    return folded(f"{told['candidates']} candidates, {told['counted']} counted", counts)
