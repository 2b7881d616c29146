# SPDX-License-Identifier: Apache-2.0
"""`serve` and what it returns."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

import gambrel as gb

TIMES = ("ttft", "tpot", "itl", "latency")
STATISTICS = ("mean", "p50", "p90", "p95", "p99")


@pytest.fixture(scope="module")
def load() -> gb.Load:
    return gb.serve(MODEL, DEVICE, rate_per_s=5, prompt=1024, output=256)


@pytest.fixture(scope="module")
def too_much() -> gb.Load:
    return gb.serve(MODEL, DEVICE, rate_per_s=500)


def test_says_what_was_asked(load: gb.Load) -> None:
    assert load.feasible is True
    assert load.model == gb.model(MODEL)
    assert load.device == gb.device(DEVICE)


@pytest.mark.parametrize("name", TIMES)
def test_times_are_figures_in_seconds_by_statistic_and_percentiles_rise(load: gb.Load, name: str) -> None:
    times = getattr(load, name)
    assert tuple(times) == STATISTICS
    for f in times.values():
        assert f.unit == "s"
        assert 0 < f.low <= f.value <= f.high
    assert times["p50"] <= times["p90"] <= times["p95"] <= times["p99"]
    assert times["p99"] > times["mean"]


def test_means_of_a_request_add_up(load: gb.Load) -> None:
    assert load.ttft is not None
    assert load.tpot is not None
    assert load.latency is not None
    mean = load.ttft["mean"].value + 255 * load.tpot["mean"].value
    assert load.latency["mean"].value == pytest.approx(mean, rel=0.01)


def test_littles_law_of_an_open_loop(load: gb.Load) -> None:
    d = load.to_dict()
    assert load.latency is not None
    in_system = d["running"]["value"] + d["waiting"]["value"]
    assert in_system == pytest.approx(5 * load.latency["mean"].value, rel=0.03)


def test_utilisation_is_the_rate_over_the_limit(load: gb.Load) -> None:
    assert load.limit is not None
    assert load.limit.unit == "req/s"
    assert load.to_dict()["utilisation"]["value"] == pytest.approx(5 / load.limit.value)
    assert load.to_dict()["output_throughput"]["value"] == pytest.approx(5 * 256)


def test_beyond_the_limit_the_queue_grows(load: gb.Load, too_much: gb.Load) -> None:
    assert too_much.feasible is False
    assert too_much.ttft is None
    assert too_much.latency is None
    assert too_much.limit is not None
    assert load.limit is not None
    assert too_much.limit.value == load.limit.value
    assert too_much.to_dict()["stable"] is False
    growth = too_much.to_dict()["backlog_growth"]["value"]
    assert growth == pytest.approx(500 - too_much.limit.value)
    assert "does not keep up" in repr(too_much)
    assert too_much.distribution() is None


def test_a_distribution_agrees_with_its_percentiles(load: gb.Load) -> None:
    for name in TIMES:
        d = load.distribution(name)
        assert d is not None
        assert len(d["share"]) == len(d["s"])
        assert d["share"] == sorted(d["share"])
        assert d["s"] == sorted(d["s"])
        times = getattr(load, name)
        for statistic, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
            assert d["s"][d["share"].index(share)] == pytest.approx(times[statistic].value)
    assert load.distribution() == load.distribution("ttft")
    with pytest.raises(gb.Error, match="ttft, tpot, itl or latency"):
        load.distribution("tftt")


def test_clients_are_a_load_too() -> None:
    load = gb.serve(MODEL, DEVICE, concurrency=16)
    rate = load.to_dict()["request_throughput"]["value"]
    assert load.latency is not None
    assert rate * load.latency["mean"].value == pytest.approx(16, rel=0.02)


def test_replicas_for_a_rate() -> None:
    d = gb.serve(MODEL, DEVICE, replicas_for_per_s=60).to_dict()
    replicas, limit = d["replicas"]["replicas"]["value"], d["limit"]["value"]
    assert replicas == int(replicas)
    assert replicas >= 2
    one = gb.serve(MODEL, DEVICE, rate_per_s=1).limit
    assert one is not None
    assert limit == pytest.approx(replicas * one.value)
    assert (replicas - 1) * one.value < 60 < limit


def test_an_objective_is_met_or_not() -> None:
    def objective(**limits: Any) -> Any:
        return gb.serve(MODEL, DEVICE, rate_per_s=5, **limits).to_dict()["objective"]

    assert objective() is None
    assert objective(ttft_p99_ms="10 s")["met"] is True
    assert objective(ttft_p99_ms="10 s", tpot_p99_ms=1)["met"] is False


def test_frames(load: gb.Load) -> None:
    pytest.importorskip("pandas")
    frame = load.to_frame()
    assert tuple(frame.index) == STATISTICS
    for name in TIMES:
        times = getattr(load, name)
        for statistic in STATISTICS:
            assert frame.loc[statistic, f"{name}_s"] == times[statistic].value
            assert frame.loc[statistic, f"{name}_low_s"] == times[statistic].low
            assert frame.loc[statistic, f"{name}_high_s"] == times[statistic].high
    curve = load.curve()
    assert curve["request_throughput"].is_monotonic_increasing
    assert curve["latency_p99"].is_monotonic_increasing
    assert len(curve) == len(load.to_dict()["curve"])
    assert load.limit is not None
    assert curve["request_throughput"].max() < load.limit.value


def test_the_curve_is_a_picture(load: gb.Load) -> None:
    root = ElementTree.fromstring(load.curve_svg())
    assert root.tag.endswith("svg")


def test_a_static_batch_is_refused() -> None:
    with pytest.raises(gb.Error):
        gb.serve(MODEL, DEVICE, batch=4)
    with pytest.raises(gb.Error):
        gb.serve(MODEL, DEVICE, concurrency=4, protocol="benchmark")
    with pytest.raises(gb.Error):
        gb.serve(MODEL, DEVICE)


def test_the_impossible_is_an_answer() -> None:
    load = gb.serve(LARGE_MODEL, DEVICE, rate_per_s=1)
    assert load.feasible is False
    assert load.ttft is None
    assert load.limit is None
    assert "memory" in load.to_dict()["reason"]
    assert "memory" in repr(load)
    with pytest.raises(gb.Error):
        load.curve_svg()


def test_where_only_means_are_known() -> None:
    load = gb.serve(MODEL, DEVICE, runtime="sglang", concurrency=8)
    if "means_only" not in load.to_dict():
        pytest.skip("this load has its distributions by now")
    mean = gb.predict(MODEL, DEVICE, runtime="sglang", concurrency=8)
    assert load.feasible
    assert load.ttft == {"mean": mean.ttft}
    assert load.tpot == {"mean": mean.tpot}
    assert load.latency == {"mean": mean.latency}
    assert load.itl is None
    assert load.distribution() is None
    assert load.limit is None
    assert "means only" in repr(load)
    with pytest.raises(gb.Error):
        load.curve_svg()


def test_frames_where_only_means_are_known() -> None:
    pytest.importorskip("pandas")
    load = gb.serve(MODEL, DEVICE, runtime="sglang", concurrency=8)
    if "means_only" not in load.to_dict():
        pytest.skip("this load has its distributions by now")
    assert load.ttft is not None
    assert load.to_frame().loc["mean", "ttft_s"] == load.ttft["mean"].value
    assert load.curve().empty


def test_repr_str_and_equality(load: gb.Load) -> None:
    assert "\n" not in repr(load)
    for part in ("Load", MODEL, DEVICE, "TTFT p99", "req/s"):
        assert part in repr(load)
    assert "TTFT" in str(load)
    assert load == gb.serve(MODEL, DEVICE, rate_per_s="5 req/s", prompt=1024, output=256)
    assert load != gb.serve(MODEL, DEVICE, rate_per_s=6)
    assert load != 5
    json.dumps(load.to_dict(), allow_nan=False)


def test_near_the_limit_ranges_have_no_end_and_still_print() -> None:
    load = gb.serve(MODEL, DEVICE, rate_per_s=23.2)
    assert load.feasible
    assert load.limit is not None
    assert load.limit.low < 23.2 < load.limit.value
    assert load.ttft is not None
    p99 = load.ttft["p99"]
    assert p99.high == float("inf")
    assert p99.to_dict()["high"] is None
    assert "no end" in str(p99)
    assert "no end" in repr(load)
    assert load._repr_html_()


def test_what_the_limits_allow() -> None:
    load = gb.serve(MODEL, DEVICE, rate_per_s=5, ttft_p99_ms=500)
    answer = load.to_dict()["objective"]
    assert load.meets_limits is True
    assert load.most_rate is not None
    assert load.most_rate.to_dict() == answer["most_rate"]
    assert load.most_rate.value > 5
    assert load.replicas is None
    assert gb.serve(MODEL, DEVICE, rate_per_s=5).most_rate is None

    many = gb.serve(MODEL, DEVICE, replicas_for_per_s=40, ttft_p99_ms=500)
    assert many.replicas is not None
    assert many.devices == many.replicas.value
    rate_of_one = gb.serve(MODEL, DEVICE, rate_per_s=1, ttft_p99_ms=500).most_rate
    assert rate_of_one is not None
    assert (many.replicas.value - 1) * rate_of_one.value < 40 <= many.replicas.value * rate_of_one.value * 1.01
    assert many.cost is not None
    assert many.cost.rent_per_device.unit == "$/h"
    assert gb.serve(MODEL, DEVICE, replicas_for_per_s=40, ttft_p99_ms=1).replicas is None  # no number does
