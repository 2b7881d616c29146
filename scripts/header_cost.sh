#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `#include <gambrel/gambrel.hpp>` costs over the standard headers it reaches, at -O0: lines left by the
# preprocessor, and CPU seconds (best of three).
#   scripts/header_cost.sh                       prints both
#   scripts/header_cost.sh --lines-at-most N     prints the lines only, and fails above N
# The compiler is $CXX (c++ when unset).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
compiler=${CXX:-c++}
limit=
if [ "${1-}" = --lines-at-most ]; then limit=$2; fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo '#include <gambrel/gambrel.hpp>' >"$scratch/umbrella.cpp"

compile() { "$compiler" -std=c++20 -O0 -I"$root/include" "$@"; }

# The standard headers reached: files that lie directly in the C++ library's folder, whose names have no extension.
compile -E "$scratch/umbrella.cpp" >"$scratch/umbrella.i"
sed -n 's!^# [0-9]* ".*/c++/v\{0,1\}[0-9.]*/\([a-z_]*\)".*!#include <\1>!p' "$scratch/umbrella.i" | sort -u >"$scratch/standard.cpp"

lines() { compile -E -P "$scratch/$1.cpp" | grep -c "[^ ]"; }
umbrella_lines=$(lines umbrella)
standard_lines=$(lines standard)
over=$((umbrella_lines - standard_lines))
echo "umbrella $umbrella_lines lines, its standard headers $standard_lines lines: $over over"
if [ -n "$limit" ]; then
    [ "$over" -le "$limit" ] || { echo "more than the $limit that tests/structure/CMakeLists.txt allows"; exit 1; }
    exit 0
fi

# Best CPU seconds (user and system) of three compilations.
seconds() {
    for run in 1 2 3; do
        ( compile -c "$scratch/$1.cpp" -o "$scratch/$1.o" && times ) | sed -n 2p
    done | awk '{ gsub("s", ""); split($1, u, "m"); split($2, k, "m"); t = 60 * (u[1] + k[1]) + u[2] + k[2]
                  if (best == "" || t < best) best = t } END { printf "%.2f", best }'
}
umbrella_seconds=$(seconds umbrella)
standard_seconds=$(seconds standard)
awk -v umbrella="$umbrella_seconds" -v standard="$standard_seconds" 'BEGIN {
    printf "umbrella %.2f s, its standard headers %.2f s: %.2f s over\n", umbrella, standard, umbrella - standard }'
