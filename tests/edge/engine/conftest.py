"""Sets how long Hypothesis looks."""

from __future__ import annotations

from tests.edge import profiles

__all__ = ["profiles"]
