"""Mark one answer by all criteria of its question, in their order, and settle what they say of each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from grader.finding.reading import Reading
from grader.marking.judgement import MAX_QUOTED, failed, judge_once, judged_digest
from grader.model.disclosure import publish
from grader.model.errors import named
from grader.model.outcome import Evidence, Outcome, PublicEvidence, Reason
from grader.model.outcomes import for_a_person
from grader.model.report import CriterionReport, QuestionReport
from grader.model.submission import answer_digest
from grader.model.totals import add_rows
from grader.rubric.implications import settled

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from fractions import Fraction

    from grader.marking.judgement import KeptOutcomes, Verdicts
    from grader.model.submission import Answer
    from grader.rubric.questions import Criterion, Question, Rubric

MAX_SHORT: Final = 160  # characters of an answer that can hardly be about anything but what is asked for
_IGNORANT: Final = re.compile(
    r"\b(?:no idea|no clue|not know|don['’]?t know|dunno|idk|keine ahnung|weiß (?:ich )?nicht|je ne sais pas|no s[eé])\b",
    re.IGNORECASE,
)
# What a short answer to one question alone hardly is: it may say it in words that nobody thought of.
_UNSAID: Final = frozenset({Reason.NOT_FOUND, Reason.OPPOSITE})


def mark_question(
    rubric: Rubric, question: Question, answer: Answer, verdicts: Verdicts | None = None
) -> QuestionReport:
    """Judge one answer by its question's criteria, in their order. MemoryError is the only exception."""
    try:
        return _marked_question(rubric, question, answer, verdicts)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever breaks around a check must not cost the student
        return give_up_question(rubric, question, answer, failed(f"marking failed with {named(error)}"))


def _marked_question(
    rubric: Rubric, question: Question, answer: Answer, verdicts: Verdicts | None
) -> QuestionReport:
    whole = Reading.of(answer, rubric.language)
    restored = _restored(answer, rubric.language)
    empty = answer.blank and restored is None
    kept = None if verdicts is None or empty else verdicts.of(_digest(question, answer))
    earlier: dict[str, Fraction] = {}
    sound: set[str] = set()  # names of earlier results that earned something or are a known mistake
    outcomes: dict[str, Outcome] = {}
    readings: list[Reading] = []
    lone = _lone(question)
    for criterion in question.criteria:
        # A question answered by a list alone has one part named after the question.
        reading = whole.under((*criterion.names, answer.question))
        outcome = judge_once(criterion, reading, earlier, kept)
        if restored is not None and _may_earn_more(criterion, outcome):
            outcome = _with_handed_out(criterion, outcome, restored, earlier, kept)
        if outcome.reason is Reason.FOLLOW_THROUGH and _is_unfounded(criterion, sound):
            outcome = _unfounded(outcome)
        if outcome.reason in _UNSAID and criterion is lone and _is_short(reading):
            outcome = _unseen(reading)
        if outcome.value is not None:
            earlier.update(dict.fromkeys(criterion.names, outcome.value))
            sound.difference_update(criterion.names)
            if _is_sound(outcome):
                sound.update(criterion.names)
        outcomes[criterion.id] = outcome
        readings.append(reading)
    outcomes = settled_among(question, outcomes)
    rows = []
    doubts = tuple(_doubts(answer))
    for criterion, reading in zip(question.criteria, readings, strict=True):
        doubted = outcomes[criterion.id]
        for doubt, reason in doubts:
            doubted = _doubted(criterion, doubted, doubt, reason)
        rows.append(_row(rubric, question, criterion, doubted, reading))
    return _question_report(question, answer, rows)


def _restored(answer: Answer, language: str) -> Reading | None:
    """Return the reading of an answer with what was taken out and may be the student's own, None where nothing was."""
    lines = [each.line for each in answer.handed_out if not each.sure]
    if not lines:
        return None
    text = "\n".join([*lines, "", answer.text])
    return Reading.of(answer.model_copy(update={"text": text}), language)


def _may_earn_more(criterion: Criterion, outcome: Outcome) -> bool:
    return criterion.points > 0 and outcome.credit is not None and outcome.credit < 1


def _with_handed_out(
    criterion: Criterion,
    outcome: Outcome,
    restored: Reading,
    earlier: Mapping[str, Fraction],
    kept: KeptOutcomes | None,
) -> Outcome:
    """Leave to a person what earns more with the words that were taken out: they may be the student's after all."""
    reading = restored.under(criterion.names)
    credit = judge_once(criterion, reading, earlier, kept).credit
    if outcome.credit is None or (credit is not None and credit <= outcome.credit):
        return outcome
    said = "Most of the class have these words here, so that they were taken for handed out; as an answer they might count."
    read = reading.text.strip()[:MAX_QUOTED]
    return for_a_person(Reason.DOUBTFUL_CUT, Evidence(read=read, part=reading.part, decided=said))


def settled_among(question: Question, outcomes: dict[str, Outcome]) -> dict[str, Outcome]:
    """Return the outcomes of a question, those changed that others imply or exclude."""
    implies = {criterion.id: criterion.implies for criterion in question.criteria if criterion.implies}
    excludes = {criterion.id: criterion.excludes for criterion in question.criteria if criterion.excludes}
    return settled(outcomes, implies=implies, excludes=excludes) if implies or excludes else outcomes


def _is_sound(outcome: Outcome) -> bool:
    """Whether later results may follow from this one: it earned something or is a known mistake.

    How near it is to what is right must not count: a student could find the key by trying.
    """
    return bool(outcome.credit) or outcome.reason is Reason.MISTAKE


def _is_unfounded(criterion: Criterion, sound: Collection[str]) -> bool:
    """Whether more than half of the earlier results that a criterion follows from may be made up."""
    names = criterion.check.follows_names
    return 2 * sum(name in sound for name in names) < len(names)


def _unfounded(outcome: Outcome) -> Outcome:
    """Leave to a person what follows from results that are mostly wrong: made-up numbers add up as well."""
    said = "This follows from earlier results, but most of these are not right; a person will see whether they are meant."
    evidence = tuple(each.model_copy(update={"decided": said}) for each in outcome.evidence)
    return outcome.model_copy(
        update={"credit": None, "reason": Reason.UNDECIDED, "feedback": "", "evidence": evidence}
    )


def _lone(question: Question) -> Criterion | None:
    """Return the only criterion of a question that looks for a formula, number or matrix; None where there are others."""
    sought = [each for each in question.criteria if each.check.seeks_one]
    return sought[0] if len(sought) == 1 else None


def _is_short(reading: Reading) -> bool:
    """Whether an answer is so short that it is hardly about anything else than what is asked for."""
    known = reading.value is None and len(reading.text) <= MAX_SHORT
    return known and _IGNORANT.search(reading.text) is None


def _unseen(reading: Reading) -> Outcome:
    """Leave a short answer to a person in which what is asked for was not found: it may be there in words."""
    said = "What is asked for was not found in this short answer; it may be there in other words."
    evidence = Evidence(read=reading.text, part=reading.part, end=len(reading.text), decided=said)
    return for_a_person(Reason.UNREADABLE, evidence)


def _doubts(answer: Answer) -> Iterator[tuple[str, Reason]]:
    """Yield why an answer may not be what was handed in, or not all of it, each with the reason it gives a row."""
    if answer.doubt:
        yield answer.doubt, Reason.UNREADABLE
    if answer.cut:
        yield answer.cut, Reason.DOUBTFUL_CUT
    if answer.images:
        names = ", ".join(image.name for image in answer.images if image.name)
        many = f"{len(answer.images)} pictures stand" if len(answer.images) > 1 else "A picture stands"
        yield f"{many} in this answer{f' ({names})' if names else ''}.", Reason.PICTURE


def _doubted(criterion: Criterion, outcome: Outcome, doubt: str, reason: Reason) -> Outcome:
    """Give a person what would be lost by an answer that may not be what was handed in, or not all of it."""
    earned = outcome.credit is not None and outcome.credit >= 1 and criterion.points > 0
    if outcome.credit is None or earned or not criterion.points:
        return outcome
    said = tuple(item.model_copy(update={"decided": ""}) for item in outcome.evidence)
    told = PublicEvidence(decided=doubt)  # of the file, not of the key
    return for_a_person(reason, *said, Evidence(decided=doubt, public=told))


def give_up_question(rubric: Rubric, question: Question, answer: Answer, outcome: Outcome) -> QuestionReport:
    """Report one outcome, such as `timed_out`, for every criterion of a question that could not be judged."""
    nothing = Reading(place=answer.place)
    rows = [_row(rubric, question, criterion, outcome, nothing) for criterion in question.criteria]
    return _question_report(question, answer, rows)


def _question_report(question: Question, answer: Answer, rows: list[CriterionReport]) -> QuestionReport:
    low, high, adjustment = add_rows(rows, question.minimum)
    return QuestionReport(
        id=question.id,
        title=question.title,
        max_points=question.max_points,
        low=low,
        high=high,
        minimum=question.minimum,
        floor_adjustment=adjustment,
        criteria=tuple(rows),
        text=answer.text,
        parts=_values(answer),
        place=answer.place,
        images=answer.images,
        variant=question.drawn,
    )


def _values(answer: Answer) -> dict[str, Any]:
    return {name: part.value for name, part in answer.parts.items()}


def _digest(question: Question, answer: Answer) -> str:
    taken_out = "\n".join(each.line for each in answer.handed_out if not each.sure)
    return judged_digest(question.id, answer_digest(answer.text, _values(answer)), taken_out)


def _row(
    rubric: Rubric, question: Question, criterion: Criterion, outcome: Outcome, reading: Reading
) -> CriterionReport:
    credit, feedback = outcome.credit, _feedback(criterion, outcome)
    public = publish(
        outcome,
        reading,
        feedback=feedback,
        hints=rubric.gives_hints(question, criterion),
        states=criterion.check.finds_statements,
    )
    return CriterionReport(
        id=criterion.id,
        title=criterion.title,
        check=criterion.check_name,
        points=criterion.points,
        credit=credit,
        score=None if credit is None else credit * criterion.points,
        reason=outcome.code,
        feedback=outcome.feedback or feedback,
        evidence=outcome.evidence,
        public=public,
        hidden=rubric.visibility_of(criterion) != "visible",
    )


def _feedback(criterion: Criterion, outcome: Outcome) -> str:
    """Return the criterion's words for the student where something was lost.

    While a person must still look, they would prejudge; only the check may speak.
    """
    if outcome.credit is None:
        return ""
    claimed = (
        outcome.credit > 0 if criterion.points < 0 or outcome.reason is Reason.CLAIMED else outcome.credit < 1
    )
    lost = claimed and outcome.reason is not Reason.NOT_CLAIMED
    return criterion.feedback if lost else ""
