# SPDX-License-Identifier: Apache-2.0
"""How far a long call is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

from .._checks import flag


@contextmanager
def reporter(progress: bool | Callable[[int, int], object], unit: str) -> Iterator[Callable[[int, int], object] | None]:
    """What to call with (done, in all): the caller's own, a bar of `tqdm` where it is installed, or None."""
    if callable(progress):
        yield progress
        return
    bar: Any = None
    if flag(progress, "progress"):
        try:
            from tqdm.auto import tqdm
        except ImportError:
            yield None
            return
        bar = tqdm(total=None, unit=f" {unit}", unit_scale=True)

    def report(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield report if bar is not None else None
    finally:
        if bar is not None:
            bar.close()
