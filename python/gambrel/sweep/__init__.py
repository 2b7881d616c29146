# SPDX-License-Identifier: Apache-2.0
"""Many questions at once, as a table."""

from __future__ import annotations
