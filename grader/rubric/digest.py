"""What decides a verdict, as a digest: equal digests, equal verdicts on equal answers."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_digest(name: str, params: Any, sets: Mapping[str, Any]) -> str:
    """Return a digest of a check's keys and of the sets they name, directly or through other sets."""
    used: dict[str, Any] = {}
    open_values = [params]
    while open_values:
        value = open_values.pop()
        if isinstance(value, dict):
            named = value.get("set")
            if isinstance(named, str) and named in sets and named not in used:
                used[named] = sets[named]
                open_values.append(sets[named])
            open_values += value.values()
        elif isinstance(value, list | tuple):
            open_values += value
    return hashlib.sha256(repr((name, params, sorted(used.items()))).encode()).hexdigest()[:16]
