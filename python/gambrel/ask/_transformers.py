# SPDX-License-Identifier: Apache-2.0
"""A configuration of Hugging Face transformers as the text of the config.json that the C++ loader reads.

Nothing of transformers is imported: whatever has `to_dict()` and comes from a module of that name, or holds such an
object as its `.config`, is one. Values that are not JSON (dtypes of torch, enumerations) are written as their names.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from .._error import Error

_deepest = 32


def is_config(thing: Any) -> bool:
    """Whether `thing` is a configuration of transformers, or a model that carries one as ``.config``."""
    return _config_in(thing) is not None


def config_of(thing: Any) -> str:
    """The text of a config.json.

    Parameters
    ----------
    thing : PretrainedConfig, PreTrainedModel, or anything with ``.config``
        What ``AutoConfig.from_pretrained(...)`` or ``AutoModel.from_pretrained(...)`` gave.

    Returns
    -------
    str
        JSON with the whole configuration: what is at its default is written as well.

    Raises
    ------
    Error
        For an object that is no configuration, or one that cannot be written.
    """
    config = _config_in(thing)
    if config is None:
        raise Error(f"a transformers configuration or a model with one is read, not of type {type(thing).__name__}")
    try:
        values = config.to_dict()
    except Exception as e:  # whatever a configuration of someone's own raises
        raise Error(f"to_dict() of {type(config).__name__} failed: {e}") from e
    if not isinstance(values, Mapping):
        raise Error(f"to_dict() of {type(config).__name__} gave {type(values).__name__}; it must be a dict")
    plain = _plain(values, 0)
    if not plain.get("model_type"):
        named = getattr(type(config), "model_type", "")
        if not isinstance(named, str) or not named:
            raise Error(f"{type(config).__name__} has no model_type, by which its layers are known")
        plain["model_type"] = named
    if not plain.get("_name_or_path"):  # made here and not loaded: it goes by its family
        plain.pop("_name_or_path", None)
    if not plain.get("architectures") and config is not thing:
        plain["architectures"] = [type(thing).__name__]
    return json.dumps(plain, indent=2, sort_keys=True)


def _config_in(thing: Any) -> Any:
    """`thing` or its `.config`, whichever is a configuration by the module of its class; None where neither is."""
    for candidate in (thing, getattr(thing, "config", None)):
        if candidate is None or isinstance(candidate, type) or not callable(getattr(candidate, "to_dict", None)):
            continue
        modules = (c.__module__.split(".", 1)[0] for c in type(candidate).__mro__)
        if any(m in ("transformers", "transformers_modules") for m in modules):
            return candidate
    return None


def _plain(value: Any, depth: int) -> Any:
    """`value` in the types of JSON."""
    if depth > _deepest:
        raise Error(f"the configuration is nested too deep: at most {_deepest} levels")
    if isinstance(value, Mapping):
        return {str(k): _plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(v, depth + 1) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or type(value) in (bool, str, int, float):
        return value
    if callable(getattr(value, "to_dict", None)):  # a part with a configuration of its own
        return _plain(value.to_dict(), depth + 1)
    return str(value).rsplit(".", 1)[-1]  # torch.bfloat16, QuantizationMethod.FP8
