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


START = """INFO LLM engine (v0.9.1) with config: model='meta-llama/Llama-3.1-8B-Instruct', dtype=torch.bfloat16, x
INFO max_num_seqs=128
INFO Model loading took 14.9889 GiB
INFO GPU KV cache size: 9,360 tokens
INFO:     Application startup complete.
"""


def test_a_start_up_log_is_evidence(tmp_path: Path) -> None:
    log = tmp_path / "startup.log"
    log.write_text(START)
    p = gb.predict(
        "meta-llama/Llama-3.1-8B-Instruct", "h100-sxm", prompt=1024, output=128, concurrency=64, max_sequences=8
    )
    slow = result(tmp_path / "slow.json", 64, p.ttft.value, p.tpot.value)
    d = gb.diagnose([slow, log], device="h100-sxm")
    assert d.suspects[0]["suspect"] == "cache_room"
    assert any("room for 9,360 KV tokens" in why for why in d.suspects[0]["evidence"])
    (printed,) = d.start_logs
    assert printed["printed"]["kv_tokens"] == 9360
    assert not any(f["contradicts"] for f in printed["findings"])
    against = gb.diagnose([slow, log], device="h100-sxm", max_sequences=256).start_logs[0]["findings"][0]
    assert against["contradicts"]
    assert against["says"] == "startup.log says: slots 128, and the question has 256 (--max-sequences)"
    assert str(gb.diagnose(log, device="h100-sxm")).count("cannot be said") == 1
    assert gb.diagnose(log, device="h100-sxm").conclusion == "no_run"
    with pytest.raises(gb.Error, match="each the log of a start"):
        other = tmp_path / "other.log"
        other.write_text(START + START)
        gb.diagnose([slow, log, other], device="h100-sxm")
    assert gb.diagnose([slow, log], device="h100-sxm", before=[slow, other]).start_logs[1]["printed"]["starts"] == 2


def test_a_report_from_a_measurement(tmp_path: Path) -> None:
    log = tmp_path / "startup.log"
    log.write_text(START)
    p = gb.predict(
        "meta-llama/Llama-3.1-8B-Instruct", "h100-sxm", prompt=1024, output=128, concurrency=64, max_sequences=8
    )
    slow = result(tmp_path / "slow.json", 64, p.ttft.value, p.tpot.value)
    r = gb.report(measured=[slow, log], device="h100-sxm")
    sections = r.to_dict()["sections"]
    assert list(sections)[1] == "diagnosis"
    assert "diagnosis" not in gb.report("llama-3.1-8b", "h100-sxm").to_dict()["sections"]
    assert sections["actions"]["blocks"][1]["items"][0].startswith("room for the KV cache (")
    assert "room for 9,360 KV tokens" in r.markdown()
    assert "What was measured" in r.html()
    again = pickle.loads(pickle.dumps(r))
    assert again.markdown() == r.markdown()
    with pytest.raises(gb.Error, match="has no model or no device; give both, or files"):
        gb.report("llama-3.1-8b")
    with pytest.raises(gb.Error, match="give those of the slow server as measured"):
        gb.report("llama-3.1-8b", "h100-sxm", before=slow)
    with pytest.raises(gb.Error, match="but slow.json"):
        gb.report("llama-3.1-70b", "h100-sxm", measured=slow)
