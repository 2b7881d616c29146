#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# compiler.sh [g++|clang++]: prints the compiler of that family to build with, the default one if it is new enough (g++ 12,
# clang++ 14), else a versioned one. Fails, printing nothing, when there is none.
family=${1:-g++}
case $family in
    g++) oldest=12 versions='14 13 12' ;;
    clang++) oldest=14 versions='14 15 16 17 18 19' ;;
esac
for compiler in "$family" $(printf "$family-%s " $versions); do
    version=$("$compiler" -dumpversion 2>/dev/null) || continue
    if [ "${version%%.*}" -ge "$oldest" ]; then
        echo "$compiler"
        exit 0
    fi
done
exit 1
