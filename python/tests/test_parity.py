# SPDX-License-Identifier: Apache-2.0
"""What the command prints as JSON is what Python has: every key of a prediction is an attribute of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE, MODEL

import gambrel as gb

#: Keys that are the question, the verdict in other words, or stand in `text`.
BESIDE = {"gambrel", "inputs", "start", "ask_simulator"}
OWN: dict[str, Any] = {
    "name": "ours",
    "like": "vllm",
    "scheduling": {"token_budget": 4096},
    "host": {"per_step": "700 us"},
    "memory": {"fraction": 0.8},
}


def test_every_key_of_a_prediction_is_an_attribute() -> None:
    p = gb.predict(MODEL, DEVICE, concurrency=8)
    for key in p.to_dict().keys() - BESIDE:
        assert hasattr(p, key), key
    assert p.queued == p.to_dict()["queued"]["value"]
    assert set(p.passes) == {"decode", "prefill", "of_a_prompt"}
    assert p.notes == []


def test_a_runtime_of_one_s_own_is_the_same_from_a_file_a_mapping_and_the_command(command: str, tmp_path: Path) -> None:
    file = tmp_path / "ours.json"
    file.write_text(json.dumps(OWN), encoding="utf-8")
    answers = [
        gb.predict(MODEL, DEVICE, runtime=given, concurrency=64).to_dict()
        for given in (gb.runtime(OWN), gb.runtime(file), gb.runtime(str(file)), str(file))
    ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["inputs"]["runtime"] == "ours"
    assert answers[0]["tpot"] != gb.predict(MODEL, DEVICE, runtime="vllm", concurrency=64).to_dict()["tpot"]
    asked = [command, "predict", "--model", MODEL, "--device", DEVICE, "--runtime", str(file), "--concurrency", "64"]
    shown = subprocess.run([*asked, "--json"], capture_output=True, text=True, check=True).stdout
    assert json.loads(shown) == answers[0]
    printed = subprocess.run([command, "runtime", str(file), "--json"], capture_output=True, text=True, check=True).stdout
    assert json.loads(printed) == gb.runtime(OWN).to_dict()


def test_a_runtime_of_one_s_own_takes_settings_and_is_swept() -> None:
    pytest.importorskip("pandas")
    software = gb.runtime(OWN, max_sequences=8)
    assert software == gb.runtime(OWN, max_num_seqs=8) != gb.runtime(OWN)
    assert eval(repr(software), {"gambrel": gb, "null": None, "true": True}) == software
    rows = gb.sweep([MODEL], [DEVICE], runtime=software, concurrency=[4, 64])
    assert list(rows["runtime"]) == ["ours", "ours"]
    for clients, rate in zip((4, 64), rows["output_tokens_per_s"]):
        asked = gb.predict(MODEL, DEVICE, runtime=software, concurrency=clients)
        assert rate == pytest.approx(asked.output_throughput.value)


def test_a_wrong_runtime_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(gb.Error, match="needs \"like\""):
        gb.runtime({"name": "ours"})
    with pytest.raises(gb.Error, match="token_budgt"):
        gb.runtime({"like": "vllm", "scheduling": {"token_budgt": 3}})
    with pytest.raises(gb.Error, match="cannot be read"):
        gb.runtime(tmp_path / "none.json")
