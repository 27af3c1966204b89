"""What is on the desk: one gradebook, what of it is for people, in order, and what people said of it so far.

It belongs to one thread. `refresh` reads the gradebook again where anybody else has written to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from grader.gradebook import Gradebook
from grader.gradebook.acts import acts_of, lay_down, overrides_with
from grader.gradebook.packing import unpack
from grader.gradebook.runs import body_of
from grader.review.alikegroups import KINDS as GROUPING
from grader.review.alikegroups import Groups
from grader.review.index import EXCERPT, AnswerRow, OpenAnswer, Shelf
from grader.review.notes import KINDS as NOTED
from grader.review.notes import Notes
from grader.review.ordering import ordered
from grader.review.proposals import SecondOpinion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.gradebook.acts import Act, Laid
    from grader.model.report import Report

# Reports that are kept open, since a person goes back and forth.
_OPENED: Final = 64


class Desk:
    """The open answers of one assignment, as its gradebook has them."""

    def __init__(self, gradebook: Path, assignment: str) -> None:
        self.book = Gradebook(gradebook, make=False)
        self.assignment = assignment
        self.opinion = SecondOpinion(gradebook, assignment)
        self._shelf = Shelf()
        self._opened: dict[int, Report] = {}
        self._looked: dict[str, set[str]] = {}  # decided rows that are looked through, by answer
        self._version = -1
        self.order: list[str] = []
        self.places: dict[str, int] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read what counts again if anybody else has written to the gradebook since."""
        (version,) = self.book.row("PRAGMA data_version") or (0,)
        if version != self._version:
            self._version = version
            self._read_again()

    def _read_again(self) -> None:
        self.index = self._shelf.index(self.book, self.assignment)
        self.groups = Groups(self.index)
        self.groups.take(acts_of(self.book, self.assignment, GROUPING))
        self.notes = Notes()
        self.take_notes()
        if self.index.units.keys() != self.places.keys():
            self.order = ordered(self.index.units.values(), self.index.questions, self.assignment)
            self.places = {key: place for place, key in enumerate(self.order)}

    def take_notes(self) -> None:
        """Take in what people said and did since."""
        self.notes.take(acts_of(self.book, self.assignment, NOTED, self.notes.latest))

    def lay(self, act: Act, rows: Iterable[Laid]) -> tuple[int, int]:
        """Keep an act with its decisions, and go on from them; return its number and how many rows it settled."""
        number, count = lay_down(self.book, self.assignment, act, rows)
        self.index.lay(overrides_with(self.book, number))
        self.take_notes()
        return number, count

    def is_wanted(self, unit: OpenAnswer, question: str, who: str, *, flagged: bool) -> bool:
        """Whether an answer is of a question, somebody's or everybody's work, and flagged where that is asked."""
        tasked = self.notes.tasked(unit.about, unit.question)
        return (
            (not question or unit.question == question)
            and (not who or not tasked or tasked == who)
            and (not flagged or self.notes.flags.get((unit.about, unit.question), False))
        )

    def report(self, unit: OpenAnswer) -> Report:
        """Return the report of an answer, as it was marked."""
        return self._report(unit.report)

    def _report(self, number: int) -> Report:
        found = self._opened.get(number)
        if found is None:
            if len(self._opened) >= _OPENED:
                del self._opened[next(iter(self._opened))]
            found = self._opened[number] = unpack(body_of(self.book, number))
        return found

    def unit(self, key: str) -> OpenAnswer:
        """Return an answer, with the decided rows of it that are looked through. Raises KeyError."""
        unit = self.index.units.get(key)
        looked = self._looked.get(key, set())
        if unit is None and not looked:
            raise KeyError(key)
        known = {row.criterion for row in unit.rows} if unit is not None else set()
        if not looked - known:
            assert unit is not None  # noqa: S101 - or something is looked at
            return unit
        return self._with_looked(key, unit, looked - known)

    def _with_looked(self, key: str, unit: OpenAnswer | None, looked: set[str]) -> OpenAnswer:
        number, place = (int(part) for part in key.split("-"))
        report = self._report(number)
        question = report.questions[place]
        answers = dict(self.book.rows("SELECT criterion, answer FROM outcomes WHERE report = ?", (number,)))
        rows = tuple(
            AnswerRow(
                row.id,
                row.points,
                awaits=False,
                key="",
                check=row.check,
                ground=("", answers.get(row.id, "")),
                value="",
            )
            for row in question.criteria
            if row.id in looked
        )
        if unit is not None:
            return replace(unit, rows=(*unit.rows, *rows))
        students = tuple(student.id for student in report.students)
        excerpt = " ".join(question.text.split())[:EXCERPT]
        return OpenAnswer(key, number, place, question.id, students, rows, excerpt, frozenset(), "")

    def look_at(self, student: str, criterion: str) -> str | None:
        """Take a decided row onto the desk; return the key of its answer, None where the student has none."""
        row = self.book.row(
            "SELECT report FROM standings WHERE assignment = ? AND student = ?", (self.assignment, student)
        )
        if row is None:
            return None
        for place, question in enumerate(self._report(row[0]).questions):
            if any(each.id == criterion for each in question.criteria):
                key = f"{row[0]}-{place}"
                self._looked.setdefault(key, set()).add(criterion)
                return key
        return None
