# SPDX-License-Identifier: Apache-2.0
"""dependencies.py FOLDER: the headers that the extension is compiled against, by Conan, and the CMake files that find them.

All are header-only as used here, so nothing is compiled, and one way serves manylinux, musllinux, macOS and Windows.
"""

import subprocess
import sys
from pathlib import Path

folder = Path(sys.argv[1])
here = Path(__file__).resolve().parent


def run(*words: str) -> None:
    subprocess.run(words, check=True)


run(sys.executable, "-m", "pip", "install", "--quiet", "conan>=2")
conan = [sys.executable, "-m", "conans.conan"]
run(*conan, "profile", "detect", "--exist-ok")
run(*conan, "install", str(here), "--output-folder", str(folder), "--build=missing", "-s", "compiler.cppstd=20",
    "-s", "build_type=Release")
