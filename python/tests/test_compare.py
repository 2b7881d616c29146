# SPDX-License-Identifier: Apache-2.0
"""Runs before and after: verdicts, frames, the plot, and what is refused."""

from __future__ import annotations

import pickle
import xml.etree.ElementTree as ET
from typing import Any

import pytest

import gambrel as gb

BEFORE = (1436.0, 1452.0, 1401.0, 1448.0, 1420.0)
AFTER = (1361.0, 1388.0, 1340.0, 1379.0, 1352.0)


def runs(values: tuple[float, ...], **other: Any) -> list[dict[str, Any]]:
    row = {
        "hardware": "h100-sxm",
        "model": "llama-3.1-8b",
        "framework": "vllm",
        "weight_format": "bf16",
        "tp": 1,
        "input_len": 1024,
        "output_len": 128,
        "concurrency": 16,
        "metric": "output_throughput",
        "unit": "tok/s",
    }
    return [{**row, "source": f"run {i}", "value": v, **other} for i, v in enumerate(values)]


def test_the_vector_of_two_sides() -> None:
    c = gb.compare(runs(BEFORE), runs(AFTER, framework_version="0.11.0"), margin=0.02)
    assert c.worse
    assert c.differs == ["runtime version: not stated and 0.11.0"]
    (m,) = c.to_dict()["loads"][0]["metrics"]
    assert m["ratio"]["value"] == pytest.approx(0.95291782, abs=5e-9)
    assert (m["ratio"]["low"], m["ratio"]["high"]) == pytest.approx((0.932904, 0.973361), abs=5e-7)
    assert m["p_changed"] == pytest.approx(7.8538e-4, abs=5e-9)
    assert gb.compare(runs(BEFORE), runs(AFTER)).verdict == "cannot_tell"
    assert gb.compare(runs(AFTER), runs(BEFORE), margin=0.02).verdict == "better"
    assert gb.compare(runs(BEFORE), runs(AFTER), margin=0.01, paired=True).worse
    assert pickle.loads(pickle.dumps(c)) == c
    suite = ET.fromstring(c.junit())[0]
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    assert "B is worse" in str(c)
    assert "B is worse" in c._repr_html_()


def test_frame_and_picture() -> None:
    pd = pytest.importorskip("pandas", reason="frames need pandas")
    c = gb.compare(runs(BEFORE), runs(AFTER), margin=0.02)
    frame = c.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert frame.loc[0, ["metric", "runs_a", "verdict"]].tolist() == ["output_throughput", 5, "worse"]
    matplotlib = pytest.importorskip("matplotlib", reason="pictures need matplotlib")
    matplotlib.use("Agg")
    ax = gb.plot.before_after(c)
    assert any("-4.7 %" in t.get_text() for t in ax.texts)
    drawn = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 5]
    assert len(drawn) == 2
    with pytest.raises(gb.Error, match="Comparison"):
        gb.plot.before_after("nothing")  # type: ignore[arg-type]


def test_against_the_prediction() -> None:
    slow = gb.compare(runs((300.0, 310.0)))
    assert slow.worse
    (figure,) = slow.to_dict()["figures"]
    assert figure["measured"] == [300.0, 310.0]
    assert figure["predicted"]["low"] > 310.0
    middle = figure["predicted"]["value"]
    assert gb.compare(runs((middle, 1.01 * middle))).verdict == "same"
    assert "worse" in slow._repr_html_()
    with pytest.raises(gb.Error, match="one side"):
        gb.compare(runs(BEFORE), paired=True)
    with pytest.raises(gb.Error, match="one with its prediction"):
        gb.plot.before_after(slow)


def test_sides_that_do_not_match() -> None:
    c = gb.compare(runs(BEFORE) + runs(BEFORE, concurrency=64), runs(AFTER))
    assert c.remarks == ["only A has runs of prompt 1024, output 128, 64 clients"]
    with pytest.raises(gb.Error, match="no load in common"):
        gb.compare(runs(BEFORE), runs(AFTER, input_len=4096))
    one = gb.compare(runs(BEFORE[:1]), runs(AFTER))
    assert one.verdict == "cannot_tell"
    assert one.to_dict()["loads"][0]["metrics"][0]["ratio"]["low"] is None
    for wrong in ({"margin": -1}, {"margin": "much"}, {"level": 0.9}, {"paired": 1}, {"probes": runs(BEFORE)}):
        with pytest.raises(gb.Error):
            gb.compare(runs(BEFORE), runs(AFTER), **wrong)  # type: ignore[arg-type]
    with pytest.raises(gb.Error):
        gb.compare("no-such-folder", runs(AFTER))
