#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Scores the command against measured serving performance and writes the tables of README.md and docs/accuracy.md.
#   scripts/update-accuracy.sh [BUILD]      measurements: $RIDGEPOINT_DATA or ../shared/data
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
data=${RIDGEPOINT_DATA:-../shared/data}
[ -f "$data/serving_measured.csv" ] || { echo "no measurements at $data: set RIDGEPOINT_DATA" >&2; exit 1; }
"$build/ridgepoint" validate "$data/serving_measured.csv" --json >"$build/validation.json"
python3 scripts/accuracy_tables.py "$build/validation.json" README.md docs/accuracy.md
