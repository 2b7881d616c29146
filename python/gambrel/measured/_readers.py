# SPDX-License-Identifier: Apache-2.0
"""Measured rows from what benchmark tools write, by the readers of the compiled part, which the command uses too."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any, Union

from .. import _core
from .._error import Error
from ..ask._tables import conventions
from ._table import Measured, cells_of, table_of_frame

PathLike = Union[str, "os.PathLike[str]"]


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
    concurrency: int | None = None,
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
        A file of a benchmark tool (docs/how-to-your-files.md lists them), a CSV table of our own columns, a folder of
        files of one of these, a parsed JSON value, or a frame with our columns.
    device, model, runtime, runtime_version, weights, kv, tp, pp, dp, ep, prompt, output, date, notes
        What the file does not say; see `read_vllm`. A file that contradicts one is an error.
    concurrency : int, optional
        The clients of a closed loop, where the file does not say its load.
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
    given = {k: v for k, v in locals().items() if k not in ("source", "source_id") and v is not None}
    if source_id is not None:
        given["source"] = source_id
    if isinstance(source, Measured) or (hasattr(source, "columns") and hasattr(source, "to_dict")):
        if given:
            raise Error(f"{', '.join(sorted(given))}: a table of our own columns says this itself")
        return source if isinstance(source, Measured) else table_of_frame(source)
    return _read(source, "", given)


def read_vllm(
    result: PathLike | dict[str, Any] | list[Any],
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
    date: str | None = None,
    source: str | None = None,
    notes: str | None = None,
) -> Measured:
    """Rows from what `vllm bench serve --save-result` (or `--append-result`) wrote.

    Parameters
    ----------
    result : path, dict or list of dict
        A result file, a file of several results one after the other, a folder of them, or what json.load gave.
    device : name or Device
        The hardware, which the file does not say unless ``--metadata device=h100-sxm`` told it.
    model : name or Model, optional
        By default the file's ``model_id``; needed where that is a local path.
    runtime, runtime_version : str, optional
        The engine that was measured; by default what ``backend`` names, else vllm.
    weights, kv : str, optional
        Formats as measured tables spell them ("fp8", "awq-int4"); by default the checkpoint as published.
    tp, pp, dp, ep : int, optional
        Ranks; by default the metadata's, else 1.
    prompt, output : float, optional
        Tokens per request, where the file has no totals.
    date, source, notes : str, optional
        Columns of the rows. `source` is "vllm-bench" by default.

    Returns
    -------
    Measured
        TTFT, TPOT and latency (means and medians) and the output throughput of each run, in a serving table.

    Raises
    ------
    Error
        For what is no such result, and for a keyword that the file contradicts.
    """
    return _read(result, "vllm", {k: v for k, v in locals().items() if k != "result"})


def read_guidellm(
    report: PathLike | dict[str, Any],
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
    date: str | None = None,
    source: str | None = None,
    notes: str | None = None,
) -> Measured:
    """Rows from a GuideLLM report: one run per benchmark of it.

    Parameters
    ----------
    report : path or dict
        The JSON report (`benchmarks.json`), a folder of them, or what json.load gave.
    device : name or Device
        The hardware: GuideLLM does not see it.
    model : name or Model, optional
        By default the model that the report asked the server for.
    runtime, runtime_version, weights, kv, tp, pp, dp, ep, prompt, output, date, source, notes
        As for `read_vllm`. `runtime` is vllm by default, `source` "guidellm".

    Returns
    -------
    Measured
        synchronous is one client, concurrent its streams, throughput its limit on requests in flight (or "max"),
        constant and poisson an open loop of their rate.

    Raises
    ------
    Error
        For what is no such report, and for a keyword that it contradicts.
    """
    return _read(report, "guidellm", {k: v for k, v in locals().items() if k != "report"})


def read_llama_bench(
    result: PathLike | dict[str, Any] | list[Any],
    *,
    device: Any = None,
    model: Any = None,
    backend: str | None = None,
    num_devices: int | None = None,
    date: str | None = None,
    source: str | None = None,
    notes: str | None = None,
) -> Measured:
    """Rows from llama-bench's output.

    Parameters
    ----------
    result : path, dict or list of dict
        A file in any of the tool's formats, a folder of them, or what json.load gave.
    device : name or Device, optional
        By default what ``gpu_info`` (without a GPU ``cpu_info``) says; markdown says it only beside the table.
    model : name or Model, optional
        By default the tool's own name of it ("llama 8B"), which `gambrel validate --aliases` lists.
    backend : str, optional
        "cuda", "rocm", "vulkan", "metal", "cpu" or "sycl"; by default what the file says.
    num_devices : int, optional
        By default the devices that the file names.
    date : str, optional
        "2025-04" or longer. It chooses the generation of llama.cpp's kernels, so markdown, which has none, needs it
        unless its build number tells.
    source, notes : str, optional
        Columns of the rows. `source` is "llama-bench" by default.

    Returns
    -------
    Measured
        A llama.cpp table with ppN, tgN and their depths.

    Raises
    ------
    Error
        For what is no such output, and for a keyword that it contradicts.
    """
    return _read(result, "llama-bench", {k: v for k, v in locals().items() if k != "result"})


def _read(source: Any, tool: str, given: Mapping[str, Any]) -> Measured:
    if isinstance(source, (str, os.PathLike)):
        source = os.fspath(source)
        if not isinstance(source, str) or "\0" in source:
            raise Error(f"{source!r} is not the path of a file")
    elif not isinstance(source, (dict, list)):
        raise Error(f"a path, a parsed JSON value or a frame is read, not {type(source).__name__}")
    stated = {k: _name_of(v, k) if k in ("device", "model") else v for k, v in given.items() if v is not None}
    kind, columns, rows, skipped = _core.read_results(source, tool, stated, conventions())
    return Measured((cells_of(dict(zip(columns, row))) for row in rows), kind=kind, skipped=skipped)


def _name_of(thing: Any, what: str) -> str:
    """A name from a name, from a .json file that has one, or from a descriptor of this package."""
    if isinstance(thing, str):
        return _name_in(thing) if what == "device" and thing.endswith(".json") else thing
    name = getattr(thing, "name", "")
    if not isinstance(name, str) or not name:
        raise Error(f"{what} is a name or has one, not {type(thing).__name__}")
    return name


def _name_in(path: str) -> str:
    try:
        with open(path, encoding="utf-8-sig") as file:
            name = json.load(file).get("name")
    except OSError as e:
        raise Error(f"cannot read {path}: {e.strerror or e}") from None
    except (ValueError, AttributeError, RecursionError):
        name = None
    if not isinstance(name, str) or not name:
        raise Error(f"{path} is not a device file: it has no name")
    return name
