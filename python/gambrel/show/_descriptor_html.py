# SPDX-License-Identifier: Apache-2.0
"""Cards of a device, a model and a runtime: what they are, in figures with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import _asked
from ._html_parts import card, folded, line, shown, stacked, table

_RATES = ("fp32", "tf32", "bf16", "fp16", "fp8", "fp6", "fp4", "int8", "int4")


def device_html(told: Mapping[str, Any]) -> str:
    """A card of memory, rates, links and power, each with its source; what it is rented for."""
    head = line(told.get("title") or told["name"], strong=True)
    words = [told["name"], told.get("architecture"), told.get("year") and str(told["year"])]
    rows: list[list[str]] = []
    sources: list[str] = []
    for name, figure in _figures(told):
        rows.append([name, f"{_asked.number(figure['value'], 4)} {figure['unit']}", _cited(figure, sources)])
    typical = told.get("typical_price")
    if typical:
        quotes = len(told.get("price_quotes") or [])
        rows.append(["rent", shown(typical), f"median over providers, {quotes} quotes"])
    described = line(", ".join(w for w in words if w))
    return card(head + described + table(["", "", ""], rows) + folded("sources", _listed(sources)))


def _cited(figure: Mapping[str, Any], sources: list[str]) -> str:
    """The number of a figure's source, which joins those there are."""
    source = f"{figure['evidence']}: {figure['source']}" + (f" ({figure['date']})" if figure.get("date") else "")
    if source not in sources:
        sources.append(source)
    return f"[{sources.index(source) + 1}]"


def _listed(sources: list[str]) -> str:
    return "".join(line(f"[{i}] {source}") for i, source in enumerate(sources, 1))


def _figures(told: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    memory, peak = told.get("memory") or {}, told.get("peak") or {}
    for key, name in (("capacity", "memory"), ("visible", "its driver shows"), ("bandwidth", "bandwidth")):
        if memory.get(key):
            yield name, memory[key]
    for rate in _RATES:
        if peak.get(rate):
            yield rate, peak[rate]
    for key, name in (("scale_up", "scale-up link"), ("host_link", "host link"), ("scale_out", "scale-out link")):
        link = told.get(key) or {}
        if link.get("per_direction"):
            yield f"{name}: {link['name']}" if link.get("name") else name, link["per_direction"]
    if (told.get("power") or {}).get("limit"):
        yield "power limit", told["power"]["limit"]


def model_html(told: Mapping[str, Any]) -> str:
    """A card of parameters by part, weights by format, and what a sequence keeps."""
    total, active = told["total_parameters"], told["active_parameters"]
    of = f"{_asked.number(total / 1e9)} B parameters"
    of += f", of which {_asked.number(active / 1e9)} B act on a token" if active < total else ""
    words = [told.get("family"), f"{told['layers']} layers", f"width {told['hidden']:,}"]
    words += [f"up to {told['most_context']:,} tokens"] if told.get("most_context") else []
    parts = {name: float(part["parameters"]) for name, part in told["parts"].items() if part["parameters"]}
    formats = [[name, shown(size)] for name, size in told["weight_bytes"].items()]
    kept = [[f"keys and values in {told['kv_format']}", f"{told['kv_bytes_per_token']:,} bytes a token"]]
    if told.get("state_bytes_per_sequence"):
        kept.append(["state", f"{told['state_bytes_per_sequence']:,} bytes a sequence"])
    return card(
        line(told["name"], strong=True)
        + line(", ".join(w for w in words if w))
        + stacked(of, parts, sum(parts.values()))
        + table([], [[f"weights as stored ({told['stored_format']})", shown(told["weight_bytes"]["stored"])], *kept])
        + folded("weights in every format", table([], formats))
    )


def runtime_html(told: Mapping[str, Any]) -> str:
    """A card of scheduling and host times, with their sources."""
    scheduling = [[key.replace("_", " "), _said(value)] for key, value in told["scheduling"].items()]
    sources: list[str] = []
    host = []
    for key, f in told["host"].items():
        if f is not None:
            host.append([key.replace("_", " "), shown(f), _cited(f, sources)])
    head = line(told.get("title") or told["name"], strong=True)
    version = f", {told['version']}" if told.get("version") else ""
    times = folded("host times", table(["", "", ""], host) + _listed(sources))
    return card(head + line(told["name"] + version) + table([], scheduling) + times)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _asked.number(value, 6) if isinstance(value, (int, float)) else str(value).replace("_", " ")

