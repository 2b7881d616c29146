# SPDX-License-Identifier: Apache-2.0
# Built into a notebook by build.py.

# %% [markdown]
# # My own accelerator
#
# A chip that no catalog has: a datasheet as a dict is enough. This one is invented. Figures are text with a unit.

# %%
import copy

import gambrel as gb

sheet = {
    "name": "mine-1",
    "class": "datacenter_gpu",
    "memory": {"capacity": "128 GB", "bandwidth": "5 TB/s"},
    "peak": {"bf16": "800 TFLOP/s", "fp8": "1600 TFLOP/s"},
    "scale_up": {"kind": "ethernet", "per_direction": "200 GB/s", "devices": 8},
    "power": {"limit": "600 W"},
}
mine = gb.device(sheet)
MODEL = "meta-llama/Llama-3.1-70B-Instruct"
TERMS = {"tp": 2, "weights": "fp8", "prompt": 2048, "output": 256, "concurrency": 32}
p = gb.predict(MODEL, mine, price_usd_per_hour=3.0, **TERMS)
print(f"TTFT {p.ttft}, TPOT {p.tpot}, {p.output_throughput}, {p.cost.output}")

# %% [markdown]
# How sure is that? The ranges are wider than those of a chip that was measured, because nobody measured this one.
# What the prediction rests on:

# %%
h100 = gb.predict(MODEL, "h100-sxm", **TERMS)
for q in (p, h100):
    low, high = q.tpot.low / q.tpot.value - 1, q.tpot.high / q.tpot.value - 1
    print(f"{q.device.name}: TPOT {q.tpot}, from {low:+.0%} to {high:+.0%}")
    for item in q.evidence:
        print(f"    {item['of']}: {item['from']}")

# %% [markdown]
# What should the next one have more of? Each figure of the datasheet half as large again, one at a time:


# %%
def half_more(part, key):
    changed = copy.deepcopy(sheet)
    number, unit = changed[part][key].split()
    changed[part][key] = f"{float(number) * 1.5:g} {unit}"
    changed["name"] = f"{part} {key} x 1.5"
    return changed


figures = [("memory", "bandwidth"), ("peak", "fp8"), ("scale_up", "per_direction")]
variants = [sheet, *(half_more(part, key) for part, key in figures)]
table = gb.sweep(MODEL, variants, tp=2, weights="fp8", prompt=2048, output=256, concurrency=[1, 32, 128])
gain = table.pivot(index="device", columns="concurrency", values="output_tokens_per_s")
gain = gain.loc[[v["name"] for v in variants]]
(gain / gain.iloc[0] - 1).mul(100).round(1).rename_axis(index="more output, %", columns="users")

# %% [markdown]
# A column is a number of users. Bandwidth pays for few of them, arithmetic for many; none pays in full, for time goes
# to several bounds.
#
# Beside chips of the catalog, the front of cost against speed, at 3 $/h for each of them:

# %%
front = gb.sweep(
    MODEL,
    [mine, "h100-sxm", "h200-sxm"],
    tp=[2, 4],
    weights="fp8",
    prompt=2048,
    output=256,
    concurrency=[1, 2, 4, 8, 16, 32, 64, 128],
    price_usd_per_hour=3.0,
    columns=["usd_per_million_output_tokens", "tpot_s"],
)
ax = gb.plot.pareto(front)

# %% [markdown]
# ## Ten minutes on the machine itself
#
# `python -m gambrel.measure_kernels --out kernels.csv` times its kernels; laws of its own then stand in the place of those of
# its family. Here the board is an RTX PRO 6000 that goes by another name, and the rows are published ones.

# %%
board = gb.device("rtx-pro-6000-bse").to_dict() | {"name": "unnamed"}
c = gb.calibrate(device=board, kernels="../../tests/data/kernels/rtx-pro-6000-sglang.csv")
c.laws_frame[["kind", "format", "rows", "error_before", "error_after", "sigma_before", "sigma_after"]].round(3)

# %% [markdown]
# What that changes, and what the board itself gives by its shipped laws:

# %%
load = {"runtime": "sglang", "weights": "fp8", "prompt": 2048, "output": 256, "concurrency": 32}
MODEL_8B = "meta-llama/Llama-3.1-8B-Instruct"
for what, p in {
    "by its family": gb.predict(MODEL_8B, board, **load),
    "by its kernels": gb.predict(MODEL_8B, board, calibration=c, **load),
    "as the catalog knows it": gb.predict(MODEL_8B, "rtx-pro-6000-bse", **load),
}.items():
    print(f"{what:24} TTFT {p.ttft}, TPOT {p.tpot}")

# %% [markdown]
# With measured runs of a server it gets better still: `gb.calibrate(rows, device=board, kernels=...)`, see the notebook "Trust, but
# verify".
