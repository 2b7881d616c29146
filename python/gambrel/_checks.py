# SPDX-License-Identifier: Apache-2.0
"""Arguments of the package's own functions, before they reach the compiled part: text, names of files, flags."""

from __future__ import annotations

import os

from ._error import Error


def text(value: object, what: str) -> str:
    """``value``, which must be text that can be written as UTF-8 and holds no zero character."""
    if not isinstance(value, str):
        raise Error(f"{what} is text, not of type {type(value).__name__}")
    if not value.isprintable() and any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value):
        raise Error(f"{what} holds a character that no name has: {value[:40]!a}")
    return value


def file_name(value: object, what: str) -> str:
    """The path that ``value`` is, as text."""
    try:
        path = os.fspath(value)  # type: ignore[call-overload]
    except TypeError:
        raise Error(f"{what} is a path, not of type {type(value).__name__}") from None
    return text(path, what)


def flag(value: object, what: str) -> bool:
    """``value``, which must be True or False."""
    if not isinstance(value, bool):
        raise Error(f"{what} is True or False, not of type {type(value).__name__}")
    return value


def real(value: object, what: str) -> float:
    """``value``, which must be a number, as a float."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise Error(f"{what} is a number, not {str(value)[:40]!a} of type {type(value).__name__}") from None
