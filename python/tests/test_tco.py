# SPDX-License-Identifier: Apache-2.0
"""Total cost: bills, break-even, constants, and the same answer as the command."""

from __future__ import annotations

import json
import pickle
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE, MODEL
from test_same_answer import deployment

import gambrel as gb

#: The worked example: 40,000 $ at 8 % over 4 years, 1.275 kW: 1.8727 $/h.
WORKED: dict[str, Any] = {
    "capital_usd": 40_000,
    "availability": 0.98,
    "it_power_w": 1275,
    "pue": 1.25,
    "electricity_usd_per_kwh": 0.087,
    "start": "2026-12",
}
LOAD: dict[str, Any] = {"prompt": 2048, "output": 256, "rate_per_s": 2, "planned_per_s": 40}


def test_the_worked_example() -> None:
    t = gb.tco(MODEL, DEVICE, price_usd_per_hour=3, **WORKED, **LOAD)
    assert t.feasible
    assert t.owned_device_hour is not None
    assert t.owned_device_hour.total.value == pytest.approx(1.8727, abs=0.00005)
    assert [load["load"] for load in t.loads] == ["present", "planned", "full"]
    for load in t.loads:
        assert load["rented"].value == pytest.approx(3 * load["devices"])
        assert load["owned"].value == pytest.approx(t.owned_device_hour.total.value * load["devices"])
        assert load["use"].value + load["idle"].value == pytest.approx(1)
        assert load["api"] is None
    assert t.break_even == "2028-10"
    price, share = t.contracts["on demand"]
    assert price.value == pytest.approx(3)
    assert share is not None
    assert 0.4 < share < 0.7


def test_what_is_not_known_is_none() -> None:
    t = gb.tco(MODEL, "mi300a", rate_per_s=1)
    for load in t.loads:
        assert load["rented"] is None
        assert load["owned"] is None
    assert t.owned_device_hour is None
    assert t.break_even is None
    assert t.contracts == {}
    assert t.constants["capital_usd"] is None
    assert t._repr_svg_() is None
    with pytest.raises(gb.Error, match="--price"):
        t.svg()


def test_dear_owning_never_breaks_even() -> None:
    t = gb.tco(MODEL, DEVICE, **{**WORKED, **LOAD, "price_usd_per_hour": 0.5, "capital_usd": 100_000})
    assert t.break_even is None
    assert t.contracts["on demand"][1] is None


def test_every_convention_pays_for_the_bill() -> None:
    pytest.importorskip("pandas")
    frame = gb.tco(MODEL, DEVICE, **WORKED, **LOAD, price_usd_per_hour=3).to_frame().set_index("load")
    for _, row in frame.iterrows():
        tokens = {"input": row["rate"] * 2048, "output": row["rate"] * 256}
        for convention in ("machine_time", "all_tokens", "output_only"):
            prices = {kind: row[f"usd_per_mtok_rented_{convention}_{kind}"] for kind in tokens}
            paid = sum(tokens[k] * 3600e-6 * p for k, p in prices.items() if p is not None and p == p)
            assert paid == pytest.approx(row["rented"], rel=1e-9)


def test_the_command_gives_the_same(command: str, tmp_path: Path) -> None:
    api = {"api_input_usd_per_mtok": 0.88, "api_output_usd_per_mtok": 0.88}
    contract = {"reserved_usd_per_hour": 1.3, "upfront_usd": 1000, "term_years": 2, "interruptions_per_hour": 0.04}
    terms = {**WORKED, **LOAD, "price_usd_per_hour": 3, **api, **contract}
    picture = tmp_path / "own-or-rent.svg"
    line = [command, "tco", *deployment(MODEL, DEVICE, terms), "--json", "--svg", str(picture)]
    shown = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    t = gb.tco(MODEL, DEVICE, **terms)
    assert json.loads(shown) == t.to_dict()
    assert picture.read_text(encoding="utf-8") == t.svg()
    assert "<svg" in t.svg()
    screen = subprocess.run(line[:-3], capture_output=True, text=True, check=True).stdout
    assert screen.rstrip("\n") == str(t)


def test_no_rate_meets_it_is_an_answer_with_status_3(command: str) -> None:
    line = [command, "tco", "--model", MODEL, "--device", DEVICE, "--tpot-p99", "1 us"]
    ran = subprocess.run(line, capture_output=True, text=True, check=False)
    assert ran.returncode == 3
    assert "no rate meets the objective" in ran.stdout
    t = gb.tco(MODEL, DEVICE, tpot_p99_ms="1 us")
    assert not t.feasible
    assert t.loads == []
    assert "no rate meets" in repr(t)


def test_quotes_of_one_s_own(tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text(
        f"device,provider,date,usd_per_device_hour\n{DEVICE},ours,2026-11-01,1.50\n{DEVICE},theirs,2026-11,2.50\n",
        encoding="utf-8",
    )
    assert gb.tco(MODEL, DEVICE, prices=str(file)).contracts["on demand"][0].value == pytest.approx(2.0)
    cost = gb.predict(MODEL, DEVICE, prices=str(file)).cost
    assert cost is not None
    assert cost.rent_per_device.value == pytest.approx(2.0)
    pytest.importorskip("pandas")
    ours = gb.sweep(MODEL, DEVICE, prices=str(file), concurrency=8)
    given = gb.sweep(MODEL, DEVICE, price_usd_per_hour=2.0, concurrency=8)
    assert list(ours["usd_per_million_output_tokens"]) == pytest.approx(list(given["usd_per_million_output_tokens"]))


def test_it_is_pickled_compared_and_printed() -> None:
    t = gb.tco(MODEL, DEVICE, **WORKED, **LOAD)
    assert pickle.loads(pickle.dumps(t)) == t
    assert t != gb.tco(MODEL, DEVICE, **{**WORKED, **LOAD, "rate_per_s": 3})
    assert repr(t).startswith("<Tco: ")
    assert "what it rests on" in str(t)
    assert t.model.name == gb.model(MODEL).name
    assert t.device.name == gb.device(DEVICE).name
    assert t._repr_svg_() == t.svg()


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"price_usd_per_hour": -1}, "-1"),
        ({"capital_usd": -5}, "-5"),
        ({"most_use": 0}, "may use"),
        ({"most_use": 1.5}, "1.5"),
        ({"life_years": 0}, "years"),
        ({"availability": 0}, "availability"),
        ({"api_output_usd_per_mtok": 1}, "--api-input"),
        ({"concurrency": 8}, "clients"),
        ({"replicas": 2}, "--replicas"),
        ({"start": "soon"}, "soon"),
        ({"prices": "nowhere.csv"}, "nowhere.csv"),
    ],
)
def test_a_wrong_value_is_one_error_that_names_it(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(gb.Error, match=said):
        gb.tco(MODEL, DEVICE, **terms)
