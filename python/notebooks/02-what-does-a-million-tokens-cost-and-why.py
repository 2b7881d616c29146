# SPDX-License-Identifier: Apache-2.0
# Built into a notebook by build.py.

# %% [markdown]
# # What does a million tokens cost, and why?
#
# Llama 3.1 70B in FP8 on four H100, prompts of 2,048 tokens, answers of 256, 64 users who each wait for their answer.

# %%
import matplotlib.pyplot as plt

import gambrel as gb

MODEL, DEVICE = "meta-llama/Llama-3.1-70B-Instruct", "h100-sxm"
TERMS = {"tp": 4, "weights": "fp8", "kv": "fp8", "prompt": 2048, "output": 256}

p = gb.predict(MODEL, DEVICE, concurrency=64, **TERMS)
print("a million output tokens:", p.cost.output)
print("a million prompt tokens:", p.cost.input)
print("rent of a GPU:          ", p.cost.rent_per_device)

# %% [markdown]
# The rent runs whatever the GPUs do. A token's cost is the rent divided by tokens, so all that matters is how many
# tokens come out of a second, and that is decided here:

# %%
print(f"{p.output_throughput} of output; prompts take {p.prompt_share:.0%} of the time and of the bill")
ax = gb.plot.breakdown(p)

# %% [markdown]
# The largest piece is the matrix multiplications (GEMM): arithmetic for prompts, reading of weights for the rest.
# Then come the exchanges between the four GPUs. All users in a batch share one reading of the weights, which is the
# great lever:

# %%
table = gb.sweep(MODEL, DEVICE, concurrency=[1, 2, 4, 8, 16, 32, 64, 128, 256], **TERMS)
COST = "usd_per_million_output_tokens"
shown = table.assign(cost=table[COST], tpot_ms=table.tpot_s * 1e3)
shown[["concurrency", "cost", "tpot_ms", "mbu", "mfu", "tpot_bound"]].round(2).set_index("concurrency")

# %%
fig, ax = plt.subplots(figsize=(6, 3.2), layout="constrained")
ax.plot(table.concurrency, table[COST], "o-", color="black")
ax.fill_between(
    table.concurrency,
    table[COST] * table.output_tokens_per_s / table.output_tokens_high_per_s,
    table[COST] * table.output_tokens_per_s / table.output_tokens_low_per_s,
    color="0.85",
)
ax.set(xscale="log", yscale="log", xlabel="users at once", ylabel="$ per million output tokens")
ax.grid(color="0.9")

# %% [markdown]
# A single user pays for four GPUs whose arithmetic idles (`mfu`). With many users the curve flattens: what remains is
# arithmetic, which no batching makes less, and TPOT grows nearly as fast as the number of users. What latency is
# worth is yours to say; the table says what it costs.
#
# What else could be changed, one at a time, at 64 users. Of all tokens alike, prompts included:

# %%
changes = {
    "as above": {},
    "BF16 weights and cache": {"weights": "stored", "kv": "stored"},
    "two GPUs": {"tp": 2},
    "half of each prompt in the prefix cache": {"prefix_hit": 0.5},
    "answers twice as long": {"output": 512},
    "H200 at the catalog's price": {"device": "h200-sxm"},
}
for change, terms in changes.items():
    device = terms.pop("device", DEVICE)
    q = gb.predict(MODEL, device, concurrency=64, **{**TERMS, **terms})
    print(f"{change:40} {q.cost.blended}, TPOT {q.tpot}")

# %% [markdown]
# And the electricity? The boards' own, at 0.12 $/kWh:

# %%
e = p.energy
print(f"{e.per_output_token}: {e.cost_per_output_token}")
print(f"{e.cost_per_output_token.value / p.cost.output_only.value:.1%} of the rent on output tokens alone")

# %% [markdown]
# For who rents, electricity is in the price already; for who owns, `price_usd_per_hour` takes the cost of an hour of
# ownership. The range says nothing about prices: those are quotes, and yours may differ by more than the prediction.
