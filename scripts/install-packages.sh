#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the distribution packages that building Gambrel needs and this machine lacks (Debian 12, Ubuntu 22.04 and
# later). Does nothing, and needs no network, when all are there.
#   scripts/install-packages.sh              the library, the command and the C++ tests
#   scripts/install-packages.sh --python     and the Python package with its tests
#   scripts/install-packages.sh --docs       what makes the docs site
#   scripts/install-packages.sh --web        what makes the page and tests it
set -eu

# Package, and what shows that it is there even where it came from elsewhere: a command, a header, or a module or
# header of Python's (python:...).
required='
g++ g++
cmake cmake
make make
libboost-dev boost/units/quantity.hpp
doctest-dev doctest/doctest.h
nlohmann-json3-dev nlohmann/json.hpp
libcli11-dev CLI/CLI.hpp
libfmt-dev fmt/format.h
libeigen3-dev eigen3/Eigen/Core
'
# Without these something is left out: the benchmarks, the component lp, the check of the format, the Python package, some of its tests.
optional='libbenchmark-dev benchmark/benchmark.h
libglpk-dev glpk.h
clang-format-14 clang-format-14'
if [ "${1-}" = --python ]; then
    optional="$optional
python3-dev python:Python.h
pybind11-dev pybind11/pybind11.h
python3-pytest python:pytest
python3-hypothesis python:hypothesis
python3-numpy python:numpy
python3-pandas python:pandas
python3-scipy python:scipy
python3-matplotlib python:matplotlib
python3-pint python:pint
python3-tqdm python:tqdm
python3-nbclient python:nbclient
python3-ipykernel python:ipykernel
python3-distributed python:distributed
mypy python:mypy
"
elif [ "${1-}" = --docs ]; then
    optional='mkdocs-material ../share/mkdocs/themes/material
doxygen doxygen'
elif [ "${1-}" = --web ]; then
    optional='emscripten emcc
nodejs node
npm npm
chromium chromium
python3-venv python:ensurepip
'
fi

# The Python that CMake takes, and the folders it imports modules and includes headers from.
python=/usr/bin/python3
folders=
if [ -x "$python" ]; then
    folders=$("$python" -c 'import sys, sysconfig; print(*[p for p in sys.path if p], sysconfig.get_path("include"))')
fi
in_python() {
    for folder in $folders; do
        if [ -e "$folder/$1" ] || [ -e "$folder/$1.py" ]; then return 0; fi
    done
    return 1
}
installed() {
    case $1 in
        python:*) in_python "${1#python:}" ;;
        *) command -v "$1" >/dev/null 2>&1 || [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ] ;;
    esac
}
missing_of() {
    echo "$1" | while read -r package probe; do
        [ -z "$package" ] || installed "$probe" || printf '%s ' "$package"
    done
}

here=$(dirname "$0")
missing=$(missing_of "$required")
wanted=$(missing_of "$optional")
if [ -z "$missing$wanted" ] && sh "$here/compiler.sh" >/dev/null; then exit 0; fi

if ! command -v apt-get >/dev/null 2>&1; then
    [ -z "$wanted" ] || echo "going on without $wanted(names as in Debian): what needs them is skipped" >&2
    [ -n "$missing" ] || exit 0
    echo "Not found: $missing(names as in Debian). There is no apt-get here: install them with this system's tool." >&2
    exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >/dev/null; }
install() { apt install --no-install-recommends "$@"; }

apt update || echo "apt-get update failed: trying with the package lists at hand" >&2
# The lists are split into words on purpose.
# shellcheck disable=SC2086
if [ -n "$missing" ]; then
    echo "installing $missing"
    install $missing || { echo "could not install $missing" >&2; exit 1; }
fi
# One at a time where they do not come together: a name that this distribution lacks costs only what needs it.
# shellcheck disable=SC2086
if [ -n "$wanted" ]; then
    echo "installing $wanted"
    install $wanted 2>/dev/null || for package in $wanted; do
        install "$package" || echo "going on without $package: what needs it is skipped" >&2
    done
fi
# Ubuntu 22.04 has the g++ that is needed beside its default.
sh "$here/compiler.sh" >/dev/null || install g++-12 || { echo "could not install g++-12" >&2; exit 1; }
