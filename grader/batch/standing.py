"""Which report stands for each student: the first, the last or the best of their hand-ins, and when it came."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from grader.files.moments import read_moment
from grader.gradebook.runs import Deduction, StudentStanding, spent_elsewhere, standings_of
from grader.model.errors import Problem
from grader.model.identity import alike
from grader.model.submission import Student
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from grader.batch.classmarking import Marked
    from grader.gradebook.store import Gradebook
    from grader.rubric.questions import Rubric

# Students whose choice is noted at once.
KEPT_TOGETHER: Final = 1_000
_WORDS: Final = {"last": "the last one counts", "best": "the best one counts"}


@dataclass(frozen=True, slots=True)
class Timing:
    """When things came in and were due, as far as it is known from beside the files.

    `due_of` tells due dates of single students where they are not known by id yet.
    """

    submitted: Mapping[str, datetime]  # by source
    due: Mapping[str, datetime]  # by student, extensions included
    due_of: Callable[[Student], datetime | None] | None = None


NO_TIMING: Final = Timing({}, {})


def kept_timing(book: Gradebook, assignment: str) -> Timing:
    """Return the times that a gradebook has kept from the last run with each student."""
    submitted = book.rows("SELECT source, submitted FROM handins WHERE assignment = ?", (assignment,))
    due = book.rows("SELECT student, due FROM due WHERE assignment = ?", (assignment,))
    return Timing(
        {source: read_moment(time) for source, time in submitted if time},
        {student: read_moment(time) for student, time in due},
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One hand-in of one student."""

    place: int
    report: int
    source: str
    submitted: str
    low: str  # an exact fraction
    unread: bool = False


class HandedIn:
    """The hand-ins of a run. They are kept in a table of the connection's own, so that a class of any size fits."""

    def __init__(self, book: Gradebook, rubric: Rubric, timing: Timing) -> None:
        self.book, self.rubric, self.timing = book, rubric, timing
        self._kept: dict[str, Deduction | None] = {}
        with book.guarded():
            book.connection.execute(
                "CREATE TEMP TABLE IF NOT EXISTS attempts"
                " (student TEXT, place INTEGER, report INTEGER, source TEXT, content TEXT, submitted TEXT, low TEXT,"
                " unread INTEGER, sender TEXT)"
            )
            book.connection.execute(
                "CREATE TEMP TABLE IF NOT EXISTS chosen"
                " (student TEXT PRIMARY KEY, place INTEGER, report INTEGER, submitted TEXT)"
            )
            for table in ("attempts", "chosen"):
                book.connection.execute(f"DELETE FROM temp.{table}")  # noqa: S608 - two literals

    def add(self, marked: Marked) -> None:
        """Note a hand-in for each of its students."""
        known = marked.known
        if known is None:
            return
        elsewhere = self.timing.submitted.get(marked.source)
        submitted = elsewhere.isoformat() if elsewhere is not None else known.submitted
        sender = marked.sender.key
        with self.book.guarded():
            self.book.connection.executemany(
                "INSERT INTO temp.attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        student,
                        marked.place,
                        known.id,
                        known.source,
                        known.content,
                        submitted,
                        known.low,
                        marked.unread,
                        sender,
                    )
                    for student in known.students
                ],
            )

    def choose(self) -> Iterator[Problem]:
        """Settle what stands for each student; yield what is wrong with their other hand-ins."""
        self._settle_due()
        with self.book.guarded():
            self.book.connection.execute(
                "CREATE INDEX IF NOT EXISTS temp.by_student ON attempts(student, place)"
            )
        rows = self.book.rows(
            "SELECT student, place, report, source, submitted, low, unread FROM temp.attempts ORDER BY student, place"
        )
        chosen: list[tuple[Any, ...]] = []
        for student, group in groupby(rows, key=itemgetter(0)):
            attempts = [_attempt(row[1:]) for row in group]
            # One that could not be read counts only where there is no other; it is named all the same.
            attempts = [item for item in attempts if not item.unread] or attempts
            counts = self._choose(student, attempts)
            chosen.append((student, counts.place, counts.report, counts.submitted))
            if len(chosen) >= KEPT_TOGETHER:
                self._keep_chosen(chosen)
            if self.rubric.attempts == "first":
                yield from _left_out(student, counts, attempts)
        self._keep_chosen(chosen)

    def _keep_chosen(self, chosen: list[tuple[Any, ...]]) -> None:
        with self.book.guarded():
            self.book.connection.executemany("INSERT INTO temp.chosen VALUES (?, ?, ?, ?)", chosen)
        chosen.clear()

    def _settle_due(self) -> None:
        """Ask for the due dates of all who handed in, by everything that they are called."""
        due_of = self.timing.due_of
        if due_of is None:
            return
        rows = self.book.rows(
            "SELECT DISTINCT id, name, email FROM temp.attempts JOIN students"
            " ON students.report = attempts.report AND students.id = attempts.student ORDER BY id, name, email"
        )
        found = {
            name: due
            for name, *more in rows
            if (due := due_of(Student(id=name, name=more[0], email=more[1])))
        }
        self.timing = replace(self.timing, due={**self.timing.due, **found}, due_of=None)

    def chosen(self) -> Iterator[StudentStanding]:
        """Yield what stands for each student, in the order of the files."""
        rows = self.book.rows(
            "SELECT student, place, report, submitted FROM temp.chosen ORDER BY place, student"
        )
        return (
            StudentStanding(student, place, report, self.deduction(student, submitted))
            for student, place, report, submitted in rows
        )

    def look_alikes(self) -> Iterator[Problem]:
        """Yield a problem for every student whose id nobody can tell from another's."""
        rows = self.book.rows(
            "SELECT chosen.student, source FROM temp.chosen JOIN temp.attempts USING (student, place)"
            " ORDER BY place, chosen.student"
        )
        sources = dict(rows)
        for first, student in alike(sources):
            rule = (
                f"student {student!r} looks like {first!r} of {sources[first]}; they are marked as two students,"
                " and if they are one, both files must give the same id"
            )
            yield Problem(sources[student], 0, 0, rule)

    def papers(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield every hand-in of every student: the source, the student's id, and the name and address given there."""
        return self.book.rows(
            "SELECT attempts.source, attempts.student, coalesce(students.name, ''), coalesce(students.email, '') FROM temp.attempts"
            " LEFT JOIN main.students ON students.report = attempts.report AND students.id = attempts.student"
            " ORDER BY attempts.place, attempts.student"
        )

    def students(self) -> int:
        """Return how many students handed in."""
        (count,) = self.book.row("SELECT count(*) FROM temp.chosen") or (0,)
        return int(count)

    def without_time(self) -> int:
        """Return how many hand-ins came in at a time that nobody knows."""
        (count,) = self.book.row("SELECT count(DISTINCT place) FROM temp.attempts WHERE submitted = ''") or (
            0,
        )
        return int(count)

    def keep(self) -> None:
        """Note in the gradebook what these students handed in and when it was due, for when it is marked again."""
        due = [(self.rubric.id, moment.isoformat(), student) for student, moment in self.timing.due.items()]
        with self.book.transaction() as connection:
            for table in ("handins", "due"):
                connection.execute(
                    f"DELETE FROM main.{table} WHERE assignment = ?"  # noqa: S608 - two literals
                    " AND student IN (SELECT student FROM temp.chosen)",
                    (self.rubric.id,),
                )
            connection.execute(
                "INSERT INTO main.handins SELECT ?, student, place, source, content, submitted, sender FROM temp.attempts",
                (self.rubric.id,),
            )
            connection.executemany(
                "INSERT INTO main.due SELECT ?, student, ? FROM temp.chosen WHERE student = ?", due
            )

    def take_up(self) -> None:
        """Take what stands in the gradebook, and all that these students handed in."""
        with self.book.guarded():
            connection = self.book.connection
            connection.execute(
                "INSERT INTO temp.attempts SELECT handins.student, handins.place, report, source, content, submitted, '0', 0, sender"
                " FROM main.handins JOIN main.standings USING (assignment, student) WHERE assignment = ? AND present",
                (self.rubric.id,),
            )
            connection.execute(
                "INSERT INTO temp.chosen SELECT student, place, report, '' FROM main.standings"
                " WHERE assignment = ? AND present",
                (self.rubric.id,),
            )
        self._kept = {item.student: item.deduction for item in standings_of(self.book, self.rubric.id)}

    def of_student(self, standing: StudentStanding) -> tuple[Attempt, int, int]:
        """Return the hand-in that stands for a student, its number among theirs by time, and how many there are."""
        rows = self.book.rows(
            "SELECT place, report, source, submitted, low FROM temp.attempts WHERE student = ? ORDER BY place",
            (standing.student,),
        )
        attempts = [_attempt(row) for row in rows]
        counts = next(item for item in attempts if item.place == standing.place)
        number = sorted(attempts, key=_by_time).index(counts) + 1 if len(attempts) > 1 else 1
        return counts, number, len(attempts)

    def deduction(self, student: str, submitted: str) -> Deduction:
        """Return what a student loses for handing in at a time; what stands in the gradebook, if it was taken up."""
        own = self.timing.due.get(student)
        due = "" if own is None else own.isoformat()
        kept = self._kept.get(student)
        if kept is not None:
            return replace(kept, due=due)
        moment = read_moment(submitted) if submitted else None
        points, said, spent = self.rubric.deduction(moment, own, spent=self._spent.get(student, 0))
        return Deduction(points, said, due, spent)

    @cached_property
    def _spent(self) -> Mapping[str, int]:
        late = self.rubric.late
        return spent_elsewhere(self.book, self.rubric.id) if late is not None and late.budget else {}

    def note(self, number: int, count: int) -> tuple[str, ...]:
        """Say which attempt a report is about, where the rubric counts attempts."""
        words = _WORDS.get(self.rubric.attempts)
        return (f"This is attempt {number} of {count}; {words}.",) if words and count > 1 else ()

    def _choose(self, student: str, attempts: list[Attempt]) -> Attempt:
        if len(attempts) == 1:
            return attempts[0]
        if self.rubric.attempts == "first":
            return min(attempts, key=_by_time) if all(item.submitted for item in attempts) else attempts[0]
        if self.rubric.attempts == "last":
            return max(attempts, key=_by_time)
        return max(
            attempts,
            key=lambda item: (
                Fraction(item.low) - self.deduction(student, item.submitted).points,
                _by_time(item),
            ),
        )


def _attempt(row: tuple[Any, ...]) -> Attempt:
    place, report, source, submitted, low, *unread = row
    return Attempt(place, report, source, submitted, low, any(unread))


def _by_time(attempt: Attempt) -> tuple[float, int]:
    """Order attempts by when they came; where that is not known, by the order of the files, before all others."""
    return (read_moment(attempt.submitted).timestamp() if attempt.submitted else 0.0, attempt.place)


def _left_out(student: str, counts: Attempt, attempts: list[Attempt]) -> Iterator[Problem]:
    for other in attempts:
        if other.source != counts.source:
            rule = f"student {student!r} already handed in {counts.source}; this one was left out"
            yield Problem(other.source, 0, 0, rule)
