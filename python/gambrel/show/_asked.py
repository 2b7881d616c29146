# SPDX-License-Identifier: Apache-2.0
"""What was asked, in the words that headings of pictures and cards use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .. import _core

#: The keys of ``breakdown``, ``bound`` and ``limit_bound``, as people call them.
_WORDS = {
    key: words for name in ("operator_class", "bound", "rate_bound") for key, words, _, _ in _core.enum_tables[name]
}

number = _core.number  # to so many digits, three if none are asked for, with thousands apart


def words(key: str) -> str:
    """A key of the answer in words."""
    return _WORDS.get(key, key.replace("_", " "))


def deployment(inputs: Mapping[str, Any]) -> str:
    """``"Llama-3.1-70B-Instruct on 4 x h100-sxm (tp 4), vllm, fp8 weights"``."""
    count = inputs["devices"]
    times = f"{count} x " if count > 1 else ""
    cuts = [f"{k} {v}" for k, v in inputs["parallelism"].items() if not isinstance(v, (bool, str)) and v > 1]
    cuts += ["sp"] if inputs["parallelism"].get("sp") else []
    cut = f" ({', '.join(cuts)})" if cuts else ""
    return f"{short(inputs['model'])} on {times}{inputs['device']}{cut}, {inputs['runtime']}, {weights(inputs)} weights"


def short(name: str) -> str:
    """A model's name without who published it."""
    return name.rstrip("/").rsplit("/", 1)[-1]


def weights(inputs: Mapping[str, Any]) -> str:
    """The format that most parts with linear layers are stored in."""
    parts = inputs["weights"]
    linear = [parts[k] for k in ("attention", "feed_forward", "experts", "shared_experts") if k in parts]
    return str(Counter(linear or list(parts.values())).most_common(1)[0][0]) if parts else "stored"


def workload(inputs: Mapping[str, Any]) -> str:
    """``"prompt 512, output 128 tokens; 16 clients"``."""
    w = inputs["workload"]
    said = f"prompt {_length(w['prompt'])}, output {_length(w['output'])} tokens"
    asked = load(w)
    said += f"; {asked}" if asked else ""
    if w.get("images"):
        said += f"; {number(w['images'])} images a request"
    if w.get("prefix_hit"):
        said += f"; {w['prefix_hit']:.0%} of prompts cached"
    return said + ("; as a benchmark" if w.get("protocol") == "benchmark" else "")


def load(w: Mapping[str, Any]) -> str:
    """The load of a workload: ``"16 clients"``, ``"10 req/s"`` or ``"batch 8"``; empty without one."""
    if w.get("concurrency") is not None:
        clients = _plain(w["concurrency"])
        return f"{number(clients, 6)} client{'' if clients == 1 else 's'}"
    if w.get("rate") is not None:
        return f"{number(_plain(w['rate']))} req/s"
    return f"batch {number(_plain(w['batch']), 6)}" if w.get("batch") is not None else ""


def _length(law: Mapping[str, Any]) -> str:
    mean = number(law["mean"], 6)
    return mean if law["distribution"] == "fixed" else f"{mean} +- {number(law['standard_deviation'], 2)}"


def _plain(x: Any) -> float:
    return float(x["value"] if isinstance(x, Mapping) else x)
