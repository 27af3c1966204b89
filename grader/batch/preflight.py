"""Who handed in, against who should have: what a teacher should know before marks are given.

Of a download that says whose everything is, that is known before anything is read. Of files, which may name their students
inside, it is known once they are read: by marking them, or by reading them alone (`read_through`).
"""

from __future__ import annotations

from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from grader.batch.classmarking import Unopened
from grader.executors import MEMORY
from grader.executors.wall import Failure, unread
from grader.model.errors import Problem, SubmissionError
from grader.model.identity import alike, is_same_name
from grader.model.submission import Student
from grader.readers.delivered import Delivered
from grader.readers.files import named_by, read_content
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.executors import HandIn
    from grader.model.submission import Outline, Submission
    from grader.platforms.worksheets.roster import Roster
    from grader.readers.opening import Found

# Students or files named in a notice.
NAMED: Final = 20
_COUNTS: Final = {
    "first": "the first one counts",
    "last": "the last one counts",
    "best": "the best one counts",
}


class Whose(NamedTuple):
    """A student as far as it is compared: a class of any size must fit into memory."""

    id: str
    name: str = ""
    email: str = ""


class PreflightPaper(NamedTuple):
    """One hand-in before it is marked: whose it is, and why it may have been read wrongly."""

    source: str
    students: tuple[Whose, ...]
    doubt: str = ""


@dataclass(slots=True)
class Preflight:
    """The hand-ins of a class, and its class list where there is one."""

    papers: list[PreflightPaper] = field(default_factory=list)
    roster: Roster | None = None
    named: str = ""  # the class list's own name
    unreadable: list[Problem] = field(default_factory=list)
    nameless: set[str] = field(default_factory=set)  # ids of marking without names

    @property
    def handed(self) -> dict[str, list[PreflightPaper]]:
        """What each student handed in."""
        found: dict[str, list[PreflightPaper]] = {}
        for paper in self.papers:
            for student in paper.students:
                found.setdefault(student.id, []).append(paper)
        return found

    def _students(self) -> list[Student]:
        """Return everybody who handed in, by what is known of them."""
        found: dict[str, Student] = {}
        for paper in self.papers:
            for student in paper.students:
                if student.id not in found or (student.name and not found[student.id].name):
                    found[student.id] = Student(id=student.id, name=student.name, email=student.email)
        return list(found.values())

    def notices(self, attempts: str = "") -> Iterator[str]:
        """Say who handed in nothing, and who more than once, where `attempts` says which of these counts."""
        handed = self.handed
        missing = self.roster.without(self._students()) if self.roster is not None else []
        if self.nameless and self.roster:
            yield f"{len(self.nameless)} students have no names, so that nobody knows who of the roster handed in nothing"
        elif missing:
            listed = len(self.roster.listed) if self.roster is not None else 0
            yield (
                f"{len(missing)} of the roster's {listed} students handed in nothing: "
                f"{some([student.said for student in missing])}"
            )
        twice = [f"{student} ({len(papers)})" for student, papers in handed.items() if len(papers) > 1]
        if twice and attempts:
            yield f"{_students(len(twice))} handed in more than once, and {_COUNTS[attempts]}: {some(twice)}"
        doubtful = [paper.source for paper in self.papers if paper.doubt]
        if doubtful:
            yield f"{len(doubtful)} hand-ins may be cut or read wrongly ('grader validate' shows how): {some(doubtful)}"

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong: students who are in no class list, and ids that are not one student's alone."""
        yield from self.unreadable
        handed = self.handed
        if self.roster is not None:
            named = [student for student in self._students() if student.id not in self.nameless]
            for stranger, why in self.roster.strangers(sorted(named, key=lambda item: item.id)):
                called = f" ({stranger.name})" if stranger.name else ""
                yield Problem(self.named, 0, 0, f"student {stranger.id!r}{called} {why}")
        for student, papers in handed.items():
            first, *others = [(paper.source, _name_in(paper, student)) for paper in papers]
            for source, name in others:
                if name and first[1] and not is_same_name(name, first[1]):
                    rule = f"student {student!r} is {name!r} here and {first[1]!r} in {first[0]}; two students with one id count as one"
                    yield Problem(source, 0, 0, rule)
                    break

    def look_alikes(self) -> Iterator[Problem]:
        """Yield ids that nobody can tell apart."""
        handed = self.handed
        for first, student in alike(handed):
            rule = f"student {student!r} looks like {first!r} of {handed[first][0].source}; they are two students"
            yield Problem(handed[student][0].source, 0, 0, rule)


def stated(handins: Iterable[Found | Delivered]) -> list[PreflightPaper] | None:
    """Return whose all hand-ins are where that is known before they are read, else None."""
    papers = []
    for item in handins:
        if not isinstance(item, Delivered) or not item.sender.stated:
            return None
        papers.append(PreflightPaper(item.source, _whose(item.sender.students)))
    return papers


def read_through(
    handins: Iterable[HandIn | Unopened], outline: Outline, deadline: float
) -> Iterator[PreflightPaper | tuple[PreflightPaper, tuple[Problem, ...]]]:
    """Read hand-ins, each behind the wall, and mark nothing; of one that cannot be read, yield its problems as well."""
    for item in handins:
        if isinstance(item, Unopened):
            found: PreflightPaper | tuple[Problem, ...] = item.problems
        else:
            found = _read_alone(item, outline, deadline)
        if isinstance(found, PreflightPaper):
            yield found
        else:
            yield (
                PreflightPaper(item.source, _whose(item.sender.students) or (Whose(named_by(item.source)),)),
                found,
            )


def _read_alone(handin: HandIn, outline: Outline, deadline: float) -> PreflightPaper | tuple[Problem, ...]:
    from grader.executors.alone import do_alone  # noqa: PLC0415 - a run that marks does not come here

    try:
        read = do_alone(partial(_read, handin, outline), deadline, MEMORY)
    except SubmissionError as error:
        return error.problems
    return (unread(handin.source, read),) if isinstance(read, Failure) else read


def _read(handin: HandIn, outline: Outline) -> PreflightPaper:
    submission = read_content(handin.raw, handin.source, outline, sender=handin.sender)
    return PreflightPaper(handin.source, _whose(submission.students), _doubt(submission))


def _whose(students: Iterable[Student]) -> tuple[Whose, ...]:
    return tuple(Whose(student.id, student.name, student.email) for student in students)


def _doubt(submission: Submission) -> str:
    return submission.doubt or next(
        (said for answer in submission.answers.values() if (said := answer.cut or answer.doubt)), ""
    )


def _name_in(paper: PreflightPaper, student: str) -> str:
    return next(item.name for item in paper.students if item.id == student)


def _students(count: int) -> str:
    return f"{count:,} {'student' if count == 1 else 'students'}"


def some(names: list[str]) -> str:
    """Return the first of some names."""
    return ", ".join(names[:NAMED]) + (", ..." if len(names) > NAMED else "")
