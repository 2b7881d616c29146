# SPDX-License-Identifier: Apache-2.0
"""How answers are shown: figures with units, words, colours, cards for notebooks, progress."""

from __future__ import annotations
