# SPDX-License-Identifier: Apache-2.0
"""The types hold: mypy --strict and ruff have nothing to say, and the oldest Python reads every file."""

from __future__ import annotations

import ast
import inspect
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import PYTHON_FOLDER

import gambrel as gb
from gambrel import _core

SOURCES = sorted((PYTHON_FOLDER / "gambrel").rglob("*.py*"))
DECLARED = PYTHON_FOLDER / "gambrel" / "_core.pyi"


def mypy(cache: Path, *words: str) -> None:
    pytest.importorskip(
        "mypy.version", minversion="1.0", reason="mypy 1.0 or later, which knows Unpack, is not installed"
    )
    line = [sys.executable, "-m", "mypy", "--config-file", "../pyproject.toml", "--cache-dir", str(cache), *words]
    ran = subprocess.run(line, cwd=PYTHON_FOLDER, capture_output=True, text=True, timeout=600, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_package_is_typed(tmp_path: Path) -> None:
    mypy(tmp_path)


def test_what_is_right_is_accepted_and_what_is_wrong_refused(tmp_path: Path) -> None:
    mypy(tmp_path, "--warn-unused-ignores", "--follow-imports=silent", str(Path("tests", "typing_example.py")))


def test_ruff_has_nothing_to_say() -> None:
    ruff = shutil.which("ruff")
    if ruff is None:
        pytest.skip("ruff is not installed")
    for words in (["check", "--no-cache", "."], ["format", "--no-cache", "--check", "."]):
        ran = subprocess.run([ruff, *words], cwd=PYTHON_FOLDER, capture_output=True, text=True, timeout=60, check=False)
        assert ran.returncode == 0, ran.stdout


@pytest.mark.parametrize("file", [s for s in SOURCES if s.suffix == ".py"], ids=lambda f: f.name)
def test_the_oldest_python_reads_it(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))
    future = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    assert future
    for node in ast.walk(tree):
        assert not isinstance(node, getattr(ast, "Match", ()))
    typing_only = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "typing_extensions"]
    assert not typing_only, "typing_extensions belongs under TYPE_CHECKING"


def declared(body: list[ast.stmt]) -> dict[str, ast.stmt]:
    return {
        n.name if not isinstance(n, ast.AnnAssign) else n.target.id: n  # type: ignore[union-attr]
        for n in body
        if isinstance(n, (ast.ClassDef, ast.FunctionDef, ast.AnnAssign))
    }


def test_the_extension_has_what_is_declared_of_it() -> None:
    tree = declared(ast.parse(DECLARED.read_text(encoding="utf-8")).body)
    there = {name for name in dir(_core) if not name.startswith("__")}
    assert set(tree) == there
    for name, node in tree.items():
        if isinstance(node, ast.ClassDef) and name != "Error":
            has = {k for k in vars(getattr(_core, name)) if not k.startswith("_")}
            assert set(declared(node.body)) - {"__init__"} == has, name
        if isinstance(node, ast.FunctionDef):
            shown = re.match(r"\w+\((.*)\)", (getattr(_core, name).__doc__ or "").splitlines()[0])
            assert shown is not None
            assert len(node.args.args) == len([a for a in shown[1].split(", ") if re.match(r"\w+: ", a)]), name


def test_every_signature_is_complete() -> None:
    for name in gb.__all__:
        thing: Any = getattr(gb, name)
        if inspect.isfunction(thing):
            assert "return" in thing.__annotations__, name
