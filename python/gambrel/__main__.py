# SPDX-License-Identifier: Apache-2.0
"""``python -m gambrel``: the same command as the C++ one, for it is the same code."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from . import _core


def main() -> int:
    """Runs the command line of this process; returns its exit status."""
    data = Path(__file__).resolve().parent / "data"
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _core.command([os.fsencode(word) for word in ["gambrel", *sys.argv[1:]]], os.fsencode(data))


if __name__ == "__main__":
    sys.exit(main())
