"""What a teacher is told of a download: what it was taken as, and what it says and does not say."""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from grader.platforms.downloads.bundling import ReadingPlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from grader.model.errors import SubmissionError
    from grader.platforms.downloads.contract import Delivery, Listing

# Students named in a notice.
NAMED: Final = 20
MAX_SHOWN: Final = 60  # characters of a name


def told(
    listing: Listing,
    title: str,
    deliveries: Sequence[Delivery],
    plans: Iterable[ReadingPlan | SubmissionError],
    matched: Mapping[str, str],
    *,
    known_zone: bool,
) -> Iterator[str]:
    """Say what a download was taken as, and what it says and does not say."""
    students = Counter(student.id for student in chain.from_iterable(item.students for item in deliveries))
    counted = _count(len(students), "student")
    if len(deliveries) != len(students):
        counted += f", {_count(len(deliveries), 'hand-in')}"
    yield f"{listing.source}: taken as {title}: {counted}"
    if matched:
        yield f"{_count(len(matched), 'student')} of the download found in the class list by name or address: {_some(f'{own} is {known}' for own, known in matched.items())}"
    anonymous = sum(item.anonymous for item in deliveries)
    if anonymous:
        yield f"{_count(anonymous, 'hand-in')} without names: the ids are those that the platform gives for marking without them"
    late = [item.students[0].id for item in deliveries if item.late]
    if late:
        yield f"{_count(len(late), 'hand-in')} marked late by the platform, which does not say by how much; --times takes a table: {_some(late)}"
    if any(item.submitted is not None and item.submitted.tzinfo is None for item in deliveries):
        taken = (
            "that of the rubric's due date was taken"
            if known_zone
            else "attempts are in their order, and they count for nothing else"
        )
        yield f"the download's times have no offset; {taken}"
    readmes = [
        item.students[0].id
        for item, made in zip(deliveries, plans, strict=True)
        if isinstance(made, ReadingPlan) and made.passed_over
    ]
    if readmes:
        yield f"{_count(len(readmes), 'hand-in')} with a README beside other documents, which was not read: {_some(readmes)}"


def told_ambiguous(listing: Listing) -> str:
    """Say that a zip may be a class or one student's, and how to say which."""
    *_, level = listing.levels()
    what = "a folder" if level.folders() else "a file"
    names = list(level.folders()) or [entry.name for entry in level.entries]
    return (
        f"may be a class, {what} for each student ({_some(names)}), or one student's files; say which with --platform "
        "folders or --platform files"
    )


def _count(count: int, word: str) -> str:
    return f"{count:,} {word if count == 1 else f'{word}s'}"


def _some(names: Iterable[str]) -> str:
    names = [name if len(name) <= MAX_SHOWN else f"{name[:MAX_SHOWN]}…" for name in islice(names, NAMED + 1)]
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
