"""Times as platforms write them: a moment, or nothing; an offset only where one is written."""

from __future__ import annotations

import pytest

from grader.platforms.downloads.times import read_time


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20 21:14:03.123456789 -08:00", "2026-11-20T21:14:03-08:00"),
        ("2026-11-20 21:14:03 UTC", "2026-11-20T21:14:03+00:00"),
        ("2026-11-20T21:14:03Z", "2026-11-20T21:14:03+00:00"),
        ("2026-11-20 21:14 +0100", "2026-11-20T21:14:00+01:00"),
        ("2026-11-20 21:14:03", "2026-11-20T21:14:03"),
        ("2026-11-20-21-14-03", "2026-11-20T21:14:03"),
        ("Nov 20, 2026 914 PM", "2026-11-20T21:14:00"),
        ("Nov 20, 2026 1214 AM", "2026-11-20T00:14:00"),
        ("Nov 20, 2026 1214 PM", "2026-11-20T12:14:00"),
        ("November 20, 2026 9:14:03 PM", "2026-11-20T21:14:03"),
        ("20 November 2026 21.14", "2026-11-20T21:14:00"),
        ("20 Nov. 2026, 21:14", "2026-11-20T21:14:00"),
        ("2026-02-30 21:14:03 Z", None),
        ("2026-11-20-25-14-03", None),
        ("Nov 31, 2026 914 PM", None),
        ("Nov 20, 2026 1314 PM", None),
        ("20 Foo 2026 21.14", None),
        ("last Friday", None),
        ("", None),
        ("9" * 10_000, None),
    ],
)
def test_a_time_is_read_or_left(text, moment) -> None:
    found = read_time(text)
    assert (found.isoformat() if found else None) == moment
