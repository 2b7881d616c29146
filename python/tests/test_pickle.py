# SPDX-License-Identifier: Apache-2.0
"""Every descriptor and every answer survives pickle, copy and another process."""

from __future__ import annotations

import copy
import json
import multiprocessing
import os
import pickle
from pathlib import Path
from typing import Any, Callable

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

import gambrel as gb

HERE = Path(__file__).parent / "data"


def _workload_of_an_array() -> gb.Workload:
    np = pytest.importorskip("numpy")
    return gb.workload(prompt=np.array([10.0, 20.0, 30.0]))


def _records() -> gb.Simulation:
    pytest.importorskip("numpy")
    return gb.simulate(MODEL, DEVICE, concurrency=4, requests=40, requests_kept=True, steps_kept=True)


MAKE: dict[str, Callable[[Any, Any, Any], Any]] = {
    "model": lambda config, datasheet, rows: gb.model(MODEL),
    "own model": lambda config, datasheet, rows: gb.model(config),
    "device": lambda config, datasheet, rows: gb.device(DEVICE),
    "own device": lambda config, datasheet, rows: gb.device(datasheet),
    "runtime": lambda config, datasheet, rows: gb.runtime("vllm", max_sequences=64),
    "workload": lambda config, datasheet, rows: gb.workload(prompt=(10, 500), concurrency=8),
    "workload of an array": lambda config, datasheet, rows: _workload_of_an_array(),
    "figure": lambda config, datasheet, rows: gb.predict(MODEL, DEVICE).tpot,
    "prediction": lambda config, datasheet, rows: gb.predict(MODEL, DEVICE, concurrency=8, price_usd_per_hour="2 $/h"),
    "own prediction": lambda config, datasheet, rows: gb.predict(
        config, datasheet, runtime=gb.runtime("sglang"), workload=gb.workload(prompt=300)
    ),
    "impossible prediction": lambda config, datasheet, rows: gb.predict(LARGE_MODEL, DEVICE),
    "load": lambda config, datasheet, rows: gb.serve(MODEL, DEVICE, rate_per_s=5),
    "own load": lambda config, datasheet, rows: gb.serve(config, datasheet, concurrency=5),
    "simulation": lambda config, datasheet, rows: gb.simulate(MODEL, DEVICE, concurrency=4, requests=40),
    "simulation with records": lambda config, datasheet, rows: _records(),
    "impossible simulation": lambda config, datasheet, rows: gb.simulate(LARGE_MODEL, DEVICE),
    "validation": lambda config, datasheet, rows: gb.validate(rows),
    "calibration": lambda config, datasheet, rows: gb.calibrate(rows, device=DEVICE),
}


@pytest.fixture(scope="module", params=MAKE)
def thing(request: pytest.FixtureRequest, config: Any, datasheet: Any, rows: Any) -> Any:
    return MAKE[request.param](config, datasheet, rows)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(thing: Any, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(thing, protocol=protocol))
    assert type(again) is type(thing)
    assert again == thing
    assert repr(again) == repr(thing)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copy(thing: Any, copied: Callable[[Any], Any]) -> None:
    again = copied(thing)
    assert type(again) is type(thing)
    assert again == thing


def test_hashes_agree(config: Any, datasheet: Any, rows: Any) -> None:
    for name in ("model", "own model", "device", "own device", "runtime", "workload", "workload of an array", "figure"):
        thing = MAKE[name](config, datasheet, rows)
        assert hash(pickle.loads(pickle.dumps(thing))) == hash(thing)


def test_records_survive() -> None:
    pytest.importorskip("pandas")
    run = _records()
    again = pickle.loads(pickle.dumps(run))
    assert again.requests.equals(run.requests)
    assert again.steps.equals(run.steps)


def test_what_came_from_a_file_needs_it_no_more(config: Any, datasheet: Any, tmp_path: Path) -> None:
    model, device = tmp_path / "config.json", tmp_path / "own.json"
    model.write_text(json.dumps(config), encoding="utf-8")
    device.write_text(json.dumps(datasheet), encoding="utf-8")
    things = [
        gb.model(model),
        gb.device(device),
        gb.predict(model, device),
        gb.predict(str(model), str(device)),
        gb.serve(str(model), str(device), rate_per_s=1),
    ]
    kept = pickle.dumps(things)
    model.unlink()
    device.unlink()
    assert pickle.loads(kept) == things


def test_a_pickle_is_small() -> None:
    assert len(pickle.dumps(gb.model(MODEL))) < 300
    assert len(pickle.dumps(gb.predict(MODEL, DEVICE, concurrency=8))) < 500


def test_an_old_pickle_is_read() -> None:
    """What version 0.1.0 wrote. When this fails, pickles that people keep do too: say so in the changelog."""
    found = pickle.loads((HERE / "pickle-0.1.0.bin").read_bytes())
    assert found["model"] == gb.model(MODEL)
    assert found["device"] == gb.device(DEVICE)
    assert found["runtime"] == gb.runtime("vllm", max_sequences=64)
    assert found["workload"] == gb.workload(prompt=(10, 500), concurrency=8)
    assert found["figure"] == gb.Figure(1.0, 0.5, 2.0, "s")
    assert found["prediction"] == gb.predict(MODEL, DEVICE, concurrency=8)
    assert found["load"] == gb.serve(MODEL, DEVICE, rate_per_s=5)


def _tpot_in_another_process(asked: tuple[gb.Model, gb.Device, int]) -> tuple[int, gb.Prediction]:
    return os.getpid(), gb.predict(asked[0], asked[1], concurrency=asked[2])


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_other_processes(method: str, config: Any, datasheet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system starts no process by {method}")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]))
    asked = [(gb.model(config), gb.device(datasheet), n) for n in (1, 2, 4)]
    with multiprocessing.get_context(method).Pool(2) as pool:
        answers = pool.map(_tpot_in_another_process, asked)
    assert os.getpid() not in {pid for pid, _ in answers}
    assert [p for _, p in answers] == [gb.predict(m, d, concurrency=n) for m, d, n in asked]
