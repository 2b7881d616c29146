# SPDX-License-Identifier: Apache-2.0
"""Output of llama-bench as rows of a llama.cpp table: -o json, jsonl, csv, sql, and the markdown it prints.

Fields: tools/llama-bench/llama-bench.cpp, `test::get_fields`, builds of 2023 to 2026. Build 1275 states the backend in
flags (cuda, metal, ...), later ones in `backends`. The name of a model ends with its file type, written as
llama_ftype_name writes it ("Q4_K - Medium").
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from .._error import Error
from ._fields import count, day, number, positive, text, tidy
from ._files import Parsed, PathLike, files_of, flat, named, text_of
from ._llama_machine import StatedTest, backend_of, date_of, hardware_of, is_on
from ._llama_text import tests_in
from ._run import Refused
from ._stated import name_of
from ._table import Measured, Row

#: llama.cpp's words for a file type, and the type's name.
sizes = {"small": "S", "medium": "M", "large": "L"}


def is_llama_bench(value: Any) -> bool:
    """Whether `value` is one test of llama-bench."""
    return isinstance(value, dict) and "n_prompt" in value and ("avg_ts" in value or "samples_ts" in value)


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
    if num_devices is not None and count(num_devices) is None:
        raise Error(f"num_devices must be a whole number above 0, not {num_devices!r}")
    if date is not None and not day(date):
        raise Error(f"date must be like 2025-04-24 or 2025-04, not {date!r}")
    stated = StatedTest(
        device="" if device is None else name_of(device, "device"),
        model="" if model is None else name_of(model, "model"),
        backend=text(backend).lower(),
        num_devices=num_devices,
        date=day(date),
        source=text(source) or "llama-bench",
        notes=text(notes),
    )
    skipped: Counter[str] = Counter()
    rows: list[Row] = []
    found = False
    for test, where in _tests(result):
        if not is_llama_bench(test):
            skipped["value: not a test of llama-bench"] += 1
            continue
        found = True
        try:
            rows.append(_row_of(test, where, stated))
        except Refused as why:
            skipped[f"test: {why}"] += 1
    if not found:
        raise Error(
            f"{named(result)} has no test of llama-bench (n_prompt, n_gen, avg_ts, or a table with test and t/s)"
        )
    return Measured(rows, kind="llama.cpp", skipped=skipped)


def _tests(result: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(result, Parsed):
        for test in flat(result.values):
            yield test, result.path.name
    elif isinstance(result, (str, os.PathLike)):
        for file in files_of(result):
            for test in tests_in(text_of(file), str(file)):
                yield test, file.name
    elif isinstance(result, (dict, list)):
        for test in flat([result]):
            yield test, "the result"
    else:
        raise Error(f"a path, a dict or a list of dicts is read, not {type(result).__name__}")


def _row_of(test: dict[str, Any], where: str, stated: StatedTest) -> Row:
    speed = number(test.get("avg_ts"))
    if speed is None:
        samples = test.get("samples_ts")
        known = [v for v in map(positive, samples if isinstance(samples, list) else []) if v is not None]
        speed = sum(known) / len(known) if known else None
    if speed is None or not speed > 0.0:
        raise Refused("no speed" if speed is None else "its speed is not positive")
    _refuse_what_columns_lack(test)
    hardware, devices = hardware_of(test, where, stated)
    model, quant = _model(test, where)
    backend = backend_of(test, hardware, where, stated)
    layers = count(test.get("n_gpu_layers"), 0)
    size, parameters = positive(test.get("model_size")), positive(test.get("model_n_params"))
    return {
        "source_id": stated.source,
        "source": where,
        "date": date_of(test, where, stated),
        "hardware": hardware,
        "num_devices": devices,
        "backend": backend,
        "model": stated.model or model,
        "params_b": "" if parameters is None else tidy(round(parameters * 1e-9, 3)),
        "quant": quant,
        "file_size_gib": "" if size is None else tidy(round(size / 2.0**30, 3)),
        "test": _test_name(test),
        "n_prompt": count(test.get("n_prompt"), 0) or 0,
        "n_gen": count(test.get("n_gen"), 0) or 0,
        "batch": 1,
        "threads": _or_nothing(count(test.get("n_threads"))) if backend == "cpu" else "",
        "ngl": "" if backend == "cpu" or layers is None else layers,
        "value_tok_s": tidy(speed),
        "stddev": _or_nothing(number(test.get("stddev_ts"))),
        "notes": _notes(test, stated),
    }


def _or_nothing(value: Any) -> Any:
    return "" if value is None else value


def _refuse_what_columns_lack(test: dict[str, Any]) -> None:
    for key in ("type_k", "type_v"):
        cache = text(test.get(key)).lower()
        if cache not in ("", "f16", "bf16"):
            raise Refused(f"KV cache in {cache}: the table has no column for it")
    if is_on(test.get("no_kv_offload")):
        raise Refused("KV cache kept on the host")
    if is_on(test.get("embeddings")):
        raise Refused("embeddings are not predicted")
    if text(test.get("split_mode")).lower() in ("row", "tensor"):
        raise Refused("matrices split over devices: the table reads several devices as layers")


def _test_name(test: dict[str, Any]) -> str:
    prompt, output = count(test.get("n_prompt"), 0), count(test.get("n_gen"), 0)
    if prompt and output:
        raise Refused("prompt and output in one speed (-pg)")
    if not prompt and not output:
        raise Refused("neither prompt nor output tokens stated")
    depth = count(test.get("n_depth"), 0)
    return (f"pp{prompt}" if prompt else f"tg{output}") + (f"@d{depth}" if depth else "")


def _model(test: dict[str, Any], where: str) -> tuple[str, str]:
    """ "llama 8B Q4_K - Medium" as "llama 8B" and "Q4_K_M"."""
    name = re.sub(r"\s*\(guessed\)$", "", text(test.get("model_type")))
    kinds = r"(?:mostly |all )?((?:I?Q\d\w*|TQ\d_\d|MXFP4(?: MoE)?|B?F16|F32|NVFP4)(?: mix)?)"
    found = re.fullmatch(rf"(.+?)\s+{kinds}(?:,? - ([\w. ]+))?", name)
    if not found:
        raise Refused(f"file type not known: {name[:60] or 'no model_type'}")
    model, kind, rest = found.groups()
    size = sizes.get((rest or "").lower())
    if kind == "Q6_K" or not size:
        return model, kind
    if kind == "Q2_K" and size == "M":
        return model, kind  # llama.cpp's own name of it has no letter
    return model, f"{kind}_{size}"


def _notes(test: dict[str, Any], stated: StatedTest) -> str:
    batch, physical = count(test.get("n_batch")), count(test.get("n_ubatch"))
    tokens = min(n for n in (batch, physical, 10**9) if n is not None)
    build = text(test.get("build_number"))
    flash = test.get("flash_attn")
    attention = str(int(flash)) if isinstance(flash, bool) else text(flash).lower()
    said = [
        f"build {build}" if build else "",
        f"ub={tokens}" if tokens < 10**9 else "",
        f"fa={attention}" if attention else "",
        stated.notes,
    ]
    return "; ".join(filter(None, said))
