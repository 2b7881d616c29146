# SPDX-License-Identifier: Apache-2.0
"""The notebooks: they are what their scripts make of them, run without a warning, and put out what is stored."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import PYTHON_FOLDER

nbformat = pytest.importorskip("nbformat")
for module in ("numpy", "pandas", "matplotlib", "nbclient", "ipykernel"):
    pytest.importorskip(module)

FOLDER = PYTHON_FOLDER / "notebooks"
DATA = os.environ.get("GAMBREL_DATA", "")
# A cell of which an output is only there where the measured tables are.
NEEDS_DATA = "GAMBREL_DATA"


def loaded_builder() -> Any:
    spec = importlib.util.spec_from_file_location("build_notebooks", FOLDER / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


build = loaded_builder()


def said(cell: Any) -> list[str]:
    """What a cell put out as text: printed, and the plain form of what it shows."""
    text: dict[str, str] = {}
    for output in cell.outputs:
        if output.output_type == "stream":
            text[output.name] = text.get(output.name, "") + output.text
        elif "text/plain" in output.get("data", {}):
            text["shown"] = text.get("shown", "") + output.data["text/plain"]
    return [f"{name}: {re.sub(r'0x[0-9a-f]+', '0x', value).strip()}" for name, value in text.items()]


def test_there_are_notebooks() -> None:
    assert len(build.scripts()) == 11
    assert [s.with_suffix(".ipynb") for s in build.scripts()] == sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("script", build.scripts(), ids=lambda s: s.stem)
def test_a_notebook_is_its_script(script: Path) -> None:
    file = script.with_suffix(".ipynb")
    stored = nbformat.read(file, as_version=4)
    nbformat.validate(stored)
    fresh = build.notebook(script)
    cells = [[(c.cell_type, c.source, c.id) for c in nb.cells] for nb in (stored, fresh)]
    assert cells[0] == cells[1], f"{script.name} was edited and not built"
    assert file.stat().st_size < 300_000
    for cell in stored.cells:
        assert not any(o.output_type == "error" for o in cell.get("outputs", []))


@pytest.mark.filterwarnings(
    "ignore"
)  # of nbclient and what it uses; those of the notebook are looked for in what it prints
@pytest.mark.parametrize("script", build.scripts(), ids=lambda s: s.stem)
def test_a_notebook_puts_out_what_is_stored(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(p for p in sys.path if p))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    stored = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    fresh = build.executed(build.notebook(script))
    compared = 0
    for before, now in zip(stored.cells, fresh.cells):
        if now.cell_type != "code":
            continue
        assert not any(line.startswith("stderr") for line in said(now)), said(now)
        if NEEDS_DATA in now.source and not (Path(DATA or "none") / "serving_measured.csv").is_file():
            continue
        assert said(now) == said(before), "build the notebook again (python/notebooks/build.py)"
        pictures = [sum("image/png" in o.get("data", {}) for o in cell.outputs) for cell in (before, now)]
        assert pictures[0] == pictures[1]
        compared += 1
    assert compared > 0
