"""Write a time as people do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def moment(text: str) -> str:
    """Write an ISO 8601 time in words; a text that is none stays as it is.

    >>> moment("2026-03-03T14:10:00+01:00")
    '3 March 2026, 14:10 (UTC+01:00)'
    """
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    day = f"{time.day} {_MONTHS[time.month - 1]} {time.year}"
    if not {"T", "t", " "} & {*text}:
        return day
    offset = time.utcoffset()
    if offset is None:
        return f"{day}, {time:%H:%M}"
    zone = f"{time:%z}"
    return f"{day}, {time:%H:%M} {'UTC' if offset == timedelta(0) else f'(UTC{zone[:3]}:{zone[3:5]})'}"
