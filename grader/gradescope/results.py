"""Turn what has been judged so far into results.json, whole and valid after every question.

A row that awaits a person, or that we failed to judge, carries no score: no zero stands where
nothing was decided. The platform adds up the rows; they come to what is decided so far.
"""

from __future__ import annotations

import json
from dataclasses import field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from grader.model.disclosure import is_told, public_row
from grader.model.outcome import Reason
from grader.records import dataclass
from grader.writers.atomic import public_mode, write_text
from grader.writers.displaytext import encodable, json_escaped, printable
from grader.writers.rounding import HUNDRED, decimal, hundredths, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.model.outcome import Evidence
    from grader.model.report import CriterionReport, QuestionReport
    from grader.rubric.questions import Criterion, Rubric

# Kept small: nobody reads a page inside a row, and the platform may cut what is long.
MAX_OUTPUT: Final = 3_000
MAX_READ: Final = 300
MAX_EVIDENCE: Final = 4

_OURS: Final = frozenset({Reason.FAULT.value, Reason.TIMED_OUT.value})
_RESERVED: Final = ("hidden", "after_published", "after_due_date")  # the most reserved first
_NOT_REACHED: Final = "Not marked yet: the grader was stopped before it came to this. This is not your fault."

Test = dict[str, Any]


@dataclass(slots=True)
class Results:
    """The state of one hand-in, and how it is told. `write` may be called at any time."""

    rubric: Rubric
    path: Path
    judged: dict[str, QuestionReport] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)  # for the staff
    notes: list[str] = field(default_factory=list)  # for the staff
    said: list[str] = field(default_factory=list)  # for the student, above the rows
    late: tuple[Fraction, str] = (Fraction(0), "")
    finished: bool = False
    seconds: float | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def write(self) -> None:
        """Write the file whole; what stood there before stays until then."""
        write_json(self.path, self.data())

    def data(self) -> dict[str, Any]:
        """Return results.json. Nothing in it depends on the key but what is right, unless the rubric reveals it."""
        tests: list[Test] = []
        ledger = _Ledger()
        for index, question in enumerate(self.rubric.questions, start=1):
            report = self.judged.get(question.id)
            if report is None:
                tests.append(self._unreached(index, question.id, question.title))
            else:
                criteria = {item.id: item for item in question.criteria}
                tests += self._rows(index, report, criteria, ledger)
        self._add_late(tests, ledger)
        total = ledger.shown
        decided = any("score" in test for test in tests)
        if self.rubric.gradescope.staff == "test":
            tests.append(staff_test(self.staff_words(detailed=False)))
        data: dict[str, Any] = {
            "output": clean("\n".join([*self.said, *self._summary(total)])),
            "output_format": "text",
            "test_output_format": "text",
            "test_name_format": "text",
            "visibility": self.rubric.gradescope.visibility,
            "tests": tests,
            "extra_data": self._extra(total),
        }
        if self.seconds is not None:
            data["execution_time"] = self.seconds
        if not decided:
            data["score"] = 0  # the platform asks for one; the hidden row keeps it from being shown
            if self.rubric.gradescope.staff != "test":
                tests.append(staff_test(self.staff_words(detailed=False)))
        if self.rubric.gradescope.leaderboard and not self._kept_back():
            data["leaderboard"] = [{"name": "Points", "value": number(total), "order": "desc"}]
        return data

    def staff_words(self, *, detailed: bool) -> str:
        """Return what only the staff should read; `detailed` with what decided and what was expected.

        Details are for the autograder's own output: what stands in results.json may be shown one day.
        """
        awaiting = [
            row.id for report in self.judged.values() for row in report.criteria if row.credit is None
        ]
        lines = [f"our fault: {fault}" for fault in self.faults]
        lines += [f"awaits a person: {', '.join(awaiting)}"] if awaiting else []
        lines += self.notes
        for report in self.judged.values():
            for row in report.criteria:
                told = "; ".join(_details(row)) if detailed else ""
                lines.append(f"{row.id}: {row.reason}{f' ({told})' if told else ''}")
        return "\n".join(lines) or "nothing to tell"

    def _rows(
        self, index: int, report: QuestionReport, criteria: dict[str, Criterion], ledger: _Ledger
    ) -> list[Test]:
        before = ledger.exact
        told = [row for row in report.criteria if is_told(row, reveal=self.rubric.reveal)]
        rows = [
            self._row(f"{index}.{place}", report, row, criteria[row.id], ledger)
            for place, row in enumerate(told, start=1)
        ]
        if report.minimum is not None and ledger.exact - before < report.minimum:
            kept_back = self._kept_back(criteria.values())
            floor: Test = {
                "number": f"{index}.{len(rows) + 1}",
                "name": f"{_title(report)}: not below {decimal(hundredths(report.minimum))}",
                "score": ledger.take(report.minimum - (ledger.exact - before), shown=not kept_back),
                "max_score": 0,
                "status": "passed",
                "output": "Deductions do not take this question lower.",
            }
            rows.append(floor | ({"visibility": kept_back} if kept_back else {}))
        return rows

    def _row(
        self, place: str, report: QuestionReport, row: CriterionReport, criterion: Criterion, ledger: _Ledger
    ) -> Test:
        points = hundredths(row.points)
        row = public_row(row, reveal=self.rubric.reveal)
        test: Test = {"number": place, "name": clean(f"{_title(report)}: {row.title or row.id}", 200)}
        if row.score is not None:
            test["score"] = ledger.take(row.score, shown=self.rubric.visibility_of(criterion) == "visible")
            test["max_score"] = number(max(points, 0))
            test["status"] = "failed" if row.score < max(row.points, Fraction(0)) else "passed"
        else:
            ours = row.reason in _OURS
            test["name"] += " (not decided: our fault)" if ours else " (awaits a person)"
        test["output"] = clean("\n".join(_words(row, points, reveal=self.rubric.reveal)))
        test["tags"] = [row.check, row.reason.partition(":")[0]]
        if criterion.visibility is not None:
            test["visibility"] = criterion.visibility
        return test

    def _unreached(self, index: int, name: str, title: str) -> Test:
        return {
            "number": str(index),
            "name": clean(title or name, 200),
            "output": _NOT_REACHED,
            "status": "failed",
        }

    def _add_late(self, tests: list[Test], ledger: _Ledger) -> None:
        points, said = self.late
        if said:
            taken = min(points, max(ledger.exact, Fraction(0)))
            kept_back = self._kept_back()  # where there is too little to take, the row tells the total
            late: Test = {
                "name": "Handed in late",
                "score": ledger.take(-taken, shown=not kept_back),
                "max_score": 0,
                "status": "failed",
                "output": clean(said),
            }
            tests.append(late | ({"visibility": kept_back} if kept_back else {}))

    def _summary(self, total: int) -> list[str]:
        rows = [row for report in self.judged.values() for row in report.criteria if not row.hidden]
        lines = []
        if self.late[1] and self._kept_back():
            lines.append(f"Handed in late: {self.late[1]}")
        if self.finished and self.rubric.gradescope.total and not self._kept_back():
            lines.append(
                f"{decimal(total)} of {decimal(hundredths(self.rubric.max_points))} points are decided."
            )
        ours = sum(row.credit is None and row.reason in _OURS for row in rows)
        waiting = sum(row.credit is None for row in rows) - ours
        if waiting:
            lines.append(
                f"{_rows_await(waiting)} a person: nothing is lost there yet, and nothing is counted."
            )
        if ours:
            lines.append(
                f"{_rows_await(ours)} a person because the grader failed there. That is our fault, not yours."
            )
        if not self.finished:
            lines.append("The grader has not come to its end. If this stays, it is our fault, not yours.")
        return lines

    def _kept_back(self, criteria: Iterable[Criterion] | None = None) -> str:
        """Return how rows are kept back, the most reserved way; "" where a total tells nothing that a row does not."""
        known = (criterion for _, criterion in self.rubric.criteria) if criteria is None else criteria
        ways = {self.rubric.visibility_of(criterion) for criterion in known}
        return next((way for way in _RESERVED if way in ways), "")

    def _extra(self, total: int) -> dict[str, Any]:
        return {
            "assignment": self.rubric.id,
            "decided": number(total),
            "max_points": number(hundredths(self.rubric.max_points)),
            "awaiting": [
                row.id for report in self.judged.values() for row in report.criteria if row.credit is None
            ],
            "finished": self.finished,
            **self.extra,
        }


class _Ledger:
    """Adds up exact scores and shows each as what the rounded sum grew by, so that the rows add up.

    Rows that are shown and rows that are kept back are rounded apart: none tells of the others.
    """

    def __init__(self) -> None:
        self._sums = {True: Fraction(0), False: Fraction(0)}

    @property
    def exact(self) -> Fraction:
        return self._sums[True] + self._sums[False]

    @property
    def shown(self) -> int:
        """What the rows come to, in hundredths of a point."""
        return sum(map(hundredths, self._sums.values()))

    def take(self, score: Fraction, *, shown: bool) -> int | float:
        before = hundredths(self._sums[shown])
        self._sums[shown] += score
        return number(hundredths(self._sums[shown]) - before)


def staff_test(words: str) -> Test:
    """Return a row for the staff alone. While one row is hidden, the platform shows students no total."""
    return {
        "name": "For the staff",
        "output": clean(words, 20_000),
        "visibility": "hidden",
        "status": "passed",
    }


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Write results.json whole: a platform's file, which is written anew whatever stands there, and is no link."""
    if path.is_symlink():
        path.unlink()
    text = json_escaped(encodable(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1))) + "\n"
    write_text(path, text, known=lambda _: "", mode=public_mode())


def clean(text: str, most: int = MAX_OUTPUT) -> str:
    """Return plain text: no control characters, Unix newlines, not too long."""
    lines = "\n".join(printable(line) for line in text.splitlines())
    return lines if len(lines) <= most else f"{lines[: most - 1]}…"


def _title(report: QuestionReport) -> str:
    return report.title or report.id


def _rows_await(count: int) -> str:
    return f"{count} {'row awaits' if count == 1 else 'rows await'}"


def _words(row: CriterionReport, points: int, *, reveal: bool) -> list[str]:
    """Return what a student reads about a row: the outcome, the words for it, what was read."""
    reason = Reason(row.reason.partition(":")[0])
    blank = reason is Reason.MISSING and bool(row.feedback)
    lines = [*([reason.sentence] if blank else []), row.feedback or reason.sentence]
    if row.credit is None:
        lines.append(f"Worth up to {_points(points)}." if points > 0 else "Nothing is deducted yet.")
    told = dict.fromkeys(
        line for item in row.evidence[:MAX_EVIDENCE] for line in _evidence_words(item, reveal=reveal)
    )
    return [*lines, *(line for line in told if line not in lines)]


def _details(row: CriterionReport) -> Iterator[str]:
    """Yield what decided a row and what was expected, for those who know the key."""
    for item in row.evidence[:MAX_EVIDENCE]:
        yield from filter(None, (item.decided, item.fault))
        if item.expected:
            yield f"expected {item.expected[:MAX_READ]}"


def _evidence_words(item: Evidence, *, reveal: bool) -> list[str]:
    lines = []
    if item.read:
        read = " ".join(item.read.split())
        lines.append(f"Read: {read if len(read) <= MAX_READ else f'{read[:MAX_READ]}…'}")
    if item.read_as and item.read_as != item.read:
        lines.append(f"Understood as: {item.read_as[:MAX_READ]}")
    if reveal and item.expected:
        lines.append(f"Expected: {item.expected[:MAX_READ]}")
    if item.decided:
        lines.append(item.decided)
    return lines


def _points(amount: int) -> str:
    return f"{decimal(amount)} {'point' if amount == HUNDRED else 'points'}"
