"""Resolve a name in one of the literal tables (CHECKS, READERS, WRITERS, EXECUTORS, commands).

A table maps a name to `"module:attribute"`, so that a module and what it imports are loaded only
when something asks for them by name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def resolve(table: Mapping[str, str], name: str) -> Any:
    """Import what `name` stands for; raises KeyError for a name that is not in the table."""
    module, _, attribute = table[name].partition(":")
    return getattr(import_module(module), attribute)
