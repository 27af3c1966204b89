"""The marks of a class on their way out: into a teacher's table, into a table of ours, and reports into a zip."""

from __future__ import annotations

import zipfile
from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.executors.filing import MAX_FILE, Sheets, fitting
from grader.files.registry import resolve
from grader.model.disclosure import Reader
from grader.model.errors import Problem, UsageError
from grader.model.submission import Student
from grader.platforms.worksheets.feedback import FEEDBACK_NAMES
from grader.platforms.worksheets.filling import Filled, GivenMark, fill
from grader.platforms.worksheets.markcolumns import column_of
from grader.records import dataclass
from grader.writers.atomic import AtomicText
from grader.writers.gradetables import GRADE_TABLES, GradeRow
from grader.writers.rounding import HUNDRED, decimal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.batch.finals import Final as Mine
    from grader.batch.finals import Finals
    from grader.platforms.worksheets.contract import Listed, MarkColumn, Worksheet
    from grader.platforms.worksheets.roster import Roster

OPEN_WAYS: Final = ("refuse", "low", "blank")
GRADED, OPEN, MISSING = "graded", "open", "not handed in"
# Zip files begin in 1980; the same work gives the same bytes.
_WHEN: Final = (1980, 1, 1, 0, 0, 0)
_NAMED: Final = 10  # students in a message


@dataclass(slots=True)
class ClassMarks:
    """What stands for everybody of an assignment, and how open rows are told."""

    finals: Finals
    open_way: str
    roster: Roster | None = None
    groups: bool = False
    marks: list[Mine] = field(default_factory=list)
    shared: dict[str, Mine] = field(
        default_factory=dict
    )  # by the key of a listed student: the mark of the group
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> None:
        """Read the gradebook; raises UsageError where no mark can be given out."""
        self.marks = list(self.finals)
        open_marks = [mark for mark in self.marks if mark.is_open]
        if open_marks and self.open_way == "refuse":
            count = _students(len(open_marks))
            rule = (
                f"{count} {'has' if len(open_marks) == 1 else 'have'} rows that await a person ({_names(open_marks)}); decide them "
                "('grader override --queue'), or say --open low (what is sure) or --open blank (no mark)"
            )
            raise UsageError([Problem("--open", 0, 0, rule)])
        unknown = [mark for mark in self.marks if mark.standing.deduction is None]
        if unknown:
            rule = (
                f"what lateness costs {_students(len(unknown))} is not known, as the gradebook is of an older version; run "
                "'grade' once more"
            )
            raise UsageError([Problem(str(self.finals.book.path), 0, 0, rule)])
        if self.groups:
            self._share()

    def score(self, mark: Mine) -> int | None:
        """Return the mark that is given out, None for none."""
        return mark.low if not mark.is_open or self.open_way == "low" else None

    @property
    def points(self) -> int:
        """What the rubric is out of, in hundredths; raises UsageError where not everybody's is out of the same."""
        found = sorted({mark.max_points for mark in self.marks})
        if len(found) > 1:
            said = " and ".join(map(decimal, found))
            rule = f"marks are out of {said} points, as the rubric has changed; run 'grade' or 'grader regrade --apply'"
            raise UsageError([Problem(str(self.finals.book.path), 0, 0, rule)])
        return found[0] if found else 0

    def also(self, student: Student) -> Sequence[Listed]:
        """Return what the roster knows of a student."""
        return () if self.roster is None else self.roster.rows_of(student)

    def _share(self) -> None:
        """Give the mark of a group to its members who handed in nothing themselves."""
        assert self.roster is not None  # noqa: S101 - asked before
        own: dict[int, Mine] = {row.record: mark for mark in self.marks for row in self.also(mark.student)}
        members: dict[str, list[Listed]] = {}
        for listed in self.roster.listed:
            if listed.group:
                members.setdefault(listed.group, []).append(listed)
        for group, rows in members.items():
            there = [own[row.record] for row in rows if row.record in own]
            others = [row for row in rows if row.record not in own]
            if others and len({(mark.low, mark.high) for mark in there}) > 1:
                names = ", ".join(row.said for row in others[:_NAMED])
                rule = f"group {group!r}: its members have different marks, so that nobody else gets one of them ({names})"
                self.problems.append(Problem("--groups", 0, 0, rule))
            elif there:
                self.shared.update({row.key: there[0] for row in others})

    def given(self) -> Iterator[tuple[Student, Mine]]:
        """Yield everybody who gets a mark."""
        for mark in self.marks:
            yield mark.student, mark
        for listed in self.roster.listed if self.roster else ():
            if listed.key in self.shared:
                yield Student(id=listed.key, name=listed.name, email=listed.email), self.shared[listed.key]


def fill_table(
    given: ClassMarks, worksheet: Worksheet, path: Path, *, column: str | None, scaled: bool
) -> tuple[MarkColumn, Filled]:
    """Return a teacher's table with the marks in it; raises UsageError where they do not fit its column."""
    finals = given.finals
    chosen = column_of(worksheet, path, column, [name for name in (finals.assignment, finals.title) if name])
    scale = _scale(given.points, chosen, path, scaled=scaled)
    marks = (GivenMark(student, given.score(mark)) for student, mark in given.given())
    return chosen, fill(worksheet, chosen, marks, also=given.also, scale=scale)


def _scale(points: int, column: MarkColumn, path: Path, *, scaled: bool) -> Fraction:
    mine, theirs = Fraction(points, HUNDRED), column.points
    if scaled and (theirs is None or not mine):
        rule = f"there is nothing to scale to: the column {column.heading.strip()!r} says no points"
        raise UsageError([Problem("--scale", 0, 0, rule)])
    if theirs is None or theirs == mine or not points:
        return Fraction(1)
    if not scaled:
        rule = (
            f"the column {column.heading.strip()!r} is out of {float(theirs):g} points and the rubric out of "
            f"{decimal(points)}; --scale takes every mark times {float(theirs):g}/{decimal(points)}"
        )
        raise UsageError([Problem(str(path), 1, 0, rule)])
    return theirs / mine


def write_table(given: ClassMarks, kind: str, path: Path) -> int:
    """Write a table of ours, those of the roster who handed in nothing as such; return how many students it has.

    Raises UsageError where the library for it is not installed.
    """
    try:
        write = resolve(GRADE_TABLES, kind)
    except ModuleNotFoundError as error:
        rule = f"{kind!r} needs {error.name}: install grader with the extra '{kind}'"
        raise UsageError([Problem("export", 0, 0, rule)]) from error
    rows = list(_rows(given))
    write(rows, path)
    return len(rows)


def _rows(given: ClassMarks) -> Iterator[GradeRow]:
    there = set()
    for student, mark in given.given():
        (listed, *_) = (*given.also(student), None)
        if listed is not None:
            there.add(listed.record)
        yield GradeRow(
            student.id, student.name or (listed.name if listed else ""), student.email or (listed.email if listed else ""),
            listed.section if listed else "", listed.group if listed else "", given.score(mark), mark.low, mark.high,
            mark.max_points, OPEN if mark.is_open else GRADED, mark.source,
        )  # fmt: skip
    for listed in given.roster.listed if given.roster else ():
        if listed.record not in there:
            nothing = (None, None, None, None)
            names = (listed.key, listed.name, listed.email, listed.section, listed.group)
            yield GradeRow(*names, *nothing, MISSING, "")


def write_feedback(given: ClassMarks, platform: str, path: Path) -> tuple[int, list[Problem]]:
    """Write every student's report as a page into a zip that a platform takes; return how many, and who got none."""
    name_of = FEEDBACK_NAMES[platform]
    taken: dict[str, str] = {}
    problems: list[Problem] = []
    target = AtomicText(path)
    try:
        with zipfile.ZipFile(target.file.buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for mark in given.marks:
                name = name_of(mark.source)
                rule = _not_written(name, mark, platform, taken)
                if rule:
                    problems.append(Problem(mark.source, 0, 0, rule))
                    continue
                taken[name] = mark.student.id
                report = given.finals.report_of(mark.student, mark.standing)
                pages = fitting(Sheets(report, Reader.STUDENT), "feedback", "html", MAX_FILE, assets="inline")
                archive.writestr(zipfile.ZipInfo(name, _WHEN), pages[0][1].encode(), zipfile.ZIP_DEFLATED)
    except BaseException:
        target.discard()
        raise
    target.commit()
    return len(taken), problems


def _not_written(name: str, mark: Mine, platform: str, taken: Mapping[str, str]) -> str:
    if not name:
        return (
            f"student {mark.student.id!r}: this is no name of {platform}'s download, so that {platform} could not tell "
            "whose report it is; mark what was downloaded under the names it has"
        )
    if name in taken:
        return f"student {mark.student.id!r} shares {name!r} with {taken[name]!r}; one report fits there, that of the latter"
    return ""


def _students(count: int) -> str:
    return f"{count:,} {'student' if count == 1 else 'students'}"


def _names(marks: Sequence[Mine]) -> str:
    return ", ".join(mark.student.id for mark in marks[:_NAMED]) + (", ..." if len(marks) > _NAMED else "")
