# SPDX-License-Identifier: Apache-2.0
"""A comparison of runs as a card for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _core
from ._html_parts import card, folded, line, table, warning

_WORDS = {"same": "the same", "better": "better", "worse": "worse", "cannot_tell": "cannot tell"}


def percent(ratio: float | None) -> str:
    """A ratio as a change: "+4.2 %"."""
    return "-" if ratio is None else f"{100 * (ratio - 1):+.1f} %"


def comparison_html(told: Mapping[str, Any]) -> str:
    """A card: the verdict, a table a load, what differs and what could not be compared."""
    verdict = _WORDS[told["verdict"]]
    if "figures" in told:
        inside = table(
            ["", "measured / predicted", "80 % range", "verdict"], [_guarded(f) for f in told["figures"] if f["predicted"]]
        )
        left = "".join(line(f"{f['model']}, {f['metric']}: {f['refused']}") for f in told["figures"] if f["refused"])
        return card(_head(told["verdict"], f"Beside the prediction: {verdict}") + inside + folded("not predicted", left))
    parts = [_head(told["verdict"], f"B is {verdict}")]
    parts += [line(f"differs: {d}") for d in told["differs"]]
    for load in told["loads"]:
        parts.append(line(f"{load['load']}: {len(load['runs_a'])} and {len(load['runs_b'])} runs"))
        parts.append(table(["", "B / A", "range", "p", "verdict"], [_changed(m) for m in load["metrics"]]))
    said = [*told["remarks"], *(r for load in told["loads"] for r in load["remarks"])]
    return card("".join(parts) + folded("what could not be compared", "".join(line(r) for r in said)))


def _head(verdict: str, text: str) -> str:
    return warning(text) if verdict == "worse" else line(text, strong=True)


def _changed(m: Mapping[str, Any]) -> list[str]:
    between = "-" if m["ratio"]["low"] is None else f"{percent(m['ratio']['low'])} to {percent(m['ratio']['high'])}"
    p = "-" if m["p_changed"] is None else _core.number(m["p_changed"], 2)
    verdict = _WORDS[m["verdict"]]
    if m["verdict"] == "cannot_tell" and m["runs_to_tell"]:
        verdict += f"\n{m['runs_to_tell']} runs a side would"
    return [m["metric"], percent(m["ratio"]["value"]), between, p, verdict if m["gated"] else f"({verdict})"]


def _guarded(f: Mapping[str, Any]) -> list[str]:
    middle = f["predicted"]["value"]
    measured = sorted(f["measured"])[len(f["measured"]) // 2]
    load = f"{f['clients']:g} clients" if f["clients"] is not None else f"{f['rate']:g} req/s"
    return [
        f"{f['metric']}, {load}",
        percent(measured / middle),
        f"{percent(f['predicted']['low'] / middle)} to {percent(f['predicted']['high'] / middle)}",
        "within the range" if f["verdict"] == "same" else _WORDS[f["verdict"]],
    ]
