# SPDX-License-Identifier: Apache-2.0
"""Speculative decoding in every question, by our names and the servers'."""

from __future__ import annotations

from typing import Any

import pytest

import gambrel as gb

MODEL, DEVICE = "llama-3.1-70b", "h100-sxm"
DRAFTS: dict[str, Any] = {"tp": 4, "draft_method": "eagle3", "drafts": 3, "acceptance": 0.7}


def test_predict_says_what_drafts_and_is_faster() -> None:
    plain, drafted = gb.predict(MODEL, DEVICE, tp=4).to_dict(), gb.predict(MODEL, DEVICE, **DRAFTS).to_dict()
    assert "speculation" not in plain["inputs"]
    assert drafted["inputs"]["speculation"] == {
        "method": "eagle3",
        "drafts": 3,
        "acceptance": 0.7,
        "tokens_per_step": pytest.approx(1 + 0.7 + 0.49 + 0.343),
        "deviation": 0.0,
    }
    assert drafted["tpot"]["value"] < plain["tpot"]["value"]
    assert "notes" not in drafted


def test_all_questions_take_them() -> None:
    served = gb.serve(MODEL, DEVICE, rate_per_s=2, **DRAFTS).to_dict()
    run = gb.simulate(MODEL, DEVICE, rate_per_s=2, requests=3000, **DRAFTS).to_dict()
    assert served["tpot"]["mean"]["value"] == pytest.approx(run["tpot"]["mean"]["value"], rel=0.03)
    again = gb.simulate(MODEL, DEVICE, rate_per_s=2, requests=3000, **DRAFTS).to_dict()
    assert again["tpot"] == run["tpot"]
    assert "3 drafts a step by EAGLE-3 head" in str(gb.predict(MODEL, DEVICE, **DRAFTS))
    assert "draft" in gb.explain(MODEL, DEVICE, **DRAFTS)
    assert "draft" not in gb.explain(MODEL, DEVICE, tp=4)


def test_a_sweep_has_them_as_an_axis_and_each_row_is_predict() -> None:
    methods, clients = ["none", "eagle", "mtp"], [1, 32]
    table = gb.sweep(MODEL, DEVICE, tp=4, draft_method=methods, concurrency=clients)
    assert len(table) == 6
    tpot = list(table["tpot_s"])
    for i, (method, n) in enumerate((m, n) for m in methods for n in clients):
        one = gb.predict(MODEL, DEVICE, tp=4, draft_method=method, concurrency=n).to_dict()
        assert tpot[i] == pytest.approx(one["tpot"]["value"], rel=1e-6)


def test_servers_names_and_launch_lines() -> None:
    named = gb.predict(MODEL, DEVICE, tp=4, draft_method="eagle3", num_speculative_tokens=3, acceptance=0.7)
    assert named.to_dict() == gb.predict(MODEL, DEVICE, **DRAFTS).to_dict()
    line = (
        "vllm serve meta-llama/Llama-3.1-70B-Instruct -tp 4 --speculative-config "
        '\'{"method": "eagle3", "num_speculative_tokens": 3}\''
    )
    terms = gb.launch(line).terms
    assert terms["draft_method"] == "eagle3"
    assert float(terms["drafts"]) == 3


@pytest.mark.parametrize(
    ("terms", "part"),
    [
        ({"acceptance": 0.7}, "nobody drafts"),
        ({"draft_method": "eagle", "acceptance": 0.7, "accepted_tokens": 2}, "same thing twice"),
        ({"draft_method": "eagle", "draft_model": "llama-3.2-1b"}, "contradict each other"),
        ({"draft_method": "eagle", "acceptance": 1.5}, "acceptance of a drafted token"),
        ({"draft_method": "eagle", "drafts": 2000}, "drafted tokens"),
        ({"draft_method": "eagel"}, "draft method"),
        ({"draft_method": "ngram", "runtime": "transformers"}, "whole batches"),
    ],
)
def test_contradictions_are_refused(terms: dict[str, Any], part: str) -> None:
    with pytest.raises(gb.Error, match=part):
        gb.predict(MODEL, DEVICE, **terms)
