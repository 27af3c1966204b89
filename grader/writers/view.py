"""What is shown of a report, before any format: marks, words and amounts as text.

The web page and the Markdown report are two views of this one; both escape every text in it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from grader.model.disclosure import Reader, is_told, shown_to
from grader.model.outcome import Reason, Standing
from grader.model.submission import Part
from grader.records import dataclass
from grader.writers.rounding import RoundedQuestion, RoundedReport, decimal, exact_text, round_report
from grader.writers.timewords import moment

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.model.outcome import Evidence
    from grader.model.report import Adjustment, CriterionReport, Override, QuestionReport, Report
    from grader.model.submission import Image
    from grader.writers.rounding import RoundedAdjustment

# More pieces of evidence than this in one row are a list nobody reads.
MAX_EVIDENCE: Final = 12


class CriterionMark(StrEnum):
    """How a row came out, as a reader sees it."""

    EARNED = "earned"
    PARTLY = "partly"
    LOST = "lost"
    BLANK = "blank"
    REVIEW = "review"
    CLEAR = "clear"  # a contradiction that was not found
    REMARK = "remark"  # worth no points


MARK_WORDS: Final = {
    CriterionMark.EARNED: "earned",
    CriterionMark.PARTLY: "partly earned",
    CriterionMark.LOST: "not earned",
    CriterionMark.BLANK: "left blank",
    CriterionMark.REVIEW: "awaiting review",
    CriterionMark.CLEAR: "nothing deducted",
    CriterionMark.REMARK: "remark, no points",
}


class Fact(NamedTuple):
    """Readings with the same grounds, told once."""

    reads: tuple[str, ...]
    read_as: str
    latex: str
    decided: str
    expected: str  # "" where the rubric does not reveal it
    placed: bool = False  # whether it is known where in the answer each of the readings stands


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided instead of the machine, and why."""

    told: str  # who and when, in a sentence
    why: str


class RowView(NamedTuple):
    """One criterion as it is shown; `number` marks it in the answer."""

    number: int
    id: str
    title: str
    mark: CriterionMark
    word: str
    score: str  # "" while a person must look
    points: str
    lost: int  # what the row cost, in hundredths of a point
    sentence: str
    feedback: str
    look: CriterionMark  # of its evidence inside the answer
    evidence: tuple[Evidence, ...]
    facts: tuple[Fact, ...]
    left_out: int  # pieces of evidence not told
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class AdjustmentView:
    """A change of the total as it is shown, in a line of its own."""

    told: str
    amount: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question as it is shown."""

    id: str
    title: str
    score: str
    max_points: str
    awaiting: int
    amounts: RoundedQuestion
    adjustment: str  # "" where nothing was adjusted
    rows: tuple[RowView, ...]
    images: tuple[Image, ...]
    text: str
    indent: int  # characters that stand before the text on its first line
    parts: dict[str, Any]
    blank: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report as it is shown."""

    heading: str
    name: str
    others: tuple[str, ...]  # the other members of the group
    score: str
    max_points: str
    awaiting: int
    amounts: RoundedReport
    questions: tuple[QuestionView, ...]
    together: str  # what the questions come to before the adjustments
    adjustments: tuple[AdjustmentView, ...]
    submitted: str  # in words, "" where it is not known
    notes: tuple[str, ...]
    source: str
    reveal: bool
    version: str
    digest: str


class ReportSheet:
    """One report as its reader may see it, rounded and prepared once, whatever formats then take of it."""

    def __init__(self, report: Report, reader: Reader = Reader.STUDENT) -> None:
        self.report = shown_to(report, reader)

    @cached_property
    def amounts(self) -> RoundedReport:
        """All amounts of the report, rounded together."""
        return round_report(self.report)

    @cached_property
    def view(self) -> ReportView:
        """What its reader is shown."""
        return _view_report(self.report, self.amounts)


def _view_report(report: Report, amounts: RoundedReport) -> ReportView:
    return ReportView(
        heading=report.title or report.assignment or "Report",
        name=report.student.name or report.student.id,
        others=tuple(other.name or other.id for other in report.students if other.id != report.student.id),
        score=span(amounts.low, amounts.high),
        max_points=decimal(amounts.max_points),
        awaiting=report.awaiting,
        amounts=amounts,
        questions=tuple(
            _view_question(question, rounded, reveal=report.reveal)
            for question, rounded in zip(report.questions, amounts.questions, strict=True)
        ),
        together=span(
            sum(question.low for question in amounts.questions),
            sum(question.high for question in amounts.questions),
        ),
        adjustments=tuple(map(_view_adjustment, report.adjustments, amounts.adjustments)),
        submitted=moment(report.submitted),
        notes=report.notes,
        source=report.source,
        reveal=report.reveal,
        version=report.grader_version,
        digest=report.rubric_digest[:12],
    )


def span(low: int, high: int) -> str:
    """Write an amount, or a range while something awaits a person: `3.5` or `3 to 4.5`."""
    return decimal(low) if low == high else f"{decimal(low)} to {decimal(high)}"


def mark_of(points: Fraction, credit: Fraction | None, code: str) -> CriterionMark:
    """Say how a row came out; what awaits a person is never earned or lost."""
    if credit is None:
        return CriterionMark.REVIEW
    # Whole numbers are compared many times as fast as fractions.
    worth, earned = points.numerator, credit.numerator
    if worth < 0:
        return CriterionMark.LOST if earned > 0 else CriterionMark.CLEAR
    if worth == 0:
        return CriterionMark.REMARK
    if earned >= credit.denominator:
        return CriterionMark.EARNED
    if earned > 0:
        return CriterionMark.PARTLY
    reason = reason_of(code)
    return (
        CriterionMark.BLANK
        if reason is not None and reason.standing is Standing.BLANK
        else CriterionMark.LOST
    )


@lru_cache(maxsize=1024)
def reason_of(code: str) -> Reason | None:
    """Return the reason behind a row's code, or None for a code that another version wrote."""
    try:
        return Reason(code.partition(":")[0])
    except ValueError:
        return None


def plain_value(value: Any) -> Any:
    """Unwrap a part to texts, lists and mappings."""
    return value.value if isinstance(value, Part) else value


def _view_question(question: QuestionReport, amounts: RoundedQuestion, *, reveal: bool) -> QuestionView:
    parts = {name: plain_value(value) for name, value in question.parts.items()}
    return QuestionView(
        id=question.id,
        title=question.title,
        score=span(amounts.low, amounts.high),
        max_points=decimal(amounts.max_points),
        awaiting=sum(row.credit is None for row in question.criteria),
        amounts=amounts,
        adjustment=f"+{decimal(amounts.floor_adjustment)}" if amounts.floor_adjustment else "",
        rows=tuple(
            _view_row(number, row, score, reveal=reveal)
            for number, (row, score) in enumerate(told_rows(question, amounts, reveal=reveal), start=1)
        ),
        text=question.text,
        indent=question.place.column - 1 if question.place is not None else 0,
        parts=parts,
        blank=not question.text.strip() and not parts and not question.images,
        images=question.images,
    )


def told_rows(
    question: QuestionReport, amounts: RoundedQuestion, *, reveal: bool
) -> list[tuple[CriterionReport, int | None]]:
    """Return the rows that are worth telling, each with its score in hundredths."""
    rows = zip(question.criteria, amounts.rows, strict=True)
    return [(row, score) for row, score in rows if is_told(row, reveal=reveal)]


def _view_row(number: int, row: CriterionReport, score: int | None, *, reveal: bool) -> RowView:
    mark, reason = mark_of(row.points, row.credit, row.reason), reason_of(row.reason)
    decision = _decision(row.override) if row.override and row.credit is not None else None
    # The mark's own words say right and not claimed already.
    said = (mark is CriterionMark.EARNED and reason is Reason.CORRECT) or (
        mark is CriterionMark.CLEAR and reason is Reason.NOT_CLAIMED
    )
    sentence = "" if reason is None or said or decision is not None else reason.sentence
    feedback = row.feedback.strip()
    facts = _facts(row.evidence[:MAX_EVIDENCE], reveal=reveal) if row.evidence else ()
    if decision is not None:
        # What was read still helps; what the machine made of it no longer counts, and neither do its
        # words about what is missing where the person found nothing missing.
        facts = tuple(fact._replace(decided="") for fact in facts if fact.reads or fact.expected)
        feedback = "" if mark in {CriterionMark.EARNED, CriterionMark.CLEAR} else feedback
    return RowView(
        number=number,
        id=row.id,
        title=row.title or row.id,
        mark=mark,
        word="points deducted" if mark is CriterionMark.LOST and row.points < 0 else MARK_WORDS[mark],
        score="" if score is None else decimal(score),
        points=exact_text(row.points),
        lost=_lost(row.points, score),
        sentence="" if feedback == sentence else sentence,
        feedback=feedback,
        # What comes nearest to a missing statement is not itself wrong.
        look=CriterionMark.REMARK if reason is Reason.NOT_FOUND else mark,
        evidence=row.evidence,
        facts=facts,
        left_out=max(0, len(row.evidence) - MAX_EVIDENCE),
        decision=decision,
    )


def _lost(points: Fraction, score: int | None) -> int:
    if score is None:
        return 0
    most = points.numerator * 100 // points.denominator if points.numerator > 0 else 0
    return max(most - score, 0)


def _decision(override: Override) -> Decision:
    who, when = override.who.strip() or "a person", moment(override.when)
    return Decision(f"Decided by {who}{f', {when}' if when else ''}", override.why.strip())


def _view_adjustment(adjustment: Adjustment, amounts: RoundedAdjustment) -> AdjustmentView:
    kind, said = adjustment.kind, adjustment.said.strip().rstrip(".")
    told = said if said.casefold().startswith(kind.casefold()) else f"{kind.capitalize()}: {said}"
    return AdjustmentView(told, span(amounts.low, amounts.high))


def _facts(evidence: tuple[Evidence, ...], *, reveal: bool) -> tuple[Fact, ...]:
    """Join readings that were understood and decided alike; leave out what says nothing."""
    facts: dict[tuple[str, str, str, str], Fact] = {}
    for item in evidence:
        read, placed = item.read, item.start is not None
        expected = item.expected if reveal else ""
        read_as = "" if item.read_as == read or item.latex else item.read_as
        decided = item.decided or (f"Our fault: {item.fault}" if item.fault else "")
        words = (read_as, item.latex, decided, expected)
        alike = facts.get(words)
        if alike is not None:
            reads = alike.reads if not read or read in alike.reads else (*alike.reads, read)
            facts[words] = alike._replace(reads=reads, placed=alike.placed and placed)
        else:
            facts[words] = Fact((read,) if read else (), *words, placed)
    return tuple([fact for words, fact in facts.items() if fact.reads or any(words)])
