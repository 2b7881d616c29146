# SPDX-License-Identifier: Apache-2.0
"""Answers as cards for notebooks: one small block of HTML, no script, nothing loaded from elsewhere.

Colours come with every element, text takes that of the notebook, and lines and fills are translucent, so that a card
reads on a light ground and on a dark one. Every text that is not ours is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from . import _asked
from ._figure import Figure

if TYPE_CHECKING:
    from ._load import Load
    from ._prediction import Prediction
    from ._simulation import Simulation
    from ._validation import Validation

# The colours of ridgepoint.plot (Okabe and Ito), by part; what is not named takes grey.
_BLUE, _ORANGE, _GREEN, _RED, _PURPLE, _SKY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9"
_GREY = "#8C8C8C"
_COLOURS = {
    "gemm": _BLUE,
    "experts": _SKY,
    "prefill_attention": _RED,
    "decode_attention": _ORANGE,
    "element_wise": _PURPLE,
    "collective": _GREEN,
    "compute": _RED,
    "memory_bandwidth": _BLUE,
    "interconnect": _GREEN,
    "kernel_launch": _PURPLE,
    "weights": _BLUE,
    "buffers": _ORANGE,
    "kv": _GREEN,
}
_NONE = "rgba(128,128,128,.18)"
_CARD = (
    "display:inline-block;min-width:30em;max-width:56em;padding:.7em 1em;border:1px solid rgba(128,128,128,.4);"
    "border-radius:6px;font-size:13px;line-height:1.45;color:inherit;text-align:left"
)
_CELL = "padding:1px 14px 1px 0;border:0;text-align:left;background:none;vertical-align:middle"
_NUMBER = "padding:1px 14px 1px 0;border:0;text-align:right;background:none;white-space:nowrap"
_MOST_ROWS = 24


def prediction_html(p: Prediction) -> str:
    """A card of the figures with their ranges, what bounds them, where the time and the memory go."""
    told = p.to_dict()
    top = _heading(told["inputs"])
    if not told["feasible"]:
        return _card(top + _refusal(told) + _memory(told))
    rows = [(name, told[key]) for key, name in _PREDICTED if told.get(key)]
    for group, named in (("cost", _COSTS), ("energy", _ENERGY)):
        rows += [(name, told[group][key]) for key, name in named if told.get(group)]
    return _card(top + _figures(rows) + _where(told) + _memory(told) + _evidence(told))


def load_html(load: Load) -> str:
    """A card of the limit, the percentiles with their ranges, and the cost; or why there is none."""
    told = load.to_dict()
    top = _heading(told["inputs"])
    if "request_throughput" not in told:
        return _card(top + _refusal(told) + (_memory(told) if told.get("memory") else ""))
    said = []
    limit = told.get("limit")
    if not told.get("stable", True):
        growth = told.get("backlog_growth")
        faster = f": {_shown(growth)} more wait each second" if growth and growth["value"] else ""
        said.append(_warning("The queue grows without end" + faster.replace(" req/s", "") + "."))
    rows = [(name, told[key]) for key, name in _LOADED if told.get(key)]
    if limit:
        why = _asked.words(told.get("limit_bound") or "")
        rows.insert(0, (f"limit; then {why}" if why else "limit", limit))
    if told.get("cost"):
        rows += [(name, told["cost"][key]) for key, name in _LOAD_COSTS if told["cost"].get(key)]
    said += [_figures(rows), _percentiles(told), _objective(told)]
    if told.get("ask_simulator"):
        said.append(_line(str(told["ask_simulator"])))
    return _card(top + "".join(said) + _evidence(told))


def simulation_html(simulation: Simulation) -> str:
    """A card of the percentiles, rates and counts of a simulated run; or why there was none."""
    told = simulation.to_dict()
    if not simulation.feasible:
        return _card(_heading(told["inputs"]) + _refusal(told) + (_memory(told) if told.get("memory") else ""))
    top = "".join(_line(line, strong=i == 0) for i, line in enumerate(_first_lines(str(simulation))))
    unstable = "" if told["stable"] else _warning("It did not keep up with the requests that came.")
    statistics = ("mean", "p50", "p90", "p95", "p99", "most")
    rows = []
    for key, name in _SIMULATED:
        times = told.get(key)
        if times:
            rows.append([name, *(_ms(times.get(s)) for s in statistics)])
    counts, rates = told["requests"], told["throughput"]
    lines = [
        f"{counts['answered']:,} of {counts['sent']:,} requests answered, {counts['rejected']:,} rejected; "
        f"{told['preemptions']:,} preemptions",
        f"{_asked.number(rates['requests_per_s'])} requests/s, "
        f"{_asked.number(rates['output_tokens_per_s'])} output tok/s; busy {told['utilisation']:.0%}, "
        f"{_asked.number(told['running'])} running, {_asked.number(told['waiting'])} waiting",
    ]
    return _card(top + unstable + _table(["ms", *statistics], rows) + "".join(_line(text) for text in lines))


def validation_html(validation: Validation) -> str:
    """A card of the errors by group, with what was not predicted and why."""
    told = validation.to_dict()
    head = _line(f"{told['predicted']:,} of {told['rows']:,} measured figures predicted", strong=True)
    columns = ["", "rows", "median error", "mean error", "bias", "in the 80 % range", "range"]
    tables = [_table(columns, [_score(g) for g in told["totals"]])]
    groups = told["groups"]
    if groups and groups != told["totals"]:
        tables.append(_table(columns, [_score(g) for g in groups[:_MOST_ROWS]]))
        if len(groups) > _MOST_ROWS:
            tables.append(_line(f"and {len(groups) - _MOST_ROWS} groups more: .to_frame()"))
    not_predicted = [(f"{count:,}", why) for why, count in list(told["not_predicted"].items())[:_MOST_ROWS]]
    return _card(head + "".join(tables) + _folded("not predicted", _table([], not_predicted) if not_predicted else ""))


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
_LOADED = (("request_throughput", "requests"), ("output_throughput", "output"), ("utilisation", "load, of the limit"))
_LOAD_COSTS = (("output_only", "cost of output alone"), ("blended", "cost, all tokens alike"))
_SIMULATED = (
    ("ttft_s", "time to first token"),
    ("tpot_s", "time per output token"),
    ("itl_s", "between tokens"),
    ("latency_s", "whole answer"),
    ("until_scheduled_s", "until scheduled"),
)


def _card(inside: str) -> str:
    return f'<div style="{_CARD}">{inside}</div>'


def _line(text: str, *, strong: bool = False) -> str:
    weight = "font-weight:600" if strong else "opacity:.75"
    return f'<div style="{weight}">{escape(text)}</div>'


def _heading(inputs: Mapping[str, Any]) -> str:
    return _line(_asked.deployment(inputs), strong=True) + _line(_asked.workload(inputs))


def _warning(text: str) -> str:
    border = f"border-left:4px solid {_RED};padding:.2em .6em;margin:.4em 0;font-weight:600"
    return f'<div style="{border}">{escape(text)}</div>'


def _refusal(told: Mapping[str, Any]) -> str:
    """Why not, and what would do."""
    reason = str(told.get("reason") or told.get("means_only") or "there is no answer")
    suggestion = told.get("suggestion")
    return _warning("Not possible: " + reason) + (_line(str(suggestion), strong=True) if suggestion else "")


def _shown(f: Mapping[str, Any]) -> str:
    """A figure's value with its unit."""
    value = float(f["value"])
    return str(Figure(value, value, value, str(f["unit"])))


def _figures(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """A row a figure: name, value, its range as a bar about the value, and in numbers."""
    lines = []
    for name, f in rows:
        figure = Figure(f["value"], _end(f, "low"), _end(f, "high"), f["unit"])
        text, _, between = str(figure).partition(" (")
        bar = _range(figure) if between else ""
        lines.append(
            f'<tr style="background:none"><td style="{_CELL}">{escape(name)}</td>'
            f'<td style="{_NUMBER};font-weight:600">{escape(text)}</td><td style="{_CELL}">{bar}</td>'
            f'<td style="{_CELL};opacity:.75">{escape(between.rstrip(")"))}</td></tr>'
        )
    return _rows(lines)


def _end(f: Mapping[str, Any], key: str) -> float:
    """An end of the range; the value where the range is open."""
    return float(f["value"] if f.get(key) is None else f[key])


def _range(f: Figure) -> str:
    """The range from nothing to twice the value: a bar from low to high, a tick at the value."""
    if not f.value > 0.0:
        return ""
    low, high = (100.0 * min(2.0, max(0.0, end / f.value)) / 2.0 for end in (f.low, f.high))
    bar = f"position:absolute;left:{low:.1f}%;width:{high - low:.1f}%;top:3px;height:4px;background:{_BLUE};opacity:.6"
    tick = "position:absolute;left:50%;top:0;width:2px;height:10px;background:currentColor"
    ground = f"position:relative;width:90px;height:10px;background:linear-gradient({_NONE},{_NONE}) 0 4px/100% 2px no-repeat"
    return f'<div style="{ground}"><div style="{bar}"></div><div style="{tick}"></div></div>'


def _where(told: Mapping[str, Any]) -> str:
    """Bars of the bounds and of the classes of both times."""
    lines = []
    for key, title in (("by_bound", "what bounds it"), ("by_class", "where it goes")):
        for time in ("tpot", "ttft"):
            parts = {part: f["value"] for part, f in told["breakdown"][time][key].items()}
            lines.append(_stacked(f"{title}: {time.upper()}", parts, sum(parts.values())))
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
    return _stacked(title, parts, whole, unit="GiB", named=named)


def _stacked(
    title: str, parts: Mapping[str, float], whole: float, *, unit: str = "%", named: Mapping[str, str] | None = None
) -> str:
    """A bar of parts that lie side by side, and their names with colours and sizes."""
    if not whole > 0.0:
        return ""
    bar, legend = [], []
    for part, value in parts.items():
        share = 100.0 * value / whole
        if share < 0.5 and unit == "%":
            continue
        colour = _COLOURS.get(part, _GREY)
        bar.append(f'<div style="width:{share:.2f}%;background:{colour}"></div>')
        size = f"{share:.0f} %" if unit == "%" else f"{_asked.number(value)} {unit}"
        words = (named or {}).get(part, _asked.words(part))
        legend.append(
            f'<span style="white-space:nowrap;margin-right:.9em"><span style="color:{colour}">&#9632;</span> '
            f"{escape(words)} {escape(size)}</span>"
        )
    track = f"display:flex;height:9px;margin:2px 0;background:{_NONE};border-radius:2px;overflow:hidden"
    return (
        f'<div style="margin-top:.5em"><div style="opacity:.75">{escape(title)}</div>'
        f'<div style="{track}">{"".join(bar)}</div><div style="font-size:12px">{" ".join(legend)}</div></div>'
    )


def _percentiles(told: Mapping[str, Any]) -> str:
    """Times by statistic, the range below the value."""
    rows = []
    statistics: list[str] = []
    for key, name in _SIMULATED:
        times = told.get(key[: -len("_s")])
        if times:
            statistics = statistics or list(times)
            rows.append([name, *(_between(times.get(s)) for s in statistics)])
    return _table(["ms, 80 % range", *statistics], rows) if rows else ""


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
        f"{key.upper() if key != 'latency' else key} p{100 * limit['share']:g} up to {_shown(limit['at_most'])}"
        for key in ("ttft", "tpot", "latency")
        if (limit := objective.get(key))
    ]
    met = "met" if objective["met"] else "not met"
    if objective["met"] and not objective["surely_met"]:
        met = "met, but not at the bad end of the range"
    most = objective.get("most_rate")
    return _line(f"objective: {', '.join(wanted)}: {met}" + (f"; met up to {_shown(most)}" if most else ""))


def _score(g: Mapping[str, Any]) -> list[str]:
    return [
        str(g["group"]),
        f"{g['rows']:,}",
        f"{g['median_error']:.1%}",
        f"{g['mean_error']:.1%}",
        f"{g['bias']:+.1%}",
        f"{g['covered']:.0%}",
        f"\u00b1{g['half_width']:.0%}",
    ]


def _evidence(told: Mapping[str, Any]) -> str:
    rows = [
        (f"{e['of']}{' (recalled or assumed)' if e['recalled'] else ''}", str(e["from"])) for e in told.get("evidence") or []
    ]
    return _folded("what it rests on", _table([], rows) if rows else "")


def _folded(title: str, inside: str) -> str:
    if not inside:
        return ""
    return f'<details style="margin-top:.5em"><summary>{escape(title)}</summary>{inside}</details>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of text, the first column to the left; a line break within a cell makes what follows small."""
    lines = []
    if head:
        cells = "".join(f'<th style="{_style(i)};font-weight:400;opacity:.75">{escape(h)}</th>' for i, h in enumerate(head))
        lines.append(f'<tr style="background:none">{cells}</tr>')
    for row in rows:
        cells = "".join(f'<td style="{_style(i if head else 0)}">{_text(c)}</td>' for i, c in enumerate(row))
        lines.append(f'<tr style="background:none">{cells}</tr>')
    return _rows(lines)


def _rows(lines: Sequence[str]) -> str:
    table = "border-collapse:collapse;border:0;margin:.4em 0;color:inherit;font-size:13px;background:none"
    return f'<table style="{table}"><tbody>{"".join(lines)}</tbody></table>'


def _style(column: int) -> str:
    return _CELL if column == 0 else _NUMBER


def _text(cell: str) -> str:
    first, _, rest = cell.partition("\n")
    small = f'<br/><span style="font-size:11px;opacity:.75">{escape(rest)}</span>' if rest else ""
    return escape(first) + small


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else _asked.number(1e3 * seconds, 4)


def _first_lines(text: str) -> list[str]:
    """What was asked: the lines of the screen before the first empty one."""
    return text.split("\n\n", 1)[0].splitlines()[:3]
