# SPDX-License-Identifier: Apache-2.0
"""AIConfigurator: its `cli_estimate`, and a session kept between calls, on the kernel tables it ships."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from timing import QUESTION, Ask, report

MODEL, DEVICE, BACKEND = "meta-llama/Meta-Llama-3.1-70B", "h100_sxm", "vllm"


def figures(row: Any) -> dict[str, Any]:
    return {
        "ttft_s": float(row["ttft"]) / 1e3,
        "tpot_s": float(row["tpot"]) / 1e3,
        "output_tok_s": float(row["tokens/s"]),
    }


def session() -> Any:
    """A model on a loaded database, for one question after the other."""
    from aiconfigurator.sdk.backends.factory import get_backend
    from aiconfigurator.sdk.config import ModelConfig
    from aiconfigurator.sdk.inference_session import InferenceSession
    from aiconfigurator.sdk.models import get_model
    from aiconfigurator.sdk.perf_database import get_database_view, get_latest_database_version

    database = get_database_view(DEVICE, BACKEND, get_latest_database_version(DEVICE, BACKEND))
    model = get_model(MODEL, ModelConfig(tp_size=QUESTION["tp"], pp_size=1), BACKEND)
    return InferenceSession(model, database, get_backend(BACKEND))


def prepare() -> tuple[dict[str, Any], dict[str, Ask]]:
    from aiconfigurator.cli.api import cli_estimate
    from aiconfigurator.sdk.config import RuntimeConfig

    kept: list[Any] = []

    def estimate(prompt: int, mode: str) -> dict[str, Any]:
        found = cli_estimate(
            MODEL,
            DEVICE,
            mode=mode,
            backend_name=BACKEND,
            isl=prompt,
            osl=QUESTION["output"],
            batch_size=QUESTION["batch"],
            tp_size=QUESTION["tp"],
        )
        return figures(found.raw)

    def in_session(prompt: int) -> dict[str, Any]:
        if not kept:
            kept.append(session())
        load = RuntimeConfig(batch_size=QUESTION["batch"], isl=prompt, osl=QUESTION["output"])
        return figures(kept[0].run_static(runtime_config=load, mode="static", stride=32).get_result_dict())

    ways: dict[str, Ask] = {
        "run_static of a kept session": in_session,
        "cli_estimate, mode static": lambda prompt: estimate(prompt, "static"),
        "cli_estimate, mode agg": lambda prompt: estimate(prompt, "agg"),
    }
    return {"name": "AIConfigurator", "version": version("aiconfigurator")}, ways


if __name__ == "__main__":
    report(prepare)
