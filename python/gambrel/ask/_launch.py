# SPDX-License-Identifier: Apache-2.0
"""The launch line of a server, read into keywords."""

from __future__ import annotations

from typing import Any

from .. import _core
from .._checks import text


class Launch:
    """What a launch line says: a model, keywords of `predict`, and of each flag what became of it. Made by `launch`.

    >>> import gambrel as gb
    >>> line = gb.launch("vllm serve Qwen/Qwen3-32B -tp 4 --max-num-seqs 64 --port 8000")
    >>> gb.predict(line.model, "h100-sxm", **line.terms, concurrency=64).feasible
    True
    """

    __slots__ = ("_line", "_raw")

    def __init__(self, line: str) -> None:
        self._line = text(line, "the launch line")
        self._raw = _core.read_launch(self._line)

    @property
    def model(self) -> str:
        """The model: its catalog name where it has one, else as the line calls it."""
        return self._raw.model

    @property
    def runtime(self) -> str:
        """The runtime's catalog name."""
        return self._raw.runtime

    @property
    def understood(self) -> bool:
        """Whether no flag is refused."""
        return self._raw.understood

    @property
    def terms(self) -> dict[str, Any]:
        """The keywords of `predict` that it stands for; of llama.cpp without a runtime, which the device decides.

        Raises `Error` that names what is refused, and why.
        """
        terms = self._raw.terms
        return terms if self.runtime == "llama.cpp" else {"runtime": self.runtime, **terms}

    def to_dict(self) -> dict[str, Any]:
        """All of it, every flag too: ``gambrel launch --json``."""
        return self._raw.to_dict()

    def __str__(self) -> str:
        return self._raw.text()

    def __repr__(self) -> str:
        return f"gambrel.launch({self._line!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Launch, (self._line,)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Launch) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(self._line)


def launch(line: str) -> Launch:
    """A server's launch line, read: of ``vllm serve``, SGLang, ``trtllm-serve`` or ``llama-server``.

    Parameters
    ----------
    line : str
        As it is typed in a shell, variables filled in.

    Raises
    ------
    Error
        Where the line starts none of these servers. A flag that is refused is an entry, and an error of `Launch.terms`.
    """
    return Launch(line)
