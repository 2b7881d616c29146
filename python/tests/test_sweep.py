# SPDX-License-Identifier: Apache-2.0
"""`sweep` and `sweep_chunks`: every row is what `predict` says, labelled, in the documented order."""

from __future__ import annotations

import itertools
import math
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from operator import attrgetter
from typing import Any, Callable

import pytest
from conftest import DEVICE, LARGE_MODEL, MODEL

import gambrel as gb

np = pytest.importorskip("numpy")
pd = pytest.importorskip("pandas")

SMALL: dict[str, Any] = {"tp": [1, 2], "prompt": [512, 2048], "concurrency": [1, 16, 64]}
# Columns by what they are of a prediction; docs/models/sweep.md has the units.
RANGES = {
    "ttft": ("ttft_s", "ttft_low_s", "ttft_high_s"),
    "tpot": ("tpot_s", "tpot_low_s", "tpot_high_s"),
    "latency": ("latency_s", "latency_low_s", "latency_high_s"),
    "request_throughput": ("requests_per_s", "requests_low_per_s", "requests_high_per_s"),
    "output_throughput": ("output_tokens_per_s", "output_tokens_low_per_s", "output_tokens_high_per_s"),
}
VALUES: dict[str, Callable[[gb.Prediction], float]] = {
    "output_tokens_per_s_per_device": lambda p: p.output_per_device.value,
    "output_tokens_per_s_per_user": lambda p: p.output_per_user.value,
    "prompt_tokens_per_s": lambda p: p.prompt_throughput.value,
    "total_tokens_per_s": lambda p: p.total_throughput.value,
    "usd_per_million_output_tokens": lambda p: math.nan if p.cost is None else p.cost.output.value,
    "usd_per_million_input_tokens": lambda p: math.nan if p.cost is None else p.cost.input.value,
    "usd_per_million_tokens_blended": lambda p: math.nan if p.cost is None else p.cost.blended.value,
    "joules_per_output_token": lambda p: math.nan if p.energy is None else p.energy.per_output_token.value,
    "board_power_w": lambda p: math.nan if p.energy is None else p.energy.board_power.value,
    "memory_weights_bytes": lambda p: p.memory.weights.value,
    "memory_for_kv_bytes": lambda p: p.memory.for_kv.value,
    "kv_bytes_per_token": lambda p: p.memory.kv_per_token.value,
    "shortfall_bytes": lambda p: p.memory.shortfall.value,
    "start_probability": lambda p: p.start.probability,
    **{name: attrgetter(name) for name in ("running", "waiting", "batch", "mfu", "mbu", "utilisation", "prompt_share")},
}


def same(a: float, b: float) -> bool:
    """To the last bit; NaN is like NaN."""
    return a == b or (math.isnan(a) and math.isnan(b))


def differences(row: Any, p: gb.Prediction) -> list[str]:
    """The columns in which a row is not what the prediction says."""
    wrong = [] if row["feasible"] == p.feasible else ["feasible"]
    if not p.feasible:
        kept = {
            "memory_weights_bytes",
            "memory_for_kv_bytes",
            "kv_bytes_per_token",
            "shortfall_bytes",
            "start_probability",
            "most_sequences",
        }
        figures = [c for names in RANGES.values() for c in names] + [c for c in VALUES if c not in kept]
        return wrong + [c for c in figures if not math.isnan(row[c])] + (["status"] if row["status"] == "ok" else [])
    one_token = p.to_dict()["tpot"] is None
    absent = {*RANGES["tpot"], "output_tokens_per_s_per_user"} if one_token else set()
    wrong += [c for c in absent if not math.isnan(row[c])]
    for name, columns in RANGES.items():
        if one_token and name == "tpot":
            continue
        f = getattr(p, name)
        wrong += [c for c, x in zip(columns, (f.value, f.low, f.high)) if not same(row[c], x)]
    wrong += [c for c, of in VALUES.items() if c not in absent and not same(row[c], of(p))]
    wrong += [c for c in ("tpot_bound", "ttft_bound")[one_token:] if row[c].replace(" ", "_") != p.bound[c[:4]]["first"]]
    # The JSON that a prediction's memory is read from has whole requests.
    wrong += [] if math.floor(row["most_sequences"]) == p.memory.most_sequences.value else ["most_sequences"]
    wrong += [] if row["devices"] == p.devices and row["status"] == "ok" else ["devices or status"]
    return wrong


def product(**axes: Any) -> list[dict[str, Any]]:
    """The keywords of each row, the last axis the fastest."""
    return [dict(zip(axes, point)) for point in itertools.product(*axes.values())]


def check(frame: Any, asked: list[dict[str, Any]], sample: int) -> None:
    """Rows have the labels of what was asked, in its order; a sample of them are what `predict` says."""
    assert len(frame) == len(asked)
    for name in asked[0]:
        assert [str(v) for v in frame[name]] == [str(a[name]) for a in asked], name
    rows = frame.to_dict("records")
    for i in random.Random(1).sample(range(len(asked)), min(sample, len(asked))):
        terms = dict(asked[i])
        p = gb.predict(terms.pop("model"), terms.pop("device"), **terms)
        assert differences(rows[i], p) == [], asked[i]


def test_a_wide_sweep_is_predict_row_by_row() -> None:
    axes = {
        "tp": [1, 2, 8],
        "replicas": [1, 2],
        "weights": ["stored", "fp8", "int4"],
        "kv": ["stored", "fp8"],
        "prompt": [100, 4096],
        "output": [1, 300],
        "concurrency": [1, 33, 2000],
    }
    models, devices = [MODEL, LARGE_MODEL, "Qwen/Qwen3-30B-A3B"], ["h100-sxm", "mi300x", "l4"]
    frame = gb.sweep(models, devices, **axes)
    asked = product(model=models, device=devices, **axes)
    check(frame, asked, 250)
    assert set(frame["status"].unique()) == {"ok", "does not fit"}


def test_rates_are_predict_row_by_row() -> None:
    axes = {"tp": [2, 4], "weights": ["fp8"], "prompt": [512, 2048], "rate_per_s": [0.5, 4.0, 400.0]}
    frame = gb.sweep(LARGE_MODEL, DEVICE, **axes)
    check(frame, product(model=[LARGE_MODEL], device=[DEVICE], **axes), 12)
    assert "concurrency" not in frame
    assert (frame["status"] == "unstable").any()


def test_every_other_axis_is_predict_row_by_row() -> None:
    axes = {
        "token_budget": [2048, 8192],
        "max_sequences": [16, 256],
        "memory_fraction": [0.8, 0.9],
        "pp": [1, 2],
        "dp": [1],
        "sp": [False, True],
        "lora_rank": [0, 16],
        "lora_adapters": [1, 4],
        "protocol": ["steady", "benchmark"],
        "images": [0],
        "prefix_hit": [0.0, 0.5],
        "concurrency": [40],
    }
    frame = gb.sweep(MODEL, DEVICE, tp=2, **axes)
    check(frame, [{**a, "tp": 2} for a in product(model=[MODEL], device=[DEVICE], **axes)], 120)


def test_memory_and_runtime_are_axes() -> None:
    axes = {"memory_gib": [40, 80], "runtime": ["vllm", "sglang", "tensorrt-llm"], "concurrency": [1, 64]}
    frame = gb.sweep(MODEL, ["a100-sxm-80", DEVICE], **axes)
    check(frame, product(model=[MODEL], device=["a100-sxm-80", DEVICE], **axes), 24)


def test_lengths_of_every_kind() -> None:
    lengths = np.array([100.0, 700.0, 3000.0])
    prompts = ["uniform:100:900", "lognormal:800:0.6", (10, 500), lengths, 512]
    frame = gb.sweep(MODEL, DEVICE, prompt=prompts)
    assert list(frame["prompt"]) == [*prompts[:2], "uniform:10:500", "3 lengths", "512"]
    for row, prompt in zip(frame.to_dict("records"), prompts):
        assert differences(row, gb.predict(MODEL, DEVICE, prompt=prompt)) == []


def test_devices_have_their_usual_runtimes_and_the_order_stays() -> None:
    models, devices = [MODEL, "Qwen/Qwen3-8B"], [DEVICE, "apple-m3-ultra", "l40s"]
    axes = {"weights": ["int4"], "concurrency": [1, 4]}
    frame = gb.sweep(models, devices, memory_gib=96, **axes)
    asked = product(model=models, device=devices, memory_gib=[96], **axes)
    check(frame, asked, len(asked))
    usual = {d: gb.predict(MODEL, d, memory_gib=96, weights="int4").runtime for d in devices}
    assert len(set(usual.values())) == 2
    assert list(frame["runtime"]) == [usual[a["device"]] for a in asked]
    chunks = list(gb.sweep_chunks(models, devices, memory_gib=96, chunk_rows=3, **axes))
    assert sum(map(len, chunks)) == len(frame)


def test_own_models_and_devices(datasheet: dict[str, Any], config: dict[str, Any]) -> None:
    own_model, own_device = gb.model(config), gb.device(datasheet)
    frame = gb.sweep([MODEL, own_model, config], [own_device, DEVICE, datasheet], concurrency=[8])
    assert list(frame["model"]) == [MODEL] * 3 + ["someone/own-8b"] * 6
    assert list(frame["device"]) == ["own", DEVICE, "own"] * 3
    assert differences(frame.iloc[3], gb.predict(own_model, own_device, concurrency=8)) == []
    assert frame["usd_per_million_output_tokens"].isna().tolist() == [True, False, True] * 3


def test_a_workload_of_the_catalog() -> None:
    frame = gb.sweep(MODEL, DEVICE, workload="inferencex-1k8k", concurrency=[1, 16])
    assert list(frame.prompt) == list(frame.output) == ["inferencex-1k8k"] * 2
    assert differences(frame.iloc[1], gb.predict(MODEL, DEVICE, workload="inferencex-1k8k", concurrency=16)) == []
    rated = gb.sweep(MODEL, DEVICE, workload="azure-code", rate_per_s=[1, 2], output=100)
    assert list(rated.output) == [100, 100]
    assert differences(rated.iloc[0], gb.predict(MODEL, DEVICE, workload="azure-code", rate_per_s=1, output=100)) == []
    burst = gb.workload("inferencex-1k1k", concurrency=8)
    assert differences(gb.sweep(MODEL, DEVICE, workload=burst).iloc[0], gb.predict(MODEL, DEVICE, workload=burst)) == []


def test_a_runtime_with_settings_and_a_workload() -> None:
    software = gb.runtime("vllm", max_sequences=8)
    load = gb.workload(prompt=3000, output=30, concurrency=16)
    frame = gb.sweep(MODEL, DEVICE, runtime=software, workload=load, token_budget=[1024, 2048])
    assert list(frame["max_sequences"]) == [8, 8]
    p = gb.predict(MODEL, DEVICE, runtime=software, workload=load, token_budget=2048)
    assert p.waiting > 0
    assert differences(frame.iloc[1], p) == []
    rated = gb.sweep(MODEL, DEVICE, workload=load, rate_per_s=[1, 2])
    assert differences(rated.iloc[0], gb.predict(MODEL, DEVICE, workload=load, rate_per_s=1)) == []


def test_calibrations_are_an_axis(rows: list[dict[str, Any]], tmp_path: Any) -> None:
    c = gb.calibrate(rows, device=DEVICE)
    path = str(tmp_path / "mine.json")
    c.save(path)
    frame = gb.sweep(MODEL, DEVICE, calibration=[None, c, path])
    assert list(frame["calibration"]) == ["shipped", "given 2", path]
    assert differences(frame.iloc[0], gb.predict(MODEL, DEVICE)) == []
    assert differences(frame.iloc[1], gb.predict(MODEL, DEVICE, calibration=c)) == []
    assert frame["tpot_s"][1] == frame["tpot_s"][2] != frame["tpot_s"][0]


def test_price_and_overheads_hold_for_every_row() -> None:
    terms = {"price_usd_per_hour": 1.25, "pue": 1.3, "server_power": 1.2}
    frame = gb.sweep(MODEL, DEVICE, electricity_usd_per_kwh=0.3, concurrency=[1, 64], **terms)
    assert differences(frame.iloc[1], gb.predict(MODEL, DEVICE, concurrency=64, **terms)) == []


def test_an_infeasible_row_says_why() -> None:
    row = gb.sweep(LARGE_MODEL, DEVICE).iloc[0]
    assert not row["feasible"]
    assert row["status"] == "does not fit"
    assert math.isnan(row["tpot_s"])
    assert row["tpot_bound"] is np.nan or row["tpot_bound"] != row["tpot_bound"]
    assert row["shortfall_bytes"] == gb.predict(LARGE_MODEL, DEVICE).memory.shortfall.value > 0


def test_filters_keep_what_they_say() -> None:
    terms = {**SMALL, "tp": [1, 2, 4], "concurrency": range(1, 65)}
    everything = gb.sweep(LARGE_MODEL, DEVICE, **terms)
    possible = everything[everything["feasible"]]
    assert 0 < len(possible) < len(everything)
    pd.testing.assert_frame_equal(
        gb.sweep(LARGE_MODEL, DEVICE, feasible=True, **terms), possible.reset_index(drop=True)
    )
    for name, column, limit in (("max_tpot_ms", "tpot_s", 32), ("max_ttft_ms", "ttft_s", 150)):
        wanted = possible[possible[column] <= limit / 1e3].reset_index(drop=True)
        assert 0 < len(wanted) < len(possible)
        pd.testing.assert_frame_equal(gb.sweep(LARGE_MODEL, DEVICE, **{name: limit}, **terms), wanted)
        pd.testing.assert_frame_equal(gb.sweep(LARGE_MODEL, DEVICE, **{name: f"{limit} ms"}, **terms), wanted)
    none = gb.sweep(LARGE_MODEL, DEVICE, max_latency_ms=1e-3, **terms)
    assert len(none) == 0
    assert list(none.columns) == list(everything.columns)
    assert (none.dtypes == everything.dtypes).all()


def test_columns_choose_figures() -> None:
    everything = gb.sweep(MODEL, DEVICE, **SMALL)
    some = gb.sweep(MODEL, DEVICE, columns=["tpot_s", "devices", "mfu"], **SMALL)
    figures = [c for c in everything.columns if c in gb._core.sweep_figures]
    left = [c for c in everything.columns if c not in figures]
    assert left[:9] == ["model", "device", "runtime", "tp", "weights", "kv", "prompt", "output", "concurrency"]
    assert left[9:] == ["devices", "feasible", "status", "tpot_bound", "ttft_bound"]
    assert figures == list(gb._core.sweep_figures)
    pd.testing.assert_frame_equal(some, everything[[*left, "tpot_s", "mfu"]])
    assert list(gb.sweep(MODEL, DEVICE, columns="tpot_s", **SMALL).columns) == [*left, "tpot_s"]
    assert list(gb.sweep(MODEL, DEVICE, columns=[], **SMALL).columns) == left


def test_numpy_frame() -> None:
    frame = gb.sweep([MODEL, LARGE_MODEL], DEVICE, **SMALL)
    table = gb.sweep([MODEL, LARGE_MODEL], DEVICE, frame="numpy", **SMALL)
    assert table.dtype.names == tuple(frame.columns)
    for name in ("model", "status", "tp", "concurrency", "devices", "feasible"):
        assert list(table[name]) == list(frame[name]), name
    assert list(table["tpot_bound"]) == list(frame["tpot_bound"].astype(object).fillna(""))
    np.testing.assert_array_equal(table["tpot_s"], frame["tpot_s"])


def test_arrow_frame() -> None:
    pytest.importorskip("pyarrow")
    frame = gb.sweep([MODEL, LARGE_MODEL], DEVICE, **SMALL)
    table = gb.sweep([MODEL, LARGE_MODEL], DEVICE, frame="arrow", **SMALL)
    assert table.column_names == list(frame.columns)
    for name in ("model", "status", "tp", "devices", "feasible"):
        assert table[name].to_pylist() == list(frame[name]), name
    assert table["tpot_bound"].null_count == (~frame["feasible"]).sum()


def test_without_pandas_the_table_is_an_array() -> None:
    script = (
        "import sys; sys.modules['pandas'] = None; sys.modules['pyarrow'] = None\n"
        "import gambrel as gb\n"
        f"table = gb.sweep({MODEL!r}, {DEVICE!r}, concurrency=[1, 2])\n"
        "print(type(table).__name__, table['concurrency'].tolist(), table['model'][0])\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.split("\n")[0] == f"ndarray [1, 2] {MODEL}", done.stderr


@pytest.mark.parametrize(
    "values",
    [
        range(1, 5),
        np.arange(1, 5),
        np.arange(1.0, 5.0),
        iter([1, 2, 3, 4]),
        pd.Series([1, 2, 3, 4]),
        (n for n in (1, 2, 3, 4)),
    ],
    ids=["range", "array", "floats", "iterator", "series", "generator"],
)
def test_any_iterable_is_an_axis(values: Any) -> None:
    frame = gb.sweep(MODEL, DEVICE, concurrency=values)
    assert list(frame["concurrency"]) == [1, 2, 3, 4]
    assert differences(frame.iloc[3], gb.predict(MODEL, DEVICE, concurrency=4)) == []


def test_one_value_is_one_row(ureg: Any) -> None:
    assert len(gb.sweep(MODEL, DEVICE)) == 1
    assert len(gb.sweep(MODEL, DEVICE, concurrency=np.int64(8), tp=np.array(2), prompt=(10, 20), rate_per_s=None)) == 1
    frame = gb.sweep(MODEL, DEVICE, memory_gib=[64 * ureg.GiB, "80 GiB"], max_tpot_ms=1 * ureg.second)
    assert list(frame["memory_gib"]) == ["64 gibibyte", "80 GiB"]


@pytest.mark.parametrize(
    ("keywords", "sentence"),
    [
        ({"tp": []}, "tp is empty: the sweep would have no rows"),
        ({"concurency": [1]}, 'unknown keyword "concurency"; the nearest are concurrency'),
        ({"batch": 8}, "a static batch is no axis of a sweep"),
        ({"tp": [1, 2.5]}, "tp is of type float; it must be a whole number"),
        ({"tp": [1, -2]}, "a degree of parallelism is -2; it must be from 1"),
        ({"concurrency": [1, math.nan]}, "the concurrency is nan; it must be from 1"),
        ({"concurrency": [1, [2]]}, "concurrency is of type list; it must be a number"),
        ({"concurrency": [1], "rate_per_s": [1]}, "concurrency and rate_per_s exclude each other"),
        ({"prompt": itertools.count(1)}, "prompt has more than 1,000,000 values"),
        ({"tp": range(1, 3000), "pp": range(1, 3000)}, "tp and pp make 8,994,001 combinations"),
        ({"weights": ["fp8", "fp9"]}, 'unknown format "fp9"; the nearest are fp8'),
        ({"runtime": ["vllm", "vlm"]}, 'unknown runtime "vlm"; the nearest are vllm'),
        ({"runtime": [gb.runtime("vllm", token_budget=99), "sglang"]}, "are swept one at a time"),
        ({"workload": "inferencex-1k9k"}, "inferencex-1k8k"),
        ({"price_usd_per_hour": [1, 2]}, "price_usd_per_hour is of type list"),
        ({"electricity_usd_per_kwh": [1, 2]}, "electricity_usd_per_kwh is of type list"),
        ({"columns": ["tpot"]}, 'unknown column "tpot"; the nearest are tpot_s'),
        ({"columns": 3}, "columns is of type int"),
        ({"frame": "polars"}, "frame is 'polars'; it must be"),
        ({"threads": -1}, "threads is -1; it must be from 0 to 1,024"),
        ({"threads": 1.5}, "threads is of type float"),
        ({"feasible": 1}, "feasible is True or False"),
        ({"max_tpot_ms": -3}, "max_tpot_ms is -3; it must be more than 0"),
        ({"max_ttft_ms": [3]}, "max_ttft_ms is of type list"),
        ({"executor": 3}, "executor is of type int"),
        ({"progress": 3}, "progress is True or False"),
    ],
    ids=lambda v: next(iter(v)) if isinstance(v, dict) else "",
)
def test_wrong_questions(keywords: dict[str, Any], sentence: str) -> None:
    with pytest.raises(gb.Error) as e:
        gb.sweep(MODEL, DEVICE, **keywords)
    assert sentence in str(e.value)


def test_wrong_names() -> None:
    with pytest.raises(gb.Error, match="models is empty"):
        gb.sweep([], DEVICE)
    with pytest.raises(gb.Error, match='unknown device "h10"; the nearest are h100-sxm'):
        gb.sweep(MODEL, [DEVICE, "h10"])
    with pytest.raises(gb.Error, match="chunk_rows is 0"):
        gb.sweep_chunks(MODEL, DEVICE, chunk_rows=0)


def test_more_rows_than_memory_holds_are_gone_through_in_chunks() -> None:
    axes = {"prompt": range(1, 1002), "output": range(1, 201), "concurrency": range(1, 301)}
    with pytest.raises(gb.Error, match="has 60,060,000 rows; at most 50,000,000 at once.*sweep_chunks"):
        gb.sweep(MODEL, DEVICE, **axes)
    chunks = gb.sweep_chunks(MODEL, DEVICE, chunk_rows=1000, columns=["tpot_s"], **axes)
    first, second = next(chunks), next(chunks)
    assert len(first) == len(second) == 1000
    assert second.iloc[0][["prompt", "output", "concurrency"]].tolist() == [1, 4, 101]
    assert second["tpot_s"][0] == gb.predict(MODEL, DEVICE, prompt=1, output=4, concurrency=101).tpot.value


def test_chunks_are_the_sweep_in_pieces() -> None:
    whole = gb.sweep([MODEL, LARGE_MODEL], DEVICE, **SMALL)
    pieces = list(gb.sweep_chunks([MODEL, LARGE_MODEL], DEVICE, chunk_rows=7, **SMALL))
    assert [len(p) for p in pieces] == [7, 7, 7, 3]
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)
    kept = pd.concat(
        gb.sweep_chunks([MODEL, LARGE_MODEL], DEVICE, chunk_rows=7, feasible=True, **SMALL), ignore_index=True
    )
    pd.testing.assert_frame_equal(kept, whole[whole["feasible"]].reset_index(drop=True))


def test_any_number_of_threads_gives_the_same_bits() -> None:
    terms = {**SMALL, "concurrency": range(1, 400)}
    one, two = (gb.sweep(MODEL, DEVICE, threads=n, **terms) for n in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def executors() -> list[Any]:
    def processes() -> Executor:
        return ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    return [pytest.param(lambda: ThreadPoolExecutor(2), id="threads"), pytest.param(processes, id="processes")]


@pytest.mark.parametrize("make", executors())
def test_executors_give_the_same_frame(make: Callable[[], Executor], datasheet: dict[str, Any]) -> None:
    devices = [DEVICE, "apple-m3-ultra", gb.device(datasheet)]
    terms: dict[str, Any] = {"memory_gib": 96, "prompt": [np.array([3.0, 500.0]), 20], "concurrency": range(1, 200)}
    seen: list[tuple[int, int]] = []
    with make() as pool:
        for limits in ({}, {"max_tpot_ms": 30}):
            frame = gb.sweep(MODEL, devices, executor=pool, progress=lambda *done: seen.append(done), **limits, **terms)
            pd.testing.assert_frame_equal(frame, gb.sweep(MODEL, devices, **limits, **terms), check_exact=True)
    assert seen[-1] == (1194, 1194)


@pytest.mark.filterwarnings("ignore")  # dask's own
def test_dask_gives_the_same_frame() -> None:
    distributed = pytest.importorskip("distributed")
    alone = {"processes": False, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(1, **alone) as cluster, distributed.Client(cluster) as client:
        frame = gb.sweep(MODEL, DEVICE, executor=client.get_executor(), **SMALL)
    pd.testing.assert_frame_equal(frame, gb.sweep(MODEL, DEVICE, **SMALL), check_exact=True)


def test_an_error_elsewhere_arrives() -> None:
    class Broken(Executor):
        def submit(self, *_: Any, **__: Any) -> Any:
            from concurrent.futures import Future

            future: Future[Any] = Future()
            future.set_exception(OSError("the machine is gone"))
            return future

    with pytest.raises(OSError, match="the machine is gone"):
        gb.sweep(MODEL, DEVICE, executor=Broken(), **SMALL)


def test_progress_is_called_with_rows_done_and_in_all() -> None:
    seen: list[tuple[int, int]] = []
    gb.sweep(MODEL, DEVICE, concurrency=range(1, 200_001), columns=["tpot_s"], progress=lambda *a: seen.append(a))
    assert seen[-1] == (200_000, 200_000)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {total for _, total in seen} == {200_000}


def test_what_progress_raises_ends_the_sweep() -> None:
    def enough(done: int, total: int) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        gb.sweep(MODEL, DEVICE, prompt=range(1, 2001), concurrency=range(1, 1001), columns=[], progress=enough)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to send")
def test_ctrl_c_ends_a_long_sweep() -> None:
    script = (
        "import gambrel as gb\n"
        "axes = dict(prompt=range(1, 5001), concurrency=range(1, 8001), columns=['tpot_s'])\n"
        f"gb.sweep({MODEL!r}, {DEVICE!r}, progress=lambda *_: print('begun', flush=True), **axes)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        sent = time.monotonic()
        _, errors = process.communicate(timeout=30)
        took = time.monotonic() - sent
    assert "KeyboardInterrupt" in errors
    assert took < 10.0, f"{took:.2f} s"  # the sweep would take minutes; a busy machine takes seconds to stop it


def test_what_a_sweep_asks_travels() -> None:
    from gambrel.sweep._axes import Spec

    spec = Spec([MODEL], [DEVICE], {"prompt": [np.array([1.0, 2.0])], "tp": range(1, 3)}, {"tpot": 30})
    again = pickle.loads(pickle.dumps(spec))
    assert (again.given["tp"], again.limits) == ([1, 2], {"tpot_p99_ms": 30.0})
    assert sum(p.rows for p in again.parts()) == 2


def test_a_million_rows_with_their_frame(capsys: pytest.CaptureFixture[str]) -> None:
    axes = {"tp": 4, "weights": "fp8", "kv": "fp8", "prompt": range(100, 2100), "concurrency": range(1, 513)}
    begun, begun_cpu = time.perf_counter(), time.process_time()
    frame = gb.sweep(LARGE_MODEL, DEVICE, threads=1, **axes)
    wall, cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
    with capsys.disabled():
        print(
            f"\n{len(frame):,} rows: {len(frame) / cpu:,.0f} per second of a core, {len(frame) / wall:,.0f} by the clock"
        )
    assert len(frame) == 1_024_000
    assert len(frame) / cpu > 50_000
