# SPDX-License-Identifier: Apache-2.0
# Built into a notebook by build.py.

# %% [markdown]
# # Which GPU under this SLO?
#
# A chat service on Llama 3.1 70B: prompts of 2,048 tokens, answers of 256. Users shall wait at most 500 ms for the first
# token and 40 ms for each of the others. Which GPUs, and how many, give the cheapest token?

# %%
import ridgepoint as rp

MODEL = "meta-llama/Llama-3.1-70B-Instruct"
LOAD = {"prompt": 2048, "output": 256}

table = rp.sweep(
    MODEL,
    ["a100-sxm-80", "l40s", "h100-sxm", "h200-sxm", "b200-sxm", "mi300x"],
    tp=[1, 2, 4, 8],
    weights=["stored", "fp8"],
    concurrency=range(1, 257),
    max_ttft_ms=500,
    max_tpot_ms=40,
    **LOAD,
)
COST = "usd_per_million_output_tokens"
best = table.loc[table.groupby("device", observed=True)[COST].idxmin()].sort_values(COST)
first = best.iloc[0]
print(
    f"{first.tp} x {first.device} with {first.weights} weights, up to {first.concurrency} users at once: "
    f"{first[COST]:.2f} $ for a million output tokens, TPOT {first.tpot_s * 1e3:.0f} ms "
    f"({first.tpot_low_s * 1e3:.0f} to {first.tpot_high_s * 1e3:.0f})."
)

# %% [markdown]
# That is the answer by mean times, at the catalog's median on-demand prices. The same for every GPU that can do it at
# all, its cheapest deployment a row, costs in $ per million output tokens and times in ms:

# %%
shown = best.assign(cost=best[COST], ttft_ms=best.ttft_s * 1e3, tpot_ms=best.tpot_s * 1e3)
columns = ["device", "tp", "weights", "concurrency", "cost", "ttft_ms", "tpot_ms", "tpot_bound"]
shown[columns].round(2).set_index("device")

# %% [markdown]
# The picture shows what each limit costs. Each line is the front of one GPU: no other deployment of it is both
# cheaper and faster. A tighter TPOT means fewer users at once, and each of them pays a larger share of the rent.

# %%
open_table = rp.sweep(
    MODEL,
    list(best.device),
    tp=[1, 2, 4, 8],
    weights=["stored", "fp8"],
    concurrency=[1, 2, 4, 8, 16, 32, 64, 128, 256],
    feasible=True,
    **LOAD,
)
ax = rp.plot.pareto(open_table)
ax.axvline(40, color="black", linewidth=0.8, linestyle="--")
ax.set_xlim(right=150);

# %% [markdown]
# Means are not a promise. Requests arrive at random, and a p99 is what a user complains about. So ask the winner for
# percentiles: the greatest rate at which 99 % of requests stay within the limits, and the replicas for 20 requests/s.

# %%
load = rp.serve(
    MODEL,
    first.device,
    tp=int(first.tp),
    weights=first.weights,
    ttft_p99_ms=500,
    tpot_p99_ms=40,
    replicas_for_per_s=20,
    **LOAD,
)
print(load)

# %% [markdown]
# Before money is spent on this:
#
# - The ranges hold eight of ten measurements. A deployment whose range crosses the limit may miss it; measure that one.
# - GPUs whose costs are closer than their ranges are a tie. The quote you get decides: pass it as `price_usd_per_hour`.
# - p99 at a steady rate leaves out bursts and failures. Keep a reserve.
