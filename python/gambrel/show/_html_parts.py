# SPDX-License-Identifier: Apache-2.0
"""What cards for notebooks are made of: lines, tables, bars, folded parts. Everything given is text and is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape as _escape
from math import log2
from typing import Any

from .. import _core
from . import _asked
from ._colours import BLUE, COLOURS, GREY, VERMILION
from ._figure import Figure



def escape(text: str) -> str:
    """`text` as HTML shows it; characters that turn the direction of what follows are written out."""
    return _escape(_core.printable(text.encode("utf-8", "replace").decode("utf-8")))


_NONE = "rgba(128,128,128,.18)"
_CARD = (
    "display:inline-block;min-width:30em;max-width:56em;padding:.7em 1em;border:1px solid rgba(128,128,128,.4);"
    "border-radius:6px;font-size:13px;line-height:1.45;color:inherit;text-align:left"
)
_CELL = "padding:1px 14px 1px 0;border:0;text-align:left"
_NUMBER = "padding:1px 14px 1px 0;border:0;text-align:right;white-space:nowrap"
_SPACE = " \u2002"  # between the parts of a legend


def card(inside: str) -> str:
    return f'<div style="{_CARD}">{inside}</div>'


def line(text: str, *, strong: bool = False) -> str:
    weight = "font-weight:600" if strong else "opacity:.75"
    return f'<div style="{weight}">{escape(text)}</div>'


def warning(text: str) -> str:
    border = f"border-left:4px solid {VERMILION};padding:.2em .6em;margin:.4em 0;font-weight:600"
    return f'<div style="{border}">{escape(text)}</div>'


def shown(f: Mapping[str, Any]) -> str:
    """A figure's value with its unit."""
    value = float(f["value"])
    return str(Figure(value, value, value, str(f["unit"])))


def figures(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
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
    """The range from half to twice the value, by ratio: a bar from low to high, a tick at the value."""
    if not (f.value > 0.0 and f.low > 0.0):
        return ""
    low, high = (50.0 + 50.0 * min(1.0, max(-1.0, log2(end / f.value))) for end in (f.low, f.high))
    bar = f"position:absolute;left:{low:.1f}%;width:{high - low:.1f}%;top:3px;height:4px;background:{BLUE}"
    tick = "position:absolute;left:50%;width:2px;height:10px;background:currentColor"
    ground = (
        f"position:relative;width:90px;height:10px;background:linear-gradient({_NONE},{_NONE}) 0 4px/100% 2px no-repeat"
    )
    return f'<div style="{ground}"><div style="{bar}"></div><div style="{tick}"></div></div>'


def stacked(
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
        colour = COLOURS.get(part, GREY)
        bar.append(f'<div style="width:{share:.2f}%;background:{colour}"></div>')
        size = f"{share:.0f} %" if unit == "%" else f"{_asked.number(value)} {unit}"
        words = (named or {}).get(part, _asked.words(part))
        told = f"\u25a0 {words} {size}".replace(" ", "\u00a0")
        legend.append(f'<span style="color:{colour}">{told[0]}</span>{escape(told[1:])}')
    track = f"display:flex;height:9px;margin:2px 0;background:{_NONE};border-radius:2px;overflow:hidden"
    return (
        f'<div style="margin-top:.5em"><div style="opacity:.75">{escape(title)}</div>'
        f'<div style="{track}">{"".join(bar)}</div><div style="font-size:12px">{_SPACE.join(legend)}</div></div>'
    )


def folded(title: str, inside: str) -> str:
    if not inside:
        return ""
    return f'<details style="margin-top:.5em"><summary>{escape(title)}</summary>{inside}</details>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of text, the first column to the left; a line break within a cell makes what follows small."""
    lines = []
    if head:
        cells = "".join(
            f'<th style="{_style(i)};font-weight:400;opacity:.75">{escape(h)}</th>' for i, h in enumerate(head)
        )
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
