# SPDX-License-Identifier: Apache-2.0
# %% [markdown]
# # How many GPUs, of which kind
#
# A planner looks through every kind of device with a known price, every cut and every format that you allow, and gives the
# cheapest fleet that keeps percentiles at a rate. The count is made at the bad end of the predicted range, and the simulator has the last word.

# %%
import gambrel as gb

ASKED = dict(prompt=2048, output=256, rate_per_s=20, ttft_p99_ms=1000, tpot_p99_ms=50)
p = gb.plan("meta-llama/Llama-3.1-70B-Instruct", weights=["stored", "fp8"], **ASKED)
p

# %% [markdown]
# What comes next, and why it lost: `least_by_means` is what a fleet would cost if mean times were enough. Where it is far below the rent,
# the tail makes the difference.

# %%
p.to_frame()[["device", "tp", "formats", "replicas", "replicas_low", "replicas_high", "devices", "rent_usd_per_hour", "least_by_means"]]

# %% [markdown]
# ## Cost against load
#
# The best fleet for each rate: devices come in whole replicas, so the cost is a staircase that larger fleets smooth out.

# %%
import matplotlib.pyplot as plt

rates = [1, 2, 4, 8, 16, 32, 64]
plans = [gb.plan("meta-llama/Llama-3.1-70B-Instruct", weights="fp8", not_simulated=True, **{**ASKED, "rate_per_s": r}) for r in rates]
fig, ax = plt.subplots(constrained_layout=True)
ax.step(rates, [q.rent_usd_per_hour for q in plans], where="post", marker="o", color="#0072B2")
for r, q in zip(rates, plans):
    ax.annotate(f"{q.devices} {q.device}", (r, q.rent_usd_per_hour), xytext=(4, -12), textcoords="offset points", fontsize=7)
ax.set_xscale("log", base=2)
ax.set_yscale("log", base=2)
ax.set_xticks(rates, rates)
ax.set_yticks([8, 16, 32, 64, 128], [8, 16, 32, 64, 128])
ax.set_xlabel("requests per second")
ax.set_ylabel("$/h of the cheapest fleet")
ax.spines[["top", "right"]].set_visible(False)

# %% [markdown]
# ## The front of cost and devices
#
# Among the fleets that keep the limits: none of the front is beaten in both.

# %%
many = gb.plan("meta-llama/Llama-3.1-70B-Instruct", weights=["stored", "fp8"], alternatives=30, not_simulated=True, **ASKED).to_frame()
gb.plot.pareto_front(many, cost="rent_usd_per_hour", latency="devices")[["device", "tp", "formats", "devices", "rent_usd_per_hour", "power_kw"]]

# %% [markdown]
# ## Your own boards beside the cloud, and spares
#
# `have` says how many there are, a price of zero that they are paid. `availability` adds the servers that must stand by.

# %%
own = gb.plan("meta-llama/Llama-3.1-8B-Instruct", devices=["l40s", "h100-sxm"], have={"rtx-4090": 8}, price_usd_per_hour={"rtx-4090": 0.12}, availability=0.999, **ASKED)
own
