#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Scores the command against measurements and writes the tables of README.md and docs/accuracy.md and the pictures of
# docs/accuracy/: the one command that refreshes them. Errors of rows left out of the fit come from
# docs/calibration/software.md, which tools/fit_software writes.
#   scripts/update-accuracy.sh [BUILD]      measurements: $GAMBREL_DATA or ../shared/data
# Needs the command, the Python package (target python_package) and matplotlib.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
data=${GAMBREL_DATA:-../shared/data}
[ -f "$data/serving_measured.csv" ] || { echo "no measurements at $data: set GAMBREL_DATA" >&2; exit 1; }

for name in serving llamacpp energy training; do
    "$build/gambrel" validate "$data/${name}_measured.csv" --json >"$build/$name.json"
done
# pictures NAME METRIC...: draws these metrics of $data/NAME_measured.csv, by the Python package of the build
pictures() {
    name=$1
    shift
    PYTHONPATH=$build/python ${PYTHON:-python3} scripts/accuracy_pictures.py "$data/${name}_measured.csv" docs/accuracy "$@"
}
${PYTHON:-python3} scripts/refusals_table.py docs/accuracy-aliases.md "$build/serving.json"
mkdir -p docs/accuracy
pictures serving TPOT TTFT latency "output tok/s"
pictures llamacpp "decode tok/s" "prompt tok/s"
pictures energy "board W" "J/output tok"
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
