# SPDX-License-Identifier: Apache-2.0
"""The keywords: their units, their lengths, their defaults, and what the signatures show."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from conftest import DEVICE, MODEL

import gambrel as gb
from gambrel.ask._keywords import canonical


def predicted(**terms: Any) -> dict[str, Any]:
    return gb.predict(MODEL, DEVICE, **terms).to_dict()


@pytest.mark.parametrize(
    ("keyword", "number", "text"),
    [
        ("memory_gib", 40, "40 GiB"),
        ("memory_gib", 40, "40960 MiB"),
        ("price_usd_per_hour", 2.5, "2.5 $/h"),
        ("electricity_usd_per_kwh", 0.25, "0.25 $/kWh"),
        ("rate_per_s", 2, "2 req/s"),
        ("rate_per_s", 2, "120 req/min"),
    ],
)
def test_a_number_is_in_the_unit_of_the_name_and_text_may_carry_one(keyword: str, number: float, text: str) -> None:
    of_number, of_text = predicted(**{keyword: number}), predicted(**{keyword: text})
    assert of_number == of_text
    assert of_number != predicted(**{keyword: 2 * number})


def test_pint_quantities_are_converted(ureg: Any) -> None:
    assert predicted(memory_gib=ureg.Quantity(40, "GiB")) == predicted(memory_gib=40)
    assert predicted(memory_gib=ureg.Quantity(40 * 1024.0, "MiB")) == predicted(memory_gib=40)
    assert predicted(rate_per_s=ureg.Quantity(120.0, "1/min")) == predicted(rate_per_s=2)
    load = gb.serve(MODEL, DEVICE, rate_per_s=2, ttft_p99_ms=ureg.Quantity(0.5, "s")).to_dict()
    assert load == gb.serve(MODEL, DEVICE, rate_per_s=2, ttft_p99_ms=500).to_dict()
    for wrong in (ureg.Quantity(40, "metre"), ureg.Quantity([40, 50], "GiB")):
        with pytest.raises(gb.Error, match="memory_gib"):
            predicted(memory_gib=wrong)


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("memory_gib", "40 s"),
        ("memory_gib", "forty GiB"),
        ("memory_gib", "40"),
        ("memory_gib", ""),
        ("rate_per_s", "2 GB"),
        ("price_usd_per_hour", "2 s"),
        ("price_usd_per_hour", "2 €/h"),
        ("electricity_usd_per_kwh", "0.1 $/h"),
    ],
)
def test_another_unit_is_refused_by_the_keyword(keyword: str, text: str) -> None:
    with pytest.raises(gb.Error, match=keyword):
        predicted(**{keyword: text})


def test_limits_take_milliseconds_seconds_and_none() -> None:
    def objective(**terms: Any) -> Any:
        return gb.serve(MODEL, DEVICE, rate_per_s=2, **terms).to_dict()["objective"]

    assert objective(ttft_p99_ms=500) == objective(ttft_p99_ms="500 ms") == objective(ttft_p99_ms="0.5 s")
    assert objective(ttft_p99_ms=500)["ttft"]["at_most"]["value"] == 0.5
    assert objective(tpot_p99_ms=20)["tpot"]["at_most"]["value"] == 0.02
    assert objective(latency_p99_ms="1 min")["latency"]["at_most"]["value"] == 60
    assert objective(ttft_p99_ms=None) is None


def test_a_transfer_rate_is_in_gigabytes_per_second() -> None:
    terms = {"prompt": 64, "output": 8, "requests": 40, "warm_up": 0, "prefill_replicas": 1, "decode_replicas": 1}
    numbers = gb.simulate(MODEL, DEVICE, **terms, transfer_gb_per_s=50)
    assert numbers == gb.simulate(MODEL, DEVICE, **terms, transfer_gb_per_s="50 GB/s")
    assert numbers == gb.simulate(MODEL, DEVICE, **terms, transfer_gb_per_s="0.05 TB/s")
    assert numbers != gb.simulate(MODEL, DEVICE, **terms, transfer_gb_per_s=5)


@pytest.mark.parametrize(
    ("length", "mean", "deviation"),
    [
        (300, 300, 0),
        (300.0, 300, 0),
        ("300", 300, 0),
        ("uniform:100:500", 300, 400 / 12**0.5),
        ((100, 500), 300, 400 / 12**0.5),
        ("lognormal:300:0.5", 300, 150),
        ([300], 300, 0),
        # measured lengths are kept as quantiles with straight lines between
        ([100, 300, 500], 300, 400 / 12**0.5),
        (range(100, 501, 200), 300, 400 / 12**0.5),
        ((100, 300, 500), 300, 400 / 12**0.5),
    ],
)
@pytest.mark.parametrize("keyword", ["prompt", "output"])
def test_lengths(keyword: str, length: Any, mean: float, deviation: float) -> None:
    found = predicted(**{keyword: length})["inputs"]["workload"][keyword]
    assert found["mean"] == pytest.approx(mean, rel=0.01)
    assert found["standard_deviation"] == pytest.approx(deviation, rel=0.02, abs=0.5)


def test_arrays_of_any_layout_and_type_are_the_same_lengths() -> None:
    np = pytest.importorskip("numpy")
    plain = np.array([100.0, 300.0, 500.0, 700.0])
    frozen = plain.copy()
    frozen.flags.writeable = False
    layouts = [
        plain,
        plain.tolist(),
        frozen,
        plain[::-1],
        np.repeat(plain, 2)[::2],
        np.asfortranarray(np.stack([plain, plain]))[0],
        plain.astype(np.float32),
        plain.astype(np.int64),
        plain.astype(np.uint16),
        plain.astype(">i4"),
        plain.astype(object),
    ]
    answers = [predicted(prompt=given) for given in layouts]
    assert all(answer == answers[0] for answer in answers)
    assert list(plain) == [100, 300, 500, 700]


def test_a_column_of_a_frame_is_an_array() -> None:
    pd = pytest.importorskip("pandas")
    column = pd.DataFrame({"tokens": [100, 300, 500]}, index=[7, 8, 9])["tokens"]
    assert predicted(prompt=column) == predicted(prompt=[100, 300, 500])


def test_numbers_of_numpy_are_numbers() -> None:
    np = pytest.importorskip("numpy")
    assert predicted(tp=np.int32(2), concurrency=np.float32(8), prompt=np.int64(512)) == predicted(
        tp=2, concurrency=8, prompt=512
    )
    assert predicted(tp=2.0) == predicted(tp=2)


def test_none_is_the_default() -> None:
    names = ("memory_gib", "concurrency", "rate_per_s", "batch", "price_usd_per_hour", "token_budget", "max_sequences")
    absent = dict.fromkeys((*names, "memory_fraction", "runtime", "calibration", "workload", "electricity_usd_per_kwh"))
    assert predicted(**absent) == predicted()


@pytest.mark.parametrize(
    "default",
    [
        {"tp": 1, "pp": 1, "dp": 1, "ep": 1, "replicas": 1, "sp": False},
        {"weights": "stored", "kv": "stored"},
        {"lora_rank": 0, "lora_adapters": 1},
        {"prompt": 1024, "output": 256, "concurrency": 1, "images": 0, "prefix_hit": 0},
        {"protocol": "steady"},
        {"electricity_usd_per_kwh": 0.12, "pue": 1, "server_power": 1},
    ],
)
def test_defaults_are_those_that_are_documented(default: dict[str, Any]) -> None:
    assert {k: v for k, v in predicted(**default).items() if k != "evidence"} == {
        k: v for k, v in predicted().items() if k != "evidence"
    }


def test_every_keyword_of_a_deployment_is_a_keyword_of_a_load_and_of_a_simulation() -> None:
    assert set(gb.Terms.__annotations__) <= set(gb.LoadTerms.__annotations__)
    assert set(gb.Terms.__annotations__) <= set(gb.SimulationTerms.__annotations__)


@pytest.mark.parametrize(
    ("function", "terms"),
    [
        (gb.predict, gb.Terms),
        (gb.explain, gb.Terms),
        (gb.serve, gb.LoadTerms),
        (gb.simulate, gb.SimulationTerms),
    ],
)
def test_signatures_show_every_keyword(function: Any, terms: Any) -> None:
    shown = inspect.signature(function).parameters
    assert list(shown)[:2] == ["model", "device"]
    own = {k for k in terms.__annotations__ if canonical({k: None}) == {k: None}}
    assert own <= set(shown) and not (set(terms.__annotations__) - own) & set(shown)
    assert all(shown[k].kind is inspect.Parameter.KEYWORD_ONLY for k in own)
    assert all(isinstance(shown[k].annotation, str) for k in own)
    assert (shown["prompt"].default, shown["output"].default, shown["tp"].default) == (1024, 256, 1)
    assert (shown["weights"].default, shown["sp"].default, shown["rate_per_s"].default) == ("stored", False, None)
    assert "tp: 'int' = 1" in str(inspect.signature(function))


def test_a_calibration_may_be_a_file_a_dict_or_a_calibration(rows: list[dict[str, Any]], tmp_path: Any) -> None:
    c = gb.calibrate(rows, device=DEVICE, runtime="vllm")
    c.save(tmp_path / "own.json")
    answers = [
        gb.predict("Qwen/Qwen3-32B", DEVICE, tp=2, calibration=given).to_dict()
        for given in (c, c.to_file(), tmp_path / "own.json", str(tmp_path / "own.json"))
    ]
    assert answers[0] == answers[1]
    for answer in answers[2:]:
        assert answer["tpot"] == answers[0]["tpot"]
    assert answers[0]["tpot"] != gb.predict("Qwen/Qwen3-32B", DEVICE, tp=2).to_dict()["tpot"]
    with pytest.raises(gb.Error):
        gb.predict("Qwen/Qwen3-32B", "a100-sxm-80", tp=2, calibration=c)
