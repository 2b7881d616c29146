# SPDX-License-Identifier: Apache-2.0
"""Fuzz: whatever Hypothesis thinks of, in a process of its own, so that a crash is a failure and not the end."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE  # and the settings that it loads
from hypothesis import given, settings
from hypothesis import strategies as st

import gambrel as gb

MODEL = "Qwen/Qwen3-0.6B"
CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "num_hidden_layers": 2,
    "hidden_size": 256,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 512,
    "vocab_size": 1000,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}
FAMILIES = sorted({gb.model(name).family for name in gb.models()})

numbers = st.one_of(
    st.floats(),
    st.integers(),
    st.sampled_from([0, 1, 2, 3, 8, 64, 1e-9, 0.5, 1e9, 2**31, 2**32, 2**63, 2**64, 1e308, -1, -1e-300]),
)
anything = st.one_of(
    numbers,
    st.none(),
    st.booleans(),
    st.binary(max_size=8),
    st.text(st.characters(), max_size=20),
    st.builds(
        "{}{}{}".format, numbers, st.sampled_from(["", " "]), st.sampled_from(["GiB", "ms", "$/h", "1/s", "tok", "%"])
    ),
    st.builds("{}:{}:{}".format, st.sampled_from(["uniform", "lognormal", "gamma", "mmpp"]), numbers, numbers),
    st.lists(numbers, max_size=5),
    st.tuples(numbers, numbers),
    st.dictionaries(st.text(max_size=5), numbers, max_size=3),
)
nested = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=10)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def plausible(terms: type) -> st.SearchStrategy[dict[str, Any]]:
    """A few keywords with values of any kind, most of the small ones right."""
    counts = st.sampled_from([1, 1, 2, 3, 4, 8, 0, -1, 2.5, 10**9])
    shares = st.sampled_from([0, 0.1, 0.5, 1, 1.5, math.nan])
    lengths = st.one_of(st.sampled_from([1, 16, 500, 1e5, 0, 0.5, (5, 50), "lognormal:100:2", [3, 9, 200]]), anything)
    words = st.sampled_from(
        [*gb.runtimes(), "steady", "benchmark", "fp8", "int4", "q4_k_m", "random", "poisson", "gamma:3"]
    )
    of_name = {"prompt": lengths, "output": lengths, "prefix_hit": shares, "tp": counts, "pp": counts, "turns": lengths}
    strategies = {k: of_name.get(k, st.one_of(counts, shares, words, anything)) for k in terms.__annotations__}
    return st.lists(st.sampled_from(sorted(strategies)), max_size=4, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: strategies[name] for name in names})
    )


def answer(ask: Any) -> None:
    try:
        found = ask()
    except gb.Error as e:
        assert str(e)
        return
    text = json.dumps(found.to_dict(), allow_nan=False)
    assert found.__class__.__name__ in repr(found)
    assert json.loads(text) == found.to_dict()


@settings(max_examples=600)
@given(plausible(gb.Terms))
def fuzz_predict(terms: dict[str, Any]) -> None:
    answer(lambda: gb.predict(MODEL, DEVICE, **terms))


@settings(max_examples=300)
@given(plausible(gb.LoadTerms), st.sampled_from([{"rate_per_s": 3}, {"concurrency": 9}, {}]))
def fuzz_serve(terms: dict[str, Any], load: dict[str, Any]) -> None:
    answer(lambda: gb.serve(MODEL, DEVICE, **{**load, **terms}))


@settings(max_examples=300)
@given(plausible(gb.SimulationTerms), st.sampled_from([{"rate_per_s": 3}, {"concurrency": 9}, {}]))
def fuzz_simulate(terms: dict[str, Any], load: dict[str, Any]) -> None:
    if isinstance(terms.get("requests"), (int, float)) and terms["requests"] > 1000:
        terms["requests"] = 1000
    answer(lambda: gb.simulate(MODEL, DEVICE, **{"requests": 20, "warm_up": 0, **load, **terms}))


@settings(max_examples=400)
@given(st.dictionaries(st.sampled_from([*CONFIG, "num_experts", "head_dim", "sliding_window", "quantization_config",
                                        "rope_scaling", "text_config", "layer_types", "kv_lora_rank"]), nested, max_size=3),
       st.sampled_from(FAMILIES))  # fmt: skip
def fuzz_configurations(changes: dict[str, Any], family: str) -> None:
    answer(lambda: gb.predict({**CONFIG, "model_type": family, **changes}, DEVICE))


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(["name", "class", "memory", "peak", "power", "scale_up", "cache", "year", "vendor",
                                        "list_price"]), nested, max_size=3), nested, nested)  # fmt: skip
def fuzz_datasheets(changes: dict[str, Any], capacity: Any, bandwidth: Any) -> None:
    sheet = {"name": "own", "class": "datacenter_gpu", "memory": {"capacity": "96 GB", "bandwidth": "4 TB/s"},
             "peak": {"bf16": "1000 TFLOP/s"}}  # fmt: skip
    answer(lambda: gb.predict(MODEL, {**sheet, **changes}))
    answer(lambda: gb.predict(MODEL, {**sheet, "memory": {"capacity": capacity, "bandwidth": bandwidth}}))


@settings(max_examples=200)
@given(st.lists(st.dictionaries(st.sampled_from(["metric", "value", "unit", "hardware", "model", "framework", "tp",
                                                 "input_len", "output_len", "concurrency"]), nested, max_size=10),
                max_size=3))  # fmt: skip
def fuzz_tables(rows: list[dict[str, Any]]) -> None:
    whole = {"metric": "tpot", "value": 5, "unit": "ms", "hardware": "H100-SXM-80GB", "model": MODEL, "framework": "vllm",
             "tp": 1, "input_len": 100, "output_len": 10, "concurrency": 1}  # fmt: skip
    answer(lambda: gb.validate([{**whole, **r} for r in rows]))
    answer(lambda: gb.calibrate([{**whole, **r} for r in rows], device=DEVICE))


@settings(max_examples=200)
@given(st.binary(max_size=200))
def fuzz_files(content: bytes) -> None:
    file = Path(sys.argv[2]) / "config.json"
    for data in (content, json.dumps(CONFIG).encode()[: len(content)] + content, content + json.dumps(CONFIG).encode()):
        file.write_bytes(data)
        answer(lambda: gb.predict(file, DEVICE))
        answer(lambda: gb.predict(MODEL, file))
        answer(lambda: gb.validate(file))
        answer(lambda: gb.simulate(MODEL, DEVICE, trace=file))


FUZZERS = [name for name in list(globals()) if name.startswith("fuzz_")]


@pytest.mark.parametrize("fuzzer", FUZZERS)
def test_fuzz(fuzzer: str, tmp_path: Path) -> None:
    line = [sys.executable, "-X", "faulthandler", "-W", "ignore", __file__, fuzzer, str(tmp_path)]
    ran = subprocess.run(line, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-6000:]


if __name__ == "__main__":
    globals()[sys.argv[1]]()
