# SPDX-License-Identifier: Apache-2.0
"""The name this project had before it was published stands in no file's name or content, in any case, but where its end
is told. (The ridge point of a roofline, two words, is something else.)"""

import sys

from tree import ROOT, files

NAME = "ridge" + "point"
TOLD_IN = {"CHANGELOG.md", "docs/rationale.md"}

leftovers = [
    path
    for path in files()
    if path not in TOLD_IN and (NAME in path.lower() or NAME.encode() in (ROOT / path).read_bytes().lower())
]
print(*(f"{path}: has the old name" for path in leftovers), f"{len(leftovers)} files have it", sep="\n")
sys.exit(bool(leftovers))
