# SPDX-License-Identifier: Apache-2.0
"""The keywords: those of Python are those of the one table in ask/keywords.hpp, and so is what they say."""

from __future__ import annotations

import inspect
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import DEVICE, MODEL

import gambrel as gb
from gambrel import _core
from gambrel.ask import _terms

TABLES = {"predict": gb.Terms, "serve": gb.LoadTerms, "simulate": gb.SimulationTerms, "tco": gb.TcoTerms}
#: What is no plain value and stands beside the tables.
BESIDE = {"predict": {"runtime", "calibration", "workload"}, "serve": set(), "simulate": {"trace"}, "tco": set()}
KIND = {
    "whole number": "int",
    "number": "float",
    "flag": "bool",
    "text": "str",
    "length": "Length",
    "quantity": "Quantity",
}


def declared(terms: type) -> dict[str, tuple[str, str]]:
    """The keywords that a class declares itself: their types and remarks."""
    found = re.findall(r"^    (\w+): (.+?)  # (.+)$", inspect.getsource(terms), re.M)
    return {name: (kind, remark) for name, kind, remark in found}


@pytest.mark.parametrize("question", TABLES)
def test_every_keyword_of_the_table_is_declared_and_no_other(question: str) -> None:
    table = _core.keywords[question]
    names = {k["name"] for k in table} | {alias for k in table for alias in (*k["aliases"], *k["off"])}
    assert set(declared(TABLES[question])) == names | BESIDE[question]


@pytest.mark.parametrize("question", TABLES)
def test_kinds_and_defaults_are_those_of_the_table(question: str) -> None:
    says = declared(TABLES[question])
    for k in _core.keywords[question]:
        for name in (k["name"], *k["aliases"], *k["off"]):
            kind, remark = says[name]
            assert kind.split(" | ")[0] == KIND[k["kind"]], name
            stated = re.search(r"\[\"?([^]\":]+)", remark)
            if k["default"] and name == k["name"] and stated:
                assert stated.group(1).strip() == k["default"], name


def test_keywords_with_a_unit_end_in_it() -> None:
    endings = {
        "GiB": "_gib",
        "req/s": "_per_s",
        "$/h": "_usd_per_hour",
        "$/kWh": "_usd_per_kwh",
        "ms": "_ms",
        "GB/s": "_gb_per_s",
        "W": "_w",
        "$/Mtok": "_usd_per_mtok",
    }
    for table in _core.keywords.values():
        for k in table:
            if k["unit"]:
                assert k["name"].endswith(endings[k["unit"]])


def test_no_name_is_used_twice() -> None:
    for own in ("serve", "simulate", "tco"):
        names = [n for q in ("predict", own) for k in _core.keywords[q] for n in (k["name"], *k["aliases"], *k["off"])]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("alias", "name", "value"),
    [
        ("tensor_parallel_size", "tp", 2),
        ("pipeline_parallel_size", "pp", 2),
        ("data_parallel_size", "dp", 2),
        ("kv_cache_dtype", "kv", "fp8"),
        ("max_num_batched_tokens", "token_budget", 2048),
        ("max_num_seqs", "max_sequences", 16),
        ("gpu_memory_utilization", "memory_fraction", 0.8),
    ],
)
def test_servers_names_mean_the_same(alias: str, name: str, value: Any) -> None:
    kwargs: dict[str, Any] = {"concurrency": 64}
    by_name = gb.predict(MODEL, DEVICE, **kwargs, **{name: value})
    assert gb.predict(MODEL, DEVICE, **kwargs, **{alias: value}).to_dict() == by_name.to_dict()
    assert by_name.to_dict() != gb.predict(MODEL, DEVICE, **kwargs).to_dict() or name in ("tp", "pp", "dp")
    with pytest.raises(gb.Error, match=f"{name} and {alias} are one setting"):
        gb.predict(MODEL, DEVICE, **{name: value, alias: value})
    option = next(k for k in _core.keywords["predict"] if k["name"] == name)["option"]
    assert alias in {a for k in _core.keywords["predict"] if k["option"] == option for a in k["aliases"]}


def test_aliases_are_axes_too() -> None:
    pytest.importorskip("pandas")
    frame = gb.sweep([MODEL], [DEVICE], max_num_seqs=[8, 16], concurrency=4)
    assert list(frame["max_sequences"]) == [8, 16]


def test_the_runtime_s_own_settings_are_overridden_under_either_name() -> None:
    software = gb.runtime("vllm", max_sequences=8)
    assert (
        gb.predict(MODEL, DEVICE, runtime=software, max_num_seqs=16, concurrency=64).to_dict()
        == gb.predict(MODEL, DEVICE, runtime="vllm", max_sequences=16, concurrency=64).to_dict()
    )


def test_the_help_of_the_command_lists_every_option(command: str | None) -> None:
    if command is None:
        pytest.skip("the command is not built")
    for question in TABLES:
        shown = subprocess.run([command, question, "--help"], capture_output=True, text=True, check=True).stdout
        for k in _core.keywords[question]:
            assert k["option"] in shown
            for alias in (*k["aliases"], *k["off"]):
                assert "--" + alias.replace("_", "-") in shown


def test_the_pages_name_every_keyword() -> None:
    docs = Path(__file__).parents[2] / "docs"
    page = (docs / "command.md").read_text(encoding="utf-8")
    for table in _core.keywords.values():
        for k in table:
            assert k["option"] in page, f"docs/command.md lacks {k['option']}"


def test_terms_is_where_they_are_declared() -> None:
    assert {t.__name__ for t in TABLES.values()} <= set(vars(_terms))
