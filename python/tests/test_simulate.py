# SPDX-License-Identifier: Apache-2.0
"""`simulate` and what it returns."""

from __future__ import annotations

import csv
import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

import gambrel as gb

TERMS: dict[str, Any] = {"rate_per_s": 8, "requests": 400, "warm_up": 0, "prompt": "uniform:100:900", "output": 60}


@pytest.fixture(scope="module")
def run() -> gb.Simulation:
    return gb.simulate(MODEL, DEVICE, **TERMS, requests_kept=True, steps_kept=True)


def test_counts_every_request(run: gb.Simulation) -> None:
    assert run.feasible is True
    assert run.stable is True
    d = run.to_dict()
    assert d["requests"] == {"sent": 400, "answered": 400, "rejected": 0, "too_long": 0, "left": 0}
    assert d["tokens"]["output"] == 400 * 60
    assert run.took_s > 0


@pytest.mark.parametrize("name", ["ttft", "tpot", "itl", "latency", "queued"])
def test_statistics_are_ordered(run: gb.Simulation, name: str) -> None:
    t = getattr(run, name)
    assert run.to_dict()[name]["count"] == (400 * 59 if name == "itl" else 400)
    assert 0 < t["p50"] <= t["p90"] <= t["p95"] <= t["p99"] <= t["most"]
    assert t["mean"] <= t["most"]


@pytest.mark.parametrize("name", ["ttft", "tpot", "itl", "latency", "queued"])
def test_figures_have_ranges_and_half_widths(run: gb.Simulation, name: str) -> None:
    t = getattr(run, name)
    for statistic in ("mean", "p50", "p90", "p95", "p99", "most"):
        f = t[statistic]
        assert f.unit == "s"
        assert f.low < f.value < f.high
    assert ("half_width" in t) == ("p99_half_width" in t) == (name != "itl")  # gaps: pooled, of no batches
    if name != "itl":
        assert 0 < t["half_width"] < t["mean"].value
        assert 0 < t["p99_half_width"] < t["p99"].value


# In a closed loop every time scales with the law, every rate inversely.
def test_a_closed_loop_is_slower_by_the_factor_of_its_range() -> None:
    run = gb.simulate(MODEL, DEVICE, concurrency=8, prompt=200, output=50, requests=400)
    factor = run.to_dict()["range"]["factor"]
    assert run.tpot is not None
    assert run.ttft is not None
    assert run.tpot["p99"].high / run.tpot["p99"].value == pytest.approx(factor)
    assert run.ttft["mean"].high / run.ttft["mean"].value > factor
    assert run.request_throughput.low / run.request_throughput.value == pytest.approx(1 / factor)
    assert run.output_throughput.high / run.output_throughput.value == pytest.approx(factor)
    assert run.prompt_throughput.unit == "tok/s"
    assert run.surely_stable is True


def test_a_seed_is_a_run() -> None:
    assert gb.simulate(MODEL, DEVICE, **TERMS, seed=3) == gb.simulate(MODEL, DEVICE, **TERMS, seed=3)
    assert gb.simulate(MODEL, DEVICE, **TERMS, seed=3) != gb.simulate(MODEL, DEVICE, **TERMS, seed=4)
    assert gb.simulate(MODEL, DEVICE, **TERMS) == gb.simulate(MODEL, DEVICE, **TERMS, seed=1)


def test_records_say_what_the_statistics_do(run: gb.Simulation) -> None:
    pytest.importorskip("pandas")
    r = run.requests
    assert len(r) == 400
    assert r["id"].is_unique
    assert ((r["prompt"] >= 100) & (r["prompt"] <= 900)).all()
    assert (r["output"] == 60).all()
    assert not r["rejected"].any()
    assert (r["sent_s"] <= r["scheduled_s"]).all()
    assert (r["scheduled_s"] < r["first_token_s"]).all()
    assert (r["first_token_s"] < r["finished_s"]).all()
    assert (r["ttft_s"] - (r["first_token_s"] - r["sent_s"])).abs().max() < 1e-9
    assert (r["latency_s"] - (r["finished_s"] - r["sent_s"])).abs().max() < 1e-9
    assert (r["tpot_s"] - (r["finished_s"] - r["first_token_s"]) / 59).abs().max() < 1e-9
    for name in ("ttft", "tpot", "latency"):
        statistics, column = getattr(run, name), r[f"{name}_s"]
        assert column.mean() == pytest.approx(statistics["mean"].value)
        assert column.max() == pytest.approx(statistics["most"].value)
        assert column.quantile(0.5) == pytest.approx(statistics["p50"].value, rel=0.01)
    s = run.steps
    assert len(s) == run.to_dict()["passes"]
    assert (s["start_s"] < s["end_s"]).all()
    assert s["prompt_tokens"].sum() == run.to_dict()["tokens"]["prompt"] == r["prompt"].sum()


def test_records_not_kept_say_how_to_keep_them() -> None:
    plain = gb.simulate(MODEL, DEVICE, **TERMS)
    with pytest.raises(gb.Error, match="requests_kept=True"):
        _ = plain.requests
    with pytest.raises(gb.Error, match="steps_kept=True"):
        _ = plain.steps


def test_keeping_records_changes_nothing(run: gb.Simulation) -> None:
    assert run == gb.simulate(MODEL, DEVICE, **TERMS)


def test_frame(run: gb.Simulation) -> None:
    pytest.importorskip("pandas")
    frame = run.to_frame()
    assert run.ttft is not None
    assert frame.loc["p99", "ttft_s"] == run.ttft["p99"].value
    assert frame.loc["p99", "ttft_high_s"] == run.ttft["p99"].high
    names = ["ttft", "tpot", "itl", "latency", "queued"]
    assert list(frame.columns) == [f"{name}{end}_s" for name in names for end in ("", "_low", "_high")]


def test_progress_is_told_and_rises() -> None:
    told: list[tuple[int, int]] = []
    gb.simulate(
        MODEL,
        DEVICE,
        rate_per_s=20,
        prompt=16,
        output=4,
        requests=50_000,
        warm_up=0,
        progress=lambda *a: told.append(a),
    )
    assert told
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert all(0 <= done <= total == 50_000 for done, total in told)


def test_what_progress_raises_ends_the_run() -> None:
    def stop(done: int, total: int) -> None:
        raise StopIteration(f"at {done} of {total}")

    with pytest.raises(StopIteration, match="of 100000"):
        gb.simulate(MODEL, DEVICE, rate_per_s=20, prompt=16, output=4, requests=100_000, warm_up=0, progress=stop)


def test_a_bar_is_shown_where_tqdm_is(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tqdm.auto warns where there are no widgets
        pytest.importorskip("tqdm.auto")
        gb.simulate(MODEL, DEVICE, rate_per_s=20, prompt=16, output=4, requests=20_000, progress=True)
    assert "requests" in capsys.readouterr().err


def test_traces_of_columns_frames_and_files_are_one(tmp_path: Path) -> None:
    columns = {"sent_s": [0.0, 0.5, 1.25, 2.0], "prompt": [100, 200, 300, 400], "output": [10, 20, 30, 40]}
    file = tmp_path / "azure.csv"
    with open(file, "w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["TIMESTAMP", "ContextTokens", "GeneratedTokens"])
        for sent, prompt, output in zip(*columns.values()):
            writer.writerow([f"2024-05-10 00:00:{sent:09.6f}", prompt, output])
    runs = [gb.simulate(MODEL, DEVICE, trace=t) for t in (columns, tuple(columns.values()), str(file), file)]
    assert all(r.to_dict()["tokens"] == runs[0].to_dict()["tokens"] for r in runs)
    assert runs[0] == runs[1]
    assert runs[2] == runs[3]
    assert runs[0].ttft == runs[2].ttft
    assert runs[0].to_dict()["tokens"] == {"prompt": 1000, "output": 100, "cached": 0, "recomputed": 0}


def test_a_trace_may_be_a_frame() -> None:
    pd = pytest.importorskip("pandas")
    columns = {"sent_s": [0.0, 0.5], "prompt": [100, 200], "output": [10, 20]}
    frame = pd.DataFrame(columns, index=[5, 4])
    assert gb.simulate(MODEL, DEVICE, trace=frame) == gb.simulate(MODEL, DEVICE, trace=columns)


@pytest.mark.parametrize(
    "trace",
    [
        {"sent_s": [0.0], "prompt": [1]},
        {"sent_s": [0.0, 1], "prompt": [1], "output": [1]},
        {"sent_s": [], "prompt": [], "output": []},
        {"sent_s": [0.0], "prompt": [0], "output": [1]},
        {"sent_s": [float("nan")], "prompt": [1], "output": [1]},
        {"sent_s": [1.0, 0.5], "prompt": [1, 1], "output": [1, 1]},
        {"sent_s": ["now"], "prompt": [1], "output": [1]},
        ([0.0], [1]),
        "nowhere.csv",
        5,
        [1, 2, 3],
    ],
)
def test_what_is_no_trace(trace: Any) -> None:
    with pytest.raises(gb.Error):
        gb.simulate(MODEL, DEVICE, trace=trace)


def test_a_trace_file_is_for_a_viewer(tmp_path: Path) -> None:
    terms = {**TERMS, "requests": 20}
    file = tmp_path / "chrome.json"
    plain = gb.simulate(MODEL, DEVICE, **terms)
    assert gb.simulate(MODEL, DEVICE, **terms, chrome_trace=file) == plain
    events = json.loads(file.read_text(encoding="utf-8"))
    assert len(events["traceEvents"] if isinstance(events, dict) else events) > 20
    with pytest.raises(gb.Error, match="cannot write"):
        gb.simulate(MODEL, DEVICE, **terms, chrome_trace=tmp_path / "no" / "folder.json")


def test_more_clients_than_one_wait_for_their_answers() -> None:
    d = gb.simulate(MODEL, DEVICE, concurrency=8, prompt=200, output=50, requests=800).to_dict()
    assert d["running"]["value"] + d["waiting"]["value"] <= 8 + 1e-9
    assert d["request_throughput"]["value"] * d["latency"]["mean"]["value"] == pytest.approx(8, rel=0.02)


def test_conversations_with_a_prefix_cache_reuse_tokens() -> None:
    terms: dict[str, Any] = {"rate_per_s": 1, "turns": 4, "prompt": 200, "output": 20, "requests": 200, "warm_up": 0}
    assert gb.simulate(MODEL, DEVICE, **terms).to_dict()["tokens"]["cached"] == 0
    assert gb.simulate(MODEL, DEVICE, **terms, prefix_cache=True).to_dict()["tokens"]["cached"] > 0


def test_the_impossible_is_an_answer() -> None:
    run = gb.simulate(LARGE_MODEL, DEVICE, **TERMS, requests_kept=True)
    assert run.feasible is False
    assert "memory" in run.to_dict()["reason"]
    assert "not possible" in repr(run)
    assert "Not possible" in str(run)
    for name in ("stable", "surely_stable", "ttft", "latency", "request_throughput"):
        with pytest.raises(gb.Error, match="memory"):
            getattr(run, name)


def test_too_much_is_unstable() -> None:
    run = gb.simulate(MODEL, DEVICE, rate_per_s=500, requests=4000)
    assert run.feasible
    assert not run.stable
    assert not run.surely_stable
    assert run.ttft is not None
    assert run.ttft["p99"].high == float("inf")
    assert run.to_dict()["ttft"]["p99"]["high"] is None
    assert "unstable" in repr(run)


def test_repr_str_and_copies(run: gb.Simulation) -> None:
    assert "\n" not in repr(run)
    assert "400 requests answered" in repr(run)
    assert "TTFT" in str(run)
    run.to_dict()["requests"]["sent"] = 0
    assert run.to_dict()["requests"]["sent"] == 400
    assert run != "a run"


@pytest.mark.parametrize(
    "wrong",
    [
        {"arrivals": "fish"},
        {"routing": "fastest"},
        {"seed": -1},
        {"seed": 0.5},
        {"requests": 0},
        {"requests": -5},
        {"prefix_cache": "yes"},
        {"trace_scale": -1, "trace": {"sent_s": [0.0], "prompt": [1], "output": [1]}, "rate_per_s": None},
        {"think_s": float("nan"), "concurrency": 4, "rate_per_s": None},
        {"prefill_replicas": 1},
        {"batch": 4, "rate_per_s": None},
    ],
)
def test_wrong_values(wrong: dict[str, Any]) -> None:
    with pytest.raises(gb.Error):
        gb.simulate(MODEL, DEVICE, **{**TERMS, **wrong})
