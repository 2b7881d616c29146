# SPDX-License-Identifier: Apache-2.0
# %% [markdown]
# # What will my fine-tune cost
#
# Will it fit on the card I have, how long does it take, and what does renting another cost? `finetune` answers for one to eight devices
# without running anything; where it does not fit it says by how much, and which single change does.

# %%
import gambrel as gb

full = gb.finetune("llama-3.1-8b", "rtx-4090", tokens=5e7)
print(full)

# %% [markdown]
# ## What would fit
#
# One change alone, those that fit first. Adapters leave the base without gradients and optimizer; a 4-bit base is a quarter of its weights again.

# %%
full.changes()[["words", "fits", "memory_gib", "step_s"]].round(1)

# %%
methods = {m: gb.finetune("llama-3.1-8b", "rtx-4090", tokens=5e7, method=m) for m in ("full", "lora", "qlora")}
ax = gb.plot.training_memory(list(methods.values()))

# %% [markdown]
# ## Which card
#
# 50 million tokens of adapters on five cards at the median of known quotes: of the three with HBM the dearer hour is the cheaper run.

# %%
import pandas as pd

rows = []
for card in ("rtx-4090", "l40s", "a100-sxm-80", "h100-sxm", "b200-sxm"):
    t = gb.finetune("llama-3.1-8b", card, method="lora", tokens=5e7)
    rows.append({"card": card, "fits": t.fits, "micro_batch": t.layout["micro_batch"], "hours": t.hours, "usd": t.cost_usd})
pd.DataFrame(rows).round(2)

# %% [markdown]
# ## Where the time goes
#
# A board that trains is held by its power limit: kernel tables time bursts, a step does not end.

# %%
h100 = gb.finetune("llama-3.1-8b", "h100-sxm", method="lora", tokens=5e7)
ax = gb.plot.training_time(h100)

# %% [markdown]
# ## More cards, all parameters
#
# Eight H100: the layout is searched, and what comes next is listed.

# %%
eight = gb.train("llama-3.1-8b", "h100-sxm", devices=8, sequence=8192, tokens=1e9, layouts=5)
eight.layouts()[["tp", "pp", "dp", "zero", "micro_batch", "recompute", "step_s", "memory_gib", "fits"]].round(1)
