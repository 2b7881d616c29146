#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the distribution packages that building Ridgepoint needs and this machine lacks (Debian 12, Ubuntu 22.04 and
# later). Does nothing, and needs no network, when all are there.
set -eu

# Package, and a command or header that shows it is there even where it came from elsewhere.
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
optional='libbenchmark-dev benchmark/benchmark.h'

installed() {
    command -v "$2" >/dev/null 2>&1 || [ -e "/usr/include/$2" ] || [ -e "/usr/local/include/$2" ]
}
missing_of() {
    echo "$1" | while read -r package probe; do
        [ -z "$package" ] || installed "$package" "$probe" || printf '%s ' "$package"
    done
}

here=$(dirname "$0")
missing=$(missing_of "$required")
wanted=$(missing_of "$optional")
if [ -z "$missing$wanted" ] && sh "$here/compiler.sh" >/dev/null; then exit 0; fi

if ! command -v apt-get >/dev/null 2>&1; then
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
# shellcheck disable=SC2086
if [ -n "$wanted" ]; then
    echo "installing $wanted"
    install $wanted || echo "going on without $wanted(no benchmarks)" >&2
fi
# Ubuntu 22.04 has the g++ that is needed beside its default.
sh "$here/compiler.sh" >/dev/null || install g++-12 || { echo "could not install g++-12" >&2; exit 1; }
