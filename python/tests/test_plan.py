# SPDX-License-Identifier: Apache-2.0
"""Plans: the command, Python and the frame say the same; lists as lists and as texts; refusals by name."""

from __future__ import annotations

import inspect
import json
import pickle
import re
import subprocess
from typing import Any

import pytest

import gambrel as gb
from gambrel import _core
from gambrel.ask import _terms

CHATS: dict[str, Any] = {
    "devices": ["h100-sxm", "l40s"],
    "tp": [1, 2],
    "weights": ["stored", "fp8"],
    "prompt": 1024,
    "output": 256,
    "rate_per_s": 20,
    "ttft_p99_ms": 1000,
    "tpot_p99_ms": 50,
}


@pytest.fixture(scope="module")
def plan() -> gb.Plan:
    return gb.plan("llama-3.1-8b", **CHATS)


def test_the_best_is_the_first_row_and_costs_least(plan: gb.Plan) -> None:
    frame = plan.to_frame()
    assert plan.feasible
    assert frame.device[0] == plan.device
    assert frame.devices[0] == plan.devices
    assert frame.rent_usd_per_hour[0] == plan.rent_usd_per_hour
    assert frame.rent_usd_per_hour.is_monotonic_increasing
    assert plan.replicas is not None
    assert plan.replicas.low <= plan.replicas.value <= plan.replicas.high
    assert (frame.least_by_means <= frame.rent_usd_per_hour).all()
    assert str(plan.devices) in str(plan)
    assert plan.device is not None
    assert plan.device in repr(plan)


def test_lists_may_be_texts_and_numbers_by_name_dictionaries(plan: gb.Plan) -> None:
    text = {**CHATS, "devices": "h100-sxm, l40s", "tp": "1,2", "weights": "stored,fp8"}
    assert gb.plan("llama-3.1-8b", **text) == plan
    dear = gb.plan("llama-3.1-8b", **CHATS, price_usd_per_hour={"h100-sxm": 100, "l40s": 0.5})
    assert dear.device == "l40s"
    own = gb.plan("llama-3.1-8b", **CHATS, have={"rtx-4090": 400}, price_usd_per_hour="rtx-4090=0")
    assert own.device == "rtx-4090"
    assert own.rent_usd_per_hour == 0


def test_the_card_says_what_the_plan_does(plan: gb.Plan) -> None:
    card = plan._repr_html_()
    assert str(plan.device) in card
    assert "vllm serve" in card
    assert "next best" in card
    none = gb.plan("llama-3.1-8b", **{**CHATS, "tpot_p99_ms": 1})._repr_html_()
    assert "No candidate keeps all limits" in none
    assert "tpot" in none


def test_a_plan_is_pickled_by_its_question(plan: gb.Plan) -> None:
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_where_nothing_keeps_the_limits_the_closest_is_named() -> None:
    p = gb.plan("llama-3.1-8b", **{**CHATS, "tpot_p99_ms": 1})
    assert not p.feasible
    assert p.device is None
    assert p.devices is None
    assert p.rent_usd_per_hour is None
    assert p.closest is not None
    assert p.closest["over"]["limit"] == "tpot"
    assert p.to_frame().empty


@pytest.mark.parametrize(
    ("terms", "part"),
    [
        ({"rate_per_s": None}, "rate"),
        ({"devices": ["h100-smx"]}, "h100-sxm"),
        ({"devices": [3.5]}, "3.5"),
        ({"tp": "0"}, "0"),
        ({"price_usd_per_hour": {"h100-sxm": -1}}, "-1"),
        ({"decides": "low"}, "good end"),
        ({"budget_usd_per_hour": -4}, "-4"),
        ({"concurrency": 5}, "concurrency"),
        ({"weight": "fp8"}, "weights"),
    ],
)
def test_wrong_terms_are_refused_by_name(terms: dict[str, Any], part: str) -> None:
    with pytest.raises(gb.Error, match=re.escape(part)):
        gb.plan("llama-3.1-8b", **{**CHATS, **terms})


def test_every_keyword_of_a_plan_is_declared_with_its_remark() -> None:
    declared = gb.PlanTerms.__annotations__
    own = {k["name"] for k in _core.plan_keywords}
    assert own <= set(declared)
    lines = inspect.getsource(_terms.PlanTerms).splitlines()
    remarks = {line.split(":")[0].strip(): line for line in lines if ": " in line}
    assert all("#" in remarks[name] for name in declared)
    others = {k["name"] for table in ("predict", "serve") for k in _core.keywords[table]} | {"workload"}
    assert set(declared) <= own | others


def test_the_command_says_the_same(plan: gb.Plan, command: str) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([command, *arguments], capture_output=True, text=True, check=False, timeout=60)

    asked = [
        *("plan", "llama-3.1-8b", "--devices", "h100-sxm,l40s", "--tp", "1,2", "--weights", "stored,fp8", "--json"),
        *("--prompt", "1024", "--output", "256", "--rate", "20", "--ttft-p99", "1 s", "--tpot-p99", "50 ms"),
    ]
    assert json.loads(run(*asked).stdout) == plan.to_dict()
    assert run(*asked[:-2], "--tpot-p99", "1 ms").returncode == 3
    assert run("plan", "llama-3.1-8b").returncode == 2
