#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every file of a configured build folder, looked at by its compiler without making code: a quarter of the time of a build.

    scripts/check-syntax.py BUILD       says which files are refused, and fails where one is

Warnings are errors, as in a build, and constant expressions are evaluated. Files that only parse headers for others
(tests/structure, precompiled headers) are left to the first compiler.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def refused(entry: dict[str, str]) -> str:
    """What the compiler says of a file that it does not take; empty for one that it does."""
    words = shlex.split(entry["command"])
    at = words.index("-o")
    del words[at : at + 2]
    words[words.index("-c")] = "-fsyntax-only"
    done = subprocess.run(words, cwd=entry["directory"], capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stderr or f"{entry['file']}: status {done.returncode}"


def main() -> int:
    build = Path(sys.argv[1])
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    wanted = [e for e in entries if "/tests/structure/" not in e["file"] and "/precompiled_" not in e["file"]]
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        problems = [p for p in pool.map(refused, wanted) if p]
    for problem in problems:
        print(problem)
    print(f"syntax: {len(wanted) - len(problems)} of {len(wanted)} files accepted")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
