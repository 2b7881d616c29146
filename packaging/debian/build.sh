#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# packaging/debian/build.sh FOLDER: builds the Debian packages of the commit that is checked out, in FOLDER.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
version=$(sed -n 's/^gambrel (\(.*\)-[0-9]*) .*/\1/p' "$root/packaging/debian/changelog")
tree="$out/gambrel-$version"
rm -rf "$tree"
mkdir "$tree"
git -C "$root" archive HEAD | tar -x -C "$tree"
tar -czf "$out/gambrel_$version.orig.tar.gz" -C "$out" "gambrel-$version"
cp -r "$tree/packaging/debian" "$tree/debian"
rm "$tree/debian/build.sh"
cd "$tree" && dpkg-buildpackage --unsigned-source --unsigned-changes "--jobs=${JOBS:-$(nproc)}"
