# SPDX-License-Identifier: Apache-2.0
"""What is asked: models, devices, runtimes, workloads, and the keywords of a question."""

from __future__ import annotations
