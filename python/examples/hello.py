# SPDX-License-Identifier: Apache-2.0
import gambrel as gb

MODEL, LOAD = "meta-llama/Llama-3.1-70B-Instruct", {"prompt": 2048, "output": 256}
p = gb.predict(MODEL, "h100-sxm", tp=4, weights="fp8", kv="fp8", concurrency=64, **LOAD)
print(p.tpot, "|", p.output_throughput, "|", p.tpot < "60 ms")

gpus = ["h100-sxm", "h200-sxm", "b200-sxm", "mi300x"]
limits = {"max_ttft_ms": 500, "max_tpot_ms": 30}
frame = gb.sweep(MODEL, gpus, weights="fp8", tp=[1, 2, 4, 8], concurrency=range(1, 257), **LOAD, **limits)
cheapest = frame.sort_values("usd_per_million_output_tokens").groupby("device", observed=True).first()
print(cheapest[["tp", "concurrency", "tpot_s", "usd_per_million_output_tokens"]].round(3))
