# SPDX-License-Identifier: Apache-2.0
"""What a quantity and a length may be given as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

#: A number in the unit that the keyword's name says, text with a unit ("384 GiB"), or a pint quantity.
Quantity = Union[float, str, Any]
#: Tokens: a number, ``"uniform:LOW:HIGH"``, ``"lognormal:MEAN:VARIATION"``, ``(low, high)`` or measured lengths.
Length = Union[float, str, "tuple[float, float]", "Sequence[float]", "npt.NDArray[np.float64]"]
