# SPDX-License-Identifier: Apache-2.0
"""What runs on a machine: frames, refusals by name, a picture, and the same answer again from a pickle."""

from __future__ import annotations

import inspect
import pickle
import re

import gambrel as gb
import pytest
from gambrel import _core
from gambrel.ask import _terms


@pytest.fixture(scope="module")
def large() -> gb.Fit:
    return gb.fit("llama-3.3-70b", "rtx-4090", ram_gib=64, cpu="ryzen-7950x", context=4096)


def test_rows_are_a_frame_the_smaller_file_the_faster(large: gb.Fit) -> None:
    frame = large.frame()
    assert large.feasible
    assert list(frame.type[:2]) == ["iq2_xs", "q2_k"]
    assert frame.tokens_per_s.is_monotonic_decreasing
    assert (frame.tokens_per_s_low < frame.tokens_per_s).all()
    assert (frame.tokens_per_s < frame.tokens_per_s_high).all()
    q4 = frame[frame.type == "q4_k_m"].iloc[0]
    assert q4.gpu_layers == pytest.approx(43, abs=1)
    assert q4.divergence == pytest.approx(0.031273)
    assert f"-ngl {q4.gpu_layers}" in q4.server_line
    assert q4.bench_line.startswith("llama-bench ")
    assert "q4_k_m" in str(large)
    assert repr(large) == "<Fit: 11 of 12 files run>"
    assert pickle.loads(pickle.dumps(large)) == large


def test_machines_of_several_devices_and_devices_of_the_catalog() -> None:
    two = gb.fit("llama-3.3-70b", ["rtx-3090", "rtx-4090"], types="q4_k_m")
    assert two.to_dict()["inputs"]["machines"] == ["rtx-3090 + rtx-4090"]
    assert gb.fit("llama-3.3-70b", "rtx-3090, rtx-4090", types="q4_k_m") == two
    assert two.frame().gpu_layers[0] == 81
    over = gb.fit("llama-3.1-8b", tokens_per_s=50).frame()
    assert {"rtx-4090", "apple-m3-ultra"} <= set(over.machine)
    assert (over.tokens_per_s >= 50).all()
    none = gb.fit("llama-3.1-405b", "rtx-3060-12", types="q8_0")
    assert not none.feasible
    assert none.frame().empty
    assert none.near().lacks[0] == "host_memory"


def test_keywords_are_those_of_the_command_and_wrong_ones_are_named() -> None:
    assert set(gb.FitTerms.__annotations__) == {k["name"] for k in _core.fit_keywords}
    lines = inspect.getsource(_terms.FitTerms).splitlines()
    remarks = {line.split(":")[0].strip(): line for line in lines if re.match(r"    \w+: ", line)}
    assert all("#" in remarks[name] for name in gb.FitTerms.__annotations__)
    for terms, what in (({"ram": 64}, "ram"), ({"types": "q4"}, "q4_"), ({"cpu": "rtx-4090"}, "no processor")):
        with pytest.raises(gb.Error, match=what):
            gb.fit("llama-3.1-8b", "rtx-4090", **terms)  # type: ignore[arg-type]
    with pytest.raises(gb.Error, match="neither a model nor a device"):
        gb.fit()


def test_the_picture_shows_every_file(large: gb.Fit) -> None:
    pytest.importorskip("matplotlib")
    ax = gb.plot.fit_speeds(large)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels == ["on the device", "partly on the host"]
    drawn = sum(len(c.lines[0].get_xdata()) for c in ax.containers)
    assert drawn == len(large.frame())
    with pytest.raises(gb.Error, match="nothing runs"):
        gb.plot.fit_speeds(gb.fit("llama-3.1-405b", "rtx-3060-12", types="f16"))
