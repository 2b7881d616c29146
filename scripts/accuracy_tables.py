#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills the accuracy tables between <!-- accuracy --> and <!-- end --> from `gambrel validate --json`.

accuracy_tables.py README.md DETAILS.md SOFTWARE.md COLD.json WARM.json NAME=VALIDATION.json ...: the totals of the first
NAME go into the README; totals, groups, impossible rows and reasons of all into the details, a section each.
NAME~VALIDATION.json gives a table of its groups only. SOFTWARE.md (of tools/fit_software) has the errors of fitted rows
and of models left out of the fit; COLD and WARM are TTFT with and without the cold starts of recipes.
"""
import json
import re
import sys

COLUMNS = "rows | median error | mean error | bias | in 80 % range | range | interval score"


def table(rows, first, least=1):
    lines = [f"| {first} | {COLUMNS} |", "|---|" + "---|" * 7]
    for r in rows:
        if r["rows"] < least:
            continue
        name = re.sub(r"\s{2,}", ", ", r["group"])
        lines.append(
            f"| {name} | {r['rows']} | {100 * r['median_error']:.1f} % | {100 * r['mean_error']:.1f} % "
            f"| {100 * r['bias']:+.1f} % | {100 * r['covered']:.0f} % | ±{100 * r['half_width']:.0f} % "
            f"| {r['interval_score']:.2f} |"
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


def left_out(path):
    """Each model under constants fitted on the others, and the same constants in sample."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()

    def rows_of(start):
        at = [i for i, line in enumerate(lines) if line.startswith(start)]
        if len(at) != 1:
            sys.exit(f"{path} has {len(at)} tables that begin '{start}'; it needs one")
        names = [c.strip() for c in lines[at[0]].strip("|").split("|")]
        for line in lines[at[0] + 2 :]:
            if not line.startswith("|"):
                return
            yield dict(zip(names, (c.strip() for c in line.strip("|").split("|"))))

    in_sample = {r["runtime"]: r["error"] for r in rows_of("| runtime | data |")}
    columns = ("runtime", "metric", "rows", "error", "bias", "in range", "half width")
    return "\n".join(
        [
            "| runtime | metric | rows | model left out, median / mean % | bias % | in 80 % range | half width | all of the "
            "runtime in sample, median / mean % |",
            "|---|---|---|---|---|---|---|---|",
        ]
        + [
            "| " + " | ".join(r[n] for n in columns) + f" | {in_sample[r['runtime']]} |"
            for r in rows_of("| runtime | metric |")
        ]
    )


def cold_starts(cold, warm):
    """TTFT of one benchmark with the cold starts that means and medians prove, and without."""
    without = {g["group"]: g for g in warm["groups"]}
    lines = [
        "| models, runtime | rows | with: median | mean | bias | without: median | mean | bias |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for g in cold["groups"]:
        both = [f"{100 * v['median_error']:.1f} % | {100 * v['mean_error']:.1f} % | {100 * v['bias']:+.1f} %"
                for v in (g, without[g["group"]])]
        name = re.sub(r"\s{2,}", ", ", g["group"])
        lines.append(f"| {name} | {g['rows']} | " + " | ".join(both) + " |")
    return "\n".join(lines)


def impossible(v):
    """The rows that say more than memory can deliver."""
    if not v["impossible"]:
        return ""
    lines = ["| line | source | model | hardware | metric | measured |", "|---|---|---|---|---|---|"] + [
        f"| {r['line']} | {r['source']} | {r['model']} | {r['hardware']} | {r['metric']} | {r['measured']:.4g} |"
        for r in v["impossible"]
    ]
    return "\n\n### Set aside as impossible: faster than memory delivers weights and cache\n\n" + "\n".join(lines)


def section(name, v):
    reasons = sorted(v["not_predicted"].items(), key=lambda item: -item[1])
    listed = "\n".join(f"| {reason.replace('|', '/')} | {rows} |" for reason, rows in reasons)
    return (
        f"## {name}\n\n{v['predicted']:,} of {v['rows']:,} measured figures predicted.\n\n"
        f"{table(v['totals'], 'metric, models')}\n\n"
        f"### Furthest off, of groups of ten rows or more\n\n{table(worst(v), 'metric, models, device, runtime')}\n\n"
        f"### Every group of three rows or more\n\n{table(v['groups'], 'metric, models, device, runtime', 3)}\n\n"
        f"### Not predicted\n\n| because | rows |\n|---|---|\n{listed}{impossible(v)}"
    )


def main():
    readme, details, software, *starts = sys.argv[1:6]
    named = sys.argv[6:]
    validations = []
    for item in named:
        name, whole, path = re.match(r"(.*?)([=~])(.*)", item).groups()
        with open(path, encoding="utf-8") as file:
            validations.append((name, whole == "=", json.load(file)))
    cold, warm = (json.load(open(path, encoding="utf-8")) for path in starts)
    first = validations[0][2]
    fill(
        readme,
        table(first["totals"], "metric, models", 20)
        + f"\n\n{first['predicted']:,} of {first['rows']:,} measured rows predicted; every group, local inference, power"
        + " and the reasons of the rest: [docs/accuracy.md](docs/accuracy.md).\n\n"
        + "Some of these rows fitted constants. Host times, in sample and with each model left out of the fit:\n\n"
        + left_out(software)
        + "\n\nTTFT of the InferenceX rows, with the cold starts that means and medians prove and without:\n\n"
        + cold_starts(cold, warm)
        + "\n\n![Predicted against measured TPOT](docs/accuracy/tpot.svg)",
    )
    sections = [
        section(name, v) if whole else f"## {name}\n\n{table(v['groups'], 'group', 10)}" for name, whole, v in validations
    ]
    beside = [
        "## In sample and left out\n\nHost times of runtimes were fitted on some of the serving rows; each model's rows under "
        "constants fitted on the others' stand beside them ([software](calibration/software.md)).\n\n" + left_out(software),
        "## TTFT of InferenceX with and without cold starts\n\nSeconds that the opening burst of a recipe waits for "
        "compilation: two constants, of DeepSeek-R1 under SGLang and TensorRT-LLM before 2026-01-21, from means and medians of "
        "one load ([software](calibration/software.md)). A prediction for another deployment has none.\n\n" + cold_starts(cold, warm),
    ]
    fill(details, "\n\n".join(beside + sections))


main()
