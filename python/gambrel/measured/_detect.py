# SPDX-License-Identifier: Apache-2.0
"""Whichever tool wrote it: a file, a folder, a parsed JSON value or a frame as measured rows."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .._error import Error
from ._files import Parsed, documents, files_of, flat, text_of
from ._guidellm import is_guidellm, read_guidellm
from ._llama_bench import is_llama_bench, read_llama_bench
from ._llama_text import is_llama_text
from ._table import Measured, cells_of, kind_of_columns, required_columns
from ._vllm import is_vllm, read_vllm

tried = (
    "a result of vllm bench serve (output_throughput, mean_ttft_ms, completed), "
    "a report of GuideLLM (benchmarks[].metrics), "
    "output of llama-bench (n_prompt, avg_ts; or a table with test and t/s), "
    "or a CSV table with the columns " + ", ".join(required_columns["serving"])
)
_of_llama_bench = {"backend", "num_devices"}
_of_both = {"device", "model", "date", "source", "notes"}


def read_measured(
    source: Any,
    *,
    device: Any = None,
    model: Any = None,
    runtime: str | None = None,
    runtime_version: str | None = None,
    weights: str | None = None,
    kv: str | None = None,
    tp: int | None = None,
    pp: int | None = None,
    dp: int | None = None,
    ep: int | None = None,
    prompt: float | None = None,
    output: float | None = None,
    backend: str | None = None,
    num_devices: int | None = None,
    date: str | None = None,
    source_id: str | None = None,
    notes: str | None = None,
) -> Measured:
    """Measured rows from whatever a benchmark tool wrote.

    Parameters
    ----------
    source : path, dict, list, DataFrame or Measured
        A file of `vllm bench serve`, GuideLLM or llama-bench, a CSV table of our own columns, a folder of files of one
        of these, a parsed JSON value, or a frame with our columns.
    device, model, runtime, runtime_version, weights, kv, tp, pp, dp, ep, prompt, output, date, notes
        What the file does not say; see `read_vllm`. A file that contradicts one is an error.
    backend, num_devices
        What llama-bench does not say; see `read_llama_bench`.
    source_id : str, optional
        The rows' ``source_id``.

    Returns
    -------
    Measured
        Rows that `validate` and `calibrate` take, with ``skipped`` saying what was left out.

    Raises
    ------
    Error
        Naming what was tried, for what is none of them.
    """
    given = {
        "device": device,
        "model": model,
        "runtime": runtime,
        "runtime_version": runtime_version,
        "weights": weights,
        "kv": kv,
        "tp": tp,
        "pp": pp,
        "dp": dp,
        "ep": ep,
        "prompt": prompt,
        "output": output,
        "backend": backend,
        "num_devices": num_devices,
        "date": date,
        "source": source_id,
        "notes": notes,
    }
    terms = {name: value for name, value in given.items() if value is not None}
    if isinstance(source, Measured):
        return _without_terms(source, terms)
    if isinstance(source, (dict, list)):
        return _reader_of(source)(source, **_fitting(source, terms))
    if isinstance(source, (str, os.PathLike)):
        return _folder(source, terms) if os.path.isdir(source) else _file(Path(source), terms)
    if hasattr(source, "to_dict") and hasattr(source, "columns"):
        return _without_terms(_of_frame(source), terms)
    raise Error(f"a path, a parsed JSON value or a frame is read, not {type(source).__name__}")


def _folder(path: Any, terms: dict[str, Any]) -> Measured:
    """Every file of the folder; those that no reader knows are counted."""
    tables: list[Measured] = []
    unknown: Counter[str] = Counter()
    for file in files_of(path):
        try:
            tables.append(_file(file, terms))
        except _UnknownError:
            unknown["file: no benchmark result"] += 1
    if not tables:
        raise Error(f"no file in {os.fspath(path)} is {tried}")
    everything = sum(tables[1:], tables[0])
    return Measured(everything, kind=everything.kind, skipped=Counter(everything.skipped) + unknown)


class _UnknownError(Error):
    """No reader knows the file."""


def _file(path: Path, terms: dict[str, Any]) -> Measured:
    content = text_of(path)
    if content.lstrip()[:1] in ("{", "["):
        values = documents(content, str(path))
        return _reader_of(values, str(path))(Parsed(path, values), **_fitting(values, terms))
    if is_llama_text(content):
        return read_llama_bench(path, **_llama_terms(terms))
    return _without_terms(_of_csv(content, str(path)), terms)


def _reader_of(value: Any, named: str = "the value") -> Callable[..., Measured]:
    values = list(flat(value if isinstance(value, list) else [value]))
    if any(is_guidellm(v) for v in values):
        return read_guidellm
    if any(is_llama_bench(v) for v in values):
        return read_llama_bench
    if any(is_vllm(v) for v in values):
        return read_vllm
    raise _UnknownError(f"{named} is none of what is read: {tried}. {_keys(values)}")


def _keys(values: list[Any]) -> str:
    first = next((v for v in values if isinstance(v, dict)), None)
    if first is None:
        return "It has no JSON object"
    return "Its keys: " + (", ".join(str(k)[:40] for k in list(first)[:12]) or "none")


def _fitting(value: Any, terms: dict[str, Any]) -> dict[str, Any]:
    """The keywords of the reader of `value`; one that the tool has no use for is an error."""
    if _reader_of(value) is read_llama_bench:
        return _llama_terms(terms)
    unfit = _of_llama_bench & set(terms)
    if unfit:
        raise Error(f"{', '.join(sorted(unfit))} is for llama-bench; tp, pp and dp state the devices of a server")
    return terms


def _llama_terms(terms: dict[str, Any]) -> dict[str, Any]:
    unfit = set(terms) - _of_llama_bench - _of_both
    if unfit:
        raise Error(f"{', '.join(sorted(unfit))}: llama-bench says this itself")
    return terms


def _without_terms(table: Measured, terms: dict[str, Any]) -> Measured:
    if terms:
        raise Error(f"{', '.join(sorted(terms))}: a table of our own columns says this itself")
    return table


def _of_csv(content: str, where: str) -> Measured:
    try:
        reader = csv.DictReader(io.StringIO(content, newline=""))
        columns = [c.strip() for c in reader.fieldnames or []]
        kind = kind_of_columns(columns)
        if kind is None:
            raise _UnknownError(f"{where} is none of what is read: {tried}. Its first line: {content[:80]!r}")
        reader.fieldnames = columns
        return Measured((cells_of(row) for row in reader), kind=kind)
    except csv.Error as e:
        raise Error(f"{where} is not CSV: {e}") from None


def _of_frame(frame: Any) -> Measured:
    try:
        rows = frame.to_dict("records")
    except (TypeError, ValueError):
        raise Error("a frame of rows is read, with the columns " + ", ".join(required_columns["serving"])) from None
    kind = kind_of_columns(str(c) for c in frame.columns)
    if kind is None:
        raise Error("the frame lacks columns: a serving table has " + ", ".join(required_columns["serving"]))
    return Measured((cells_of(row) for row in rows), kind=kind)
