#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cuts the collected facts and measurements to the few that tests need where the whole tables are not:

    tests/reference/cut_facts.py DATA_DIR        writes tests/reference/data/

Configurations keep the keys that the model reader names (include/gambrel/model/io) and the whole of what describes
quantisation. Tables of measurements keep every so-manieth row, so that no row is chosen for its figure.
"""

import csv
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "tests" / "reference" / "data"
#: Every so-manieth row of a table.
SHARES = {
    "serving_measured.csv": 41,
    "llamacpp_measured.csv": 37,
    "energy_measured.csv": 4,
    "training_measured.csv": 61,
    "kernels/gemm.csv": 293,
    "kernels/generation_attention.csv": 181,
    "kernels/context_attention.csv": 301,
    "kernels/moe.csv": 149,
    "kernels/nccl.csv": 23,
    "kernels/custom_allreduce.csv": 17,
    "operators/measured_ops.csv": 9,
}
WHOLE = ("models/model_facts.csv", "hardware/hardware.csv", "hardware/prices_summary.csv")
#: Columns that no test reads. Those that say where a row is from stay.
DROPPED = {
    *("tier", "adjustment", "mismatch_cause", "layers", "hidden", "heads", "kv_heads", "head_dim", "ffn", "vocab"),
    *("tied_embeddings", "experts", "experts_per_tok", "shared_experts", "attention_kind", "max_context", "kv_layers"),
    *("sliding_window", "config_kind", "name", "architecture", "form_factor", "year", "mem_type", "boost_mhz"),
    *("note", "source_notes", "confidence", "intra_link", "pcie_gen", "avg_power_w_total", "mfu", "mfu_src", "mem_gib_per_gpu"),
}
#: Configurations whose quantisation tests read; of the others long lists of modules are left out.
RECIPES = ("DeepSeek-V3", "Kimi-K2", "MiniMax-M2.5", "GLM-5-FP8", "GLM-5.1-NVFP4", "Qwen3.6-35B-A3B-NVFP4", "gpt-oss")
RECIPES += ("Llama-4-Scout", "Qwen3-32B-FP8-Static", "Llama-2-13B_fine-tune")


def cut_table(source: Path, target: Path, step: int) -> None:
    with open(source, encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    dropped = set() if "kernels" in source.parts else DROPPED  # head_dim is one of a kernel's
    kept = [i for i, name in enumerate(header) if name not in dropped]
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([r[i] for i in kept] for r in [header, *rows[::step]])


def named_keys() -> set[str]:
    """Every word that the model reader has in quotes."""
    text = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "include/gambrel/model").rglob("*.hpp"))
    return set(re.findall(r'"(\w+)"', text))


def without_lists(value):
    """`value` without lists of more than twenty names."""
    if isinstance(value, dict):
        return {k: without_lists(v) for k, v in value.items() if not (isinstance(v, list) and len(v) > 20)}
    return value


def cut_config(value, keys, recipe):
    if not isinstance(value, dict):
        return value
    return {
        k: (v if recipe else without_lists(v)) if k in ("quantization_config", "compression_config")
        else cut_config(v, keys, recipe)
        for k, v in value.items()
        if k in keys and not is_folder(k, v)
    }


def is_folder(key, value) -> bool:
    """Whether `value` is where the publisher kept the checkpoint, which says nothing of the model."""
    return key == "_name_or_path" and isinstance(value, str) and value.startswith(("/", "./"))


def main() -> None:
    data = Path(sys.argv[1])
    shutil.rmtree(OUT, ignore_errors=True)
    for name, step in {**SHARES, **dict.fromkeys(WHOLE, 1)}.items():
        cut_table(data / name, OUT / name, step)
    (OUT / "cut.md").write_text(
        "Facts and a few rows of published measurements, each with its source, cut by tests/reference/cut_facts.py from the "
        "tables that GAMBREL_DATA names. Tests read them where those are not.\n"
    )
    keys = named_keys()
    configs = OUT / "models" / "configs"
    configs.mkdir(parents=True)
    for path in sorted((data / "models" / "configs").glob("*.json")):
        cut = cut_config(json.loads(path.read_text(encoding="utf-8")), keys, any(r in path.name for r in RECIPES))
        (configs / path.name).write_text(json.dumps(cut, separators=(",", ":")) + "\n", encoding="utf-8")


main()
