"""What changes between the reports that stood and those that would stand, row by row, and why."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.gradebook.runs import rules_of
from grader.model.totals import less
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.gradebook.runs import Deduction, StudentStanding
    from grader.gradebook.store import Gradebook


@dataclass(frozen=True, slots=True)
class RowChange:
    """One criterion that comes out otherwise. Credits are None where a person must look or there was no such row."""

    criterion: str
    before: Fraction | None
    before_reason: str  # "" where there was no such row
    after: Fraction | None
    after_reason: str
    points: Fraction
    why: str
    decided: bool = False  # by a person, so that it changes nothing


@dataclass(frozen=True, slots=True)
class LateChange:
    """What is taken off for handing in late, where that comes out otherwise."""

    before: Fraction | None  # points; None where it is not known, as from an older version
    after: Fraction
    said: str  # why, by the rule and the times that hold now, "" where nothing is taken off

    @property
    def why(self) -> str:
        """Say why, in one sentence."""
        return self.said or "by the due date and the rule that hold now, nothing is taken off"


@dataclass(frozen=True, slots=True)
class Difference:
    """One student whose marks change; the totals are the least and the most, before any override."""

    student: str
    source: str
    before: tuple[Fraction, Fraction] | None  # None: nothing stood for this student
    after: tuple[Fraction, Fraction]
    rows: tuple[RowChange, ...]
    late: LateChange | None = None


def difference(
    book: Gradebook,
    standing: StudentStanding,
    base: Gradebook,
    stood: StudentStanding | None,
    decided: Collection[str] = (),
) -> Difference | None:
    """Compare what would stand for a student with what stands in `base`; None where no mark changes.

    `decided` are the criteria that a person has decided for this student.
    """
    student = standing.student
    after = _Report.of(book, standing)
    if stood is None:
        return Difference(student, after.source, None, after.totals, ())
    before = _Report.of(base, stood)
    rows = tuple(
        replace(row, decided=True) if row.criterion in decided else row for row in _changes(before, after)
    )
    late = _late_change(stood.deduction, standing.deduction)
    # From nothing nothing is taken, unless a person gave some points, which these totals do not hold.
    if not rows and before.totals == after.totals and not (late is not None and decided):
        return None
    return Difference(student, after.source, before.totals, after.totals, rows, late)


def _late_change(before: Deduction | None, after: Deduction | None) -> LateChange | None:
    if after is None or (before is None and not after.points):
        return None
    if before is not None and before.points == after.points:
        return None
    return LateChange(None if before is None else before.points, after.points, after.said)


@dataclass(frozen=True, slots=True)
class _Report:
    source: str
    totals: tuple[Fraction, Fraction]
    rules: Mapping[str, Mapping[str, Any]]
    outcomes: Mapping[str, tuple[Fraction | None, str, str]]

    @classmethod
    def of(cls, book: Gradebook, standing: StudentStanding) -> _Report:
        report, taken = standing.report, standing.deduction
        points = Fraction(0) if taken is None else taken.points
        row = book.row("SELECT source, low, high, rubric FROM reports WHERE id = ?", (report,))
        assert row is not None  # noqa: S101 - a standing always has its report
        outcomes = {
            criterion: (None if credit is None else Fraction(credit), reason, answer)
            for criterion, credit, reason, answer in book.rows(
                "SELECT criterion, credit, reason, answer FROM outcomes WHERE report = ?", (report,)
            )
        }
        totals = (less(Fraction(row[1]), points), less(Fraction(row[2]), points))
        return cls(row[0], totals, rules_of(book, row[3]), outcomes)


def _changes(before: _Report, after: _Report) -> Iterator[RowChange]:
    for criterion in dict.fromkeys([*after.rules, *before.rules]):
        old, new = before.outcomes.get(criterion), after.outcomes.get(criterion)
        old_rule, new_rule = before.rules.get(criterion, {}), after.rules.get(criterion, {})
        points = Fraction(new_rule.get("points", "0"))
        if old is None and new is None:
            continue
        if old is not None and new is not None and old[:2] == new[:2]:
            difference_in_points = Fraction(old_rule.get("points", "0")) - points
            if not difference_in_points or old[0] == 0:  # the same score
                continue
        yield RowChange(
            criterion=criterion,
            before=old[0] if old else None,
            before_reason=old[1] if old else "",
            after=new[0] if new else None,
            after_reason=new[1] if new else "",
            points=points,
            why=_why(old, new, old_rule, new_rule),
        )


def _why(
    old: tuple[Fraction | None, str, str] | None,
    new: tuple[Fraction | None, str, str] | None,
    old_rule: Mapping[str, Any],
    new_rule: Mapping[str, Any],
) -> str:
    if old is None:
        return "the criterion is new"
    if new is None:
        return "the criterion is gone"
    causes = []
    if old[2] != new[2]:
        causes.append("the answer changed")
    if old_rule.get("rule") != new_rule.get("rule"):
        causes.append("the criterion changed")
    if old_rule.get("points") != new_rule.get("points"):
        causes.append(f"its points went from {old_rule.get('points')} to {new_rule.get('points')}")
    return ", ".join(causes) or "the grader changed, or an earlier part it follows from"
