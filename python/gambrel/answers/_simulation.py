# SPDX-License-Identifier: Apache-2.0
"""A simulated run."""

from __future__ import annotations

import copy
import os
from typing import TYPE_CHECKING, Any, Callable

from .. import _core
from .._error import Error
from .._checks import file_name, flag
from ..ask._device import DeviceLike, raw_device
from ..ask._model import ModelLike, raw_model
from ..ask._terms import SimulationTerms, plain, takes
from ..show._figure import Figure, figure_of

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Unpack

_TIMES = ("ttft", "tpot", "itl", "latency", "queued")


class Simulation:
    """What a simulated run measured, each figure with the 80 % range of a slower and a faster machine.

    ``run.ttft["p99"]`` is a `Figure`. Its records are kept where they were asked for.
    """

    __slots__ = ("_dict", "_requests", "_steps", "_text", "feasible", "took_s")

    def __init__(self, raw: _core.Simulation, requests: bool, steps: bool) -> None:
        #: Whether the deployment is possible at all; else ``to_dict()["reason"]`` says why not.
        self.feasible: bool = raw.feasible
        #: Seconds of the computer's time.
        self.took_s: float = raw.took_s
        self._dict: dict[str, Any] = raw.to_dict()
        self._text: str = raw.text()
        self._requests: dict[str, Any] | None = raw.requests() if requests else None
        self._steps: dict[str, Any] | None = raw.steps() if steps else None

    @property
    def stable(self) -> bool:
        """Whether it kept up with the requests that came."""
        return bool(self._answer("stable"))

    @property
    def surely_stable(self) -> bool:
        """Whether a machine at the slow end of the range keeps up, too; else ``high`` of the times is infinite."""
        found = self._answer("range")
        return self.stable and (found is None or bool(found["surely_stable"]))

    @property
    def ttft(self) -> dict[str, Figure] | None:
        """Time to first token by statistic, in s; None where no request was counted.

        ``mean``, ``p50``, ``p90``, ``p95``, ``p99`` and ``most``; ``half_width`` and ``p99_half_width`` of the 95 %
        intervals that a run of this length leaves of the mean and of p99, where it is long enough to say.
        """
        return self._times("ttft")

    @property
    def tpot(self) -> dict[str, Figure] | None:
        """Likewise the mean time per output token of a request, in s; None for single-token outputs."""
        return self._times("tpot")

    @property
    def itl(self) -> dict[str, Figure] | None:
        """Likewise the gaps between tokens, in s."""
        return self._times("itl")

    @property
    def latency(self) -> dict[str, Figure] | None:
        """Likewise the time to the last token, in s."""
        return self._times("latency")

    @property
    def queued(self) -> dict[str, Figure] | None:
        """Likewise the time until the first pass that computes the request, in s."""
        return self._times("queued")

    @property
    def request_throughput(self) -> Figure:
        """Requests answered, in req/s."""
        return figure_of(self._answer("request_throughput"))

    @property
    def output_throughput(self) -> Figure:
        """Output tokens, in tok/s."""
        return figure_of(self._answer("output_throughput"))

    @property
    def prompt_throughput(self) -> Figure:
        """Prompt tokens computed, in tok/s."""
        return figure_of(self._answer("prompt_throughput"))

    @property
    def requests(self) -> pd.DataFrame:
        """A row a request, times in s. Needs pandas, and ``requests_kept=True``."""
        return _frame(self._requests, "requests")

    @property
    def steps(self) -> pd.DataFrame:
        """A row a pass, times in s. Needs pandas, and ``steps_kept=True``."""
        return _frame(self._steps, "steps")

    def to_dict(self) -> dict[str, Any]:
        """Everything but the records, as ``gambrel simulate --json`` (docs/json.md)."""
        return copy.deepcopy(self._dict)

    def to_frame(self) -> pd.DataFrame:
        """A row a statistic, with value and range of each time in s. Needs pandas."""
        import pandas as pd

        columns: dict[str, dict[str, float]] = {}
        for name in _TIMES:
            for statistic, f in (self._times(name) or {}).items():
                columns.setdefault(f"{name}_s", {})[statistic] = f.value
                columns.setdefault(f"{name}_low_s", {})[statistic] = f.low
                columns.setdefault(f"{name}_high_s", {})[statistic] = f.high
        return pd.DataFrame(columns)

    def _answer(self, key: str) -> Any:
        if not self.feasible:
            raise Error(f"there is no such figure: {self._dict['reason']}")
        return self._dict[key]

    def _times(self, name: str) -> dict[str, Figure] | None:
        found = self._answer(name)
        if found is None:
            return None
        return {statistic: figure_of(f) for statistic, f in found.items() if isinstance(f, dict)}

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Simulation):
            return NotImplemented
        mine, its = ({**s._dict, "took": None} for s in (self, other))  # the same run, however long it took
        return mine == its

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return self._text.rstrip("\n")

    def __repr__(self) -> str:
        if not self.feasible:
            return f"<Simulation: not possible: {self._dict['reason']}>"
        ttft, counts = self.ttft, self._dict["requests"]
        time = "" if ttft is None else f", TTFT mean {ttft['mean']}, p99 {ttft['p99']}"
        return f"<Simulation: {counts['answered']:,} requests answered{time}{'' if self.stable else '; unstable'}>"

    def _repr_html_(self) -> str:
        from ..show._html import simulation_html

        return simulation_html(self._dict, self._text)


@takes(SimulationTerms)
def simulate(
    model: ModelLike,
    device: DeviceLike,
    *,
    requests_kept: bool = False,
    steps_kept: bool = False,
    chrome_trace: str | os.PathLike[str] | None = None,
    progress: bool | Callable[[int, int], object] = False,
    **terms: Unpack[SimulationTerms],
) -> Simulation:
    """Simulates a deployment under arriving requests or a trace, pass by pass.

    Other threads run meanwhile, and Ctrl-C ends it.

    Parameters
    ----------
    model, device
        As for `predict`.
    requests_kept, steps_kept : bool
        Whether to keep a row for every request and for every pass, 100 bytes each.
    chrome_trace : path, optional
        A file to write for a trace viewer.
    progress : bool or callable
        A bar (`tqdm` where it is installed), or what to call with the requests sent and expected.
    **terms
        See `gambrel.SimulationTerms`.

    Raises
    ------
    Error
        For a value out of its range, naming it; for a trace, with line and column.
    """
    given = plain(terms)
    if given.get("trace") is not None:
        given["trace"] = _trace(given["trace"])
    from ..show._progress import reporter

    with reporter(progress, "requests") as report:
        raw = _core.simulate(
            raw_model(model),
            raw_device(device),
            given,
            flag(requests_kept, "requests_kept"),
            flag(steps_kept, "steps_kept"),
            report,
            file_name(chrome_trace, "chrome_trace") if chrome_trace is not None else "",
        )
    return Simulation(raw, requests_kept, steps_kept)


def _trace(trace: Any) -> Any:
    """A frame or a mapping of columns as (sent_s, prompt, output); a path as it is."""
    if isinstance(trace, (str, os.PathLike, tuple)):
        return trace
    try:
        return tuple(trace[name] for name in ("sent_s", "prompt", "output"))
    except (KeyError, TypeError, IndexError, ValueError):
        raise Error("a trace is a file, or has the columns sent_s, prompt and output") from None


def _frame(columns: dict[str, Any] | None, what: str) -> pd.DataFrame:
    if columns is None:
        raise Error(f"the {what} were not kept: simulate(..., {what}_kept=True)")
    import pandas as pd

    return pd.DataFrame(columns)
