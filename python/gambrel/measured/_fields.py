# SPDX-License-Identifier: Apache-2.0
"""Fields of other people's files as numbers, counts, text and dates. Nothing here raises for what a field holds."""

from __future__ import annotations

import math
import re
from datetime import datetime, timezone
from typing import Any


def number(value: Any) -> float | None:
    """`value` as a finite number, from a number or from text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and ("_" in value or not value.isascii()):
        return None  # Python reads "1_000" as a number; other readers of the table do not
    try:
        n = float(value)
    except (ValueError, OverflowError):
        return None
    return n if math.isfinite(n) else None


def positive(value: Any) -> float | None:
    """`value` as a number above zero, or None."""
    n = number(value)
    return n if n is not None and n > 0.0 else None


def count(value: Any, least: int = 1) -> int | None:
    """`value` as a whole number from `least` up to 2^53, or None."""
    n = number(value)
    return int(n) if n is not None and least <= n <= 2.0**53 and n == math.floor(n) else None


def text(value: Any) -> str:
    """`value` as one line of text, cut at a length that no name has; nothing for what is neither text nor a number."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        try:
            return " ".join(str(value)[:2000].split())
        except ValueError:  # an integer of thousands of digits
            return ""
    return ""


def mapping(value: Any) -> dict[str, Any]:
    """`value` if it is a JSON object, else an empty one: absent branches read as absent fields."""
    return value if isinstance(value, dict) else {}


def tidy(value: float) -> int | float:
    """A whole number as an integer, so that tables read 1024 and not 1024.0."""
    return int(value) if value == math.floor(value) and abs(value) < 2.0**53 else value


def day(value: Any) -> str:
    """ "20250314-150926", "2025-03-14T15:09:26Z" or "2025-03" as "2025-03-14" or "2025-03"; else nothing."""
    found = re.match(r"(20\d\d)-?([01]\d)(?:-?([0-3]\d)(?!\d))?", text(value))
    if not found:
        return ""
    return "-".join(part for part in found.groups() if part)


def day_of_seconds(value: Any) -> str:
    """Seconds since 1970 as a date of this century, or nothing."""
    seconds = positive(value)
    if seconds is None or not 1.0e9 < seconds < 4.0e9:
        return ""
    return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%d")


def models_differ(one: str, other: str) -> bool:
    """Whether two names of a model state different sizes ("8B", "70b"); names that state none cannot differ."""
    a, b = (re.findall(r"\d+(?:\.\d+)?b(?![a-z0-9])", name.lower().rsplit("/", 1)[-1]) for name in (one, other))
    return bool(a and b and a[0] != b[0])


def devices_differ(one: str, other: str) -> bool:
    """Whether two names of a device state different model numbers ("h100-sxm", "NVIDIA A100-SXM4-80GB")."""

    def numbers(name: str) -> list[str]:
        words = re.findall(r"[a-z0-9]+", name.lower())
        sizes = r"\d{1,3}|\d+(gb|gib|g|w|c)|sxm\d*|gfx\w+|\d*core|\d+[gm]hz"
        return [w for w in words if re.search(r"\d", w) and not re.fullmatch(sizes, w)]

    a, b = numbers(one), numbers(other)
    return bool(a and b and not any(same_number(x, y) for x in a for y in b))


def same_number(one: str, other: str) -> bool:
    """ "4070ti" is "4070" or "rtx4070ti"; "l4" is not "l40s"."""
    short, long = sorted((one, other), key=len)
    if one == other:
        return True
    return len(short) >= 4 and (long.endswith(short) or (long.startswith(short) and long[len(short) :].isalpha()))
