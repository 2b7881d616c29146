# SPDX-License-Identifier: Apache-2.0
"""Names as people type them: the same in Python and in the command, said in the answer."""

from __future__ import annotations

import json
import pickle
import subprocess
from pathlib import Path

import pytest

import gambrel as gb

CASES = [
    ("Qwen/Qwen3-8B-AWQ", "Qwen/Qwen3-8B", "int4"),
    ("RedHatAI/Llama-3.3-70B-Instruct-FP8-dynamic", "meta-llama/Llama-3.3-70B-Instruct", "fp8"),
    ("llama3.1:8b", "meta-llama/Llama-3.1-8B-Instruct", "q4_k_m"),
    ("https://huggingface.co/Qwen/Qwen3-8B", "Qwen/Qwen3-8B", ""),
    ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", ""),
    ("zai-org/GLM-4.7", "zai-org/GLM-4.7", ""),
]


@pytest.mark.parametrize(("typed", "name", "weights"), CASES)
def test_models_by_the_names_that_people_type(typed: str, name: str, weights: str) -> None:
    m = gb.model(typed)
    assert (m.name, m.weights) == (name, weights)
    assert pickle.loads(pickle.dumps(m)) == m
    assert bool(m.remark) == (typed != name and "://" not in typed)  # an address says it itself


def test_a_format_in_the_name_is_that_of_the_answer_and_gives_way_to_a_stated_one() -> None:
    named = gb.predict("Qwen/Qwen3-8B-AWQ", "h100").to_dict()
    stated = gb.predict("Qwen/Qwen3-8B", "h100", weights="int4").to_dict()
    assert named["tpot"] == stated["tpot"]
    assert named["notes"] == ['"Qwen/Qwen3-8B-AWQ" is Qwen/Qwen3-8B with weights in int4']
    over = gb.predict("Qwen/Qwen3-8B-AWQ", "h100", weights="fp8")
    assert over.to_dict()["tpot"] == gb.predict("Qwen/Qwen3-8B", "h100", weights="fp8").to_dict()["tpot"]
    assert any("hold over int4 of the name" in note for note in over.notes)
    assert gb.model("Qwen/Qwen3-8B-AWQ") != gb.model("Qwen/Qwen3-8B")


def test_a_gguf_name_runs_under_llama_cpp() -> None:
    assert gb.predict("llama3.1:8b", "rtx-4090").to_dict()["inputs"]["runtime"].startswith("llama.cpp")
    pytest.importorskip("pandas")
    assert all(r.startswith("llama.cpp") for r in gb.sweep(["llama3.1:8b"], ["rtx-4090"])["runtime"])


@pytest.mark.parametrize(
    ("typed", "name", "count"),
    [
        ("NVIDIA H100 80GB HBM3", "h100-sxm", 0),
        ("4090", "rtx-4090", 0),
        ("RTX 5070 Ti", "rtx-5070ti", 0),
        ("Radeon 8060S", "strix-halo", 0),
        ("M4 Max", "apple-m4-max-40", 0),
        ("p5.48xlarge", "h100-sxm", 8),
        ("8x H100", "h100-sxm", 8),
    ],
)
def test_devices_by_what_tools_print_and_clouds_rent(typed: str, name: str, count: int) -> None:
    d = gb.device(typed)
    assert (d.name, d.count) == (name, count)
    assert pickle.loads(pickle.dumps(d)).count == count


def test_the_count_of_a_machine_is_said() -> None:
    notes = gb.predict("Qwen/Qwen3-8B", "p5.48xlarge", tp=2).notes
    assert notes == ['"p5.48xlarge" is 8 x h100-sxm, of which 2 are asked about: --tp and --replicas say how many']
    assert gb.predict("Qwen/Qwen3-8B", "h100", tp=2).notes == []


def test_the_command_says_the_same(command: str) -> None:
    asked = [command, "predict", "--model", "Qwen/Qwen3-8B-AWQ", "--device", "p5.48xlarge", "--json"]
    told = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    assert told == gb.predict("Qwen/Qwen3-8B-AWQ", "p5.48xlarge").to_dict()


@pytest.mark.parametrize(
    ("make", "wrong", "near"),
    [
        (gb.model, "Qwen/Qwen3-9B", "nearest are Qwen/Qwen3-8B"),
        (gb.model, "ISTA-DASLab/Meta-Llama-3-8B-Instruct-AQLM-2Bit-1x16", "config.json"),
        (gb.device, "RTX 5071", "nearest are rtx-5070"),
        (gb.device, "MI352X", "nearest are mi35"),
    ],
)
def test_names_that_are_none_have_neighbours_of_their_kind(make: object, wrong: str, near: str) -> None:
    with pytest.raises(gb.Error, match=near):
        make(wrong)  # type: ignore[operator]


def test_what_a_configuration_leaves_out_is_listed(command: str, tmp_path: Path) -> None:
    config = {"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 2, "num_attention_heads": 32,
              "intermediate_size": 14336, "vocab_size": 128256}  # fmt: skip
    m = gb.model(config)
    assumed = {a["key"]: (a["value"], a["why"]) for a in m.assumed}
    assert assumed["num_key_value_heads"] == ("32", "as many as num_attention_heads")
    assert "hidden_size" not in assumed
    assert m.to_dict()["assumed"] == m.assumed
    assert gb.model("Qwen/Qwen3-8B").assumed == []
    file = tmp_path / "config.json"
    file.write_text(json.dumps(config), encoding="utf-8")
    shown = subprocess.run([command, "model", str(file)], capture_output=True, text=True, check=True).stdout
    assert "as many as num_attention_heads" in shown
    told = json.loads(subprocess.run([command, "model", str(file), "--json"], capture_output=True, text=True, check=True).stdout)
    assert told["assumed"] == m.assumed


def test_active_parameters_with_and_without_the_embedding() -> None:
    untied, tied = gb.model("Qwen/Qwen3-8B"), gb.model("Qwen/Qwen3-4B")
    assert untied.active_parameters - untied.active_parameters_without_embedding == 151936 * 4096
    assert tied.active_parameters == tied.active_parameters_without_embedding
