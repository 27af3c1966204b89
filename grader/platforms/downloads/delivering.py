"""From a platform's deliveries to hand-ins that can be read: their names, their senders and their times."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.model.errors import SubmissionError
from grader.model.submission import Sender
from grader.platforms.downloads.bundling import ReadingPlan, plan
from grader.readers.delivered import Delivered

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from datetime import datetime, tzinfo

    from grader.platforms.downloads.contract import Delivery, Listing


def planned(
    delivery: Delivery, listing: Listing, converters: Container[str]
) -> ReadingPlan | SubmissionError:
    """Return what is read of a delivery, or why nothing can be."""
    try:
        return plan(delivery.files, listing.shown(delivery.label), converters)
    except SubmissionError as error:
        return error


def delivered(
    deliveries: Sequence[Delivery],
    plans: Sequence[ReadingPlan | SubmissionError],
    listing: Listing,
    zone: tzinfo | None,
) -> Iterator[Delivered]:
    """Yield the hand-ins, no two of one name; `zone` is that of times without an offset."""
    sources: Counter[str] = Counter()
    for delivery, made in zip(deliveries, plans, strict=True):
        source = listing.shown(f"{delivery.label}.zip")
        notes = list(delivery.notes)
        if isinstance(made, ReadingPlan):
            if made.alone is not None:
                source = _source_of_one(made, listing)
            notes += made.notes
        if delivery.late:
            notes.append("The platform marked this as late, and does not say by how much.")
        sources[source] += 1
        if sources[source] > 1:
            path = PurePosixPath(source)
            source = str(path.with_name(f"{path.stem} ({sources[source]}){path.suffix}"))
        sender = Sender(students=delivery.students, stated=delivery.stated, notes=tuple(notes))
        fetch = partial(made.fetch, source) if isinstance(made, ReadingPlan) else partial(_refused, made)
        names = tuple(file.entry.name for file in delivery.files)
        yield Delivered(source, sender, fetch, _moment(delivery.submitted, zone), names)


def _moment(moment: datetime | None, zone: tzinfo | None) -> datetime | None:
    """Return a time with an offset, None where nobody knows that."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return None if zone is None else moment.replace(tzinfo=zone)


def by_clock(delivery: Delivery) -> str:
    """Return what orders deliveries whose times have no offset."""
    moment = delivery.submitted
    return moment.isoformat() if moment is not None and moment.tzinfo is None else ""


def _source_of_one(made: ReadingPlan, listing: Listing) -> str:
    assert made.alone is not None  # noqa: S101 - asked before
    path, name = made.alone.entry.path, made.alone.name
    if PurePosixPath(path).suffix.lower() == PurePosixPath(name).suffix.lower():
        return listing.shown(path)
    return listing.shown(f"{path}/{name}")


def _refused(error: SubmissionError, converters: Mapping[str, str]) -> bytes:
    del converters
    raise error
