# SPDX-License-Identifier: Apache-2.0
"""`predict` and what it returns: every attribute by what its documentation says it is."""

from __future__ import annotations

import json
import math

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

import gambrel as gb

PROMPT, OUTPUT, CLIENTS, PRICE = 2048, 256, 64, 2.5
FIGURES = {
    "ttft": "s",
    "tpot": "s",
    "latency": "s",
    "request_throughput": "req/s",
    "output_throughput": "tok/s",
    "prompt_throughput": "tok/s",
    "total_throughput": "tok/s",
    "output_per_device": "tok/s",
    "output_per_user": "tok/s",
}
SHARES = ("mfu", "mbu", "utilisation", "prompt_share")
NUMBERS = ("running", "waiting", "batch", *SHARES)


@pytest.fixture(scope="module")
def p() -> gb.Prediction:
    return gb.predict(
        MODEL, DEVICE, replicas=2, prompt=PROMPT, output=OUTPUT, concurrency=CLIENTS, price_usd_per_hour=PRICE
    )


@pytest.fixture(scope="module")
def impossible() -> gb.Prediction:
    return gb.predict(LARGE_MODEL, DEVICE)


def test_says_what_was_asked(p: gb.Prediction) -> None:
    assert p.model == gb.model(MODEL)
    assert p.device == gb.device(DEVICE)
    assert p.runtime == "vllm"
    assert p.feasible is True
    assert p.reason == ""
    assert p.suggestion == ""
    assert p.devices == 2


@pytest.mark.parametrize(("name", "unit"), FIGURES.items())
def test_figures_are_positive_in_their_unit_and_inside_their_range(p: gb.Prediction, name: str, unit: str) -> None:
    f = getattr(p, name)
    assert isinstance(f, gb.Figure)
    assert f.unit == unit
    assert 0 < f.low <= f.value <= f.high < math.inf
    assert f.low < f.high


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_floats(p: gb.Prediction, name: str) -> None:
    assert isinstance(getattr(p, name), float)
    assert getattr(p, name) >= 0
    if name in SHARES:
        assert getattr(p, name) <= 1


def test_rates_are_those_of_the_whole_deployment(p: gb.Prediction) -> None:
    requests = p.request_throughput.value
    assert p.output_throughput.value == pytest.approx(OUTPUT * requests)
    assert p.prompt_throughput.value == pytest.approx(PROMPT * requests)
    assert p.total_throughput.value == pytest.approx((PROMPT + OUTPUT) * requests)
    assert p.output_per_device.value == pytest.approx(p.output_throughput.value / p.devices)
    assert p.output_per_user.value == pytest.approx(1 / p.tpot.value)


def test_latency_is_the_first_token_and_the_time_of_those_after_it(p: gb.Prediction) -> None:
    assert p.latency.value == pytest.approx(p.ttft.value + (OUTPUT - 1) * p.tpot.value)


def test_littles_law_of_a_closed_loop(p: gb.Prediction) -> None:
    assert p.running + p.waiting == pytest.approx(CLIENTS)
    assert p.request_throughput.value * p.latency.value == pytest.approx(CLIENTS)


def test_cost_is_the_rent_over_what_is_delivered(p: gb.Prediction) -> None:
    assert p.cost is not None
    machine = PRICE * p.devices / 3600  # dollars per second
    per_million = 1e6
    assert p.cost.rent_per_device == gb.Figure(PRICE, PRICE, PRICE, "$/h")
    assert p.cost.output_only.value == pytest.approx(per_million * machine / p.output_throughput.value)
    assert p.cost.blended.value == pytest.approx(per_million * machine / p.total_throughput.value)
    assert p.cost.input.value == pytest.approx(per_million * machine * p.prompt_share / p.prompt_throughput.value)
    assert p.cost.output.value == pytest.approx(
        per_million * machine * (1 - p.prompt_share) / p.output_throughput.value
    )
    assert {f.unit for f in vars(p.cost).values()} == {"$/Mtok", "$/h"}
    # what is cheap is fast: the ends of the range change places
    assert p.cost.output_only.low == pytest.approx(per_million * machine / p.output_throughput.high)
    assert p.cost.output_only.high == pytest.approx(per_million * machine / p.output_throughput.low)


def test_no_price_no_cost(datasheet: dict[str, object]) -> None:
    assert gb.predict(MODEL, datasheet).cost is None
    assert gb.predict(MODEL, datasheet, price_usd_per_hour=1).cost is not None


def test_no_power_limit_no_energy(datasheet: dict[str, object]) -> None:
    known = gb.predict(MODEL, datasheet)
    assert known.energy is not None
    assert 0 < known.energy.board_power.value <= 700
    assert gb.predict(MODEL, {k: v for k, v in datasheet.items() if k != "power"}).energy is None


def test_energy_is_power_over_rate_and_costs_what_a_kilowatt_hour_does() -> None:
    terms = {"prompt": PROMPT, "output": OUTPUT, "concurrency": CLIENTS, "electricity_usd_per_kwh": 0.2}
    plain = gb.predict(MODEL, DEVICE, **terms).energy
    assert plain is not None
    assert plain.per_output_token.unit == "J/tok"
    assert plain.board_power.unit == "W"
    assert plain.cost_per_output_token.unit == "$/Mtok"
    joules = plain.per_output_token.value
    assert plain.cost_per_output_token.value == pytest.approx(joules / 3.6e6 * 0.2 * 1e6)
    whole = gb.predict(MODEL, DEVICE, **terms, pue=1.2, server_power=1.5).energy
    assert whole is not None
    assert whole.per_output_token.value == pytest.approx(1.2 * 1.5 * joules)
    assert whole.board_power.value == plain.board_power.value


def test_memory_is_counted_in_bytes(p: gb.Prediction) -> None:
    m = p.memory
    assert m is not None
    head_dim, kv_heads, layers, bf16 = 128, 8, 32, 2
    assert m.kv_per_token.value == 2 * layers * kv_heads * head_dim * bf16
    assert m.weights.value == bf16 * p.model.parameters
    assert m.kv_per_request_ideal.value == (PROMPT + OUTPUT) * m.kv_per_token.value
    assert m.kv_per_request_ideal <= m.kv_per_request
    assert m.usable < m.capacity
    used = m.weights.value + m.activations.value + m.logits.value + m.graphs.value + m.communication.value
    assert m.for_kv.value == pytest.approx(m.usable.value - used - m.reserve.value)
    # requests are as long as they are on average: the prompt and half of the output
    assert m.most_sequences.value == m.for_kv.value // ((PROMPT + OUTPUT / 2) * m.kv_per_token.value)
    assert m.shortfall.value == 0
    assert m.longest_context.value <= p.model.most_context


def test_bounds_and_breakdown_add_up(p: gb.Prediction) -> None:
    for time in ("tpot", "ttft"):
        bound = p.bound[time]
        assert bound["first"] != bound["second"]
        assert 1 >= bound["first_share"]["value"] >= bound["second_share"]["value"] >= 0
        speedup = 1 / (1 - bound["first_share"]["value"])
        assert bound["speedup_without_first"]["value"] == pytest.approx(speedup)
        for parts in ("by_class", "by_bound"):
            total = sum(f["value"] for f in p.breakdown[time][parts].values())
            assert total == pytest.approx(getattr(p, time).value)


def test_evidence_says_of_what_from_where(p: gb.Prediction) -> None:
    assert {"device", "efficiency", "host times"} <= {e["of"] for e in p.evidence}
    for e in p.evidence:
        assert set(e) == {"of", "from", "recalled"}
        assert e["from"]
        assert isinstance(e["recalled"], bool)


def test_to_dict_holds_what_the_attributes_say(p: gb.Prediction) -> None:
    d = p.to_dict()
    for name in FIGURES:
        assert gb.Figure(**d[name]) == getattr(p, name)
    for name in NUMBERS:
        assert d[name]["value"] == getattr(p, name)
    for group in ("cost", "energy", "memory"):
        assert {k: gb.Figure(**f) for k, f in d[group].items()} == vars(getattr(p, group))
    assert d["inputs"]["devices"] == p.devices
    assert d["bound"] == p.bound
    assert d["breakdown"] == p.breakdown
    assert d["evidence"] == p.evidence
    assert d["gambrel"] == gb.__version__
    json.dumps(d, allow_nan=False)


def test_what_is_handed_out_can_be_changed_without_harm(p: gb.Prediction) -> None:
    before = json.dumps(p.to_dict())
    p.to_dict()["ttft"]["value"] = 0
    p.bound["tpot"]["first"] = "luck"
    p.breakdown.clear()
    p.evidence.append({})
    assert json.dumps(p.to_dict()) == before
    assert p.bound["tpot"]["first"] != "luck"
    assert p.breakdown


def test_to_frame_has_a_row_a_figure(p: gb.Prediction) -> None:
    pytest.importorskip("pandas")
    frame = p.to_frame()
    assert list(frame.columns) == ["value", "low", "high", "unit"]
    assert frame.index.name == "figure"
    assert frame.index.is_unique
    assert frame.loc["ttft", "value"] == p.ttft.value
    assert frame.loc["memory.weights", "unit"] == "B"
    assert frame.loc["mfu", "value"] == p.mfu
    assert p.cost is not None
    assert frame.loc["cost.blended", "high"] == p.cost.blended.high


def test_to_metrics_are_flat_finite_numbers_with_units_in_their_names(p: gb.Prediction) -> None:
    metrics = p.to_metrics()
    assert metrics["gambrel_feasible"] == 1
    assert metrics["gambrel_ttft_seconds"] == p.ttft.value
    assert metrics["gambrel_ttft_seconds_low"] == p.ttft.low
    assert metrics["gambrel_output_throughput_tokens_per_second_high"] == p.output_throughput.high
    assert p.cost is not None
    assert metrics["gambrel_cost_output_dollars_per_million_tokens"] == p.cost.output.value
    assert metrics["gambrel_mfu"] == p.mfu
    for name, value in metrics.items():
        assert name.replace("_", "a").isalnum()
        assert name == name.lower()
        assert isinstance(value, float)
        assert math.isfinite(value)


def test_repr_is_a_line_and_str_the_screen(p: gb.Prediction) -> None:
    assert "\n" not in repr(p)
    for part in ("Prediction", MODEL, DEVICE, "TTFT", "TPOT", "tok/s", "$/Mtok", "bound by"):
        assert part in repr(p)
    screen = str(p)
    for part in ("80 % range", "TTFT", "memory", "what bounds it", "what it rests on"):
        assert part in screen
    assert not screen.endswith("\n")


def test_equal_questions_have_equal_answers(p: gb.Prediction) -> None:
    terms = {"replicas": 2, "prompt": PROMPT, "output": OUTPUT, "concurrency": CLIENTS}
    assert p == gb.predict(gb.model(MODEL), gb.device(DEVICE), **terms, price_usd_per_hour="2.5 $/h")
    assert p != gb.predict(MODEL, DEVICE, **terms, price_usd_per_hour=2.6)
    assert p != "a prediction"
    with pytest.raises(TypeError, match="unhashable"):
        hash(p)


def test_impossible_is_an_answer(impossible: gb.Prediction) -> None:
    assert impossible.feasible is False
    assert "memory" in impossible.reason
    assert "tp 4" in impossible.suggestion
    assert impossible.runtime == "vllm"
    assert gb.predict(LARGE_MODEL, DEVICE, tp=2).feasible
    m = impossible.memory
    assert m is not None
    assert m.shortfall.value > 0
    # bf16 weights of 70.6 billion parameters
    assert m.weights.value == pytest.approx(141.1e9, rel=0.01)


@pytest.mark.parametrize("name", [*FIGURES, *NUMBERS, "devices", "cost", "energy", "bound", "breakdown", "evidence"])
def test_figures_of_the_impossible_raise_the_reason(impossible: gb.Prediction, name: str) -> None:
    with pytest.raises(gb.Error) as raised:
        getattr(impossible, name)
    assert impossible.reason in str(raised.value)


def test_views_of_the_impossible(impossible: gb.Prediction) -> None:
    assert impossible.to_dict()["feasible"] is False
    assert impossible.to_dict()["reason"] == impossible.reason
    assert impossible.reason in repr(impossible)
    assert "Not possible" in str(impossible)
    assert impossible.to_metrics() == {"gambrel_feasible": 0.0}
    with pytest.raises(gb.Error, match="memory"):
        impossible.explain()


def test_other_obstacles_have_no_memory() -> None:
    p = gb.predict(MODEL, "v100-sxm2-32", weights="fp8")
    if p.feasible:
        pytest.skip("this device multiplies fp8 weights after all")
    assert p.memory is None or p.memory.shortfall.value == 0
    assert p.reason


def test_explain_has_operators_and_roofs() -> None:
    e = gb.explain(MODEL, DEVICE, concurrency=8)
    assert e == gb.predict(MODEL, DEVICE, concurrency=8).explain()
    for phase in ("decode", "prefill"):
        operators = e[phase]["operators"]
        assert sum(o["share"]["value"] for o in operators) == pytest.approx(1)
        total = sum(o["repeats"]["value"] * o["time"]["value"] for o in operators)
        assert total == pytest.approx(e[phase]["time_in_operators"]["value"])
    bandwidth = e["roofline"]["bandwidth"]["value"]
    for roof in e["roofline"]["roofs"]:
        assert roof["ridge_point"]["value"] == pytest.approx(roof["peak"]["value"] / bandwidth)


def test_a_burst_and_a_static_batch_are_asked_for_by_keyword() -> None:
    steady = gb.predict(MODEL, DEVICE, concurrency=32)
    assert gb.predict(MODEL, DEVICE, concurrency=32, protocol="steady") == steady
    assert gb.predict(MODEL, DEVICE, concurrency=32, protocol="benchmark") != steady
    static = gb.predict(MODEL, DEVICE, batch=32)
    assert static.to_dict()["inputs"]["workload"]["batch"] == 32
    with pytest.raises(gb.Error):
        gb.predict(MODEL, DEVICE, batch=32, concurrency=32)


def test_an_output_of_one_token_has_no_tpot() -> None:
    one, two = (gb.predict("Qwen/Qwen3-0.6B", "h100-sxm", output=n) for n in (1, 2))
    for name in ("tpot", "output_per_user"):
        with pytest.raises(gb.Error, match="one token"):
            getattr(one, name)
        assert one.to_dict()[name] is None
        assert getattr(two, name) > 0
    assert one.bound["tpot"] is None
    assert one.breakdown["tpot"] is None
    assert "TPOT" not in str(one)
    assert "TPOT" not in repr(one)
    assert one._repr_html_()
    assert 0 < one.mfu <= 1
    assert one.latency == one.ttft
    table = gb.sweep("Qwen/Qwen3-0.6B", "h100-sxm", output=[1, 2], frame="numpy")
    assert [math.isnan(x) for x in table["tpot_s"]] == [True, False]
