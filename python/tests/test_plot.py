# SPDX-License-Identifier: Apache-2.0
"""Pictures: what they draw is what the answers say, with units, names and percentiles."""

from __future__ import annotations

import copy
import math
import sys

import numpy as np
import pytest

import gambrel as gb

matplotlib = pytest.importorskip("matplotlib", reason="pictures need matplotlib")
matplotlib.use("Agg")
pd = pytest.importorskip("pandas", reason="frames need pandas")

from matplotlib.axes import Axes  # noqa: E402
from matplotlib.colors import to_hex  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

from gambrel import plot  # noqa: E402
from gambrel.plot import _bars, _labels, _memory  # noqa: E402
from gambrel.show._colours import PALETTE  # noqa: E402

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
GIB = 2.0**30


def new_axes(width: float = 6.4, height: float = 4.8) -> Axes:
    """Axes of a figure that pyplot does not know."""
    return Figure(figsize=(width, height), constrained_layout=True).add_subplot()


def texts(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.texts]


@pytest.fixture(scope="module")
def small() -> gb.Prediction:
    return gb.predict(LLAMA, "h100-sxm", concurrency=16, prompt=512, output=128, price_usd_per_hour=2.5)


@pytest.fixture(scope="module")
def experts() -> gb.Prediction:
    return gb.predict("deepseek-ai/DeepSeek-V3", "h200-sxm", tp=8, concurrency=64)


@pytest.fixture(scope="module")
def too_large() -> gb.Prediction:
    return gb.predict("deepseek-ai/DeepSeek-V3", "h200-sxm", tp=4)


@pytest.fixture(scope="module")
def load() -> gb.Load:
    return gb.serve(LLAMA, "h100-sxm", rate_per_s=10, prompt=512, output=128, ttft_p99_ms=500)


@pytest.fixture(scope="module")
def run() -> gb.Simulation:
    return gb.simulate(LLAMA, "h100-sxm", rate_per_s=10, prompt=512, output=128, requests=500, requests_kept=True)


@pytest.fixture(scope="module")
def validation() -> gb.Validation:
    """Four rows, predicted within 10, 30, 50 and 0 % of what was measured, and one that could not be."""
    head = "line,hardware,model,framework,metric,unit,measured,predicted,low,high,error,reason\n"
    rows = (
        "1,A,m,vllm,TPOT,s,0.010,0.011,0.009,0.013,0.1,\n"
        "2,A,m,vllm,TPOT,s,0.020,0.026,0.020,0.030,0.3,\n"
        "3,A,m,sglang,TPOT,s,0.040,0.020,0.018,0.030,-0.5,\n"
        "4,B,m,sglang,TPOT,s,0.080,0.080,0.070,0.090,0.0,\n"
        "5,B,m,sglang,TPOT,s,0.080,,,,,lengths not stated\n"
    )
    return gb.Validation({"groups": [], "totals": []}, head + rows, "")


def sweep_of(costs: list[float], times: list[float], **more: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"usd_per_million_output_tokens": costs, "tpot_s": times, **more})


# Roofline


def test_roofline_draws_each_operator_at_its_intensity_and_rate(small: gb.Prediction) -> None:
    ax = plot.roofline(small, new_axes(), passes=["decode"])
    expected = {
        (o["intensity"]["value"], o["work"]["value"] / o["time"]["value"] / 1e12)
        for o in small.explain()["decode"]["operators"]
        if o["intensity"]
    }
    drawn = {(line.get_xdata()[0], line.get_ydata()[0]) for line in ax.lines if len(line.get_xdata()) == 1}
    assert drawn == expected
    assert ax.get_xlabel().startswith("intensity (FLOP/B)")
    assert "TFLOP/s" in ax.get_ylabel()


def test_roofline_bends_at_the_ridge_point(small: gb.Prediction) -> None:
    ax = plot.roofline(small, new_axes())
    told = small.explain()["roofline"]
    lines = [(list(line.get_xdata()), list(line.get_ydata())) for line in ax.lines if len(line.get_xdata()) == 2]
    ridge, peak = told["roofs"][0]["ridge_point"]["value"], told["roofs"][0]["peak"]["value"] / 1e12
    assert any(xs[1] == ridge and ys[1] == pytest.approx(peak, rel=1e-12) for xs, ys in lines)
    assert any(xs[0] == ridge and ys == [peak, peak] for xs, ys in lines)
    assert any(text.startswith("ridge 295") for text in texts(ax))


def test_roofline_areas_are_shares_of_the_pass(experts: gb.Prediction) -> None:
    ax = plot.roofline(experts, new_axes(), passes=["decode"])
    sizes = {line.get_xdata()[0]: line.get_markersize() for line in ax.lines if len(line.get_xdata()) == 1}
    large = [o for o in experts.explain()["decode"]["operators"] if o["intensity"] and o["share"]["value"] > 0.05]
    areas = [sizes[o["intensity"]["value"]] ** 2 / o["share"]["value"] for o in large]
    assert len(areas) >= 2
    assert areas == pytest.approx([areas[0]] * len(areas), rel=1e-9)


# Labels


def test_labels_cover_neither_each_other_nor_the_points() -> None:
    ax = new_axes()
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 10)
    labels = [_labels.Label(5 + 0.1 * (i % 3), 5 + 0.1 * i, f"operator {i}", "black") for i in range(8)]
    boxes = _labels.place(ax, labels, 8.0)
    assert len(boxes) >= 4
    assert not any(a.overlap(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    markers = [_labels.point_of(ax, label.x, label.y) for label in labels]
    assert not any(b.left < x < b.right and b.bottom < y < b.top for b in boxes for x, y in markers)


def test_a_box_stands_where_the_text_is_drawn() -> None:
    ax = new_axes()
    (box,) = _labels.place(ax, [_labels.Label(0.5, 0.5, "decode attention 22%", "black")], 8.0)
    ax.figure.canvas.draw()
    extent = ax.texts[0].get_window_extent()
    scale = 72.0 / ax.figure.dpi
    assert extent.x0 * scale == pytest.approx(box.left, abs=3.0)
    assert extent.x1 * scale == pytest.approx(box.right, abs=3.0)
    assert (extent.y0 + extent.y1) / 2 * scale == pytest.approx((box.bottom + box.top) / 2, abs=3.0)


# Bars


@pytest.mark.parametrize("by", ["class", "bound"])
@pytest.mark.parametrize("time", ["tpot", "ttft"])
def test_breakdown_in_ms_adds_up_to_the_figure(small: gb.Prediction, by: str, time: str) -> None:
    ax = plot.breakdown(small, new_axes(), by=by, of=time, unit="ms")
    assert sum(bar.get_width() for bar in ax.patches) == pytest.approx(1e3 * getattr(small, time).value, rel=1e-9)
    widths = sorted(bar.get_width() for bar in ax.patches)
    parts = sorted(f["value"] * 1e3 for f in small.breakdown[time][f"by_{by}"].values() if f["value"] > 0)
    assert widths == pytest.approx(parts, rel=1e-12)
    assert ax.get_xlabel() == f"{time.upper()} (ms)"


def test_breakdown_in_percent_fills_each_bar(small: gb.Prediction, experts: gb.Prediction) -> None:
    ax = plot.breakdown([small, experts], new_axes(10, 4))
    totals = [0.0] * 4
    for bar in ax.patches:
        totals[round(bar.get_y() + bar.get_height() / 2)] += bar.get_width()
    assert totals == pytest.approx([100.0] * 4, rel=1e-9)
    assert ax.get_xlabel() == "share of TPOT and TTFT (%)"
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[0].startswith("Llama-3.1-8B-Instruct")
    assert names[3].startswith("DeepSeek-V3")
    assert names[3].endswith("TTFT")


def test_memory_adds_up_to_the_capacity(small: gb.Prediction) -> None:
    ax = plot.memory(small, new_axes())
    assert sum(bar.get_width() for bar in ax.patches) * GIB == pytest.approx(small.memory.capacity.value, rel=1e-12)
    free = small.memory.for_kv.value - small.running * small.memory.kv_per_request.value
    assert _memory.parts(small.to_dict())["kv_free"] == pytest.approx(free, rel=1e-12)
    assert any(text.endswith("GiB free") for text in texts(ax))
    assert ax.get_xlabel() == "memory of one device (GiB)"


def test_memory_of_what_does_not_fit_says_how_much_is_missing(too_large: gb.Prediction) -> None:
    ax = plot.memory(too_large, new_axes())
    needed = sum(bar.get_width() for bar in ax.patches if bar.get_hatch() is None)
    m = too_large.memory
    assert needed * GIB == pytest.approx(m.usable.value + m.shortfall.value, rel=1e-12)
    (past,) = [bar for bar in ax.patches if bar.get_hatch() is not None]
    assert past.get_width() * GIB == pytest.approx(m.shortfall.value, rel=1e-12)
    (said,) = [text for text in texts(ax) if text.endswith(" GiB short")]
    assert float(said.split()[0]) == pytest.approx(m.shortfall.to("GiB"), rel=0.05)


def test_bars_are_named_by_what_differs() -> None:
    at = [gb.predict(LLAMA, "h100-sxm", concurrency=c).to_dict()["inputs"] for c in (1, 64)]
    assert _bars.names(at) == ["1 client", "64 clients"]
    stored = [gb.predict(LLAMA, "h100-sxm", weights=w).to_dict()["inputs"] for w in ("bf16", "fp8")]
    assert _bars.names(stored) == ["bf16 weights", "fp8 weights"]
    assert _bars.names(at[:1]) == [""]


# Latency against throughput


def test_latency_curve_is_that_of_the_load(load: gb.Load) -> None:
    ax = plot.latency_throughput(load, new_axes())
    curve = load.curve()
    for line, statistic in zip(ax.lines, ("p50", "p99")):
        assert list(line.get_xdata()) == curve["request_throughput"].tolist()
        assert list(line.get_ydata()) == pytest.approx((1e3 * curve[f"ttft_{statistic}"]).tolist(), rel=1e-12)
    assert ax.get_xlabel() == "requests (req/s)"
    assert ax.get_ylabel() == "time to first token (ms)"


def test_latency_curve_marks_limit_objective_and_question(load: gb.Load) -> None:
    ax = plot.latency_throughput(load, new_axes())
    upright = [line.get_xdata()[0] for line in ax.lines if list(line.get_ydata()) == [0, 1]]
    assert load.limit.value in upright
    assert 10.0 in upright
    level = [line.get_ydata()[0] for line in ax.lines if list(line.get_xdata()) == [0, 1]]
    assert level == [500.0]
    marked = [line.get_ydata()[0] for line in ax.lines if line.get_marker() == "D"]
    assert marked == [1e3 * load.ttft["p50"].value, 1e3 * load.ttft["p99"].value]
    assert any("KV memory is full" in text for text in texts(ax))


def test_latency_curve_past_the_limit_says_so() -> None:
    ax = plot.latency_throughput(gb.serve(LLAMA, "h100-sxm", rate_per_s=500), new_axes())
    assert any("past the limit" in text for text in texts(ax))
    assert not [line for line in ax.lines if line.get_marker() == "D"]


def test_latency_of_predictions_by_rising_load() -> None:
    given = [gb.predict(LLAMA, "h100-sxm", concurrency=c) for c in (64, 1, 8)]
    (line,) = plot.latency_throughput(given, new_axes()).lines
    assert list(line.get_xdata()) == [given[i].output_throughput.value for i in (1, 2, 0)]
    assert list(line.get_ydata()) == [1e3 * given[i].tpot.value for i in (1, 2, 0)]


def test_latency_of_a_sweep_has_a_line_a_deployment() -> None:
    columns = {"device": ["a", "a", "b", "b", "b"], "concurrency": [1, 8, 1, 8, 64], "tp": [1] * 5}
    rates, times = [10.0, 50.0, 20.0, 90.0, math.nan], [0.01, 0.02, 0.005, 0.012, math.nan]
    frame = pd.DataFrame({**columns, "output_tokens_per_s": rates, "tpot_s": times})
    frame["tpot_low_s"], frame["tpot_high_s"] = frame["tpot_s"] * 0.8, frame["tpot_s"] * 1.2
    ax = plot.latency_throughput(frame, new_axes())
    assert [list(line.get_xdata()) for line in ax.lines] == [[10.0, 50.0], [20.0, 90.0]]
    assert [list(line.get_ydata()) for line in ax.lines] == [pytest.approx([10.0, 20.0]), pytest.approx([5.0, 12.0])]
    assert {"a", "b"} <= set(texts(ax))


def test_a_sweep_goes_into_both_pictures_as_it_is() -> None:
    loads = [1, 16, 64]
    frame = gb.sweep(LLAMA, ["h100-sxm", "l40s"], tp=[1, 2], concurrency=loads, price_usd_per_hour=2.0, frame="pandas")
    ax = plot.latency_throughput(frame, new_axes())
    curves = [line for line in ax.lines if line.get_marker() == "o"]
    feasible = frame.dropna(subset=["tpot_s"])
    assert sorted(x for line in curves for x in line.get_xdata()) == sorted(feasible["output_tokens_per_s"])
    assert len(curves) == len(feasible.groupby(["device", "tp"], observed=True))
    cloud, *fronts = plot.pareto(frame, new_axes()).lines
    assert len(cloud.get_xdata()) == len(feasible)
    assert len(fronts) == 2


# Pareto


def beaten(i: int, points: np.ndarray) -> bool:
    """By definition: some other is no worse in both and better in one."""
    return any((p <= points[i]).all() and (p < points[i]).any() for p in points)


@pytest.mark.parametrize("seed", range(20))
def test_pareto_front_is_what_brute_force_finds(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = random.integers(0, 12, (60, 2)).astype(float)  # of few values, so that there are ties and doubles
    frame = sweep_of(points[:, 0].tolist(), points[:, 1].tolist())
    expected = {i for i in range(60) if not beaten(i, points)}
    front = plot.pareto_front(frame)
    assert set(front.index) == expected
    assert list(front["tpot_s"]) == sorted(front["tpot_s"])
    rates = pd.DataFrame({"output_tokens_per_s": -points[:, 0], "output_tokens_per_s_per_user": -points[:, 1]})
    turned = plot.pareto_front(rates, cost="output_tokens_per_s", latency="output_tokens_per_s_per_user")
    assert set(turned.index) == expected


def test_pareto_front_leaves_out_rows_without_a_figure() -> None:
    frame = sweep_of([1.0, math.nan, 3.0], [0.02, 0.001, 0.01])
    assert list(plot.pareto_front(frame).index) == [2, 0]


def test_pareto_draws_a_front_for_each_device() -> None:
    frame = sweep_of([3.0, 2.0, 4.0, 5.0, 1.5], [0.01, 0.02, 0.03, 0.02, 0.05], device=["a", "a", "a", "b", "b"])
    frame["concurrency"] = [1, 2, 3, 4, 5]
    ax = plot.pareto(frame, new_axes())
    cloud, first, second = ax.lines
    assert len(cloud.get_xdata()) == 5
    assert list(first.get_xdata()) == pytest.approx([10.0, 20.0])
    assert list(first.get_ydata()) == [3.0, 2.0]
    assert list(second.get_xdata()) == pytest.approx([20.0, 50.0])
    assert ax.get_xlabel() == "time per output token (ms)"
    assert ax.get_ylabel() == "cost of output ($/Mtok)"
    assert "5 clients" in texts(ax)
    assert "3 clients" not in texts(ax)


# Distributions


def test_distribution_is_that_of_the_load(load: gb.Load) -> None:
    ax = plot.ttft_distribution(load, new_axes())
    known = load.distribution("ttft")
    assert list(ax.lines[0].get_xdata()) == pytest.approx([1e3 * s for s in known["s"]], rel=1e-12)
    assert list(ax.lines[0].get_ydata()) == pytest.approx([100.0 * s for s in known["share"]], rel=1e-12)
    marked = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert marked == pytest.approx([1e3 * load.ttft[p].value for p in ("p50", "p90", "p99")], rel=2e-3)
    assert ax.get_xlabel() == "time to first token (ms)"
    assert "%" in ax.get_ylabel()


@pytest.mark.parametrize("time", ["ttft", "tpot", "latency"])
def test_distribution_of_a_run_counts_what_its_figures_count(run: gb.Simulation, time: str) -> None:
    ax = plot.ttft_distribution(run, new_axes(), time=time)
    told = run.to_dict()[time]
    assert len(ax.lines[0].get_xdata()) == told["count"]
    assert np.mean(ax.lines[0].get_xdata()) == pytest.approx(1e3 * told["mean"]["value"], rel=1e-9)
    assert max(ax.lines[0].get_xdata()) == pytest.approx(1e3 * told["most"]["value"], rel=1e-9)


def test_survival_is_the_rest_on_a_logarithmic_axis(load: gb.Load, run: gb.Simulation) -> None:
    ax = plot.ttft_distribution([load, run], new_axes(), survival=True, names=["model", "run"])
    assert ax.get_yscale() == "log"
    assert list(ax.lines[0].get_ydata()) == pytest.approx([1.0 - s for s in load.distribution()["share"]], rel=1e-9)
    assert all(y > 0.0 for line in ax.lines for y in line.get_ydata())
    assert any(text.startswith("run\np50 ") for text in texts(ax))


def test_a_run_of_one_request_is_drawn() -> None:
    one = gb.simulate(LLAMA, "h100-sxm", rate_per_s=1, requests=1, warm_up=0, requests_kept=True)
    ax = plot.ttft_distribution(one, new_axes())
    assert list(ax.lines[0].get_xdata()) == pytest.approx([1e3 * one.ttft["mean"].value])


# Predicted against measured


def test_predicted_over_measured_by_group(validation: gb.Validation) -> None:
    ax = plot.predicted_vs_measured(validation, new_axes(), by="framework")
    points = {line.get_label(): list(zip(line.get_xdata(), line.get_ydata())) for line in ax.lines[1:]}
    assert list(points) == ["vllm: n = 2, median error 20 %", "sglang: n = 2, median error 25 %"]
    assert points["vllm: n = 2, median error 20 %"] == [pytest.approx((10, 11)), pytest.approx((20, 26))]
    assert ax.get_title(loc="left") == "TPOT, all: n = 4, median error 20 %"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("measured TPOT (ms)", "predicted TPOT (ms)")
    assert ax.get_xlim() == ax.get_ylim()


def test_ranges_are_drawn_where_asked(validation: gb.Validation) -> None:
    (a, b) = plot.predicted_vs_measured(validation, new_axes(), ranges=True).collections[1:]
    ends = sorted(tuple(p[1] for p in segment) for lines in (a, b) for segment in lines.get_segments())
    assert ends == [pytest.approx(e) for e in [(9, 13), (18, 30), (20, 30), (70, 90)]]


def test_beyond_six_groups_is_one_more() -> None:
    head = "hardware,metric,unit,measured,predicted,low,high\n"
    rows = "".join(f"device {i},TPOT,s,0.01,0.01,0.009,0.011\n" for i in range(9))
    ax = plot.predicted_vs_measured(gb.Validation({}, head + rows, ""), new_axes())
    assert [line.get_label() for line in ax.lines[1:]][-1].startswith("3 others: n = 3")


# What all share


def each(small: gb.Prediction, load: gb.Load, run: gb.Simulation, validation: gb.Validation) -> list[object]:
    frame = sweep_of([3.0, 2.0], [0.01, 0.02], device=["a", "b"])
    return [
        lambda ax: plot.roofline(small, ax),
        lambda ax: plot.breakdown(small, ax),
        lambda ax: plot.memory(small, ax),
        lambda ax: plot.latency_throughput(load, ax),
        lambda ax: plot.latency_throughput([small], ax),
        lambda ax: plot.pareto(frame, ax),
        lambda ax: plot.ttft_distribution([load, run], ax),
        lambda ax: plot.predicted_vs_measured(validation, ax),
    ]


def test_each_draws_on_the_axes_given_and_says_what_is_asked(
    small: gb.Prediction, load: gb.Load, run: gb.Simulation, validation: gb.Validation
) -> None:
    before = copy.deepcopy(dict(matplotlib.rcParams))
    for draw in each(small, load, run, validation):
        ax = new_axes(10, 4)
        assert draw(ax) is ax
        assert ax.get_xlabel()
        ax.figure.canvas.draw()
    for draw in each(small, load, run, validation)[:5]:
        said = draw(new_axes()).get_title(loc="left")
        assert "Llama-3.1-8B-Instruct on h100-sxm" in said
        assert "prompt 512, output 128 tokens" in said
    assert dict(matplotlib.rcParams) == before


def test_without_axes_a_figure_is_made(small: gb.Prediction) -> None:
    from matplotlib import pyplot as plt

    ax = plot.breakdown(small)
    try:
        assert ax.figure.number in plt.get_fignums()
    finally:
        plt.close(ax.figure)


def test_colours_are_apart() -> None:
    assert len({to_hex(c) for c in PALETTE}) == len(PALETTE)
    assert _bars.on("#000000") == "white"
    assert _bars.on("#FFFFFF") == "black"


def test_refusals_are_sentences(
    small: gb.Prediction, too_large: gb.Prediction, load: gb.Load, validation: gb.Validation
) -> None:
    ax = new_axes()
    empty = sweep_of([], [], device=[])
    kept = gb.simulate(LLAMA, "h100-sxm", rate_per_s=10, requests=50)
    two = "metric,unit,measured,predicted,low,high\nTPOT,s,1,1,1,1\nTTFT,s,1,1,1,1\n"
    for refused, sentence in (
        (lambda: plot.roofline(too_large, ax), "memory are missing"),
        (lambda: plot.roofline("llama", ax), "draws a Prediction, not of type str"),
        (lambda: plot.roofline(small, ax, passes="train"), '"train"; it must be one of decode, prefill'),
        (lambda: plot.breakdown(too_large, ax), "memory are missing"),
        (lambda: plot.breakdown([], ax), "the list is empty"),
        (lambda: plot.breakdown(small, ax, by="colour"), "it must be one of class, bound"),
        (lambda: plot.memory([small, 3], ax), "not of type int"),
        (lambda: plot.latency_throughput([too_large], ax), "none of the predictions is feasible"),
        (lambda: plot.latency_throughput(load, ax, statistics="p42"), "p50"),
        (lambda: plot.latency_throughput(empty, ax), "has no rows"),
        (lambda: plot.pareto(empty, ax), "has no rows"),
        (lambda: plot.pareto(sweep_of([1.0], [1.0]), ax), 'no column "device"'),
        (lambda: plot.pareto([1, 2], ax), "pandas DataFrame, not of type list"),
        (lambda: plot.pareto(sweep_of([math.nan], [1.0], device=["a"]), ax), "no row has both"),
        (lambda: plot.pareto(sweep_of([1.0] * 9, [1.0] * 9, device=[*"abcdefghi"]), ax), "9 values"),
        (lambda: plot.ttft_distribution(kept, ax), "requests were not kept"),
        (lambda: plot.ttft_distribution([], ax), "the list is empty"),
        (lambda: plot.ttft_distribution(gb.serve(LLAMA, "h100-sxm", rate_per_s=500), ax), "no distribution"),
        (lambda: plot.predicted_vs_measured(small, ax), "draws a Validation"),
        (lambda: plot.predicted_vs_measured(validation, ax, metric="ITL"), "it must be one of TPOT"),
        (lambda: plot.predicted_vs_measured(gb.Validation({}, two, ""), ax), "choose metric= one of TPOT, TTFT"),
        (lambda: plot.predicted_vs_measured(gb.Validation({}, "metric\n", ""), ax), "no row was predicted"),
        (lambda: plot.breakdown(small, "axes"), "not of type str"),
    ):
        with pytest.raises(gb.Error) as caught:
            refused()
        assert sentence in str(caught.value)


def test_a_tornado_shows_the_elasticities_the_greatest_on_top(small: gb.Prediction) -> None:
    axes = plot.tornado(small, "tpot", by=0.1)
    rows = {r["input"]: r["tpot"] for r in small.explain()["elasticities"]}
    greatest = max(rows.values(), key=abs)
    top = axes.containers[1][-1]
    assert top.get_width() == pytest.approx(100 * (1.1**greatest - 1))
    assert len(axes.get_yticklabels()) == len(rows)
    for figure, by, part in (("speed", 0.1, "ttft"), ("tpot", 1.5, "between 0 and 1")):
        with pytest.raises(gb.Error, match=part):
            plot.tornado(small, figure, by=by)


def test_without_matplotlib_it_says_what_to_install(small: gb.Prediction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.axes", None)
    with pytest.raises(gb.Error, match="pip install matplotlib"):
        plot.breakdown(small)
