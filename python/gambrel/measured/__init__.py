# SPDX-License-Identifier: Apache-2.0
"""Other people's benchmark output as measured rows that `validate` and `calibrate` take."""

from __future__ import annotations

from ._detect import read_measured
from ._guidellm import read_guidellm
from ._llama_bench import read_llama_bench
from ._table import Measured
from ._vllm import read_vllm

__all__ = ["Measured", "read_guidellm", "read_llama_bench", "read_measured", "read_vllm"]
