"""What people decided, packed for the container: it travels with the answer, not with a name.

A decision for all equal answers (`gradebook.alike`) is found again by one that is equal and waits, any other one by the
very same answer. An exception that was made for one student is about that student and stays at home, and once a
criterion has changed, what was decided of it does not count any more.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.gradebook.acts import StandingOverride, standing_overrides
from grader.gradebook.alike import alike_key, answer_key, kept_report
from grader.gradebook.runs import standings_of
from grader.marking.assembly import overridden
from grader.model.report import Override
from grader.model.totals import with_rows
from grader.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.gradebook import Gradebook
    from grader.model.report import CriterionReport, QuestionReport
    from grader.rubric.questions import Rubric

FILE: Final = "decisions.json"
MAX_BYTES: Final = 20_000_000  # some 100,000 decisions

_SOMEBODY: Final = "somebody"  # whoever handed in such an answer
Decision = tuple[str, str, str, str]  # credit, who, when, why


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decisions by key: of the very same answers, and of equal ones."""

    same: Mapping[str, Decision]
    equal: Mapping[str, Decision]
    contradictory: int = 0  # rows that people decided differently for equal answers; none of it is packed

    def packed(self) -> bytes:
        """Return the decisions as a file."""
        return json.dumps(
            {"same": self.same, "equal": self.equal}, ensure_ascii=True, sort_keys=True
        ).encode()

    @classmethod
    def unpacked(cls, data: bytes) -> Decisions:
        """Return what `packed` packed. Raises ValueError."""
        found = json.loads(data)
        same, equal = (
            {key: (credit, who, when, why) for key, (credit, who, when, why) in found[name].items()}
            for name in ("same", "equal")
        )
        return cls(same, equal)

    def overlaid(self, report: QuestionReport, rubric: Rubric) -> QuestionReport:
        """Return a question with what people decided of such an answer."""
        rules = {criterion.id: criterion.digest for _, criterion in rubric.criteria}
        data = report.model_dump(mode="json")
        rows = []
        for row, plain in zip(report.criteria, data["criteria"], strict=True):
            rule = rules.get(row.id, "")
            said = self.equal.get(alike_key(data, plain, rule)) if row.credit is None else None
            said = said or self.same.get(answer_key(data, plain, rule))
            rows.append(row if said is None else overridden(row, _override(row, said)))
        return with_rows(report, rows)


def decisions_of(book: Gradebook, assignment: str) -> Decisions:
    """Return what people decided of an assignment."""
    same: dict[str, Decision | None] = {}
    equal: dict[str, Decision | None] = {}
    for said, standing, one, other in _decided(book, assignment):
        found, key = (equal, other) if standing.alike and other else (same, one)
        before = found.setdefault(key, said) if key else said
        if before is not None and before[0] != said[0]:
            found[key] = None
    return Decisions(
        {key: said for key, said in same.items() if said is not None},
        {key: said for key, said in equal.items() if said is not None},
        sum(said is None for found in (same, equal) for said in found.values()),
    )


def _decided(book: Gradebook, assignment: str) -> Iterator[tuple[Decision, StandingOverride, str, str]]:
    """Yield each decision that counts with its ground and the two keys of its row."""
    by_student: dict[str, dict[str, StandingOverride]] = {}
    for (student, criterion), standing in standing_overrides(book, assignment).items():
        if standing.credit is not None:
            by_student.setdefault(student, {})[criterion] = standing
    rules: dict[str, Mapping[str, str]] = {}
    for each in standings_of(book, assignment):
        own = by_student.get(each.student)
        if own is None:
            continue
        report, known = kept_report(book, each.report, rules)
        for question in report["questions"]:
            for plain in question["criteria"]:
                if plain["id"] in own:
                    standing = own[plain["id"]]
                    rule = known.get(plain["id"], "")
                    said = (str(standing.credit), standing.who, standing.when, standing.why)
                    equal = alike_key(question, plain, rule) if plain["credit"] is None else ""
                    yield said, standing, answer_key(question, plain, rule), equal


def _override(row: CriterionReport, said: Decision) -> Override:
    credit, who, when, why = said
    return Override(student=_SOMEBODY, criterion=row.id, credit=Fraction(credit), who=who, when=when, why=why)
