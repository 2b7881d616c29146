# SPDX-License-Identifier: Apache-2.0
"""Models, devices, runtimes and workloads: by name, by file, by dict, by object."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE, MODEL

import gambrel as gb


def test_catalogs_are_lists_of_names_that_work() -> None:
    for names, make in (
        (gb.models(), gb.model),
        (gb.devices(), gb.device),
        (gb.runtimes(), gb.runtime),
        (gb.workloads(), gb.workload),
    ):
        assert names
        assert len(set(names)) == len(names)
        for name in names:
            assert make(name).name == name
    names = gb.models()
    names.clear()
    assert gb.models()


class TestModel:
    def test_by_name(self) -> None:
        m = gb.model(MODEL)
        assert m.name == MODEL
        assert m.family == "llama"
        assert m.parameters == 8_030_261_248  # as published
        assert m.active_parameters <= m.parameters
        assert m.layers == 32
        assert m.most_context == 131072
        assert eval(repr(m), {"gambrel": gb}) == m
        assert gb.model(m) is m

    def test_of_experts_a_token_meets_a_part(self) -> None:
        m = gb.model("mistralai/Mixtral-8x7B-v0.1")
        assert m.parameters == pytest.approx(46.7e9, rel=0.01)
        assert m.active_parameters == pytest.approx(12.9e9, rel=0.01)

    def test_upper_and_lower_case_are_one(self) -> None:
        assert gb.model(MODEL.lower()) == gb.model(MODEL)
        assert hash(gb.model(MODEL.lower())) == hash(gb.model(MODEL))

    def test_to_dict_is_that_of_the_command(self) -> None:
        d = gb.model(MODEL).to_dict()
        assert d["total_parameters"] == gb.model(MODEL).parameters
        assert d["layers"] == 32
        assert d["kv_bytes_per_token"] == 2 * 32 * 8 * 128 * 2
        assert gb.model(MODEL).to_dict(kv="fp8")["kv_bytes_per_token"] == 2 * 32 * 8 * 128
        assert gb.model(MODEL).to_dict("fp8")["kv_format"] == "fp8"
        with pytest.raises(gb.Error, match="fp8"):
            gb.model(MODEL).to_dict("fp9")

    def test_from_a_configuration(
        self, config: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "somewhere"
        folder.mkdir()
        file = folder / "config.json"
        file.write_text(json.dumps(config), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        made = [
            gb.model(config),
            gb.model(file),
            gb.model(str(file)),
            gb.model(folder),
            gb.model(str(folder)),
            gb.model(Path("somewhere")),
            gb.model(Path("somewhere/config.json")),
            gb.model("./somewhere"),
        ]
        catalog = gb.model(MODEL)
        for m in made:
            assert (m.parameters, m.layers, m.most_context) == (catalog.parameters, catalog.layers, 131072)
            assert m.family == "llama"
            assert m.name == "someone/own-8b"
            assert "8.03 B parameters" in repr(m)
            assert gb.predict(m, DEVICE).tpot == gb.predict(MODEL, DEVICE).tpot
        assert made[1] == made[2] == made[3] == made[4] == made[5]
        assert made[0] != catalog

    def test_a_name_of_ones_own(self, config: dict[str, Any]) -> None:
        unnamed = {k: v for k, v in config.items() if k != "_name_or_path"}
        assert gb.model(unnamed, name="mine").name == "mine"
        assert gb.model(unnamed).name == "llama"

    def test_a_long_name_is_cut_between_characters(self, config: dict[str, Any]) -> None:
        unnamed = {k: v for k, v in config.items() if k != "_name_or_path"}
        for name in ("é" * 60, "aé" * 60, "🙂" * 40, "a🙂" * 40, "x" * 200):
            for m in (gb.model(unnamed, name=name), gb.model({**unnamed, "_name_or_path": name})):
                assert name.startswith(m.name)
                assert 77 <= len(m.name.encode()) <= 80
                assert gb.predict(m, DEVICE).to_dict()["inputs"]["model"] == m.name

    def test_a_file_is_named_after_its_folder(self, config: dict[str, Any], tmp_path: Path) -> None:
        file = tmp_path / "config.json"
        file.write_text(json.dumps({k: v for k, v in config.items() if k != "_name_or_path"}), encoding="utf-8")
        assert gb.model(file).name == tmp_path.name
        assert gb.model(file, name="mine").name == "mine"

    def test_from_what_looks_like_transformers(self, config: dict[str, Any]) -> None:
        class LlamaConfig:
            __module__ = "transformers.models.llama"
            model_type = "llama"
            name_or_path = "someone/own-8b"

            def to_dict(self) -> dict[str, Any]:
                return config

        class LlamaForCausalLM:
            def __init__(self) -> None:
                self.config = LlamaConfig()

        for thing in (LlamaConfig(), LlamaForCausalLM()):
            assert gb.model(thing).parameters == 8_030_261_248
            assert gb.model(thing).name == "someone/own-8b"
            assert gb.predict(thing, DEVICE).tpot == gb.predict(MODEL, DEVICE).tpot

    def test_cannot_be_changed(self) -> None:
        with pytest.raises(AttributeError, match="cannot be changed"):
            gb.model(MODEL).name = "other"  # type: ignore[misc]
        with pytest.raises(AttributeError, match="cannot be changed"):
            gb.model(MODEL).more = 1  # type: ignore[attr-defined]

    def test_is_a_key(self, config: dict[str, Any]) -> None:
        assert len({gb.model(MODEL), gb.model(MODEL), gb.model(config), gb.model(config)}) == 2
        assert gb.model(MODEL) != MODEL
        assert gb.model(MODEL) != gb.device(DEVICE)


class TestDevice:
    def test_by_name(self) -> None:
        d = gb.device(DEVICE)
        assert d.name == DEVICE
        assert "H100" in d.title
        assert eval(repr(d), {"gambrel": gb}) == d
        assert gb.device(d) is d
        assert gb.device(DEVICE.upper()) == d

    def test_to_dict_has_figures_with_sources_and_can_be_read_again(self) -> None:
        d = gb.device(DEVICE).to_dict()
        for figure in (d["memory"]["capacity"], d["memory"]["bandwidth"], d["peak"]["bf16"], d["power"]["limit"]):
            assert {"value", "unit", "source", "date", "evidence"} <= set(figure)
        assert d["memory"]["bandwidth"]["value"] == pytest.approx(3350, rel=0.01)
        assert d["peak"]["bf16"]["value"] == pytest.approx(989.4, rel=0.01)
        again = gb.device(d)
        assert again.name == DEVICE
        assert again != gb.device(DEVICE)  # its figures are now the caller's
        assert gb.predict(MODEL, again).tpot.value == pytest.approx(gb.predict(MODEL, DEVICE).tpot.value, rel=0.5)

    def test_numbers_text_and_quantities_are_the_same_device(self, datasheet: dict[str, Any], ureg: Any) -> None:
        numbers = {
            **datasheet,
            "memory": {"capacity_gb": 96, "bandwidth_gb_per_s": 4000},
            "peak": {"bf16_tflop_per_s": 1000},
            "power": {"limit_w": 700},
        }
        quantities = {
            **datasheet,
            "memory": {"capacity": 96 * ureg.gigabyte, "bandwidth": 4 * ureg.terabyte / ureg.second},
            "power": {"limit": 0.7 * ureg.kilowatt},
        }
        answers = [gb.predict(MODEL, d, concurrency=8).to_dict() for d in (datasheet, numbers, quantities)]
        assert answers[0] == answers[1] == answers[2]

    def test_binary_and_decimal_bytes_differ(self, datasheet: dict[str, Any]) -> None:
        def capacity(text: str) -> float:
            memory = gb.predict(MODEL, {**datasheet, "memory": {"capacity": text, "bandwidth": "4 TB/s"}}).memory
            assert memory is not None
            return float(memory.capacity)

        assert capacity("96 GB") == 96e9
        assert capacity("96 GiB") == 96 * 2**30

    def test_from_a_file(self, datasheet: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "own.json"
        file.write_text(json.dumps(datasheet), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        of_dict = gb.predict(MODEL, datasheet).to_dict()
        for what in (file, str(file), Path("own.json"), "own.json"):
            assert gb.device(what).name == "own"
            assert gb.predict(MODEL, what).to_dict() == of_dict  # type: ignore[arg-type]
        assert "own" in repr(gb.device(file))
        assert gb.device(file) == gb.device(datasheet)
        assert len({gb.device(file), gb.device(datasheet)}) == 1

    def test_cannot_be_changed(self) -> None:
        with pytest.raises(AttributeError, match="cannot be changed"):
            gb.device(DEVICE).name = "other"  # type: ignore[misc]

    @pytest.mark.parametrize(
        ("change", "named"),
        [
            ({"memory": {"capacity": "96 GB", "bandwidth": "4 TB"}}, "bandwidth|B/s"),
            ({"memory": {"capacity": "96 GB", "bandwidth": 4}}, "bandwidth_gb_per_s"),
            ({"memory": {"capacity": "96 GB"}}, "memory.bandwidth is missing"),
            ({"memory": {"capacity": "96 GB", "bandwidht": "4 TB/s"}}, "nearest are bandwidth"),
            ({"peak": {}}, "peak is missing"),
            ({"peak": {"bf16": "1000 TB/s"}}, "FLOP/s"),
            ({"class": "gpu"}, "datacenter_gpu"),
            ({"name": ""}, "name is missing"),
            ({"name": 5}, "name must be text"),
            ({"memory": {"capacity": "96 GB", "capacity_gb": 96, "bandwidth": "4 TB/s"}}, "has both"),
            ({"memory": {"capacity": "-96 GB", "bandwidth": "4 TB/s"}}, "capacity"),
            ({"wheels": 4}, "wheels"),
        ],
    )
    def test_a_wrong_datasheet_names_the_key(
        self, datasheet: dict[str, Any], change: dict[str, Any], named: str
    ) -> None:
        with pytest.raises(gb.Error, match=named):
            gb.device({**datasheet, **change})


class TestRuntime:
    def test_has_a_name_and_settings(self) -> None:
        r = gb.runtime("VLLM", max_sequences=16, memory_fraction=0.5)
        assert r.name == "vllm"
        assert r.settings == {"max_sequences": 16, "memory_fraction": 0.5}
        assert repr(r) == "gambrel.runtime('vllm', max_sequences=16, memory_fraction=0.5)"
        assert eval(repr(r), {"gambrel": gb}) == r
        assert r == gb.runtime("vllm", memory_fraction=0.5, max_sequences=16)
        assert r != gb.runtime("vllm")
        assert len({r, gb.runtime("vllm", memory_fraction=0.5, max_sequences=16)}) == 1

    def test_is_what_its_keywords_are(self) -> None:
        r = gb.runtime("sglang", max_sequences=16)
        assert gb.predict(MODEL, DEVICE, runtime=r, concurrency=64) == gb.predict(
            MODEL, DEVICE, runtime="sglang", max_sequences=16, concurrency=64
        )

    def test_keywords_override_its_settings(self) -> None:
        r = gb.runtime("vllm", max_sequences=16)
        assert gb.predict(MODEL, DEVICE, runtime=r, max_sequences=32, concurrency=64) == gb.predict(
            MODEL, DEVICE, max_sequences=32, concurrency=64
        )

    def test_none_is_the_usual_one_of_the_device(self) -> None:
        assert gb.predict(MODEL, DEVICE, runtime=None).runtime == "vllm"
        assert gb.predict("Qwen/Qwen3-0.6B", "apple-m4-max-40").runtime == "llama.cpp-metal"

    def test_to_dict_has_its_scheduling(self) -> None:
        d = gb.runtime("vllm").to_dict()
        assert d["name"] == "vllm"
        assert "scheduling" in d

    def test_cannot_be_changed(self) -> None:
        r = gb.runtime("vllm", max_sequences=16)
        with pytest.raises(AttributeError, match="cannot be changed"):
            r.name = "tgi"
        r.settings["max_sequences"] = 1
        assert r.settings == {"max_sequences": 16}


class TestWorkload:
    def test_is_what_its_keywords_are(self) -> None:
        w = gb.workload(prompt=2048, output=128, concurrency=16, prefix_hit=0.5)
        assert w.terms == {"prompt": 2048, "output": 128, "concurrency": 16, "prefix_hit": 0.5}
        assert gb.predict(MODEL, DEVICE, workload=w) == gb.predict(MODEL, DEVICE, **w.terms)
        assert gb.predict(MODEL, DEVICE, workload=w.terms) == gb.predict(MODEL, DEVICE, workload=w)
        assert gb.simulate(
            MODEL, DEVICE, workload=gb.workload(prompt=64, output=8), requests=20, warm_up=0
        ) == gb.simulate(MODEL, DEVICE, prompt=64, output=8, requests=20, warm_up=0)

    def test_keywords_override_it(self) -> None:
        w = gb.workload(prompt=2048, output=128, concurrency=16)
        assert gb.predict(MODEL, DEVICE, workload=w, prompt=512) == gb.predict(
            MODEL, DEVICE, prompt=512, output=128, concurrency=16
        )

    @pytest.mark.parametrize("load", [{"concurrency": 4}, {"rate_per_s": 2.0}, {"batch": 8}])
    @pytest.mark.parametrize("own", [{"concurrency": 16}, {"rate_per_s": 1.0}, {"batch": 4}])
    def test_one_load_replaces_another(self, own: dict[str, Any], load: dict[str, Any]) -> None:
        w = gb.workload(prompt=512, **own)
        assert gb.predict(MODEL, DEVICE, workload=w, **load) == gb.predict(MODEL, DEVICE, prompt=512, **load)

    def test_of_the_catalog(self) -> None:
        for name in gb.workloads():
            w = gb.workload(name)
            assert eval(repr(w), {"gambrel": gb}) == w
            whole = gb.predict(MODEL, DEVICE, workload=name, concurrency=2)
            assert whole == gb.predict(MODEL, DEVICE, workload=w, concurrency=2)
            longer = gb.predict(MODEL, DEVICE, workload=name, concurrency=2, output=777)
            assert longer.to_dict()["inputs"]["workload"]["output"]["mean"] == 777

    def test_measured_lengths_are_kept_as_they_were(self) -> None:
        np = pytest.importorskip("numpy")
        lengths = np.arange(1.0, 3001.0)
        w = gb.workload(prompt=lengths)
        same, other = gb.workload(prompt=lengths.copy()), lengths.copy()
        other[1500] = 9999  # where the repr of an array shows dots
        lengths[0] = 5000
        assert w == same == gb.workload(prompt=same.terms["prompt"].tolist())
        assert hash(w) == hash(same)
        assert w != gb.workload(prompt=other)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"concurrency": 4, "batch": 2},
            {"concurrency": 4, "rate_per_s": 2},
            {"prompt": -1},
            {"prompt": "uniform:5"},
            {"prefix_hit": 1.5},
            {"protocol": "unsteady"},
            {"images": -1},
        ],
    )
    def test_is_checked_when_it_is_made(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(gb.Error):
            gb.workload(**wrong)

    def test_a_dict_with_another_keyword_is_refused(self) -> None:
        with pytest.raises(gb.Error, match="promt"):
            gb.predict(MODEL, DEVICE, workload={"promt": 5})
        with pytest.raises(gb.Error, match="int"):
            gb.predict(MODEL, DEVICE, workload=5)  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("make", "wrong", "near"),
    [
        (gb.model, "meta-llama/Llama-3.1-8B-Instuct", MODEL),
        (gb.device, "h100-sxn", DEVICE),
        (gb.runtime, "vlm", "vllm"),
    ],
)
def test_a_name_that_is_none_lists_the_nearest(make: Any, wrong: str, near: str) -> None:
    with pytest.raises(gb.Error) as raised:
        make(wrong)
    assert wrong in str(raised.value)
    assert near in str(raised.value)


@pytest.mark.parametrize("name", ["nowhere/config.json", "./nowhere", "/nowhere/config.json"])
def test_a_file_that_is_not_there(name: str) -> None:
    for what in (name, Path(name)):
        with pytest.raises(gb.Error, match="nowhere"):
            gb.model(what)
    with pytest.raises(gb.Error, match="nowhere"):
        gb.device("/nowhere.json")


def test_a_folder_without_a_configuration(tmp_path: Path) -> None:
    with pytest.raises(gb.Error):
        gb.model(tmp_path)
    (tmp_path / "own.json").mkdir()
    with pytest.raises(gb.Error):
        gb.device(tmp_path / "own.json")


def test_a_path_is_never_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(gb.Error):
        gb.model(Path(MODEL))
    with pytest.raises(gb.Error, match="json"):
        gb.device(Path(DEVICE))
    assert os.listdir(tmp_path) == []


def test_a_datasheet_is_held_against_physics() -> None:
    sheet = {
        "name": "mine",
        "year": 2025,
        "class": "datacenter_gpu",
        "memory": {"capacity": "96 GiB", "bandwidth": "4 TB/s"},
        "peak": {"bf16": "1000 TFLOP/s", "fp8": "4000 TFLOP/s"},
    }
    told = gb.device(sheet).check()
    assert not told["sound"]
    assert [d["kind"] for d in told["doubts"]] == ["format_step"]
    assert told["doubts"][0]["times"] == pytest.approx(2.0)
    assert "power limit" in {m["figure"] for m in told["missing"]}
    assert gb.device("h100-sxm").check()["sound"]
