"""Decisions of people: kept for good, the latest one counts, and none is ever changed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from grader.files.validation import did_you_mean
from grader.gradebook.runs import now, rules_of
from grader.model.errors import GradebookError, Problem
from grader.model.report import Override
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.gradebook.store import Gradebook


@dataclass(frozen=True, slots=True)
class Doubt:
    """An override whose ground has moved: it still counts, and somebody should look at it again."""

    override: Override
    why: str


def decide(book: Gradebook, assignment: str, override: Override) -> bool:
    """Keep one decision about a row that stands for a student; return whether it was new.

    Raises GradebookError for a row that does not stand.
    """
    with book.transaction() as connection:
        row = book.row(
            "SELECT standings.report, reports.rubric FROM standings JOIN reports ON reports.id = standings.report"
            " WHERE standings.assignment = ? AND standings.student = ?",
            (assignment, override.student),
        )
        if row is None:
            known = [
                name
                for (name,) in book.rows("SELECT student FROM standings WHERE assignment = ?", (assignment,))
            ]
            hint = did_you_mean(override.student, known)
            raise _refused(book, f"no report of {assignment!r} stands for student {override.student!r}{hint}")
        report, digest = row
        outcome = book.row(
            "SELECT answer FROM outcomes WHERE report = ? AND criterion = ?", (report, override.criterion)
        )
        if outcome is None:
            known = [
                name for (name,) in book.rows("SELECT criterion FROM outcomes WHERE report = ?", (report,))
            ]
            hint = did_you_mean(override.criterion, known)
            raise _refused(book, f"{assignment!r} has no criterion {override.criterion!r}{hint}")
        override = override.model_copy(update={"when": override.when or now()})
        rule = _rule(book, digest, override.criterion)
        if _is_known(book, assignment, override, rule, outcome[0]):
            return False
        connection.execute(
            'INSERT INTO overrides (assignment, student, criterion, credit, who, "when", why, rule, answer)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                assignment, override.student, override.criterion,
                None if override.credit is None else str(override.credit),
                override.who, override.when, override.why, rule, outcome[0],
            ),
        )  # fmt: skip
    return True


def members_of(book: Gradebook, assignment: str, student: str) -> tuple[str, ...]:
    """Return the students for whom the same report stands as for one, that one as well; only that one where none stands."""
    rows = book.rows(
        "SELECT other.student FROM standings JOIN standings AS other"
        " ON other.assignment = standings.assignment AND other.report = standings.report"
        " WHERE standings.assignment = ? AND standings.student = ? ORDER BY other.place, other.student",
        (assignment, student),
    )
    return tuple(name for (name,) in rows) or (student,)


def decided_otherwise(book: Gradebook, assignment: str, override: Override) -> Override | None:
    """Return what somebody else has decided about the same row and what counts, where that is another credit."""
    row = book.row(
        'SELECT student, criterion, credit, who, "when", why FROM overrides WHERE assignment = ? AND student = ?'
        " AND criterion = ? ORDER BY id DESC LIMIT 1",
        (assignment, override.student, override.criterion),
    )
    if row is None or row[2] is None:
        return None
    found = _override(row)
    return found if found.who != override.who and found.credit != override.credit else None


def _is_known(book: Gradebook, assignment: str, override: Override, rule: str, answer: str) -> bool:
    """Whether the decision that counts says the same on the same ground, as when a table is handed back twice."""
    last = book.row(
        "SELECT credit, who, why, rule, answer FROM overrides WHERE assignment = ? AND student = ? AND criterion = ?"
        " ORDER BY id DESC LIMIT 1",
        (assignment, override.student, override.criterion),
    )
    if override.credit is None:
        return last is None or last[0] is None  # there is nothing to take back
    return last == (str(override.credit), override.who, override.why, rule, answer)


def overrides_of(book: Gradebook, assignment: str) -> dict[str, dict[str, Override]]:
    """Return the decisions that count, by student and criterion."""
    found: dict[str, dict[str, Override]] = {}
    for override, _, _ in _latest(book, assignment):
        found.setdefault(override.student, {})[override.criterion] = override
    return found


def history_of(book: Gradebook, assignment: str) -> Iterator[Override]:
    """Yield every decision ever made, oldest first, those taken back as well."""
    rows = book.rows(
        'SELECT student, criterion, credit, who, "when", why FROM overrides WHERE assignment = ? ORDER BY id',
        (assignment,),
    )
    return (_override(row) for row in rows)


def doubts_of(
    book: Gradebook,
    assignment: str,
    rules: Mapping[str, Mapping[str, str]],
    standing: Gradebook | None = None,
) -> Iterator[Doubt]:
    """Yield the decisions whose answer or criterion is no longer what it was.

    `rules` are today's criteria, `standing` a gradebook that knows better what stands, as far as it does.
    """
    for override, rule, answer in _latest(book, assignment):
        found = _answer_of(standing, assignment, override) if standing is not None else None
        found = found or _answer_of(book, assignment, override)
        if override.criterion not in rules:
            yield Doubt(override, "the rubric no longer has this criterion")
        elif found is None:
            yield Doubt(override, "the report that stands no longer has this criterion")
        elif found != answer:
            yield Doubt(override, "the answer has changed since")
        elif rules[override.criterion]["rule"] != rule:
            yield Doubt(override, "the criterion has changed since")


def _answer_of(book: Gradebook, assignment: str, override: Override) -> str | None:
    row = book.row(
        "SELECT outcomes.answer FROM standings JOIN outcomes ON outcomes.report = standings.report"
        " WHERE standings.assignment = ? AND standings.student = ? AND outcomes.criterion = ?",
        (assignment, override.student, override.criterion),
    )
    return None if row is None else str(row[0])


def _latest(book: Gradebook, assignment: str) -> Iterator[tuple[Override, str, str]]:
    rows = book.rows(
        'SELECT student, criterion, credit, who, "when", why, rule, answer FROM overrides WHERE id IN'
        " (SELECT max(id) FROM overrides WHERE assignment = ? GROUP BY student, criterion)"
        " AND credit IS NOT NULL ORDER BY student, criterion",
        (assignment,),
    )
    return ((_override(row[:6]), row[6], row[7]) for row in rows)


def _override(row: tuple[str, str, str | None, str, str, str]) -> Override:
    student, criterion, credit, who, when, why = row
    return Override(
        student=student,
        criterion=criterion,
        credit=None if credit is None else Fraction(credit),
        who=who,
        when=when,
        why=why,
    )


def _rule(book: Gradebook, digest: str, criterion: str) -> str:
    return str(rules_of(book, digest).get(criterion, {}).get("rule", ""))


def _refused(book: Gradebook, rule: str) -> GradebookError:
    return GradebookError([Problem(str(book.path or "gradebook"), 0, 0, rule)])
