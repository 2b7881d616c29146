# SPDX-License-Identifier: Apache-2.0
"""The rooms of the package: who imports whom, read from the sources. No circle, and nothing imports what lies above it.

Imports inside functions and under ``TYPE_CHECKING`` count like the others: a type is knowledge too.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gambrel as gb

PACKAGE = Path(gb.__file__).parent

#: From the ground up. A room imports itself and those before it.
ROOMS = (
    *("measure_kernels", "_core", "_error", "_checks", "show", "ask", "answers", "measured", "sweep", "fleet", "plot"),
    *("__init__", "__main__"),
)


def sources() -> dict[str, Path]:
    """Every module of the package by its dotted name below it: ``ask._terms``; a package is ``ask.__init__``."""
    return {".".join(p.relative_to(PACKAGE).with_suffix("").parts): p for p in sorted(PACKAGE.rglob("*.py"))}


def imported_by(name: str, tree: ast.Module, names: set[str]) -> set[str]:
    """The modules of the package that the module ``name`` imports; a name that is no module is of the package's file."""

    def module(*parts: str) -> str | None:
        return next((m for m in (".".join(parts), ".".join([*parts, "__init__"])) if m in names), None)

    found: set[str | None] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {module(*a.name.split(".")[1:]) for a in node.names if a.name.split(".")[0] == "gambrel"}
        elif isinstance(node, ast.ImportFrom):
            given = node.module.split(".") if node.module else []
            if node.level == 0 and given[0] != "gambrel":
                continue
            base = [*name.split(".")[: -node.level], *given] if node.level else given[1:]
            found |= {module(*base, a.name) or module(*base) for a in node.names}
    return {m for m in found if m is not None} - {name}


def graph() -> dict[str, set[str]]:
    """What each module imports."""
    files = sources()
    names = {*files, "_core"}
    return {name: imported_by(name, ast.parse(path.read_text(encoding="utf-8")), names) for name, path in files.items()}


def room_of(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


def circles(edges: dict[str, set[str]]) -> list[str]:
    """The circles of a graph, each as ``a -> b -> a``."""
    found: list[str] = []
    done: set[str] = set()

    def go(at: str, path: list[str]) -> None:
        if at in path:
            found.append(" -> ".join([*path[path.index(at) :], at]))
            return
        if at in done:
            return
        for to in sorted(edges.get(at, ())):
            go(to, [*path, at])
        done.add(at)

    for start in sorted(edges):
        go(start, [])
    return found


def upward(edges: dict[str, set[str]]) -> list[str]:
    """Imports of a room above."""
    return [
        f"{name} imports {to}"
        for name, wanted in sorted(edges.items())
        for to in sorted(wanted)
        if ROOMS.index(room_of(to)) > ROOMS.index(room_of(name))
    ]


def test_every_module_has_a_room() -> None:
    assert {room_of(name) for name in [*sources(), "_core"]} == set(ROOMS)


def test_no_circle() -> None:
    assert circles(graph()) == []


def test_rooms_form_no_circle() -> None:
    rooms: dict[str, set[str]] = {}
    for name, wanted in graph().items():
        rooms.setdefault(room_of(name), set()).update(room_of(to) for to in wanted if room_of(to) != room_of(name))
    assert circles(rooms) == []


def test_no_room_imports_one_above() -> None:
    assert upward(graph()) == []


def test_what_is_copied_to_another_machine_stands_alone() -> None:
    assert graph()["measure_kernels"] == set()


def test_the_graph_is_read_rightly() -> None:
    """Edges that are known to be there, of every form of import."""
    edges = graph()
    assert "_core" in edges["_error"]  # from ._core import Error
    assert "ask._terms" in edges["answers._prediction"]  # from ..ask._terms import ...
    assert "show._html" in edges["answers._prediction"]  # the same, within a function
    assert "show._asked" in edges["show._html"]  # from . import _asked
    assert "sweep._axes" in edges["sweep._sweep"]
    assert "_core" in edges["__init__"]  # from ._core import version
    assert "sweep._sweep" in edges["__init__"]
    assert len(edges) > 40


@pytest.mark.parametrize(
    ("edges", "found"),
    [
        ({"ask.a": {"ask.b"}, "ask.b": {"ask.c"}, "ask.c": {"ask.a"}}, ["ask.a -> ask.b -> ask.c -> ask.a"]),
        ({"ask.a": {"ask.b", "ask.c"}, "ask.b": {"ask.c"}, "ask.c": set()}, []),
    ],
)
def test_circles_are_found(edges: dict[str, set[str]], found: list[str]) -> None:
    assert circles(edges) == found


def test_upward_imports_are_found() -> None:
    assert upward({"ask._terms": {"answers._load"}, "plot._axes": {"show._colours"}}) == [
        "ask._terms imports answers._load"
    ]
