"""Moments and lengths of time as people write them: `2026-11-20T23:59+01:00`, `1 day 12 h`.

A moment has its offset, so that nobody's clock or place decides about it.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS: Final = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_SPELLINGS: Final = {
    "s": "s", "sec": "s", "second": "s", "seconds": "s",
    "m": "min", "min": "min", "minute": "min", "minutes": "min",
    "h": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d",
}  # fmt: skip
_PIECE: Final = re.compile(r"\s*(\d{1,6})\s*([a-z]+)\s*", re.ASCII)


def read_moment(text: str) -> datetime:
    """Read a moment; raises ValueError with what is asked for."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(
            f"must be a time with its offset, such as '2026-11-20T23:59+01:00' or '...T22:59Z' (got {text!r})"
        )
    return moment


def read_duration(text: str) -> timedelta:
    """Read `15 min`, `2 h`, `1 day 12 h`; raises ValueError with what is asked for."""
    seconds, at = 0, 0
    lowered = text.strip().lower()
    while match := _PIECE.match(lowered, at):
        unit = _SPELLINGS.get(match[2])
        if unit is None:
            break
        seconds, at = seconds + int(match[1]) * _UNITS[unit], match.end()
    if at == 0 or at < len(lowered):
        raise ValueError(f"must be a length of time such as '15 min', '2 h' or '1 day 12 h' (got {text!r})")
    return timedelta(seconds=seconds)


def _moment(value: Any) -> Any:
    return read_moment(value) if isinstance(value, str) else value


def _duration(value: Any) -> Any:
    return read_duration(value) if isinstance(value, str) else value


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    PlainSerializer(datetime.isoformat, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A time with its offset.",
            "examples": ["2026-11-20T23:59+01:00"],
        }
    ),
]
"""A time with its offset."""

Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema(
        {"type": "string", "description": "A length of time.", "examples": ["15 min", "2 h", "1 day 12 h"]}
    ),
]
"""A length of time: `15 min`, `2 h`, `1 day 12 h`."""
