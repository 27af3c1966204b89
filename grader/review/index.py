"""Which answers of a class hold rows for a person, read from its gradebook: plain data, small enough to keep."""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from grader.gradebook.acts import StandingOverride, standing_overrides
from grader.gradebook.alike import alike_key, kept_report
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.gradebook import Gradebook

EXCERPT: Final = 120  # characters of an answer in lists
_WORDS: Final = 60  # different words of an answer by which it is put beside others


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A row that the machine left to a person, or that a person has decided."""

    criterion: str
    points: Fraction
    awaits: bool  # whether the machine left it to a person
    key: str  # what equal answers have in common
    check: str
    ground: tuple[str, str]  # digests of its criterion and its answer
    value: str  # what was read, for a group's variants


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """One answer of one hand-in."""

    key: str
    report: int
    place: int  # of the question in the report
    question: str
    students: tuple[str, ...]
    rows: tuple[AnswerRow, ...]
    excerpt: str
    words: frozenset[int]
    alike: str  # equal for equal answers

    @property
    def about(self) -> str:
        """The student under whose id acts about this answer are kept."""
        return self.students[0]


@dataclass(slots=True)
class OpenAnswers:
    """All answers with rows for a person, by key, in the order of the rubric's questions and of the class."""

    title: str
    units: dict[str, OpenAnswer]
    questions: tuple[str, ...]
    overrides: dict[tuple[str, str], StandingOverride]
    groups: dict[str, list[tuple[OpenAnswer, AnswerRow]]] = field(
        default_factory=dict
    )  # by key as it was read
    said: dict[str, Counter[str]] = field(default_factory=dict)  # why people decided, by criterion

    def __post_init__(self) -> None:
        self._hear(self.overrides)

    def lay(self, overrides: Mapping[tuple[str, str], StandingOverride]) -> None:
        """Take in what was decided since."""
        self.overrides.update(overrides)
        self._hear(overrides)

    def _hear(self, overrides: Mapping[tuple[str, str], StandingOverride]) -> None:
        for (_, criterion), standing in overrides.items():
            if standing.why and standing.credit is not None:
                self.said.setdefault(criterion, Counter())[standing.why] += 1

    def standing(self, unit: OpenAnswer, row: AnswerRow) -> StandingOverride | None:
        """Return the decision that counts of a row, None while it waits."""
        found = self.overrides.get((unit.about, row.criterion))
        return found if found is not None and found.credit is not None else None

    def last(self, unit: OpenAnswer, row: AnswerRow) -> int:
        """Return the number of the last override of a row, 0 without one; one that was taken back counts."""
        found = self.overrides.get((unit.about, row.criterion))
        return found.number if found is not None else 0

    def is_open(self, unit: OpenAnswer, row: AnswerRow) -> bool:
        """Whether a row still awaits a person."""
        return row.awaits and self.standing(unit, row) is None

    def row(self, unit: OpenAnswer, criterion: str) -> AnswerRow:
        """Return a row of an answer; raises KeyError."""
        for row in unit.rows:
            if row.criterion == criterion:
                return row
        raise KeyError(criterion)


@dataclass(slots=True)
class Shelf:
    """What was read of reports so far: a report never changes, so it is read once as long as the same rows count."""

    _read: dict[int, tuple[frozenset[str], tuple[str, ...], _Read]] = field(default_factory=dict)
    _rules: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def index(self, book: Gradebook, assignment: str) -> OpenAnswers:
        """Return what of a class is for people. The first time a class of 1,000 takes about a second."""
        overrides = standing_overrides(book, assignment)
        touched: dict[str, set[str]] = {}
        for student, criterion in overrides:
            touched.setdefault(student, set()).add(criterion)
        read = [
            self._report(
                book, number, students, frozenset().union(*(touched.get(one, ()) for one in students))
            )
            for number, students in _reports(book, assignment).items()
        ]
        title = next((report.title for report in read), assignment)
        questions = dict.fromkeys(name for report in read for name in report.questions)
        units = {unit.key: unit for report in read for unit in report.units}
        index = OpenAnswers(title, units, tuple(questions), overrides)
        for unit in units.values():
            for row in unit.rows:
                index.groups.setdefault(row.key, []).append((unit, row))
        return index

    def _report(
        self, book: Gradebook, number: int, students: tuple[str, ...], touched: frozenset[str]
    ) -> _Read:
        known = self._read.get(number)
        if known is not None and known[1] == students and known[0] == touched - known[2].waiting:
            return known[2]
        report, rules = kept_report(book, number, self._rules)
        answers = dict(book.rows("SELECT criterion, answer FROM outcomes WHERE report = ?", (number,)))
        read = _read(report, number, students, touched, rules, answers)
        self._read[number] = touched - read.waiting, students, read
        return read


@dataclass(frozen=True, slots=True)
class _Read:
    """What is kept of one report."""

    title: str
    questions: tuple[str, ...]
    waiting: frozenset[str]  # rows that the machine left to a person
    units: tuple[OpenAnswer, ...]


def _read(
    report: Any,
    number: int,
    students: tuple[str, ...],
    touched: frozenset[str],
    rules: Mapping[str, str],
    answers: Mapping[str, str],
) -> _Read:
    units = []
    for place, question in enumerate(report["questions"]):
        rows = tuple(
            _row(question, row, rules.get(row["id"], ""), answers)
            for row in question["criteria"]
            if row["credit"] is None or row["id"] in touched
        )
        if rows:
            units.append(_unit(number, place, question, students, rows))
    waiting = frozenset(row.criterion for unit in units for row in unit.rows if row.awaits)
    names = tuple(question["id"] for question in report["questions"])
    return _Read(report["title"], names, waiting, tuple(units))


def _reports(book: Gradebook, assignment: str) -> dict[int, tuple[str, ...]]:
    """Return the reports in which something waits or was decided, each with its students, in the order of the class."""
    standing: dict[int, list[str]] = {}
    for report, student in book.rows(
        "SELECT report, student FROM standings WHERE assignment = ? AND present AND (EXISTS"
        " (SELECT 1 FROM outcomes WHERE outcomes.report = standings.report AND credit IS NULL) OR EXISTS"
        " (SELECT 1 FROM overrides WHERE overrides.assignment = standings.assignment"
        "  AND overrides.student = standings.student)) ORDER BY place, student",
        (assignment,),
    ):
        standing.setdefault(report, []).append(student)
    return {report: tuple(students) for report, students in standing.items()}


def _row(question: Any, row: Any, rule: str, answers: Mapping[str, str]) -> AnswerRow:
    read = "; ".join(
        item["read_as"] or item["read"] for item in row["evidence"] if item["read_as"] or item["read"]
    )
    return AnswerRow(
        criterion=row["id"],
        points=Fraction(row["points"]),
        awaits=row["credit"] is None,
        key=alike_key(question, row, rule),
        check=row["check"],
        ground=(rule, answers.get(row["id"], "")),
        value=" ".join(read[: 4 * EXCERPT].split())[:EXCERPT],
    )


def _unit(
    report: int, place: int, question: Any, students: tuple[str, ...], rows: tuple[AnswerRow, ...]
) -> OpenAnswer:
    text = question["text"]
    said = " ".join(text.split()) or "; ".join(
        f"{name}: {value}" for name, value in question["parts"].items()
    )
    words = frozenset(hash_of(word) for word in said.casefold().split()[: 4 * _WORDS])
    return OpenAnswer(
        key=f"{report}-{place}",
        report=report,
        place=place,
        question=question["id"],
        students=students,
        rows=rows,
        excerpt=said[:EXCERPT] or ("(a picture)" if question["images"] else "(nothing written)"),
        words=frozenset(sorted(words)[:_WORDS]),
        alike="".join(row.key for row in rows),
    )


def hash_of(word: str) -> int:
    """Return a number for a word, the same in every process."""
    return crc32(word.encode("utf-8", "surrogatepass"))
