# SPDX-License-Identifier: Apache-2.0
# Built into a notebook by build.py.

# %% [markdown]
# # Which GPU under this SLO?
#
# A chat service on Llama 3.1 70B: prompts of 2,048 tokens, answers of 256. Of 100 requests, 99 shall see their first
# token within 2 s and the others every 50 ms. Which GPUs, and how many, give the cheapest token?
#
# First a sweep throws out what cannot do it even on average; then what is left is asked for its p99.

# %%
import pandas as pd

import gambrel as gb

MODEL = "meta-llama/Llama-3.1-70B-Instruct"
GPUS = ["l40s", "a100-sxm-80", "h100-sxm", "h200-sxm", "b200-sxm", "mi300x"]
LOAD = {"prompt": 2048, "output": 256}
LIMITS = {"ttft_p99_ms": 2000, "tpot_p99_ms": 50}

table = gb.sweep(MODEL, GPUS, tp=[1, 2, 4, 8], weights=["stored", "fp8"], max_ttft_ms=2000, max_tpot_ms=50, **LOAD)
answers = []
for row in table.itertuples():
    asked = {"tp": row.tp, "weights": row.weights, "rate_per_s": 0.1, **LIMITS, **LOAD}
    load = gb.serve(MODEL, row.device, **asked)
    rate = load.most_rate  # the greatest within the limits
    rent = load.cost.rent_per_device.value * load.devices
    if rate.low > 0:
        cost = [rent / 3600 / (r * LOAD["output"]) * 1e6 for r in (rate.value, rate.high, rate.low)]
        answers.append([row.device, row.tp, row.weights, rent, rate.value, *cost])
columns = ["GPU", "tp", "weights", "$/h", "req/s", "$/Mtok", "at best", "at worst"]
answers = pd.DataFrame(answers, columns=columns).sort_values("$/Mtok", ignore_index=True)
first = answers.iloc[0]
print(
    f"{first.tp} x {first.GPU}, {first.weights} weights: {first['req/s']:.1f} requests/s within the limits,\n"
    f"{first['$/Mtok']:.2f} $ per million output tokens ({first['at best']:.2f} to {first['at worst']:.2f}),"
    " all of the rent on them."
)

# %% [markdown]
# That is the answer at the catalog's median on-demand prices. The best deployment of each GPU:

# %%
answers.groupby("GPU", sort=False).head(1).set_index("GPU").round(2)

# %% [markdown]
# Where two rows are nearer to each other than their ranges are wide, they are a tie: the quote that you get decides
# (pass it as `price_usd_per_hour`), or a measurement. A GPU that is not in the table does not fit, or may not meet
# the limits.
#
# How much of the cost is the limit's doing? Each line below is the front of one GPU on average load: no other
# deployment of it is both cheaper and faster. Fewer users at once are served faster, and each pays a larger share of
# the rent.

# %%
front = gb.sweep(
    MODEL,
    list(answers.GPU.unique()),
    tp=[1, 2, 4, 8],
    weights=["stored", "fp8"],
    concurrency=[1, 2, 4, 8, 16, 32, 64, 128, 256],
    columns=["usd_per_million_output_tokens", "tpot_s"],
    max_tpot_ms=100,
    **LOAD,
)
ax = gb.plot.pareto(front)
limit = ax.axvline(50, color="black", linewidth=0.8, linestyle="--")

# %% [markdown]
# These are means, with the rent shared between prompt and output tokens. The p99 asks for more: requests arrive at
# random, and the more of them are under way, the longer the worst of them wait. The winner, rate by rate:

# %%
winner = {"tp": int(first.tp), "weights": first.weights, **LIMITS, **LOAD}
load = gb.serve(MODEL, first.GPU, rate_per_s=float(first["req/s"]) / 2, **winner)
ax = gb.plot.latency_throughput(load, time="tpot")

# %% [markdown]
# And for 20 requests per second?

# %%
load = gb.serve(MODEL, first.GPU, replicas_for_per_s=20, **winner)
n, rent = load.replicas, load.cost.rent_per_device.value
print(
    f"{n.value:.0f} ({n.low:.0f} to {n.high:.0f}) replicas: {load.devices} {first.GPU}, {load.devices * rent:.0f} $/h"
)

# %% [markdown]
# Before money is spent: measure one replica at one of these rates, and see whether it lies within the range (the
# notebook "Trust, but verify"). And keep a reserve; bursts and failures are in no figure here.
