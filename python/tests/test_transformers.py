# SPDX-License-Identifier: Apache-2.0
"""Configurations of transformers as config.json: duck-typed stand-ins, and the library itself where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gambrel._error import Error
from gambrel.ask._transformers import config_of, is_config

#: Llama-3.1-8B's config.json, as published.
llama = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "max_position_embeddings": 131072,
    "num_attention_heads": 32,
    "num_hidden_layers": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "rms_norm_eps": 1e-05,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}


class DType:
    """As torch prints a dtype."""

    def __repr__(self) -> str:
        return "torch.bfloat16"


class LlamaConfig:
    model_type = "llama"

    def __init__(self, values: Any) -> None:
        self.values = values

    def to_dict(self) -> Any:
        return self.values


LlamaConfig.__module__ = "transformers.models.llama.configuration_llama"


class LlamaForCausalLM:
    def __init__(self, values: Any) -> None:
        self.config = LlamaConfig(values)


def test_a_configuration() -> None:
    assert json.loads(config_of(LlamaConfig(llama))) == llama
    assert json.loads(config_of(LlamaConfig({**llama, "_name_or_path": ""}))) == llama


def test_a_model_with_a_configuration() -> None:
    without = {k: v for k, v in llama.items() if k != "architectures"}
    assert json.loads(config_of(LlamaForCausalLM(without))) == llama


def test_what_is_not_json() -> None:
    values = {
        **llama,
        "torch_dtype": DType(),
        "eos": {1},
        "text_config": LlamaConfig({"a": (1, 2)}),
        "x": float("inf"),
    }
    read = json.loads(config_of(LlamaConfig(values)))
    assert read["torch_dtype"] == "bfloat16"
    assert (read["eos"], read["text_config"], read["x"]) == ([1], {"a": [1, 2]}, None)


def test_the_class_knows_the_type_that_the_values_lack() -> None:
    assert json.loads(config_of(LlamaConfig({"hidden_size": 8})))["model_type"] == "llama"


def test_a_class_of_ones_own_that_derives_from_theirs() -> None:
    class Mine(LlamaConfig):
        pass

    assert is_config(Mine(llama))


class Circle:
    def to_dict(self) -> dict[str, Any]:
        return {"again": self}


@pytest.mark.parametrize("thing", [None, 3, "llama", llama, object(), LlamaConfig, Circle()])
def test_what_is_no_configuration(thing: Any) -> None:
    assert not is_config(thing)
    with pytest.raises(Error, match="a transformers configuration or a model with one is read"):
        config_of(thing)


@pytest.mark.parametrize(
    ("values", "words"),
    [([1], "gave list"), ({"again": Circle()}, "nested too deep")],
)
def test_configurations_that_cannot_be_written(values: Any, words: str) -> None:
    with pytest.raises(Error, match=words):
        config_of(LlamaConfig(values))


def test_a_configuration_that_fails() -> None:
    class Broken(LlamaConfig):
        def to_dict(self) -> Any:
            raise KeyError("hidden_size")

    with pytest.raises(Error, match="to_dict\\(\\) of Broken failed"):
        config_of(Broken({}))


def test_the_library_itself() -> None:
    transformers = pytest.importorskip("transformers")
    config = transformers.LlamaConfig(
        **{k: v for k, v in llama.items() if k not in ("model_type", "torch_dtype")}, torch_dtype="bfloat16"
    )
    read = json.loads(config_of(config))
    assert {k: read[k] for k in ("model_type", "hidden_size", "num_key_value_heads", "vocab_size")} == {
        k: llama[k] for k in ("model_type", "hidden_size", "num_key_value_heads", "vocab_size")
    }


def test_the_command_reads_it(tmp_path: Path) -> None:
    command = os.environ.get("GAMBREL_COMMAND", "")
    if not command or not os.access(command, os.X_OK):
        pytest.skip("GAMBREL_COMMAND does not name the built gambrel command")

    def answer(model: list[str]) -> dict[str, Any]:
        ask = [command, "predict", *model, "--device", "h100-sxm", "--json"]
        found: dict[str, Any] = json.loads(subprocess.run(ask, capture_output=True, text=True, check=True).stdout)
        return found

    (tmp_path / "config.json").write_text(config_of(LlamaConfig({**llama, "torch_dtype": DType()})))
    mine, catalog = answer(["--config", str(tmp_path / "config.json")]), answer(["--model", "llama-3.1-8b"])
    assert mine["tpot"] == catalog["tpot"]
    assert mine["memory"] == catalog["memory"]
