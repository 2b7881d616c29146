# SPDX-License-Identifier: Apache-2.0
"""Launch lines and manifests, written from a deployment."""

from __future__ import annotations

from typing import Any

from .. import _core
from .._error import Error
from .._checks import text


class WrittenLaunch:
    """The line that starts a server of a deployment, and what it cannot say. Made by `write_launch`.

    >>> import gambrel as gb
    >>> gb.write_launch("Qwen/Qwen3-32B", runtime="vllm", tp=4, max_sequences=64).line
    'vllm serve Qwen/Qwen3-32B --tensor-parallel-size 4 --max-num-seqs 64'
    """

    __slots__ = ("_asked", "_raw")

    def __init__(self, model: str, runtime: str, terms: dict[str, Any]) -> None:
        self._asked = (model, runtime, dict(terms))
        self._raw = _core.write_launch(text(model, "the model"), text(runtime, "the runtime"), dict(terms))

    @property
    def line(self) -> str:
        """The line, quoted for a POSIX shell."""
        return self._raw.line

    @property
    def words(self) -> list[str]:
        """Its words, for `subprocess.run`."""
        return list(self._raw.words)

    @property
    def servers(self) -> int:
        """How many independent servers are started with it, behind a router: the replicas that were asked for."""
        return self._raw.servers

    @property
    def devices(self) -> int:
        """Devices of each server."""
        return self._raw.devices

    @property
    def unsaid(self) -> dict[str, str]:
        """Keywords that the line does not set as they were asked, and why; empty where it says all."""
        return dict(self._raw.unsaid)

    @property
    def complete(self) -> bool:
        """Whether the line is the whole deployment."""
        return not self._raw.unsaid

    def manifest(
        self,
        kind: str,
        *,
        prefill: WrittenLaunch | None = None,
        name: str = "",
        devices_per_node: int = 8,
        device_resource: str = "nvidia.com/gpu",
        image: str = "",
    ) -> str:
        """YAML that has a cluster run these servers.

        Parameters
        ----------
        kind : str
            ``"kserve"``: an LLMInferenceService, which llm-d schedules; ``"dynamo"``: a DynamoGraphDeployment.
        prefill : WrittenLaunch, optional
            The pool that computes prompts; this one answers then.
        name : str, optional
            Of the resource; else after the model.
        devices_per_node : int, optional
            More devices of a server take several pods.
        device_resource : str, optional
            As the nodes' device plugin calls a device: ``"amd.com/gpu"``.
        image : str, optional
            Of the containers; else the runtime's own.

        Raises
        ------
        Error
            Where the manifest cannot say what the line does, with what is left unsaid.
        """
        yaml, unsaid = _core.write_manifest(
            kind, self._raw, None if prefill is None else prefill._raw, name, devices_per_node, device_resource, image
        )
        if unsaid:
            raise Error(f"the manifest cannot say all: {'; '.join(f'{what}: {why}' for what, why in unsaid)}")
        return yaml

    def __str__(self) -> str:
        return self.line

    def __repr__(self) -> str:
        model, runtime, terms = self._asked
        rest = "".join(f", {key}={value!r}" for key, value in terms.items())
        return f"gambrel.write_launch({model!r}, runtime={runtime!r}{rest})"

    def __reduce__(self) -> tuple[Any, ...]:
        return WrittenLaunch, self._asked

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WrittenLaunch) and (self.line, self.servers) == (other.line, other.servers)

    def __hash__(self) -> int:
        return hash(self.line)


def write_launch(model: str, *, runtime: str, **terms: Any) -> WrittenLaunch:
    """The line that starts a server of a deployment: ``vllm serve``, SGLang, ``trtllm-serve`` or ``llama-server``.

    What was written is read back at once: what the line does not set as it was asked is in `WrittenLaunch.unsaid`.

    Parameters
    ----------
    model : str
        A catalog name, or the checkpoint to serve.
    runtime : str
        One of vllm, sglang, tensorrt-llm and llama.cpp, or an era of these.
    **terms
        Keywords of `predict`; those of the load are not the server's, and left out.

    Raises
    ------
    Error
        For a runtime whose line is not known, or a keyword that is none.
    """
    return WrittenLaunch(model, runtime, terms)
