#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds and runs every example and writes what it prints to <name>.expected beside it; then brings the documents up to
# date. For the day a constant, a figure or a wording changes on purpose: read the diff afterwards.
# Of Python the examples only: python/README.md shows a session (the test python.readme says what is stale there), and
# the notebooks are made by python/notebooks/build.py.
#   scripts/update-expected.sh [BUILD]       BUILD: a configured build folder (build)
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
[ -f "$build/CMakeCache.txt" ] || { echo "$build is not configured: cmake -S . -B $build" >&2; exit 1; }

for source in examples/[0-9][0-9]_*.cpp; do
    name=$(basename "$source" .cpp)
    cmake --build "$build" --target "example_$name" >/dev/null || { echo "$source does not build" >&2; exit 1; }
    "$build/examples/example_$name" >"$build/$name.printed" || { echo "$source fails" >&2; exit 1; }
    cmp -s "$build/$name.printed" "examples/$name.expected" || echo "changed: examples/$name.expected"
    mv "$build/$name.printed" "examples/$name.expected"
done
cmake --build "$build" --target page_examples >/dev/null || { echo "examples/pages does not build" >&2; exit 1; }
for page in docs/models/*.md; do
    expected=examples/pages/$(basename "$page" .md).expected
    "$build/examples/page_examples" "$(basename "$page" .md)" >"$build/page.printed" ||
        { echo "$page: its worked example fails" >&2; exit 1; }
    cmp -s "$build/page.printed" "$expected" || echo "changed: $expected"
    mv "$build/page.printed" "$expected"
done
if cmake --build "$build" --target python_package >/dev/null 2>&1; then
    package=$(cd "$build/python" && pwd)
    for source in python/examples/*.py; do
        expected=${source%.py}.expected
        PYTHONPATH=$package "${PYTHON:-/usr/bin/python3}" "$source" | sed 's/ *$//' >"$build/python.printed"
        cmp -s "$build/python.printed" "$expected" || echo "changed: $expected"
        mv "$build/python.printed" "$expected"
    done
fi
GAMBREL=${GAMBREL:-$build/gambrel} sh scripts/quote-examples.sh
