# SPDX-License-Identifier: Apache-2.0
"""header_chains.py FOLDER SLOTS [HEADER...]: translation units that compile every header alone, fewer than there are headers.

A header compiles alone if everything before it in its translation unit is what it includes anyway. So a chain of headers,
each included (directly or not) by the next, is checked link by link in one unit: `#include` them in that order, and
before each stands only what it includes. The fewest chains that hold all headers are a matching in the order of
inclusion (Dilworth 1950, Fulkerson 1956). They go to FOLDER/chain_<n>.cpp, n below SLOTS, each rewritten only when it
changes; slots left over are empty. The headers named after SLOTS are left out: what they need is not found."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tree import INCLUDE, headers


def closures(included: dict[str, list[str]]) -> dict[str, set[str]]:
    """Of each header, the headers that it includes, directly or not."""
    found: dict[str, set[str]] = {}

    def of(header: str) -> set[str]:
        if header not in found:
            found[header] = set()  # a circle is found by include_graph.cmake
            found[header] = {other for each in included[header] for other in {each} | of(each)}
        return found[header]

    for header in included:
        of(header)
    return found


def chains(inside: dict[str, set[str]]) -> list[list[str]]:
    """The fewest sequences of headers that hold all, each header included by the next one."""
    before: dict[str, str] = {}  # header -> the one before it in its chain
    wider = {header: sorted(other for other in inside if header in inside[other]) for header in inside}

    def place(header: str, tried: set[str]) -> bool:
        """Puts `header` before a wider one, moving others where it must."""
        for other in wider[header]:
            if other not in tried:
                tried.add(other)
                if other not in before or place(before[other], tried):
                    before[other] = header
                    return True
        return False

    for header in sorted(wider, key=lambda each: (len(wider[each]), each)):
        place(header, set())
    found = []
    for last in sorted(set(inside) - set(before.values())):
        chain = [last]
        while chain[-1] in before:
            chain.append(before[chain[-1]])
        found.append(chain[::-1])
    return found


def main() -> int:
    folder, slots = Path(sys.argv[1]), int(sys.argv[2])
    known = set(headers()) - set(sys.argv[3:])
    included = {
        header: [
            name
            for name in re.findall(r"^\s*#\s*include\s*<([^>]+)>", (INCLUDE / header).read_text(), re.MULTILINE)
            if name in known
        ]
        for header in known
    }
    found = chains(closures(included))
    if len(found) > slots:
        print(f"{len(found)} chains of headers, room for {slots}: run cmake again")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    for slot in range(slots):
        chain = found[slot] if slot < len(found) else []
        unit = "".join(f"#include <{header}>\n" for header in chain) or "// nothing in this slot\n"
        path = folder / f"chain_{slot}.cpp"
        if not path.exists() or path.read_text() != unit:
            path.write_text(unit)
    return 0


sys.exit(main())
