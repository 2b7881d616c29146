# SPDX-License-Identifier: Apache-2.0
"""Two pools for prompts and outputs in every question."""

from __future__ import annotations

from typing import Any

import pytest

import gambrel as gb

MODEL, DEVICE = "llama-3.1-70b", "h100-sxm"
POOLS: dict[str, Any] = {"tp": 4, "prefill_replicas": 1, "decode_replicas": 2, "prefill_tp": 8, "prompt": 2048}


def test_predict_serve_and_simulate_agree() -> None:
    mean = gb.predict(MODEL, DEVICE, rate_per_s=1, **POOLS).to_dict()
    load = gb.serve(MODEL, DEVICE, rate_per_s=1, **POOLS).to_dict()
    run = gb.simulate(MODEL, DEVICE, rate_per_s=1, requests=3000, **POOLS).to_dict()
    assert mean["inputs"]["devices"] == 16
    assert mean["inputs"]["pools"]["prefill"]["tp"] == 8
    for answer in (mean["tpot"]["value"], load["tpot"]["mean"]["value"]):
        assert answer == pytest.approx(run["tpot"]["mean"]["value"], rel=0.03)
    assert load["latency"]["mean"]["value"] == pytest.approx(run["latency"]["mean"]["value"], rel=0.03)
    assert "1 prefill replica (tp 8), 2 decode replicas (tp 4)" in str(gb.predict(MODEL, DEVICE, **POOLS))


def test_a_sweep_over_sizes_is_predict_row_by_row() -> None:
    table = gb.sweep(MODEL, DEVICE, tp=4, prefill_replicas=[1, 2], decode_replicas=2, concurrency=[8, 32])
    assert list(table["devices"]) == [12, 12, 16, 16]
    for i, (prefill, n) in enumerate((p, n) for p in (1, 2) for n in (8, 32)):
        one = gb.predict(MODEL, DEVICE, tp=4, prefill_replicas=prefill, decode_replicas=2, concurrency=n).to_dict()
        assert list(table["tpot_s"])[i] == pytest.approx(one["tpot"]["value"], rel=1e-6)


@pytest.mark.parametrize(
    ("terms", "part"),
    [
        ({"prefill_replicas": 1}, "one replica each"),
        ({"transfer_gb_per_s": 25}, "there is one pool"),
        ({"prefill_tp": 2}, "there is one pool"),
        ({"prefill_replicas": 1, "decode_replicas": 1, "replicas": 2}, "copies of one pool"),
    ],
)
def test_contradictions_are_refused(terms: dict[str, Any], part: str) -> None:
    with pytest.raises(gb.Error, match=part):
        gb.predict(MODEL, DEVICE, **terms)
