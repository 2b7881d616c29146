# SPDX-License-Identifier: Apache-2.0
"""`calibrate` and what it returns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE

import gambrel as gb

MODEL = "Qwen/Qwen3-32B"


@pytest.fixture(scope="module")
def slower(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What predict says, a fifth slower: made up, so that the fit has something to find."""
    made = []
    for row in rows:
        asked = gb.predict(MODEL, DEVICE, tp=2, weights="bf16", prompt=1024, output=128, concurrency=row["concurrency"])
        made.append({**row, "value": 1.2 * asked.tpot.to("ms")})
    return made


@pytest.fixture(scope="module")
def fit(slower: list[dict[str, Any]]) -> gb.Calibration:
    return gb.calibrate(slower, device=DEVICE, runtime="vllm")


def test_the_fit_nears_the_rows(fit: gb.Calibration, slower: list[dict[str, Any]]) -> None:
    assert fit.converged is True
    assert fit.rows_used == len(slower)
    assert fit.refused == {}
    assert fit.median_error() < fit.median_error(before=True) / 2
    assert any(factor != 1 for factor in fit.factors.values())
    assert all(factor > 0 for factor in fit.factors.values())
    assert fit.held_by_prior is True  # six rows do not decide nine constants


def test_predictions_with_it_are_nearer(fit: gb.Calibration, slower: list[dict[str, Any]]) -> None:
    before = [float(r["error"]) for r in gb.validate(slower).records()]
    assert max(before) < 0
    for row in slower:
        terms: dict[str, Any] = {"tp": 2, "weights": "bf16", "prompt": 1024, "output": 128}
        plain = gb.predict(MODEL, DEVICE, **terms, concurrency=row["concurrency"]).tpot.to("ms")
        refined = gb.predict(MODEL, DEVICE, **terms, concurrency=row["concurrency"], calibration=fit).tpot.to("ms")
        assert abs(refined - row["value"]) < abs(plain - row["value"])


def test_only_what_moves_moves(slower: list[dict[str, Any]]) -> None:
    device = set(gb.calibrate(slower, device=DEVICE, moves="device").factors)
    host = set(gb.calibrate(slower, device=DEVICE, moves="host").factors)
    both = set(gb.calibrate(slower, device=DEVICE, moves="both").factors)
    assert device
    assert host
    assert device.isdisjoint(host)
    assert device | host == both


def test_rows_of_other_hardware_and_software_are_left_aside(slower: list[dict[str, Any]], fit: gb.Calibration) -> None:
    mixed = [*slower, {**slower[0], "hardware": "A100-SXM4-80GB"}, {**slower[0], "framework": "sglang"}]
    again = gb.calibrate(mixed, device=gb.device(DEVICE), runtime=gb.runtime("vllm"))
    assert again.factors == fit.factors
    assert again.rows_used == len(slower)


def test_file_and_copies(fit: gb.Calibration, tmp_path: Path) -> None:
    file = tmp_path / "own.json"
    fit.save(file)
    assert json.loads(file.read_text(encoding="utf-8")) == fit.to_file()
    assert fit.to_file()["device"] == DEVICE
    assert fit.to_file()["rows"] == fit.rows_used
    fit.to_file()["sections"].clear()
    fit.to_dict()["factors"].clear()
    fit.refused["luck"] = 1
    assert fit.to_file()["sections"]
    assert fit.factors
    assert fit.refused == {}
    with pytest.raises(gb.Error, match="cannot write"):
        fit.save(tmp_path / "no" / "own.json")


def test_frame_has_a_row_a_measurement(fit: gb.Calibration, slower: list[dict[str, Any]]) -> None:
    pytest.importorskip("pandas")
    frame = fit.to_frame()
    assert len(frame) == len(slower)
    assert (frame["error_after"].abs() < frame["error_before"].abs()).all()


def test_repr_and_equality(fit: gb.Calibration, slower: list[dict[str, Any]]) -> None:
    assert "\n" not in repr(fit)
    assert f"on {len(slower)} rows" in repr(fit)
    assert fit == gb.calibrate(slower, device=DEVICE, runtime="vllm")
    assert fit != gb.calibrate(slower[:3], device=DEVICE, runtime="vllm")
    assert fit != 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"device": "l4"},
        {"device": "h100-sxn"},
        {"device": None},
        {"runtime": "sglang"},
        {"runtime": "vlm"},
        {"runtime": 5},
        {"moves": "everything"},
        {"moves": None},
    ],
)
def test_wrong_values(slower: list[dict[str, Any]], wrong: dict[str, Any]) -> None:
    with pytest.raises(gb.Error):
        gb.calibrate(slower, **{"device": DEVICE, **wrong})


KERNELS = Path(__file__).parents[2] / "tests" / "data" / "kernels" / "rtx-pro-6000-sglang.csv"
BOARD = "rtx-pro-6000-bse"


def test_laws_from_timed_kernels(tmp_path: Path) -> None:
    c = gb.calibrate(device=BOARD, kernels=KERNELS)
    assert c.converged
    assert c.rows_used == 0
    assert c.factors == {}
    assert sum(law["rows"] for law in c.laws) == 30
    assert {law["kind"] for law in c.laws} == {"gemm", "experts", "prefill", "decode"}
    assert all(0 <= law["error_after"] < 1 and law["sigma_after"] > 0 for law in c.laws)
    assert list(c.refused.values()) == [2]
    assert "30 kernels of NVIDIA RTX PRO 6000" in repr(c)
    c.save(tmp_path / "mine.json")
    sections = json.loads((tmp_path / "mine.json").read_text())["sections"]
    assert len(sections["kernels"]["laws"]) == len(c.laws)
    plain, with_laws = (
        gb.predict("llama-3.1-8b", BOARD, runtime="sglang", calibration=given) for given in (None, tmp_path / "mine.json")
    )
    assert with_laws.tpot.value != plain.tpot.value
    assert any("30 kernels" in note for note in with_laws.to_dict()["notes"])
    assert gb.predict("llama-3.1-8b", BOARD, runtime="sglang", calibration=c).tpot == with_laws.tpot


def test_laws_and_rows_in_one_file(slower: list[dict[str, Any]], fit: gb.Calibration) -> None:
    on_board = [{**row, "hardware": BOARD, "framework": "sglang"} for row in slower]
    both = gb.calibrate(on_board, device=BOARD, kernels=KERNELS)
    assert both.laws
    assert both.factors
    assert set(both.to_file()["sections"]) >= {"kernels"}
    assert fit.laws == []


def test_validate_with_a_calibration(slower: list[dict[str, Any]], fit: gb.Calibration) -> None:
    def errors(calibration: gb.Calibration | None) -> float:
        return sum(abs(float(r["error"])) for r in gb.validate(slower, calibration=calibration).records())

    assert errors(fit) < errors(None) / 2
    elsewhere = gb.calibrate(device=BOARD, kernels=KERNELS)
    with pytest.raises(gb.Error, match="no row is of what the calibration holds for"):
        gb.validate(slower, calibration=elsewhere)


def test_what_calibrate_refuses_of_kernels(tmp_path: Path) -> None:
    with pytest.raises(gb.Error, match="give one or both"):
        gb.calibrate(device=BOARD)
    with pytest.raises(gb.Error, match="not of h100-sxm"):
        gb.calibrate(device="h100-sxm", kernels=KERNELS)
    with pytest.raises(gb.Error, match="cannot be opened"):
        gb.calibrate(device=BOARD, kernels=tmp_path / "none.csv")
    (tmp_path / "bad.csv").write_text("kind,time_us\ngemm,fast\n")
    with pytest.raises(gb.Error, match="line 2: time_us"):
        gb.calibrate(device=BOARD, kernels=tmp_path / "bad.csv")
