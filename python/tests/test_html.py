# SPDX-License-Identifier: Apache-2.0
"""Cards for notebooks: well formed, self-contained, escaped, small, and they say what the answers say."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree

import pytest

import gambrel as gb
from gambrel.show import _html_parts as parts

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
LONGEST = 15_000  # bytes
HOSTILE = "<script>alert('x')</script>&\"<b>"
CONFIG = {
    "model_type": "llama",
    "hidden_size": 1024,
    "intermediate_size": 4096,
    "num_hidden_layers": 8,
    "num_attention_heads": 16,
    "num_key_value_heads": 4,
    "vocab_size": 32000,
    "max_position_embeddings": 8192,
    "torch_dtype": "bfloat16",
}


SHEET = {
    "class": "datacenter_gpu",
    "memory": {"capacity": "8 GiB", "bandwidth": "1 TB/s"},
    "peak": {"bf16": "100 TFLOP/s"},
}


def read(card: str) -> ElementTree.Element:
    """The card as a tree; it must be well formed, and carry everything it needs."""
    assert len(card.encode()) < LONGEST
    tree = ElementTree.fromstring(card)
    for element in tree.iter():
        assert element.tag in {"div", "span", "table", "tbody", "tr", "td", "th", "br", "details", "summary"}
        assert set(element.attrib) <= {"style"}
        assert "url(" not in element.get("style", "")
    return tree


def said(card: str) -> str:
    return " ".join("".join(read(card).itertext()).replace("\u00a0", " ").split())


def answers() -> dict[str, object]:
    llama = {"prompt": 512, "output": 128}
    large = ("deepseek-ai/DeepSeek-V3", "h200-sxm")
    return {
        "prediction": gb.predict(LLAMA, "h100-sxm", concurrency=16, price_usd_per_hour=2.5, **llama),
        "without price or experts": gb.predict(*large, tp=8, concurrency=64),
        "infeasible": gb.predict(*large, tp=4),
        "load": gb.serve(LLAMA, "h100-sxm", rate_per_s=40, ttft_p99_ms=500, tpot_p99_ms=5, **llama),
        "steep load": gb.serve(LLAMA, "h100-sxm", rate_per_s=55, **llama),
        "unstable load": gb.serve(LLAMA, "h100-sxm", rate_per_s=500, **llama),
        "infeasible load": gb.serve(*large, tp=4, rate_per_s=1),
        "means": gb.serve(LLAMA, "h100-sxm", rate_per_s=1, runtime="transformers"),
        "single tokens": gb.serve(LLAMA, "h100-sxm", rate_per_s=2, prompt=512, output=1),
        "run": gb.simulate(LLAMA, "h100-sxm", rate_per_s=10, requests=200, **llama),
        "unstable run": gb.simulate(LLAMA, "h100-sxm", rate_per_s=200, requests=500, **llama),
        "infeasible run": gb.simulate(*large, tp=4, rate_per_s=1, requests=50),
    }


@pytest.fixture(scope="module")
def cards() -> dict[str, str]:
    return {name: answer._repr_html_() for name, answer in answers().items()}


def test_every_card_is_well_formed_and_self_contained(cards: dict[str, str]) -> None:
    for card in cards.values():
        read(card)


def test_a_prediction_shows_its_figures(cards: dict[str, str]) -> None:
    p = gb.predict(LLAMA, "h100-sxm", concurrency=16, price_usd_per_hour=2.5, prompt=512, output=128)
    text = said(cards["prediction"])
    assert text.startswith(
        "Llama-3.1-8B-Instruct on h100-sxm, vllm, bf16 weightsprompt 512, output 128 tokens; 16 clients"
    )
    for figure in (p.ttft, p.tpot, p.latency, p.output_throughput, p.cost.output, p.energy.per_output_token):
        value, _, between = str(figure).partition(" (")
        assert value in text
        assert between.rstrip(")") in text
    first = p.bound["tpot"]["first_share"]["value"]
    assert f"memory bandwidth {100 * first:.0f} %" in text
    assert "weights 15 GiB" in text
    assert "what it rests on" in text


def test_a_refusal_comes_first_with_what_would_work(cards: dict[str, str]) -> None:
    p = gb.predict("deepseek-ai/DeepSeek-V3", "h200-sxm", tp=4)
    for name in ("infeasible", "infeasible load", "infeasible run"):
        text = said(cards[name])
        assert f"Not possible: {p.reason}" in text
        assert text.index(p.reason) < text.index(p.suggestion) < text.index("GiB needed of")
        assert "time to first token" not in text


def test_a_load_shows_limit_percentiles_and_objective(cards: dict[str, str]) -> None:
    load = gb.serve(LLAMA, "h100-sxm", rate_per_s=40, ttft_p99_ms=500, tpot_p99_ms=5, prompt=512, output=128)
    text = said(cards["load"])
    assert f"limit; then the KV memory is full{str(load.limit).partition(' (')[0]}" in text
    assert (
        f"{load.ttft['p99'].to('ms'):.1f}{load.ttft['p99'].low * 1e3:.0f} to {load.ttft['p99'].high * 1e3:.0f}" in text
    )
    assert "TTFT p99 up to 500 ms, TPOT p99 up to 5.00 ms: not met" in text
    assert "to no end" in said(cards["steep load"])
    assert "The queue grows without end" in said(cards["unstable load"])
    assert "means only: batches are static" in said(cards["means"])
    assert "time per output token" not in said(cards["single tokens"])


def test_a_run_shows_its_statistics(cards: dict[str, str]) -> None:
    text = said(cards["run"])
    assert "200 of 200 requests answered, 0 rejected" in text
    assert "between tokens" in text
    assert "80 % range" in text
    assert "It did not keep up" in said(cards["unstable run"])


def test_a_validation_shows_its_groups() -> None:
    group = {
        "group": "TPOT  dense", "rows": 1200, "median_error": 0.061, "mean_error": 0.1, "bias": -0.02, "p10": -0.1,
        "p90": 0.2, "covered": 0.79, "half_width": 0.17, "interval_score": 0.66,
    }  # fmt: skip
    told = {
        "rows": 3000, "left_out": 1000, "predicted": 1200, "totals": [group],
        "groups": [{**group, "group": f"<i>group {i}</i>"} for i in range(40)],
        "not_predicted": {f"{i}: a reason as long as those that are given <&>": 800 for i in range(40)},
    }  # fmt: skip
    text = said(gb.Validation(told, "", "")._repr_html_())
    assert "1,200 of 2,000 measured figures predicted" in text
    assert "1,2006.1%10.0%-2.0%79%\u00b117%0.66" in text
    assert "<i>group 0</i>" in text
    assert "and 28 groups more" in text
    assert "a reason as long as those that are given <&>" in text


def test_what_others_wrote_is_escaped() -> None:
    model = gb.model(CONFIG, name=HOSTILE)
    given = (
        gb.predict(model, "h100-sxm"),
        gb.predict(model, "h100-sxm", concurrency=1, prompt=4096, output=100_000),
        gb.serve(model, "h100-sxm", rate_per_s=1),
        gb.simulate(model, "h100-sxm", rate_per_s=1, requests=50),
    )
    for answer in given:
        card = answer._repr_html_()
        read(card)
        assert "<script" not in card
        assert "&lt;b&gt;" in card


def test_a_range_reaches_from_half_to_twice_the_value() -> None:
    style = re.search(r"left:([\d.]+)%;width:([\d.]+)%", parts._range(gb.Figure(1.0, 0.5, 2.0, "s")))
    assert style is not None
    assert (float(style[1]), float(style[2])) == (0.0, 100.0)
    style = re.search(r"left:([\d.]+)%;width:([\d.]+)%", parts._range(gb.Figure(1.0, 2**-0.5, 9.0, "s")))
    assert style is not None
    assert (float(style[1]), float(style[2])) == (25.0, 75.0)
    assert parts._range(gb.Figure(0.0, 0.0, 1.0, "s")) == ""


def test_parts_lie_side_by_side_in_proportion() -> None:
    bar = parts.stacked("time", {"compute": 1.0, "host": 3.0, "interconnect": 0.0}, 4.0)
    assert re.findall(r"width:([\d.]+)%", bar) == ["25.00", "75.00"]
    assert parts.stacked("time", {"compute": 0.0}, 0.0) == ""
    assert parts.stacked("time", {"compute": math.nan}, math.nan) == ""


@pytest.mark.parametrize(
    ("thing", "parts"),
    [
        (gb.device("h100-sxm"), ["NVIDIA H100 SXM5", "3,350 GB/s", "median over providers", "datasheet: "]),
        (gb.model("mixtral-8x7b"), ["46.7 B parameters, of which 12.9 B act on a token", "87.0 GiB", "experts"]),
        (gb.runtime("vllm"), ["vLLM from 0.20 on", "token budget", "8,192", "derived: fitted"]),
        (gb.device({**SHEET, "name": "<b>mine"}), ["<b>mine"]),
    ],
    ids=["device", "model", "runtime", "hostile"],
)
def test_descriptors_have_cards(thing: gb.Device | gb.Model | gb.Runtime, parts: list[str]) -> None:
    text = said(thing._repr_html_())
    for part in parts:
        assert part in text
