# SPDX-License-Identifier: Apache-2.0
# %% [markdown]
# # What runs on my machine
#
# A card of 24 GiB, 64 GiB of memory beside it: which models run there under llama.cpp, in which file types, how fast, and where do their
# layers lie? `fit` answers without running anything: it places layers as llama.cpp's own search does and adds up what each takes where it is.

# %%
import gambrel as gb

mine = gb.fit(device="rtx-4090", ram_gib=64, cpu="ryzen-7950x", context=8192, tokens_per_s=20)
frame = mine.frame()
largest = frame.sort_values("bits_per_weight").groupby("model", sort=False).tail(1)
largest[["model", "type", "file_gib", "experts_on_host", "tokens_per_s", "ttft_s"]].round(2).head(15)

# %% [markdown]
# ## One model, every file
#
# 70B parameters do not fit: fewer bits, or layers in the host's memory. Each layer there costs its bytes over less than half of the host's
# bandwidth, so speed falls off as soon as the first one goes.

# %%
large = gb.fit("llama-3.3-70b", "rtx-4090", ram_gib=64, cpu="ryzen-7950x")
large.frame()[["type", "bits_per_weight", "gpu_layers", "tokens_per_s", "ttft_s", "divergence"]].round(3)

# %%
ax = gb.plot.fit_speeds(large)

# %% [markdown]
# ## Mixtures of experts
#
# Of a mixture only the experts go: a token reads few of them, so most of the model may lie on the host.

# %%
moe = gb.fit("qwen3-30b-a3b", "rtx-3060-12", ram_gib=32, cpu="ryzen-7950x")
moe.frame()[["type", "file_gib", "layers", "experts_on_host", "tokens_per_s", "host_gib"]].round(2)

# %% [markdown]
# ## How to run it, how to check it
#
# The line that starts it, and the one whose figures are the predicted ones.

# %%
row = moe.frame().set_index("type").loc["q4_k_m"]
print(row.server_line)
print(row.bench_line)

# %% [markdown]
# ## Which card would
#
# The same model over the devices of the catalog: at least 40 tokens per second, the slowest that make it first.

# %%
cards = gb.fit("llama-3.1-8b", types="q5_k_m", tokens_per_s=40).frame()
cards.sort_values("tokens_per_s")[["machine", "gpu_layers", "tokens_per_s", "tokens_per_s_low", "greatest_context"]].round(1).head(12)
