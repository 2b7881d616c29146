# SPDX-License-Identifier: Apache-2.0
"""Predictions over the product of axes, as a table.

The rows are computed in C++, over threads, straight into the arrays that the table is made of. Any range of them stands
alone, which is how pieces go to other processes (``executor=``) and how a sweep too long for memory is gone through
(`sweep_chunks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Callable, Union

from .. import _core
from .._error import Error
from .._checks import flag
from ..ask._device import DeviceLike
from ..ask._model import ModelLike
from ..ask._quantities import Quantity
from ..show._progress import reporter
from ._axes import Part, Spec
from ._table import Rows, Table, chosen_figures, table_kind

if TYPE_CHECKING:
    from concurrent.futures import Executor

#: A keyword of `predict`, or several values of it.
Axis = Union[Any, Iterable[Any]]
#: Rows that one call returns at most; a longer sweep is gone through with `sweep_chunks`.
MOST_ROWS = 50_000_000

_MOST_THREADS = 1024
_FILTERED_AT_ONCE = 2_000_000  # rows computed before those that fail the filters are dropped
_MOST_ELSEWHERE = 1_000_000  # rows of a piece that goes to another process
_Report = Union[Callable[[int, int], object], None]


class _Sweep:
    """A sweep as asked: its parts, its figures, its filters."""

    def __init__(
        self,
        models: Any,
        devices: Any,
        columns: str | Sequence[str] | None,
        limits: Mapping[str, Any],
        feasible: bool,
        frame: str | None,
        threads: int,
        terms: Mapping[str, Any],
    ) -> None:
        self.figures = chosen_figures(columns)
        self.kind = table_kind(frame)
        self.threads = _whole(threads, "threads", 0, _MOST_THREADS)
        self.spec = Spec(models, devices, terms, limits)
        self.keep = "meets_objective" if self.spec.limits else "status" if flag(feasible, "feasible") else ""
        self.parts = self.spec.parts()
        self.rows = sum(p.rows for p in self.parts)

    def ranges(self, most: int) -> Iterator[tuple[int, int, int]]:
        """(part, begin, end) of pieces of at most so many rows, in order."""
        for number, part in enumerate(self.parts):
            for begin in range(0, part.rows, most):
                yield number, begin, min(begin + most, part.rows)

    def table(self, number: int, begin: int, end: int, report: _Report = None) -> Table:
        """Rows of one part, computed here."""
        part = self.parts[number]
        return Table.of(part, _computed(part, begin, end, self.figures, self.keep, self.threads, report), self.figures)

    def tables(self, report: _Report) -> Iterator[Table]:
        """The whole sweep, computed here."""
        done = 0
        for number, begin, end in self.ranges(_FILTERED_AT_ONCE if self.keep else MOST_ROWS):
            yield self.table(number, begin, end, _shifted(report, done, self.rows))
            done += end - begin
        if report is not None:
            report(self.rows, self.rows)

    def tables_elsewhere(self, executor: Executor, report: _Report) -> Iterator[Table]:
        """The whole sweep, computed by ``executor``."""
        most = min(_MOST_ELSEWHERE, -(-self.rows // 16))
        asked = (self.figures, self.keep, self.threads or 1)
        pieces = [(*r, executor.submit(_piece, self.spec, *r, *asked)) for r in self.ranges(most)]
        done = 0
        try:
            for number, begin, end, future in pieces:
                yield Table.of(self.parts[number], future.result(), self.figures)
                done += end - begin
                if report is not None:
                    report(done, self.rows)
        finally:
            for *_, future in pieces:
                future.cancel()


def _computed(part: Part, begin: int, end: int, figures: list[str], keep: str, threads: int, report: _Report) -> Rows:
    """Rows [begin, end) of a part, but for those whose code ``keep`` says that they are not wanted."""
    import numpy as np

    codes = list(_core.sweep_codes)
    rows = Rows(
        np.arange(begin, end, dtype=np.int64),
        np.empty((end - begin, len(figures)), dtype=np.float64, order="F"),
        np.empty((end - begin, len(codes)), dtype=np.int32, order="F"),
    )
    part.raw.fill(begin, figures, rows.figures, codes, rows.codes, threads, report)
    if not keep:
        return rows
    code = rows.codes[:, codes.index(keep)]
    wanted = np.flatnonzero(code == 0 if keep == "status" else code != 0)
    return Rows(rows.numbers[wanted], np.asfortranarray(rows.figures[wanted]), np.asfortranarray(rows.codes[wanted]))


def _piece(spec: Spec, number: int, begin: int, end: int, figures: list[str], keep: str, threads: int) -> Rows:
    """What an executor is given."""
    return _computed(spec.parts()[number], begin, end, figures, keep, threads, None)


def _shifted(report: _Report, before: int, total: int) -> _Report:
    """``report`` for a piece that has so many rows before it."""
    if report is None:
        return None
    call = report
    return lambda done, _: call(before + done, total)


def _whole(value: object, what: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise Error(f"{what} is of type {type(value).__name__}; it must be a whole number")
    number = int(value.__index__())
    if not low <= number <= high:
        raise Error(f"{what} is {number:,}; it must be from {low:,} to {high:,}")
    return number


def sweep(
    models: ModelLike | Iterable[ModelLike],
    devices: DeviceLike | Iterable[DeviceLike],
    *,
    columns: str | Sequence[str] | None = None,
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
        One or several; see `gambrel.model` and `gambrel.device`.
    columns : sequence of str, optional
        The figures to compute; all of them otherwise. Units are in the names: ``tpot_s``,
        ``usd_per_million_output_tokens`` ... What was asked, ``devices``, ``status`` and the bounds are there anyway.
    max_ttft_ms, max_tpot_ms, max_latency_ms : float, str or pint quantity, optional
        Keep only rows whose predicted mean meets these.
    feasible : bool
        Keep only rows that fit, are supported and keep up.
    frame : str, optional
        ``"pandas"``, ``"arrow"`` or ``"numpy"`` (a structured array); the first that is installed otherwise.
    threads : int
        Threads of this process; 0: as many as it has cores. With an executor, of each piece; 0: one.
    executor : concurrent.futures.Executor, optional
        Where pieces are computed instead: a process pool, ``dask.distributed.Client(...).get_executor()``, Ray's,
        MPI's.
    progress : bool or callable
        A bar (`tqdm` where it is installed), or what to call with the rows done and in all.
    **terms
        The keywords of `predict`, each one value or several: ``tp=[1, 2, 4, 8], concurrency=range(1, 257)``. Measured
        lengths are one array within a list: ``prompt=[lengths]``.

    Returns
    -------
    pandas.DataFrame, pyarrow.Table or numpy.ndarray
        A row a combination, the last axis (the load) the fastest. A figure that a row does not have is NaN, and
        ``status`` says why ("ok" otherwise).

    Raises
    ------
    Error
        For more than 50,000,000 rows: go through them with `sweep_chunks`; for what `predict` refuses.
    """
    limits = {"ttft": max_ttft_ms, "tpot": max_tpot_ms, "latency": max_latency_ms}
    s = _Sweep(models, devices, columns, limits, feasible, frame, threads, terms)
    if s.rows > MOST_ROWS:
        raise Error(
            f"the sweep has {s.rows:,} rows; at most {MOST_ROWS:,} at once: shorten an axis, or go through it with "
            "sweep_chunks"
        )
    if executor is not None and not hasattr(executor, "submit"):
        raise Error(f"executor is of type {type(executor).__name__}; it must have submit(), as concurrent.futures has")
    with reporter(progress, "rows") as report:
        tables = s.tables(report) if executor is None else s.tables_elsewhere(executor, report)
        return Table.joined(list(tables)).made(s.kind)


def sweep_chunks(
    models: ModelLike | Iterable[ModelLike],
    devices: DeviceLike | Iterable[DeviceLike],
    *,
    chunk_rows: int = 1_000_000,
    columns: str | Sequence[str] | None = None,
    max_ttft_ms: Quantity | None = None,
    max_tpot_ms: Quantity | None = None,
    max_latency_ms: Quantity | None = None,
    feasible: bool = False,
    frame: str | None = None,
    threads: int = 0,
    **terms: Axis,
) -> Iterator[Any]:
    """Goes through a sweep of any length in tables of at most ``chunk_rows`` rows before filters; else as `sweep`."""
    most = _whole(chunk_rows, "chunk_rows", 1, MOST_ROWS)
    limits = {"ttft": max_ttft_ms, "tpot": max_tpot_ms, "latency": max_latency_ms}
    s = _Sweep(models, devices, columns, limits, feasible, frame, threads, terms)
    return (s.table(*piece).made(s.kind) for piece in s.ranges(most))
