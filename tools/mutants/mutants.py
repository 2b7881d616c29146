#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which wrong factors the unit tests notice: `make mutants`.

A mutant is one small change of meaning in one header: a constant, a sign, a comparison, min for max, a swapped field. All
mutants are compiled at once into a copy of the tree, each behind a switch that the environment variable GAMBREL_MUTANT
turns on (switch.hpp), so that every room of tests is built once and then run once per mutant. A mutant is killed when a
test fails, crashes, or takes ten times as long as without it. What is known while compiling is not mutated: a
static_assert sees the original.

Four lists:
    named.txt       written by hand: number, header, the expression and what becomes of it
    drawn           from the operators below by a seed, over all rooms; --draw sets how many. Those that equivalent.txt
                    explains as no change of meaning are not counted
    survivors.txt   drawn once, and not noticed by the tests of that day: they stay on the list, for a draw is one of
                    today's headers and differs once they do
    constants.txt   figures of the catalog, which no switch reaches: each is changed in the copy's text and the one file
                    of tests named there is compiled again. `--only constants`

The copy has no measured data beside it, as a public clone has none. Golden outputs (examples, quoted pages, the command's
screens) are not run: a number that only a golden file guards is not tested.

Half an hour on two cores with other work: 3 minutes to parse, 8 to build, then 1 second for a mutant that its room's
tests notice and half a minute for one that no test does. `--numbers` compiles no more than the tests that changed.

    tools/mutants/mutants.py [--draw 120] [--seed 2026 7] [--only named|drawn|constants] [--build build/mutants] [--list]
    tools/mutants/mutants.py --numbers 1002 1025        these alone, after tests were added
"""

from __future__ import annotations

import argparse
import json
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
    column: int
    old: str  # expression
    new: str
    of: str = "named"  # the list it is of
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


def candidates(header: Path) -> list[tuple[int, int, str, str, str]]:
    """(line, column, operator, old, new) of every place in a header that can be switched."""
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
        found += [(number, m.start("expression"), kind, expression, new) for kind, new in variants(expression)]
    return found


def survivors() -> list[Mutant]:
    """survivors.txt, in the form of equivalent.txt: `header a-word-of-the-line`, # when, - expression, + changed."""
    mutants = []
    for (header, word), _, old, new in blocks("survivors.txt"):
        path = ROOT / "include" / "gambrel" / header
        lines = path.read_text().split("\n") if path.is_file() else []
        for line, column, what, here, changed in candidates(path) if lines else []:
            if (here.strip(), changed.strip()) == (old, new) and word in lines[line]:
                mutants.append(Mutant(501 + len(mutants), header, what, line, column, here, changed, "survivors"))
                break
        else:
            print(f"no longer there (survivors.txt): {header}: {old}")
    return mutants


def drawn(how_many: int, seed: int, first: int) -> list[Mutant]:
    """At most one mutant a line, rooms in proportion to the square root of the places they offer."""
    draw = random.Random(seed)
    places: dict[str, list[tuple[str, int, int, str, str, str]]] = defaultdict(list)
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
        kinds = sorted({p[3] for p in places[room]})
        kind = draw.choice(kinds)
        header, line, column, what, old, new = draw.choice([p for p in places[room] if p[3] == kind])
        if (header, line) in taken:
            continue
        taken.add((header, line))
        mutants.append(Mutant(first + len(mutants), header, what, line, column, old, new, f"drawn by seed {seed}"))
    return mutants


def blocks(name: str) -> list[tuple[list[str], str, str, str]]:
    """Blocks of four lines, parted by empty ones: words, `# what`, `- expression`, `+ what becomes of it`."""
    text = (HERE / name).read_text()
    lines = [b.split("\n") for b in text.split("\n\n") if b.strip() and not b.startswith("//")]
    return [(b[0].split(), b[1][2:], b[2][2:], b[3][2:]) for b in lines]


def place(text: str, old: str, which: int, many: int, where: str) -> int:
    """Where `old` stands in `text` for the `which`-th of `many` times."""
    if text.count(old) != many:
        sys.exit(f"{where} has it {text.count(old)} times, not {many}: {old}")
    at = -1
    for _ in range(which):
        at = text.index(old, at + 1)
    return at


def named() -> list[Mutant]:
    """named.txt: `number header [which/how many]`: which of how many times the expression stands there; else once."""
    mutants = []
    for words, what, old, new in blocks("named.txt"):
        which, many = (int(n) for n in words[2].split("/")) if len(words) > 2 else (1, 1)
        text = (ROOT / "include" / "gambrel" / words[1]).read_text()
        at = place(text, old, which, many, f"named.txt, {words[0]}: {words[1]}")
        line, column = text[:at].count("\n"), at - (text.rfind("\n", 0, at) + 1)
        mutants.append(Mutant(int(words[0]), words[1], what, line, column, old, new))
    return mutants


def equivalent(mutants: list[Mutant]) -> set[int]:
    """Numbers of those that equivalent.txt explains: `header a-word-of-the-line`, `# why`, - expression, + changed."""
    explained = blocks("equivalent.txt")
    found = set()
    for m in mutants:
        line = (ROOT / "include" / "gambrel" / m.header).read_text().split("\n")[m.line]
        for (header, word), _, old, new in explained:
            if (header, old, new) == (m.header, m.old.strip(), m.new.strip()) and word in line:
                found.add(m.number)
    return found


@dataclass
class Copy:
    """The tree with the mutants in it, and its rooms of tests."""

    folder: Path
    jobs: int
    rooms: list[str] = field(default_factory=list)
    written: set[str] = field(default_factory=set)  # what the last write changed
    usual: dict[str, float] = field(default_factory=dict)

    @property
    def tree(self) -> Path:
        return self.folder / "tree"

    @property
    def no_programs(self) -> Path:
        return self.folder / "no_programs.json"

    def write(self, mutants: list[Mutant]) -> None:
        """Only what changed is written, so that a build after it compiles no more than it must."""
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
        texts: dict[str, bytes] = {}
        for name in listed.stdout.split("\n"):
            if name and (ROOT / name).is_file():
                texts[name] = (ROOT / name).read_bytes()
        texts["cmake/development.cmake"] = texts["cmake/development.cmake"].replace(b" -Werror", b"")
        by_header: dict[str, list[Mutant]] = defaultdict(list)
        for m in mutants:
            by_header[m.header].append(m)
        for header, here in by_header.items():
            lines = texts[f"include/gambrel/{header}"].decode().split("\n")
            by_place: dict[tuple[int, int, str], list[Mutant]] = defaultdict(list)
            for m in here:
                by_place[m.line, m.column, m.old].append(m)
            for (at, column, old), these in sorted(by_place.items(), key=lambda p: -p[0][1]):  # to the left keeps its column
                line, end = lines[at], column + len(old)
                assert line[column:end] == old, these
                switches = "".join(f"gambrel_mutant({m.number}) ? ({m.new}) : " for m in these)
                lines[at] = f"{line[:column]}({switches}({old})){line[end:]}"
            texts[f"include/gambrel/{header}"] = "\n".join(lines).encode()
        for gone in (f for f in self.tree.rglob("*") if f.is_file() and str(f.relative_to(self.tree)) not in texts):
            gone.unlink()
        self.written = {name for name, text in texts.items() if self.put(self.tree / name, text)}
        self.put(self.folder / "switch.hpp", (HERE / "switch.hpp").read_bytes())

    @staticmethod
    def put(target: Path, text: bytes) -> bool:
        if target.is_file() and target.read_bytes() == text:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
        return True

    def programs(self, mutants: list[Mutant]) -> list[Mutant]:
        """Those not yet known to be no program."""
        known = json.loads(self.no_programs.read_text()) if self.no_programs.is_file() else []
        return [m for m in mutants if [m.header, m.old, m.new] not in known]

    def in_errors(self, said: str) -> set[int]:
        """The mutants on the lines that a compiler complains of; where it names none of them as wrong, those it passed."""
        for places in (r"include/gambrel/([\w/]+\.hpp):(\d+):\d+: (?:fatal )?error", r"include/gambrel/([\w/]+\.hpp):(\d+)"):
            numbers: set[int] = set()
            for h, line in set(re.findall(places, said)):
                text = (self.tree / "include" / "gambrel" / h).read_text().split("\n")
                numbers |= {int(n) for n in re.findall(r"gambrel_mutant\((\d+)\)", text[int(line) - 1])}
            if numbers:
                return numbers
        return set()

    def without(self, mutants: list[Mutant], numbers: set[int]) -> list[Mutant]:
        """Without those that are no program: said, kept in mind, and taken out of the copy."""
        if not numbers:
            return mutants
        print(f"not a program: {sorted(numbers)}", flush=True)
        known = json.loads(self.no_programs.read_text()) if self.no_programs.is_file() else []
        known += [[m.header, m.old, m.new] for m in mutants if m.number in numbers]
        self.no_programs.write_text(json.dumps(known, indent=1))
        mutants = [m for m in mutants if m.number not in numbers]
        self.write(mutants)
        return mutants

    def parse(self, mutants: list[Mutant]) -> list[Mutant]:
        """Drops most mutants that are no program before anything is built: each header's own tests, or itself, parsed."""
        tests = {f.name: f for f in (self.tree / "tests").rglob("*_test.cpp")}
        command = [os.environ.get("CXX", "c++"), "-std=c++20", "-fsyntax-only", "-w", "-x", "c++", "-include",
                   self.folder / "switch.hpp", "-I", self.tree / "include", "-I", self.tree / "tests", "-I/usr/include/eigen3",
                   '-DGAMBREL_PROJECT_VERSION=""']

        def said_of(header: str) -> str:
            source = tests.get(Path(header).stem + "_test.cpp", self.tree / "include" / "gambrel" / header)
            return subprocess.run([*command, source], cwd=self.tree, capture_output=True, text=True).stderr

        with ThreadPoolExecutor(self.jobs) as pool:
            drawn_into = {m.header for m in mutants if m.of != "named"}
            said = pool.map(said_of, sorted(h for h in drawn_into if f"include/gambrel/{h}" in self.written))
            return self.without(mutants, set().union(*map(self.in_errors, said)))

    def build(self, mutants: list[Mutant]) -> list[Mutant]:
        """Builds every room; what is still found to be no program is dropped, and the rest is built again."""
        build = self.folder / "build"
        options = ["-DGAMBREL_PYTHON=OFF", "-DGAMBREL_EXAMPLES=OFF", "-DGAMBREL_COMMAND=OFF", "-DGAMBREL_BENCHMARKS=OFF"]
        flags = f"-include {self.folder / 'switch.hpp'} -w"
        ninja = shutil.which("ninja") is not None
        options += ["-G", "Ninja"] if ninja else []
        subprocess.run(["cmake", "-S", self.tree, "-B", build, *options, f"-DCMAKE_CXX_FLAGS={flags}"], check=True,
                       stdout=subprocess.DEVNULL)
        listed = subprocess.run(["cmake", "--build", build, "--target", "help"], capture_output=True, text=True).stdout
        targets = set(re.findall(r"\btest_(\w+)\b", listed)) - {"main", "static", "command", "all"}
        self.rooms = sorted(t for t in targets if not t.startswith(("headers", "precompiled")))
        # What all rooms of a way parse alike comes first: most mutants that are no program are found there.
        shared = sorted(t for t in targets if t.startswith("precompiled"))
        steps = [[f"test_{t}" for t in these] for these in (shared, self.rooms) if these]
        keep_on = "-k0" if ninja else "--keep-going"
        while steps:
            run = subprocess.run(["cmake", "--build", build, "-j", str(self.jobs), "--target", *steps[0], "--", keep_on],
                                 capture_output=True, text=True)
            if run.returncode == 0:
                steps.pop(0)
                continue
            said = run.stdout + run.stderr
            numbers = self.in_errors(said)
            if not numbers:
                sys.exit("the copy does not build, and not for a mutant:\n" + said[-3000:])
            mutants = self.without(mutants, numbers)
        return mutants

    def run(self, room: str, number: int, limit: float, *filters: str) -> tuple[bool, float]:
        start = time.monotonic()
        try:
            done = subprocess.run(
                [self.folder / "build" / "tests" / f"test_{room}", "--no-intro=true", "--abort-after=1", *filters], cwd=self.tree,
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
        own = m.room if m.room in self.rooms else "core"
        # The header's own tests first, then its room's, then the others', quick ones first.
        first = (own, f"--source-file=*/{Path(m.header).stem}_test.cpp")
        for room, *filters in [first, (own,), *((r,) for r in sorted(self.rooms, key=lambda r: self.usual[r]) if r != own)]:
            passed, took = self.run(room, m.number, 10.0 * self.usual[room] + 5.0, *filters)
            m.seconds += took
            if not passed:
                m.killed_by = room
                break
        return m


@dataclass
class Constant:
    """A figure changed in the text, and the one file of tests that should see it."""

    number: int
    name: str  # of the file, below the root
    test: str
    what: str
    which: int
    many: int
    old: str
    new: str


def constants() -> list[Constant]:
    found = []
    for words, what, old, new in blocks("constants.txt"):
        which, many = (int(n) for n in words[2].split("/")) if len(words) > 3 else (1, 1)
        found.append(Constant(int(words[0]), words[1], words[-1], what, which, many, old, new))
    return found


def run_constants(build: Path, only: list[int] | None) -> int:
    """Each constant in a checkout of links of which one folder is a copy with the change. 0: all are killed."""
    compiler = os.environ.get("CXX", "c++")
    ours = [f"-I{folder}" for folder in ("include", "tests", "/usr/include/eigen3")]
    launcher = ["ccache"] if shutil.which("ccache") else []

    def passes(folder: Path, test: str) -> bool:
        objects = []
        for source in (test, "tests/main.cpp"):
            objects.append(f"{source.replace('/', '_')}.o")
            made = subprocess.run([*launcher, compiler, "-std=c++20", "-O0", "-w", "-DFMT_SHARED", *ours, "-c", source, "-o",
                                   objects[-1]], cwd=folder, stderr=subprocess.DEVNULL)
            if made.returncode != 0:
                return False  # a static_assert
        subprocess.run([compiler, *objects, "-lfmt", "-o", "tests_of_one_file"], cwd=folder, check=True)
        return subprocess.run(["./tests_of_one_file"], cwd=folder, env={**os.environ, "GAMBREL_DATA": "absent"},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def checkout(changed: str) -> Path:
        folder = build / "constants"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("include", "tests", "data", "docs"):
            if name == changed:
                shutil.copytree(ROOT / name, folder / name)
            else:
                (folder / name).symlink_to(ROOT / name)
        return folder

    survived = 0
    sound: set[str] = set()
    for c in constants():
        if only and c.number not in only:
            continue
        if c.test not in sound and not passes(checkout(""), c.test):
            sys.exit(f"{c.test} fails without a change")
        sound.add(c.test)
        folder = checkout(c.name.split("/")[0])
        text = (folder / c.name).read_text()
        at = place(text, c.old, c.which, c.many, f"constants.txt, {c.number}: {c.name}")
        (folder / c.name).write_text(text[:at] + c.new + text[at + len(c.old) :])
        alive = passes(folder, c.test)
        survived += alive
        print(f"{c.number:>5} {'SURVIVED' if alive else 'killed by ' + c.test:<60} {c.what}", flush=True)
    return survived


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
    p.add_argument("--draw", type=int, default=120, help="how many by each seed")
    p.add_argument("--seed", type=int, nargs="+", default=[2026], help="those of the n-th have numbers from 1000 n + 1")
    p.add_argument("--only", choices=["named", "drawn", "constants"])
    p.add_argument("--numbers", type=int, nargs="*", help="run these mutants alone")
    p.add_argument("--rooms", nargs="*", help="mutants of these rooms alone")
    p.add_argument("--build", type=Path, default=ROOT / "build" / "mutants")
    p.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    p.add_argument("--list", action="store_true", help="print the mutants, run nothing")
    p.add_argument("--least", type=float, default=0.0, help="exit status 1 where less than this share is killed")
    o = p.parse_args()
    if o.only == "constants":
        return 1 if run_constants(o.build.resolve(), o.numbers) > 0 else 0
    mutants = [] if o.only == "drawn" else named()
    taken = {(m.header, m.line) for m in mutants}
    mutants += [m for m in survivors() if (m.header, m.line) not in taken] if o.only is None else []
    for nth, seed in enumerate(o.seed if o.only != "named" else [], start=1):
        new = [m for m in drawn(o.draw, seed, 1000 * nth + 1) if (m.header, m.line) not in taken]
        explained = equivalent(new)
        print(f"no change of meaning, not counted (equivalent.txt): {sorted(explained)}")
        mutants += [m for m in new if m.number not in explained]
    # All are in the copy, whichever run: the next run of others compiles nothing again.
    chosen = {m.number for m in mutants if (not o.numbers or m.number in o.numbers) and (not o.rooms or m.room in o.rooms)}
    if o.list:
        for m in (m for m in mutants if m.number in chosen):
            print(f"{m.number} {m.header}:{m.line + 1} {m.what}\n      {m.old.strip()}\n   -> {m.new.strip()}")
        return 0
    copy = Copy(o.build.resolve(), o.jobs)
    mutants = copy.programs(mutants)
    copy.write(mutants)
    mutants = copy.build(copy.parse(mutants))
    copy.time_rooms()
    mutants = [m for m in mutants if m.number in chosen]
    with ThreadPoolExecutor(o.jobs) as pool:
        for m in pool.map(copy.kill, mutants):
            print(f"{m.number:>5} {'killed by ' + m.killed_by if m.killed_by else 'SURVIVED':<24} {m.seconds:>5.0f} s"
                  f"  {m.header}  {m.what}", flush=True)
    for title in dict.fromkeys(m.of for m in mutants):
        table([m for m in mutants if m.of == title], title)
    share = sum(bool(m.killed_by) for m in mutants) / max(1, len(mutants))
    return 1 if share < o.least else 0


if __name__ == "__main__":
    sys.exit(main())
