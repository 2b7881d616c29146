# SPDX-License-Identifier: Apache-2.0
"""llm-analysis: its `infer`. Its nearest shipped model is a Llama-2-70B (vocabulary 32000, FFN width given as 32768).

It takes the shares of the peaks that are reached from the caller; these are the ones its documentation speaks of.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from timing import QUESTION, Ask, report


def prepare() -> tuple[dict[str, Any], dict[str, Ask]]:
    from llm_analysis.analysis import infer

    def static(prompt: int) -> dict[str, Any]:
        found = infer(
            model_name="upstage_Llama-2-70b-instruct-v2",
            gpu_name="h100-sxm-80gb",
            dtype_name="w16a16e16",
            log_level="CRITICAL",
            batch_size_per_gpu=QUESTION["batch"],
            tp_size=QUESTION["tp"],
            seq_len=prompt,
            num_tokens_to_generate=QUESTION["output"],
            flops_efficiency=0.5,
            hbm_memory_efficiency=0.65,
        )
        return {
            "ttft_s": found["prefill_latency"],
            "tpot_s": found["decode_latency"],
            "output_tok_s": found["decode_tokens_per_sec"],
        }

    return {"name": "llm-analysis", "version": version("llm-analysis")}, {"infer": static}


if __name__ == "__main__":
    report(prepare)
