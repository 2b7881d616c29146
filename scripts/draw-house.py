#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The rooms of the library as docs/house.svg: each on the lowest floor above all that it includes.

    scripts/draw-house.py            writes docs/house.svg
    scripts/draw-house.py --check    says what is out of date: the drawing, or a room that docs/house.md does not explain

Everything but the one line on what a room holds is read from the #include lines below include/gambrel, command/,
python/src and tools/, and from the rules of tests/structure/include_graph.cmake: its rooms without headers are drawn
dashed, where their rule lets them stand."""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "include" / "gambrel"
DRAWING = ROOT / "docs" / "house.svg"
PAGE = ROOT / "docs" / "house.md"

HOLDS = {
    "error": "the one exception",
    "version": "of the library",
    "units": "typed quantities",
    "names": "of things, and the nearest",
    "numeric": "scalars, ranges, maths",
    "units_io": "quantities as text",
    "hardware": "devices",
    "model": "architectures",
    "runtime": "servers",
    "workload": "lengths and loads",
    "queueing": "knows no tokens",
    "operators": "flop, bytes, messages",
    "roofline": "time of an operation",
    "step": "one forward pass; memory",
    "placement": "layers on devices and host",
    "serving": "TTFT, TPOT, throughput, tails",
    "simulation": "the same, pass by pass",
    "economics": "cost and energy",
    "training": "steps, schedules, memory",
    "planning": "sweeps, plans",
    "measurement": "what was measured",
    "validation": "predicted against measured",
    "calibration": "constants from your rows",
    "comparison": "runs before and after",
    "diagnosis": "why it is slow",
    "ask": "questions and answers in words",
    "report": "prints: text, JSON, pictures",
}
PARTS = [  # colour of a part of the house: its fill, its line, its rooms
    ("#eceff1", "#78909c", {"error", "version", "units", "names", "numeric", "units_io"}),
    ("#e3f2fd", "#1976d2", {"hardware", "model", "runtime", "workload"}),
    ("#e0f2f1", "#00897b", {"operators", "roofline", "step", "placement"}),
    ("#e8f5e9", "#43a047", {"queueing", "serving", "simulation", "economics", "training", "planning"}),
    ("#fff8e1", "#e08600", {"measurement", "validation", "calibration", "comparison", "diagnosis"}),
    ("#fce4ec", "#d81b60", {"ask", "report"}),
]
ATTIC = {"command": "the gambrel command", "python": "the Python package", "tools": "make what is shipped"}
NOT_DRAWN = {"gambrel"}  # the umbrella: a list of includes

WIDTH, MARGIN, ROOM, GAP, WALL = 1180, 40, 64, 12, 16


def room_of(path: str) -> str:
    return re.sub(r"(/.*|\.hpp)$", "", path)


def included_rooms(files: list[Path]) -> set[str]:
    return {
        room_of(name)
        for path in files
        for name in re.findall(r"^\s*#\s*include\s*<gambrel/([^>]+)>", path.read_text(), re.MULTILINE)
    } - NOT_DRAWN


def house() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What each room includes, and what each room without headers may include. How a descriptor is read from a file
    (io/) is left out: it may name quantities in words, which the descriptor itself does not."""
    files: dict[str, list[Path]] = {}
    for path in sorted(LIBRARY.rglob("*.hpp")):
        if "/io/" not in path.as_posix():
            files.setdefault(room_of(path.relative_to(LIBRARY).as_posix()), []).append(path)
    built = {room: included_rooms(paths) - {room} for room, paths in files.items() if room not in NOT_DRAWN}

    rules: dict[str, set[str]] = {}
    lists: dict[str, list[str]] = {}

    def spelled_out(words: str) -> list[str]:
        return [each for word in words.split() for each in (lists[word[2:-1]] if word.startswith("${") else [word])]

    for line in (ROOT / "tests" / "structure" / "include_graph.cmake").read_text().splitlines():
        if given := re.match(r"set\((\w+) ([\w ${}]+)\)", line):
            try:
                lists[given[1]] = spelled_out(given[2])
            except KeyError:
                pass  # another variable of the script
        elif rule := re.match(r"may_include\((\w+) ?([\w ${}]*)\)", line):
            rules[rule[1]] = set(spelled_out(rule[2])) - {rule[1]} - NOT_DRAWN
    return built, {room: allowed for room, allowed in rules.items() if room not in built and room not in NOT_DRAWN}


def floors(below: dict[str, set[str]]) -> dict[str, int]:
    found: dict[str, int] = {}

    def of(room: str) -> int:
        if room not in found:
            found[room] = 1 + max((of(other) for other in below[room] if other in below), default=-1)
        return found[room]

    return {room: of(room) for room in below}


def rests_on(room: str, below: dict[str, set[str]]) -> list[str]:
    """What it includes and what nothing else that it includes includes: the beams of the house."""

    def all_below(one: str) -> set[str]:
        return {other for each in below.get(one, ()) for other in {each} | all_below(each)}

    return sorted(each for each in below[room] if not any(each in all_below(other) for other in below[room]))


def text(x: float, y: float, words: str, size: int, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="middle"{more}>{escape(words)}</text>'


def draw() -> str:
    built, places = house()
    below = built | places
    if unknown := sorted(set(below) - set(HOLDS)):
        sys.exit(f"scripts/draw-house.py does not say what these rooms hold: {unknown}")
    level = floors(below)
    rows = [sorted(room for room in below if level[room] == floor) for floor in range(max(level.values()) + 1)]

    roof = 150
    left, inner = MARGIN + WALL, WIDTH - 2 * (MARGIN + WALL)
    ground = roof + 30 + len(rows) * (ROOM + GAP) + WALL
    height = ground + 46
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        ' font-family="Helvetica, Arial, sans-serif" fill="#263238">',
        "<title>The rooms of Gambrel, from the include graph</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        # Two slopes on either side: steep below, flat above.
        f'<path d="M{MARGIN - 24} {roof + 22} L{MARGIN + 110} 74 L{WIDTH / 2:g} 14'
        f' L{WIDTH - MARGIN - 110} 74 L{WIDTH - MARGIN + 24} {roof + 22} Z"'
        ' fill="#efebe9" stroke="#6d4c41" stroke-width="5" stroke-linejoin="round"/>',
        f'<rect x="{MARGIN}" y="{roof + 22}" width="{WIDTH - 2 * MARGIN}" height="{ground - roof - 22}"'
        ' fill="#fafafa" stroke="#6d4c41" stroke-width="3"/>',
        f'<line x1="0" y1="{ground}" x2="{WIDTH}" y2="{ground}" stroke="#6d4c41" stroke-width="3"/>',
    ]
    outside = {"command": ROOT / "command", "python": ROOT / "python" / "src", "tools": ROOT / "tools"}
    for place, (name, what) in enumerate(sorted(ATTIC.items())):
        files = sorted(path for path in outside[name].rglob("*") if path.suffix in (".cpp", ".hpp"))
        beams = rests_on(name, {**below, name: included_rooms(files)})
        x = WIDTH / 2 + (place - 1) * 290
        out.append(
            f'<rect x="{x - 135:g}" y="{roof - 62}" width="270" height="{ROOM}" rx="5" fill="#ffffff"'
            ' stroke="#6d4c41"/>'
        )
        out.append(text(x, roof - 38, f"{name}/", 16, ' font-weight="bold"'))
        out.append(text(x, roof - 21, what, 12))
        out.append(text(x, roof - 6, "on " + ", ".join(beams), 11, ' fill="#78909c"'))

    for floor, rooms in enumerate(rows):
        y = ground - WALL - (floor + 1) * (ROOM + GAP) + GAP
        labels = {room: "on " + ", ".join(rests_on(room, below)) if below[room] else "" for room in rooms}
        if floor:
            labels |= {room: "a place, not built yet" for room in rooms if room in places}
        # As wide as what stands in it, stretched to fill the floor.
        wants = {room: max(9.6 * len(room), 6.6 * len(HOLDS[room]), 5.6 * len(labels[room])) + 24 for room in rooms}
        stretch = (inner - GAP * (len(rooms) - 1)) / sum(wants.values())
        x = float(left)
        for room in rooms:
            width = wants[room] * stretch
            fill, line = next((fill, line) for fill, line, part in PARTS if room in part)
            dashed = ' stroke-dasharray="6 4"' if room in places else ""
            out.append(
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROOM}" rx="5"'
                f' fill="{"#ffffff" if dashed else fill}" stroke="{line}" stroke-width="1.5"{dashed}/>'
            )
            middle = round(x + width / 2, 1)
            out.append(text(middle, y + 23, room, 16, f' font-weight="bold" fill="{line}"'))
            out.append(text(middle, y + 40, HOLDS[room], 12))
            out.append(text(middle, y + 55, labels[room], 11, ' fill="#78909c"'))
            x += width + GAP
    legend = "A room includes rooms of the floors below it, never one above. “on”: those that no other of them includes."
    out.append(text(WIDTH / 2, ground + 24, legend, 13))
    return "\n".join([*out, "</svg>", ""])


def main() -> int:
    drawing = draw()
    if sys.argv[1:] != ["--check"]:
        DRAWING.write_text(drawing)
        return 0
    wrong = []
    if not DRAWING.exists() or DRAWING.read_text() != drawing:
        wrong.append("docs/house.svg is out of date: run scripts/draw-house.py")
    page = PAGE.read_text()
    wrong += [f"docs/house.md does not explain {room}" for room in sorted(HOLDS) if f"| `{room}`" not in page]
    print(*wrong, sep="\n")
    return bool(wrong)


sys.exit(main())
