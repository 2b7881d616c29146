# SPDX-License-Identifier: Apache-2.0
"""Answers as cards for notebooks: one small block of HTML, no script, nothing loaded from elsewhere.

Colours come with every element, text takes that of the notebook, and lines and fills are translucent, so that a card
reads on a light ground and on a dark one. Every text that is not ours is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import _asked
from ._html_parts import card, figures, folded, line, shown, stacked, table, warning

_MOST_ROWS = 12


def prediction_html(told: Mapping[str, Any]) -> str:
    """A card of the figures with their ranges, what bounds them, where the time and the memory go."""
    return card(_prediction(told))


def _prediction(told: Mapping[str, Any]) -> str:
    top = _heading(told["inputs"])
    if not told["feasible"]:
        return top + _refusal(told) + _memory(told)
    if told.get("means_only"):
        top += line(f"means only: {told['means_only']}")
    rows = [(name, told[key]) for key, name in _PREDICTED if told.get(key)]
    for group, named in (("cost", _COSTS), ("energy", _ENERGY)):
        rows += [(name, told[group][key]) for key, name in named if told.get(group)]
    return top + figures(rows) + _where(told) + _memory(told) + _evidence(told)


def load_html(told: Mapping[str, Any]) -> str:
    """A card of the limit, the percentiles with their ranges, and the cost; or why there is none."""
    if "stable" not in told:
        return card(_prediction(told))
    said = [_heading(told["inputs"])]
    limit = told.get("limit")
    if not told["stable"]:
        growth = told.get("backlog_growth")
        faster = f": {shown(growth)} more wait each second" if growth and growth["value"] else ""
        said.append(warning("The queue grows without end" + faster.replace(" req/s", "") + "."))
    rows = [(name, told[key]) for key, name in _LOADED if told.get(key)]
    if limit:
        why = _asked.words(told.get("limit_bound") or "")
        rows.insert(0, (f"limit; then {why}" if why else "limit", limit))
    if told.get("cost"):
        rows += [(name, told["cost"][key]) for key, name in _LOAD_COSTS if told["cost"].get(key)]
    said += [figures(rows), _under_way(told), _percentiles(told), _objective(told)]
    if told.get("not_known"):
        said.append(warning(f"Not known here: {told['not_known']}. Ask the simulator."))
    if told.get("ask_simulator"):
        said.append(line(str(told["ask_simulator"])))
    return card("".join(said) + _evidence(told))


def simulation_html(told: Mapping[str, Any], text: str) -> str:
    """A card of the percentiles, rates and counts of a simulated run, headed as its text; or why there was none."""
    if told.get("feasible") is False:
        return card(_prediction(told))
    top = "".join(line(said, strong=i == 0) for i, said in enumerate(_first_lines(text)))
    unstable = "" if told["stable"] else warning("It did not keep up with the requests that came.")
    counts = told["requests"]
    rates = [(name, told[key]) for key, name in _RATES]
    lines = [
        f"{counts['answered']:,} of {counts['sent']:,} requests answered, {counts['rejected']:,} rejected; "
        f"{told['preemptions']:,} preemptions",
        f"busy {told['utilisation']['value']:.0%}, {_asked.number(told['running']['value'])} running, "
        f"{_asked.number(told['waiting']['value'])} waiting",
    ]
    return card(top + unstable + figures(rates) + _percentiles(told) + "".join(line(text) for text in lines))


def validation_html(told: Mapping[str, Any]) -> str:
    """A card of the errors by group, with what was not predicted and why."""
    head = line(f"{told['predicted']:,} of {told['rows'] - told['left_out']:,} measured figures predicted", strong=True)
    columns = ["", "rows", "median error", "mean error", "bias", "in the 80 % range", "range", "interval score"]
    tables = [table(columns, [_score(g) for g in told["totals"]])]
    groups = told["groups"]
    if groups and groups != told["totals"]:
        tables.append(table(columns, [_score(g) for g in groups[:_MOST_ROWS]]))
        if len(groups) > _MOST_ROWS:
            tables.append(line(f"and {len(groups) - _MOST_ROWS} groups more: .to_frame()"))
    left = "".join(line(f"{count:,}: {why}") for why, count in list(told["not_predicted"].items())[:_MOST_ROWS])
    return card(head + "".join(tables) + folded("not predicted", left))


_PREDICTED = (
    ("ttft", "time to first token"),
    ("tpot", "time per output token"),
    ("latency", "request latency"),
    ("output_throughput", "output"),
    ("output_per_device", "output per device"),
    ("output_per_user", "output per user"),
    ("request_throughput", "requests"),
)
_COSTS = (("output", "cost of output"), ("input", "cost of input"))
_ENERGY = (("per_output_token", "energy per output token"),)
_LOADED = (("request_throughput", "requests"), ("output_throughput", "output"))
_RATES = (*_LOADED, ("prompt_throughput", "prompts"))
_LOAD_COSTS = (("output_only", "cost, all charged to output"), ("blended", "cost, all tokens alike"))
_TIMES = (
    ("ttft", "time to first token"),
    ("tpot", "time per output token"),
    ("itl", "between tokens"),
    ("latency", "whole answer"),
    ("queued", "until scheduled"),
)
_STATISTICS = ("mean", "p50", "p90", "p95", "p99")


def _heading(inputs: Mapping[str, Any]) -> str:
    return line(_asked.deployment(inputs), strong=True) + line(_asked.workload(inputs))


def _refusal(told: Mapping[str, Any]) -> str:
    """Why not, and what would do."""
    reason = str(told.get("reason") or "there is no answer")
    suggestion = told.get("suggestion")
    return warning("Not possible: " + reason) + (line(str(suggestion), strong=True) if suggestion else "")


def _where(told: Mapping[str, Any]) -> str:
    """Bars of the bounds and of the classes of both times."""
    lines = []
    for key, title in (("by_bound", "what bounds it"), ("by_class", "where it goes")):
        for time in ("tpot", "ttft"):
            if told["breakdown"][time] is None:
                continue  # outputs of one token
            parts = {part: f["value"] for part, f in told["breakdown"][time][key].items()}
            lines.append(stacked(f"{title}: {time.upper()}", parts, sum(parts.values())))
    return "".join(lines)


def _memory(told: Mapping[str, Any]) -> str:
    """A bar of one device's memory, in GiB of its capacity."""
    if not told.get("memory"):
        return ""
    m = {key: float(f["value"]) / 2.0**30 for key, f in told["memory"].items()}
    parts = {
        "weights": m["weights"],
        "buffers": sum(m[k] for k in ("activations", "logits", "graphs", "communication", "reserve")),
        "kv": m["for_kv"],
    }
    if m["shortfall"] > 0.0:
        parts["kv"] = max(0.0, m["usable"] + m["shortfall"] - parts["weights"] - parts["buffers"])
        title = f"memory: {_asked.number(sum(parts.values()))} GiB needed of {_asked.number(m['usable'])} a device"
        whole = sum(parts.values())
    else:
        title, whole = f"memory of a device: {_asked.number(m['capacity'])} GiB", m["capacity"]
    named = {"kv": "KV cache" if m["shortfall"] > 0.0 else "room for KV cache"}
    return stacked(title, parts, whole, unit="GiB", named=named)


def _under_way(told: Mapping[str, Any]) -> str:
    """How loaded it is, where it keeps up."""
    if not told["stable"] or not told.get("utilisation"):
        return ""
    running, waiting = (_asked.number(told[k]["value"]) if told.get(k) else "?" for k in ("running", "waiting"))
    return line(f"{told['utilisation']['value']:.0%} of the limit; {running} running, {waiting} waiting")


def _percentiles(told: Mapping[str, Any]) -> str:
    """Times by statistic, the range below the value."""
    rows = [
        [name, *(_between(times.get(s)) for s in _STATISTICS)] for key, name in _TIMES if (times := told.get(key))
    ]
    return table(["ms, 80 % range", *_STATISTICS], rows) if rows else ""


def _between(f: Mapping[str, Any] | None) -> str:
    if f is None:
        return ""
    value, low = f["value"] * 1e3, f["low"] * 1e3
    above = "no end" if f["high"] is None else _asked.number(f["high"] * 1e3, 2)
    return f"{_asked.number(value)}\n{_asked.number(low, 2)} to {above}"


def _objective(told: Mapping[str, Any]) -> str:
    objective = told.get("objective")
    if not objective:
        return ""
    wanted = [
        f"{key.upper() if key != 'latency' else key} p{100 * limit['share']:g} up to {shown(limit['at_most'])}"
        for key in ("ttft", "tpot", "latency")
        if (limit := objective.get(key))
    ]
    met = "met" if objective["met"] else "not met"
    if objective["met"] and not objective["surely_met"]:
        met = "met, but not at the bad end of the range"
    most = objective.get("most_rate")
    return line(f"objective: {', '.join(wanted)}: {met}" + (f"; met up to {shown(most)}" if most else ""))


def _score(g: Mapping[str, Any]) -> list[str]:
    return [
        str(g["group"]),
        f"{g['rows']:,}",
        f"{g['median_error']:.1%}",
        f"{g['mean_error']:.1%}",
        f"{g['bias']:+.1%}",
        f"{g['covered']:.0%}",
        f"\u00b1{g['half_width']:.0%}",
        f"{g['interval_score']:.2f}",
    ]


def _evidence(told: Mapping[str, Any]) -> str:
    rows = []
    for e in told.get("evidence") or []:
        rows.append((f"{e['of']} (recalled or assumed)" if e["recalled"] else str(e["of"]), str(e["from"])))
    return folded("what it rests on", table([], rows) if rows else "")


def _first_lines(text: str) -> list[str]:
    """What was asked: the lines of the screen before the first empty one."""
    return text.split("\n\n", 1)[0].splitlines()[:3]
