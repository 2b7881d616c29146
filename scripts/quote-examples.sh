#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fills the marked blocks of README.md and docs/ from what they quote, so that no document shows code that does not
# compile or output that nothing prints:
#   <!-- quote FILE [REGION] -->   ... <!-- end -->   a file, or what stands between its two lines "// [REGION]"
#   <!-- run ARGUMENTS -->         ... <!-- end -->   what the gambrel command prints, but how long it took
#   scripts/quote-examples.sh            rewrites the documents that are out of date
#   scripts/quote-examples.sh --check    names them and fails
# The command is $GAMBREL (build/gambrel when unset); blocks that run it are left alone where it is not built.
set -eu
cd "$(dirname "$0")/.."
command=${GAMBREL:-build/gambrel}
[ -x "$command" ] || { echo "$command is not built: blocks that show its output are not looked at" >&2; command=; }
scratch=$(mktemp)
trap 'rm -f "$scratch"' EXIT

# Prints the document with its blocks filled; fails, saying why, for a quote that leads nowhere.
fill() {
    awk -v command="$command" '
        function broken(why) { print FILENAME ":" FNR ": " why >"/dev/stderr"; failed = 1; exit 1 }
        # The lines of `file`, or of its region, without the indentation that the first of them has.
        function quote(file, region,    line, inside, lines, indent, status) {
            inside = region == ""
            while ((status = (getline line <file)) > 0) {
                if (region != "" && line ~ "^ *// \\[" region "\\]$") { inside = !inside; continue }
                if (region == "" && line ~ /SPDX-License-Identifier/) continue
                if (!inside) continue
                if (lines++ == 0) { match(line, /^ */); indent = RLENGTH }
                print substr(line, 1, indent) ~ /^ *$/ ? substr(line, indent + 1) : line
            }
            close(file)
            if (status < 0) broken(file " cannot be read")
            if (!lines) broken("nothing is marked [" region "] in " file)
        }
        function run(arguments,    line, lines, call) {
            call = "\"" command "\" " arguments
            while ((call | getline line) > 0) { ++lines; if (line !~ /^simulated .* s in /) print line }
            close(call)
            if (!lines) broken("gambrel " arguments " prints nothing")
        }
        function language(file) { return file ~ /\.[ch]pp$/ ? "cpp" : file ~ /\.json$/ ? "json" : file ~ /\.py$/ ? "python" : "text" }
        skipping && $0 == "<!-- end -->" { skipping = 0 }
        skipping { next }
        { print }
        /^<!-- quote [^ ]+( [a-z0-9_]+)? -->$/ {
            print "```" language($3); quote($3, $4 == "-->" ? "" : $4); print "```"; skipping = 1
        }
        /^<!-- run .* -->$/ && command != "" {
            arguments = substr($0, 10, length($0) - 13)
            print "```text"; run(arguments); print "```"; skipping = 1
        }
        END { if (skipping && !failed) { print FILENAME ": a block has no <!-- end -->" >"/dev/stderr"; exit 1 } }
    ' "$1"
}

stale=0
for page in docs/models/*.md; do
    quote="<!-- quote examples/pages/$(basename "$page" .md).expected -->"
    grep -q -F "$quote" "$page" || { echo "$page has no worked example: $quote"; stale=1; }
done
for document in README.md docs/*.md docs/*/*.md; do
    grep -q -E '^<!-- (quote|run) ' "$document" || continue
    fill "$document" >"$scratch"
    if cmp -s "$scratch" "$document"; then continue; fi
    stale=1
    if [ "${1-}" = --check ]; then
        echo "$document is out of date: run scripts/quote-examples.sh"
        diff "$document" "$scratch" || true
    else
        cat "$scratch" >"$document"
        echo "filled: $document"
    fi
done
[ "${1-}" != --check ] || exit "$stale"
