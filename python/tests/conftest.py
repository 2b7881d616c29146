# SPDX-License-Identifier: Apache-2.0
"""What several tests ask for: the command, the measured tables, a device and a model of one's own."""

from __future__ import annotations

import os
import subprocess
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

# The same examples in every run, and nothing written beside the tests.
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "gambrel-hypothesis")
settings.register_profile(
    "tree", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tree")

MODEL = "meta-llama/Llama-3.1-8B-Instruct"
LARGE_MODEL = "meta-llama/Llama-3.1-70B-Instruct"
DEVICE = "h100-sxm"
PYTHON_FOLDER = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def command() -> str:
    """The C++ program, which GAMBREL_COMMAND names."""
    program = os.environ.get("GAMBREL_COMMAND", "")
    if not program:
        pytest.skip("GAMBREL_COMMAND names no program: there is nothing to compare with")
    assert os.access(program, os.X_OK), f"GAMBREL_COMMAND is {program}, which cannot be run"
    subprocess.run([program, "--help"], check=True, capture_output=True, timeout=60)
    return program


@pytest.fixture(scope="session")
def ureg() -> Any:
    """A registry of pint, whose older versions warn about themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("pint").UnitRegistry()


@pytest.fixture(scope="session")
def datasheet() -> dict[str, Any]:
    """A device of one's own: figures as text with units."""
    return {
        "name": "own",
        "class": "datacenter_gpu",
        "memory": {"capacity": "96 GB", "bandwidth": "4 TB/s"},
        "peak": {"bf16": "1000 TFLOP/s"},
        "power": {"limit": "700 W"},
    }


@pytest.fixture(scope="session")
def config() -> dict[str, Any]:
    """The config.json of Llama 3.1 8B, as published."""
    return {
        "_name_or_path": "someone/own-8b",
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "num_hidden_layers": 32,
        "hidden_size": 4096,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "intermediate_size": 14336,
        "vocab_size": 128256,
        "tie_word_embeddings": False,
        "max_position_embeddings": 131072,
        "torch_dtype": "bfloat16",
    }


@pytest.fixture(scope="session")
def rows() -> list[dict[str, Any]]:
    """Measured rows in the columns of `gambrel validate`: made up, near what is likely."""
    of_all = {
        "hardware": "H100-SXM-80GB",
        "model": "Qwen/Qwen3-32B",
        "framework": "vllm",
        "weight_format": "bf16",
        "tp": 2,
        "input_len": 1024,
        "output_len": 128,
        "metric": "tpot",
        "unit": "ms",
    }
    measured = {1: 14.0, 2: 14.2, 4: 14.5, 8: 15.2, 16: 16.6, 32: 18.5}
    return [{**of_all, "concurrency": n, "value": value} for n, value in measured.items()]
