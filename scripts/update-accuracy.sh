#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Scores the command against measurements and writes the tables of README.md and docs/accuracy.md and the pictures of
# docs/accuracy/: the one command that refreshes them. Errors of rows left out of the fit come from
# docs/calibration/software.md, which tools/fit_software writes.
#   scripts/update-accuracy.sh [BUILD]      measurements: $GAMBREL_DATA or ../shared/data
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
data=${GAMBREL_DATA:-../shared/data}
[ -f "$data/serving_measured.csv" ] || { echo "no measurements at $data: set GAMBREL_DATA" >&2; exit 1; }

pictures=$build/accuracy
rm -rf "$pictures" docs/accuracy
mkdir -p "$pictures" docs/accuracy
# score NAME METRIC...: validates $data/NAME_measured.csv, keeps the pictures of these metrics
score() {
    name=$1
    shift
    "$build/gambrel" validate "$data/${name}_measured.csv" --json --svg "$pictures/$name" >"$build/$name.json"
    for metric in "$@"; do
        cp "$pictures/$name/$metric.svg" "$pictures/$name/$metric-errors.svg" docs/accuracy/
    done
}
score serving tpot ttft latency output-tok-s
score llamacpp decode-tok-s prompt-tok-s
score energy board-w j-output-tok
score training
for by in model precision source; do
    "$build/gambrel" validate "$data/serving_measured.csv" --json --by "metric,$by" >"$build/serving-$by.json"
done
for starts in cold warm; do
    [ $starts = warm ] && flag=--warm || flag=
    "$build/gambrel" validate "$data/serving_measured.csv" --json $flag --source inferencex --metric TTFT --by kind,runtime \
        >"$build/ttft-$starts.json"
done
python3 scripts/accuracy_tables.py README.md docs/accuracy.md docs/calibration/software.md \
    "$build/ttft-cold.json" "$build/ttft-warm.json" "Serving=$build/serving.json" \
    "Serving by model, groups of ten rows or more~$build/serving-model.json" \
    "Serving by precision, groups of ten rows or more~$build/serving-precision.json" \
    "Serving by source, groups of ten rows or more~$build/serving-source.json" \
    "Local inference, llama.cpp=$build/llamacpp.json" "Power and energy=$build/energy.json" "Training=$build/training.json"
