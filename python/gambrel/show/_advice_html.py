# SPDX-License-Identifier: Apache-2.0
"""Advice as a card for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _core
from ._html_parts import card, folded, line, table

_MOST = 10


def advice_html(told: Mapping[str, Any]) -> str:
    """A card: what surely gains, what to measure first, why the rest does not apply."""
    if not told.get("feasible", False):
        return card(line("Not possible", strong=True) + line(str(told.get("reason") or "")))
    goal = told["goal"]
    parts = []
    for verdict, heading in (("gain", "Change first"), ("measure_first", "Measure first")):
        found = [i for i in told["items"] if i["verdict"] == verdict]
        if found:
            rows = [_row(i, goal) for i in found[:_MOST]]
            parts.append(line(heading, strong=True) + table(["", f"{goal} better by", "work", "risk"], rows))
    rest = "".join(
        line(f"{i['title']}: {i['reason'] or 'no gain'}")
        for i in told["items"]
        if i["verdict"] not in ("gain", "measure_first")
    )
    return card("".join(parts) + folded("the others, and why not", rest))


def _row(item: Mapping[str, Any], goal: str) -> list[str]:
    g = item["gain"][goal]
    between = "" if g["low"] == g["high"] else f"\n{_core.number(g['low'], 3)} to {_core.number(g['high'], 3)}"
    risk = f"assumes {item['reason']}" if item["reason"] else item["risk"]
    return [item["title"], _core.number(g["value"], 3) + between, item["effort"], risk]
