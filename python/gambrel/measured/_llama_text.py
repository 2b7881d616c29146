# SPDX-License-Identifier: Apache-2.0
"""The formats that llama-bench prints, as its tests under the names of its JSON: json, jsonl, csv, sql, markdown.

Markdown says less than the others: one line per test, the devices printed before the table, the build after it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from .._error import Error
from ._fields import number
from ._files import documents, flat


def is_llama_text(content: str) -> bool:
    """Whether `content` is llama-bench's csv, sql or markdown."""
    head = content[:100_000]
    return _has_markdown(head) or "INSERT INTO" in head or ("n_prompt" in head and "avg_ts" in head)


def tests_in(content: str, where: str) -> Iterator[Any]:
    """The tests of a file, whichever of the tool's formats it has, with the names of the JSON."""
    start = content.lstrip()[:1]
    if start in ("{", "["):
        yield from flat(documents(content, where))
    elif "INSERT INTO" in content:
        yield from _sql_tests(content)
    elif _has_markdown(content):
        yield from _markdown_tests(content)
    else:
        yield from csv_rows(content, where)


def csv_rows(content: str, where: str) -> Iterator[dict[str, Any]]:
    """The records of a CSV file with a header; warnings printed before the header are passed over."""
    lines = content.splitlines(keepends=True)
    first = next((i for i, line in enumerate(lines) if "n_prompt" in line and "avg_ts" in line), 0)
    try:
        for row in csv.DictReader(io.StringIO("".join(lines[first:]), newline="")):
            yield {k: v for k, v in row.items() if k is not None}
    except csv.Error as e:
        raise Error(f"{where} is not CSV: {e}") from None


def _sql_tests(content: str) -> Iterator[dict[str, Any]]:
    """The statements INSERT INTO table (a, b) VALUES ('1', '2'); one line each."""
    for line in content.splitlines():
        before, values, after = line.partition(" VALUES (")
        if not values or not before.lstrip().startswith("INSERT INTO"):
            continue
        fields = [n.strip() for n in before.partition("(")[2].rstrip(" )").split(",")]
        try:
            found = next(csv.reader([after.rstrip(" ;")[:-1]], quotechar="'", skipinitialspace=True), list[str]())
        except csv.Error:
            continue
        if len(fields) == len(found):
            yield dict(zip(fields, found))


def _cells(line: str) -> list[str]:
    """The cells of a line of a markdown table; none for any other line."""
    return [c.strip() for c in line.strip().strip("|").split("|")] if line.lstrip().startswith("|") else []


def _has_markdown(content: str) -> bool:
    return any({"model", "test", "t/s"} <= set(_cells(line)) for line in content.splitlines())


def _markdown_tests(content: str) -> Iterator[dict[str, Any]]:
    """Rows of every table; the devices printed before it and the build printed after it belong to it."""
    names: list[str] = []
    gpus: list[str] = []
    waiting: list[dict[str, Any]] = []
    for line in content.splitlines():
        gpu = re.match(r"\s*(?:Device|ggml_vulkan:)\s*(\d+)\s*[:=]\s*([^,|(]+)", line)
        build = re.match(r"\s*build:\s*([0-9a-f]+)\s*\((\d+)\)", line)
        cells = _cells(line)
        if gpu:
            if gpu.group(1) == "0":
                gpus = []
            gpus.append(gpu.group(2).strip())
        elif build:
            for test in waiting:
                yield {**test, "build_commit": build.group(1), "build_number": build.group(2)}
            waiting = []
        elif "t/s" in cells and "test" in cells:
            names = cells
        elif names and len(cells) == len(names) and not re.fullmatch(r"[-: ]+", cells[0]):
            waiting.append(_markdown_test(dict(zip(names, cells)), gpus))
    yield from waiting


def _markdown_test(cells: dict[str, str], gpus: list[str]) -> dict[str, Any]:
    speed = re.match(r"([\d.]+)(?:\s*(?:±|\+/?-)\s*([\d.]+))?", cells.get("t/s", ""))
    name = re.fullmatch(r"(?:pp\s*(\d+))?\+?(?:tg\s*(\d+))?(?:\s*@\s*d\s*(\d+))?", cells.get("test", ""))
    pp, tg, depth = name.groups() if name else (None, None, None)
    return {
        "model_type": cells.get("model", ""),
        "model_size": _scaled(cells.get("size", ""), {"GiB": 2.0**30, "MiB": 2.0**20}),
        "model_n_params": _scaled(cells.get("params", ""), {"B": 1e9, "M": 1e6}),
        "backends": cells.get("backend", ""),
        "n_gpu_layers": cells.get("ngl"),
        "n_threads": cells.get("threads"),
        "n_batch": cells.get("n_batch"),
        "n_ubatch": cells.get("n_ubatch"),
        "type_k": cells.get("type_k"),
        "type_v": cells.get("type_v"),
        "flash_attn": cells.get("fa"),
        "split_mode": cells.get("sm"),
        "gpu_info": ", ".join(gpus),
        "n_prompt": pp or 0,
        "n_gen": tg or 0,
        "n_depth": depth or 0,
        "avg_ts": speed.group(1) if speed else None,
        "stddev_ts": speed.group(2) if speed else None,
    }  # fmt: skip


def _scaled(cell: str, units: dict[str, float]) -> float | None:
    """ "4.58 GiB" in bytes, "8.03 B" as a number of parameters."""
    value, _, unit = cell.partition(" ")
    n = number(value)
    return None if n is None or unit.strip() not in units else n * units[unit.strip()]
