# SPDX-License-Identifier: Apache-2.0
# Built into a notebook by build.py.

# %% [markdown]
# # Trust, but verify
#
# How far are the predictions from what was measured, and do the 80 % ranges hold eight of ten? Start with a table
# small enough to type: time per output token (TPOT, ms) of Llama 3.1 70B in FP8 under vLLM on H100, prompts of 1,024
# tokens, answers of 8,192. Measured by InferenceX on 2025-10-29, published in ai-dynamo/aiconfigurator,
# `silicon_sample.csv`.

# %%
import os
from pathlib import Path

import gambrel as gb

tpot_ms = {  # GPUs: {clients: ms}
    2: {4: 17.97, 8: 19.19, 16: 22.13, 32: 27.69, 64: 41.68},
    4: {4: 12.00, 8: 12.66, 16: 14.09, 32: 18.39, 64: 23.41},
    8: {4: 9.20, 8: 9.81, 16: 11.58, 32: 12.86, 64: 16.49},
}
of_all = {
    "source_id": "inferencex-silicon",  # whose protocol is known: all clients at once, ten prompts each
    "hardware": "H100-SXM-80GB",
    "model": "meta-llama/Llama-3.1-70B",
    "framework": "vllm",
    "date": "2025-10-29",  # by which the recipe and the era are known
    "weight_format": "fp8",
    "input_len": 1024,
    "output_len": 8192,
    "metric": "tpot_mean",
    "unit": "ms",
}
rows = [
    {**of_all, "tp": tp, "concurrency": clients, "value": ms}
    for tp, measured in tpot_ms.items()
    for clients, ms in measured.items()
]
v = gb.validate(rows)
print(v)

# %% [markdown]
# `median` is the median error, `bias` the mean of the errors with their signs, `in 80%` the share of rows within
# their range. The picture shows the same, and what the bias hides: the errors are not the same everywhere.

# %%
ax = gb.plot.predicted_vs_measured(v, ranges=True)

# %%
errors = v.rows.assign(tp=[r["tp"] for r in rows], clients=[r["concurrency"] for r in rows])
percent = errors.pivot(index="tp", columns="clients", values="error").mul(100).round(1)
percent.rename_axis(index="error, %: GPUs")

# %% [markdown]
# With few clients the prediction is within some percent; with many it is too fast, on two GPUs by most. Something
# that grows with the batch is underestimated for this server and these long answers. `validate` knows how InferenceX
# loads a server; asked of `predict`, the same question is this:


# %%
def asked(row, **more):
    clients = row["concurrency"]
    return gb.predict(
        row["model"],
        "h100-sxm",
        runtime="vllm@0.14",  # the recipe planned steps ahead before that was the default
        tp=row["tp"],
        weights="fp8",
        kv="fp8",
        prompt="uniform:819.2:1024",
        output="uniform:6553.6:8192",
        concurrency=clients,
        protocol="benchmark",
        token_budget=8192,
        max_sequences=clients,
        **more,
    )


# The same as above, to the digits shown?
all(abs(asked(r).tpot.to("ms") / r["value"] - 1 - e) < 5e-4 for r, e in zip(rows, errors.error))

# %% [markdown]
# Three measured rows can refine the constants. Fit three of the middle row, and see what that does to the other
# twelve, which the fit has not seen:

# %%
seen = [r for r in rows if r["tp"] == 4 and r["concurrency"] in (16, 32, 64)]
unseen = [r for r in rows if r not in seen]
calibration = gb.calibrate(seen, device="h100-sxm", runtime="vllm")
for name, chosen in (("as shipped", None), ("calibrated", calibration)):
    off = [asked(r, calibration=chosen).tpot.to("ms") / r["value"] - 1 for r in unseen]
    mean, bias = sum(map(abs, off)) / len(off), sum(off) / len(off)
    few = sum(abs(e) for e, r in zip(off, unseen) if r["concurrency"] <= 8)
    count = sum(r["concurrency"] <= 8 for r in unseen)
    print(f"{name}: mean error {mean:.1%}, bias {bias:+.1%}; mean error with up to 8 clients {few / count:.1%}")
print("moved by 2 % or more:", {k: round(f, 3) for k, f in calibration.factors.items() if abs(f - 1) >= 0.02})

# %% [markdown]
# Less biased, and hardly nearer: rows with many clients come closer, those with few, which were right, go off. All
# three rows had many clients; what the fit moved most, in the last line, is a cost that every step pays, those of
# small batches too. The shipped constants are the prior that keeps three rows from doing worse. So calibrate on loads
# that differ, as docs/how-to-your-own-measurements.md says, and always hold rows back to see.
#
# Fifteen rows of one model prove little. Where the tables that Gambrel is developed against are at hand, here are
# all of their figures for TPOT (set `GAMBREL_DATA` to the folder; docs/accuracy.md has every group, the bad ones
# too):

# %%
file = Path(os.environ.get("GAMBREL_DATA", "")) / "serving_measured.csv"
if file.is_file():
    everything = gb.validate(file)
    print(str(everything).split("\n\n")[1])
    ax = gb.plot.predicted_vs_measured(gb.validate(file, metric="TPOT"), metric="TPOT")
else:
    print("GAMBREL_DATA names no folder with serving_measured.csv")

# %% [markdown]
# Read such a table by its worst rows. Times per token are predicted best. Times to the first token, and whole answers
# of protocols that say little about how requests arrive, are predicted worse, and there fewer than eight in ten are
# within the range: the ranges are too narrow for those. Much of that scatter is in what tables do not say. Measure
# your own.
