"""What a form says: read within limits, and the credit by criterion in it."""

from __future__ import annotations

import hashlib
from dataclasses import field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from grader.files.shares import share_of
from grader.records import dataclass
from grader.review.work import ALL, NONE, PROPOSED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from starlette.requests import Request

    from grader.review.work import OpenCriterion, Work

FORM_BYTES: Final = 64 * 1024
TYPED_BYTES: Final = 256 * 1024  # a page that a person types out
_FIELDS: Final = 1000
OTHER: Final = "other"  # the choice that takes its credit from a field


class FormTooLargeError(ValueError):
    """A form is larger than anybody fills in."""


class UnclearFormError(ValueError):
    """A form says what cannot be meant; the message is for the person."""


async def read_form(request: Request, most: int) -> Mapping[str, str]:
    """Return the fields of a form, the last of each name; raises FormTooLargeError."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise FormTooLargeError(f"This is longer than the {most // 1024} kB that are taken at once.")
    try:
        fields = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        raise FormTooLargeError("The form has more fields than are taken.") from error
    return dict(fields)


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What a person says of an answer: credit by criterion, or all, none, as proposed."""

    said: Mapping[str, Fraction | None] | str
    seen: Mapping[str, int]
    why: Mapping[str, str]
    chosen: Mapping[str, str] = field(default_factory=dict)  # as it was set, to be shown again
    written: Mapping[str, str] = field(default_factory=dict)

    @property
    def says_nothing(self) -> bool:
        return not self.said


def read_decision(form: Mapping[str, str], work: Work) -> FilledForm:
    """Read the form of an answer; a row that says what already counts is left out. Raises UnclearFormError."""
    said: dict[str, Fraction | None] = {}
    seen: dict[str, int] = {}
    why: dict[str, str] = {}
    chosen: dict[str, str] = {}
    whole = form.get("said", "")
    for row, number in _numbered(form, work):
        name = row.report.id
        seen[name] = _count(form.get(f"seen.{number}", ""))
        words = form.get(f"why.{number}", "").strip()
        chosen[name] = form.get(f"credit.{number}", "")
        if words:
            why[name] = words
        if whole or f"credit.{number}" not in form:  # a row of which nothing is sent stays as it is
            continue
        credit = _credit(chosen[name], form.get(f"share.{number}", ""), row)
        counts = row.decided.credit if row.decided is not None else None
        fresh = bool(words) and (row.decided is None or words != row.decided.why)
        if credit != counts or (credit is not None and fresh):
            said[name] = credit
        if chosen[name] == OTHER and credit is not None:
            chosen[name] = str(credit)
    if whole not in {"", ALL, NONE, PROPOSED}:
        raise UnclearFormError("An answer is decided row by row, or all, none, or as proposed.")
    return FilledForm(whole or said, seen, why, chosen, why)


def row_of(form: Mapping[str, str], work: Work, number: str) -> OpenCriterion:
    """Return the row that a button of the form is about; raises KeyError."""
    for row in work.rows:
        if row.report.id == form.get(f"row.{number}"):
            return row
    raise KeyError(number)


def digest_of(document: str) -> str:
    """Return what tells whether a document is still the one that was shown."""
    return hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def span_of(form: Mapping[str, str], document: str) -> tuple[int, int]:
    """Return the stretch of a document that a form chooses, by characters or by lines. Raises UnclearFormError."""
    if form.get("digest") != digest_of(document):
        raise UnclearFormError("The hand-in has changed since it was shown; choose again.")
    start, end = form.get("start", ""), form.get("end", "")
    if start and end:
        found = (_count(start), _count(end))
    else:
        lines = document.split("\n")
        first, last = max(1, _count(form.get("from", ""))), min(_count(form.get("to", "")), len(lines))
        begin = sum(len(line) + 1 for line in lines[: first - 1])
        found = (begin, begin + len("\n".join(lines[first - 1 : last])))
    if not 0 <= found[0] < found[1] <= len(document) or not document[slice(*found)].strip():
        raise UnclearFormError("Nothing was chosen: mark the answer's text, or say its lines.")
    return found


def _numbered(form: Mapping[str, str], work: Work) -> list[tuple[OpenCriterion, str]]:
    """Pair the rows of a work with their numbers in the form; rows are named there, as their order may change."""
    rows = {row.report.id: row for row in work.rows}
    numbers = [name.removeprefix("row.") for name in form if name.startswith("row.")]
    return [(rows[form[f"row.{number}"]], number) for number in numbers if form[f"row.{number}"] in rows]


def _credit(choice: str, share: str, row: OpenCriterion) -> Fraction | None:
    if not choice or (choice == OTHER and not share.strip()):
        return None
    credit = share_of(share if choice == OTHER else choice)
    if credit is None:
        title = row.report.title or row.report.id
        raise UnclearFormError(
            f"{title}: a share of the credit is written as 1/3, 0.4 or 40% (got {share[:40]!r})."
        )
    return credit


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0
