# SPDX-License-Identifier: Apache-2.0
"""The one exception: the extension's, or, where the extension is not built, a stand-in that reads the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:

    class Error(ValueError):
        """A wrong value, named, with what would be right."""

else:
    try:
        from ._core import Error
    except ModuleNotFoundError:

        class Error(ValueError):
            """A wrong value, named, with what would be right."""


__all__ = ["Error"]
