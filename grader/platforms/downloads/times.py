"""Moments as platforms write them, with an offset or without one."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

# 2026-11-20 21:14:03.123456789 -08:00, ... Z, ... UTC, 2026-11-20T21:14:03+01:00
_ISO: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d{1,12})?\s*(?P<offset>Z|UTC|[+-]\d\d:?\d\d)?"
)
# 2026-11-20-21-14-03
_DASHED: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)")
# Nov 20, 2026 914 PM; 20 November 2026 21:14; Nov 20, 2026 9:14:03 PM
_SPELT: Final = re.compile(
    r"(?:(?P<month>[^\W\d_]{3,9})\.? (?P<day>\d{1,2}),?|(?P<first>\d{1,2})\.? (?P<second>[^\W\d_]{3,9})\.?,?) (?P<year>\d{4}),? "
    r"(?P<hour>\d{1,2}?)[:.]?(?P<minute>\d\d)(?:[:.](?P<more>\d\d))?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def read_time(text: str) -> datetime | None:
    """Return a moment, without an offset where none is written; None for what is no moment that is known.

    >>> read_time("2026-11-20 21:14:03.123456789 -08:00").isoformat()
    '2026-11-20T21:14:03-08:00'
    >>> read_time("Nov 20, 2026 914 PM").isoformat()
    '2026-11-20T21:14:00'
    >>> read_time("last Friday")
    """
    text = " ".join(text.split())[:100]
    try:
        if found := _ISO.fullmatch(text):
            offset = (found["offset"] or "").replace("UTC", "Z")
            return datetime.fromisoformat(f"{found['day']}T{found['time']}{offset}")
        if found := _DASHED.fullmatch(text):
            return datetime(*map(int, found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - no offset is written
        if found := _SPELT.fullmatch(text):
            return _spelt(found)
    except ValueError:  # the 31st of a month that has 30
        return None
    return None


def _spelt(found: re.Match[str]) -> datetime | None:
    name = (found["month"] or found["second"]).casefold()[:3]
    if name not in _MONTHS:
        return None
    hour = int(found["hour"])
    if half := found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    day = int(found["day"] or found["first"])
    seconds = int(found["more"] or 0)
    return datetime(int(found["year"]), _MONTHS.index(name) + 1, day, hour, int(found["minute"]), seconds)  # noqa: DTZ001 - as above
