# SPDX-License-Identifier: Apache-2.0
"""Each program in python/examples prints what lies beside it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda p: p.stem)
def test_it_prints_what_is_expected(example: Path) -> None:
    pytest.importorskip("pandas")
    ran = subprocess.run([sys.executable, str(example)], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    printed = "\n".join(line.rstrip() for line in ran.stdout.splitlines())
    assert printed == example.with_suffix(".expected").read_text(encoding="utf-8").rstrip("\n")
