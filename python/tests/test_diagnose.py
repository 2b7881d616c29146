# SPDX-License-Identifier: Apache-2.0
"""Why a server is slow: the same answer as the command's, as objects, frames and a picture."""

import json
import os
import pickle
import subprocess
from pathlib import Path

import pytest

import gambrel as gb

ROOT = Path(__file__).parents[2]
KNOWN = ROOT / "tests/reference/data/diagnosis"


def result(path: Path, clients: int, ttft: float, tpot: float, output: int = 128) -> Path:
    """A result of vllm bench serve with these times in seconds."""
    rate = clients / (ttft + (output - 1) * tpot)
    path.write_text(
        json.dumps(
            {
                "backend": "vllm",
                "model_id": "meta-llama/Llama-3.1-8B-Instruct",
                "num_prompts": 10 * clients,
                "max_concurrency": clients,
                "duration": 10 * clients / rate,
                "completed": 10 * clients,
                "total_input_tokens": 10 * clients * 1024,
                "total_output_tokens": 10 * clients * output,
                "request_throughput": rate,
                "output_throughput": rate * output,
                "mean_ttft_ms": 1e3 * ttft,
                "mean_tpot_ms": 1e3 * tpot,
            }
        )
    )
    return path


def test_as_predicted_and_slow(tmp_path: Path) -> None:
    p = gb.predict("meta-llama/Llama-3.1-8B-Instruct", "h100-sxm", prompt=1024, output=128, concurrency=16)
    fine = result(tmp_path / "fine.json", 16, p.ttft.value, p.tpot.value)
    d = gb.diagnose(fine, device="h100-sxm")
    assert d.conclusion == "within_range"
    assert sum(s["weight"] for s in d.suspects) + d.to_dict()["nothing_wrong"]["weight"] == pytest.approx(1.0)
    frame = d.to_frame()
    assert list(frame["measured"] / frame["predicted"]) == pytest.approx([1.0] * len(frame), rel=1e-6)

    eager = gb.predict(
        "meta-llama/Llama-3.1-8B-Instruct", "h100-sxm", prompt=1024, output=128, concurrency=16, enforce_eager=True
    )
    slow = result(tmp_path / "slow.json", 16, eager.ttft.value, eager.tpot.value)
    d = gb.diagnose(slow, device="h100-sxm", before=fine)
    assert d.suspects[0]["suspect"] == "eager"
    assert pickle.loads(pickle.dumps(d)) == d
    parts = d.waterfall()
    assert parts["predicted"].sum() == pytest.approx(1e3 * p.tpot.value)


def test_same_as_the_command(tmp_path: Path) -> None:
    command = os.environ.get("GAMBREL_COMMAND")
    if not command:
        pytest.skip("GAMBREL_COMMAND is not set")
    file = result(tmp_path / "a.json", 16, 0.055, 0.03)
    printed = subprocess.run(
        [command, "diagnose", str(file), "--device", "h100-sxm", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(printed.stdout) == json.loads(json.dumps(gb.diagnose(file, device="h100-sxm").to_dict()))


def test_what_is_refused(tmp_path: Path) -> None:
    file = result(tmp_path / "a.json", 16, 0.055, 0.0096)
    with pytest.raises(gb.Error, match="does not say on which device it ran: give --device"):
        gb.diagnose(file)
    with pytest.raises(gb.Error, match='but a.json says "meta-llama/Llama-3.1-8B-Instruct"'):
        gb.diagnose(file, "llama-3.1-70b", "h100-sxm")
    with pytest.raises(gb.Error, match="noise"):
        gb.diagnose(file, device="h100-sxm", noise=-1.0)


def test_a_profile_and_its_picture(tmp_path: Path) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    d = gb.diagnose(
        KNOWN / "kernels-dequantisation.csv",
        "qwen2.5-1.5b",
        "rtx-3060",
        weights="awq-int4",
        concurrency=1,
        prompt=128,
        output=128,
    )
    assert d.suspects[0]["suspect"] == "dequantisation"
    with pytest.raises(gb.Error, match="has no time per output token"):
        gb.plot.waterfall(d)
    slow = result(tmp_path / "slow.json", 16, 0.2, 0.03)
    axes = gb.plot.waterfall(gb.diagnose(slow, device="h100-sxm"))
    assert [t.get_text() for t in axes.get_yticklabels()][-1] == "measured"
    assert max(b.get_x() + b.get_width() for b in axes.patches) == pytest.approx(30.0, rel=0.01)
