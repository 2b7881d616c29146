#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scripts/fuzz.sh BUILD SECONDS [READER]: every reader, or one, for so many seconds each (tests/fuzz/README.md). New inputs are kept in
# BUILD/corpus/READER, findings in BUILD/found/. Ends with the first finding.
set -eu
build=$1 seconds=$2 only=${3:-}
for binary in descriptors tables interface; do
    test -x "$build/fuzz_$binary" || continue
    # The list of readers is what the binary prints without one.
    for reader in $("$build/fuzz_$binary" 2>&1 | sed -n 's/^--reader=NAME is one of://p'); do
        test -z "$only" || test "$only" = "$reader" || continue
        mkdir -p "$build/corpus/$reader" "$build/found"
        echo "$reader: $seconds seconds"
        "$build/fuzz_$binary" --reader="$reader" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=1024 \
            -malloc_limit_mb=256 -max_len=20000 -print_final_stats=1 -artifact_prefix="$build/found/$reader-" \
            "$build/corpus/$reader" "tests/fuzz/corpus/$reader" >"$build/$reader.log" 2>&1 || {
            tail -40 "$build/$reader.log"
            exit 1
        }
        grep -E 'stat::number_of_executed_units|^#[0-9]+.DONE' "$build/$reader.log" || true
    done
done
