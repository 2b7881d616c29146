#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws predicted against measured, one picture a metric, with gambrel.plot.

    accuracy_pictures.py TABLE FOLDER METRIC...      "output tok/s" becomes FOLDER/output-tok-s.svg
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import gambrel as gb
import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "gambrel"  # the same picture is the same file
import matplotlib.pyplot as plt  # noqa: E402


def main() -> None:
    table, folder, *metrics = sys.argv[1:]
    scored = gb.validate(table)
    for metric in metrics:
        figure, axes = plt.subplots(figsize=(6.4, 6.4), layout="constrained")
        gb.plot.predicted_vs_measured(scored, axes, metric=metric)
        name = re.sub(r"[^a-z0-9]+", "-", metric.lower()).strip("-")
        figure.savefig(Path(folder) / f"{name}.svg", metadata={"Date": None})
        plt.close(figure)


if __name__ == "__main__":
    main()
