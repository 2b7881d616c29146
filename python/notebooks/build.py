# SPDX-License-Identifier: Apache-2.0
"""Builds the notebooks from the scripts beside them: `PYTHONPATH=.. python3 build.py [name ...]`.

A script is cells under ``# %%``; a cell under ``# %% [markdown]`` is prose in comments. The notebook holds the same
cells with what they put out. Edit the script, build, look at the notebook.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent


def scripts() -> list[Path]:
    """The scripts, in their order."""
    return sorted(FOLDER.glob("[0-9][0-9]-*.py"))


def cells(script: Path) -> list[tuple[str, str]]:
    """(kind, source) of each cell, ``"markdown"`` or ``"code"``."""
    found = []
    for block in script.read_text(encoding="utf-8").split("\n# %%")[1:]:
        head, _, body = block.partition("\n")
        if head.strip() == "[markdown]":
            lines = [line[2:] if line.startswith("# ") else line.lstrip("#") for line in body.strip().split("\n")]
            found.append(("markdown", "\n".join(lines)))
        else:
            found.append(("code", body.strip()))
    return found


def notebook(script: Path) -> Any:
    """The notebook of a script, not yet executed; its cells are numbered, so that building again changes nothing."""
    from nbformat import v4

    made = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell}
    content = [made[kind](source, id=f"cell-{i}") for i, (kind, source) in enumerate(cells(script), start=1)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=content, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})


def executed(made: Any) -> Any:
    """The same notebook with outputs."""
    from nbclient import NotebookClient

    NotebookClient(made, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}).execute()
    for cell in made.cells:
        cell.metadata.pop("execution", None)  # times, which differ
    return made


def main(names: list[str]) -> None:
    """Builds the notebooks whose names contain one of ``names``; all without any."""
    import nbformat

    for script in scripts():
        if not names or any(name in script.name for name in names):
            nbformat.write(executed(notebook(script)), script.with_suffix(".ipynb"))
            print(script.with_suffix(".ipynb").name)


if __name__ == "__main__":
    main(sys.argv[1:])
