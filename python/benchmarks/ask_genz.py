# SPDX-License-Identifier: Apache-2.0
"""GenZ-LLM: its prefill and its decode model, which together answer the question."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from timing import QUESTION, Ask, report


def prepare() -> tuple[dict[str, Any], dict[str, Ask]]:
    from GenZ import decode_moddeling, prefill_moddeling

    common = {
        "model": "meta-llama/Llama-3.1-70B",
        "system_name": "H100_GPU",
        "bits": "bf16",
        "batch_size": QUESTION["batch"],
        "tensor_parallel": QUESTION["tp"],
    }

    def static(prompt: int) -> dict[str, Any]:
        prefill = prefill_moddeling(input_tokens=prompt, **common)
        decode = decode_moddeling(input_tokens=prompt, output_tokens=QUESTION["output"], Bb=1, **common)
        return {
            "ttft_s": prefill["Latency"] / 1e3,
            "tpot_s": decode["Latency"] / 1e3,
            "output_tok_s": decode["Throughput"],
        }

    return {"name": "GenZ-LLM", "version": version("genz-llm")}, {"prefill_moddeling + decode_moddeling": static}


if __name__ == "__main__":
    report(prepare)
