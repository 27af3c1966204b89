"""What students may know of a report: the one place that decides it.

Where the rubric reveals the key, everything is told. Else nothing that depends on the key is told but
whether a row is right, and what its author wrote for students: of every row the public finding stands
instead of the full one. `publish` makes it while an outcome still tells what it depends on;
`shown_to` lays it over a report for its reader.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, Protocol

from grader.model.outcome import Evidence, Outcome, PublicEvidence, Reason, Standing
from grader.model.report import PublicFinding
from grader.model.totals import deducted, with_questions, with_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.report import CriterionReport, QuestionReport, Report

KEPT_BACK: Final = "Some rows are not shown here; the total is that of the rows shown."
MAX_QUOTED: Final = 200  # characters of a part that are quoted where a check does not say which it read

_PUBLIC_FIELDS: Final = tuple(PublicEvidence.model_fields)
# What evidence has beside these, as it is where nothing is said of it.
_UNTOLD: Final = {
    name: field.default for name, field in Evidence.model_fields.items() if name not in _PUBLIC_FIELDS
}
# Why a person must look tells how near an answer came to the key; these two tell of us alone.
_OURS: Final = frozenset({Reason.FAULT, Reason.TIMED_OUT})


class Given(Protocol):
    """What a row was judged by: a part that the student named, or prose."""

    @property
    def text(self) -> str: ...

    @property
    def value(self) -> Any: ...

    @property
    def part(self) -> str: ...


class Reader(StrEnum):
    """For whom a report is written."""

    STUDENT = "student"  # who knows the key only where the rubric reveals it
    TEACHER = "teacher"  # who knows it anyway, and sees what is kept back from students


def publish(outcome: Outcome, given: Given, *, feedback: str, hints: bool, states: bool) -> PublicFinding:
    """Return what students may know of an outcome.

    `feedback` is the criterion's own, where it applies; `hints` says whether what differs is told;
    `states` whether the check looks for a statement, so that what is not right is not there.
    """
    decided = outcome.credit is not None  # else words would tell what the answer comes near to
    written, hint = (outcome.written, outcome.hint if hints else "") if decided else ("", "")
    if outcome.keyless:
        told = outcome.code, outcome.feedback or feedback, tuple(map(_of_keyless, outcome.evidence))
    else:
        named = outcome.code if outcome.mistake and (written or hint) else ""
        told = (
            named or _code(outcome, states=states).value,
            written or hint or feedback,
            tuple(_evidence(outcome, given)),
        )
    reason, words, evidence = told
    unique = evidence if len(evidence) < 2 else tuple(dict.fromkeys(evidence))
    return PublicFinding(reason=reason, feedback=words, evidence=unique)


def _code(outcome: Outcome, *, states: bool) -> Reason:
    """Return the reason code without what it tells of the key: right, in part, not, or for a person."""
    reason, credit = outcome.reason, outcome.credit
    if credit is None:
        return reason if reason in _OURS else Reason.UNDECIDED
    if reason.standing is Standing.BLANK or reason in {
        Reason.CLAIMED,
        Reason.NOT_CLAIMED,
        Reason.FOLLOW_THROUGH,
    }:
        return reason
    if credit >= 1:
        return Reason.CORRECT
    if credit > 0:
        return Reason.PARTLY
    return Reason.NOT_FOUND if states else Reason.WRONG


def _of_keyless(evidence: Evidence) -> PublicEvidence:
    return PublicEvidence.of_valid({name: getattr(evidence, name) for name in _PUBLIC_FIELDS})


def _evidence(outcome: Outcome, given: Given) -> Iterator[PublicEvidence]:
    """Yield what the check vouches for; of a right answer where it stands, of a named part all of it."""
    vouched = [item.public for item in outcome.evidence if item.public is not None]
    if vouched:
        yield from vouched
    elif outcome.credit == 1:
        for item in outcome.evidence:
            yield PublicEvidence(read=item.read, part=item.part, start=item.start, end=item.end)
    elif given.part and given.value is None:
        text = given.text
        start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        yield PublicEvidence(read=text[start:end][:MAX_QUOTED], part=given.part, start=start, end=end)
    elif given.part:
        yield PublicEvidence(part=given.part)


def shown_to(report: Report, reader: Reader) -> Report:
    """Return a report as its reader may see it; `reveal` says whether they may know the key."""
    if reader is Reader.TEACHER:
        return report.model_copy(update={"reveal": True})
    report = _without_hidden(report)
    questions = []
    for question in report.questions:
        rows = tuple(public_row(row, reveal=report.reveal) for row in question.criteria)
        questions.append(question.model_copy(update={"criteria": rows}))
    # A digest of the rubric would let anybody test a guess of the whole key.
    digest = report.rubric_digest if report.reveal else ""
    return report.model_copy(update={"questions": tuple(questions), "rubric_digest": digest})


def public_row(row: CriterionReport, *, reveal: bool) -> CriterionReport:
    """Return a row as students may see it; who decided it is between teachers, who sign with their logins."""
    if row.override is not None:
        row = row.model_copy(update={"override": row.override.model_copy(update={"who": ""})})
    return _without_faults(row) if reveal else _concealed(row)


def told_rows(report: Report, reader: Reader) -> Iterator[tuple[QuestionReport, list[CriterionReport]]]:
    """Yield the questions that a reader is shown, each with the rows that are worth telling them."""
    for question in report.questions:
        if reader is Reader.TEACHER:
            yield question, list(question.criteria)
        elif shown := [row for row in question.criteria if not row.hidden]:
            yield question, [row for row in shown if is_told(row, reveal=report.reveal)]


def is_told(row: CriterionReport, *, reveal: bool) -> bool:
    """Whether a row is worth telling; a false claim that nobody made tells what was looked for."""
    if reveal or row.override is not None or row.credit is None or row.credit.numerator:
        return True
    return row.points.numerator >= 0 and row.reason != Reason.NOT_CLAIMED.value


def _without_faults(row: CriterionReport) -> CriterionReport:
    """Leave out what failed by our fault, which is nobody's answer."""
    if not any(item.fault for item in row.evidence):
        return row
    evidence = tuple(item.model_copy(update={"fault": ""}) for item in row.evidence)
    return row.model_copy(update={"evidence": evidence})


def _concealed(row: CriterionReport) -> CriterionReport:
    public = row.public or _unvouched(row)
    return row.model_copy(
        update={
            "title": row.title if is_told(row, reveal=False) else "",
            "reason": public.reason,
            "feedback": public.feedback,
            "evidence": tuple([_as_evidence(item) for item in public.evidence]),
            "public": None,
        }
    )


def _as_evidence(item: PublicEvidence) -> Evidence:
    return Evidence.of_valid({**item.__dict__, **_UNTOLD})


def _unvouched(row: CriterionReport) -> PublicFinding:
    """Return what is told of a row that an older version judged: how it stands."""
    outcome = Outcome(credit=row.credit, reason=_known(row.reason))
    return PublicFinding(reason=_code(outcome, states=False).value)


def _known(code: str) -> Reason:
    try:
        return Reason(code.partition(":")[0])
    except ValueError:
        return Reason.WRONG


def _without_hidden(report: Report) -> Report:
    """Leave out the rows that students do not see, and add up the others as if there were no more."""
    if not any(row.hidden for question in report.questions for row in question.criteria):
        return report
    questions = []
    for question in report.questions:
        rows = [row for row in question.criteria if not row.hidden]
        if rows:
            most = sum((max(row.points, Fraction(0)) for row in rows), Fraction(0))
            questions.append(with_rows(question, rows).model_copy(update={"max_points": most}))
    shown = with_questions(report, questions).model_copy(
        update={
            "max_points": sum((question.max_points for question in questions), Fraction(0)),
            "notes": (*report.notes, KEPT_BACK),
            "adjustments": (),
        }
    )
    for line in report.adjustments:
        shown = deducted(shown, line.kind, line.points, line.said)
    return shown
