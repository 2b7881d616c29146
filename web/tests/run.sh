#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests the page: its program in node against the command, then the page in chromium. What a machine cannot have is said and
# skipped: chromium, Playwright (PyPI), axe-core (npm).
#   web/tests/run.sh build/web build/gambrel
set -eu
out=$1 command=$2
export GAMBREL="$command" GAMBREL_WASM="$out/gambrel.wasm" PAGE="$out/index.html" PICTURES="$out/pictures"

if command -v node >/dev/null; then node --test web/tests/answers.mjs; else echo "SKIPPED: answers against the command's: no node"; fi

CHROMIUM=$(command -v chromium || true)
if [ -z "$CHROMIUM" ]; then echo "SKIPPED: the page in a browser: no chromium"; exit 0; fi
export CHROMIUM
python="$out/venv/bin/python"
if [ ! -x "$python" ]; then python3 -m venv "$out/venv"; fi
"$python" -c 'import playwright, pytest' 2>/dev/null || "$out/venv/bin/pip" --quiet install playwright==1.65.2 pytest || {
    echo "SKIPPED: the page in a browser: Playwright and pytest could not be installed from PyPI"
    exit 0
}
axe="$out/axe/package/axe.min.js"
if [ ! -e "$axe" ]; then
    mkdir -p "$out/axe"
    (cd "$out/axe" && npm pack --silent axe-core@4.14.1 >/dev/null && tar xzf axe-core-*.tgz) ||
        echo "SKIPPED: accessibility: axe-core could not be had from npm"
fi
AXE=
if [ -e "$axe" ]; then AXE=$axe; fi
export AXE
"$python" -m pytest -q -rs -s -p no:cacheprovider web/tests/page_test.py
