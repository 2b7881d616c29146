# SPDX-License-Identifier: Apache-2.0
"""Other people's benchmark output as rows: each tool's layouts, what is left out, what is refused, and the round trip.

Expected values are read off the files in data/ or computed here from what a run was given; see data/README.md.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gambrel._error import Error
from gambrel.measured import Measured, read_guidellm, read_llama_bench, read_measured, read_vllm

DATA = Path(__file__).resolve().parent / "data"


def figures(table: Measured) -> dict[str, Any]:
    return {str(row["metric"]): row["value"] for row in table}


def only(table: Measured, column: str) -> Any:
    values = {row[column] for row in table}
    assert len(values) == 1, values
    return values.pop()


def vllm_result(**changes: Any) -> dict[str, Any]:
    """One result: 100 requests of 1000 and 101 tokens by 10 clients, TPOT 10 ms, TTFT 50 ms, so a latency of 1.05 s."""
    per_second = 10 / 1.05
    result: dict[str, Any] = {
        "date": "20251103-101502",
        "backend": "openai",
        "model_id": "meta-llama/Llama-3.1-8B-Instruct",
        "num_prompts": 100,
        "request_rate": "inf",
        "burstiness": 1.0,
        "max_concurrency": 10,
        "duration": 100 / per_second,
        "completed": 100,
        "total_input_tokens": 100_000,
        "total_output_tokens": 10_100,
        "request_throughput": per_second,
        "output_throughput": 101 * per_second,
        "total_token_throughput": 1101 * per_second,
        "mean_ttft_ms": 50.0,
        "median_ttft_ms": 45.0,
        "mean_tpot_ms": 10.0,
        "median_tpot_ms": 9.9,
        "mean_itl_ms": 10.0,
        "median_itl_ms": 9.0,
        "mean_e2el_ms": 1050.0,
        "median_e2el_ms": 1040.0,
    }
    result.update(changes)
    return {key: value for key, value in result.items() if value is not ...}


def distribution(mean: float, median: float | None = None, count: int = 100) -> dict[str, Any]:
    return {
        "mean": mean,
        "median": mean if median is None else median,
        "count": count,
        "percentiles": {"p50": median or mean},
    }


def guidellm_metrics(**changes: Any) -> dict[str, Any]:
    """The same run as `vllm_result`, as GuideLLM's distributions; request_latency is in seconds."""
    values = {
        "requests_per_second": 10 / 1.05,
        "request_concurrency": 9.9,
        "request_latency": 1.05,
        "prompt_token_count": 1000.0,
        "output_token_count": 101.0,
        "time_to_first_token_ms": 50.0,
        "time_per_output_token_ms": 1050.0 / 101,
        "inter_token_latency_ms": 10.0,
        "output_tokens_per_second": 1010 / 1.05,
    }
    values.update(changes)
    zero = distribution(0.0, count=0)
    return {
        name: {"successful": distribution(v), "errored": zero, "incomplete": zero, "total": distribution(v)}
        for name, v in values.items()
    }


def guidellm_report(layout: str, *runs: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    """A report in the layout of "0.3", "0.6" or "0.8" of (strategy, metrics)."""
    model = "meta-llama/Llama-3.1-8B-Instruct"
    totals = {"successful": 100, "errored": 0, "incomplete": 0}
    if layout == "0.3":
        return {
            "benchmarks": [
                {
                    "args": {"strategy": strategy, "strategy_index": i},
                    "run_stats": {"start_time": 1746000000.0, **{f"total_{k}": v for k, v in totals.items()}},
                    "worker": {"backend_model": model},
                    "total_count": totals,
                    "metrics": metrics,
                }
                for i, (strategy, metrics) in enumerate(runs)
            ]
        }
    benchmarks = [
        {
            "config": {"strategy": strategy, "backend": {"model": model} if layout == "0.8" else {}},
            "scheduler_metrics": {"start_time": 1746000000.0, "requests_made": {**totals, "total": 100}},
            "metrics": {"request_totals": {**totals, "total": 100}, **metrics},
        }
        for strategy, metrics in runs
    ]
    if layout == "0.6":
        return {
            "metadata": {"version": 1, "guidellm_version": "0.6.0"},
            "args": {"backend_kwargs": {"model": model}, "data": ["prompt_tokens=1000"]},
            "benchmarks": benchmarks,
        }
    return {
        "metadata": {"version": 2, "guidellm_version": "0.8.0"},
        "config": {"spec": {"backend": {"model": model}, "data": [{"prompt_tokens": 1000, "turns": 1}]}},
        "benchmarks": benchmarks,
    }


def llama_bench_test(**changes: Any) -> dict[str, Any]:
    test: dict[str, Any] = json.loads((DATA / "llama-bench-2026.json").read_text())[0]
    test.update(changes)
    return test


class TestVllm:
    def test_a_result_of_2025(self) -> None:
        table = read_vllm(DATA / "vllm-2025-11.json", device="h100-sxm")
        assert table.kind == "serving"
        assert not table.skipped
        assert only(table, "model") == "meta-llama/Llama-3.1-8B-Instruct"
        assert only(table, "hardware") == "h100-sxm"
        assert only(table, "date") == "2025-11-03"
        assert (only(table, "concurrency"), only(table, "request_rate")) == (16, "inf")
        assert (only(table, "input_len"), only(table, "output_len")) == (1024, 128)
        assert figures(table) == {
            "ttft_mean": 55,
            "ttft_median": pytest.approx(50.6),
            "tpot_mean": pytest.approx(9.6),
            "tpot_median": pytest.approx(9.504),
            "e2e_latency_mean": pytest.approx(1274.2),
            "e2e_latency_median": pytest.approx(1267.829),
            "output_throughput": pytest.approx(16 * 128 / 1.2742),
        }
        assert {str(r["metric"]): r["unit"] for r in table}["output_throughput"] == "tok/s"
        assert {str(r["metric"]): r["unit"] for r in table}["ttft_mean"] == "ms"

    def test_a_result_of_2024_without_concurrency(self) -> None:
        table = read_vllm(DATA / "vllm-2024-06.json", device="a100-sxm-80")
        assert (only(table, "concurrency"), only(table, "request_rate")) == ("max", "inf")
        assert set(figures(table)) == {"tpot_mean", "tpot_median", "output_throughput"}
        assert sum(table.skipped.values()) == 2  # mean and median TTFT: the wait in a queue of 1,000

    def test_lists_per_request_stand_in_for_missing_statistics(self) -> None:
        table = read_vllm(DATA / "vllm-2025-03-detailed.json", device="h100-sxm")
        assert figures(table)["ttft_mean"] == pytest.approx(1e3 * (0.040 + 0.058 + 0.031 + 0.030 + 0.032 + 0.031) / 6)
        assert figures(table)["ttft_median"] == pytest.approx(31.5)
        assert only(table, "input_len") == 512

    def test_lengths_from_lists_where_totals_are_missing(self) -> None:
        result = vllm_result(
            total_input_tokens=..., total_output_tokens=..., input_lens=[900, 1100], output_lens=[101, 101]
        )
        table = read_vllm(result, device="h100-sxm")
        assert (only(table, "input_len"), only(table, "output_len")) == (1000, 101)

    def test_appended_results_and_what_metadata_says(self) -> None:
        table = read_vllm(DATA / "vllm-appended.json")
        assert only(table, "hardware") == "h100-sxm"
        assert only(table, "framework_version") == "0.11.0"
        assert [r["concurrency"] for r in table.where(metric="tpot_mean")] == [1, 8, ""]
        assert [r["request_rate"] for r in table.where(metric="tpot_mean")] == ["inf", "inf", 8]
        assert next(r["source"] for r in table.where(metric="tpot_mean")) == "vllm-appended.json result 1"

    def test_a_published_result_that_neither_saturates_nor_settles(self) -> None:
        """900 requests at once over four replicas are fewer than their slots."""
        table = read_vllm(DATA / "vllm-2025-05-published.json", device="l40s", dp=4)
        assert len(table) == 0
        assert table.skipped == {"run: fewer than 1000 requests all at once: neither saturated nor a steady load": 1}

    def test_sglang(self) -> None:
        table = read_vllm(DATA / "sglang.jsonl", device="h100-sxm", model="llama-3.1-8b")
        assert only(table, "framework") == "sglang"
        assert only(table, "source_id") == "sglang-bench"
        assert len(table.where(metric="e2e_latency_mean")) == 2

    def test_a_folder(self, tmp_path: Path) -> None:
        for clients in (4, 8):
            (tmp_path / f"c{clients}.json").write_text(json.dumps(vllm_result(max_concurrency=clients)))
        (tmp_path / "c4.pytorch.json").write_text("[]")  # the tool writes one beside each result
        table = read_vllm(tmp_path, device="h100-sxm")
        assert [r["concurrency"] for r in table.where(metric="ttft_mean")] == [4, 8]

    def test_figures_that_say_the_same_are_not_repeated(self) -> None:
        table = read_vllm(vllm_result(), device="h100-sxm")
        assert not {"itl_mean", "total_throughput", "request_throughput"} & set(figures(table))
        alone = read_vllm(vllm_result(output_throughput=..., mean_tpot_ms=...), device="h100-sxm")
        assert {"itl_mean", "request_throughput"} < set(figures(alone))

    def test_keywords_fill_what_the_file_does_not_say(self) -> None:
        table = read_vllm(
            vllm_result(),
            device="h100-sxm",
            weights="fp8",
            kv="fp8",
            tp=2,
            pp=2,
            runtime_version="0.11",
            notes="mine",
            source="lab",
        )
        row = table[0]
        assert (row["num_devices"], row["tp"], row["pp"]) == (4, 2, 2)
        assert (row["weight_format"], row["kv_format"], row["framework_version"]) == ("fp8", "fp8", "0.11")
        assert row["source_id"] == "lab"
        assert row["notes"] == "100 requests; runtime assumed: vllm; mine"

    @pytest.mark.parametrize(
        ("changes", "terms", "both"),
        [
            ({"tp": "2"}, {"tp": 4}, ("'4'", "'2'")),
            ({"model_id": "meta-llama/Llama-3.1-70B"}, {"model": "llama-3.1-8b"}, ("llama-3.1-8b", "70B")),
            ({"gpu": "4xNVIDIA_L40S"}, {"device": "h100-sxm"}, ("h100-sxm", "L40S")),
            ({"version": "0.9.1"}, {"runtime_version": "0.11.0"}, ("0.11.0", "0.9.1")),
            ({"backend": "sglang"}, {"runtime": "vllm"}, ("'vllm'", "'sglang'")),
            ({"weights": "bf16"}, {"weights": "fp8"}, ("fp8", "bf16")),
            ({}, {"prompt": 4000}, ("4000", "1000")),
            ({}, {"output": 500}, ("500", "101")),
        ],
    )
    def test_a_contradiction_names_both(
        self, changes: dict[str, Any], terms: dict[str, Any], both: tuple[str, str]
    ) -> None:
        with pytest.raises(Error) as told:
            read_vllm(vllm_result(**changes), **{"device": "h100-sxm", **terms})
        assert all(part in str(told.value) for part in both)

    @pytest.mark.parametrize(
        ("file_says", "device"),
        [
            ("NVIDIA H100 80GB HBM3", "h100-sxm"),
            ("4xNVIDIA_L40S", "l40s"),
            ("NVIDIA A100-SXM4-80GB", "a100-sxm-80"),
            ("NVIDIA GeForce RTX 4090", "rtx-4090"),
            ("AMD Radeon Graphics (RADV GFX1151)", "strix-halo"),
            ("AMD Instinct MI300X", "mi300x"),
            ("AMD Radeon RX 7900 XTX", "rx-7900xtx"),
            ("NVIDIA GeForce RTX 4070 Ti", "rtx-4070ti"),
            ("NVIDIA RTX PRO 6000 Blackwell Server Edition", "rtx-pro-6000-bse"),
            ("Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz", "xeon-8380"),
            ("13th Gen Intel(R) Core(TM) i9-13900K", "i9-13900k"),
            ("AMD EPYC 9654 96-Core Processor", "epyc-9654"),
            ("NVIDIA GH200 480GB", "gh200-96"),
            ("Apple M2 Ultra", "apple-m2-ultra"),
            ("Tesla V100-SXM2-16GB", "v100-sxm2-16"),
        ],
    )
    def test_names_of_one_device_do_not_contradict(self, file_says: str, device: str) -> None:
        assert only(read_vllm(vllm_result(gpu=file_says), device=device), "hardware") == device

    @pytest.mark.parametrize(
        ("file_says", "device"),
        [
            ("NVIDIA L40S", "l4"),
            ("NVIDIA H200", "h100-sxm"),
            ("NVIDIA A10G", "a100-sxm-80"),
            ("RTX 4090", "rtx-3090"),
            ("MI300A", "mi300x"),
        ],
    )
    def test_names_of_two_devices_do(self, file_says: str, device: str) -> None:
        with pytest.raises(Error, match="device is stated"):
            read_vllm(vllm_result(gpu=file_says), device=device)

    def test_a_server_that_the_request_format_does_not_name(self) -> None:
        assert (
            only(read_vllm(vllm_result(backend="vllm"), device="h100-sxm", runtime="tensorrt-llm"), "framework")
            == "tensorrt-llm"
        )

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"completed": 0}, "no request completed"),
            ({"completed": 120}, "more requests completed than were sent"),
            ({"completed": 80}, "more than 10% of the requests failed"),
            ({"failed": 30}, "more than 10% of the requests failed"),
            ({"output_throughput": 5.0}, "output_throughput is not total_output_tokens / duration"),
            ({"max_concurrency": 50}, "fewer than 3 requests per client"),
            ({"max_concurrency": None}, "fewer than 1000 requests all at once"),
            ({"max_concurrency": None, "request_rate": 20.0}, "fewer than 80%"),
            ({"request_rate": 20.0}, "held the rate back"),
            ({"ramp_up_strategy": "linear"}, "rises during the run"),
            ({"spec_decode_acceptance_rate": 60.0}, "speculative decoding"),
            ({"max_concurrency": "many", "request_rate": None}, "neither concurrency nor request rate"),
            ({"total_output_tokens": None}, "lengths not stated"),
            ({"backend": "openai-embeddings"}, "embeddings"),
        ],
    )
    def test_a_run_left_out_says_why(self, changes: dict[str, Any], why: str) -> None:
        table = read_vllm([vllm_result(**changes), vllm_result()], device="h100-sxm")
        assert len(table.where(metric="ttft_mean")) == 1
        assert [n for reason, n in table.skipped.items() if why in reason] == [1]

    def test_figures_left_out_say_why(self) -> None:
        table = read_vllm(
            vllm_result(mean_tpot_ms=-1.0, median_tpot_ms="fast", mean_itl_ms=float("nan")), device="h100-sxm"
        )
        assert "tpot_mean" not in figures(table)
        assert table.skipped == {"figure: tpot_mean is not positive": 1}

    def test_times_that_do_not_add_up(self) -> None:
        table = read_vllm(vllm_result(mean_e2el_ms=40.0), device="h100-sxm")
        assert not [m for m in figures(table) if m.endswith("_mean")]
        assert "ttft_median" in figures(table)
        assert sum(table.skipped.values()) == 4  # the means of TTFT, TPOT, ITL and the latency

    @pytest.mark.parametrize(
        ("terms", "words"),
        [
            ({}, "pass device="),
            ({"device": 7}, "device is a name"),
            ({"device": "h100-sxm", "weights": "fp9"}, "known: unstated"),
            ({"device": "h100-sxm", "kv": "fp8"}, "kv= needs weights="),
            ({"device": "h100-sxm", "tp": 0}, "tp must be"),
            ({"device": "h100-sxm", "tp": True}, "tp must be"),
            ({"device": "h100-sxm", "prompt": "long"}, "prompt must be"),
            ({"device": "h100-sxm", "notes": 3}, "notes must be text"),
        ],
    )
    def test_wrong_keywords(self, terms: dict[str, Any], words: str) -> None:
        with pytest.raises(Error, match=words):
            read_vllm(vllm_result(), **terms)

    def test_stored_is_the_checkpoint_as_published(self) -> None:
        assert only(read_vllm(vllm_result(), device="h100-sxm", weights="stored"), "weight_format") == "unstated"

    def test_a_device_file_and_a_descriptor(self, tmp_path: Path) -> None:
        file = tmp_path / "mine.json"
        file.write_text('{"name": "my-gpu"}')

        class Device:
            name = "my-gpu"

        assert only(read_vllm(vllm_result(), device=str(file)), "hardware") == "my-gpu"
        assert only(read_vllm(vllm_result(), device=Device()), "hardware") == "my-gpu"


class TestGuidellm:
    @pytest.mark.parametrize("layout", ["0.3", "0.6", "0.8"])
    def test_every_layout_gives_the_same_rows(self, layout: str) -> None:
        report = guidellm_report(layout, ({"type_": "concurrent", "streams": 10}, guidellm_metrics()))
        table = read_guidellm(report, device="h100-sxm")
        assert not table.skipped
        assert only(table, "model") == "meta-llama/Llama-3.1-8B-Instruct"
        assert only(table, "date") == "2025-04-30"
        assert only(table, "concurrency") == 10
        assert figures(table) == {
            "ttft_mean": 50,
            "ttft_median": 50,
            "itl_mean": 10,
            "itl_median": 10,
            "e2e_latency_mean": 1050,
            "e2e_latency_median": 1050,
            "output_throughput": pytest.approx(1010 / 1.05),
        }

    @pytest.mark.parametrize(
        ("strategy", "changes", "clients", "rate"),
        [
            ({"type_": "synchronous"}, {"request_concurrency": 1.0}, 1, ""),
            ({"type_": "concurrent", "streams": 10}, {}, 10, ""),
            ({"type_": "throughput", "max_concurrency": 512}, {"request_concurrency": 500.0}, 512, ""),
            ({"type_": "throughput"}, {}, "max", ""),
            ({"type_": "constant", "rate": 10.0, "max_concurrency": 10240}, {}, "", 10),
            ({"type_": "poisson", "rate": 9.5}, {}, "", 9.5),
        ],
    )
    def test_strategies_are_loads(
        self, strategy: dict[str, Any], changes: dict[str, Any], clients: Any, rate: Any
    ) -> None:
        table = read_guidellm(guidellm_report("0.6", (strategy, guidellm_metrics(**changes))), device="h100-sxm")
        assert (only(table, "concurrency"), only(table, "request_rate")) == (clients, rate)

    def test_throughput_has_no_times_of_its_opening_burst(self) -> None:
        strategy = {"type_": "throughput", "max_concurrency": 10}
        table = read_guidellm(guidellm_report("0.8", (strategy, guidellm_metrics())), device="h100-sxm")
        assert set(figures(table)) == {"itl_mean", "itl_median", "output_throughput"}

    def test_tokens_of_requests_that_the_end_cut_off_count(self) -> None:
        report = guidellm_report("0.8", ({"type_": "concurrent", "streams": 10}, guidellm_metrics()))
        metrics = report["benchmarks"][0]["metrics"]
        metrics["output_tokens_per_second"]["total"] = distribution(2000.0)
        assert figures(read_guidellm(report, device="h100-sxm"))["output_throughput"] == pytest.approx(1010 / 1.05)
        metrics["request_totals"]["incomplete"] = 7
        assert figures(read_guidellm(report, device="h100-sxm"))["output_throughput"] == 2000

    @pytest.mark.parametrize(
        ("strategy", "changes", "why"),
        [
            ({"type_": "constant", "rate": 40.0}, {}, "fewer than 80%"),
            ({"type_": "concurrent", "streams": 100}, {}, "fewer than 70% of its clients"),
            ({"type_": "trace"}, {}, "strategy not known: trace"),
            ({"type_": "concurrent"}, {}, "neither concurrency nor request rate"),
            ({"type_": "synchronous"}, {"prompt_token_count": 0.0}, "lengths not stated"),
        ],
    )
    def test_a_run_left_out_says_why(self, strategy: dict[str, Any], changes: dict[str, Any], why: str) -> None:
        report = guidellm_report(
            "0.6", (strategy, guidellm_metrics(**changes)), ({"type_": "synchronous"}, guidellm_metrics())
        )
        table = read_guidellm(report, device="h100-sxm")
        assert len(table.where(metric="ttft_mean")) == 1
        assert [n for reason, n in table.skipped.items() if why in reason] == [1]

    @pytest.mark.parametrize(
        "data", [{"turns": 2}, {"prefix_buckets": [{"prefix_tokens": 16}]}, {"prefix_tokens": 100}]
    )
    def test_shared_prompts_are_left_out(self, data: dict[str, Any]) -> None:
        report = guidellm_report("0.8", ({"type_": "synchronous"}, guidellm_metrics()))
        report["config"]["spec"]["data"] = [data]
        table = read_guidellm(report, device="h100-sxm")
        assert len(table) == 0
        assert "cached prompts" in next(iter(table.skipped))

    def test_the_first_reports_are_left_out_for_their_units(self) -> None:
        early = {"benchmarks": [{"benchmarks": [{"mode": "synchronous", "time_to_first_token": 50.0}], "args": {}}]}
        assert "0.1" in next(iter(read_guidellm(early, device="h100-sxm").skipped))

    def test_a_whole_file(self) -> None:
        table = read_guidellm(DATA / "guidellm-0.8.json", device="h100-sxm")
        assert figures(table)["ttft_mean"] == 55
        assert figures(table)["output_throughput"] == 12.5 * 128
        assert "GuideLLM 0.8.0" in str(table[0]["notes"])

    def test_a_contradiction(self) -> None:
        with pytest.raises(Error, match=r"llama-3.1-70b.*8B"):
            read_guidellm(DATA / "guidellm-0.8.json", device="h100-sxm", model="llama-3.1-70b")


class TestLlamaBench:
    @pytest.mark.parametrize("ending", ["json", "jsonl", "sql"])
    def test_formats_of_2026_agree(self, ending: str) -> None:
        table = read_llama_bench(DATA / f"llama-bench-2026.{ending}")
        assert table.kind == "llama.cpp"
        row = table[0]
        expected = {
            "hardware": "RTX 4090",
            "num_devices": 1,
            "backend": "cuda",
            "model": "llama 8B",
            "params_b": 8.03,
            "quant": "Q4_K_M",
            "file_size_gib": 4.575,
            "test": "pp512",
            "ngl": 99,
            "value_tok_s": 13200.5,
            "stddev": 45.2,
            "date": "2026-02-05",
            "notes": "build 7948; ub=512; fa=1",
        }
        assert {c: row[c] for c in expected} == expected
        if ending != "sql":
            tests = [r["test"] for r in table]
            assert sorted(tests) == sorted(["pp512", "tg128", "pp512@d4096", "tg128@d4096", "pp512+tg128"])
            assert not table.skipped

    def test_csv_of_2023_is_the_row_of_the_shared_table(self) -> None:
        """Build 1275 as llama.cpp's README prints it; the shared table has RTX 3090 Ti, 2413.34 and 132.05 tok/s."""
        table = read_llama_bench(DATA / "llama-bench-2023.csv")
        assert [(r["test"], r["value_tok_s"]) for r in table] == [("pp512", 2413.341687), ("tg128", 132.052051)]
        row = table[0]
        assert (row["hardware"], row["backend"], row["model"], row["quant"]) == (
            "RTX 3090 Ti",
            "cuda",
            "llama 7B",
            "Q4_0",
        )
        assert (row["params_b"], row["file_size_gib"], row["date"]) == (6.738, 3.562, "2023-09-23")

    def test_markdown_with_two_devices(self) -> None:
        table = read_llama_bench(DATA / "llama-bench-2025.md")
        assert [(r["test"], r["value_tok_s"], r["stddev"]) for r in table] == [
            ("pp512", 1380.2, 4.1),
            ("tg128@d4096", 19.1, 0.02),
        ]
        row = table[0]
        assert (row["hardware"], row["num_devices"], row["quant"]) == ("RTX 4090", 2, "Q4_K_M")
        assert (row["params_b"], row["file_size_gib"], row["date"]) == (70.55, 39.59, "2025-08")

    def test_markdown_of_2023(self, tmp_path: Path) -> None:
        file = tmp_path / "old.md"
        file.write_text(
            "| model | size | params | backend | ngl | test | t/s |\n| --- | ---: | ---: | --- | --: | --- | ---: |\n"
            "| llama 7B mostly Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | pp 512 | 2368.80 ± 93.24 |\n"
            "| llama 7B mostly Q4_0 | 3.56 GiB | 6.74 B | CUDA | 99 | tg 128 | 131.42 ± 0.59 |\n"
        )
        with pytest.raises(Error, match="pass device="):
            read_llama_bench(file)
        with pytest.raises(Error, match="pass date="):
            read_llama_bench(file, device="rtx-3090")
        table = read_llama_bench(file, device="rtx-3090", date="2023-09")
        assert [(r["test"], r["value_tok_s"], r["date"]) for r in table] == [
            ("pp512", 2368.8, "2023-09"),
            ("tg128", 131.42, "2023-09"),
        ]

    @pytest.mark.parametrize(
        ("model_type", "model", "quant"),
        [
            ("llama 8B Q4_K - Medium", "llama 8B", "Q4_K_M"),
            ("llama 8B Q4_K - Small", "llama 8B", "Q4_K_S"),
            ("llama 8B Q3_K - Large", "llama 8B", "Q3_K_L"),
            ("llama 8B Q6_K", "llama 8B", "Q6_K"),
            ("llama 8B Q2_K - Medium", "llama 8B", "Q2_K"),
            ("llama 8B Q2_K - Small", "llama 8B", "Q2_K_S"),
            ("llama 8B IQ4_XS - 4.25 bpw", "llama 8B", "IQ4_XS"),
            ("llama 8B F16", "llama 8B", "F16"),
            ("llama 8B all F32", "llama 8B", "F32"),
            ("gpt-oss 20B MXFP4 MoE", "gpt-oss 20B", "MXFP4 MoE"),
            ("qwen35moe 35B.A3B Q5_K - Medium", "qwen35moe 35B.A3B", "Q5_K_M"),
            ("llama4 17Bx16E (Scout) Q8_0", "llama4 17Bx16E (Scout)", "Q8_0"),
            ("qwen2 7B Q8_0 (guessed)", "qwen2 7B", "Q8_0"),
        ],
    )
    def test_names_of_models_and_file_types(self, model_type: str, model: str, quant: str) -> None:
        row = read_llama_bench(llama_bench_test(model_type=model_type))[0]
        assert (row["model"], row["quant"]) == (model, quant)

    @pytest.mark.parametrize(
        ("backends", "more", "backend"),
        [
            ("CUDA", {}, "cuda"),
            ("CUDA,BLAS", {}, "cuda"),
            ("ROCm", {}, "rocm"),
            ("MTL,BLAS", {}, "metal"),
            ("BLAS", {}, "cpu"),
            ("CPU", {}, "cpu"),
            ("Vulkan", {}, "vulkan"),
            ("CUDA", {"n_gpu_layers": 0}, "cuda+cpu"),
            ("CUDA", {"n_cpu_moe": 10}, "cuda+cpu"),
            ("CUDA", {"tensor_buft_overrides": "exps=CPU"}, "cuda+cpu"),
            ("", {"cuda": "1", "gpu_info": "AMD Radeon RX 7900 XTX"}, "rocm"),
            ("", {"cuda": 0, "metal": True}, "metal"),
        ],
    )
    def test_backends(self, backends: str, more: dict[str, Any], backend: str) -> None:
        assert read_llama_bench(llama_bench_test(backends=backends, **more))[0]["backend"] == backend

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"type_k": "q9_9"}, "KV cache in q9_9"),
            ({"backends": "CUDA,Vulkan"}, "two backends at once: cuda and vulkan"),
            ({"no_kv_offload": True}, "kept on the host"),
            ({"embeddings": 1}, "embeddings"),
            ({"split_mode": "row"}, "matrices split"),
            ({"backends": "RPC,CUDA"}, "over the network"),
            ({"gpu_info": "NVIDIA GeForce RTX 5070 Ti, NVIDIA GeForce RTX 5060 Ti"}, "two kinds"),
            ({"avg_ts": None, "samples_ts": None}, "no speed"),
            ({"avg_ts": -3}, "not positive"),
            ({"avg_ts": "NaN", "samples_ts": ["fast"]}, "no speed"),
            ({"model_type": "unknown, may not work"}, "file type not known"),
            ({"n_prompt": 0}, "neither prompt nor output"),
        ],
    )
    def test_a_test_left_out_says_why(self, changes: dict[str, Any], why: str) -> None:
        table = read_llama_bench([llama_bench_test(**changes), llama_bench_test()])
        assert len(table) == 1
        assert [n for reason, n in table.skipped.items() if why in reason] == [1]

    def test_cache_threads_and_layers_are_kept(self) -> None:
        changes = {"type_k": "q8_0", "type_v": "q4_0", "n_threads": 12, "n_gpu_layers": -1}
        row = read_llama_bench(llama_bench_test(**changes))[0]
        assert (row["kv_type"], row["threads"], row["ngl"]) == ("q8_0/q4_0", 12, "")

    def test_what_ollama_prints(self, tmp_path: Path) -> None:
        file = tmp_path / "ollama.txt"
        file.write_text(
            "total duration:       5.1s\nload duration:        20ms\nprompt eval count:    26 token(s)\n"
            "prompt eval duration: 130ms\nprompt eval rate:     200.00 tokens/s\neval count:           298 token(s)\n"
            "eval duration:        4.9s\neval rate:            60.10 tokens/s\n"
        )
        with pytest.raises(Error, match="pass device="):
            read_llama_bench(file)
        table = read_llama_bench(
            file, device="rtx-4090", model="llama-3.1-8b:q4_k_m", backend="cuda", date="2026-05"
        )
        assert [(r["test"], r["value_tok_s"]) for r in table] == [("pp26", 200.0), ("tg298@d26", 60.1)]
        assert (table[0]["model"], table[0]["quant"]) == ("llama-3.1-8b", "q4_k_m")

    @pytest.mark.parametrize(
        ("terms", "words"),
        [
            ({"device": "h100-sxm"}, "h100-sxm.*4090"),
            ({"backend": "vulkan"}, "vulkan.*cuda"),
            ({"date": "2023-11"}, "2023-11.*2026-02-05"),
            ({"date": "yesterday"}, "date must be"),
            ({"num_devices": 0}, "num_devices must be"),
        ],
    )
    def test_contradictions(self, terms: dict[str, Any], words: str) -> None:
        with pytest.raises(Error, match=words):
            read_llama_bench(DATA / "llama-bench-2026.json", **terms)

    def test_passes_are_as_short_as_either_batch(self) -> None:
        assert "ub=256" in str(read_llama_bench(llama_bench_test(n_batch=256, n_ubatch=512))[0]["notes"])
        assert "ub=1024" in str(read_llama_bench(llama_bench_test(n_batch=2048, n_ubatch=1024))[0]["notes"])

    def test_all_layers_however_they_are_written(self) -> None:
        assert read_llama_bench(llama_bench_test(n_gpu_layers=-1))[0]["ngl"] == ""


class TestDetection:
    @pytest.mark.parametrize(
        ("name", "terms", "kind"),
        [
            ("vllm-2025-11.json", {"device": "h100-sxm"}, "serving"),
            ("vllm-appended.json", {}, "serving"),
            ("sglang.jsonl", {"device": "h100-sxm", "model": "llama-3.1-8b"}, "serving"),
            ("guidellm-0.8.json", {"device": "h100-sxm", "tp": 1}, "serving"),
            ("llama-bench-2023.csv", {}, "llama.cpp"),
            ("llama-bench-2025.md", {}, "llama.cpp"),
            ("llama-bench-2026.json", {"device": "rtx-4090"}, "llama.cpp"),
            ("llama-bench-2026.jsonl", {}, "llama.cpp"),
            ("llama-bench-2026.sql", {}, "llama.cpp"),
        ],
    )
    def test_files(self, name: str, terms: dict[str, Any], kind: str) -> None:
        table = read_measured(DATA / name, **terms)
        assert table.kind == kind
        assert len(table) > 0

    def test_parsed_values(self) -> None:
        assert len(read_measured(vllm_result(), device="h100-sxm")) == 7
        assert read_measured([llama_bench_test()]).kind == "llama.cpp"

    def test_our_own_columns(self, tmp_path: Path) -> None:
        table = read_vllm(vllm_result(), device="h100-sxm", runtime_version="0.10")
        file = tmp_path / "mine.csv"
        table.to_csv(file)
        again = read_measured(file)
        assert again == table  # 0.10 stays a version, 1000 a number
        assert read_measured(table) is table
        with pytest.raises(Error, match="says this itself"):
            read_measured(file, device="h100-sxm")

    def test_a_frame(self) -> None:
        pytest.importorskip("pandas")
        table = read_vllm(vllm_result(), device="h100-sxm")
        again = read_measured(table.to_frame())
        assert again == table
        with pytest.raises(Error, match="lacks columns"):
            read_measured(table.to_frame()[["metric", "value"]])

    def test_a_folder_counts_what_is_no_result(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_text(json.dumps(vllm_result()))
        (tmp_path / "b.json").write_text(json.dumps({"model_type": "llama"}))
        (tmp_path / "c.txt").write_text("vllm serve ...")
        table = read_measured(tmp_path, device="h100-sxm")
        assert len(table) == 7
        assert table.skipped == {"file: no benchmark result": 2}

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("", "is empty"),
            ("{", "not JSON, or breaks off"),
            ('{"completed": 10}\n{"comp', "after 1 whole results: line 2"),
            (
                '{"model_type": "llama", "hidden_size": 4096}',
                "vllm bench serve.*GuideLLM.*llama-bench.*model_type, hidden_size",
            ),
            ("[1, 2, 3]", "no JSON object"),
            ("[" * 200_000, "too deeply"),
            ("a,b,c\n1,2,3\n", "none of what is read"),
            ("1" * 5000, "none of what is read"),
            ('{"a": ' + "1" * 5000 + "}", "."),
            ("just words", "none of what is read"),
        ],
    )
    def test_what_is_no_result_is_one_error(self, tmp_path: Path, content: str, words: str) -> None:
        file = tmp_path / "file.json"
        file.write_text(content)
        with pytest.raises(Error, match=words):
            read_measured(file)

    def test_files_that_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(Error, match="cannot read"):
            read_measured(tmp_path / "nothing.json")
        with pytest.raises(Error, match="no result file"):
            read_measured(tmp_path)
        (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00\x80{")
        with pytest.raises(Error, match="none of what is read"):
            read_measured(tmp_path / "binary.json")
        with open(tmp_path / "huge.json", "wb") as huge:
            huge.truncate((1 << 30) + 1)  # no blocks: a hole
        with pytest.raises(Error, match="none of what is read"):
            read_measured(tmp_path / "huge.json")
        with pytest.raises(Error, match="a path"):
            read_measured(3)

    def test_keywords_of_another_tool(self) -> None:
        with pytest.raises(Error, match="backend is for llama-bench"):
            read_measured(vllm_result(), device="h100-sxm", backend="cuda")
        with pytest.raises(Error, match="tp: llama-bench says this itself"):
            read_measured(DATA / "llama-bench-2026.json", tp=2)


class TestTable:
    def test_concatenation(self) -> None:
        one = read_vllm(vllm_result(), device="h100-sxm")
        other = read_vllm([vllm_result(completed=0), vllm_result(max_concurrency=20)], device="h100-sxm")
        both = one + other
        assert len(both) == len(one) + len(other)
        assert both.skipped == {"run: no request completed": 1}
        assert sum([one, other]) == both
        with pytest.raises(Error, match="different columns"):
            one + read_llama_bench(DATA / "llama-bench-2026.json")

    def test_choosing(self) -> None:
        table = read_vllm(DATA / "vllm-appended.json")
        assert len(table.where(metric="ttft_mean", concurrency=8)) == 1
        assert len(table.where(lambda row: float(row["value"]) > 100)) == 3  # the throughputs
        assert isinstance(table[1:3], Measured)
        assert table[1:3][0] == table[1]
        with pytest.raises(Error, match="no column speed"):
            table.where(speed=1)

    def test_rows_are_copies(self) -> None:
        table = read_vllm(vllm_result(), device="h100-sxm")
        table[0]["value"] = -1
        next(iter(table))["value"] = -1
        assert table[0]["value"] == 50

    def test_it_says_what_it_holds(self) -> None:
        shown = repr(read_vllm([vllm_result(), vllm_result(completed=0)], device="h100-sxm"))
        assert shown.splitlines() == [
            "Measured: 7 rows of a serving table (1 ttft_mean, 1 tpot_mean, 1 e2e_latency_mean, 1 ttft_median, "
            "1 tpot_median, 1 e2e_latency_median and 1 more)",
            "  model    meta-llama/Llama-3.1-8B-Instruct",
            "  hardware h100-sxm",
            "  runtime  vllm",
            "  skipped  1: run: no request completed",
        ]

    def test_csv_quotes_what_needs_it(self) -> None:
        table = read_vllm(vllm_result(), device="h100-sxm", notes='a "quoted", note\nof two lines')
        row = next(csv.DictReader(io.StringIO(table.to_csv())))
        assert row["notes"].endswith('a "quoted", note of two lines')

    def test_rows_of_no_table(self) -> None:
        with pytest.raises(Error, match="a serving table has hardware"):
            Measured([{"speed": 3}])
        with pytest.raises(Error, match="unknown kind"):
            Measured([], kind="other")

    def test_nowhere_to_write(self, tmp_path: Path) -> None:
        with pytest.raises(Error, match="cannot write"):
            read_vllm(vllm_result(), device="h100-sxm").to_csv(tmp_path / "no" / "folder.csv")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def somewhere_else(value: Any, path: list[int], new: Any) -> Any:
    """`value` with one of its parts, chosen by `path`, replaced by `new`."""
    if not path or not isinstance(value, (dict, list)) or not value:
        return new
    changed = copy.copy(value)
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    changed[key] = somewhere_else(value[key], path[1:], new)
    return changed


def readable(value: Any) -> bool:
    """Reads `value` with everything that may be missing stated; only `Error` may come out of it, and only good rows."""
    terms = {"device": "h100-sxm", "model": "llama-3.1-8b"}
    for reader in (read_vllm, read_guidellm, read_llama_bench, read_measured):
        try:
            table = reader(value, **terms)
        except Error:
            continue
        for row in table:
            figure = row.get("value", row.get("value_tok_s"))
            assert isinstance(figure, (int, float))
            assert 0 < figure < float("inf")
        table.to_csv()
        repr(table)
    return True


class TestAnything:
    @given(json_values)
    @settings(max_examples=150, deadline=None)
    def test_any_json_is_read_or_refused(self, value: Any) -> None:
        assert readable(value)

    @given(st.lists(st.integers(0, 30), max_size=6), json_values)
    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_any_part_of_a_result_may_be_anything(self, path: list[int], new: Any) -> None:
        assert readable(somewhere_else(vllm_result(), path, new))
        assert readable(somewhere_else([llama_bench_test()], path, new))
        for layout in ("0.3", "0.8"):
            whole = guidellm_report(layout, ({"type_": "concurrent", "streams": 10}, guidellm_metrics()))
            assert readable(somewhere_else(whole, path, new))

    @given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
    @settings(max_examples=100, deadline=None)
    def test_any_file_is_read_or_refused(self, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
        file = tmp_path_factory.mktemp("any") / "file"
        file.write_bytes(content)
        assert readable(file)

    @pytest.mark.parametrize("name", sorted(p.name for p in DATA.iterdir() if p.suffix not in (".md", ".bin")))
    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
    def test_truncated_files(self, tmp_path: Path, name: str, share: float) -> None:
        content = (DATA / name).read_text()
        (tmp_path / name).write_text(content[: int(share * len(content))])
        assert readable(tmp_path / name)


def command() -> str:
    found = os.environ.get("GAMBREL_COMMAND", "")
    if not found or not os.access(found, os.X_OK):
        pytest.skip("GAMBREL_COMMAND does not name the built gambrel command")
    return found


def validated(table: Measured, tmp_path: Path) -> list[dict[str, str]]:
    """The lines of `gambrel validate --out` for `table`."""
    table.to_csv(tmp_path / "rows.csv")
    run = subprocess.run(
        [command(), "validate", str(tmp_path / "rows.csv"), "--out", str(tmp_path / "out.csv")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    with open(tmp_path / "out.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class TestCommand:
    """Rows go through the built command: every one is read with the value it had, and predicted."""

    def test_serving_rows(self, tmp_path: Path) -> None:
        table = (
            read_vllm(DATA / "vllm-2025-11.json", device="h100-sxm")
            + read_vllm(DATA / "vllm-appended.json")
            + read_vllm(DATA / "vllm-2024-06.json", device="a100-sxm-80")
            + read_vllm(DATA / "sglang.jsonl", device="h100-sxm", model="llama-3.1-8b")
            + read_guidellm(DATA / "guidellm-0.8.json", device="h100-sxm", weights="fp8", kv="fp8")
        )
        lines = validated(table, tmp_path)
        assert len(lines) == len(table)
        for row, line in zip(table, lines):
            assert line["reason"] == "", line
            in_seconds = 1e-3 if row["unit"] == "ms" else 1.0
            assert float(line["measured"]) == pytest.approx(float(row["value"]) * in_seconds, rel=1e-9)
            assert float(line["predicted"]) > 0.0

    def test_every_weight_format_that_is_let_through_is_known(self, tmp_path: Path) -> None:
        from gambrel.ask._tables import conventions

        weight_formats, kv_formats = conventions().formats

        some = [read_vllm(vllm_result(), device="b200-sxm", weights=f)[:1] for f in weight_formats]
        some += [read_vllm(vllm_result(), device="b200-sxm", weights="bf16", kv=f)[:1] for f in kv_formats]
        reasons = [line["reason"] for line in validated(sum(some[1:], some[0]), tmp_path)]
        assert not [r for r in reasons if "not known" in r and "int8 weights alone" not in r]

    def test_llama_rows(self, tmp_path: Path) -> None:
        table = read_llama_bench(DATA / "llama-bench-2026.json") + read_llama_bench(DATA / "llama-bench-2025.md")
        lines = validated(table, tmp_path)
        assert [line["reason"] for line in lines] == [""] * len(table)
        assert [float(line["measured"]) for line in lines] == [row["value_tok_s"] for row in table]


class TestPackage:
    """The rows as `validate` and `calibrate` of the package take them; skipped where the extension is not built."""

    def test_validate_and_calibrate(self) -> None:
        pytest.importorskip("gambrel._core")
        import gambrel as gb

        serving = read_vllm(DATA / "vllm-2025-11.json", device=gb.device("h100-sxm")) + read_vllm(
            DATA / "vllm-appended.json"
        )
        llama = read_llama_bench(DATA / "llama-bench-2026.json")
        records = gb.validate([serving, llama]).records()
        assert [r["reason"] for r in records] == [""] * (len(serving) + len(llama))
        assert "rows" in repr(gb.calibrate(serving, device="h100-sxm"))

    def test_a_table_is_not_taken_for_a_frame(self) -> None:
        """Frames are told by their columns and index; a table has no index."""
        assert not hasattr(read_vllm(vllm_result(), device="h100-sxm"), "index")
