#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The C++ files as .clang-format has them, but for the tables that .clang-format-ignore names.
#   scripts/format.sh            rewrites what differs
#   scripts/format.sh --check    names what differs; exit status 1
# clang-format 14 (Debian 12, Ubuntu 22.04) decides: other versions break some lines elsewhere.
set -eu
cd "$(dirname "$0")/.."
for tool in clang-format-14 clang-format; do
    if "$tool" --version 2>/dev/null | grep -q 'version 14\.'; then format=$tool; break; fi
done
if [ -z "${format-}" ]; then
    echo "SKIPPED: clang-format 14 is not installed"
    exit 77
fi
case ${1-} in
    --check) how='--dry-run --Werror' ;;
    *) how=-i ;;
esac
sources() {
    git ls-files --cached --others --exclude-standard '*.hpp' '*.cpp' 2>/dev/null ||
        find include command tools examples tests python -name '*.hpp' -o -name '*.cpp'
}
# shellcheck disable=SC2086  # two words of options
sources | grep -v '^include/.*/catalog[/.]' | xargs "$format" $how
