"""Read a table of answers, as forms export them: a line a student, a column a question.

A table of several students is parted first (`split_sheet`), so that each is a hand-in of its own.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.documents.markdown import read as read_markdown
from grader.files.delimited import DelimitedError, read_records
from grader.model.errors import Problem, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.documents.document import Document

MAX_ROWS: Final = 20_000
MAX_COLUMNS: Final = 500
MAX_CELL: Final = 200_000  # characters

# What a column's heading says of whoever answered; the first that is there names the student.
_IDS: Final = (
    "student id", "student_id", "studentid", "id number", "matriculation number", "matrikelnummer", "username", "user name",
    "login", "id", "sis id", "email address", "e-mail address", "email", "e-mail", "e-mail-adresse", "mail", "name",
    "full name", "student", "namn", "your name",
)  # fmt: skip
_NAMES: Final = ("full name", "name", "your name", "student name", "namn", "student")
_EMAILS: Final = ("email address", "e-mail address", "email", "e-mail", "mail")
_STAMPS: Final = frozenset({"timestamp", "zeitstempel", "tidstämpel", "horodateur", "marca temporal"})
_ABOUT: Final = frozenset(
    {
        *_IDS, *_NAMES, *_EMAILS, *_STAMPS, "started on", "completed", "time taken", "start time",
        "completion time", "last modified time", "state", "status", "department", "institution", "first name", "last name", "surname",
        "section", "attempt", "submitted", "score", "total score", "gesamtpunktzahl", "grade", "total points", "n correct", "n incorrect", "section_id", "section_sis_id",
        "language",
    }
)  # fmt: skip


# 2026/11/20 9:14:03 PM GMT+1
_STAMP: Final = re.compile(
    r"(?P<year>\d{4})/(?P<month>\d\d?)/(?P<day>\d\d?),? (?P<hour>\d\d?):(?P<minute>\d\d):(?P<second>[0-5]\d)\s?(?P<half>[AP]M)? "
    r"(?:GMT|UTC)(?:(?P<sign>[+-])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?)?",
    re.IGNORECASE,
)
# What Google's forms put behind a question's heading in the columns of its points.
_MARKS: Final = ("[score]", "[feedback]", "[punktzahl]", "[puntuación]", "[comentarios]", "[poäng]")


class Sheet(NamedTuple):
    """A table as it was read: its headings, its rows, and what stands between its cells."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_sheet(text: str, source: str) -> Sheet:
    """Return a table; raises SubmissionError where it is none, or too large."""
    try:
        _, records = read_records(text, longest=MAX_CELL, most=2 * MAX_ROWS)  # half of them may be blank
    except DelimitedError as error:
        raise SubmissionError([Problem(source, error.line, 0, error.rule)]) from error
    rows = [record for record in records if not record.is_blank]
    wide = next(
        (row for row in rows if len(row.cells) > MAX_COLUMNS), rows[MAX_ROWS] if rows[MAX_ROWS:] else None
    )
    if wide is not None:
        rule = f"has more than {MAX_ROWS:,} rows or {MAX_COLUMNS} columns"
        raise SubmissionError([Problem(source, wide.line, 0, rule)])
    if len(records) == 2 * MAX_ROWS:
        raise SubmissionError([Problem(source, records[-1].line, 0, f"has more than {MAX_ROWS:,} rows")])
    if len(rows) < 2:
        rule = "is a table without answers: there must be a line of headings and a line a student"
        raise SubmissionError([Problem(source, 0, 0, rule)])
    return Sheet(rows[0].cells, tuple(row.cells for row in rows[1:]))


def split_sheet(text: str, source: str) -> list[tuple[str, str]]:
    """Return every student's id and a table of their row alone; raises SubmissionError."""
    sheet = read_sheet(text, source)
    return [
        (_student(sheet.headings, row).get("id", ""), _written([sheet.headings, row])) for row in sheet.rows
    ]


def read(text: str, source: str) -> Document:
    """Return one student's row as a document: each column's heading, and the answer below it.

    Raises SubmissionError for a table of several students, which is no single document.
    """
    sheet = read_sheet(text, source)
    if len(sheet.rows) > 1:
        rule = (
            f"holds the answers of {len(sheet.rows)} students, a row each; it can only be marked as a class"
        )
        raise SubmissionError([Problem(source, 0, 0, rule)])
    row = sheet.rows[0]
    student = _student(sheet.headings, row)
    when = _submitted(sheet.headings, row)
    said = f"submitted: {when}\n" if when else ""
    pieces = [f"---\nstudent: {json.dumps(student)}\n{said}---\n"] if student else []
    for heading, cell in zip(sheet.headings, row, strict=False):
        if heading.strip() and not _is_about(_key(heading)):
            pieces.append(f"# {' '.join(heading.split())}\n\n{cell.strip()}\n")
    return read_markdown("\n".join(pieces).replace("\r\n", "\n").replace("\r", "\n"))


def _student(headings: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    cells = {
        _key(heading): cell.strip() for heading, cell in zip(headings, row, strict=False) if cell.strip()
    }
    found = {
        name: next((cells[key] for key in keys if key in cells), "")
        for name, keys in (("id", _IDS), ("name", _NAMES), ("email", _EMAILS))
    }
    first, last = cells.get("first name", ""), cells.get("last name", "") or cells.get("surname", "")
    if not found["name"]:
        found["name"] = f"{first} {last}".strip()
    found["id"] = found["id"] or found["name"]
    return {name: said for name, said in found.items() if said} if found["id"] else {}


def _submitted(headings: Sequence[str], row: Sequence[str]) -> str:
    """Return when a row was handed in, "" where no column says so with its offset, as Google's forms do."""
    for heading, cell in zip(headings, row, strict=False):
        found = _STAMP.fullmatch(cell.strip()) if _key(heading) in _STAMPS else None
        if found is None:
            continue
        hour = int(found["hour"])
        if half := found["half"]:
            hour = hour % 12 + (12 if half.upper() == "PM" else 0)
        beside = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
        minute, second = int(found["minute"]), int(found["second"])
        try:
            zone = timezone(-beside if found["sign"] == "-" else beside)
            return datetime(year, month, day, hour, minute, second, tzinfo=zone).isoformat()
        except ValueError:  # no such day, hour or offset
            return ""
    return ""


def _is_about(key: str) -> bool:
    """Whether a column is about whoever answered, or about the marks that a form gave itself."""
    return key in _ABOUT or key.endswith(_MARKS)


def _key(heading: str) -> str:
    return " ".join(heading.replace("\ufeff", "").lower().split()).rstrip(":")


def _written(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
