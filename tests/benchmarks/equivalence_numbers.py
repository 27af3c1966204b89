"""Rows about tolerances, rounding, notation and numbers in prose."""

from __future__ import annotations

NUMBER_MODES: dict = {}
