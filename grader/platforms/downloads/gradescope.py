"""Gradescope: the export of an assignment's submissions, `submission_metadata.yml` beside a folder or PDF for each.

A key of the metadata is the name of the folder (`submission_123`) or of the PDF (`123.pdf`). A group has several
submitters. The submission that counts may be older than others in its history. Sources: exports, and how
`itsgeagle/provenance-gradescope-gateway` reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from grader.model.errors import Problem, SubmissionError
from grader.model.submission import Student
from grader.platforms.downloads.contract import (
    Delivery,
    DownloadEntry,
    Filed,
    Listing,
    Platform,
    by_label,
    inside,
)
from grader.platforms.downloads.rubymetadata import MAX_METADATA, Handed, read_metadata

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from datetime import datetime

METADATA: Final = "submission_metadata.yml"


class Gradescope(Platform):
    """The zip of "Export Submissions"."""

    title: ClassVar[str] = "a Gradescope export"

    @staticmethod
    def recognises(listing: Listing, known: Container[str]) -> bool:
        """Whether its metadata stand beside the submissions."""
        del known
        return any(entry.path == METADATA for entry in listing.entries)

    @staticmethod
    def deliveries(listing: Listing) -> Iterable[Delivery | Problem]:
        """Yield every submission with all who handed it in."""
        known: dict[str, Handed] = {}
        for entry in listing.entries:
            if entry.path == METADATA:
                try:
                    known = read_metadata(entry.fetch(MAX_METADATA), listing.shown(METADATA))
                except SubmissionError as error:
                    yield from error.problems
                    yield listing.problem(
                        METADATA, "so nobody knows whose the submissions are; each goes by its folder's name"
                    )
        entries = [entry for entry in listing.entries if entry.path != METADATA]
        seen = set()
        for delivery in by_label(_labelled(entries)):
            handed = known.get(delivery.label)
            seen.add(delivery.label)
            if handed is None:
                if known:
                    yield listing.problem(
                        delivery.label, f"stands in no line of {METADATA}; it goes by its own name"
                    )
            elif handed.wrong:
                yield listing.problem(METADATA, f"{delivery.label!r} {handed.wrong}; it goes by its own name")
            yield _told(delivery, handed)
        for name, handed in known.items():
            if name not in seen:
                whose = ", ".join(student.id for student in handed.students[:5])
                yield listing.problem(
                    METADATA, f"{name!r} of {whose or 'nobody'} has no files in the download"
                )


def _labelled(entries: Iterable[DownloadEntry]) -> Iterator[tuple[Delivery, Filed]]:
    for entry in entries:
        if "/" in entry.path:
            label, name = entry.parts[0], inside(entry, 1)
        else:
            label, name = entry.path, entry.path
        yield Delivery(label, (Student(id=label.removesuffix(".pdf")),), stated=False), Filed(entry, name)


def _told(delivery: Delivery, handed: Handed | None) -> Delivery:
    if handed is None or not handed.students:
        return delivery
    delivery.students, delivery.stated, delivery.submitted = handed.students, True, handed.submitted
    later = [time for time in handed.others if _is_after(time, handed.submitted)]
    if later:
        delivery.notes = (
            f"Gradescope's active submission was marked; {len(later)} came in later, the last at {max(later).isoformat()}.",
        )
    return delivery


def _is_after(time: datetime, other: datetime | None) -> bool:
    return other is not None and (time.tzinfo is None) == (other.tzinfo is None) and time > other
