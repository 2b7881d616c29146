# SPDX-License-Identifier: Apache-2.0
# %% [markdown]
# # My server is slow: why?
#
# A benchmark says that tokens come late. Which of a dozen causes is it, and what should be measured next? `gb.diagnose` sets every
# number of a file against its prediction and weighs suspects, each of them a change of the question that `gb.predict` answers too.
#
# Here the "server" is a prediction with one thing wrong, written as `vllm bench serve` writes its results, so that the answer is known.

# %%
import json
import random
import tempfile
from pathlib import Path

import gambrel as gb

MODEL, DEVICE = "meta-llama/Llama-3.1-8B-Instruct", "h100-sxm"
LOADS = (1, 8, 32, 128)
folder = Path(tempfile.mkdtemp())
draw = random.Random(7)


def measured(name: str, **wrong: object) -> Path:
    """Results of a sweep over clients of a server with `wrong` settings, 3 % of noise on every time."""
    to = folder / name
    to.mkdir()
    for clients in LOADS:
        p = gb.predict(MODEL, DEVICE, prompt=2048, output=256, concurrency=clients, **wrong)
        ttft, tpot = (t.value * draw.gauss(1.0, 0.03) for t in (p.ttft, p.tpot))
        rate = clients / (ttft + 255 * tpot)
        n = 10 * clients
        run = {
            "backend": "vllm", "model_id": MODEL, "max_concurrency": clients, "num_prompts": n, "completed": n,
            "duration": n / rate, "total_input_tokens": n * 2048, "total_output_tokens": n * 256,
            "request_throughput": rate, "output_throughput": 256 * rate, "mean_ttft_ms": 1e3 * ttft, "mean_tpot_ms": 1e3 * tpot,
        }
        (to / f"{clients}.json").write_text(json.dumps(run))
    return to


# %% [markdown]
# ## A server as it should be

# %%
well = gb.diagnose(measured("well"), device=DEVICE)
print(well)

# %% [markdown]
# Nothing lies outside its range by more than chance. Now somebody started it with `--enforce-eager`: every kernel of every pass is launched by the
# host.

# %%
slow = gb.diagnose(measured("slow", enforce_eager=True), device=DEVICE)
print(slow.says)
slow.to_frame()[["clients", "number", "measured", "predicted", "low", "high", "deviations"]].round(4)

# %% [markdown]
# The step is late by the same time at every load, which is what launches do; a slower kernel would show in the slope. The waterfall goes from the predicted
# time per token to the measured one.

# %%
gb.plot.waterfall(slow, run=0);

# %% [markdown]
# ## When one file cannot say
#
# With fewer slots than clients, requests wait. So they do when the KV cache has less room than it should: a benchmark alone cannot tell
# the two apart, and says so, with the measurement that can.

# %%
unsure = gb.diagnose(measured("few slots", max_sequences=48), device=DEVICE)
print(unsure.says)
unsure.next

# %% [markdown]
# Two scrapes of `/metrics` beside the results would show how full the cache was. `docs/how-to-your-files.md` lists all that can be brought: profiles, traces, the
# board's clocks.
#
# ## A run from before
#
# The prediction itself is off by something on every machine. A run of the same server while it was well takes that out, so that smaller changes
# show: `before=`.

# %%
with_before = gb.diagnose(measured("slow again", enforce_eager=True), device=DEVICE, before=folder / "well")
[(s["suspect"], round(s["weight"], 3), round(s["factor"]["value"], 2)) for s in with_before.suspects[:3]]
