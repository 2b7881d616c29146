#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which wrong factors the unit tests notice: `make mutants`.

A mutant is one small change of meaning in one header: a constant, a sign, a comparison, min for max, a swapped field. All
mutants are compiled at once into a copy of the tree, each behind a switch that the environment variable GAMBREL_MUTANT
turns on (switch.hpp), so that every room of tests is built once and then run once per mutant. A mutant is killed when a
test fails, crashes, or takes ten times as long as without it. What is known while compiling is not mutated: a
static_assert sees the original.

Two lists:
    named.txt    written by hand: number, header, the expression and what becomes of it
    drawn        from the operators below by a seed, over all rooms; --draw sets how many

The copy has no measured data beside it, as a public clone has none. Golden outputs (examples, quoted pages, the command's
screens) are not run: a number that only a golden file guards is not tested.

    tools/mutants/mutants.py [--draw 120] [--seed 2026] [--only named|drawn] [--build build/mutants] [--list]
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# The operators: fixed before the tests that are to notice them were written (2026-11-29).
SWAPPED = [
    ("smaller(", "larger("), ("std::fmin(", "std::fmax("), ("std::min(", "std::max("), ("math::min(", "math::max("),
    (".low", ".high"), (".prompt", ".output"), (".input", ".output"), (".rows", ".columns"), (".tensor", ".pipeline"),
    (".mean", ".variance"), (".prefill", ".decode"), (".weights", ".kv"), (".first", ".second"), (".work", ".traffic"),
    (".fixed", ".per_sequence"), (".floor", ".ceil"), ("math::floor(", "math::ceil("), ("std::floor(", "std::ceil("),
]
COMPARED = [(" < ", " >= "), (" > ", " <= "), (" <= ", " > "), (" >= ", " < "), (" == ", " != ")]
ADDED = [(" + ", " - "), (" - ", " + ")]
MULTIPLIED = [(" * ", " / "), (" / ", " * ")]
DECIMAL = re.compile(r"(?<![\w.'])(\d[\d']*\.\d*(?:e[-+]?\d+)?|\d+e[-+]?\d+)(?![\w.'])")
WHOLE = re.compile(r"(?<![\w.'])(\d[\d']*)(?![\w.'])")

# A statement on one line: what stands before the expression, the expression, what stands after it.
STATEMENT = re.compile(
    r"^(?P<before>\s*(?:return |\.\w+ = |(?:const |constexpr |static )*[\w:<>,& *]+?\s[\w.\[\]>-]+ [-+*/]?= |[\w.\[\]>-]+ [-+*/]?= ))"
    r"(?P<expression>[^;{}\"']*)(?P<after>[;,])(?P<rest>\s*(?://.*)?)$"
)


@dataclass
class Mutant:
    number: int
    header: str  # below include/gambrel
    what: str  # the operator, or what the named list says
    line: int
    old: str  # expression
    new: str
    named: bool = False
    killed_by: str = ""
    seconds: float = 0.0

    @property
    def room(self) -> str:
        return self.header.split("/")[0].removesuffix(".hpp")


def variants(expression: str) -> list[tuple[str, str]]:
    """Every (operator, changed expression) of an expression."""
    found: list[tuple[str, str]] = []

    def at(kind: str, start: int, end: int, text: str) -> None:
        found.append((kind, expression[:start] + text + expression[end:]))

    for m in DECIMAL.finditer(expression):
        value = float(m.group().replace("'", ""))
        if value != 0.0:
            at("constant x 1.1", m.start(), m.end(), f"{value * 1.1!r}")
    for m in WHOLE.finditer(expression):
        if not DECIMAL.fullmatch(m.group()) and expression[m.end() : m.end() + 1] not in (".", "_"):
            at("off by one", m.start(), m.end(), str(int(m.group().replace("'", "")) + 1))
    for kind, pairs in (("comparison", COMPARED), ("sign", ADDED), ("factor", MULTIPLIED)):
        for a, b in pairs:
            for m in re.finditer(re.escape(a), expression):
                at(kind, m.start(), m.end(), b)
    for a, b in SWAPPED:
        for one, other in ((a, b), (b, a)):
            for m in re.finditer(re.escape(one) + ("" if one.endswith("(") else r"(?!\w)"), expression):
                at("min and max, floor and ceil" if one.endswith("(") else "field", m.start(), m.end(), other)
    return found


def whole(text: str) -> bool:
    """One expression: brackets balance, and no comma parts it (arguments may have theirs)."""
    depth = 0
    for c in text:
        depth += (c in "([") - (c in ")]")
        if depth < 0 or (c == "," and depth == 0):
            return False
    return depth == 0


def headers() -> list[Path]:
    base = ROOT / "include" / "gambrel"
    return sorted(
        h for h in base.rglob("*.hpp") if "catalog" not in h.parts and not h.name.startswith(("catalog", "version"))
    )


def candidates(header: Path) -> list[tuple[int, str, str, str]]:
    """(line, operator, old, new) of every place in a header that can be switched."""
    found = []
    for number, line in enumerate(header.read_text().split("\n")):
        m = STATEMENT.match(line)
        if not m or line.lstrip().startswith(("using ", "//", "static_assert", "template", "#", "friend ")):
            continue
        if "constexpr " in m["before"] or "operator" in m["before"] or "default" in m["expression"]:
            continue  # evaluated while compiling: cannot be switched
        expression = m["expression"]
        if not expression.strip() or not whole(expression):
            continue
        found += [(number, kind, expression, new) for kind, new in variants(expression)]
    return found


def drawn(how_many: int, seed: int, first: int) -> list[Mutant]:
    """At most one mutant a line, rooms in proportion to the square root of the places they offer."""
    draw = random.Random(seed)
    places: dict[str, list[tuple[str, int, str, str, str]]] = defaultdict(list)
    for h in headers():
        name = str(h.relative_to(ROOT / "include" / "gambrel"))
        places[name.split("/")[0].removesuffix(".hpp")] += [(name, *c) for c in candidates(h)]
    rooms = sorted(places)
    weights = [len(places[r]) ** 0.5 for r in rooms]
    taken: set[tuple[str, int]] = set()
    mutants: list[Mutant] = []
    tries = 0
    while len(mutants) < how_many and tries < 100 * how_many:
        tries += 1
        room = draw.choices(rooms, weights)[0]
        kinds = sorted({p[2] for p in places[room]})
        kind = draw.choice(kinds)
        header, line, what, old, new = draw.choice([p for p in places[room] if p[2] == kind])
        if (header, line) in taken:
            continue
        taken.add((header, line))
        mutants.append(Mutant(first + len(mutants), header, what, line, old, new))
    return mutants


def named() -> list[Mutant]:
    """named.txt: blocks of four lines, `number header`, `# what`, `- expression`, `+ what becomes of it`."""
    mutants = []
    path = HERE / "named.txt"
    blocks = [b.split("\n") for b in path.read_text().split("\n\n") if b.strip() and not b.startswith("//")]
    for block in blocks:
        number, header = block[0].split()
        what, old, new = (line[2:] for line in block[1:4])
        text = (ROOT / "include" / "gambrel" / header).read_text()
        if text.count(old) != 1:
            sys.exit(f"named.txt, {number}: {header} has the expression {text.count(old)} times, not once: {old}")
        line = text[: text.index(old)].count("\n")
        mutants.append(Mutant(int(number), header, what, line, old, new, named=True))
    return mutants


@dataclass
class Copy:
    """The tree with the mutants in it, and its rooms of tests."""

    folder: Path
    jobs: int
    rooms: list[str] = field(default_factory=list)
    usual: dict[str, float] = field(default_factory=dict)

    @property
    def tree(self) -> Path:
        return self.folder / "tree"

    def write(self, mutants: list[Mutant]) -> None:
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
        for name in listed.stdout.split("\n"):
            source = ROOT / name
            if not name or not source.is_file() or name.startswith(("python/", "docs/")):
                continue
            target = self.tree / name
            text = source.read_bytes()
            if name == "cmake/development.cmake":
                text = text.replace(b" -Werror", b"")
            self.put(target, text)
        by_header: dict[str, list[Mutant]] = defaultdict(list)
        for m in mutants:
            by_header[m.header].append(m)
        for header, here in by_header.items():
            text = (ROOT / "include" / "gambrel" / header).read_text()
            lines = text.split("\n")
            for m in here:
                switched = f"(gambrel_mutant({m.number}) ? ({m.new}) : ({m.old}))"
                if "\n" in m.old or lines[m.line].count(m.old) != 1:
                    joined = "\n".join(lines)
                    assert joined.count(m.old) == 1, m
                    lines = joined.replace(m.old, switched).split("\n")
                else:
                    lines[m.line] = lines[m.line].replace(m.old, switched)
            self.put(self.tree / "include" / "gambrel" / header, "\n".join(lines).encode())
        self.put(self.folder / "switch.hpp", (HERE / "switch.hpp").read_bytes())

    @staticmethod
    def put(target: Path, text: bytes) -> None:
        if target.is_file() and target.read_bytes() == text:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)

    def build(self, mutants: list[Mutant]) -> list[Mutant]:
        """Builds every room; mutants that do not compile are dropped, said, and the rest is built again."""
        build = self.folder / "build"
        options = ["-DGAMBREL_PYTHON=OFF", "-DGAMBREL_EXAMPLES=OFF", "-DGAMBREL_COMMAND=OFF", "-DGAMBREL_BENCHMARKS=OFF"]
        flags = f"-include {self.folder / 'switch.hpp'} -w"
        subprocess.run(["cmake", "-S", self.tree, "-B", build, *options, f"-DCMAKE_CXX_FLAGS={flags}"], check=True,
                       stdout=subprocess.DEVNULL)
        listed = subprocess.run(["cmake", "--build", build, "--target", "help"], capture_output=True, text=True).stdout
        self.rooms = sorted(set(re.findall(r"\btest_(\w+)\b", listed)) - {"main", "static", "headers", "command", "all"})
        self.rooms = [r for r in self.rooms if not r.startswith("headers")]
        while True:
            run = subprocess.run(
                ["cmake", "--build", build, "-j", str(self.jobs), "--target", *(f"test_{r}" for r in self.rooms), "--",
                 "--keep-going"] if "Makefiles" in (build / "CMakeCache.txt").read_text() else
                ["cmake", "--build", build, "-j", str(self.jobs), "--target", *(f"test_{r}" for r in self.rooms), "--", "-k0"],
                capture_output=True, text=True)
            if run.returncode == 0:
                return mutants
            wrong = set(re.findall(r"include/gambrel/([\w/]+\.hpp):(\d+)", run.stdout + run.stderr))
            text = {h: (self.tree / "include" / "gambrel" / h).read_text().split("\n") for h, _ in wrong}
            numbers = set()
            for h, line in wrong:
                numbers |= {int(n) for n in re.findall(r"gambrel_mutant\((\d+)\)", text[h][int(line) - 1])}
            if not numbers:
                sys.exit("the copy does not build, and not for a mutant:\n" + (run.stdout + run.stderr)[-3000:])
            print(f"not a program: {sorted(numbers)}", flush=True)
            mutants = [m for m in mutants if m.number not in numbers]
            self.write(mutants)

    def run(self, room: str, number: int, limit: float) -> tuple[bool, float]:
        start = time.monotonic()
        try:
            done = subprocess.run(
                [self.folder / "build" / "tests" / f"test_{room}", "--no-intro=true", "--abort-after=1"], cwd=self.tree,
                env={**os.environ, "GAMBREL_MUTANT": str(number), "GAMBREL_DATA": "absent"}, timeout=limit,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return done.returncode == 0, time.monotonic() - start
        except subprocess.TimeoutExpired:
            return False, limit

    def time_rooms(self) -> None:
        for room in self.rooms:
            passed, self.usual[room] = self.run(room, 0, 600)
            if not passed:
                sys.exit(f"the tests of {room} fail without a mutant")

    def kill(self, m: Mutant) -> Mutant:
        own = [m.room] if m.room in self.rooms else ["core"]
        for room in own + sorted((r for r in self.rooms if r not in own), key=lambda r: self.usual[r]):
            passed, took = self.run(room, m.number, 10.0 * self.usual[room] + 5.0)
            m.seconds += took
            if not passed:
                m.killed_by = room
                break
        return m


def table(mutants: list[Mutant], title: str) -> None:
    rooms: dict[str, list[Mutant]] = defaultdict(list)
    for m in mutants:
        rooms[m.room].append(m)
    print(f"\n{title}\n{'room':<14}{'mutants':>8}{'killed':>8}{'share':>8}")
    for room in sorted(rooms):
        here = rooms[room]
        dead = sum(bool(m.killed_by) for m in here)
        print(f"{room:<14}{len(here):>8}{dead:>8}{100 * dead / len(here):>7.0f}%")
    dead = sum(bool(m.killed_by) for m in mutants)
    print(f"{'all':<14}{len(mutants):>8}{dead:>8}{100 * dead / max(1, len(mutants)):>7.0f}%")
    for m in mutants:
        if not m.killed_by:
            print(f"  survived {m.number}: {m.header}:{m.line + 1} ({m.what})\n      {m.old.strip()}\n   -> {m.new.strip()}")


def main() -> int:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--draw", type=int, default=120)
    p.add_argument("--seed", type=int, default=2026)
    p.add_argument("--only", choices=["named", "drawn"])
    p.add_argument("--numbers", type=int, nargs="*", help="run these mutants alone")
    p.add_argument("--rooms", nargs="*", help="mutants of these rooms alone")
    p.add_argument("--build", type=Path, default=ROOT / "build" / "mutants")
    p.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    p.add_argument("--list", action="store_true", help="print the mutants, run nothing")
    p.add_argument("--least", type=float, default=0.0, help="exit status 1 where less than this share is killed")
    o = p.parse_args()
    mutants = [] if o.only == "drawn" else named()
    taken = {(m.header, m.line) for m in mutants}
    if o.only != "named":
        mutants += [m for m in drawn(o.draw, o.seed, 1001) if (m.header, m.line) not in taken]
    if o.numbers:
        mutants = [m for m in mutants if m.number in o.numbers]
    if o.rooms:
        mutants = [m for m in mutants if m.room in o.rooms]
    if o.list:
        for m in mutants:
            print(f"{m.number} {m.header}:{m.line + 1} {m.what}\n      {m.old.strip()}\n   -> {m.new.strip()}")
        return 0
    copy = Copy(o.build.resolve(), o.jobs)
    if (copy.tree / "include").exists():
        shutil.rmtree(copy.tree / "include")  # headers that are gone must not stay
    copy.write(mutants)
    mutants = copy.build(mutants)
    copy.time_rooms()
    with ThreadPoolExecutor(o.jobs) as pool:
        for m in pool.map(copy.kill, mutants):
            print(f"{m.number:>5} {'killed by ' + m.killed_by if m.killed_by else 'SURVIVED':<24} {m.header}  {m.what}", flush=True)
    for title, chosen in (("named", [m for m in mutants if m.named]), ("drawn", [m for m in mutants if not m.named])):
        if chosen:
            table(chosen, title)
    share = sum(bool(m.killed_by) for m in mutants) / max(1, len(mutants))
    return 1 if share < o.least else 0


if __name__ == "__main__":
    sys.exit(main())
