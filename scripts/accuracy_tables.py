#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills the accuracy tables between <!-- accuracy --> and <!-- end --> from `gambrel validate --json`.

accuracy_tables.py README.md DETAILS.md NAME=VALIDATION.json ...: the totals of the first go into the README; totals,
groups and reasons of all into the details, a section each. NAME~VALIDATION.json gives a table of its groups only.
"""
import json
import re
import sys

COLUMNS = "rows | median error | mean error | bias | in 80 % range | range"


def table(rows, first, least=1):
    lines = [f"| {first} | {COLUMNS} |", "|---|" + "---|" * 6]
    for r in rows:
        if r["rows"] < least:
            continue
        name = re.sub(r"\s{2,}", ", ", r["group"])
        lines.append(
            f"| {name} | {r['rows']} | {100 * r['median_error']:.1f} % | {100 * r['mean_error']:.1f} % "
            f"| {100 * r['bias']:+.1f} % | {100 * r['covered']:.0f} % | ±{100 * r['half_width']:.0f} % |"
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


def worst(v):
    """The groups of ten rows or more that are furthest off."""
    groups = [g for g in v["groups"] if g["rows"] >= 10]
    return sorted(groups, key=lambda g: -g["median_error"])[:8]


def section(name, v):
    reasons = sorted(v["not_predicted"].items(), key=lambda item: -item[1])
    listed = "\n".join(f"| {reason.replace('|', '/')} | {rows} |" for reason, rows in reasons)
    return (
        f"## {name}\n\n{v['predicted']:,} of {v['rows']:,} measured figures predicted.\n\n"
        f"{table(v['totals'], 'metric, models')}\n\n"
        f"### Furthest off, of groups of ten rows or more\n\n{table(worst(v), 'metric, models, device, runtime')}\n\n"
        f"### Every group of three rows or more\n\n{table(v['groups'], 'metric, models, device, runtime', 3)}\n\n"
        f"### Not predicted\n\n| because | rows |\n|---|---|\n{listed}"
    )


def main():
    readme, details, *named = sys.argv[1:]
    validations = []
    for item in named:
        name, whole, path = re.match(r"(.*?)([=~])(.*)", item).groups()
        with open(path, encoding="utf-8") as file:
            validations.append((name, whole == "=", json.load(file)))
    first = validations[0][2]
    fill(
        readme,
        table(first["totals"], "metric, models", 20)
        + f"\n\n{first['predicted']:,} of {first['rows']:,} measured rows predicted; every group, local inference, power"
        + " and the reasons of the rest: [docs/accuracy.md](docs/accuracy.md).\n\n"
        + "![Predicted against measured TPOT](docs/accuracy/tpot.svg)",
    )
    sections = [
        section(name, v) if whole else f"## {name}\n\n{table(v['groups'], 'group', 10)}" for name, whole, v in validations
    ]
    fill(details, "\n\n".join(sections))


main()
