"""The review queue as a table: written to be filled in, and read back as decisions."""

from __future__ import annotations

import csv
import getpass
from typing import TYPE_CHECKING, Final

from grader.files.delimited import DelimitedError, read_delimited
from grader.files.provenance import QUEUE_HEADER
from grader.files.shares import day_of, share_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction
    from pathlib import Path

    from grader.gradebook import Gradebook
    from grader.model.report import Override

TAKE_BACK: Final = "-"
_DASHES: Final = frozenset("-–—−")
_TO_FILL: Final = ("credit", "why", "who")


def write_queue(book: Gradebook, assignment: str, path: Path, *, zeros: int = 0) -> int:
    """Write a row for everything that awaits a person; return how many.

    Where people have decided enough already, the rows of a criterion stand in the order of what is likely to be
    met, with a proposal beside them. `zeros` adds as many zeros, the most doubtful first.

    Raises NotOurs for a file that is no queue, or holds decisions that the gradebook does not.
    """
    from grader.calibration.decisions import open_rows
    from grader.gradebook.overrides import overrides_of
    from grader.writers.atomic import atomic_text
    from grader.writers.spreadsheetcells import plain_cell

    decided = overrides_of(book, assignment)
    rows = open_rows(book, assignment)
    listed = [*rows.waiting, *rows.zeros[:zeros]]
    with atomic_text(path, known=lambda there: _why_kept(there, decided)) as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(QUEUE_HEADER)
        for item in listed:
            row = item.row
            read = " | ".join(part.read for part in row.evidence if part.read)
            proposal = "" if item.chance is None else f"{item.chance:.0%} met"
            cells = (item.student, row.id, f"{float(row.points):g}", row.reason, read, proposal, "", "", "")
            table.writerow([plain_cell(cell) for cell in cells])
    return len(listed)


def read_queue(
    path: Path, students: Iterable[str], who: str | None, said: list[str]
) -> list[tuple[int, Override]]:
    """Return the filled rows with their lines; raises UsageError with every problem.

    `students` are the ids that stand: a cell is the student whose id is written so in a table. `said` takes what a
    person should know of how cells were read.
    """
    from grader.model.errors import Problem, UsageError
    from grader.model.report import Override
    from grader.readers.knowncolumns import read_table

    problems: list[Problem] = []
    found: dict[tuple[str, str], tuple[int, Override]] = {}
    names = _Names(students)
    for line, row in read_table(path, QUEUE_HEADER, ("student", "criterion", "credit")):
        if not row["credit"]:
            continue
        try:
            student = names.student(row["student"])
            credit = read_credit(row["credit"])
        except ValueError as error:
            problems.append(Problem(str(path), line, 0, str(error)))
            continue
        if credit is not None and day_of(row["credit"]) is not None:
            said.append(
                f"{path}:{line}: {row['credit']!r} is read as {credit}, which a spreadsheet took for a day"
            )
        key = (student, row["criterion"].removeprefix("'"))
        override = Override(
            student=key[0], criterion=key[1], credit=credit, who=row["who"] or who or login(), when="", why=row["why"]
        )  # fmt: skip
        other = found.setdefault(key, (line, override))
        if other[1] != override:
            rule = f"{row['student']}, {row['criterion']}: decided twice, and otherwise in line {other[0]}"
            problems.append(Problem(str(path), line, 0, rule))
    if not found and not problems:
        problems.append(Problem(str(path), 0, 0, "no row has a credit; nothing was decided"))
    if problems:
        raise UsageError(problems)
    return list(found.values())


def read_credit(text: str) -> Fraction | None:
    """Read a share of the credit, None where a decision is taken back; raises ValueError."""
    if text.strip() in _DASHES:
        return None
    credit = share_of(text)
    if credit is None:
        raise ValueError(
            f"credit must be from 0 to 1, such as 1, 0.5, 1/3 or 50%, or '-' to take one back (got {text!r})"
        )
    return credit


def login() -> str:
    """Return who is at the machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name
        return "unknown"


class _Names:
    """Students by how their ids are written in a table: on one line, and so that no spreadsheet calculates."""

    def __init__(self, students: Iterable[str]) -> None:
        from grader.writers.spreadsheetcells import plain_cell

        self._by_cell: dict[str, list[str]] = {}
        self._without_zeros: dict[str, list[str]] = {}
        for student in students:
            cell = plain_cell(student)
            # A spreadsheet may have taken the apostrophe in front for its own.
            for text in {cell, cell.removeprefix("'")}:
                self._by_cell.setdefault(text.strip(), []).append(student)
            if student.isdecimal():  # and an id for a number
                self._without_zeros.setdefault(student.lstrip("0"), []).append(student)

    def student(self, cell: str) -> str:
        """Return the student a cell names, or what stands in it where nobody is called so; raises ValueError."""
        found = self._by_cell.get(cell) or self._without_zeros.get(cell) or [cell]
        if len(found) > 1:
            several = ", ".join(map(repr, found))
            raise ValueError(
                f"{cell}: {len(found)} students are written like this in a table ({several}); "
                "decide with --student, --criterion and --credit"
            )
        return found[0]


def _why_kept(there: bytes, decided: Mapping[str, Mapping[str, Override]]) -> str:
    """Return "" for a queue in which nothing is filled in but what is kept already, else why it is not replaced."""
    from grader.writers.atomic import NOT_OURS

    try:
        records = read_delimited(there).records
    except DelimitedError:
        return NOT_OURS
    if not records or records[0].cells != QUEUE_HEADER:
        return NOT_OURS
    names = _Names(decided)
    filled = 0
    for record in records[1:]:
        row = dict(zip(QUEUE_HEADER, map(str.strip, record.cells), strict=False))
        filled += any(row.get(name) for name in _TO_FILL) and not _is_kept(row, names, decided)
    if not filled:
        return ""
    return f"{filled} {'row is' if filled == 1 else 'rows are'} filled in that no --from has taken in yet"


def _is_kept(row: Mapping[str, str], names: _Names, decided: Mapping[str, Mapping[str, Override]]) -> bool:
    try:
        override = decided[names.student(row["student"])][row["criterion"].removeprefix("'")]
        return override.credit == read_credit(row["credit"]) and override.why == row["why"]
    except (ValueError, KeyError):
        return False
