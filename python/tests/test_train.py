# SPDX-License-Identifier: Apache-2.0
"""Training and fine-tuning: figures, frames, pictures; refusals by name."""

from __future__ import annotations

import inspect
import json
import pickle
import re
import subprocess
from typing import Any

import gambrel as gb
import pytest
from gambrel import _core
from gambrel.ask import _terms


@pytest.fixture(scope="module")
def run() -> gb.Training:
    return gb.train("llama-3-8b", "h100-sxm", devices=8, format="fp8", sequence=8192, layouts=6, price_usd_per_hour=2)


def test_a_run_says_step_memory_layout_and_cost(run: gb.Training) -> None:
    assert run.feasible
    assert run.step is not None
    assert run.step.low < run.step.value < run.step.high
    assert run.mfu is not None
    assert 0.2 < run.mfu["causal"] < run.mfu["full"] < 0.8
    assert run.layout["devices"] == 8
    assert run.fits == "fits"
    memory = run.memory_gib
    assert memory is not None
    assert sum(memory.values()) >= run.to_dict()["memory"]["peak_gib"] - 1e-9
    assert run.hours is not None
    assert run.cost_usd == pytest.approx(run.hours * 8 * 2)
    assert "a step" in repr(run)
    assert "where the time goes" in str(run)
    assert pickle.loads(pickle.dumps(run)) == run


def test_layouts_are_a_frame_the_answer_first(run: gb.Training) -> None:
    frame = run.layouts()
    assert len(frame) == 7
    assert frame.step_s[0] == run.to_dict()["step"]["value"]
    assert list(frame.step_s[1:]) == sorted(frame.step_s[1:])
    assert set(frame.devices) == {8}
    assert run.changes().empty


def test_fine_tuning_that_does_not_fit_says_what_would() -> None:
    full = gb.finetune("llama-3.1-8b", "rtx-4090")
    assert not full.feasible
    assert full.fits == "does_not_fit"
    assert "adapters_on_4_bit" in set(full.changes().query("fits == 'fits'").change)
    small = gb.finetune("llama-3.1-8b", "rtx-4090", method="qlora", tokens=1e8)
    assert small.feasible
    assert small.hours is not None
    assert small.hours > 1
    none = gb.train("llama-3-70b", "h100-sxm", devices=64, pp=7)
    assert none.step is None
    assert none.cost_usd is None
    assert "layers" in repr(none)
    with pytest.raises(gb.Error, match="layers"):
        gb.plot.training_memory(none)


@pytest.mark.parametrize(
    ("terms", "part"),
    [
        ({"format": "int3"}, "int3"),
        ({"method": "dora"}, "dora"),
        ({"zero": "4"}, "4"),
        ({"tensor": 4}, "tensor"),
        ({"sequence": 0}, "0"),
        ({"stack": "megatrom-core"}, "megatron-core"),
        ({"devices": -1}, "-1"),
        ({"devices": 0}, "the number of devices is 0"),
        ({"tokens": 0}, "the tokens of a run is 0"),
        ({"shard": 4, "zero": "0"}, "ZeRO-0"),
    ],
)
def test_wrong_terms_are_refused_by_name(terms: dict[str, Any], part: str) -> None:
    with pytest.raises(gb.Error, match=re.escape(part)):
        gb.train("llama-3-8b", "h100-sxm", **terms)


def test_every_keyword_is_declared_with_its_remark() -> None:
    assert set(gb.TrainingTerms.__annotations__) == {k["name"] for k in _core.training_keywords}
    lines = inspect.getsource(_terms.TrainingTerms).splitlines()
    remarks = {line.split(":")[0].strip(): line for line in lines if ": " in line}
    assert all("#" in remarks[name] for name in gb.TrainingTerms.__annotations__)


def test_pictures_draw_memory_and_time(run: gb.Training) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    small = gb.finetune("llama-3.1-8b", "rtx-4090", method="qlora")
    assert "GiB" in gb.plot.training_memory([run, small]).get_xlabel()
    assert "step" in gb.plot.training_time(run).get_xlabel()


def test_the_command_says_the_same(run: gb.Training, command: str) -> None:
    asked = ["train", "llama-3-8b", "8x h100-sxm", "--format", "fp8", "--sequence", "8192", "--layouts", "6", "--price", "2"]
    said = subprocess.run([command, *asked, "--json"], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(said.stdout) == run.to_dict()
