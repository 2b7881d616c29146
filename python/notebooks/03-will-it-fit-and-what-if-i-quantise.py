# SPDX-License-Identifier: Apache-2.0
# Built into a notebook by build.py.

# %% [markdown]
# # Will it fit, and what if I quantise?
#
# Llama 3.1 70B, as published in BF16, on one H100 of 80 GB.

# %%
import gambrel as gb

MODEL, DEVICE = "meta-llama/Llama-3.1-70B-Instruct", "h100-sxm"
p = gb.predict(MODEL, DEVICE)
print("fits" if p.feasible else f"No: {p.reason}.\nInstead: {p.suggestion}.")

# %% [markdown]
# A deployment that cannot be is an answer, not an error. What takes the room on one GPU, as published and quantised,
# on one GPU and on two:

# %%
asked = [
    {"weights": "stored"},
    {"weights": "fp8"},
    {"weights": "int4"},
    {"weights": "stored", "tp": 2},
    {"weights": "fp8", "tp": 2},
]
predictions = [gb.predict(MODEL, DEVICE, concurrency=8, **terms) for terms in asked]
ax = gb.plot.memory(predictions)

# %% [markdown]
# Weights that fit are half of the question. What is left holds the KV cache, and that decides how many users and how
# long a context there is room for. Room for requests of 4,096 tokens of prompt and 512 of answer:

# %%
table = gb.sweep(
    MODEL,
    DEVICE,
    weights=["stored", "fp8", "int4"],
    kv=["stored", "fp8"],
    tp=[1, 2, 4],
    prompt=4096,
    output=512,
    columns=["memory_weights_bytes", "memory_for_kv_bytes", "most_sequences"],
)
GIB = 2.0**30
shown = table.assign(
    weights_gib=table.memory_weights_bytes / GIB,
    kv_gib=table.memory_for_kv_bytes / GIB,
    requests=table.most_sequences.where(table.feasible).floordiv(1).astype("Int64"),
)
columns = ["tp", "weights", "kv", "status", "weights_gib", "kv_gib", "requests"]
shown[columns].round(1).sort_values(["tp", "requests"], ignore_index=True)

# %% [markdown]
# The figures are of one GPU; a request's cache is cut over all `tp` of them. `kv="fp8"` halves the cache, so there is
# room for about twice the requests. Where `status` is not "ok" the row says why, and how much is missing is in
# `shortfall_bytes`.
#
# Is the smaller model faster too? On two GPUs, for one user and for 32:

# %%
for concurrency in (1, 32):
    for weights in ("stored", "fp8", "int4"):
        q = gb.predict(MODEL, DEVICE, tp=2, weights=weights, concurrency=concurrency, prompt=4096, output=512)
        bound = q.bound["tpot"]["first"].replace("_", " ")
        print(f"{concurrency:3} users, {weights:6}: TPOT {q.tpot}, bound by {bound}, {q.waiting:.0f} wait")

# %% [markdown]
# One user waits for the weights to be read, so fewer bytes are less time; not in proportion, for exchanges between
# the GPUs and the runtime's own work stay. With many users arithmetic counts: FP8 has one of its own on this GPU,
# four-bit weights are multiplied in 16 bits, so there four bits are no faster than eight. And as published
# nearly all users wait for room: TPOT looks well because almost nobody is served.
#
# What no row here says is how good the answers still are. That is to be measured, not predicted.
