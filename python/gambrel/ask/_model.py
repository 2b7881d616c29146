# SPDX-License-Identifier: Apache-2.0
"""The model: its layers and what they store."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Union

from .. import _core
from .._checks import file_name, text
from ._json_text import json_text

#: What `model` takes: a name, a config.json, a directory that holds one, a configuration, or a `Model`.
ModelLike = Union[str, "os.PathLike[str]", Mapping[str, Any], "Model", Any]


class Model:
    """A model: its layers and what they store. Made by `model`; it cannot be changed.

    It pickles by its recipe: the catalog name, or the configuration it was read from.
    """

    __slots__ = ("_raw",)
    _raw: _core.Model

    def __init__(self, raw: _core.Model) -> None:
        object.__setattr__(self, "_raw", raw)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} cannot be changed")

    @property
    def name(self) -> str:
        """As published, ``"meta-llama/Llama-3.1-70B-Instruct"``."""
        return self._raw.name

    @property
    def family(self) -> str:
        """The ``model_type`` of its configuration."""
        return self._raw.family

    @property
    def weights(self) -> str:
        """The format that the name says (``"int4"`` of ``"Qwen/Qwen3-8B-AWQ"``); empty: as published."""
        return self._raw.weights

    @property
    def remark(self) -> str:
        """What was made of the name; empty where it is the catalog's."""
        return self._raw.remark

    @property
    def assumed(self) -> list[dict[str, str]]:
        """Keys that its configuration leaves out: ``key``, the ``value`` taken for it as text, and ``why``."""
        return self._raw.assumed

    @property
    def parameters(self) -> int:
        """Parameters of the language model, all experts counted."""
        return self._raw.parameters

    @property
    def active_parameters(self) -> int:
        """Parameters that one token meets."""
        return self._raw.active_parameters

    @property
    def active_parameters_without_embedding(self) -> int:
        """The same without an embedding that is only looked up; a tied one is the head and stays."""
        return self._raw.active_parameters_without_embedding

    @property
    def layers(self) -> int:
        """Layers of the language model."""
        return self._raw.layers

    @property
    def most_context(self) -> int:
        """Longest context in tokens; 0 where the configuration does not say."""
        return self._raw.most_context

    def to_dict(self, kv: str = "fp16") -> dict[str, Any]:
        """Parameters, weight bytes in every format, cache and state: as ``gambrel model --json``."""
        return self._raw.to_dict(text(kv, "kv"))

    def __reduce__(self) -> tuple[Any, ...]:
        if self._raw.catalog:
            return model, (self._raw.catalog,)
        return _model_again, (self._raw.config, self._raw.name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model):
            return NotImplemented
        return self._same() == other._same()

    def _same(self) -> tuple[str, str, str, str]:
        raw = self._raw
        return raw.name, raw.weights, raw.catalog and "catalog", raw.config

    def __hash__(self) -> int:
        return hash(self._same())

    def __repr__(self) -> str:
        if self._raw.catalog:
            return f"gambrel.model({self._raw.catalog!r})"
        return f"<gambrel.Model {self.name!r}: {self.parameters / 1e9:.3g} B parameters, from a configuration>"

    def _repr_html_(self) -> str:
        from ..show._descriptor_html import model_html

        return model_html(self.to_dict())


def model(what: ModelLike, *, name: str = "") -> Model:
    """The model that ``what`` names or describes.

    Parameters
    ----------
    what : str, path, mapping or object
        A name (of the catalog, which `models` lists, of the hub with the format that ends it, of Ollama's library, or an
        address of the hub), a ``config.json``, a model directory, the configuration itself as a dict,
        or a `transformers` configuration or model.
    name : str, optional
        What to call a model read from a configuration that does not name it.

    Raises
    ------
    Error
        For a name that is none, with the nearest; for a file or a configuration that cannot be read, with the key.
    """
    text(name, "the name of a model")
    if isinstance(what, Model):
        return what
    if isinstance(what, str):
        found = Model(_core.model(text(what, "a model")))
        return found if not (name and found._raw.config) else _model_again(found._raw.config, name)
    if isinstance(what, os.PathLike):
        return model(os.path.join(".", file_name(what, "the file of a model")), name=name)
    if isinstance(what, Mapping):
        return _model_again(json_text(what, "a configuration"), name)
    from ._transformers import config_of

    return _model_again(config_of(what), name or str(getattr(getattr(what, "config", what), "name_or_path", "") or ""))


def models() -> list[str]:
    """The names of the model catalog."""
    return _core.model_names()


def raw_model(what: ModelLike) -> Any:
    """``what`` as the compiled part takes it."""
    return what if type(what) is str and what.isprintable() else model(what)._raw


def _model_again(config: str, name: str) -> Model:
    return Model(_core.model_from_config(config, name))
