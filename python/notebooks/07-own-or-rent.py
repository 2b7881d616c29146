# SPDX-License-Identifier: Apache-2.0
# Built into a notebook by build.py.

# %% [markdown]
# # Own or rent?
#
# Llama 3.1 70B in FP8 on H100, four a replica, prompts of 2,048 tokens, answers of 256. Two requests arrive a second,
# and twenty are planned for. An API asks 0.88 $ a million tokens, either way.

# %%
import pandas as pd
from IPython.display import SVG

import gambrel as gb

MODEL, DEVICE = "meta-llama/Llama-3.1-70B-Instruct", "h100-sxm"
TERMS = {"tp": 4, "weights": "fp8", "prompt": 2048, "output": 256, "rate_per_s": 2, "planned_per_s": 20}
API = {"api_input_usd_per_mtok": 0.88, "api_output_usd_per_mtok": 0.88}

t = gb.tco(MODEL, DEVICE, start="2026-12", **TERMS, **API)
print("a replica takes", t.capacity)
for load in t.loads:
    bills = ", ".join(f"{how} {load[how]}" for how in ("rented", "owned", "api"))
    print(f"{load['load']:8} {load['devices']:3} devices, {load['idle'].value:4.0%} idle: {bills}")

# %% [markdown]
# Servers are paid whole, and the present load fills a seventh of one: what is idle decides. The same as money spent,
# for the load that is planned for:

# %%
SVG(t.svg())

# %% [markdown]
# Owning is paid at once and then costs little; rent runs. Where the lines cross, owning has paid for itself:

# %%
print("break-even:", t.break_even)
for contract, (price, share) in t.contracts.items():
    when = f"from {share:.0%} of the hours on" if share else "never"
    print(f"{contract:12} {price} a device: owning is cheaper {when}")

# %% [markdown]
# What an owned hour is made of. Electricity is the smallest part but operations: capital and how much of the time the
# devices are in use decide.

# %%
hour = t.owned_device_hour
parts = {name: getattr(hour, name).value for name in ("capital", "electricity", "colocation", "operations")}
pd.Series({**parts, "total": hour.total.value}).round(3)

# %% [markdown]
# Every constant is yours to give; what is not given is an assumption with its source. Those that are only recalled:

# %%
recalled = {k: (c["value"], c["source"]) for k, c in t.constants.items() if c and c["evidence"] == "recalled"}
pd.DataFrame(recalled, index=["value", "source"]).T

# %% [markdown]
# How far do they carry? One at a time, the share of hours in use from which owning beats rent on demand:

# %%
changes = {
    "as above": {},
    "capital 30,000 $": {"capital_usd": 30_000},
    "capital 50,000 $": {"capital_usd": 50_000},
    "interest 12 %": {"interest": 0.12},
    "five years of use": {"life_years": 5},
    "a quarter of the capital back": {"residual_usd": 10_000},
    "electricity 0.25 $/kWh": {"electricity_usd_per_kwh": 0.25},
    "rent 2 $/h": {"price_usd_per_hour": 2},
    "rent 1.30 $/h": {"price_usd_per_hour": 1.30},
}
for change, terms in changes.items():
    _, share = gb.tco(MODEL, DEVICE, start="2026-12", **{**TERMS, **terms}).contracts["on demand"]
    print(f"{change:32} " + (f"{share:.0%}" if share else "never"))

# %% [markdown]
# The rent is what it hangs on, and rents of one device spread fourfold: compare with the offer you have, not with a
# median. And what a million tokens costs depends on who is said to pay, at the load that is planned for:

# %%
planned = t.to_frame().set_index("load").loc["planned"]
rows = {
    convention: {kind: planned[f"usd_per_mtok_owned_{convention}_{kind}"] for kind in ("input", "output")}
    for convention in ("machine_time", "all_tokens", "output_only")
}
pd.DataFrame(rows).T.astype(float).round(3)

# %% [markdown]
# By machine time prompts pay for the time they take; all tokens alike is what most benchmarks print; output only
# charges prompts nothing. Each of them pays for exactly the same machine.
