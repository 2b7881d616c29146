# SPDX-License-Identifier: Apache-2.0
"""Mappings of Python as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .._error import Error


def json_text(value: Mapping[str, Any], what: str) -> str:
    """``value`` as JSON, quantities of pint as text."""

    def written(x: object) -> object:
        if hasattr(x, "magnitude") and hasattr(x, "units"):
            return f"{x:~P}".replace("flop/s", "FLOP/s")
        if hasattr(x, "item"):
            return x.item()
        raise TypeError(type(x).__name__)

    try:
        return json.dumps(dict(value), default=written, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as e:
        raise Error(f"{what} holds what JSON cannot: {str(e)[:80]}") from None
