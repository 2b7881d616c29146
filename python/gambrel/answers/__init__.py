# SPDX-License-Identifier: Apache-2.0
"""What is answered: predictions, loads, simulations, validations, calibrations."""

from __future__ import annotations
