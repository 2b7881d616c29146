# SPDX-License-Identifier: Apache-2.0
"""The one exception of the package."""

from __future__ import annotations

from ._core import Error

__all__ = ["Error"]
