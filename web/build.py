#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Joins the page: one HTML file with its style, its scripts and the program, which needs nothing beside it.

    web/build.py PROGRAM.wasm PAGE.html

The policy in its head allows the scripts and the style that are in it, by their digests, and no connection to anywhere."""

import base64
import gzip
import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCRIPTS = ["third_party/uplot/uPlot.iife.min.js", "engine.js", "question.js", "show.js", "page.js"]
STYLES = ["third_party/uplot/uPlot.min.css", "page.css"]


def digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def joined(names: list[str]) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


def main() -> None:
    program, page = map(Path, sys.argv[1:3])
    packed = base64.b64encode(gzip.compress(program.read_bytes(), 9, mtime=0)).decode()
    script = joined(SCRIPTS) + f'\nstart("{packed}");\n'
    style = joined(STYLES)
    if "</script" in script or "</style" in style:
        sys.exit("a script or a style ends itself: the page would be cut there")
    policy = "; ".join([
        "default-src 'none'", f"script-src {digest(script)} 'wasm-unsafe-eval'", f"style-src {digest(style)}", "worker-src blob:",
        "img-src data:", "connect-src 'none'", "form-action 'none'", "base-uri 'none'"])
    licence = ("Gambrel: Apache License 2.0\n\nuPlot (plots)\n" + (HERE / "third_party/uplot/LICENSE").read_text(encoding="utf-8")
               + "\n" + (HERE / "third_party/LICENCES").read_text(encoding="utf-8"))
    text = (HERE / "page.html").read_text(encoding="utf-8")
    escaped = licence.replace("&", "&amp;").replace("<", "&lt;")
    for mark, content in [("@POLICY@", policy), ("@LICENCES@", escaped), ("@STYLE@", style), ("@SCRIPT@", script)]:
        text = text.replace(mark, content, 1)
    page.write_text(text, encoding="utf-8")
    whole = gzip.compress(page.read_bytes(), 9, mtime=0)
    print(f"{page}: {page.stat().st_size:,} bytes, {len(whole):,} gzipped")


if __name__ == "__main__":
    main()
