# SPDX-License-Identifier: Apache-2.0
"""The tree that the structure tests look at: its files, its headers, and what each header's comments say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
CATALOG = re.compile(r"(^|/)catalog[/.]")


def files() -> list[str]:
    """Paths of the files of this project, from ROOT: those that git knows or would add; without git, all that lie in
    no hidden or build folder."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ) if (ROOT / ".git").exists() else None  # fmt: skip
    if listing is not None and listing.returncode == 0:
        return sorted(path for path in listing.stdout.splitlines() if (ROOT / path).is_file())
    found = []
    folders = [ROOT]
    while folders:
        for path in folders.pop().iterdir():
            if path.name.startswith(".") or path.name == "__pycache__" or (path / "CMakeCache.txt").exists():
                continue
            if path.is_dir() and not path.is_symlink():
                folders.append(path)
            elif path.is_file():
                found.append(path.relative_to(ROOT).as_posix())
    return sorted(found)


def headers() -> list[str]:
    """The library's headers as they are included: gambrel/..."""
    return sorted(path.relative_to(INCLUDE).as_posix() for path in INCLUDE.rglob("*.hpp"))


def headers_with_ideas() -> list[str]:
    """Those that are no catalog: a catalog is a table, as long as it is, and its figures name their own sources."""
    return [header for header in headers() if not CATALOG.search(header)]


def comments(text: str) -> list[str]:
    """Each comment of whole lines, its lines joined."""
    found: list[str] = []
    inside = False
    for line in text.splitlines():
        said = re.match(r"\s*///?<?\s?(.*)", line)
        if said and inside:
            found[-1] += " " + said[1].strip()
        elif said:
            found.append(said[1].strip())
        inside = said is not None
    return found
