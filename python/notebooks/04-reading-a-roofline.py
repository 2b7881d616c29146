# SPDX-License-Identifier: Apache-2.0
# Built into a notebook by build.py.

# %% [markdown]
# # Reading a roofline
#
# A GPU can do so many operations a second and move so many bytes. Which of the two holds a kernel back depends on its
# intensity: operations per byte moved. Llama 3.1 8B on an H100, at two batch sizes.

# %%
import gambrel as gb

MODEL, DEVICE = "meta-llama/Llama-3.1-8B-Instruct", "h100-sxm"
one = gb.predict(MODEL, DEVICE, concurrency=1, prompt=1024, output=256)
many = gb.predict(MODEL, DEVICE, concurrency=128, prompt=1024, output=256)
for p in (one, many):
    first = p.bound["tpot"]
    print(
        f"{p.batch:5.1f} sequences: TPOT {p.tpot}; {first['first'].replace('_', ' ')} "
        f"{first['first_share']['value']:.0%} of it; MBU {p.mbu:.0%}, MFU {p.mfu:.0%}"
    )

# %% [markdown]
# MBU is the share of the memory's bandwidth in use, MFU that of the arithmetic. For a single user the GPU reads all
# weights to make one token: the memory decides. Here is that pass, an operator a point. The sloping line is the
# bandwidth, the flat one the arithmetic; their corner is the ridge point. Left of it more arithmetic is free, right
# of it more bytes are.

# %%
ax = gb.plot.roofline(one, passes=["decode"])

# %% [markdown]
# All points lie far left of the ridge, most of them just below the slope. A larger point takes more of the time; how
# far it is below the roof is what the kernel leaves unused. Now with many users:

# %%
ax = gb.plot.roofline(many, passes=["decode", "prefill"])

# %% [markdown]
# The matrix multiplications of decode have moved to the right: the same weights, read once, serve every sequence in
# the batch. Attention of decode has not moved: every sequence reads a cache of its own, so its intensity does not
# grow with the batch. Prefill has many tokens a reading and lies at the right.
#
# How the bound moves with the number of users:

# %%
table = gb.sweep(MODEL, DEVICE, concurrency=[1, 4, 16, 64, 128, 256, 512], prompt=1024, output=256)
shown = table.assign(tpot_ms=table.tpot_s * 1e3, tokens_per_s=table.output_tokens_per_s)
shown[["concurrency", "tpot_ms", "tokens_per_s", "mbu", "mfu", "prompt_share", "tpot_bound"]].round(2)

# %% [markdown]
# Throughput rises until the time goes to arithmetic, much of it for prompts (`prompt_share`); after that more users
# only wait. So the advice is read off the bound: where it is memory bandwidth, store fewer bytes or batch more; where
# it is compute, take a format with a higher roof, shorter prompts or a prefix cache; where it is the host, a faster
# runtime.
