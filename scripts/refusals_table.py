#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes which rows are not predicted, and why, between <!-- refused --> and <!-- end --> of a page.

refusals_table.py PAGE VALIDATION.json: reasons and counts are those of `gambrel validate --json`; what makes a reason a
right one stands here, and a reason that is not here ends the script.
"""
import json
import re
import sys

# The beginning of a reason, and why such rows must not be scored.
RIGHT = {
    "parallel cut not stated": "the summary of an MLPerf result has no cut, and the models need more than one device",
    "precision not stated or not known: int8": "weights alone in int8, or multiplied in int8: half the work apart",
    "precision not stated": "the row states no weight format",
    "predicted not to run: unstable": "more requests come than are served: no steady state; the run was a hundred requests long",
    "predicted not to run: does not fit": "our memory law says that it does not fit; it ran, so the law is wrong or the row's cut is",
    "predicted not to run: heads not divisible": "heads that the ranks do not divide: the engine padded or copied, which is not known",
    "predicted not to run": "our laws say that it cannot run",
    "contradictory": "two figures of one run, more than 1.5 times apart",
    "repeated": "counted once",
    "copied": "the figure of another row under another name",
    "of the whole deployment or of one device": "the source does not say of what the rate is",
    "request rate not stated": "as many requests as a service level allows: the rate is not printed",
    "impossible": "less time than memory takes for weights and cache: drafts, or another model",
    "prompts were found in the prefix cache": "more prompt tokens a second than the device can multiply: not computed anew each time",
    "lengths not stated": "output lengths are missing, and the figure depends on them",
    "runtime not in the catalog": "the name is none of an engine that the library has",
    "device not in the catalog": "no device of the catalog",
    "model not in the catalog": "no model of the catalog",
    "unlabelled drafts": "faster per token than a like run, its first token no sooner",
    "cold start": "the mean TTFT falls threefold as the clients double",
    "drafted tokens: how many": "drafts are labelled, their number is not",
    "disaggregated, and its split": "pools of unknown size",
    "InferenceX": "a client that could not keep up",
    "training is not predicted": "there is no model of training steps yet",
    "refused: ": "a value of the row is out of range",
}


def why(reason):
    for beginning, text in RIGHT.items():
        if reason.startswith(beginning):
            return beginning, text
    sys.exit(f"no right reason is known of: {reason}")


def main(page, validation):
    with open(validation, encoding="utf-8") as file:
        v = json.load(file)
    counts = {}
    for reason, rows in v["not_predicted"].items():
        beginning, text = why(reason)
        rest = reason[len(beginning):].strip(" :")
        name = beginning + (f": {rest}" if beginning.endswith("not in the catalog") and rest else "")
        counts[name] = (counts.get(name, (0, ""))[0] + rows, text)
    lines = [f"{sum(n for n, _ in counts.values())} of {v['rows']} rows of `serving_measured.csv`:", "",
             "| rows | reason | why that is right |", "|---|---|---|"]
    for name, (n, text) in sorted(counts.items(), key=lambda c: (-c[1][0], c[0])):
        lines.append(f"| {n} | {name} | {text} |")
    with open(page, encoding="utf-8") as file:
        old = file.read()
    new, places = re.subn(r"(<!-- refused -->\n).*?(<!-- end -->)", lambda m: m[1] + "\n".join(lines) + "\n" + m[2], old,
                          flags=re.S)
    if places != 1:
        sys.exit(f"{page} has {places} marks of refused rows; it needs one")
    with open(page, "w", encoding="utf-8") as file:
        file.write(new)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
