"""A hand-in that did not come as one file: whose it is and what it is called is known before anything of it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from grader.model.submission import Sender


@dataclass(frozen=True, slots=True)
class Delivered:
    """One hand-in of one student or group out of a download.

    `fetch` takes the teacher's converters by suffix, gives the bytes that `source` names, of several files a zip, and
    raises SubmissionError.
    """

    source: str
    sender: Sender
    fetch: Callable[[Mapping[str, str]], bytes]
    submitted: datetime | None = None
    names: tuple[str, ...] = ()  # of its files, by which a table of times may know it
