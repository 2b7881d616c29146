#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills the accuracy tables between <!-- accuracy --> and <!-- end --> from `ridgepoint validate --json`.

accuracy_tables.py VALIDATION.json README.md DETAILS.md: the totals go into the README, all groups into the details.
"""
import json
import re
import sys


def table(rows, first):
    lines = [f"| {first} | rows | median error | mean error | bias | in 80 % range |", "|---|---|---|---|---|---|"]
    for r in rows:
        name = re.sub(r"\s{2,}", ", ", r["group"])
        lines.append(
            f"| {name} | {r['rows']} | {100 * r['median_error']:.1f} % | {100 * r['mean_error']:.1f} % "
            f"| {100 * r['bias']:+.1f} % | {100 * r['covered']:.0f} % |"
        )
    return "\n".join(lines)


def fill(path, text):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    filled, places = re.subn(
        r"(<!-- accuracy -->\n).*?(<!-- end -->)", lambda m: m.group(1) + text + "\n" + m.group(2), page, flags=re.S
    )
    if places != 1:
        sys.exit(f"{path} has {places} accuracy marks; it needs one")
    with open(path, "w", encoding="utf-8") as file:
        file.write(filled)


def main():
    _, source, readme, details = sys.argv
    with open(source, encoding="utf-8") as file:
        v = json.load(file)
    counted = f"{v['predicted']:,} of {v['rows']:,} measured rows predicted; the rest are counted by reason"
    fill(readme, table(v["totals"], "metric, models") + f"\n\n{counted} in [docs/accuracy.md](docs/accuracy.md).")
    reasons = "\n".join(f"| {reason} | {rows} |" for reason, rows in sorted(v["not_predicted"].items(), key=lambda i: -i[1]))
    fill(
        details,
        f"{counted} below.\n\n{table(v['totals'], 'metric, models')}\n\n{table(v['groups'], 'metric, models, device, runtime')}"
        f"\n\n| not predicted because | rows |\n|---|---|\n{reasons}",
    )


main()
