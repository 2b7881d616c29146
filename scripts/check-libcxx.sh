#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scripts/check-libcxx.sh [clang++-19]: every header with a recent clang and libc++, warnings as errors, and a program that runs.
# (libstdc++ is what `make test` and `make clang` use.) Ends with status 77 where that clang or libc++ is not found.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
compiler=${1:-clang++-19}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo '#include <vector>' >"$scratch/probe.cpp"
if ! "$compiler" -stdlib=libc++ -fsyntax-only "$scratch/probe.cpp" 2>/dev/null; then
    echo "$compiler with libc++ is not found: SKIPPED"
    exit 77
fi
cd "$root/include"
find gambrel -name '*.hpp' | sort | sed 's/.*/#include <&>/' >"$scratch/all.cpp"
eigen=$(ls -d /usr/include/eigen3 /usr/local/include/eigen3 2>/dev/null | head -1)
for standard in c++20 c++23; do
    "$compiler" -std=$standard -stdlib=libc++ -fsyntax-only -Wall -Wextra -Werror -I. ${eigen:+-isystem "$eigen"} "$scratch/all.cpp"
done
"$compiler" -std=c++20 -stdlib=libc++ -I. "$root/examples/01_hello.cpp" -o "$scratch/hello"
"$scratch/hello" | diff - "$root/examples/01_hello.expected"
echo "every header in C++20 and C++23, and a program that runs: $compiler with libc++"
