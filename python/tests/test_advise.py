# SPDX-License-Identifier: Apache-2.0
"""Advice and the write-up: order, gains as figures, frame, card, and what is refused."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

import gambrel as gb


@pytest.fixture(scope="module")
def advice() -> gb.Advice:
    return gb.advise(MODEL, DEVICE, tp=4, weights="bf16", concurrency=16, prompt=1024, output=256)


def test_gains_are_ratios_of_two_predictions(advice: gb.Advice) -> None:
    terms = {"tp": 4, "weights": "bf16", "prompt": 1024, "output": 256}
    now = gb.predict(MODEL, DEVICE, concurrency=16, **terms)
    more = gb.predict(MODEL, DEVICE, concurrency=32, **terms)
    gain = advice.gain("more_clients", "tpot")
    assert gain is not None
    assert gain.value == pytest.approx(now.tpot.value / more.tpot.value)
    assert gain.low < gain.value < gain.high
    assert advice.goal == "cost"
    assert advice.first
    assert all(advice.gain(key).low > 1 for key in advice.first)  # type: ignore[union-attr]
    assert advice.gain("graphs") is None
    assert pickle.loads(pickle.dumps(advice)) == advice
    assert json.loads(json.dumps(advice.to_dict()))["goal"] == "cost"
    assert any("vllm bench serve" in line for line in advice.experiment("fp8_weights"))


def test_frame_and_card(advice: gb.Advice) -> None:
    pd = pytest.importorskip("pandas", reason="frames need pandas")
    frame = advice.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) >= 25
    assert list(frame.change[frame.verdict == "gain"]) == advice.first
    assert "Change first" in advice._repr_html_()
    assert "Change first" in str(advice)


def test_a_rate_a_limit_and_what_cannot_be() -> None:
    assert gb.advise(MODEL, DEVICE, tp=4, rate_per_s=1).goal == "latency"
    kept = gb.advise(MODEL, DEVICE, tp=4, concurrency=16, limit_tpot_ms=1000)
    assert "more_clients" in kept.first
    now = gb.predict(MODEL, DEVICE, tp=4, concurrency=16).tpot.value
    tight = gb.advise(MODEL, DEVICE, tp=4, concurrency=16, limit_tpot_ms=1001 * now)
    assert "more_clients" not in tight.first
    none = gb.advise(LARGE_MODEL, DEVICE)
    assert not none.feasible
    assert none.first == []
    assert "Not possible" in none._repr_html_()
    for wrong in ({"goal": "speed"}, {"goal": 3}, {"limit_ttft_ms": 0}, {"limit_ttft_ms": "x"}, {"concurrency": -1}):
        with pytest.raises(gb.Error):
            gb.advise(MODEL, DEVICE, tp=4, **wrong)  # type: ignore[arg-type]
    with pytest.raises(gb.Error, match="the model has no experts|is not tried"):
        kept.experiment("expert_ranks")
    with pytest.raises(gb.Error, match="cannot be"):
        none.report().markdown()


def test_the_report(advice: gb.Advice, tmp_path: Path) -> None:
    r = advice.report()
    assert r.markdown().startswith("# Performance of ")
    assert set(r.to_dict()["sections"]) >= {"baseline", "bottleneck", "actions", "validation", "money"}
    r.save(tmp_path / "r.html")
    r.save(tmp_path / "r.md")
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "http" not in page
    assert (tmp_path / "r.md").read_text(encoding="utf-8") == r.markdown()
