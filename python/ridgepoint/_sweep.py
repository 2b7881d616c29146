# SPDX-License-Identifier: Apache-2.0
"""Predictions over the product of axes, as a table.

    rows = models x devices x ... x outputs x loads        the last axis is the fastest

The rows are computed in C++, over threads, straight into the arrays that the table is made of. Any range of them stands
alone, which is how pieces go to other processes (``executor=``) and how a sweep too long for memory is gone through
(`sweep_chunks`).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Callable, Union

from . import _core
from ._descriptors import DeviceLike, ModelLike, Runtime
from ._error import Error
from ._progress import reporter
from ._terms import Quantity

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import numpy as np
    import numpy.typing as npt

#: A keyword of `predict`, or several values of it.
Axis = Union[Any, Iterable[Any]]
#: Rows that one call returns at most; a longer sweep is gone through with `sweep_chunks`.
MOST_ROWS = 50_000_000

# The keywords of each axis, slowest first; those of one axis are multiplied with each other.
_AXES = {
    "memory": ("memory_gib",),
    "settings": ("token_budget", "max_sequences", "memory_fraction"),
    "calibration": ("calibration",),
    "cut": ("tp", "pp", "dp", "ep", "replicas", "sp"),
    "precision": ("weights", "kv"),
    "adapter": ("lora_rank", "lora_adapters"),
    "protocol": ("protocol",),
    "images": ("images",),
    "prefix_hit": ("prefix_hit",),
    "prompt": ("prompt",),
    "output": ("output",),
    "load": ("concurrency", "rate_per_s"),
}
_FOR_ALL = ("price_usd_per_hour", "pue", "server_power")
# Shown also where they are not given.
_SHOWN = {"tp": 1, "weights": "stored", "kv": "stored", "prompt": 1024, "output": 256, "concurrency": 1}
_TEXT = ("model", "device", "runtime", "weights", "kv", "protocol", "calibration")


class _Spec:
    """What a sweep asks, in Python's own values, so that it travels to other processes."""

    def __init__(self, models: list[Any], devices: list[Any], terms: Mapping[str, Any], limits: dict[str, Any]) -> None:
        self.models, self.devices, self.limits = models, devices, limits
        given = _known(dict(terms))
        runtimes = given.pop("runtime", None)
        self.runtimes: list[Any] = [None] if runtimes is None else _values("runtime", runtimes)
        self.for_all = {k: given.pop(k) for k in _FOR_ALL if k in given}
        given.pop("electricity_usd_per_kwh", None)
        self.given = {k: _values(k, v) for k, v in given.items()}
        if "concurrency" in self.given and "rate_per_s" in self.given:
            raise Error("concurrency and rate_per_s exclude each other: clients, or requests per second")

    def points(self, axis: str) -> list[dict[str, Any]]:
        """The keywords of each point of an axis."""
        names = [n for n in _AXES[axis] if n in self.given]
        return [dict(zip(names, values)) for values in itertools.product(*(self.given[n] for n in names))]


class _Part:
    """The sweep over devices that share their runtimes: its rows, and what each axis is called there."""

    def __init__(self, spec: _Spec, devices: list[Any], runtimes: list[Any]) -> None:
        from ._descriptors import Device

        axes = {axis: spec.points(axis) for axis in _AXES}
        settings = [(r.name, r.settings) if isinstance(r, Runtime) else (r, {}) for r in runtimes]
        if any(own for _, own in settings) and len(settings) > 1:
            raise Error("runtimes with settings of their own are swept one at a time: give the settings as axes")
        if settings[0][1]:
            axes["settings"] = [{**settings[0][1], **point} for point in axes["settings"]]
        plain = [{k: _plain(v) for k, v in point.items()} for point in axes["calibration"]]
        self.raw = _core.Sweep(
            [m._raw if hasattr(m, "_raw") else m for m in spec.models],
            [d._raw if hasattr(d, "_raw") else d for d in devices],
            [name for name, _ in settings],
            {**axes, "calibration": plain},
            spec.for_all,
            spec.limits,
        )
        self.rows: int = self.raw.rows
        names = [Device(_core.device(d)).name if isinstance(d, str) else d.name for d in devices]
        models = [_core.model(m).name if isinstance(m, str) else m.name for m in spec.models]
        self.labels: list[list[dict[str, Any]]] = [
            [{"model": m} for m in models],
            [{"device": d, **point} for d in names for point in axes["memory"]],
            [{"runtime": r, **point} for r in (_runtime_name(n) for n, _ in settings) for point in axes["settings"]],
            [dict.fromkeys(point, "given") for point in axes["calibration"]],
            *(axes[axis] for axis in list(_AXES)[3:]),
        ]


def _known(given: dict[str, Any]) -> dict[str, Any]:
    """``given`` with a workload taken apart; refuses what is no axis."""
    load = given.pop("workload", None)
    if load is not None:
        from ._descriptors import as_workload

        asked = as_workload(load)
        lengths = dict(asked.terms)
        if lengths.pop("workload", None):
            raise Error("a workload by name is no axis of a sweep: give prompt and output")
        given = {**lengths, **given}
    known = [name for names in _AXES.values() for name in names] + ["runtime", "electricity_usd_per_kwh", *_FOR_ALL]
    for name in given:
        if name == "batch":
            raise Error("a static batch is no axis of a sweep: sweep concurrency, or ask predict")
        if name not in known:
            _core.check_terms({name: given[name]})  # names the nearest keyword
            raise Error(f"{name} is no axis of a sweep")
    return {k: v for k, v in given.items() if v is not None}


def _values(name: str, given: Any) -> list[Any]:
    """The values of an axis: a text, a number, a pair of lengths or a mapping is one."""
    one = (
        isinstance(given, (str, bytes, Mapping, tuple)) or not isinstance(given, Iterable) or hasattr(given, "to_file")
    )
    if one or hasattr(given, "magnitude"):
        return [given]
    values = [v.item() if hasattr(v, "item") and getattr(v, "ndim", 0) == 0 else v for v in given]
    if not values:
        raise Error(f"{name} is empty: the sweep would have no rows")
    return values


def _plain(calibration: Any) -> Any:
    return calibration.to_file() if hasattr(calibration, "to_file") else calibration


def _runtime_name(name: str) -> str:
    return _core.runtime_name(name)


def _parts(spec: _Spec) -> list[_Part]:
    """One part, or one for each usual runtime where none is asked for."""
    if spec.runtimes != [None]:
        return [_Part(spec, spec.devices, spec.runtimes)]
    usual = [_core.usual_runtime(_core.device(d) if isinstance(d, str) else d._raw) for d in spec.devices]
    return [
        _Part(spec, [d for d, _ in group], [name])
        for name, group in itertools.groupby(zip(spec.devices, usual), key=lambda pair: pair[1])
    ]


def _several(what: str, given: Any, one: Callable[[Any], Any]) -> list[Any]:
    """A list of names or descriptors, made of one or several; names stay names."""
    single = isinstance(given, (str, Mapping)) or hasattr(given, "_raw") or not isinstance(given, Iterable)
    values = [given] if single else list(given)
    if not values:
        raise Error(f"{what} is empty: the sweep would have no rows")
    return [_kept(v, one) for v in values]


def _kept(value: Any, one: Callable[[Any], Any]) -> Any:
    """A catalog name stays one; anything else becomes its descriptor, which travels whole."""
    made = one(value)
    return value if isinstance(value, str) and made._raw.catalog else made


class _Columns:
    """Rows [begin, end) of a sweep as arrays."""

    def __init__(self, figures: list[str], codes: list[str]) -> None:
        self.figures, self.codes = figures, codes

    def fill(
        self, part: _Part, begin: int, rows: int, threads: int, report: Callable[[int, int], object] | None
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int32]]:
        import numpy as np

        figures = np.empty((rows, len(self.figures)), dtype=np.float64, order="F")
        codes = np.empty((rows, len(self.codes)), dtype=np.int32, order="F")
        part.raw.fill(begin, self.figures, figures, self.codes, codes, threads, report)
        return figures, codes


def _piece(spec: _Spec, number: int, begin: int, end: int, figures: list[str], codes: list[str], threads: int) -> Any:
    """Rows of one part, computed where this runs: what an executor is given."""
    return _Columns(figures, codes).fill(_parts(spec)[number], begin, end - begin, threads, None)


def _labels(part: _Part, begin: int, end: int) -> dict[str, tuple[list[Any], npt.NDArray[np.int64] | None]]:
    """For each column of labels its values, and which of them each row has (None: all the first)."""
    import numpy as np

    columns: dict[str, tuple[list[Any], Any]] = {}
    stride = 1
    found: list[dict[str, tuple[list[Any], Any]]] = []
    for points in reversed(part.labels):
        place = None if len(points) == 1 else (np.arange(begin, end, dtype=np.int64) // stride) % len(points)
        found.append({name: ([p[name] for p in points], place) for name in points[0]})
        stride *= len(points)
    for each in reversed(found):
        columns.update(each)
    for name, usual in _SHOWN.items():
        if name not in columns and not (name == "concurrency" and "rate_per_s" in columns):
            columns[name] = ([usual], None)
    order = ["model", "device", "memory_gib", "runtime", *(n for names in _AXES.values() for n in names)]
    return {name: columns[name] for name in dict.fromkeys(order) if name in columns}


def _label(value: Any) -> Any:
    """A value of an axis as a cell: a number, a truth value or text."""
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple) and len(value) == 2:
        return f"uniform:{value[0]}:{value[1]}"
    return (
        str(value)
        if hasattr(value, "magnitude")
        else f"{len(value)} lengths"
        if hasattr(value, "__len__")
        else str(value)
    )


def _column(values: list[Any], place: Any, rows: int) -> tuple[Any, list[str] | None]:
    """The cells of a label column: an array of numbers, or codes into categories."""
    import numpy as np

    cells = [_label(v) for v in values]
    numeric = all(isinstance(c, (bool, int, float)) for c in cells)
    if numeric:
        numbers = np.asarray(cells)
        return (np.full(rows, numbers[0]) if place is None else numbers[place]), None
    names = [str(c) for c in cells]
    categories = list(dict.fromkeys(names))
    codes = np.asarray([categories.index(n) for n in names], dtype=np.int32)
    return (np.full(rows, codes[0]) if place is None else codes[place]), categories


class _Table:
    """Columns of labels, codes and figures, kept as they were computed until a table is made of them."""

    def __init__(self, part: _Part, begin: int, figures: Any, codes: Any, names: _Columns) -> None:
        rows = figures.shape[0]
        self.rows = rows
        self.labels = {n: _column(v, place, rows) for n, (v, place) in _labels(part, begin, begin + rows).items()}
        self.figures, self.figure_names = figures, names.figures
        self.codes = dict(zip(names.codes, codes.T))

    def kept(self, keep: Any) -> _Table:
        """The rows where ``keep`` is true."""
        other = object.__new__(_Table)
        other.labels = {n: (cells[keep], categories) for n, (cells, categories) in self.labels.items()}
        other.figures, other.figure_names = self.figures[keep], self.figure_names
        other.codes = {n: c[keep] for n, c in self.codes.items()}
        other.rows = other.figures.shape[0]
        return other

    def _coded(self) -> dict[str, tuple[Any, list[str] | None]]:
        columns: dict[str, tuple[Any, list[str] | None]] = dict(self.labels)
        columns["devices"] = (self.codes["devices"], None)
        columns["feasible"] = (self.codes["status"] == 0, None)
        columns["status"] = (self.codes["status"], list(_core.sweep_statuses))
        for name in ("tpot_bound", "ttft_bound"):
            columns[name] = (self.codes[name], list(_core.sweep_bounds))
        columns["meets_limits"] = (self.codes["meets_objective"] != 0, None)
        return columns

    def pandas(self) -> Any:
        import pandas as pd

        left = {
            name: cells if categories is None else pd.Categorical.from_codes(cells, categories=categories)
            for name, (cells, categories) in self._coded().items()
        }
        figures = pd.DataFrame(self.figures, columns=self.figure_names, copy=False)
        frames = [pd.DataFrame(left, copy=False), figures]
        if int(pd.__version__.split(".")[0]) >= 3:
            return pd.concat(frames, axis=1)
        return pd.concat(frames, axis=1, copy=False)

    def arrow(self) -> Any:
        import pyarrow as pa

        columns = {}
        for name, (cells, categories) in self._coded().items():
            if categories is None:
                columns[name] = pa.array(cells)
            else:
                columns[name] = pa.DictionaryArray.from_arrays(
                    pa.array(cells, mask=cells < 0, type=pa.int32()), pa.array(categories)
                )
        for i, name in enumerate(self.figure_names):
            columns[name] = pa.array(self.figures[:, i])
        return pa.table(columns)

    def numpy(self) -> Any:
        import numpy as np

        columns: dict[str, Any] = {}
        for name, (cells, categories) in self._coded().items():
            columns[name] = cells if categories is None else np.asarray([*categories, ""])[cells]
        for i, name in enumerate(self.figure_names):
            columns[name] = self.figures[:, i]
        table = np.empty(self.rows, dtype=[(name, c.dtype) for name, c in columns.items()])
        for name, c in columns.items():
            table[name] = c
        return table

    def made(self, kind: str) -> Any:
        return getattr(self, kind)()


def _joined(tables: list[Any], kind: str) -> Any:
    if len(tables) == 1:
        return tables[0]
    if kind == "pandas":
        import pandas as pd
        from pandas.api.types import union_categoricals

        for name in tables[0].columns:
            if isinstance(tables[0][name].dtype, pd.CategoricalDtype):
                categories = union_categoricals([t[name] for t in tables]).categories
                for t in tables:
                    t[name] = t[name].cat.set_categories(categories)
        return pd.concat(tables, ignore_index=True)
    if kind == "arrow":
        import pyarrow as pa

        return pa.concat_tables(tables).unify_dictionaries()
    import numpy as np
    from numpy.lib import recfunctions

    return np.asarray(recfunctions.stack_arrays(tables, asrecarray=False, usemask=False))


def _kind(frame: str | None) -> str:
    """pandas where it is installed, else arrow, else numpy."""
    if frame in ("pandas", "arrow", "numpy"):
        return frame
    if frame is not None:
        raise Error(f'frame is "{frame}"; it must be "pandas", "arrow" or "numpy"')
    for name, module in (("pandas", "pandas"), ("arrow", "pyarrow")):
        try:
            __import__(module)
        except ImportError:
            continue
        return name
    return "numpy"


def _chosen(columns: Sequence[str] | None) -> _Columns:
    figures, codes = list(_core.sweep_figures), list(_core.sweep_codes)
    if columns is None:
        return _Columns(figures, codes)
    for name in columns:
        if name not in figures:
            raise Error(f'there is no column "{name}"; it must be one of {", ".join(figures)}')
    return _Columns(list(columns), codes)


class _Sweep:
    """A sweep as asked: its parts, its columns, its filters."""

    def __init__(
        self,
        models: Any,
        devices: Any,
        columns: Sequence[str] | None,
        limits: dict[str, Any],
        feasible: bool,
        frame: str | None,
        terms: Mapping[str, Any],
    ) -> None:
        from ._descriptors import device, model

        self.spec = _Spec(
            _several("models", models, model),
            _several("devices", devices, device),
            terms,
            {k: v for k, v in limits.items() if v is not None},
        )
        self.parts = _parts(self.spec)
        self.columns = _chosen(columns)
        self.feasible = feasible
        self.kind = _kind(frame)
        self.rows = sum(p.rows for p in self.parts)

    def ranges(self, most: int) -> Iterator[tuple[int, int, int]]:
        """(part, begin, end) of pieces of at most so many rows, in order."""
        for number, part in enumerate(self.parts):
            for begin in range(0, part.rows, most):
                yield number, begin, min(begin + most, part.rows)

    def table(self, number: int, begin: int, figures: Any, codes: Any) -> Any:
        table = _Table(self.parts[number], begin, figures, codes, self.columns)
        if self.spec.limits:
            table = table.kept(table.codes["meets_objective"] != 0)
        elif self.feasible:
            table = table.kept(table.codes["status"] == 0)
        return table.made(self.kind)

    def piece(self, number: int, begin: int, end: int, threads: int, report: Any) -> Any:
        part = self.parts[number]
        return self.table(number, begin, *self.columns.fill(part, begin, end - begin, threads, report))


def sweep(
    models: ModelLike | Iterable[ModelLike],
    devices: DeviceLike | Iterable[DeviceLike],
    *,
    columns: Sequence[str] | None = None,
    max_ttft_ms: Quantity | None = None,
    max_tpot_ms: Quantity | None = None,
    max_latency_ms: Quantity | None = None,
    feasible: bool = False,
    frame: str | None = None,
    threads: int = 0,
    executor: Executor | None = None,
    progress: bool | Callable[[int, int], object] = False,
    **terms: Axis,
) -> Any:
    """Predicts every combination of the given values.

    Parameters
    ----------
    models, devices
        One or several; see `ridgepoint.model` and `ridgepoint.device`.
    columns : sequence of str, optional
        The figures to compute; all of them otherwise. Units are in the names: ``tpot_s``,
        ``usd_per_million_output_tokens`` ...
    max_ttft_ms, max_tpot_ms, max_latency_ms : float, str or pint quantity, optional
        Keep only rows whose predicted mean meets these.
    feasible : bool
        Keep only rows that fit, are supported and keep up.
    frame : str, optional
        ``"pandas"``, ``"arrow"`` or ``"numpy"`` (a structured array); the first that is installed otherwise.
    threads : int
        Threads of this process; 0: as many as it has cores.
    executor : concurrent.futures.Executor, optional
        Where pieces are computed instead: a process pool, ``dask.distributed.Client(...).get_executor()``, Ray's,
        MPI's.
    progress : bool or callable
        A bar (`tqdm` where it is installed), or what to call with the rows done and in all.
    **terms
        The keywords of `predict`, each one value or several: ``tp=[1, 2, 4, 8], concurrency=range(1, 257)``.

    Returns
    -------
    pandas.DataFrame, pyarrow.Table or numpy.ndarray
        A row a combination, the last axis (the load) the fastest. A figure that a row does not have is NaN, and
        ``status`` says why.

    Raises
    ------
    Error
        For more than 50,000,000 rows: go through them with `sweep_chunks`; for what `predict` refuses.
    """
    limits = {"ttft_p99_ms": max_ttft_ms, "tpot_p99_ms": max_tpot_ms, "latency_p99_ms": max_latency_ms}
    s = _Sweep(models, devices, columns, limits, feasible, frame, terms)
    if s.rows > MOST_ROWS:
        raise Error(
            f"the sweep has {s.rows:,} rows; at most {MOST_ROWS:,} at once: shorten an axis, or go through it with "
            "sweep_chunks"
        )
    with reporter(progress, "rows") as report:
        if executor is not None:
            return _joined(list(_elsewhere(s, executor, threads, report)), s.kind)
        whole = 2_000_000 if s.spec.limits or s.feasible else MOST_ROWS
        tables, done = [], 0
        for number, begin, end in s.ranges(whole):
            tables.append(s.piece(number, begin, end, threads, _shifted(report, done, s.rows)))
            done += end - begin
        if report is not None:
            report(s.rows, s.rows)
        return _joined(tables, s.kind)


def sweep_chunks(
    models: ModelLike | Iterable[ModelLike],
    devices: DeviceLike | Iterable[DeviceLike],
    *,
    chunk_rows: int = 1_000_000,
    columns: Sequence[str] | None = None,
    max_ttft_ms: Quantity | None = None,
    max_tpot_ms: Quantity | None = None,
    max_latency_ms: Quantity | None = None,
    feasible: bool = False,
    frame: str | None = None,
    threads: int = 0,
    **terms: Axis,
) -> Iterator[Any]:
    """Goes through a sweep of any length in tables of at most ``chunk_rows`` rows before filters; else as `sweep`."""
    if not 1 <= chunk_rows <= MOST_ROWS:
        raise Error(f"chunk_rows is {chunk_rows}; it must be from 1 to {MOST_ROWS}")
    limits = {"ttft_p99_ms": max_ttft_ms, "tpot_p99_ms": max_tpot_ms, "latency_p99_ms": max_latency_ms}
    s = _Sweep(models, devices, columns, limits, feasible, frame, terms)
    return (s.piece(number, begin, end, threads, None) for number, begin, end in s.ranges(chunk_rows))


def _shifted(report: Callable[[int, int], object] | None, before: int, total: int) -> Any:
    if report is None:
        return None
    return lambda done, _: report(before + done, total)


def _elsewhere(
    s: _Sweep, executor: Executor, threads: int, report: Callable[[int, int], object] | None
) -> Iterator[Any]:
    """Pieces of the sweep in order, each computed by the executor."""
    most = max(1, min(1_000_000, -(-s.rows // 16)))
    pieces = [
        (
            number,
            begin,
            end,
            executor.submit(_piece, s.spec, number, begin, end, s.columns.figures, s.columns.codes, threads or 1),
        )
        for number, begin, end in s.ranges(most)
    ]
    done = 0
    try:
        for number, begin, end, future in pieces:
            figures, codes = future.result()
            done += end - begin
            if report is not None:
                report(done, s.rows)
            yield s.table(number, begin, figures, codes)
    finally:
        for *_, future in pieces:
            future.cancel()
