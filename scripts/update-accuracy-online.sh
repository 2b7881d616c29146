#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Scores simulator, closed form and step law against measured runs under load and writes docs/accuracy-online.md, and the
# host times of vLLM from 0.14 that it fits on the way.
#   scripts/update-accuracy-online.sh [BUILD]      measurements: $GAMBREL_DATA or ../shared/data
set -eu
cd "$(dirname "$0")/.."
build=${1:-build}
data=${GAMBREL_DATA:-../shared/data}
[ -d "$data/online" ] || { echo "no measurements under load at $data: set GAMBREL_DATA" >&2; exit 1; }
cmake --build "$build" --target judge_online >/dev/null || { echo "judge_online does not build" >&2; exit 1; }
"$build/judge_online" "$data" .
