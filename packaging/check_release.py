#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One version everywhere: that of include/gambrel/version.hpp. With --tag vX.Y.Z also what a release must have.

The files below cannot read the header, so they write the version again, and this says where it differs.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WRITTEN = {
    "CITATION.cff": r"^version: (\S+)$",
    "CHANGELOG.md": r"^## (\d\S*) ",
    "bindings/rust/Cargo.toml": r'^version = "(\S+)"$',
    "packaging/vcpkg/gambrel/vcpkg.json": r'"version-semver": "(\S+)"',
    "packaging/homebrew/gambrel.rb": r"gambrel-(\d[\d.]*)\.tar\.gz",
    "packaging/debian/changelog": r"^gambrel \((\S+)-\d+\)",
}


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


numbers = re.findall(r"^#define GAMBREL_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", text("include/gambrel/version.hpp"), re.M)
version = ".".join(numbers)
wrong = []
for path, pattern in WRITTEN.items():
    found = re.search(pattern, text(path), re.MULTILINE)
    if found is None or found.group(1) != version:
        wrong.append(f"{path} has version {found.group(1) if found else 'none'}; version.hpp has {version}")

for line in text("python/README.md").splitlines():
    for target in re.findall(r"\]\(([^)]+)\)", line):
        if not target.startswith("https://"):
            wrong.append(f"python/README.md, shown on the package index, links to {target}: dead there")

if "--tag" in sys.argv:
    tag = sys.argv[sys.argv.index("--tag") + 1]
    if tag != f"v{version}":
        wrong.append(f"the tag is {tag}; version.hpp has {version}")
    if re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)", text("CHANGELOG.md"), re.MULTILINE) is None:
        wrong.append(f"CHANGELOG.md has no date for {version}")
    for path in sorted(p for p in (ROOT / "packaging").rglob("*") if p.is_file() and p.name != Path(__file__).name):
        if "gambrel.invalid" in path.read_text(encoding="utf-8"):
            wrong.append(f"{path.relative_to(ROOT)} has no address yet: gambrel.invalid")
    if "[project.urls]" not in [line.strip() for line in text("pyproject.toml").splitlines()]:
        wrong.append("pyproject.toml has no [project.urls]")

print(*wrong, f"version {version}: {len(wrong)} wrong", sep="\n")
sys.exit(bool(wrong))
