# SPDX-License-Identifier: Apache-2.0
"""`validate` and what it returns."""

from __future__ import annotations

import csv
import json
import math
import statistics
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE

import gambrel as gb

Rows = list  # of dicts


@pytest.fixture(scope="module")
def score(rows: list[dict[str, Any]]) -> gb.Validation:
    return gb.validate(rows)


def in_file(rows: list[dict[str, Any]], path: Path) -> Path:
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_counts_every_row(score: gb.Validation, rows: list[dict[str, Any]]) -> None:
    d = score.to_dict()
    assert d["rows"] == len(rows)
    assert d["predicted"] == len(rows)
    assert d["not_predicted"] == {}
    assert [g["group"].split("  ") for g in d["groups"]] == [["TPOT", "dense", DEVICE, "vllm"]]


def test_predicts_what_predict_does(score: gb.Validation, rows: list[dict[str, Any]]) -> None:
    for record, row in zip(score.records(), rows):
        asked = gb.predict(
            row["model"], DEVICE, tp=2, weights="bf16", prompt=1024, output=128, concurrency=row["concurrency"]
        )
        assert float(record["measured"]) == pytest.approx(row["value"] / 1e3)
        low, predicted, high = (float(record[k]) for k in ("low", "predicted", "high"))
        assert low < predicted < high
        assert predicted == pytest.approx(asked.tpot.value, rel=0.25)  # what the row leaves open is assumed
        assert float(record["error"]) == pytest.approx(predicted / float(record["measured"]) - 1, abs=1e-4)


def test_scores_are_those_of_the_rows(score: gb.Validation) -> None:
    errors = [float(r["error"]) for r in score.records()]
    group = score.to_dict()["groups"][0]
    assert group["rows"] == len(errors)
    assert group["bias"] == pytest.approx(statistics.mean(errors), abs=1e-4)
    assert group["mean_error"] == pytest.approx(statistics.mean(map(abs, errors)), abs=1e-4)
    ordered = sorted(map(abs, errors))
    assert ordered[2] - 1e-4 <= group["median_error"] <= ordered[3] + 1e-4
    inside = [float(r["low"]) <= float(r["measured"]) <= float(r["high"]) for r in score.records()]
    assert group["covered"] == pytest.approx(sum(inside) / len(inside))
    winkler = []
    for r in score.records():
        low, high, measured = (math.log(float(r[k])) for k in ("low", "high", "measured"))
        winkler.append(high - low + 10 * max(0.0, low - measured, measured - high))
    assert group["interval_score"] == pytest.approx(statistics.mean(winkler), rel=1e-3)


def test_tables_in_every_form_are_one(score: gb.Validation, rows: list[dict[str, Any]], tmp_path: Path) -> None:
    file = in_file(rows, tmp_path / "rows.csv")
    forms: list[Any] = [file, str(file), [str(file)], tuple(rows), iter(rows)]
    assert all(gb.validate(form) == score for form in forms)
    halves = gb.validate([rows[:3], in_file(rows[3:], tmp_path / "rest.csv")])
    assert halves.to_dict() == score.to_dict()


def test_frames(score: gb.Validation, rows: list[dict[str, Any]]) -> None:
    pd = pytest.importorskip("pandas")
    assert gb.validate(pd.DataFrame(rows)) == score
    assert gb.validate(pd.DataFrame(rows, index=list("fedcba"))) == score
    assert list(score.to_frame()["rows"]) == [len(rows)]
    assert list(score.totals["group"]) == ["TPOT  dense"]
    assert len(score.rows) == len(rows)
    assert score.rows["measured"].dtype == float


def test_groups_and_filters(rows: list[dict[str, Any]]) -> None:
    more = [*rows, {**rows[0], "framework": "sglang"}]
    for by in ("runtime", ["runtime"], ("runtime",)):
        groups = gb.validate(more, by=by).to_dict()["groups"]
        assert {g["group"] for g in groups} == {"vllm", "sglang"}
    assert len(gb.validate(more, by="metric,runtime").to_dict()["groups"]) == 2
    assert gb.validate(more, runtime="sglang").to_dict()["predicted"] == 1
    assert gb.validate(more, runtime="sglang").to_dict()["left_out"] == len(rows)
    assert gb.validate(more, metric="TTFT").to_dict()["predicted"] == 0
    assert gb.validate(more, model="Qwen3", hardware="h100", dense=True).to_dict()["predicted"] == len(more)
    assert gb.validate(more, model="llama").to_dict()["predicted"] == 0


def test_rows_that_cannot_be_predicted_are_counted_with_their_reason(rows: list[dict[str, Any]]) -> None:
    d = gb.validate([*rows, {**rows[0], "model": "nobody/knows-it"}]).to_dict()
    assert d["predicted"] == len(rows)
    assert sum(d["not_predicted"].values()) == 1
    (reason,) = d["not_predicted"]
    assert "model" in reason


def test_a_device_of_ones_own(rows: list[dict[str, Any]], datasheet: dict[str, Any]) -> None:
    own = [{**r, "hardware": "own"} for r in rows]
    assert gb.validate(own).to_dict()["predicted"] == 0
    big = {**datasheet, "scale_up": {"name": "link", "kind": "nvlink", "per_direction": "450 GB/s", "devices": 8}}
    for device in (big, gb.device(big)):
        assert gb.validate(own, device=device).to_dict()["predicted"] == len(rows)


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "colour"},
        {"by": 5},
        {"by": ["metric", 5]},
        {"metric": "speed"},
        {"dense": "yes"},
        {"runtime": None},
        {"device": "h100-sxn"},
    ],
)
def test_wrong_values(rows: list[dict[str, Any]], wrong: dict[str, Any]) -> None:
    with pytest.raises(gb.Error):
        gb.validate(rows, **wrong)


@pytest.mark.parametrize(
    "table", ["nowhere.csv", [], {}, 5, None, [5], b"rows", [[[[[[[]]]]]]], [{}], [{"colour": "red"}]]
)
def test_what_is_no_table(table: Any) -> None:
    with pytest.raises(gb.Error):
        gb.validate(table)


def test_a_wrong_number_is_counted_with_its_line(rows: list[dict[str, Any]]) -> None:
    score = gb.validate([rows[0], {**rows[1], "value": "fast"}])
    assert score.to_dict()["not_predicted"] == {"value is not a positive number": 1}
    assert [r["line"] for r in score.records() if r["reason"]] == ["3"]


def test_repr_str_and_copies(score: gb.Validation) -> None:
    assert str(score) == repr(score)
    assert "TPOT" in str(score)
    before = json.dumps(score.to_dict())
    score.to_dict()["groups"][0]["rows"] = 0
    score.records().clear()
    assert json.dumps(score.to_dict()) == before
    assert score.records()
    assert score != 5
