# SPDX-License-Identifier: Apache-2.0
"""Launch lines of servers: the published ones of tests/ask/launches.csv, and what they make of a prediction."""

from __future__ import annotations

import csv
import json
import pickle
import subprocess
from pathlib import Path

import pytest
from conftest import DEVICE

import gambrel as gb

LINES = list(csv.DictReader((Path(__file__).parents[2] / "tests/ask/launches.csv").open(encoding="utf-8")))
LINE = "vllm serve Qwen/Qwen3-32B -tp 4 --max-num-seqs 64 --no-enable-prefix-caching --enforce-eager --port 8000"


@pytest.mark.parametrize("row", LINES, ids=[f"line {i + 2}" for i in range(len(LINES))])
def test_published_lines_are_read_or_refused_by_name(row: dict[str, str]) -> None:
    line = gb.launch(row["line"])
    refused = [f["flag"] for f in line.to_dict()["flags"] if f["effect"] == "refused"]
    assert "; ".join(refused) == row["refused"]
    assert line.understood == (not refused)
    if refused:
        with pytest.raises(gb.Error, match="not understood") as caught:
            line.terms  # noqa: B018
        assert all(flag in str(caught.value) for flag in refused)
    else:
        assert {k for k in line.terms if k != "runtime"} == {k.split("=")[0] for k in row["keywords"].split()}


def test_a_line_asks_as_its_keywords_do() -> None:
    line = gb.launch(LINE)
    assert line.model == "Qwen/Qwen3-32B"
    assert line.terms == {
        "runtime": "vllm",
        "tp": 4,
        "max_sequences": 64.0,
        "prefix_cache": False,
        "enforce_eager": True,
    }
    by_line = gb.predict(line.model, DEVICE, **line.terms, concurrency=32)
    by_hand = gb.predict("Qwen/Qwen3-32B", DEVICE, tp=4, max_sequences=64, enforce_eager=True, concurrency=32)
    assert by_line.tpot == by_hand.tpot
    assert by_line.tpot != gb.predict("Qwen/Qwen3-32B", DEVICE, tp=4, max_sequences=64, concurrency=32).tpot


def test_the_command_reads_the_same(command: str) -> None:
    shown = subprocess.run([command, "launch", LINE, "--json"], capture_output=True, text=True, check=True).stdout
    assert json.loads(shown) == gb.launch(LINE).to_dict()
    asked = [command, "predict", "--launch", LINE, "--device", DEVICE, "--concurrency", "32", "--json"]
    answer = json.loads(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    line = gb.launch(LINE)
    assert answer == gb.predict(line.model, DEVICE, **line.terms, concurrency=32).to_dict()


def test_a_launch_travels_and_is_shown() -> None:
    line = gb.launch(LINE)
    assert pickle.loads(pickle.dumps(line)) == line
    assert eval(repr(line), {"gambrel": gb}) == line
    assert "no effect on speed\n  --port 8000" in str(line)


def test_what_starts_no_server_is_an_error() -> None:
    with pytest.raises(gb.Error, match="starts no server"):
        gb.launch("python train.py")
    with pytest.raises(gb.Error):
        gb.launch(3)  # type: ignore[arg-type]


def test_notes_say_what_has_no_effect() -> None:
    assert "notes" not in gb.predict("Qwen/Qwen3-32B", DEVICE).to_dict()
    notes = gb.predict("Qwen/Qwen3-32B", DEVICE, micro_batch=64).to_dict()["notes"]
    assert notes == ["micro_batch has no effect: vllm computes what a step holds at once"]


@pytest.mark.parametrize(
    ("alias", "name", "value"),
    [
        ("no_enable_prefix_caching", "prefix_cache", True),
        ("disable_radix_cache", "prefix_cache", True),
        ("no_chunked_prefill", "chunked_prefill", True),
        ("disable_overlap_schedule", "async_scheduling", True),
    ],
)
def test_names_that_say_no(alias: str, name: str, value: bool) -> None:
    asked = {"prefix_hit": 0.5, "concurrency": 64}
    by_alias = gb.predict("Qwen/Qwen3-32B", DEVICE, **asked, **{alias: value}).to_dict()
    assert by_alias == gb.predict("Qwen/Qwen3-32B", DEVICE, **asked, **{name: not value}).to_dict()
    with pytest.raises(gb.Error, match=f"{name} and {alias} are one setting|{alias} and {name} are one setting"):
        gb.predict("Qwen/Qwen3-32B", DEVICE, **asked, **{alias: value, name: value})


def test_a_runtime_takes_every_setting() -> None:
    software = gb.runtime("vllm", enforce_eager=True, max_model_len=4096)
    asked = {"concurrency": 8}
    assert (
        gb.predict("Qwen/Qwen3-32B", DEVICE, runtime=software, **asked).to_dict()
        == gb.predict("Qwen/Qwen3-32B", DEVICE, runtime="vllm", enforce_eager=True, max_context=4096, **asked).to_dict()
    )
    with pytest.raises(gb.Error, match="tp is no setting of a runtime"):
        gb.runtime("vllm", tp=2)
